"""Which crawl of a portal a month's conclusions stand on, and why none does where none does.

What belongs here: choosing the crawl, the cause (METHOD: only a valid capture can produce missing or 0). What does
not: figures (the fact modules).
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from pipeline.extraction.addresses import identity, same_site
from pipeline.facts.context import MonthContext, parameters
from pipeline.facts.settled import RULED_SECTIONS
from pipeline.navigation.told import Told

# A crawl of ours asks for every list of the programme that earlier ones read; captures that others made may lack one.
# (A crawl's id begins with its moment: crawls of one moment do not know each other.)
_UNVISITED = f"""
CREATE OR REPLACE TEMP TABLE ctx_unvisited AS
SELECT w.crawl_id, w.portal_id, w.unit_id, k.section_url, arg_max(k.trail, k.crawl_id) AS trail
FROM portal_observation w
JOIN section_observation k ON k.portal_id = w.portal_id AND k.crawl_id[:16] < w.crawl_id[:16] AND k.valid_pages > 0
LEFT JOIN {RULED_SECTIONS} r ON r.portal_id = k.portal_id AND r.section_url = k.section_url
ANTI JOIN section_observation v
  ON v.crawl_id = w.crawl_id AND v.portal_id = w.portal_id AND v.section_url = k.section_url
SEMI JOIN ctx_portal p ON p.portal_id = w.portal_id
WHERE w.month = $month AND w.observed AND w.kind = 'watch' AND w.observed_at <= $until
  AND coalesce(r.role, k.role) = 'section'
GROUP BY ALL
"""  # noqa: S608 - put together from constants

_NAMED = """
INSERT INTO ctx_unvisited
SELECT w.crawl_id, w.portal_id, w.unit_id, n.url, n.label
FROM portal_observation w JOIN _named n USING (portal_id)
ANTI JOIN section_observation v ON v.crawl_id = w.crawl_id AND v.portal_id = w.portal_id AND v.section_url = n.url
ANTI JOIN ctx_unvisited u ON u.crawl_id = w.crawl_id AND u.portal_id = w.portal_id AND u.section_url = n.url
WHERE w.month = $month AND w.observed AND w.kind = 'watch' AND w.observed_at <= $until
"""

# `walked`: read to its end, now or in an earlier crawl.
_SECTIONS = f"""
CREATE OR REPLACE TEMP TABLE ctx_section AS
WITH listed AS (
  SELECT s.* REPLACE (coalesce(r.role, s.role) AS role)
  FROM section_observation s LEFT JOIN {RULED_SECTIONS} r USING (portal_id, section_url)
  WHERE s.month = $month
  UNION ALL BY NAME
  SELECT $month::DATE AS month, *, 'section' AS role, 0 AS pages, 0 AS valid_pages, 0 AS items, 0 AS dated, 0 AS titles,
    false AS complete, false AS ended, false AS to_end, 'not_crawled' AS cause, [] AS captures, [] AS shown
  FROM ctx_unvisited
),
end_seen AS (
  SELECT portal_id, section_url, min(crawl_id) AS first_crawl
  FROM section_observation WHERE ended AND complete GROUP BY ALL
),
-- A posting's own page that a link made look like a section: no list that failed, but a posting that is gone.
posting_gone AS (
  SELECT DISTINCT g.crawl_id, g.portal_id, g.url AS section_url
  FROM posting_sighting g
  ANTI JOIN (SELECT portal_id, section_url FROM section_observation WHERE items > 0) list
    ON list.portal_id = g.portal_id AND list.section_url = g.url
  WHERE g.month = $month AND g.presence = 'gone'
),
section AS (
  SELECT s.*,
    NOT s.complete AND (coalesce(c.outcome = 'gone', false) OR g.crawl_id IS NOT NULL) AS vanished,
    s.complete AND x.change IS NULL AS whole,
    s.role = 'section' AND whole AS kept, x.change,
    coalesce(e.first_crawl <= s.crawl_id, false) AS walked
  FROM listed s LEFT JOIN capture c ON c.capture_id = s.captures[1]
  LEFT JOIN posting_gone g
    ON g.crawl_id = s.crawl_id AND g.portal_id = s.portal_id AND g.section_url = s.section_url
  LEFT JOIN ctx_change x
    ON x.crawl_id = s.crawl_id AND x.portal_id = s.portal_id AND x.section_url = s.section_url
  LEFT JOIN end_seen e ON e.portal_id = s.portal_id AND e.section_url = s.section_url
)
-- A list that looks unlike what it was (`ctx_change`) was not read whole.
-- A section that answers "gone" is a definite answer, as long as another section of the programme was read whole.
-- Where no section of the programme was read whole, postings may stand in any general list: each must be whole.
SELECT *, NOT whole
  AND CASE WHEN bool_or(kept) OVER (PARTITION BY crawl_id, portal_id)
    THEN role = 'section' AND NOT vanished
    ELSE role = 'section' OR NOT vanished END AS broken
FROM section
"""  # noqa: S608 - put together from constants

# Crawls made after the month's end say more than earlier ones: where any portal has one, only those count, of every
# portal. A crawl that was still under way when the watching ended saw only a part of what it says was complete.
_SQL = """
CREATE OR REPLACE TEMP TABLE ctx_evidence AS
WITH crawl AS (
  SELECT p.portal_id, p.crawl_id, p.observed_at, coalesce(f.finished <= $until, true) AS in_time,
    p.observed AND in_time AS observed, p.cause,
    CASE WHEN p.observed AND NOT in_time THEN 'chưa thu thập xong khi hết thời gian theo dõi'
      ELSE p.detail END AS detail,
    p.observed_at >= $month_end AS after_month,
    bool_or(p.observed_at >= $month_end) OVER () AS any_after_month
  FROM portal_observation p JOIN ctx_portal USING (portal_id)
  LEFT JOIN (
    SELECT crawl_id, portal_id, max(fetched_at) AS finished FROM capture WHERE month = $month GROUP BY ALL
  ) f USING (crawl_id, portal_id)
  WHERE p.month = $month AND p.observed_at <= $until AND p.kind = 'watch'
),
covered AS (
  SELECT crawl_id, portal_id,
    count(*) AS sections,
    sum(pages) AS pages,
    count(*) FILTER (valid_pages > 0) AS read_sections,
    bool_and(NOT broken) AS complete,
    -- Without a list of the programme its postings may stand in any other, whose every row must have been seen before
    -- one is called missing. The home page (no trail) shows the latest of others: alone it proves nothing.
    bool_or(kept) OR bool_or(whole AND (trail <> '' OR pages > 1)) AS proven,
    CASE WHEN bool_or(kept) THEN bool_and(to_end OR role <> 'section' OR NOT broken AND vanished)
      ELSE bool_and(walked OR vanished) END AS to_end,
    arg_min(CASE WHEN change IS NULL THEN cause ELSE 'structure_changed' END, section_url) FILTER (broken)
      AS broken_cause,
    arg_min(concat_ws(': ', coalesce(nullif(trail, ''), section_url), change), section_url) FILTER (broken)
      AS broken_section
  FROM ctx_section GROUP BY crawl_id, portal_id
),
-- A posting seen for the first time, without a date and with its page unread, may belong to the month.
unread AS (
  SELECT s.crawl_id, s.portal_id, count(DISTINCT p.posting_id) AS postings,
    arg_min(s.unread_cause, (s.capture_id, s."position")) AS cause
  FROM posting_sighting s
  JOIN ctx_location l USING (location_id)
  JOIN ctx_posting p ON p.posting_id = l.posting_id
  WHERE s.month = $month AND s.seen_at <= $until AND s.unread_cause IS NOT NULL
    AND p.counted_by = 'undated_stock' AND p.group_id <> 'other' AND p.first_seen >= $month_start
  GROUP BY s.crawl_id, s.portal_id
),
tried AS (
  SELECT c.*, v.sections, v.pages, v.complete, v.to_end,
    coalesce(v.read_sections, 0) AS read_sections, v.broken_cause, v.broken_section,
    u.postings AS unread, u.cause AS unread_cause,
    coalesce(v.proven, false) AS proven,
    c.observed AND coalesce(v.read_sections, 0) > 0 AND v.complete AND v.proven AND u.postings IS NULL AS conclusive
  FROM crawl c LEFT JOIN covered v USING (crawl_id, portal_id) LEFT JOIN unread u USING (crawl_id, portal_id)
  WHERE c.after_month = c.any_after_month
),
-- Crawls that stand at one moment (a simulation's, run again) are one observation: the first of them speaks.
chosen AS (
  SELECT *, count(DISTINCT observed_at) FILTER (conclusive) OVER (PARTITION BY portal_id) AS observations
  FROM tried
  QUALIFY row_number() OVER (PARTITION BY portal_id ORDER BY conclusive DESC, observed_at DESC, crawl_id) = 1
)
SELECT
  u.unit_id, coalesce(t.portal_id, '') AS portal_id, c.crawl_id, c.observed_at,
  coalesce(c.conclusive, false) AS conclusive,
  CASE
    WHEN c.conclusive THEN 'none'
    WHEN t.portal_id IS NULL THEN 'no_portal'
    WHEN c.crawl_id IS NULL THEN 'not_crawled'
    WHEN NOT c.observed THEN coalesce(nullif(c.cause, 'none'), 'not_crawled')
    WHEN c.broken_cause IS NOT NULL THEN coalesce(nullif(c.broken_cause, 'none'), 'structure_changed')
    WHEN c.read_sections = 0 OR NOT c.proven THEN 'no_section'
    ELSE coalesce(nullif(c.unread_cause, 'none'), 'not_crawled') END AS cause,
  CASE
    WHEN c.crawl_id IS NULL OR c.conclusive THEN ''
    WHEN c.observed AND c.broken_section IS NOT NULL THEN c.broken_section
    WHEN c.observed AND c.unread IS NOT NULL THEN format('{} bài chưa đọc được ngày đăng', c.unread)
    ELSE c.detail END AS detail,
  coalesce(c.sections, 0) AS sections,
  coalesce(c.pages, 0) AS pages,
  coalesce(c.complete, false) AS complete,
  coalesce(c.to_end, false) AS to_end,
  coalesce(c.observations, 0) AS observations
FROM ctx_unit u LEFT JOIN ctx_portal t USING (unit_id) LEFT JOIN chosen c USING (portal_id)
"""


def choose(con: duckdb.DuckDBPyConnection, context: MonthContext) -> None:
    """Make `ctx_evidence`, one row a portal watched: the latest conclusive crawl, else the latest and its cause (a
    unit that owes without a portal has one row, too, with portal_id ''); `ctx_section`, one row a list of each of the
    month's crawls, judged; and `ctx_unvisited`, the lists that these crawls should have visited and did not. Re-checks
    are no month's evidence.

    Needs `ctx_unit`, `ctx_portal` (`context.prepare`), `ctx_posting`, `ctx_location` and `ctx_change`
    (`timeline.materialise`).
    """
    values = parameters(context)
    del values["programme"]
    con.execute(_UNVISITED, values)
    _add_named(con, context)
    _drop_visited(con, context)
    con.execute(_SECTIONS, {"month": values["month"]})
    con.execute(_SQL, {
        **values,
        "month_end": context.month_end,
        "month_start": context.month_start,
    })


def _add_named(con: duckdb.DuckDBPyConnection, context: MonthContext) -> None:
    """Add to `ctx_unvisited` the lists that the office named while the month was watched, of crawls without them."""
    rows = [(portal, url, label) for portal, lists in context.named.items() for url, label in lists.items()]
    if not rows:
        return
    con.register("_named", pa.table({
        name: pa.array([row[place] for row in rows], pa.string())
        for place, name in enumerate(("portal_id", "url", "label"))}))
    con.execute(_NAMED, {"month": context.month.first_day, "until": context.observed_until})
    con.unregister("_named")


def _drop_visited(con: duckdb.DuckDBPyConnection, context: MonthContext) -> None:
    """Drop from `ctx_unvisited` what was visited under another spelling, or is no list of the portal any more: on a
    host that it left, or left out by the office."""
    roots = {portal.portal_id: portal.url for portal in context.registry.portals_on(context.month.last_day)}
    told = {portal: Told(excluded=excluded) for portal, excluded in context.excluded.items()}
    asked: dict[tuple[str, str], set[str]] = {}
    for crawl, portal, *urls in con.execute(
            "SELECT crawl_id, portal_id, url, final_url FROM capture "
            "SEMI JOIN ctx_unvisited USING (crawl_id, portal_id)"
    ).fetchall():
        asked.setdefault((crawl, portal), set()).update(identity(url) for url in urls)
    dropped = [
        (crawl, portal, url) for crawl, portal, url in con.execute(
            "SELECT crawl_id, portal_id, section_url FROM ctx_unvisited").fetchall()
        if identity(url) in asked.get((crawl, portal), ()) or not same_site(url, roots.get(portal, url))
        or (portal in told and told[portal].excludes(url))
    ]
    if dropped:
        con.executemany(
            "DELETE FROM ctx_unvisited WHERE crawl_id = ? AND portal_id = ? AND section_url = ?", dropped)
