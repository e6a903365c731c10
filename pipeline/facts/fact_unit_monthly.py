"""`fact_unit_monthly`: the figures of a unit for Phụ lục 2: postings, results, latest posting.

What does not belong here: counting (`fact_postings_monthly`, built before), drawing (`pipeline.outputs`).
"""

from __future__ import annotations

import duckdb

from pipeline.facts.context import MonthContext
from pipeline.facts.loading import replace_fact

TABLE = "fact_unit_monthly"
_SQL = """
WITH counted AS (
  SELECT unit_id,
    sum(n_postings)::INTEGER AS n_postings,
    coalesce(sum(n_postings) FILTER (group_id = 'result'), 0)::INTEGER AS n_results,
    max(latest_posting_date) AS latest_posting_date,
    sum(undated)::INTEGER AS n_undated_stock
  FROM fact_postings_monthly WHERE month = $month AND programme_id = $programme GROUP BY unit_id
),
known AS (
  SELECT unit_id,
    bool_or(form <> 'standing' AND state IN ('live', 'unlisted')) AS has_items,
    bool_or(counted_month = $month AND list_contains(review_reasons, 'group')
            AND list_contains(candidates, 'result') AND len(candidates) > 1) AS results_unsettled
  FROM ctx_posting WHERE group_id <> 'other' GROUP BY unit_id
)
SELECT
  $month::DATE AS month,
  v.unit_id,
  $programme AS programme_id,
  c.n_postings,
  CASE WHEN NOT coalesce(k.results_unsettled, false) AND c.n_postings IS NOT NULL THEN c.n_results END AS n_results,
  c.latest_posting_date,
  CASE
    WHEN NOT v.assessed THEN 'not_assessable'
    WHEN c.latest_posting_date IS NOT NULL THEN 'dated'
    WHEN k.has_items THEN 'not_displayed'
    ELSE 'nothing_to_date' END AS latest_posting_state,
  c.n_undated_stock,
  CASE WHEN v.assessed THEN v.coverage_id END AS coverage_id
FROM fact_coverage_monthly v
LEFT JOIN counted c USING (unit_id)
LEFT JOIN known k USING (unit_id)
WHERE v.month = $month
ORDER BY v.unit_id
"""


def build(con: duckdb.DuckDBPyConnection, context: MonthContext, prepared: bool = False) -> int:
    """Replace the month (`prepared`: see `replace_fact`); return the number of rows."""
    return replace_fact(con, context, TABLE, _SQL, prepared)
