"""A question goes out as a workbook, its answer comes back, and the figure follows through the posting."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from pipeline.months import Month
from pipeline.reviewing import export_review, import_review
from pipeline.reviews.model import Subject
from pipeline.reviews.wording import wording
from pipeline.runs import run_month
from pipeline.workspace import load_workspace
from tests.e2e.conftest import copy_of
from tests.e2e.province import Province, appendix_cells
from warehouse.store import open_reader

MONTH = Month(2018, 2)
NOW = datetime(2018, 3, 7, 2, tzinfo=UTC)
NOTE = "Đã đôn đốc bằng văn bản."


def fill(path: Path, unit: str) -> str:
    """Say of the first doubtful posting that it is none of the programme, note it on its unit; return its title."""
    words = wording()
    book = openpyxl.load_workbook(path)
    sheet = book[words.sheets.questions]
    head, columns = headings(sheet, words.columns["ruling"].header)
    row = next(n for n in range(head + 1, sheet.max_row + 1)
               if sheet.cell(n, columns["Việc"]).value == words.subjects[Subject.GROUP]
               and sheet.cell(n, columns["Đơn vị"]).value == unit)
    sheet.cell(row, columns["Kết luận"]).value = words.rulings["other"]  # type: ignore[index]
    sheet.cell(row, columns["Lý do"]).value = words.reasons[0]
    notes = book[words.sheets.notes]
    head, of_notes = headings(notes, words.note_columns["text"].header)
    notes.cell(head + 1, of_notes["Đơn vị"]).value = unit
    notes.cell(head + 1, of_notes["Lời ghi chú"]).value = NOTE
    book.save(path)
    return str(sheet.cell(row, columns["Tiêu đề"]).value)


def headings(sheet: openpyxl.worksheet.worksheet.Worksheet, needed: str) -> tuple[int, dict[str, int]]:
    for row in sheet.iter_rows(max_row=30):
        found = {str(cell.value): cell.column for cell in row}
        if needed in found:
            return row[0].row, found
    raise AssertionError(needed)


@pytest.fixture(scope="module")
def reviewed(reference: Province, tmp_path_factory: pytest.TempPathFactory) -> tuple[Province, str, str]:
    """A copy of the province in which one answer and one note came back; the unit's id, the posting's title."""
    province = copy_of(reference, tmp_path_factory.mktemp("reviewed") / "w")
    made = export_review(province.workspace, MONTH)
    with open_reader(province.workspace.warehouse) as con:
        ((unit_id,), *_) = con.execute(
            "SELECT unit_id FROM posting WHERE list_contains(review_reasons, 'group') AND group_id <> 'other' "
            "AND counted_month = ? ORDER BY posting_id", [MONTH.first_day]).fetchall()
    title = fill(made.path, province.workspace.registry.unit(unit_id, MONTH.last_day).name)
    taken = import_review(province.workspace, MONTH, made.path, "Nguyễn Văn A", NOW)
    assert (taken.verdicts, taken.notes, taken.refusals) == (1, 1, ())
    report = run_month(load_workspace(province.workspace.folder), MONTH, from_snapshots=True)
    assert report.success
    return province, unit_id, title


def test_the_figure_follows_the_posting_and_no_other_changes(
    reference: Province, reviewed: tuple[Province, str, str]
) -> None:
    province, unit_id, _ = reviewed
    before = appendix_cells(reference.workspace, MONTH)
    after = appendix_cells(province.workspace, MONTH)
    assert int(after[unit_id][str(MONTH)]) == int(before[unit_id][str(MONTH)]) - 1
    assert [unit for unit in before if before[unit] != after[unit]] == [unit_id]


def test_from_the_posting_to_who_decided(reviewed: tuple[Province, str, str]) -> None:
    province, unit_id, title = reviewed
    with open_reader(province.workspace.warehouse) as con:
        found = con.execute(
            "SELECT p.group_id, p.needs_review, v.made_by, v.reason, v.title FROM posting p "
            "JOIN review_verdict v ON list_contains(p.cues, 'review:' || v.verdict_id) WHERE p.unit_id = ?",
            [unit_id]).fetchall()
    assert found == [("other", False, "Nguyễn Văn A", wording().reasons[0], title)]


def test_the_note_stands_in_both_appendices(reviewed: tuple[Province, str, str]) -> None:
    province, unit_id, _ = reviewed
    cells = appendix_cells(province.workspace, MONTH)[unit_id]
    assert all(NOTE.rstrip(".") in cells[f"note of {layout.id}"] for layout in province.workspace.programme.layouts)


def test_it_is_not_asked_again_and_the_same_workbook_changes_nothing(reviewed: tuple[Province, str, str]) -> None:
    province, _, _ = reviewed
    workspace = load_workspace(province.workspace.folder)
    path = workspace.outputs(MONTH) / wording().file
    again = import_review(workspace, MONTH, path, "Người khác", NOW)
    assert (again.verdicts, again.notes, again.unchanged) == (0, 0, 2)
    made = export_review(workspace, MONTH)
    assert made.answered == 1
    assert load_workspace(workspace.folder).reviews == workspace.reviews
