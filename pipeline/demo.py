"""`make demo`: three months of the simulated province, each crawled at its own moment, against the published figures.

What belongs here: the demonstration's steps and its comparison of workbooks with the appendices that were published.
What does not: anything a real workspace needs (`pipeline.runs`, `pipeline.summary`).
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from pipeline.months import Month
from pipeline.problems import UserError
from pipeline.runs import run_month
from pipeline.simulator.scenario import evening_after
from pipeline.summary import month_summary, print_summary
from pipeline.workspace import EXAMPLES, Workspace, create_workspace, load_workspace

EXAMPLE = "dak-nong-2018"
FOLDER = Path("demo")
MONTHS = 3
APPENDICES = ("phu-luc-1", "phu-luc-2")
NO_ROW = "(không có dòng)"


@dataclass(frozen=True)
class Difference:
    """A cell of a workbook that is not what was published."""

    workbook: str
    unit: str
    column: str
    published: str
    made: str


def main() -> int:
    """Run the demonstration; return the exit code (1 where a cell differs from the published appendices)."""
    try:
        workspace = _workspace(FOLDER)
        months = [workspace.first_month.shift(i) for i in range(MONTHS)]
        for month in months:
            moment = evening_after(month, workspace.programme.policy.observation_ends_on_day)
            told = f"thu thập lúc {moment:%H:%M ngày %d/%m/%Y} (mô phỏng)"
            print(f"\nTháng {month.number:02d}/{month.year}: {told}", flush=True)
            report = run_month(workspace, month, as_of=moment, look_back=True)
            if not report.success:
                failed = ", ".join(step for step, _ in report.failed_steps)
                print(f"Chưa xong: {failed or 'kiểm tra không đạt'}", file=sys.stderr)
                return 1
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    return _conclude(workspace, months)


def _workspace(folder: Path) -> Workspace:
    if not (folder / "congkhai.toml").exists():
        create_workspace(folder, EXAMPLE, date.today())
    return load_workspace(folder)


def _conclude(workspace: Workspace, months: list[Month]) -> int:
    month = months[-1]
    print_summary(workspace, month_summary(workspace, month))
    published = json.loads((EXAMPLES / EXAMPLE / "published.json").read_text(encoding="utf-8"))
    differences = compare(workspace.outputs(month), published)
    for d in differences:
        print(f"KHÁC  {d.workbook}  {d.unit}  {d.column}: đã công bố {d.published!r}, làm ra {d.made!r}")
    cells = sum(len(_published_cells(unit, name)) for unit in published["units"] for name in APPENDICES)
    print(f"\nSo với phụ lục đã công bố của tháng {month.number:02d}/{month.year}: "
          f"{len(differences)} ô khác trong {cells} ô của {len(published['units'])} đơn vị.")
    return 1 if differences else 0


def compare(outputs: Path, published: dict[str, Any]) -> list[Difference]:
    """Return every cell of both appendices in `outputs` that differs from the published figures, and the totals."""
    found: list[Difference] = []
    for name in APPENDICES:
        rows = _rows_by_name(outputs / f"{name}.xlsx")
        for unit in published["units"]:
            made = rows.get(unit["name"])
            expected = _published_cells(unit, name)
            values = [_as_published(v) for v in made[2 : 2 + len(expected)]] if made else [NO_ROW] * len(expected)
            for (column, value), cell in zip(expected.items(), values, strict=True):
                if value != cell:
                    found.append(Difference(name, unit["name"], column, value, cell))
    return found + _compare_totals(outputs / "phu-luc-2.xlsx", published)


def _compare_totals(path: Path, published: dict[str, Any]) -> list[Difference]:
    label = next((key for key in _rows_by_name(path) if key.startswith("Tổng lượt")), "")
    made = [_as_published(v) for v in _rows_by_name(path).get(label, ())[2:6]]
    expected = {column: str(value) for column, value in published["totals"].items()}
    return [
        Difference("phu-luc-2", "Tổng", column, value, cell)
        for (column, value), cell in zip(expected.items(), made or [NO_ROW] * 4, strict=True)
        if value != cell
    ]


def _rows_by_name(path: Path) -> dict[str, tuple[Any, ...]]:
    """Return the first sheet's rows by the text of their second (else first) cell."""
    sheet = load_workbook(path, read_only=True).worksheets[0]
    rows: dict[str, tuple[Any, ...]] = {}
    for row in sheet.iter_rows(values_only=True):
        name = next((cell for cell in (*row[1:2], *row[:1]) if isinstance(cell, str)), None)
        if name:
            rows.setdefault(name, row)
    return rows


def _published_cells(unit: dict[str, Any], appendix: str) -> dict[str, str]:
    if appendix == "phu-luc-1":
        cells = {key: value for key, value in unit["appendix_1"].items() if key != "note"}
        return {key: ("✓" if value else "") if isinstance(value, bool) else value for key, value in cells.items()}
    second = unit["appendix_2"]
    cells = {month: str(n) for month, n in second["postings"].items()}
    cells["results"] = "" if second["results"] is None else str(second["results"])
    cells["latest_posting"] = second["latest_posting"] or second["latest_posting_text"]
    return cells


def _as_published(value: object) -> str:
    """Return a cell as the published figures are written: ISO dates, plain numbers, blank for nothing."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main())
