"""`fact_series_monthly`: the figures of earlier months by the structure of this month.

A unit that took over from others shows what they had together, as it was issued where it was. The same months by
the structure of their own time are `fact_unit_monthly`, which no succession changes. What does not belong here: who
took over from whom (`pipeline.registry.lineage`), drawing (`pipeline.outputs`).
"""

from __future__ import annotations

import duckdb

from pipeline.facts.context import SERIES_MONTHS, MonthContext
from pipeline.facts.loading import replace_fact
from warehouse.issued import shown

TABLE = "fact_series_monthly"
_SQL = f"""
WITH earlier AS (
  SELECT month AS series_month, unit_id AS unit_then, n_postings, n_results FROM {{units}}
  WHERE programme_id = $programme AND month < $month
    AND month >= ($month::DATE - INTERVAL {SERIES_MONTHS} MONTH)::DATE
),
origin AS (
  SELECT series_month, unit_id, unit_then, shared FROM ctx_origin
  UNION ALL
  SELECT e.series_month, u.unit_id, e.unit_then, false FROM earlier e JOIN ctx_unit u ON u.unit_id = e.unit_then
  ANTI JOIN ctx_origin o ON o.series_month = e.series_month AND o.unit_id = u.unit_id
)
SELECT $month::DATE AS month, o.series_month, o.unit_id, $programme AS programme_id,
  -- What units had that went to several heirs cannot be told apart; of what was not assessed no sum is known.
  CASE WHEN bool_or(o.shared) OR count(e.n_postings) < count(*) THEN NULL
    ELSE sum(e.n_postings)::INTEGER END AS n_postings,
  CASE WHEN bool_or(o.shared) OR count(e.n_results) < count(*) THEN NULL
    ELSE sum(e.n_results)::INTEGER END AS n_results,
  list_sort(list(o.unit_then)) AS origins
FROM origin o JOIN earlier e USING (series_month, unit_then) SEMI JOIN ctx_unit u ON u.unit_id = o.unit_id
GROUP BY o.series_month, o.unit_id
ORDER BY o.unit_id, o.series_month
"""  # noqa: S608 - put together from constants


def build(con: duckdb.DuckDBPyConnection, context: MonthContext, prepared: bool = False) -> int:
    """Replace the month (`prepared`: see `replace_fact`); return the number of rows."""
    sql = _SQL.replace("{units}", shown("fact_unit_monthly", context.month.first_day))
    return replace_fact(con, context, TABLE, sql, prepared)
