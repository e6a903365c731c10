"""`restatement`: figures of issued months that today's knowledge tells otherwise, both figures and why.

What belongs here: comparing what was issued with `fact_known_monthly`, and the reason out of the postings behind both.
What does not: what is known (`pipeline.facts.fact_known_monthly`, built before), drawing (`pipeline.outputs`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

import duckdb

from pipeline.facts.context import SERIES_MONTHS, MonthContext, was_observed
from pipeline.facts.loading import ready
from warehouse.description import table
from warehouse.issued import standing
from warehouse.schema import rows_to_arrow
from warehouse.store import replace_month

TABLE = "restatement"
POSTINGS, RESULTS = "n_postings", "n_results"
_RESULT, _REVIEW = "result", "review:"


class _Posting(NamedTuple):
    """A posting as it is known at the end of the month's watching."""

    posting_id: str
    unit_id: str
    group_id: str
    counted_month: date | None
    first_seen: datetime
    backdated: bool
    cues: list[str]


@dataclass(frozen=True)
class _Known:
    """Postings now, by id; and for each id a posting was issued under, the id it has now."""

    postings: dict[str, _Posting]
    ids: dict[str, str]

    def now(self, issued_id: str) -> str:
        return self.ids.get(issued_id, issued_id)


@dataclass
class _Reasons:
    """Codes in the order they were found, and what proves them."""

    codes: dict[str, None] = field(default_factory=dict)
    evidence: dict[str, None] = field(default_factory=dict)

    def add(self, code: str, *evidence: str) -> None:
        self.codes[code] = None
        self.evidence.update(dict.fromkeys(evidence))


_ISSUED = "SELECT unit_id, n_postings, n_results FROM released_unit_monthly WHERE release_id = ? AND programme_id = ?"
_NOW = """
SELECT unit_id, CASE WHEN count(n_postings) = count(*) THEN sum(n_postings)::INTEGER END AS n_postings,
  CASE WHEN count(n_postings) = count(*)
    THEN coalesce(sum(n_postings) FILTER (group_id = 'result'), 0)::INTEGER END AS n_results
FROM fact_known_monthly WHERE month = ? AND counted_month = ? AND programme_id = ? GROUP BY unit_id
"""
_UNSETTLED = """
SELECT DISTINCT unit_id FROM ctx_posting
WHERE counted_month = ? AND list_contains(review_reasons, 'group') AND list_contains(candidates, 'result')
  AND len(candidates) > 1
"""
_BEHIND = "SELECT unit_id, posting_id, group_id FROM released_posting WHERE release_id = ? ORDER BY unit_id, posting_id"


def build(con: duckdb.DuckDBPyConnection, context: MonthContext, prepared: bool = False) -> int:
    """Replace the month (`prepared`: the tables of `pipeline.facts.loading.ready` hold); return the number of rows.

    Needs this month's `fact_known_monthly`. No rows where no earlier month was issued, or nothing differs.
    """
    rows = list(_rows(con, context, prepared)) if was_observed(con, context) else []
    return replace_month(con, TABLE, context.month.first_day, rows_to_arrow(table(TABLE), rows), proven_empty=True)


def _rows(con: duckdb.DuckDBPyConnection, context: MonthContext, prepared: bool) -> Iterator[dict[str, Any]]:
    first = context.month.shift(-SERIES_MONTHS).first_day
    stands = standing(context.month.first_day)
    releases = con.execute(
        f"SELECT month, release_id, observed_until FROM {stands} WHERE month >= ? ORDER BY month",  # noqa: S608 - a date
        [first]).fetchall()
    if not releases:
        return
    if not prepared:
        ready(con, context)
    known = _known(con)
    for month, release_id, until in releases:
        yield from _of_release(con, context, known, _Issue(month, release_id, until))


class _Issue(NamedTuple):
    """The release that stands for an earlier month."""

    month: date
    release_id: str
    until: datetime


def _known(con: duckdb.DuckDBPyConnection) -> _Known:
    postings = con.execute("""
        SELECT posting_id, unit_id, group_id, counted_month, first_seen, backdated, cues FROM ctx_posting""").fetchall()
    return _Known({row[0]: _Posting(*row) for row in postings},
                  dict(con.execute("SELECT location_id, posting_id FROM ctx_location").fetchall()))


def _of_release(
    con: duckdb.DuckDBPyConnection, context: MonthContext, known: _Known, issue: _Issue
) -> Iterator[dict[str, Any]]:
    programme = context.programme.id
    issued = {unit: figures for unit, *figures in con.execute(_ISSUED, [issue.release_id, programme]).fetchall()}
    now = {unit: figures for unit, *figures in con.execute(
        _NOW, [context.month.first_day, issue.month, programme]).fetchall()}
    unsettled = {row[0] for row in con.execute(_UNSETTLED, [issue.month]).fetchall()}
    behind: dict[str, dict[str, str]] = defaultdict(dict)
    for unit, posting, group in con.execute(_BEHIND, [issue.release_id]).fetchall():
        behind[unit][posting] = group
    for unit in sorted(issued.keys() & now.keys()):
        told = {POSTINGS: now[unit][0], RESULTS: None if unit in unsettled else now[unit][1]}
        for place, (figure, value) in enumerate(told.items()):
            if issued[unit][place] == value:
                continue
            found = _Reasons()
            if issued[unit][place] is None and issued[unit][0] is None:
                found.add("observed_later", f"{context.month}/{unit}")
            _explain(found, unit, figure, behind, known, issue)
            if not found.codes and issued[unit][place] is None:
                _settled_since(found, unit, known, issue)
            yield {
                "month": context.month.first_day, "earlier_month": issue.month, "unit_id": unit,
                "programme_id": programme, "figure": figure, "release_id": issue.release_id,
                "issued": issued[unit][place], "known": value,
                "reasons": list(found.codes) or ["reread"], "evidence": list(found.evidence),
            }


def _explain(
    found: _Reasons, unit: str, figure: str, behind: dict[str, dict[str, str]], known: _Known, issue: _Issue
) -> None:
    """Add why the postings behind a figure are others than those that were issued."""
    whose = {known.now(one): other for other, some in behind.items() for one in some}
    issued = {one for one, group in behind[unit].items() if figure == POSTINGS or group == _RESULT}
    now = {
        one.posting_id for one in known.postings.values()
        if one.unit_id == unit and one.counted_month == issue.month and one.group_id != "other"
        and (figure == POSTINGS or one.group_id == _RESULT)
    }
    for gained in sorted(now - {known.now(one) for one in issued}):
        posting = known.postings[gained]
        if verdicts := _verdicts(posting):
            found.add("review", gained, *verdicts)
        elif posting.first_seen > issue.until:
            found.add("backdated" if posting.backdated else "found_later", gained)
        else:
            found.add("restructured" if whose.get(gained, unit) != unit else "reread", gained)
    kept: set[str] = set()
    for one in sorted(issued, key=lambda one: (known.now(one) != one, one)):
        today = known.postings.get(known.now(one))
        if today is not None and today.posting_id in now:
            if today.posting_id in kept:
                found.add("duplicate", one)
            kept.add(today.posting_id)
        elif today is None:
            found.add("reread", one)
        elif verdicts := _verdicts(today):
            found.add("review", one, *verdicts)
        else:
            found.add("restructured" if today.unit_id != unit else "reread", one)


def _settled_since(found: _Reasons, unit: str, known: _Known, issue: _Issue) -> None:
    """Add the verdicts on postings that were there when the figure could not be told, and are what they seemed."""
    for posting in sorted(known.postings.values(), key=lambda one: one.posting_id):
        verdicts = _verdicts(posting)
        if verdicts and posting.unit_id == unit and posting.counted_month == issue.month:
            found.add("review", posting.posting_id, *verdicts)


def _verdicts(posting: _Posting) -> list[str]:
    return [cue.removeprefix(_REVIEW) for cue in posting.cues if cue.startswith(_REVIEW)]
