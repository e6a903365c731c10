"""`fact_section_coverage_monthly`: the lists behind a unit's coverage, each with the captures that prove it.

From a zero or a *missing* the chain is: figure → `coverage_id` → the rows here → `captures` → `capture` (file, offset,
digest). What does not belong here: judging a list or choosing a portal's crawl (`pipeline.facts.evidence`).
"""

from __future__ import annotations

import duckdb

from pipeline.facts.context import MonthContext
from pipeline.facts.loading import replace_fact

TABLE = "fact_section_coverage_monthly"

# A portal on which no list was walked has one row, with the captures of its home page: they show why.
_SQL = """
WITH home AS (
  SELECT crawl_id, portal_id, list_sort(list(capture_id)) AS captures
  FROM capture WHERE month = $month AND role = 'home' GROUP BY crawl_id, portal_id
)
SELECT
  $month::DATE AS month,
  strftime($month::DATE, '%Y-%m') || '/' || e.unit_id AS coverage_id,
  e.unit_id,
  e.portal_id,
  coalesce(s.section_url, '') AS section_url,
  coalesce(s.trail, '') AS trail,
  coalesce(s.role, '') AS role,
  e.crawl_id,
  e.observed_at,
  coalesce(s.pages, 0)::INTEGER AS pages,
  coalesce(s.valid_pages, 0)::INTEGER AS valid_pages,
  coalesce(s.items, 0)::INTEGER AS items,
  s.oldest,
  coalesce(s.whole, false) AS complete,
  coalesce(s.to_end, false) AS to_end,
  coalesce(s.cause = 'budget', false) AS budget_hit,
  CASE WHEN s.section_url IS NULL THEN e.cause
    WHEN s.whole THEN 'none' WHEN s.change IS NOT NULL THEN 'structure_changed'
    ELSE coalesce(nullif(s.cause, 'none'), 'not_crawled') END AS cause,
  CASE WHEN s.section_url IS NULL THEN e.detail ELSE coalesce(s.change, '') END AS detail,
  coalesce(s.captures, h.captures, []) AS captures
FROM ctx_evidence e
LEFT JOIN ctx_section s USING (crawl_id, portal_id)
LEFT JOIN home h USING (crawl_id, portal_id)
ORDER BY e.unit_id, e.portal_id, section_url
"""


def build(con: duckdb.DuckDBPyConnection, context: MonthContext, prepared: bool = False) -> int:
    """Replace the month (`prepared`: see `replace_fact`); return the number of rows, one a list of the crawl that
    each watched portal's month stands on, or none."""
    return replace_fact(con, context, TABLE, _SQL, prepared)
