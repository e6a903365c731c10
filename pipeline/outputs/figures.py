"""The month's figures as the tables hold them, ready to be looked up by unit.

What belongs here: reading fact tables. What does not: computing anything (`pipeline.facts`), drawing (`appendix`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb

from pipeline.months import ZONE, Month
from pipeline.outputs.wording import wording
from pipeline.programmes.model import Programme, UnitBlock
from pipeline.registry.model import Registry, UnitVersion
from warehouse.issued import shown, standing
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
    """A row of `fact_checklist_monthly`: `n` of `m` communes at level `commune`; `cause` where not assessable."""

    status: str
    n: int | None
    m: int | None
    cause: str = ""


@dataclass(frozen=True)
class Inherited:
    """A row of `fact_series_monthly`: what the units of an earlier month had together that one of today comes from."""

    n_postings: int | None
    origins: tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    """A row of `fact_coverage_monthly`."""

    assessed: bool
    cause: str
    detail: str = ""


@dataclass(frozen=True)
class Figures:
    """Figures of a month and of the months of its window.

    `units`: by the structure of each month; `inherited`: earlier months' postings by the structure of this one.
    """

    units: dict[tuple[Month, str], UnitFigures]
    inherited: dict[tuple[Month, str], Inherited]
    checks: dict[tuple[str, str, str], Check]
    coverage: dict[str, Coverage]
    observed_months: frozenset[Month]
    issued_months: frozenset[Month] = frozenset()

    def cause(self, unit_id: str) -> str | None:
        """Return why a unit cannot be assessed in the month, in Vietnamese; None where it can be."""
        coverage = self.coverage.get(unit_id)
        if coverage is None:
            return cause_text(NOT_CRAWLED)
        if coverage.assessed:
            return None
        said = coverage.cause == STRUCTURE_CHANGED and coverage.detail  # written for people; others are technical
        return f"{cause_in_words(coverage.cause)} ({said})" if said else cause_in_words(coverage.cause)

    def past_unseen(self, month: Month, unit_id: str) -> bool:
        """Tell whether the past of a unit is not known because some unit that it comes from could not be assessed;
        else it has none, or shares it with other units (a split)."""
        found = self.inherited.get((month, unit_id))
        past = [self.units.get((month, old)) for old in found.origins] if found else []
        return any(old is None or old.n_postings is None for old in past)

    def note(self, unit_id: str) -> str | None:
        """Return what Ghi chú says of a unit that cannot be assessed; None where it can be."""
        cause = self.cause(unit_id)
        return None if cause is None else wording().not_assessable_note.format(cause=cause).rstrip(": ")


def cause_in_words(code: str) -> str:
    """Return the text of a cause; empty for none. KeyError for a word outside the vocabulary."""
    return cause_text(code) if code else ""


def load(con: duckdb.DuckDBPyConnection, programme_id: str, month: Month, window: Sequence[Month]) -> Figures:
    """Read the figures of `month` and, for units, of every month of `window`: earlier ones as they were issued."""
    days = [m.first_day for m in window]
    units = rows(con, f"""
        SELECT month, unit_id, n_postings, n_results, latest_posting_date, latest_posting_state
        FROM {shown("fact_unit_monthly", month.first_day)}
        WHERE programme_id = ? AND list_contains(?, month)""", [programme_id, days])  # noqa: S608 - described names
    checks = rows(con, """
        SELECT unit_id, level, group_id, status, n, m, cause
        FROM fact_checklist_monthly WHERE programme_id = ? AND month = ?""", [programme_id, month.first_day])
    inherited = rows(con, """
        SELECT series_month, unit_id, n_postings, origins FROM fact_series_monthly
        WHERE programme_id = ? AND month = ? AND list_contains(?, series_month)""",
        [programme_id, month.first_day, days])
    coverage = rows(con, "SELECT unit_id, assessed, cause, detail FROM fact_coverage_monthly WHERE month = ?",
                    [month.first_day])
    return Figures(
        units={(Month.of(day), unit): UnitFigures(*rest) for day, unit, *rest in units},
        inherited={(Month.of(day), unit): Inherited(n, tuple(old)) for day, unit, n, old in inherited},
        checks={(unit, level, group): Check(*rest) for unit, level, group, *rest in checks},
        coverage={unit: Coverage(*rest) for unit, *rest in coverage},
        observed_months=frozenset(Month.of(row[0]) for row in units),
        issued_months=frozenset(
            Month.of(day) for day, in rows(con, f"SELECT month FROM {standing(month.first_day)}", [])),  # noqa: S608
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
    units = registry.listed(month.last_day, block.kinds, block.under)
    ordered = [unit for unit in units if unit.unit_id not in positions]
    moved = [unit for unit in units if unit.unit_id in positions]
    for unit in sorted(moved, key=lambda u: (positions[u.unit_id], u.position, u.unit_id)):
        ordered.insert(positions[unit.unit_id] - 1, unit)
    return ordered


def counting_blocks(programme: Programme) -> tuple[UnitBlock, ...]:
    """Return the blocks of the table that counts postings, or of all tables where none does."""
    tables = [table for layout in programme.layouts for table in layout.tables]
    counting = [t for t in tables if any(column.show == "postings" for column in t.columns)]
    return tuple(block for t in (counting[:1] or tables) for block in t.blocks)


def structure_notes(
    figures: Figures, registry: Registry, units: Iterable[UnitVersion], earlier: Collection[Month]
) -> list[str]:
    """Return a line for each unit whose figures of `earlier` months are what other units had, and by what law."""
    told = {one.predecessor_id: one.instrument for one in registry.successions}
    names = {version.unit_id: version.name for version in registry.versions}
    lines = []
    for unit in units:
        past = [figures.inherited[month, unit.unit_id].origins for month in earlier
                if (month, unit.unit_id) in figures.inherited]
        others = sorted({old for origins in past for old in origins} - {unit.unit_id})
        if others:
            behind = sorted({old for origins in past for old in origins}, key=lambda old: (old != unit.unit_id, old))
            lines.append(wording().footnotes.structure.format(
                unit=unit.name, origins=", ".join(names[old] for old in behind),
                instrument="; ".join(sorted({told[old] for old in others if told.get(old)}))))
    return lines


def commune_names(registry: Registry, month: Month) -> dict[str, str]:
    """Return commune id → name as of the month's last day."""
    return {unit.unit_id: unit.name for unit in registry.units(month.last_day, ("commune",))}


def yes_or_no(value: bool) -> str:
    """Return "Có" or "Không"."""
    words = wording()
    return words.yes_word if value else words.no_word
