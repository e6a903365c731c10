"""`finding`: what the programme's rules say of each unit in a month, since when, and what was resolved.

What belongs here: running the rules, and what became of a finding since the months before. What does not: the kinds
of rules (one module a family), their wording (the programme), workbooks (`pipeline.outputs`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import duckdb

from pipeline.facts.context import MonthContext, was_observed
from pipeline.facts.loading import ready
from pipeline.findings import checklist, dates, events, pace, reach, scene, sections
from pipeline.findings.model import Kind, Raised
from pipeline.months import Month
from pipeline.programmes.finding_text import note_of, recommendation_of
from pipeline.programmes.findings import FindingRule
from warehouse.description import table
from warehouse.issued import shown
from warehouse.schema import rows_to_arrow
from warehouse.store import replace_month

TABLE = "finding"
OPEN, RESOLVED, NOTED = "open", "resolved", "noted"
PRAISE = "praise"
_REACHABILITY, _OF_COMMUNES = "unreachable", "communes_incomplete"

KINDS: Mapping[str, Kind] = {
    name: cast(Kind, function) for name, function in {
        _REACHABILITY: reach.unreachable,
        "removed": checklist.removed,
        "missing": checklist.missing,
        _OF_COMMUNES: checklist.communes_incomplete,
        "postings_removed": events.postings_removed,
        "backdated": events.backdated,
        "date_edited": events.date_edited,
        "no_section": sections.no_section,
        "misfiled": sections.misfiled,
        "scattered": sections.scattered,
        "dates_not_displayed": dates.dates_not_displayed,
        "undated_stock": dates.undated_stock,
        "single": pace.single,
        "stale": pace.stale,
        "old_year": pace.old_year,
        "posted": pace.posted,
        "often": pace.often,
        "first": pace.first,
    }.items()
}
"""Every kind of a programme's rules and what computes it."""

_ASSESSED = "SELECT unit_id FROM fact_coverage_monthly WHERE month = $month AND assessed"
_WATCHED = "SELECT unit_id FROM ctx_unit"
# What waits for a re-check or for a person may turn out either way: nothing about the group is resolved by it.
_UNSETTLED = """
SELECT unit_id, group_id FROM fact_checklist_monthly
WHERE month = $month AND programme_id = $programme AND level = 'own' AND status = 'not_assessable'
"""
# The latest row of a finding before the month, as issued where it was: a month without a row neither held nor
# refuted it.
_BEFORE = """
SELECT unit_id, rule_id, subject, month, state, first_raised, facts, evidence FROM {findings}
WHERE month < $month AND programme_id = $programme
QUALIFY row_number() OVER (PARTITION BY unit_id, rule_id, subject ORDER BY month DESC) = 1
"""


@dataclass(frozen=True)
class _Before:
    """A finding as an earlier month left it."""

    month: date
    state: str
    first_raised: date
    facts: dict[str, Any]
    evidence: tuple[str, ...]


def build(con: duckdb.DuckDBPyConnection, context: MonthContext, prepared: bool = False) -> int:
    """Replace the month (`prepared`: the tables of `pipeline.facts.loading.ready` hold); return the number of rows.

    A month continues what the latest earlier row of each finding says. Where it is made after later ones, since when
    their findings are raised follows, but in issued months; what else it would change there waits until they are made
    again. A unit that was not assessed has findings on its reachability alone; what was open stays open without a row.
    No rows at all for a month that was never observed, or one in which nothing is to be said.
    """
    rows = list(_rows(con, context, prepared)) if was_observed(con, context) else []
    count = replace_month(con, TABLE, context.month.first_day, rows_to_arrow(table(TABLE), rows), proven_empty=True)
    _let_later_months_follow(con, context)
    return count


def _rows(con: duckdb.DuckDBPyConnection, context: MonthContext, prepared: bool) -> Iterator[dict[str, Any]]:
    if not prepared:
        ready(con, context)
    scene.prepare(con, context)
    month = {"month": context.month.first_day}
    assessed = {row[0] for row in con.execute(_ASSESSED, month).fetchall()}
    watched = {row[0] for row in con.execute(_WATCHED).fetchall()}
    kinds = {unit.unit_id: unit.kind for unit in context.registry.units(context.month.last_day)}
    unsettled = set(con.execute(_UNSETTLED, {**month, "programme": context.programme.id}).fetchall())
    communes = {unit.unit_id: unit.name for unit in context.registry.units(context.month.last_day, ("commune",))}
    before = _before(con, context.month.first_day, context.programme.id)
    standing = _raised(con, context, {unit: kinds.get(unit, "") for unit in watched}, assessed)
    for rule in context.programme.findings:
        spoken: set[tuple[str, str]] = set() if rule.kind == _OF_COMMUNES else set(unsettled)
        for raised in standing[rule.id]:
            spoken.add((raised.unit_id, raised.subject))
            if raised.holds:
                yield _row(context, communes, rule, raised, before.get((raised.unit_id, rule.id, raised.subject)))
        judged = watched if rule.kind == _REACHABILITY else assessed
        for (unit, rule_id, subject), was in before.items():
            if rule_id == rule.id and was.state == OPEN and unit in judged and (unit, subject) not in spoken:
                yield _row(context, communes, rule, Raised(unit, subject, was.facts, was.evidence, over=True), was)


def _raised(
    con: duckdb.DuckDBPyConnection, context: MonthContext, kinds: Mapping[str, str], assessed: set[str]
) -> dict[str, list[Raised]]:
    """Return rule id → what it says of the units it is for. What another rule says more exactly is not said twice,
    and is not called resolved either."""
    found: dict[str, list[Raised]] = {}
    for rule in context.programme.findings:
        whom = kinds if rule.kind == _REACHABILITY else assessed & set(kinds)
        found[rule.id] = [
            raised for raised in KINDS[rule.kind](con, context, rule)
            if raised.unit_id in whom and (not rule.kinds or kinds[raised.unit_id] in rule.kinds)
        ]
    holding = {rule_id: {one.unit_id for one in some if one.holds} for rule_id, some in found.items()}
    for rule in context.programme.findings:
        said = {unit for other in rule.unless for unit in holding[other]}
        found[rule.id] = [one if one.unit_id not in said else Raised(one.unit_id, one.subject, holds=None)
                          for one in found[rule.id]]
    return found


def _row(
    context: MonthContext, names: Mapping[str, str], rule: FindingRule, raised: Raised, was: _Before | None
) -> dict[str, Any]:
    month = context.month.first_day
    state = NOTED if rule.event or rule.severity == PRAISE else RESOLVED if raised.over else OPEN
    subject = f"/{raised.subject}" if raised.subject else ""
    return {
        "month": month,
        "finding_id": f"{context.month}/{raised.unit_id}/{rule.id}{subject}",
        "unit_id": raised.unit_id,
        "programme_id": context.programme.id,
        "rule_id": rule.id,
        "subject": raised.subject,
        "severity": rule.severity,
        "facts": json.dumps(raised.facts, ensure_ascii=False, sort_keys=True),
        "evidence": list(dict.fromkeys(raised.evidence)),
        "note": note_of(rule, [raised.facts], context.programme, names),
        "recommendation": recommendation_of(rule, [raised.facts], context.programme, names),
        "first_raised": was.first_raised if was and _goes_on(was, state, month) else month,
        "state": state,
        "resolved_in": month if state == RESOLVED else None,
    }


def _goes_on(was: _Before, state: str, month: date) -> bool:
    """Say whether the finding is the one of before: an open one until it is resolved, praise month after month."""
    if state == NOTED:
        return was.state == NOTED and was.month == Month.of(month).shift(-1).first_day
    return was.state == OPEN


def _let_later_months_follow(con: duckdb.DuckDBPyConnection, context: MonthContext) -> None:
    """Let `first_raised` of the months made after this one, but issued ones, tell what is known before them now."""
    programme = context.programme.id
    for (month,) in con.execute(_LATER, {"month": context.month.first_day, "programme": programme}).fetchall():
        before = _before(con, month, programme)
        for unit, rule, subject, state, raised in con.execute(_ROWS_OF, [month, programme]).fetchall():
            was = before.get((unit, rule, subject))
            since = was.first_raised if was and _goes_on(was, state, month) else month
            if since != raised:
                con.execute(_SINCE, [since, month, programme, unit, rule, subject])


_LATER = """
SELECT DISTINCT month FROM finding
WHERE month > $month AND programme_id = $programme AND month NOT IN (SELECT month FROM release) ORDER BY month
"""
_ROWS_OF = """
SELECT unit_id, rule_id, subject, state, first_raised FROM finding WHERE month = ? AND programme_id = ? ORDER BY ALL
"""
_SINCE = """
UPDATE finding SET first_raised = ?
WHERE month = ? AND programme_id = ? AND unit_id = ? AND rule_id = ? AND subject = ?
"""


def _before(
    con: duckdb.DuckDBPyConnection, month: date, programme: str
) -> dict[tuple[str, str, str], _Before]:
    """Return the latest row of each finding in the months before `month`."""
    found = con.execute(_BEFORE.format(findings=shown(TABLE, month)),
                        {"month": month, "programme": programme}).fetchall()
    return {
        (unit, rule, subject): _Before(told, state, first_raised, json.loads(facts), tuple(evidence))
        for unit, rule, subject, told, state, first_raised, facts, evidence in found
    }
