"""`fact_postings_monthly`: postings of the month by unit, group and level, zeros present.

What does not belong here: the month of a posting (`pipeline.facts.timeline`), whether a unit can be judged
(`pipeline.facts.fact_coverage_monthly`, which is built before).
"""

from __future__ import annotations

import duckdb

from pipeline.facts.context import MonthContext
from pipeline.facts.loading import replace_fact

TABLE = "fact_postings_monthly"
COUNTS = """
  SELECT unit_id, group_id, level,
    count(*) FILTER (counted_month = $month) AS n_postings,
    count(*) FILTER (counted_month = $month AND list_contains(review_reasons, 'group')) AS n_doubtful,
    max(posted_on) AS latest_posting_date,
    count(*) FILTER (counted_by = 'undated_stock' AND state IN ('live', 'unlisted')) AS undated
  FROM ctx_posting WHERE group_id <> 'other' GROUP BY unit_id, group_id, level
"""
"""One pass over the postings as of the month's end; the benchmark runs this text too."""

_SQL = f"""
WITH counted AS ({COUNTS}),
grid AS (
  SELECT u.unit_id, g.group_id, l.level
  FROM ctx_unit u CROSS JOIN ctx_group g CROSS JOIN (VALUES ('own'), ('commune')) l(level)
  WHERE l.level = 'own'
    OR EXISTS (FROM ctx_owed o WHERE o.kind = u.kind AND o.level = 'commune')
  UNION
  SELECT unit_id, group_id, level FROM counted SEMI JOIN ctx_unit USING (unit_id)
)
SELECT
  $month::DATE AS month,
  unit_id,
  $programme AS programme_id,
  group_id,
  level,
  CASE WHEN v.assessed THEN coalesce(c.n_postings, 0)::INTEGER END AS n_postings,
  CASE WHEN v.assessed THEN coalesce(c.n_doubtful, 0)::INTEGER END AS n_doubtful,
  CASE WHEN v.assessed THEN c.latest_posting_date END AS latest_posting_date,
  CASE WHEN v.assessed THEN coalesce(c.undated, 0)::INTEGER END AS undated,
  CASE WHEN v.assessed THEN v.coverage_id END AS coverage_id
FROM grid
LEFT JOIN counted c USING (unit_id, group_id, level)
JOIN fact_coverage_monthly v ON v.unit_id = grid.unit_id AND v.month = $month
ORDER BY unit_id, group_id, level
"""  # noqa: S608 - put together from constants


def build(con: duckdb.DuckDBPyConnection, context: MonthContext, prepared: bool = False) -> int:
    """Replace the month (`prepared`: see `replace_fact`); return the number of rows."""
    return replace_fact(con, context, TABLE, _SQL, prepared)
