"""Asset checks of the workbooks: opened again, they must say what the tables say.

What belongs here: reading a finished workbook back and comparing it with the facts, cell by cell. What does not:
drawing it (`pipeline.outputs`), whose code is on purpose not asked what a cell should be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import openpyxl

from pipeline.checks.tables import partitioned_check, result
from pipeline.months import Month
from pipeline.programmes.model import Column, Layout, LayoutTable, Programme
from pipeline.registry.model import Registry, UnitVersion
from pipeline.workspace import Workspace
from warehouse.issued import shown

Line = tuple[Any, ...]
_MARK = "✓"
_NAME = "appendix_equals_facts"


@dataclass(frozen=True)
class _Facts:
    """The facts that cells show: (month, unit) → figures; (earlier month, unit of today) → postings; (unit, level,
    group) → checklist; units assessed."""

    units: dict[tuple[Month, str], tuple[int | None, int | None, date | None]]
    inherited: dict[tuple[Month, str], int | None]
    checks: dict[tuple[str, str, str], tuple[str, int | None, int | None]]
    assessed: frozenset[str]


def check_spec(asset: str, months: dg.PartitionsDefinition[str]) -> dg.AssetCheckSpec:
    """Return the check of an appendix, which the step that makes it runs."""
    return partitioned_check(
        months, asset, _NAME, "Mở lại phụ lục: mỗi đơn vị một dòng, mỗi ô và dòng tổng bằng số liệu trong kho.")


def check_result(
    con: duckdb.DuckDBPyConnection, path: Path, workspace: Workspace, layout: Layout, month: Month, asset: str
) -> dg.AssetCheckResult:
    """Return what the check found in the finished file."""
    found = differences(con, path, workspace.programme, layout, workspace.registry, month)
    return result(found, asset, _NAME)


def differences(
    con: duckdb.DuckDBPyConnection, path: Path, programme: Programme, layout: Layout, registry: Registry, month: Month
) -> list[str]:
    """Return a line for each cell of the appendix at `path` that is not what the tables say."""
    workbook = openpyxl.load_workbook(path, read_only=False, data_only=True)
    lines = [tuple(row) for row in workbook.worksheets[0].iter_rows(values_only=True)]
    facts = _facts(con, programme.id, month)
    found: list[str] = []
    for table in layout.tables:
        units = _units(table, registry, month)
        for unit in units:
            found += _unit_differences(lines, table, unit, facts, month)
        if table.total_label and units:
            found += _total_differences(lines, table, registry, facts, month)
    return found


def _units(table: LayoutTable, registry: Registry, month: Month) -> list[UnitVersion]:
    return [unit for block in table.blocks for unit in registry.listed(month.last_day, block.kinds, block.under)]


def _facts(con: duckdb.DuckDBPyConnection, programme_id: str, month: Month) -> _Facts:
    units = con.execute(
        f"""SELECT month, unit_id, n_postings, n_results, latest_posting_date
        FROM {shown("fact_unit_monthly", month.first_day)} WHERE programme_id = ?""",  # noqa: S608 - described names
        [programme_id]
    ).fetchall()
    inherited = con.execute(
        "SELECT series_month, unit_id, n_postings FROM fact_series_monthly WHERE programme_id = ? AND month = ?",
        [programme_id, month.first_day]
    ).fetchall()
    checks = con.execute(
        """SELECT unit_id, level, group_id, status, n, m
        FROM fact_checklist_monthly WHERE programme_id = ? AND month = ?""", [programme_id, month.first_day]
    ).fetchall()
    assessed = con.execute(
        "SELECT unit_id FROM fact_coverage_monthly WHERE month = ? AND assessed", [month.first_day]
    ).fetchall()
    return _Facts(
        units={(Month.of(day), unit): (n, results, latest) for day, unit, n, results, latest in units},
        inherited={(Month.of(day), unit): n for day, unit, n in inherited},
        checks={(unit, level, group): (status, n, m) for unit, level, group, status, n, m in checks},
        assessed=frozenset(unit for (unit,) in assessed),
    )


def _unit_differences(
    lines: Sequence[Line], table: LayoutTable, unit: UnitVersion, facts: _Facts, month: Month
) -> list[str]:
    name_at = next(n for n, column in enumerate(table.columns) if column.show == "name")
    rows = [line for line in lines if isinstance(line[0], int) and line[name_at] == unit.name]
    if not rows:
        return [f"{unit.name}: không có dòng nào trong phụ lục"]
    # Two units may bear one name: then one of their rows must agree.
    return min((_row_differences(row, table, unit, facts, month) for row in rows), key=len)


def _row_differences(
    row: Line, table: LayoutTable, unit: UnitVersion, facts: _Facts, month: Month
) -> list[str]:
    found = []
    for number, column in enumerate(table.columns):
        cell = row[number]
        expected = _expected(column, unit.unit_id, facts, month)
        if not _agrees(cell, expected):
            found.append(f"{unit.name}, cột {number + 1}: phụ lục ghi {cell!r}, số liệu là {expected!r}")
    return found


_TEXT = object()
"""Stands for: some words, and no figure."""
_ANY = object()
_NOT_OWED = "–"
"""What a district without communes shows in the columns of communes."""


def _expected(column: Column, unit_id: str, facts: _Facts, month: Month) -> object:
    """Return what a cell must show: a figure, None for blank, or `_TEXT` where no figure may stand."""
    n, results, latest = facts.units.get((month.shift(column.month_offset), unit_id), (None, None, None))
    status, have, of = facts.checks.get((unit_id, column.level, column.group or ""), ("", None, None))
    match column.show:
        case "position" | "name" | "note":
            expected: object = _ANY
        case "postings":
            if column.month_offset and column.structure == "now":
                n = facts.inherited.get((month.shift(column.month_offset), unit_id))
            expected = _TEXT if n is None else n
        case "results":
            expected = results
        case "latest_posting":
            expected = latest or _TEXT
        case "mark":
            expected = _MARK if status == "published" else None
        case "ratio":
            expected = f"{have}/{of}" if have else "0"
    if column.level == "commune" and not status and unit_id in facts.assessed:
        return _NOT_OWED
    figure_of_the_month = column.month_offset == 0 and expected is not _ANY
    return _TEXT if figure_of_the_month and (unit_id not in facts.assessed or status == "not_assessable") else expected


def _agrees(cell: object, expected: object) -> bool:
    if expected is _ANY:
        return True
    if expected is _TEXT:
        return isinstance(cell, str) and not cell.strip().isdigit()
    if isinstance(cell, datetime):
        return cell.date() == expected
    return cell == expected and type(cell) is type(expected)


def _total_differences(
    lines: Sequence[Line], table: LayoutTable, registry: Registry, facts: _Facts, month: Month
) -> list[str]:
    """A total is over the units of its own month, whatever became of them."""
    rows = [line for line in lines if isinstance(line[0], str) and line[0].startswith(table.total_label or "")]
    if len(rows) != 1:
        return [f"dòng tổng: có {len(rows)} dòng {table.total_label!r}"]
    found = []
    for number, column in enumerate(table.columns):
        if column.show not in ("postings", "results"):
            continue
        own = column.model_copy(update={"structure": "then"})
        units = _units(table, registry, month.shift(column.month_offset))
        known = [
            value for unit in units if isinstance(value := _expected(own, unit.unit_id, facts, month), int)
        ]
        expected = sum(known) if known else _TEXT
        if not _agrees(rows[0][number], expected):
            found.append(f"dòng tổng, cột {number + 1}: phụ lục ghi {rows[0][number]!r}, số liệu là {expected!r}")
    return found
