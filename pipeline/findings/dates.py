"""Findings about dates that a visitor misses: not displayed, a growing stock of undated postings.

What belongs here: these kinds. What does not: backdated and edited dates, which are events (`events`).
"""

from __future__ import annotations

import duckdb

from pipeline.facts.context import MonthContext
from pipeline.findings.model import Raised
from pipeline.programmes.findings import DatesNotDisplayed, UndatedStock

# A posting whose own page was never read may show its date there: it says nothing.
_NOT_DISPLAYED = """
WITH looked AS (
  SELECT p.unit_id, p.posting_id, p.displayed_on
  FROM ctx_shown p
  WHERE p.displayed_on IS NOT NULL OR p.form = 'file' OR EXISTS (
    FROM ctx_location l JOIN posting_sighting v USING (location_id)
    WHERE l.posting_id = p.posting_id AND v.presence = 'live' AND v.role <> 'listing' AND v.seen_at <= $until)
)
SELECT unit_id, count(*) FILTER (displayed_on IS NULL), count(*),
  list_sort(list(posting_id) FILTER (displayed_on IS NULL))
FROM looked GROUP BY unit_id
HAVING count(*) FILTER (displayed_on IS NULL) >= greatest($at_least, $share * count(*))
ORDER BY unit_id
"""

_STOCK = """
WITH stock AS (
  SELECT unit_id, list_sort(list(posting_id)) AS ids FROM ctx_shown WHERE counted_by = 'undated_stock' GROUP BY unit_id
)
SELECT t.unit_id, t.n_undated_stock, p.n_undated_stock, coalesce(s.ids, []),
  t.n_undated_stock - p.n_undated_stock >= $at_least
FROM fact_unit_monthly t
LEFT JOIN fact_unit_monthly p
  ON p.unit_id = t.unit_id AND p.programme_id = t.programme_id AND p.month = (t.month - INTERVAL 1 MONTH)::DATE
LEFT JOIN stock s ON s.unit_id = t.unit_id
WHERE t.month = $month AND t.programme_id = $programme AND t.n_undated_stock IS NOT NULL
ORDER BY t.unit_id
"""


def dates_not_displayed(
    con: duckdb.DuckDBPyConnection, context: MonthContext, rule: DatesNotDisplayed
) -> list[Raised]:
    """Units most of whose postings show no date, on the list or on their own page."""
    found = con.execute(_NOT_DISPLAYED, {
        "until": context.observed_until, "at_least": rule.at_least, "share": rule.share}).fetchall()
    return [Raised(unit, "", {"n": n, "m": m}, tuple(ids)) for unit, n, m, ids in found]


def undated_stock(con: duckdb.DuckDBPyConnection, context: MonthContext, rule: UndatedStock) -> list[Raised]:
    """Units whose stock of undated postings grew; unknown where the month before was not assessed."""
    found = con.execute(_STOCK, {
        "month": context.month.first_day, "programme": context.programme.id, "at_least": rule.at_least}).fetchall()
    return [
        Raised(unit, "", {"n": n, "previous": previous, "grew": n - previous} if grew else {}, tuple(ids),
               holds=True if grew else None)
        for unit, n, previous, ids, grew in found if grew or previous is None
    ]
