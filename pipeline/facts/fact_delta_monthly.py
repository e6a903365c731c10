"""`fact_delta_monthly`: this month less the previous, per unit, per group and for the province.

The previous month is shown as it was issued, where it was. A unit that took over from others is compared with what
they had together; one that shares its past with another (a split) is compared with nothing. What does not belong
here: the lists behind the numbers (`pipeline.facts.delta_posting_monthly`, built before).
"""

from __future__ import annotations

import duckdb

from pipeline.facts.context import MonthContext
from pipeline.facts.loading import replace_fact
from warehouse.issued import shown

TABLE = "fact_delta_monthly"
PROVINCE = "province"
ALL_GROUPS = "all"

# The province's change is NULL where different units were judged in the two months: a difference of totals over
# different units is no change of anything.
_SQL = f"""
WITH figure AS (
  SELECT month, unit_id, coalesce(group_id, '{ALL_GROUPS}') AS group_id, sum(n_postings) AS n
  FROM {{postings}}
  WHERE month IN ($month, ($month::DATE - INTERVAL 1 MONTH)::DATE) AND programme_id = $programme
  GROUP BY GROUPING SETS ((month, unit_id, group_id), (month, unit_id))
),
this AS (SELECT * FROM figure WHERE month = $month),
previous AS (SELECT * FROM figure WHERE month <> $month),
-- What stands behind a unit of today: itself, but where the structure changed in between.
origin AS (
  SELECT unit_id, unit_then, shared FROM ctx_origin WHERE series_month = ($month::DATE - INTERVAL 1 MONTH)::DATE
  UNION ALL
  SELECT unit_id, unit_id, false FROM ctx_unit WHERE unit_id NOT IN (
    SELECT unit_id FROM ctx_origin WHERE series_month = ($month::DATE - INTERVAL 1 MONTH)::DATE)
),
inherited AS (
  SELECT o.unit_id, p.group_id,
    CASE WHEN bool_or(o.shared) OR count(p.n) < count(*) THEN NULL ELSE sum(p.n) END AS n
  FROM origin o JOIN previous p ON p.unit_id = o.unit_then GROUP BY o.unit_id, p.group_id
),
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
  LEFT JOIN inherited p USING (unit_id, group_id)
  LEFT JOIN listed l USING (unit_id, group_id)
),
-- By the units of today: one is judged where all it comes from was; a unit without heirs stands for itself.
judged AS (
  SELECT coalesce(o.unit_id, p.unit_id) AS unit_id, p.group_id, bool_and(p.n IS NOT NULL) AS assessed
  FROM previous p LEFT JOIN origin o ON o.unit_then = p.unit_id GROUP BY ALL
),
previous_province AS (
  SELECT group_id, sum(n) AS n, CASE WHEN count(n) > 0 THEN count(*) FILTER (n > 0) END AS posting,
    any_value(assessed) AS assessed
  FROM previous LEFT JOIN (
    SELECT group_id, list_sort(list(unit_id)) AS assessed FROM judged WHERE assessed GROUP BY group_id
  ) USING (group_id)
  GROUP BY group_id
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
    sql = _SQL.replace("{postings}", shown("fact_postings_monthly", context.month.first_day))
    return replace_fact(con, context, TABLE, sql, prepared)
