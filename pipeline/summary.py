"""A month's figures in the terminal: one line a unit, the totals of three months, what could not be assessed.

What belongs here: reading the facts and drawing them with rich. What does not: computing figures (`pipeline.facts`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.facts.summary import Summary, series
from pipeline.months import Month
from pipeline.outputs.figures import units_of
from pipeline.problems import UserError
from pipeline.registry.model import UnitVersion
from pipeline.workspace import Workspace
from warehouse.issued import shown
from warehouse.migration import VersionError
from warehouse.store import WarehouseError, open_reader
from warehouse.vocabularies import cause_text, latest_posting_text, status_text

_MONTHS = 3
_NOT_ASSESSABLE = "not_assessable"


@dataclass(frozen=True)
class UnitLine:
    """One unit: postings of the three months (None: not assessable or never observed), the last month's rest."""

    unit_id: str
    name: str
    postings: tuple[int | None, ...]
    n_results: int | None
    latest: date | None
    latest_state: str
    cause: str | None


@dataclass(frozen=True)
class MonthSummary:
    """A month and the two before it (None: never observed), and the units watched on its last day.

    `units`: block by block, in the order of the programme's last appendix.
    """

    months: tuple[Month, ...]
    totals: tuple[Summary | None, ...]
    last: Summary
    units: tuple[tuple[UnitLine, ...], ...]


def month_summary(workspace: Workspace, month: Month) -> MonthSummary:
    """Read a month's figures; UserError where the month was never made."""
    try:
        con = open_reader(workspace.warehouse)
    except (WarehouseError, VersionError) as error:
        raise UserError(str(error)) from error
    try:
        totals = series(con, month, workspace.programme.id, _MONTHS)
        if totals[-1] is None:
            raise UserError(
                f"tháng {month} chưa có số liệu; chạy: congkhai run -w {workspace.folder} --month {month}"
            )
        months = tuple(month.shift(back) for back in range(1 - _MONTHS, 1))
        return MonthSummary(months, tuple(totals), totals[-1], _units(con, workspace, months, dict(totals[-1].causes)))
    finally:
        con.close()


def _units(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, months: tuple[Month, ...], causes: dict[str, str]
) -> tuple[tuple[UnitLine, ...], ...]:
    units = shown("fact_unit_monthly", months[-1].first_day)
    rows = con.execute(
        f"""SELECT month, unit_id, n_postings, n_results, latest_posting_date, latest_posting_state
        FROM {units} WHERE programme_id = ? AND list_contains(?, month)""",  # noqa: S608 - a described name
        [workspace.programme.id, [month.first_day for month in months]],
    ).fetchall()
    figures = {(Month.of(day), unit): rest for day, unit, *rest in rows}
    nothing = (None, None, None, _NOT_ASSESSABLE)

    def line(unit: UnitVersion) -> UnitLine:
        _, results, latest, state = figures.get((months[-1], unit.unit_id), nothing)
        postings = tuple(figures.get((month, unit.unit_id), nothing)[0] for month in months)
        return UnitLine(unit.unit_id, unit.name, postings, results, latest, state, causes.get(unit.unit_id))

    return tuple(tuple(map(line, block)) for block in _blocks(workspace, months[-1]))


def _blocks(workspace: Workspace, month: Month) -> list[list[UnitVersion]]:
    """Return the watched units as the programme's last appendix orders them; those of no block come last."""
    layout = workspace.programme.layouts[-1]
    positions = workspace.settings.positions.get(layout.id, {})
    left = {unit.unit_id: unit for unit in workspace.registry.watched(month.last_day, workspace.programme.owes)}
    blocks = []
    for block in (block for table in layout.tables for block in table.blocks):
        units = units_of(block, workspace.registry, month, positions)
        blocks.append([left.pop(unit.unit_id) for unit in units if unit.unit_id in left])
    return [*blocks, list(left.values())]


def print_summary(workspace: Workspace, summary: MonthSummary) -> None:
    """Print the table, the totals, and what could not be assessed."""
    console = Console()
    totals, last = summary.totals, summary.last
    table = Table(title=_title(workspace, last), title_justify="left", show_footer=True)
    table.add_column("Đơn vị", "Tổng", overflow="fold")
    for month, total in zip(summary.months, totals, strict=True):
        table.add_column(f"{month.number:02d}/{month.year}", _figure(_known(total, "postings")), justify="right")
    table.add_column("Kết quả", _figure(_known(last, "results")), justify="right")
    table.add_column("Đăng gần nhất", overflow="fold")
    for block in summary.units:
        table.add_section()
        for unit in block:
            # Text, not markup: a name may hold square brackets.
            table.add_row(Text(unit.name), *map(_figure, unit.postings), _figure(unit.n_results), Text(_latest(unit)))
    console.print(table)
    console.print(f"Đơn vị có đăng tải: {_series(_known(total, 'units_posting') for total in totals)}")
    console.print(f"Lượt thông tin: {_series(_known(total, 'postings') for total in totals)}")
    console.print(f"Kết quả trong tháng: {_figure(_known(last, 'results'))}")
    if last.results_open:
        console.print(f"Chưa rõ số kết quả: {last.results_open} đơn vị (chờ rà soát)")
    if last.causes:
        names = {unit.unit_id: unit.name for block in summary.units for unit in block}
        console.print(f"Đánh giá được {last.assessed}/{last.units} đơn vị. Không đánh giá được:")
        for unit_id, cause in last.causes:
            console.print(Text(f"  {names.get(unit_id, unit_id)}: {cause_text(cause)}"))


def _title(workspace: Workspace, last: Summary) -> str:
    mark = " — MÔ PHỎNG" if workspace.simulated else ""
    return f"{workspace.settings.province}, tháng {last.month.number:02d}/{last.month.year}{mark}"


def _latest(unit: UnitLine) -> str:
    if unit.cause is not None:
        return f"{status_text(_NOT_ASSESSABLE)} ({cause_text(unit.cause)})"
    if unit.latest is not None:
        return f"{unit.latest:%d/%m/%Y}"
    return latest_posting_text(unit.latest_state)


def _known(total: Summary | None, figure: Literal["postings", "units_posting", "results"]) -> int | None:
    """Return a figure of a month; None, never 0, where no unit could be assessed."""
    if total is None or total.assessed == 0:
        return None
    found: int = getattr(total, figure)
    return found


def _figure(n: int | None) -> str:
    return "–" if n is None else str(n)


def _series(values: Iterable[int | None]) -> str:
    return " → ".join(_figure(n) for n in values)
