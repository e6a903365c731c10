"""Findings about what is owed: groups missing or removed, communes without a posting.

What belongs here: kinds that read `fact_checklist_monthly`. What does not: its statuses (that module).
"""

from __future__ import annotations

import duckdb

from pipeline.facts.context import MonthContext
from pipeline.findings.model import Raised, day
from pipeline.programmes.findings import CommunesIncomplete, Missing, Removed

_OWN = """
SELECT k.unit_id, k.group_id, k.status, v.coverage_id, k.evidence,
  (SELECT list(h.group_id ORDER BY g.place) FROM fact_checklist_monthly h JOIN ctx_group g USING (group_id)
   WHERE h.month = k.month AND h.programme_id = k.programme_id AND h.unit_id = k.unit_id AND h.level = 'own'
     AND h.status = 'published') AS have
FROM fact_checklist_monthly k
JOIN fact_coverage_monthly v ON v.unit_id = k.unit_id AND v.month = k.month AND v.assessed
JOIN ctx_group o ON o.group_id = k.group_id
WHERE k.month = $month AND k.programme_id = $programme AND k.level = 'own' AND list_contains($groups, k.group_id)
ORDER BY k.unit_id, o.place
"""

_GONE = """
SELECT unit_id, group_id, count(*), max(last_seen), min(first_missed)
FROM ctx_posting WHERE state = 'gone' AND level = 'own' GROUP BY unit_id, group_id
"""

_COMMUNES = """
WITH shown AS (
  SELECT DISTINCT unit_id, group_id, commune_id FROM ctx_shown WHERE level = 'commune' AND commune_id IS NOT NULL
)
SELECT k.unit_id, k.group_id, k.status, k.n, k.m, v.coverage_id, k.evidence,
  (SELECT list(c.commune_id ORDER BY c.commune_id) FROM ctx_commune c
   WHERE c.unit_id = k.unit_id AND NOT EXISTS (
     FROM shown s WHERE s.unit_id = k.unit_id AND s.group_id = k.group_id AND s.commune_id = c.commune_id)) AS without
FROM fact_checklist_monthly k
JOIN fact_coverage_monthly v ON v.unit_id = k.unit_id AND v.month = k.month AND v.assessed
WHERE k.month = $month AND k.programme_id = $programme AND k.level = 'commune' AND list_contains($groups, k.group_id)
ORDER BY k.unit_id, k.group_id
"""


def missing(con: duckdb.DuckDBPyConnection, context: MonthContext, rule: Missing) -> list[Raised]:
    """Owed groups that are provably not on show; a cell that cannot be assessed says neither."""
    return [
        Raised(unit, group, {"groups": [group], "have": have or []}, (coverage, *evidence),
               holds=True if status == "missing" else None)
        for unit, group, status, coverage, evidence, have in _own(con, context, rule.groups)
        if status in ("missing", "not_assessable")
    ]


def removed(con: duckdb.DuckDBPyConnection, context: MonthContext, rule: Removed) -> list[Raised]:
    """Owed groups that were on show and are confirmed gone; what waits for its re-check says neither."""
    gone = {(unit, group): rest for unit, group, *rest in con.execute(_GONE).fetchall()}
    found = []
    for unit, group, status, coverage, evidence, _ in _own(con, context, rule.groups):
        if status == "removed":
            n, seen, missed = gone.get((unit, group), (len(evidence), None, None))
            facts = {"groups": [group], "n": n, "last_seen": day(seen), "first_missed": day(missed)}
            found.append(Raised(unit, group, facts, (coverage, *evidence)))
        elif status == "not_assessable":
            found.append(Raised(unit, group, holds=None))
    return found


def communes_incomplete(
    con: duckdb.DuckDBPyConnection, context: MonthContext, rule: CommunesIncomplete
) -> list[Raised]:
    """Groups that not every commune of the district shows, with the communes in the registry's order."""
    order = {unit.unit_id: place for place, unit in enumerate(context.registry.units(context.month.last_day))}
    found = []
    for unit, group, status, n, m, coverage, evidence, without in con.execute(
            _COMMUNES, {**_month(context), "groups": list(rule.groups)}).fetchall():
        if status == "not_assessable" or n is None:
            found.append(Raised(unit, group, holds=None))
        elif n < m:
            communes = sorted(without or [], key=lambda commune: order[commune])
            facts = {"groups": [group], "n": n, "m": m, "missing": len(communes), "communes": communes}
            found.append(Raised(unit, group, facts, (coverage, *evidence)))
    return found


def _own(
    con: duckdb.DuckDBPyConnection, context: MonthContext, groups: tuple[str, ...]
) -> list[tuple[str, str, str, str, list[str], list[str] | None]]:
    return con.execute(_OWN, {**_month(context), "groups": list(groups)}).fetchall()


def _month(context: MonthContext) -> dict[str, object]:
    return {"month": context.month.first_day, "programme": context.programme.id}
