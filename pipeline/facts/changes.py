"""Which lists look unlike what they were, so that what they no longer show proves nothing.

What belongs here: comparing a crawl's reading of a list with earlier ones (METHOD: it looks like the page expected).
What does not: choosing the crawl a month stands on (`pipeline.facts.evidence`). A reader that finds nothing on a
page it once read is broken more often than the office has emptied its list; removals that re-checks found explain
a list that shrank, as long as the software is what it was.
"""

from __future__ import annotations

import duckdb

from pipeline.facts.context import MonthContext

_SQL = """
CREATE OR REPLACE TEMP TABLE ctx_change AS
WITH read AS (
  SELECT s.*, p.observed_at
  FROM section_observation s JOIN portal_observation p USING (crawl_id, portal_id)
  WHERE p.observed AND s.complete AND p.observed_at <= $until
),
now AS (SELECT * FROM read WHERE month = $month),
-- What the list was: the most it ever showed, and how it looked when it was last seen with anything on it.
before AS (
  SELECT n.crawl_id, n.portal_id, n.section_url,
    max(b.items) AS most,
    arg_max({'items': b.items, 'dated': b.dated, 'titles': b.titles, 'platform': b.platform, 'shown': b.shown},
            b.crawl_id) FILTER (b.items > 0) AS was
  FROM now n JOIN read b ON b.portal_id = n.portal_id AND b.section_url = n.section_url AND b.crawl_id < n.crawl_id
  GROUP BY n.crawl_id, n.portal_id, n.section_url
),
absent AS (
  SELECT n.crawl_id, n.portal_id, n.section_url,
    unnest(list_filter(b.was.shown, lambda x: NOT list_contains(n.shown, x))) AS location_id
  FROM now n JOIN before b USING (crawl_id, portal_id, section_url)
),
gone AS (
  SELECT a.crawl_id, a.portal_id, a.section_url, count(*) AS absent,
    count(*) FILTER (EXISTS (
      FROM posting_sighting g WHERE g.location_id = a.location_id AND g.presence = 'gone' AND g.crawl_id <= a.crawl_id
    )) AS gone
  FROM absent a GROUP BY ALL
),
compared AS (
  SELECT n.crawl_id, n.portal_id, n.section_url, n.items, n.dated, n.titles, b.most, b.was,
    -- titles are 0 where a file of an older version kept no looks: then nothing is known of its software
    b.was.titles > 0 AND n.platform IS DISTINCT FROM b.was.platform AS other_software, n.platform,
    n.ended AND b.most >= $few AND (n.items = 0 OR (b.most >= 2 * $few AND 2 * n.items < b.most)) AS shrunk,
    coalesce(2 * g.gone >= g.absent, false) AND g.absent > 0 AS explained,
    b.was.items > $few AND b.was.dated >= 0.8 * b.was.items AND n.items > $few AND n.dated = 0 AS undated,
    n.items > 2 * $few AND 2 * n.titles <= n.items AND b.was.titles >= 0.8 * b.was.items AS repeated
  FROM now n JOIN before b USING (crawl_id, portal_id, section_url)
  LEFT JOIN gone g USING (crawl_id, portal_id, section_url)
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


def compare(con: duckdb.DuckDBPyConnection, context: MonthContext) -> None:
    """Make `ctx_change`: one row a list of the month's crawls that looks unlike what it was, and what changed.

    Columns: crawl_id, portal_id, section_url, change (a line in Vietnamese).
    """
    con.execute(_SQL, {"month": context.month.first_day, "until": context.observed_until, "few": _FEW})
