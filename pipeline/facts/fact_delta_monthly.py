"""`fact_delta_monthly`: this month less the previous, per unit, per group and for the province.

What does not belong here: the lists behind the numbers (`pipeline.facts.delta_posting_monthly`, built before).
"""

from __future__ import annotations

import duckdb

from pipeline.facts.context import MonthContext
from pipeline.facts.loading import replace_fact

TABLE = "fact_delta_monthly"
PROVINCE = "province"
ALL_GROUPS = "all"

# The province's change is NULL where different units were judged in the two months: a difference of totals over
# different units is no change of anything.
_SQL = f"""
WITH figure AS (
  SELECT month, unit_id, coalesce(group_id, '{ALL_GROUPS}') AS group_id, sum(n_postings) AS n
  FROM fact_postings_monthly
  WHERE month IN ($month, ($month::DATE - INTERVAL 1 MONTH)::DATE) AND programme_id = $programme
  GROUP BY GROUPING SETS ((month, unit_id, group_id), (month, unit_id))
),
this AS (SELECT * FROM figure WHERE month = $month),
previous AS (SELECT * FROM figure WHERE month <> $month),
listed AS (
  SELECT unit_id, coalesce(group_id, '{ALL_GROUPS}') AS group_id,
    count(*) FILTER (change = 'new') AS n_new, count(*) FILTER (change = 'removed') AS n_removed
  FROM delta_posting_monthly WHERE month = $month
  GROUP BY GROUPING SETS ((unit_id, group_id), (unit_id))
),
by_unit AS (
  SELECT t.unit_id, t.group_id, t.n, p.n AS n_previous,
    coalesce(l.n_new, 0) AS n_new, coalesce(l.n_removed, 0) AS n_removed
  FROM this t
  LEFT JOIN previous p USING (unit_id, group_id)
  LEFT JOIN listed l USING (unit_id, group_id)
),
previous_province AS (
  SELECT group_id, sum(n) AS n, CASE WHEN count(n) > 0 THEN count(*) FILTER (n > 0) END AS posting,
    list_sort(list(unit_id) FILTER (n IS NOT NULL)) AS assessed
  FROM previous GROUP BY group_id
),
province AS (
  SELECT '{PROVINCE}' AS unit_id, group_id, sum(n) AS n, sum(n_new) AS n_new, sum(n_removed) AS n_removed,
    CASE WHEN count(n) > 0 THEN count(*) FILTER (n > 0) END AS posting, count(n) AS n_assessed,
    list_sort(list(unit_id) FILTER (n IS NOT NULL)) AS assessed
  FROM by_unit GROUP BY group_id
)
SELECT $month::DATE AS month, $programme AS programme_id, unit_id, group_id,
  n::INTEGER AS n_postings, n_previous::INTEGER AS n_postings_previous, (n - n_previous)::INTEGER AS change,
  n_new::INTEGER AS n_new, n_removed::INTEGER AS n_removed,
  NULL::INTEGER AS n_units_posting, NULL::INTEGER AS n_units_posting_previous, NULL::INTEGER AS n_units_assessed
FROM by_unit
UNION ALL
SELECT $month, $programme, unit_id, group_id,
  p.n::INTEGER, q.n::INTEGER, CASE WHEN p.assessed = q.assessed THEN (p.n - q.n)::INTEGER END,
  p.n_new::INTEGER, p.n_removed::INTEGER, p.posting::INTEGER, q.posting::INTEGER, p.n_assessed::INTEGER
FROM province p LEFT JOIN previous_province q USING (group_id)
ORDER BY unit_id = '{PROVINCE}', unit_id, group_id = '{ALL_GROUPS}', group_id
"""  # noqa: S608 - put together from constants


def build(con: duckdb.DuckDBPyConnection, context: MonthContext, prepared: bool = False) -> int:
    """Replace the month (`prepared`: see `replace_fact`); return the number of rows."""
    return replace_fact(con, context, TABLE, _SQL, prepared)
