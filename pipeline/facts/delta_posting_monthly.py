"""`delta_posting_monthly`: postings first seen, confirmed gone or suspected gone since the previous month's watching
ended.

What does not belong here: counts of them (`pipeline.facts.fact_delta_monthly`).
"""

from __future__ import annotations

import duckdb

from pipeline.facts.context import MonthContext
from pipeline.facts.loading import replace_fact

TABLE = "delta_posting_monthly"

# A person may confirm a removal after the month's watching, and the month be made again: it is told there, once.
# A posting of a portal's very first observation is not new by that alone: it is where it belongs to the month, or
# where its list was seen without it.
_SQL = """
WITH since AS (
  SELECT coalesce(
    (SELECT max(observed_until) FROM fact_coverage_monthly
     WHERE month = ($month::DATE - INTERVAL 1 MONTH)::DATE),
    timezone('Asia/Ho_Chi_Minh', $month::TIMESTAMP)) AS moment
),
changed AS (
  SELECT 'new' AS change, p.first_capture_id AS capture_id, p.*
  FROM ctx_posting p, since
  WHERE p.first_seen > since.moment AND (p.bounded_from IS NOT NULL OR p.counted_month = $month)
  UNION ALL
  SELECT 'removed', p.missed_capture_id, p.*
  FROM ctx_posting p, since
  WHERE p.state = 'gone' AND p.gone_confirmed_at > since.moment AND NOT EXISTS (
    FROM delta_posting_monthly d
    WHERE d.month < $month AND d.change = 'removed' AND d.posting_id = p.posting_id AND d.last_seen = p.last_seen)
  UNION ALL
  SELECT 'suspected', p.missed_capture_id, p.*
  FROM ctx_posting p, since
  WHERE p.state = 'suspected_gone' AND p.first_missed > since.moment
)
SELECT $month::DATE AS month, unit_id, posting_id, change, group_id, level, title, url, displayed_on, posted_on,
  first_seen, last_seen, capture_id
FROM changed SEMI JOIN ctx_unit USING (unit_id)
WHERE group_id <> 'other'
ORDER BY unit_id, change, group_id, level, posting_id
"""


def build(con: duckdb.DuckDBPyConnection, context: MonthContext, prepared: bool = False) -> int:
    """Replace the month (`prepared`: see `replace_fact`); return the number of rows."""
    return replace_fact(con, context, TABLE, _SQL, prepared)
