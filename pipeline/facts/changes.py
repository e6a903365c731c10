"""Which lists look unlike what they were, so that what they no longer show proves nothing.

What belongs here: comparing a crawl's reading of a list with earlier ones (METHOD: it looks like the page expected).
What does not: choosing the crawl a month stands on (`pipeline.facts.evidence`). A reader that finds nothing on a
page it once read is broken more often than the office has emptied its list; removals that re-checks found explain
a list that shrank, as long as the software is what it was.
"""

from __future__ import annotations

from datetime import datetime

import duckdb

# `most`: the most that the list ever showed; `was`: how it looked when it was last seen with anything on it.
_SQL = """
CREATE OR REPLACE TEMP TABLE ctx_change AS
WITH read AS (
  SELECT s.*,
    max(items) OVER earlier AS most,
    last_value(CASE WHEN items > 0 THEN {
      'crawl_id': crawl_id, 'items': items, 'dated': dated, 'titles': titles, 'platform': platform} END IGNORE NULLS)
      OVER earlier AS was
  FROM section_observation s JOIN portal_observation p USING (crawl_id, portal_id)
  WHERE p.observed AND s.complete AND p.observed_at <= $until
  WINDOW earlier AS (
    PARTITION BY portal_id, section_url ORDER BY crawl_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
looked AS (
  SELECT *,
    -- titles are 0 where a file of an older version kept no looks: then nothing is known of its software
    was.titles > 0 AND platform IS DISTINCT FROM was.platform AS other_software,
    ended AND most >= $few AND (items = 0 OR (most >= 2 * $few AND 2 * items < most)) AS shrunk,
    was.items > $few AND was.dated >= 0.8 * was.items AND items > $few AND dated = 0 AS undated,
    items > 2 * $few AND 2 * titles <= items AND was.titles >= 0.8 * was.items AS repeated
  FROM read WHERE was IS NOT NULL
),
absent AS (
  SELECT n.crawl_id, n.portal_id, n.section_url,
    unnest(list_filter(b.shown, lambda x: NOT list_contains(n.shown, x))) AS location_id
  FROM looked n JOIN section_observation b
    ON b.crawl_id = n.was.crawl_id AND b.portal_id = n.portal_id AND b.section_url = n.section_url
  WHERE n.shrunk
),
gone AS (
  SELECT a.crawl_id, a.portal_id, a.section_url, count(*) AS absent,
    count(*) FILTER (EXISTS (
      FROM posting_sighting g WHERE g.location_id = a.location_id AND g.presence = 'gone' AND g.crawl_id <= a.crawl_id
    )) AS gone
  FROM absent a GROUP BY ALL
),
compared AS (
  SELECT l.*, coalesce(2 * g.gone >= g.absent, false) AND g.absent > 0 AS explained
  FROM looked l LEFT JOIN gone g USING (crawl_id, portal_id, section_url)
)
SELECT crawl_id, portal_id, section_url,
  concat_ws('; ',
    CASE WHEN shrunk AND (other_software OR NOT explained)
      THEN format('danh sách còn {} tin, từng có {}', items, most) END,
    CASE WHEN undated THEN format('không còn ngày đăng ở {} tin, trước có ở {}/{}', items, was.dated, was.items) END,
    CASE WHEN repeated THEN format('{} tin chỉ có {} tiêu đề khác nhau', items, titles) END,
    CASE WHEN other_software
      THEN format('phần mềm của trang: {} → {}', coalesce(was.platform, '?'), coalesce(platform, '?')) END
  ) AS change
FROM compared
WHERE (shrunk AND (other_software OR NOT explained)) OR undated OR repeated
"""
_FEW = 2
"""So few items prove nothing by their looks; a list that had as many and has none is suspect."""


def compare(con: duckdb.DuckDBPyConnection, until: datetime) -> None:
    """Make `ctx_change`: one row a list of a crawl, up to `until`, that looks unlike what it was, and what changed.

    Columns: crawl_id, portal_id, section_url, change (a line in Vietnamese).
    """
    con.execute(_SQL, {"until": until, "few": _FEW})
