"""Findings about how often a unit publishes: one posting only, stale, of an earlier year; often, first, in the month.

What belongs here: these kinds. What does not: the month of a posting (`pipeline.facts.timeline`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

import duckdb

from pipeline.facts.context import MonthContext
from pipeline.findings.model import Raised, day
from pipeline.months import Month
from pipeline.programmes.findings import First, Often, OldYear, Posted, Single, Stale

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_DECEMBER = 12

# Whatever was ever seen counts, and what may be of the group leaves the number open.
_SINGLE = """
SELECT v.unit_id, any_value(v.coverage_id), any_value(p.posting_id), any_value(p.posted_on)
FROM ctx_posting p
JOIN fact_coverage_monthly v ON v.unit_id = p.unit_id AND v.month = $month AND v.assessed
JOIN (SELECT unit_id FROM ctx_evidence GROUP BY unit_id HAVING bool_and(to_end)) w ON w.unit_id = p.unit_id
WHERE p.level = 'own' AND (p.group_id = $group
  OR (list_contains(p.review_reasons, 'group') AND list_contains(p.candidates, $group)))
GROUP BY v.unit_id
HAVING count(*) = 1 AND bool_and(p.state IN ('live', 'unlisted'))
  AND bool_and(NOT list_contains(p.review_reasons, 'group'))
ORDER BY v.unit_id
"""

# An undated posting that came in a known interval counts by the month it was given.
_LATEST = """
SELECT v.unit_id, v.coverage_id, max(p.posted_on), max(coalesce(p.posted_on, p.counted_month)), count(*),
  bool_or(p.posted_on IS NULL AND p.counted_month IS NULL
    OR list_contains(p.review_reasons, 'group')),
  list_sort(list(p.posting_id))
FROM ctx_posting p
JOIN fact_coverage_monthly v ON v.unit_id = p.unit_id AND v.month = $month AND v.assessed
WHERE p.level = 'own' AND (p.group_id = $group
  OR (list_contains(p.review_reasons, 'group') AND list_contains(p.candidates, $group)))
GROUP BY v.unit_id, v.coverage_id
HAVING count(*) FILTER (p.state IN ('live', 'unlisted') AND p.posted_on IS NOT NULL) > 0
ORDER BY v.unit_id
"""

_SHOWN = """
SELECT unit_id, title, posted_on, posting_id FROM ctx_shown
WHERE group_id = $group AND level = 'own' ORDER BY unit_id, posted_on NULLS FIRST, posting_id
"""

_COUNTED = """
SELECT v.unit_id, p.counted_month, list_sort(list(p.posting_id))
FROM ctx_posting p JOIN fact_coverage_monthly v ON v.unit_id = p.unit_id AND v.month = $month AND v.assessed
WHERE p.group_id = $group AND p.level = 'own' AND NOT list_contains(p.review_reasons, 'group')
  AND p.counted_month BETWEEN $from AND $month
GROUP BY ALL ORDER BY ALL
"""

_FIRST = """
SELECT p.unit_id, min(coalesce(p.posted_on, timezone('Asia/Ho_Chi_Minh', p.first_seen)::DATE)) AS earliest, count(*),
  list_sort(list(DISTINCT p.commune_id) FILTER (p.commune_id IS NOT NULL)), list_sort(list(p.posting_id))
FROM ctx_shown p SEMI JOIN ctx_unit USING (unit_id)
WHERE p.group_id = $group AND p.level = $level
GROUP BY p.unit_id ORDER BY earliest, p.unit_id
"""

_UNSEEN = """
SELECT count(*) FROM ctx_unit u JOIN fact_coverage_monthly v ON v.unit_id = u.unit_id AND v.month = $month
WHERE NOT v.assessed
  AND EXISTS (FROM ctx_owed o WHERE o.kind = u.kind AND o.level = $level AND o.group_id = $group)
"""


def single(con: duckdb.DuckDBPyConnection, context: MonthContext, rule: Single) -> list[Raised]:
    """Units with exactly one posting of the group ever, on lists that were walked to their end."""
    found = con.execute(_SINGLE, {"month": context.month.first_day, "group": rule.group}).fetchall()
    return [
        Raised(unit, rule.group, {"groups": [rule.group], "latest": day(posted)}, (coverage, posting))
        for unit, coverage, posting, posted in found
    ]


def stale(con: duckdb.DuckDBPyConnection, context: MonthContext, rule: Stale) -> list[Raised]:
    """Units whose latest posting of the group is old; unknown where an undated or doubtful one may be newer."""
    raised = []
    for unit, coverage, dated, latest, n, unclear, ids in con.execute(
            _LATEST, {"month": context.month.first_day, "group": rule.group}).fetchall():
        months = _months_between(latest, context.month)
        if months >= rule.months:
            facts = {"groups": [rule.group], "latest": day(dated), "months": months, "n": n}
            raised.append(Raised(unit, rule.group, facts, (coverage, *ids), holds=None if unclear else True))
    return raised


def _months_between(earlier: date, month: Month) -> int:
    return (month.year - earlier.year) * 12 + month.number - earlier.month


def old_year(con: duckdb.DuckDBPyConnection, context: MonthContext, rule: OldYear) -> list[Raised]:
    """Units whose every posting of the group is of an earlier year than the month's."""
    years: dict[str, list[tuple[int | None, date | None, str]]] = defaultdict(list)
    for unit, title, posted, posting in con.execute(_SHOWN, {"group": rule.group}).fetchall():
        years[unit].append((_year_of(title, posted), posted, posting))
    raised = []
    for unit, told in years.items():
        known = [(year, posted, posting) for year, posted, posting in told if year is not None]
        latest = max(known, key=lambda one: (one[0], one[1] or date.min, one[2]), default=None)
        if latest is None or latest[0] >= context.month.year:
            continue
        facts = {"groups": [rule.group], "year": latest[0], "latest": day(latest[1])}
        raised.append(Raised(unit, rule.group, facts, (latest[2],), holds=True if len(known) == len(told) else None))
    return raised


def _year_of(title: str, posted: date | None) -> int | None:
    """Return the year that a posting is for: the latest one its title names, else that of its date."""
    named = [int(year) for year in _YEAR.findall(title)]
    if named:
        return max(named)
    return None if posted is None else posted.year + (posted.month == _DECEMBER)


def posted(con: duckdb.DuckDBPyConnection, context: MonthContext, rule: Posted) -> list[Raised]:
    """Units that posted of the group in the month."""
    month = context.month.first_day
    found = con.execute(_COUNTED, {"month": month, "from": month, "group": rule.group}).fetchall()
    return [
        Raised(unit, rule.group, {"groups": [rule.group], "n": len(ids)}, tuple(ids))
        for unit, _, ids in found if len(ids) >= rule.at_least
    ]


def often(con: duckdb.DuckDBPyConnection, context: MonthContext, rule: Often) -> list[Raised]:
    """Units that posted of the group in many of the last months."""
    found: dict[str, list[list[str]]] = defaultdict(list)
    window = {"month": context.month.first_day, "from": context.month.shift(1 - rule.months).first_day}
    for unit, _, ids in con.execute(_COUNTED, {**window, "group": rule.group}).fetchall():
        found[unit].append(ids)
    return [
        Raised(unit, rule.group, {
            "groups": [rule.group], "n": sum(map(len, months)), "months": len(months), "of": rule.months,
        }, tuple(one for ids in months for one in ids))
        for unit, months in found.items() if len(months) >= rule.at_least
    ]


def first(con: duckdb.DuckDBPyConnection, context: MonthContext, rule: First) -> list[Raised]:
    """The unit that was first; nobody while a unit that owes the same could not be assessed."""
    found = con.execute(_FIRST, {"group": rule.group, "level": rule.level}).fetchall()
    unseen = con.execute(
        _UNSEEN, {"month": context.month.first_day, "group": rule.group, "level": rule.level}).fetchall()[0][0]
    if not found or len(found) > 1 + rule.others or (len(found) > 1 and found[0][1] == found[1][1]):
        return []
    unit, earliest, n, communes, ids = found[0]
    facts = {"groups": [rule.group], "n": n, "communes": communes or [], "earliest": day(earliest)}
    return [Raised(unit, rule.group, facts, tuple(ids), holds=None if unseen else True)]
