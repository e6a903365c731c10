"""The reference month from the crawl alone: its workbooks, opened again, are the appendices that were published."""

from __future__ import annotations

import json
from typing import Any

import openpyxl
import pytest

from pipeline.demo import compare
from pipeline.months import Month
from pipeline.snapshots.store import SnapshotStore
from pipeline.summary import month_summary
from pipeline.workspace import EXAMPLES
from tests.e2e.conftest import EXAMPLE
from tests.e2e.province import MARK, WORKBOOKS, Cells, Province, appendix_cells, figures_only, sheet_lines, total_cells

MONTH = Month(2018, 2)
UNITS = [unit["id"] for unit in
         json.loads((EXAMPLES / EXAMPLE / "published.json").read_text(encoding="utf-8"))["units"]]


@pytest.fixture(scope="module")
def made(reference: Province) -> dict[str, Cells]:
    return appendix_cells(reference.workspace, MONTH)


def published_cells(unit: dict[str, Any]) -> Cells:
    second = unit["appendix_2"]
    marks = {True: MARK, False: ""}
    return {
        **{name: marks.get(value, value) for name, value in unit["appendix_1"].items()},
        **{month: str(n) for month, n in second["postings"].items()},
        "results": "" if second["results"] is None else str(second["results"]),
        "latest_posting": second["latest_posting"] or second["latest_posting_text"],
    }


@pytest.mark.parametrize("unit_id", UNITS)
def test_every_cell_of_a_unit_is_the_published_one(
    unit_id: str, made: dict[str, Cells], published: dict[str, Any]
) -> None:
    [told] = [unit for unit in published["units"] if unit["id"] == unit_id]
    assert figures_only(made[unit_id]) == published_cells(told)


def test_the_appendices_have_the_27_units_and_no_other(made: dict[str, Cells]) -> None:
    assert sorted(made) == sorted(UNITS) and len(UNITS) == 27


def test_the_totals_are_the_published_ones_over_all_units(reference: Province, published: dict[str, Any]) -> None:
    assert total_cells(reference.workspace, MONTH) == {
        "label": "Tổng lượt thông tin đăng tải", **{name: str(n) for name, n in published["totals"].items()},
    }


def test_units_posting_and_postings_of_the_three_months(reference: Province, published: dict[str, Any]) -> None:
    summary = month_summary(reference.workspace, MONTH)
    told = [(month.units_posting, month.postings) for month in summary.totals if month is not None]
    assert told == [(17, 57), (12, 42), (13, 28)]
    assert [units for units, _ in told] == list(published["units_posting"].values())
    assert (summary.last.results, summary.last.assessed, summary.last.units) == (17, 27, 27)


def test_the_demonstration_finds_no_difference_and_finds_one_that_is_made(
    reference: Province, published: dict[str, Any]
) -> None:
    folder = reference.workspace.outputs(MONTH)
    assert compare(folder, published) == []
    wrong = json.loads(json.dumps(published))
    wrong["units"][0]["appendix_1"]["result"] = False
    wrong["units"][1]["appendix_2"]["postings"]["2018-01"] += 1
    wrong["totals"]["results"] += 1
    assert [(d.workbook, d.column) for d in compare(folder, wrong)] == [
        ("phu-luc-1", "result"), ("phu-luc-2", "2018-01"), ("phu-luc-2", "results"),
    ]


@pytest.mark.parametrize("month", ["2017-12", "2018-01", "2018-02"])
@pytest.mark.parametrize("name", WORKBOOKS)
def test_every_sheet_says_that_it_is_simulated(reference: Province, month: str, name: str) -> None:
    workbook = openpyxl.load_workbook(reference.workspace.outputs(Month.parse(month)) / name)
    for sheet in workbook.worksheets:
        head = " ".join(str(value) for row in sheet.iter_rows(max_row=3, values_only=True) for value in row if value)
        assert "mô phỏng" in head.lower(), sheet.title


def test_every_figure_of_phu_luc_2_is_listed_with_captures_that_can_be_opened(
    reference: Province, made: dict[str, Cells]
) -> None:
    names = {unit.unit_id: unit.name for unit in reference.workspace.registry.units(MONTH.last_day)}
    lines = sheet_lines(reference.workspace.outputs(MONTH) / "phu-luc-2.xlsx", sheet=1)
    head = next(line for line in lines if "Mã bản chụp" in line)
    evidence = [dict(zip(head, line, strict=True)) for line in lines[lines.index(head) + 1:]]
    counted = [row for row in evidence if "lượt thông tin" in row["Chứng minh cho"]]
    for unit_id, cells in made.items():
        for month in ("2017-12", "2018-01", "2018-02"):
            rows = [r for r in counted if r["Tên đơn vị"] == names[unit_id] and r["Tháng tính"].startswith(month)]
            assert str(len(rows)) == cells[month], (unit_id, month)
    store = SnapshotStore(reference.workspace.snapshots)
    assert all(store.body(store.by_id(row["Mã bản chụp"])) for row in evidence)
