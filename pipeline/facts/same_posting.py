"""Which addresses are one posting: by what they say, by where they lead, by one taking the other's place.

What belongs here: identity by content as of a moment (METHOD: two addresses of one item are one posting). What does
not: identity by address (`pipeline.extraction.addresses`), what became of a posting (`pipeline.facts.timeline`).
"""

# ruff: noqa: S608 - the statements are put together from constants
from __future__ import annotations

from datetime import datetime

import duckdb

ENOUGH_TO_REPOST = 240
"""So many characters of text (as a comparison key) must agree before two dates are taken for one posting's."""

# `name`: what two addresses must share at the least. `ended`: the address no longer holds the posting.
_ALIKE = """
alike AS (
  SELECT p.* EXCLUDE (text), p.text.digest AS text_digest, p.text.length AS text_length, p.text.files AS files_digest,
    concat_ws(chr(31), p.unit_id, p.title_key, p.commune_id) AS name,
    EXISTS (FROM seen g WHERE g.location_id = p.location_id AND g.presence = 'gone' AND g.seen_at > p.last_seen)
      AS ended
  FROM ctx_place p WHERE p.title_key <> ''
  QUALIFY count(*) OVER (PARTITION BY p.unit_id, p.title_key, p.commune_id) > 1
),
listed AS (
  SELECT DISTINCT a.name, a.posted_on, a.location_id, v.crawl_id, v.section_url
  FROM live v JOIN alike a USING (location_id) WHERE v.role = 'listing'
),
-- `crowded`: so many stood on one list at once; `together`: so many on any list of one crawl.
crowd AS (
  SELECT name, posted_on, max(n) FILTER (section_url <> '') AS crowded FROM (
    SELECT name, posted_on, section_url, crawl_id, count(*) AS n FROM listed GROUP BY ALL) GROUP BY ALL
),
company AS (
  SELECT name, posted_on, max(n) AS together FROM (
    SELECT name, posted_on, crawl_id, count(DISTINCT location_id) AS n FROM listed GROUP BY ALL) GROUP BY ALL
)"""

# Of one title and date. In doubt they stay two: rows that stood on one list at once, or known texts that differ, are
# different postings whatever their titles say. But an address that came when the other had gone, or when the portal
# had moved, took its place, whatever a new frame made of the text.
_DATED = """
member AS (
  SELECT a.*, coalesce(c.crowded, 1) AS crowded, coalesce(t.together, 1) AS together,
    count(*) OVER same AS members,
    count(text_digest) OVER same AS known_texts,
    min(text_digest) OVER same IS NOT DISTINCT FROM max(text_digest) OVER same AS one_text,
    min(files_digest) OVER same IS NOT DISTINCT FROM max(files_digest) OVER same AS one_files,
    a.ended OR a.portal_id <> first_value(a.portal_id) OVER latest AS left_behind
  FROM alike a
  LEFT JOIN crowd c ON c.name = a.name AND c.posted_on = a.posted_on
  LEFT JOIN company t ON t.name = a.name AND t.posted_on = a.posted_on
  WHERE a.posted_on IS NOT NULL
  WINDOW same AS (PARTITION BY a.name, a.posted_on),
    latest AS (PARTITION BY a.name, a.posted_on ORDER BY a.first_crawl DESC, a.location_id DESC)
),
dated AS (
  SELECT location_id, concat_ws(chr(31), name, posted_on) AS class, text_digest, CASE
      WHEN one_text AND (known_texts = members AND one_files OR crowded <= 1) THEN ''
      WHEN together <= 1 AND count(*) FILTER (NOT left_behind) OVER (PARTITION BY name, posted_on) <= 1 THEN ''
      WHEN one_files OR crowded <= 1 THEN text_digest
      ELSE text_digest || chr(31) || coalesce(files_digest, '') END AS apart
  FROM member WHERE members > 1
)"""

# One title and one text are one posting whatever its dates: undated ones, and reposts. Files of other names under
# one text (a week's schedule under standing words) are other postings.
_TEXTS = f"""
told AS (
  SELECT location_id, posted_on, coalesce(text_length >= {ENOUGH_TO_REPOST}, false) AS long,
    concat_ws(chr(31), name, text_digest) AS words, files_digest
  FROM alike WHERE text_digest IS NOT NULL
),
worded AS (
  SELECT location_id, posted_on, long, words || chr(31) ||
    CASE WHEN min(files_digest) OVER same IS DISTINCT FROM max(files_digest) OVER same
      THEN coalesce(files_digest, location_id) ELSE '' END AS words
  FROM told WINDOW same AS (PARTITION BY words)
)"""

_KEYS = """
SELECT location_id, 'd' || chr(31) || class || chr(31) || apart AS merge_key FROM dated WHERE apart IS NOT NULL
UNION ALL
SELECT location_id, 'w' || chr(31) || words FROM worded WHERE posted_on IS NULL
UNION ALL
SELECT location_id, 'r' || chr(31) || words FROM worded WHERE long
UNION ALL
SELECT location_id, 'a' || chr(31) || moved_to FROM live SEMI JOIN ctx_place p ON p.location_id = live.moved_to
WHERE moved_to IS NOT NULL
UNION ALL
SELECT moved_to, 'a' || chr(31) || moved_to FROM live SEMI JOIN ctx_place p ON p.location_id = live.moved_to
WHERE moved_to IS NOT NULL
"""

_JOINED = """
CREATE OR REPLACE TEMP TABLE ctx_joined AS
SELECT DISTINCT location_id, merge_key FROM ({keys})
QUALIFY count(*) OVER (PARTITION BY merge_key) > 1
"""
_START = """
CREATE OR REPLACE TEMP TABLE ctx_same AS
SELECT location_id, row_number() OVER (ORDER BY first_seen, location_id) AS first
FROM ctx_place SEMI JOIN ctx_joined USING (location_id)
"""
_STEP = """
CREATE OR REPLACE TEMP TABLE ctx_next AS
WITH least AS (SELECT merge_key, min(first) AS first FROM ctx_joined JOIN ctx_same USING (location_id) GROUP BY ALL)
SELECT location_id, min(l.first) AS first FROM ctx_joined JOIN least l USING (merge_key) GROUP BY ALL
"""
_CHANGED = "SELECT count(*) FROM ctx_next n JOIN ctx_same s USING (location_id) WHERE n.first < s.first"
_NAMED = """
CREATE OR REPLACE TEMP TABLE ctx_same AS
SELECT s.location_id, n.location_id AS posting_id
FROM ctx_same s JOIN (
  SELECT location_id, row_number() OVER (ORDER BY first_seen, location_id) AS first
  FROM ctx_place SEMI JOIN ctx_joined USING (location_id)
) n USING (first)
"""


def join(con: duckdb.DuckDBPyConnection, seen: str, until: datetime) -> None:
    """Make `ctx_same` (location_id, posting_id) of the addresses in `ctx_place` that are one posting with another.

    `seen`: the CTEs `seen` and `live` of the sightings up to `until`. The id is that of the address seen first; two
    addresses are one where a chain of such pairs leads from one to the other.
    """
    keys = f"WITH {seen}, {_ALIKE}, {_DATED}, {_TEXTS} {_KEYS}"
    con.execute(_JOINED.format(keys=keys), {"until": until})
    con.execute(_START)
    while True:
        con.execute(_STEP)
        changed = con.execute(_CHANGED).fetchall()[0][0]
        if not changed:
            break
        con.execute("CREATE OR REPLACE TEMP TABLE ctx_same AS FROM ctx_next")
    con.execute(_NAMED)
    con.execute("DROP TABLE ctx_joined; DROP TABLE ctx_next")
