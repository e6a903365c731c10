"""The review workbook goes through the program that offices use and comes back unharmed."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from pipeline.outputs.review import render
from pipeline.reviews.model import Decision, Question, Ruling, Subject
from tests.unit.reviews.office import (
    OPTIONS,
    RESULT,
    WORDS,
    columns_of,
    opened,
    question,
    read,
    review,
    saved,
    write,
)

SOFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not here")

TITLES = (
    "Thông báo số {n}: “tiếp công dân”  & <b>hoà</b>", "=HYPERLINK({n})", "00{n}", "Tin _x0041_ {n}",
    "05/02/20{n}", "'{n} nháy", "+84 {n}", "R’lấp {n}…",
)
ANSWERS: tuple[tuple[Subject, dict[str, str], Decision], ...] = (
    (Subject.GROUP, {"Kết luận": WORDS.rulings[Ruling.GROUP], "Nhóm": RESULT, "Cấp": "cấp xã", "Xã": "Xã Hai"},
     Decision(Ruling.GROUP, "result", "commune", "xa-2")),
    (Subject.GROUP, {"Kết luận": WORDS.rulings[Ruling.OTHER]}, Decision(Ruling.OTHER)),
    (Subject.GROUP, {"Kết luận": WORDS.keep}, Decision(Ruling.GROUP, "notice", "own")),
    (Subject.DATE, {"Kết luận": WORDS.rulings[Ruling.DATE], "Ngày đăng": "05/02/2018"},
     Decision(Ruling.DATE, posted_on=date(2018, 2, 5))),
    (Subject.DATE, {"Kết luận": WORDS.rulings[Ruling.UNDATED]}, Decision(Ruling.UNDATED)),
    (Subject.REMOVAL, {"Kết luận": WORDS.rulings[Ruling.LIVE]}, Decision(Ruling.LIVE)),
)


def through_libreoffice(body: bytes, folder: Path) -> bytes:
    """Return a workbook as LibreOffice saves it."""
    source = folder / "in" / "ra-soat.xlsx"
    source.parent.mkdir(parents=True)
    source.write_bytes(body)
    subprocess.run(
        [str(SOFFICE), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out"), str(source)],
        check=True, capture_output=True, timeout=300)
    return (folder / "out" / source.name).read_bytes()


def three_hundred() -> tuple[list[Question], list[dict[str, str]], list[Decision]]:
    questions, answers, decisions = [], [], []
    for n in range(300):
        subject, answer, decision = ANSWERS[n % len(ANSWERS)]
        questions.append(question(subject, "huyen-c", TITLES[n % len(TITLES)].format(n=n)))
        answers.append({**answer, "Lý do": f"Lý do {n}: “đã đọc”"})
        decisions.append(decision)
    return questions, answers, decisions


def test_three_hundred_rows_go_there_and_back_unharmed(tmp_path: Path) -> None:
    questions, answers, decisions = three_hundred()
    fresh = through_libreoffice(render(review(questions), OPTIONS), tmp_path / "1")
    book = opened(fresh)
    for number, answer in enumerate(answers, 1):
        write(book, WORDS.sheets.questions, number, answer)
    found = read(through_libreoffice(saved(book), tmp_path / "2"))
    assert found.refusals == []
    assert [v.content for v in found.verdicts] == [q.content for q in questions]
    assert [v.decision for v in found.verdicts] == decisions
    assert [v.reason for v in found.verdicts] == [a["Lý do"] for a in answers]


def test_drop_downs_hidden_codes_and_links_are_still_there(tmp_path: Path) -> None:
    questions = [question(subject, "huyen-c", f"Tin {n}") for n, subject in enumerate(Subject)]
    book = opened(through_libreoffice(render(review(questions), OPTIONS), tmp_path))
    sheet = book[WORDS.sheets.questions]
    head, columns = columns_of(book, WORDS.sheets.questions)
    lists = {str(v.sqref): v.formula1 for v in sheet.data_validations.dataValidation}
    first = sheet.cell(head + 1, columns["Kết luận"]).coordinate
    assert any(first in ranges.split(":")[0].split() or ranges == first for ranges in lists), lists
    assert all(WORDS.sheets.lists in str(source) for source in lists.values())
    codes = sheet.column_dimensions[sheet.cell(1, columns["Mã câu hỏi"]).column_letter]
    assert codes.hidden and codes.max >= columns["Mã kiểm"]
    assert book[WORDS.sheets.lists].sheet_state == "hidden"
    assert sheet.cell(head + 1, columns["Mở"]).hyperlink.target.startswith("https://huyen-c.test/")
