"""A small office: its desk, questions of every subject, and workbooks filled in by the library that people's
programs are not.

What belongs here: making. What does not: expectations (the tests).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from openpyxl import Workbook, load_workbook

from pipeline.months import Month
from pipeline.outputs.options import RenderOptions
from pipeline.outputs.review import Review, render
from pipeline.programmes.loader import load
from pipeline.reviews.answers import Answers, Hand, read_answers
from pipeline.reviews.form import Desk, Place
from pipeline.reviews.model import Content, Decision, Question, Ruling, Subject
from pipeline.reviews.reader import read_workbook
from pipeline.reviews.wording import wording
from pipeline.text import key

MONTH = Month(2018, 2)
NOW = datetime(2018, 3, 7, 2, 0, tzinfo=UTC)
PROGRAMME = load("citizen_reception")
DESK = Desk(
    place=Place("2018-02", "Công khai tỉnh Đắk Nông"),
    units={"so-a": "Sở A", "huyen-c": "Huyện C"},
    communes={"so-a": {}, "huyen-c": {"xa-1": "Xã Một", "xa-2": "Xã Hai"}},
    groups={group.id: group.name for group in PROGRAMME.groups},
    layouts={layout.id: layout.label.capitalize() for layout in PROGRAMME.layouts},
    findings={"no-section": "Không có chuyên mục riêng"},
)
HAND = Hand(DESK, "Nguyễn Văn A", NOW)
OPTIONS = RenderOptions(province="Tỉnh Đắk Nông", observed_until=MONTH.observed_until(), version="0.1.0")
RESULT = PROGRAMME.group("result").name
WORDS = wording()


def content(subject: Subject = Subject.GROUP, unit: str = "so-a", title: str = "Thông báo số 12",
            **changes: str) -> Content:
    url = f"https://{unit}.test/{key(title).replace(' ', '-')}?a_b=1"
    told = {"location_id": f"{unit}/{key(title)}", "title_key": key(title), "about": "result"}
    if subject is Subject.SECTION:
        told = {"portal_id": unit}
    return Content(subject, unit, url, title, **{**told, **changes})


def question(subject: Subject = Subject.GROUP, unit: str = "so-a", title: str = "Thông báo số 12",
             **changes: str) -> Question:
    proposals = {
        Subject.GROUP: Decision(Ruling.GROUP, "notice", "own"),
        Subject.DATE: Decision(Ruling.DATE, posted_on=date(2018, 2, 5)),
        Subject.REMOVAL: None,
        Subject.SECTION: Decision(Ruling.SECTION),
    }
    if subject is Subject.REMOVAL:
        changes.setdefault("about", "2018-03-01T02:00:00Z")
    reasons = {Subject.GROUP: "group", Subject.DATE: "date_conflict", Subject.REMOVAL: "suspected_gone",
               Subject.SECTION: "new_section"}
    return Question(
        content(subject, unit, title, **changes), proposals[subject], (reasons[subject],), True, "Tiếp công dân",
        (("listing", "05/02/2018"), ("article", "31/02/2018")) if subject is Subject.DATE else (),
        ("title:tiep cong dan +1", "file[pdf]: scanned"), ("result", "notice"), "c/so-a/1")


def one_of_each(unit: str = "huyen-c") -> list[Question]:
    return [question(subject, unit, f"Tin {n} “đặc biệt”") for n, subject in enumerate(Subject, 1)]


def review(questions: list[Question], **changes: object) -> Review:
    return replace(Review(DESK, MONTH, PROGRAMME, questions), **changes)  # type: ignore[arg-type]


def opened(body: bytes) -> Workbook:
    return load_workbook(io.BytesIO(body))


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def columns_of(book: Workbook, sheet: str) -> tuple[int, dict[str, int]]:
    """Return the row of headings, and heading → number of its column."""
    for row in book[sheet].iter_rows(max_row=30):
        found = {str(cell.value): cell.column for cell in row if cell.value}
        if len(found) > 4:
            return row[0].row, found
    raise AssertionError("no headings")


def write(book: Workbook, sheet: str, number: int, values: Mapping[str, object]) -> None:
    """Write cells of a row below the headings (from 1), by heading."""
    head, columns = columns_of(book, sheet)
    for heading, value in values.items():
        book[sheet].cell(head + number, columns[heading]).value = value  # type: ignore[assignment]


def filled(questions: list[Question], *answers: Mapping[str, object]) -> bytes:
    """Return the workbook of questions with the cells of the first rows filled in."""
    book = opened(render(review(questions), OPTIONS))
    for number, values in enumerate(answers, 1):
        write(book, WORDS.sheets.questions, number, values)
    return saved(book)


def noted(*notes: Mapping[str, object], first: int = 1) -> bytes:
    book = opened(render(review([]), OPTIONS))
    for number, values in enumerate(notes, first):
        write(book, WORDS.sheets.notes, number, values)
    return saved(book)


def read(body: bytes, hand: Hand = HAND) -> Answers:
    sheets, flaw = read_workbook(body)
    assert not flaw, flaw
    return read_answers(sheets, hand)
