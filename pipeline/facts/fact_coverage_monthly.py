"""`fact_coverage_monthly`: could the unit be judged this month, on which crawl, and if not, why.

Every figure of the month carries the `coverage_id` that proves it. What does not belong here: choosing a portal's
crawl (`pipeline.facts.evidence`), the lists behind it (`pipeline.facts.fact_section_coverage_monthly`).
"""

from __future__ import annotations

import duckdb

from pipeline.facts.context import MonthContext
from pipeline.facts.loading import replace_fact

TABLE = "fact_coverage_monthly"
_SQL = """
SELECT
  $month::DATE AS month,
  u.unit_id,
  bool_and(e.conclusive) AS assessed,
  coalesce(arg_min(e.cause, e.portal_id) FILTER (NOT e.conclusive), 'none') AS cause,
  coalesce(arg_min(e.detail, e.portal_id) FILTER (NOT e.conclusive), '') AS detail,
  sum(e.sections)::INTEGER AS sections,
  sum(e.pages)::INTEGER AS pages,
  bool_and(e.complete) AS pagination_complete,
  min(e.observations)::INTEGER AS observations,
  $until::TIMESTAMPTZ AS observed_until,
  max(e.crawl_id) AS crawl_id,
  strftime($month::DATE, '%Y-%m') || '/' || u.unit_id AS coverage_id
FROM ctx_unit u JOIN ctx_evidence e USING (unit_id)
GROUP BY u.unit_id
ORDER BY u.unit_id
"""


def build(con: duckdb.DuckDBPyConnection, context: MonthContext, prepared: bool = False) -> int:
    """Replace the month (`prepared`: see `replace_fact`); return the number of rows, one a unit
    watched on the month's last day, or none."""
    return replace_fact(con, context, TABLE, _SQL, prepared)
