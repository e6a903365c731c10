"""`fact_checklist_monthly`: is what a unit owes on show, as of the end of the month's watching.

A positive is evidence by itself; *missing* needs lists read to their end, and carries the coverage that proves it;
*removed* needs every posting that was there confirmed gone.
What does not belong here: ✓ and n/m as drawn (`pipeline.outputs`).
"""

from __future__ import annotations

import duckdb

from pipeline.facts.context import MonthContext
from pipeline.facts.loading import replace_fact

TABLE = "fact_checklist_monthly"
_SQL = """
WITH owed AS (
  SELECT u.unit_id, o.level, o.group_id,
    (SELECT count(*) FROM ctx_commune x WHERE x.unit_id = u.unit_id) AS communes
  FROM ctx_unit u JOIN ctx_owed o USING (kind)
),
-- Seen by a crawl of this very month: what stays proven where the unit as a whole cannot be judged.
seen AS (
  SELECT DISTINCT l.posting_id
  FROM posting_sighting s JOIN ctx_location l USING (location_id)
  WHERE s.month = $month AND s.seen_at <= $until AND s.presence = 'live'
),
-- What only a portal showed that the unit has left is not on show, though nobody saw it go.
held AS (SELECT DISTINCT posting_id FROM ctx_location SEMI JOIN ctx_portal USING (portal_id)),
posting AS (
  SELECT p.posting_id, p.unit_id, p.group_id, p.level, p.commune_id, p.candidates,
    list_contains(p.review_reasons, 'group') AS doubtful,
    p.state IN ('live', 'unlisted') AND held.posting_id IS NOT NULL AND (v.assessed OR seen.posting_id IS NOT NULL)
      AS on_show,
    p.state = 'gone' AS lost,
    p.state = 'suspected_gone' AS suspected
  FROM ctx_posting p
  JOIN fact_coverage_monthly v ON v.unit_id = p.unit_id AND v.month = $month
  LEFT JOIN seen USING (posting_id)
  LEFT JOIN held USING (posting_id)
  LEFT JOIN ctx_commune x ON x.unit_id = p.unit_id AND x.commune_id = p.commune_id
  WHERE p.group_id <> 'other' AND (p.level = 'own' OR x.commune_id IS NOT NULL)
),
-- A posting of an unsettled group proves no group, and leaves none of its candidates provably missing.
told AS (SELECT *, on_show AND NOT doubtful AS shown FROM posting),
open AS (
  SELECT DISTINCT unit_id, level, unnest(candidates) AS group_id FROM posting WHERE on_show AND doubtful
),
found AS (
  SELECT unit_id, group_id, level,
    CASE level WHEN 'own' THEN count(*) FILTER (shown)
               ELSE count(DISTINCT commune_id) FILTER (shown) END AS n,
    count(*) FILTER (lost) AS lost,
    count(*) FILTER (suspected) AS suspected,
    list_sort(list(posting_id) FILTER (shown)) AS shown_ids,
    list_sort(list(posting_id) FILTER (lost)) AS lost_ids,
    list_sort(list(posting_id) FILTER (suspected)) AS suspected_ids
  FROM told GROUP BY unit_id, group_id, level
),
walked AS (
  SELECT unit_id, bool_and(to_end) AS to_end, list_sort(list(crawl_id) FILTER (crawl_id IS NOT NULL)) AS crawls
  FROM ctx_evidence GROUP BY unit_id
),
judged AS (
  SELECT o.unit_id, o.level, o.group_id, o.communes, v.assessed, v.coverage_id, w.crawls,
    f.shown_ids, f.lost_ids, f.suspected_ids,
    coalesce(f.n, 0) AS n,
    CASE
      WHEN coalesce(f.n, 0) > 0 THEN 'none'
      WHEN NOT v.assessed THEN v.cause
      WHEN p.group_id IS NOT NULL THEN 'awaiting_review'
      WHEN f.suspected > 0 THEN 'awaiting_recheck'
      WHEN f.lost > 0 OR w.to_end THEN 'none'
      ELSE 'not_to_end' END AS why,
    CASE WHEN coalesce(f.n, 0) > 0 THEN 'published' WHEN why <> 'none' THEN 'not_assessable'
      WHEN f.lost > 0 THEN 'removed' ELSE 'missing' END AS status
  FROM owed o
  JOIN fact_coverage_monthly v ON v.unit_id = o.unit_id AND v.month = $month
  JOIN walked w ON w.unit_id = o.unit_id
  LEFT JOIN found f ON f.unit_id = o.unit_id AND f.group_id = o.group_id AND f.level = o.level
  LEFT JOIN open p ON p.unit_id = o.unit_id AND p.group_id = o.group_id AND p.level = o.level
  WHERE o.level = 'own' OR o.communes > 0
)
SELECT
  $month::DATE AS month,
  unit_id,
  $programme AS programme_id,
  group_id,
  level,
  status,
  CASE WHEN assessed AND status <> 'not_assessable' THEN n::INTEGER END AS n,
  CASE WHEN level = 'commune' THEN communes::INTEGER END AS m,
  CASE WHEN status = 'published' THEN shown_ids WHEN status = 'removed' THEN lost_ids
       WHEN why = 'awaiting_recheck' THEN suspected_ids ELSE coalesce(crawls, []) END AS evidence,
  CASE WHEN assessed THEN coverage_id END AS coverage_id,
  why AS cause
FROM judged
ORDER BY unit_id, group_id, level
"""


def build(con: duckdb.DuckDBPyConnection, context: MonthContext, prepared: bool = False) -> int:
    """Replace the month (`prepared`: see `replace_fact`); return the number of rows."""
    return replace_fact(con, context, TABLE, _SQL, prepared)
