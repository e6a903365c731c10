"""Provinces for end-to-end tests: a workspace made, months run for real, workbooks opened again as texts.

What belongs here: what several of these tests do. What does not: what the cells should be (`expected`, and the
published figures of the example).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import openpyxl

from pipeline.months import Month
from pipeline.programmes.model import Column, LayoutTable
from pipeline.runs import RunReport, run_month
from pipeline.simulator.scenario import Scenario, evening_after
from pipeline.simulator.workspace import workspace_files
from pipeline.workspace import Workspace, load_workspace
from tests.e2e.expected import GROUPS, NOT_DISPLAYED, NOTHING_TO_DATE, UnitFigures, figures

UNKNOWN = "không đánh giá được"
NEVER_OBSERVED = "–"
MARK = "✓"
LATEST_TEXTS = {NOT_DISPLAYED: "Không hiển thị ngày đăng", NOTHING_TO_DATE: "Không xác định được"}
APPENDICES = ("phu-luc-1.xlsx", "phu-luc-2.xlsx")
WORKBOOKS = (*APPENDICES, "bien-dong.xlsx")
Cells = dict[str, str]
"""A unit's cells of both appendices by what they hold (`schedule`, `commune_result`, `2018-02`, `results`, …)."""


@dataclass(frozen=True)
class Province:
    """A scenario and the workspace that watches it."""

    scenario: Scenario
    workspace: Workspace

    @property
    def months(self) -> list[Month]:
        """The scenario's months, in order."""
        return [Month.parse(month) for month in self.scenario.months]

    def run_all(self) -> dict[Month, RunReport]:
        """Run each month as of the evening its watching ends, as `congkhai run` does."""
        return {
            month: run_month(self.workspace, month, as_of=evening_after(month), look_back=True)
            for month in self.months
        }

    def expected(self, month: Month, crawls: Iterable[datetime] | None = None) -> dict[str, Cells]:
        """Return what every unit's cells must be, had the crawls been at these moments (by default `run_all`'s)."""
        moments = list(crawls) if crawls is not None else [evening_after(m) for m in self.months]
        counted = {m: figures(self.scenario, m, moments) for m in self.months if m <= month}
        return {
            unit_id: _expected_cells(
                told, month, {m: of[unit_id].postings for m, of in counted.items()},
                bool(self.scenario.communes(unit_id)),
            )
            for unit_id, told in counted[month].items()
        }


def make_province(scenario: Scenario, folder: Path) -> Province:
    """Write the workspace of the scenario into `folder` and load it."""
    for name, text in workspace_files(scenario).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return Province(scenario, load_workspace(folder))


def appendix_cells(workspace: Workspace, month: Month) -> dict[str, Cells]:
    """Return unit id → its cells in both appendices of the month, as a reader sees them, with both notes."""
    found: dict[str, Cells] = {}
    for layout in workspace.programme.layouts:
        lines = sheet_lines(workspace.outputs(month) / layout.file)
        for table in layout.tables:
            kinds = tuple(kind for block in table.blocks for kind in block.kinds)
            for unit in workspace.registry.units(month.last_day, kinds):
                cells = _cells_of(lines, table, unit.name, month)
                cells[f"note of {layout.id}"] = cells.pop("note")
                found.setdefault(unit.unit_id, {}).update(cells)
    return found


def total_cells(workspace: Workspace, month: Month) -> Cells:
    """Return the totals of Phụ lục 2 and their label."""
    layout = next(layout for layout in workspace.programme.layouts if layout.id == "phu-luc-2")
    [table] = layout.tables
    [line] = [
        line for line in sheet_lines(workspace.outputs(month) / layout.file)
        if line[0].startswith(table.total_label or "")
    ]
    wanted = {"postings", "results"}
    cells = {_name(column, month): text for column, text in zip(table.columns, line, strict=True)
             if column.show in wanted}
    return {"label": line[0], **cells}


def sheet_lines(path: Path, sheet: int = 0) -> list[tuple[str, ...]]:
    """Return the rows of a sheet as texts: days in ISO form, numbers plain, blank for nothing."""
    rows = openpyxl.load_workbook(path).worksheets[sheet].iter_rows(values_only=True)
    return [tuple(_text(value) for value in row) for row in rows]


def figures_only(cells: Mapping[str, str]) -> Cells:
    """Return the cells without the notes."""
    return {name: text for name, text in cells.items() if not name.startswith("note")}


def workbook_bytes(workspace: Workspace, months: Iterable[Month]) -> dict[str, bytes]:
    """Return month/file → bytes of every workbook of the months."""
    return {
        f"{month}/{path.name}": path.read_bytes()
        for month in months for path in sorted(workspace.outputs(month).glob("*.xlsx"))
    }


def _cells_of(lines: Iterable[tuple[str, ...]], table: LayoutTable, unit_name: str, month: Month) -> Cells:
    name_at = next(n for n, column in enumerate(table.columns) if column.show == "name")
    rows = [line for line in lines if line[0].isdigit() and line[name_at] == unit_name]
    assert len(rows) == 1, f"{unit_name}: {len(rows)} rows"
    return {
        _name(column, month): text
        for column, text in zip(table.columns, rows[0], strict=False) if column.show not in ("position", "name")
    }


def _name(column: Column, month: Month) -> str:
    match column.show:
        case "mark" | "ratio":
            return f"{'commune_' if column.level == 'commune' else ''}{column.group}"
        case "postings":
            return str(month.shift(column.month_offset))
        case show:
            return show


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)


def _expected_cells(
    told: UnitFigures, month: Month, postings: Mapping[Month, int | None], has_communes: bool
) -> Cells:
    counts = {
        str(m): (NEVER_OBSERVED if m not in postings else _figure(postings[m]))
        for m in (month.shift(-2), month.shift(-1), month)
    }
    if not told.assessed:
        marks = [*GROUPS, *(f"commune_{group}" for group in GROUPS if has_communes)]
        return counts | dict.fromkeys([*marks, "results", "latest_posting"], UNKNOWN)
    cells = counts | {group: MARK if there else "" for group, there in told.marks.items()}
    for group, (n, of) in told.communes.items():
        ratio = f"{n}/{of}" if n else "0"
        cells[f"commune_{group}"] = ratio if group != "result" else MARK if n else ""
    cells["results"] = "" if told.results is None else str(told.results)
    cells["latest_posting"] = LATEST_TEXTS.get(str(told.latest), str(told.latest))
    return cells


def _figure(n: int | None) -> str:
    return UNKNOWN if n is None else str(n)
