"""Postings through time, as of a moment: one row a posting, out of every sighting up to then.

What belongs here: first and last seen, state, counted month (METHOD: the month of a posting, removed, backdated).
What does not: which addresses are one posting (`pipeline.facts.same_posting`), making sightings
(`pipeline.facts.sightings`), counting (the fact modules).
"""

# ruff: noqa: S608 - the statement is put together from constants and two numbers of the programme's policy
from __future__ import annotations

from datetime import datetime

import duckdb

from pipeline.facts import changes, same_posting, settled
from pipeline.programmes.model import Policy

ROW_MARK = "#!row="
"""In an address that stands for a posting without one (`pipeline.extraction.postbacks`)."""

_TRUST = """CASE posted_on_source
    WHEN 'listing' THEN 0 WHEN 'article' THEN 1 WHEN 'metadata' THEN 2 WHEN 'feed' THEN 3 WHEN 'address' THEN 4
    ELSE 5 END"""

# A capture's id begins with its crawl's and ends with its place in it, so ids order sightings in time. What a posting
# is said to be does not hang on the order in which one crawl happened to fetch its pages: that comes last in a tie.
_SEEN = f"""
seen AS (
  SELECT *, {_TRUST} AS trust, list_contains(review_reasons, 'group') AS doubtful
  FROM posting_sighting WHERE seen_at <= $until
),
live AS (SELECT * FROM seen WHERE presence = 'live')"""

# A date stands as the first crawl that read any told it: a later one, of another source or after an edit, moves no
# posting to a second month. A modification time is the exception: it was only what there was.
# `bare`: a row without an address of its own, which can be read on its list and nowhere else.
_PLACE = f"""
SELECT
  location_id,
  min(unit_id) AS unit_id,
  arg_max(portal_id, crawl_id) AS portal_id,
  arg_min(seen_at, capture_id) AS first_seen,
  max(seen_at) AS last_seen,
  min(crawl_id) AS first_crawl,
  max(crawl_id) AS last_crawl,
  max(crawl_id) FILTER (role <> 'recheck') AS last_listed_crawl,
  arg_min(title_key, (crawl_id, section_url, "position", capture_id)) AS title_key,
  arg_min({{'digest': text_digest, 'length': text_length, 'files': files_digest}}, crawl_id)
    FILTER (text_digest IS NOT NULL) AS text,
  arg_min(posted_on, (posted_on_source = 'modified', crawl_id, trust, posted_on, section_url, "position", capture_id))
    AS posted_on,
  arg_min(displayed_on, (crawl_id, trust, displayed_on, section_url, "position", capture_id)) AS first_displayed,
  arg_min(commune_id, (group_id = 'other', doubtful, -confidence, crawl_id, section_url, "position", capture_id))
    AS commune_id,
  arg_max(section_url, (crawl_id, section_url)) FILTER (role = 'listing' AND section_url <> '') AS section_url,
  arg_max(url, (crawl_id, section_url, "position", capture_id)) AS url,
  bool_and(contains(url, '{ROW_MARK}') OR role = 'listing' AND url = section_url) AS bare
FROM live GROUP BY location_id
"""
_MERGED = """
location AS (FROM ctx_place),
merged AS (
  SELECT p.*, coalesce(s.posting_id, p.location_id) AS posting_id
  FROM ctx_place p LEFT JOIN ctx_same s USING (location_id)
)"""

# `reach`: how far back a list was surely read; -infinity where it was read to its end. One that looks unlike what it
# was shows nothing by what it does not show.
_BOUNDS = """
section_seen AS (
  SELECT s.portal_id, s.section_url, s.crawl_id, s.shown, s.captures, p.observed_at,
    CASE WHEN s.ended THEN DATE '-infinity' ELSE coalesce(s.oldest, DATE 'infinity') END AS reach
  FROM section_observation s JOIN portal_observation p USING (crawl_id, portal_id)
  ANTI JOIN ctx_change x
    ON x.crawl_id = s.crawl_id AND x.portal_id = s.portal_id AND x.section_url = s.section_url
  WHERE p.observed AND s.complete AND p.observed_at <= $until
),
first_section AS (
  SELECT DISTINCT v.location_id, v.portal_id, v.section_url, l.first_crawl, l.first_displayed, l.posted_on
  FROM live v JOIN location l ON v.location_id = l.location_id AND v.crawl_id = l.first_crawl
  WHERE v.section_url <> ''
),
-- A row of the same page that stands below it: what was read as far as that row was read as far as the posting.
below AS (
  SELECT DISTINCT f.location_id, f.section_url, b.location_id AS known_id
  FROM first_section f
  JOIN live v ON v.location_id = f.location_id AND v.crawl_id = f.first_crawl AND v.section_url = f.section_url
  JOIN live b ON b.capture_id = v.capture_id AND b.section_url = v.section_url AND b."position" > v."position"
  WHERE f.posted_on IS NULL AND v.role = 'listing' AND b.role = 'listing'
),
-- On show before it was recognised as a posting of the programme: then its first sighting says nothing.
shown_before AS (
  SELECT DISTINCT l.location_id
  FROM (SELECT crawl_id, unnest(shown) AS location_id FROM section_observation) s
  JOIN location l ON l.location_id = s.location_id AND s.crawl_id < l.first_crawl
),
-- Backdated: shown with a day before the list was read without it, as far back as that day.
bound AS (
  SELECT f.location_id,
    max(o.observed_at) FILTER (o.reach = DATE '-infinity' OR o.reach < f.posted_on OR EXISTS (
      FROM below b WHERE b.location_id = f.location_id AND b.section_url = f.section_url
        AND list_contains(o.shown, b.known_id))) AS bounded_from,
    coalesce(bool_or(o.reach < f.first_displayed
      AND f.first_displayed < timezone('Asia/Ho_Chi_Minh', o.observed_at)::DATE), false) AS backdated
  FROM first_section f JOIN section_seen o
    ON o.portal_id = f.portal_id AND o.section_url = f.section_url AND o.crawl_id < f.first_crawl
  ANTI JOIN shown_before b ON b.location_id = f.location_id
  GROUP BY f.location_id
)"""


_GONE = """
gone AS (
  SELECT s.location_id, s.seen_at, s.capture_id
  FROM seen s JOIN location l USING (location_id)
  WHERE s.presence = 'gone' AND s.seen_at > l.last_seen
  UNION ALL
  -- The list is all the address that a bare row has: read whole without it, it is where the row is gone.
  SELECT l.location_id, c.fetched_at, c.capture_id
  FROM location l JOIN section_seen o ON o.portal_id = l.portal_id AND o.section_url = l.section_url
  JOIN capture c ON c.capture_id = o.captures[-1]
  WHERE l.bare AND o.crawl_id > l.last_crawl AND NOT list_contains(o.shown, l.location_id)
    AND (o.reach = DATE '-infinity' OR l.posted_on > o.reach) AND c.fetched_at <= $until
),
check_0 AS (
  SELECT location_id, arg_min(seen_at, capture_id) AS at, min(capture_id) AS capture_id
  FROM gone GROUP BY location_id
)"""


def _states(policy: Policy) -> str:
    checks = [_GONE]
    for number in range(1, policy.rechecks + 1):
        checks.append(f"""
check_{number} AS (
  SELECT g.location_id, min(g.seen_at) AS at
  FROM gone g JOIN check_{number - 1} c USING (location_id)
  WHERE g.seen_at >= c.at + INTERVAL {policy.recheck_hours} HOUR
  GROUP BY g.location_id
)""")
    numbers = range(policy.rechecks, -1, -1)
    counted = " + ".join(f"(check_{number}.at IS NOT NULL)::INTEGER" for number in numbers)
    latest = ", ".join(f"check_{number}.at" for number in numbers)
    joins = " ".join(f"LEFT JOIN check_{number} USING (location_id)" for number in numbers if number)
    checks.append(f"""
misses AS (
  SELECT check_0.location_id, check_0.at, check_0.capture_id, {counted} AS n, coalesce({latest}) AS last_at,
    check_{policy.rechecks}.at AS confirmed_at
  FROM check_0 {joins}
)""")
    return ",".join([*checks, _PLACES])


_PLACES = """
-- Its list was read whole without it, between its last row there and the last time it could be read.
unlisted AS (
  SELECT l.location_id, arg_min(v.seen_at, v.capture_id) AS at, min(v.capture_id) AS capture_id
  FROM location l
  JOIN section_seen o ON o.portal_id = l.portal_id AND o.section_url = l.section_url
    AND o.crawl_id > l.last_listed_crawl AND o.crawl_id <= l.last_crawl
  JOIN live v ON v.location_id = l.location_id AND v.crawl_id > l.last_listed_crawl
  WHERE l.last_listed_crawl < l.last_crawl AND (o.reach = DATE '-infinity' OR l.posted_on > o.reach)
  GROUP BY l.location_id
),
place AS (
  SELECT m.posting_id, m.location_id, m.url, m.unit_id, m.portal_id, m.first_seen, m.last_seen, m.first_crawl,
    min(m.first_seen) OVER (PARTITION BY m.posting_id) AS posting_seen, m.last_listed_crawl, m.posted_on, m.bare,
    b.bounded_from, coalesce(b.backdated, false) AS backdated,
    CASE WHEN c.confirmed_at IS NOT NULL THEN 3 WHEN c.location_id IS NOT NULL THEN 2
         WHEN u.location_id IS NOT NULL THEN 1 ELSE 0 END AS worse,
    coalesce(c.at, u.at) AS missed_at,
    coalesce(c.capture_id, u.capture_id) AS missed_capture_id,
    c.confirmed_at, c.n AS misses, c.last_at AS checked_at
  FROM merged m
  LEFT JOIN bound b USING (location_id)
  LEFT JOIN misses c USING (location_id)
  LEFT JOIN unlisted u USING (location_id)
)"""

_POSTING = """
-- A posting is missed when the last of its better addresses is.
placed AS (
  SELECT posting_id,
    count(*)::INTEGER AS locations,
    min(worse) AS worse,
    arg_max(missed_at, (-worse, missed_at, location_id)) AS missed_at,
    arg_max(missed_capture_id, (-worse, missed_at, location_id)) AS missed_capture_id,
    CASE WHEN min(worse) = 3 THEN max(confirmed_at) END AS gone_confirmed_at,
    arg_min(bounded_from, location_id) FILTER (location_id = posting_id) AS bounded_from,
    bool_or(backdated) FILTER (location_id = posting_id) AS backdated
  FROM ctx_location GROUP BY posting_id
),
-- What stood there on a day was not posted after it: a date that is first shown later counts only if it is earlier.
told AS (
  SELECT m.posting_id,
    min(v.unit_id) AS unit_id,
    arg_max(v.url, (v.crawl_id, v.section_url, v."position", v.capture_id)) AS url,
    arg_max(v.title, (v.crawl_id, v.role IN ('listing', 'standing'), v.section_url, v."position", v.capture_id))
      AS title,
    arg_max(v.trail, (v.crawl_id, v.section_url <> '', v.section_url, v."position", v.capture_id)) AS trail,
    CASE WHEN bool_and(v.form = 'standing') THEN 'standing' WHEN bool_or(v.form = 'file') THEN 'file'
         ELSE 'item' END AS form,
    arg_min({'group_id': v.group_id, 'level': v.level, 'commune_id': v.commune_id, 'topic': v.topic,
             'confidence': v.confidence, 'doubtful': v.doubtful, 'candidates': v.candidates, 'cues': v.cues},
            (v.group_id = 'other', v.doubtful, -v.confidence, v.crawl_id, v.section_url, v."position", v.capture_id))
      AS verdict,
    list_sort(list_distinct(flatten(list(list_filter(v.review_reasons, lambda r: r <> 'group')))))
      AS date_reasons,
    arg_max(v.displayed_on, (v.crawl_id, -v.trust, v.section_url, v."position", v.capture_id)) AS displayed_on,
    arg_min({'posted_on': v.posted_on, 'raw': v.posted_on_raw, 'source': v.posted_on_source},
            (v.posted_on_source = 'modified', v.crawl_id, m.posted_on, v.trust, v.posted_on, v.section_url,
             v."position", v.capture_id))
      FILTER (v.posted_on <= timezone('Asia/Ho_Chi_Minh', m.posting_seen)::DATE + 1) AS dated,
    arg_max({'number': v.document_number, 'type': v.document_type},
            (v.document_number IS NOT NULL, v.document_type IS NOT NULL, v.crawl_id, v.section_url, v."position",
             v.capture_id)) AS document,
    arg_min(v.seen_at, v.capture_id) AS first_seen,
    min(v.capture_id) AS first_capture_id,
    max(v.seen_at) AS last_seen,
    max(v.capture_id) AS last_capture_id
  FROM live v JOIN ctx_location m USING (location_id) GROUP BY m.posting_id
),
part AS (""" + settled.larger_part("""
    SELECT posting_id, timezone('Asia/Ho_Chi_Minh', p.bounded_from) AS since,
      timezone('Asia/Ho_Chi_Minh', t.first_seen) AS until
    FROM told t JOIN placed p USING (posting_id)
    WHERE t.dated IS NULL AND p.bounded_from IS NOT NULL AND $by_first_sighting""") + """
)
SELECT
  t.posting_id, t.unit_id, t.url, t.title, t.form,
  t.verdict.group_id AS group_id, t.verdict.level AS level, t.verdict.commune_id AS commune_id,
  t.verdict.topic AS topic, t.verdict.confidence AS confidence,
  t.verdict.doubtful OR len(t.date_reasons) > 0 AS needs_review,
  t.verdict.candidates AS candidates, t.verdict.cues AS cues,
  t.displayed_on, t.dated.posted_on AS posted_on, t.dated.raw AS posted_on_raw, t.dated.source AS posted_on_source,
  CASE WHEN t.dated IS NOT NULL THEN date_trunc('month', t.dated.posted_on)::DATE
       ELSE part.counted_month END AS counted_month,
  CASE WHEN t.dated IS NOT NULL THEN 'date' WHEN part.counted_month IS NOT NULL THEN 'first_seen'
       ELSE 'undated_stock' END AS counted_by,
  t.first_seen, t.first_capture_id, p.bounded_from, t.last_seen, t.last_capture_id,
  ['live', 'unlisted', 'suspected_gone', 'gone'][p.worse + 1] AS state,
  CASE WHEN p.worse > 0 THEN p.missed_at END AS first_missed,
  CASE WHEN p.worse > 0 THEN p.missed_capture_id END AS missed_capture_id,
  p.gone_confirmed_at, p.backdated, p.locations, t.trail,
  CASE WHEN t.verdict.doubtful THEN list_concat(['group'], t.date_reasons) ELSE t.date_reasons END
    AS review_reasons,
  t.document.number AS document_number, t.document.type AS document_type
FROM told t JOIN placed p USING (posting_id) LEFT JOIN part USING (posting_id)
"""


def materialise(con: duckdb.DuckDBPyConnection, until: datetime, policy: Policy) -> None:
    """Make the temporary tables `ctx_posting` (one row a posting, columns of `posting` without the programme and the
    number of edits, and `missed_capture_id`), `ctx_location` (one row an address) and `ctx_change`
    (`changes.compare`), from what was seen up to `until`."""
    live = {"until": until}
    con.execute(f"CREATE OR REPLACE TEMP TABLE ctx_place AS WITH {_SEEN} {_PLACE}", live)
    same_posting.join(con, _SEEN, until)
    changes.compare(con, until)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE ctx_location AS WITH {_SEEN}, {_MERGED}, {_BOUNDS}, {_states(policy)} "
        "SELECT *, ['live', 'unlisted', 'suspected_gone', 'gone'][worse + 1] AS state FROM place", live)
    con.execute(f"CREATE OR REPLACE TEMP TABLE ctx_posting AS WITH {_SEEN}, {_POSTING}",
                {**live, "by_first_sighting": policy.undated == "first_sighting"})
    settled.settle(con, until, policy)
