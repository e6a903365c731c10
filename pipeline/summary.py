"""A month's figures in the terminal: one line a unit, the totals of three months, what could not be assessed.

What belongs here: reading the facts and drawing them with rich. What does not: computing figures (`pipeline.facts`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.months import Month
from pipeline.problems import UserError
from pipeline.workspace import Workspace
from warehouse.store import WarehouseError, open_reader
from warehouse.vocabularies import cause_text, latest_posting_text, status_text

_WINDOW = (-2, -1, 0)
_NOT_ASSESSABLE = "not_assessable"


@dataclass(frozen=True)
class UnitLine:
    """One unit: postings of the window's months (None: not assessable or never observed), the month's rest."""

    unit_id: str
    name: str
    postings: tuple[int | None, ...]
    n_results: int | None
    latest: date | None
    latest_state: str
    cause: str | None


@dataclass(frozen=True)
class MonthSummary:
    """A month and the two before it, over the units watched on its last day."""

    month: Month
    window: tuple[Month, ...]
    units: tuple[UnitLine, ...]

    def postings(self, place: int) -> int | None:
        """Return the postings of one month of the window, None where nothing is known of it."""
        known = [unit.postings[place] for unit in self.units if unit.postings[place] is not None]
        return sum(n for n in known if n is not None) if known else None

    def units_posting(self, place: int) -> int | None:
        """Return how many units posted in one month of the window, None where nothing is known of it."""
        known = [unit.postings[place] for unit in self.units if unit.postings[place] is not None]
        return sum(n >= 1 for n in known if n is not None) if known else None

    def results(self) -> int:
        """Return the month's results, over the units where they are known."""
        return sum(unit.n_results for unit in self.units if unit.n_results is not None)

    @property
    def not_assessed(self) -> tuple[UnitLine, ...]:
        """Units that could not be assessed in the month."""
        return tuple(unit for unit in self.units if unit.cause is not None)


def month_summary(workspace: Workspace, month: Month) -> MonthSummary:
    """Read a month's figures; UserError where the month was never made."""
    try:
        con = open_reader(workspace.warehouse)
    except WarehouseError as error:
        raise UserError(str(error)) from error
    try:
        return _read(con, workspace, month)
    finally:
        con.close()


def _read(con: duckdb.DuckDBPyConnection, workspace: Workspace, month: Month) -> MonthSummary:
    window = tuple(month.shift(offset) for offset in _WINDOW)
    figures = {
        (Month.of(day), unit): rest
        for day, unit, *rest in con.execute(
            """SELECT month, unit_id, n_postings, n_results, latest_posting_date, latest_posting_state
            FROM fact_unit_monthly WHERE programme_id = ? AND list_contains(?, month)""",
            [workspace.programme.id, [m.first_day for m in window]],
        ).fetchall()
    }
    causes = dict(con.execute(
        "SELECT unit_id, cause FROM fact_coverage_monthly WHERE month = ? AND NOT assessed", [month.first_day]
    ).fetchall())
    if not any(of == month for of, _ in figures):
        raise UserError(f"tháng {month} chưa có số liệu; chạy: congkhai run -w {workspace.folder} --month {month}")
    nothing = (None, None, None, _NOT_ASSESSABLE)
    units = []
    for unit in workspace.registry.watched(month.last_day):
        _, results, latest, state = figures.get((month, unit.unit_id), nothing)
        units.append(UnitLine(
            unit_id=unit.unit_id,
            name=unit.name,
            postings=tuple(figures.get((m, unit.unit_id), nothing)[0] for m in window),
            n_results=results,
            latest=latest,
            latest_state=state,
            cause=causes.get(unit.unit_id),
        ))
    return MonthSummary(month, window, tuple(units))


def print_summary(workspace: Workspace, summary: MonthSummary) -> None:
    """Print the table, the totals, and what could not be assessed."""
    console = Console()
    table = Table(title=_title(workspace, summary), title_justify="left", show_footer=True)
    table.add_column("Đơn vị", footer="Tổng", overflow="fold")
    for place, month in enumerate(summary.window):
        table.add_column(f"{month.number:02d}/{month.year}", _figure(summary.postings(place)), justify="right")
    table.add_column("Kết quả", str(summary.results()), justify="right")
    table.add_column("Đăng gần nhất", justify="left", overflow="fold")
    for unit in summary.units:
        postings = [_figure(n) for n in unit.postings]
        # Text, not markup: a name may hold square brackets.
        table.add_row(Text(unit.name), *postings, _figure(unit.n_results), Text(_latest(unit)))
    console.print(table)
    console.print(f"Đơn vị có đăng tải: {_series(summary.units_posting(n) for n in range(len(_WINDOW)))}")
    console.print(f"Lượt thông tin: {_series(summary.postings(n) for n in range(len(_WINDOW)))}")
    console.print(f"Kết quả trong tháng: {summary.results()}")
    if summary.not_assessed:
        assessed = len(summary.units) - len(summary.not_assessed)
        console.print(f"Đánh giá được {assessed}/{len(summary.units)} đơn vị. Không đánh giá được:")
        for unit in summary.not_assessed:
            console.print(Text(f"  {unit.name}: {cause_text(unit.cause or '')}"))


def _title(workspace: Workspace, summary: MonthSummary) -> str:
    mark = " — MÔ PHỎNG" if workspace.simulated else ""
    return f"{workspace.settings.province}, tháng {summary.month.number:02d}/{summary.month.year}{mark}"


def _latest(unit: UnitLine) -> str:
    if unit.cause is not None:
        return f"{status_text(_NOT_ASSESSABLE)} ({cause_text(unit.cause)})"
    if unit.latest is not None:
        return f"{unit.latest:%d/%m/%Y}"
    return latest_posting_text(unit.latest_state)


def _figure(n: int | None) -> str:
    return "–" if n is None else str(n)


def _series(values: Iterable[int | None]) -> str:
    return " → ".join(_figure(n) for n in values)
