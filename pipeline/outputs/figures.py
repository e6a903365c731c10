"""The month's figures as the tables hold them, ready to be looked up by unit.

What belongs here: reading fact tables. What does not: computing anything (`pipeline.facts`), drawing (`appendix`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb

from pipeline.months import ZONE, Month
from pipeline.outputs.wording import wording
from pipeline.programmes.model import UnitBlock
from pipeline.registry.model import Registry, UnitVersion
from warehouse.vocabularies import cause_text

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOT_CRAWLED, STRUCTURE_CHANGED = "not_crawled", "structure_changed"


@dataclass(frozen=True)
class UnitFigures:
    """A unit's row of `fact_unit_monthly`; None is not known, never zero."""

    n_postings: int | None
    n_results: int | None
    latest_date: date | None
    latest_state: str


@dataclass(frozen=True)
class Check:
    """A row of `fact_checklist_monthly`: `n` of `m` communes at level `commune`."""

    status: str
    n: int | None
    m: int | None


@dataclass(frozen=True)
class Coverage:
    """A row of `fact_coverage_monthly`."""

    assessed: bool
    cause: str
    detail: str = ""


@dataclass(frozen=True)
class Figures:
    """Figures of a month and of the months of its window."""

    units: dict[tuple[Month, str], UnitFigures]
    checks: dict[tuple[str, str, str], Check]
    coverage: dict[str, Coverage]
    observed_months: frozenset[Month]

    def cause(self, unit_id: str) -> str | None:
        """Return why a unit cannot be assessed in the month, in Vietnamese; None where it can be."""
        coverage = self.coverage.get(unit_id)
        if coverage is None:
            return cause_text(NOT_CRAWLED)
        if coverage.assessed:
            return None
        said = coverage.cause == STRUCTURE_CHANGED and coverage.detail  # written for people; others are technical
        return f"{cause_in_words(coverage.cause)} ({said})" if said else cause_in_words(coverage.cause)

    def note(self, unit_id: str) -> str | None:
        """Return what Ghi chú says of a unit that cannot be assessed; None where it can be."""
        cause = self.cause(unit_id)
        return None if cause is None else wording().not_assessable_note.format(cause=cause).rstrip(": ")


def cause_in_words(code: str) -> str:
    """Return the text of a cause; empty for none. KeyError for a word outside the vocabulary."""
    return cause_text(code) if code else ""


def load(con: duckdb.DuckDBPyConnection, programme_id: str, month: Month, window: Sequence[Month]) -> Figures:
    """Read the figures of `month` and, for units, of every month of `window`."""
    days = [m.first_day for m in window]
    units = rows(con, """
        SELECT month, unit_id, n_postings, n_results, latest_posting_date, latest_posting_state
        FROM fact_unit_monthly WHERE programme_id = ? AND list_contains(?, month)""", [programme_id, days])
    checks = rows(con, """
        SELECT unit_id, level, group_id, status, n, m
        FROM fact_checklist_monthly WHERE programme_id = ? AND month = ?""", [programme_id, month.first_day])
    coverage = rows(con, "SELECT unit_id, assessed, cause, detail FROM fact_coverage_monthly WHERE month = ?",
                    [month.first_day])
    return Figures(
        units={(Month.of(day), unit): UnitFigures(*rest) for day, unit, *rest in units},
        checks={(unit, level, group): Check(*rest) for unit, level, group, *rest in checks},
        coverage={unit: Coverage(*rest) for unit, *rest in coverage},
        observed_months=frozenset(Month.of(row[0]) for row in units),
    )


def rows(con: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
    """Return all rows of a query."""
    found: list[tuple[Any, ...]] = con.execute(sql, list(parameters)).fetchall()
    return found


def local_moment(epoch_us: int | None) -> datetime | None:
    """Return a moment (µs since 1970, UTC) as the local clock showed it, to the second, without a zone."""
    if epoch_us is None:
        return None
    moment = _EPOCH + timedelta(microseconds=epoch_us)
    return moment.astimezone(ZONE).replace(tzinfo=None, microsecond=0)


def units_of(block: UnitBlock, registry: Registry, month: Month, positions: Mapping[str, int]) -> list[UnitVersion]:
    """Return a block's units as of the month's last day, in the registry's order.

    `positions` moves a unit to that place (STT, from 1) within the block.
    """
    units = registry.units(month.last_day, block.kinds)
    ordered = [unit for unit in units if unit.unit_id not in positions]
    moved = [unit for unit in units if unit.unit_id in positions]
    for unit in sorted(moved, key=lambda u: (positions[u.unit_id], u.position, u.unit_id)):
        ordered.insert(positions[unit.unit_id] - 1, unit)
    return ordered


def commune_names(registry: Registry, month: Month) -> dict[str, str]:
    """Return commune id → name as of the month's last day."""
    return {unit.unit_id: unit.name for unit in registry.units(month.last_day, ("commune",))}


def yes_or_no(value: bool) -> str:
    """Return "Có" or "Không"."""
    words = wording()
    return words.yes_word if value else words.no_word
