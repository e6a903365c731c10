"""`fact_known_monthly`: the postings of every month so far, as known when this month's watching ended.

The series as known now: a backdated posting, or one of a month whose portal was down, counts here in its own month,
whose facts stay as they were made. What does not belong here: issued figures and their restatement.
"""

from __future__ import annotations

import duckdb

from pipeline.facts.context import MonthContext
from pipeline.facts.loading import replace_fact

TABLE = "fact_known_monthly"

# A month is known where the unit was assessed in it, or in a later month whose lists were read back to before it: all
# to their end, or the month lies within the window that every complete list is read back through.
_SQL = """
WITH span AS (
  SELECT unnest(generate_series(first, $month::DATE, INTERVAL 1 MONTH))::DATE AS counted_month
  FROM (SELECT least(min(month), $month::DATE) AS first FROM portal_observation)
),
judged AS (SELECT month, unit_id FROM fact_coverage_monthly WHERE assessed AND month <= $month),
list AS (
  SELECT c.month, c.unit_id, o.ended FROM fact_section_coverage_monthly c
  JOIN section_observation o USING (crawl_id, portal_id, section_url)
  WHERE c.month <= $month AND c.complete
  QUALIFY (c.role = 'section') = bool_or(c.role = 'section') OVER (PARTITION BY c.month, c.unit_id)
),
walked AS (SELECT month, unit_id, bool_and(ended) AS ended FROM list GROUP BY month, unit_id),
known AS (
  SELECT DISTINCT s.counted_month, j.unit_id
  FROM span s JOIN judged j ON j.month >= s.counted_month LEFT JOIN walked w USING (month, unit_id)
  WHERE j.month = s.counted_month OR w.ended
    OR (w.unit_id IS NOT NULL AND s.counted_month >= j.month - INTERVAL {overlap_days} DAY)
),
counted AS (
  SELECT counted_month, unit_id, group_id, level, count(*) AS n
  FROM ctx_posting WHERE group_id <> 'other' AND counted_month IS NOT NULL
  GROUP BY counted_month, unit_id, group_id, level
),
grid AS (
  SELECT DISTINCT unit_id, group_id, level FROM fact_postings_monthly
  WHERE month <= $month AND programme_id = $programme
  UNION
  SELECT unit_id, group_id, level FROM counted SEMI JOIN fact_coverage_monthly USING (unit_id)
)
SELECT $month::DATE AS month, s.counted_month, g.unit_id, $programme AS programme_id, g.group_id, g.level,
  CASE WHEN k.unit_id IS NOT NULL THEN coalesce(c.n, 0)::INTEGER END AS n_postings
FROM span s CROSS JOIN grid g
LEFT JOIN known k ON k.counted_month = s.counted_month AND k.unit_id = g.unit_id
LEFT JOIN counted c ON c.counted_month = s.counted_month AND c.unit_id = g.unit_id AND c.group_id = g.group_id
  AND c.level = g.level
ORDER BY s.counted_month, g.unit_id, g.group_id, g.level
"""


def build(con: duckdb.DuckDBPyConnection, context: MonthContext, prepared: bool = False) -> int:
    """Replace the month (`prepared`: see `replace_fact`); return the number of rows: every month from the
    workspace's first × unit × group × level, without a figure where nobody could know it.

    Needs this month's and earlier months' `fact_coverage_monthly`, `fact_section_coverage_monthly` and
    `fact_postings_monthly`.
    """
    sql = _SQL.replace("{overlap_days}", str(context.programme.policy.overlap_days))
    return replace_fact(con, context, TABLE, sql, prepared)
