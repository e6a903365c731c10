"""`reviews/verdicts.csv` and `reviews/notes.csv`: read with every problem at once, and added to.

What belongs here: the files. Rows are only ever added; each carries the digest of what it says, so that a row that
was changed is found. What does not: what rows mean (`model`), the workbook they come from (`answers`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from pipeline.months import Month
from pipeline.problems import Problem
from pipeline.registry.sheet import Row, Sheet, read_sheet
from pipeline.reviews.model import RULINGS, Content, Decision, Note, NoteKind, Reviews, Ruling, Subject, Verdict
from pipeline.reviews.model import moment_text as _moment_text
from pipeline.text import clean

FOLDER = "reviews"
_VERDICT_COLUMNS = (
    "verdict_id", "month", "subject", "unit_id", "portal_id", "url", "title", "location_id", "title_key",
    "text_digest", "about", "ruling", "group_id", "level", "commune_id", "posted_on", "reason", "made_by", "made_at",
    "supersedes",
)
_NOTE_COLUMNS = (
    "note_id", "month", "unit_id", "kind", "subject", "text", "reason", "made_by", "made_at", "supersedes",
)
VERDICTS = Sheet(f"{FOLDER}/verdicts.csv", _VERDICT_COLUMNS, _VERDICT_COLUMNS)
NOTES = Sheet(f"{FOLDER}/notes.csv", _NOTE_COLUMNS, _NOTE_COLUMNS)
_STARTS_A_FORMULA = ("=", "+", "-", "@", "'")
_CHANGED = "nội dung không khớp với mã của dòng"
_MEND = "khôi phục dòng cũ; kết luận mới ghi bằng congkhai review import"
_LEVELS = ("own", "commune")
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True)
class Known:
    """The ids that rows may name."""

    units: Collection[str]
    groups: Collection[str]


def load_reviews(folder: Path, known: Known) -> tuple[Reviews, list[Problem]]:
    """Return the rows of both files, which may be absent, and every problem of them."""
    problems: list[Problem] = []
    verdicts = _read(folder, VERDICTS, problems, lambda row: _verdict(row, known))
    notes = _read(folder, NOTES, problems, lambda row: _note(row, known))
    return Reviews(tuple(verdicts), tuple(notes)), problems


def write_reviews(folder: Path, before: Reviews, after: Reviews, write: Callable[[Path, bytes], object]) -> None:
    """Add to the files what `after` holds beyond `before`.

    What stands in a file stays as it is, byte for byte. `write` puts a whole file in its place at once.
    """
    fresh = [(VERDICTS, [_verdict_cells(v) for v in after.verdicts[len(before.verdicts):]]),
             (NOTES, [_note_cells(n) for n in after.notes[len(before.notes):]])]
    for sheet, rows in fresh:
        if rows:
            path = folder / sheet.file
            old = path.read_bytes() if path.is_file() else b""
            head = [] if old.strip() else [list(sheet.columns)]
            gap = b"\n" if old and not old.endswith(b"\n") else b""
            write(path, old + gap + _csv([*head, *([_safe(cell) for cell in row] for row in rows)]))


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def starts_a_formula(text: str) -> bool:
    """Say whether a spreadsheet program would take a cell for a formula, or strip its first character."""
    return text.startswith(_STARTS_A_FORMULA)


def _safe(text: str) -> str:
    """Return a cell that no spreadsheet program takes for a formula: titles come from other people's pages."""
    return f"'{text}" if starts_a_formula(text) else text


def _bare(text: str) -> str:
    return text.removeprefix("'")


# -- rows ----------------------------------------------------------------------------------------------------------

_Made = TypeVar("_Made", Verdict, Note)


def _read(folder: Path, sheet: Sheet, problems: list[Problem], make: Callable[[Row], _Made | None]) -> list[_Made]:
    found: dict[str, _Made] = {}
    for row in read_sheet(folder, sheet, problems, optional=True):
        for column, cell in row.cells.items():
            row.cells[column] = _bare(cell)
        before = len(problems)
        made = make(row)
        if made is None or len(problems) > before:
            continue
        own = made.verdict_id if isinstance(made, Verdict) else made.note_id
        if row.text(sheet.columns[0]) != own:
            row.wrong(_CHANGED, _MEND)
        elif own in found:
            row.wrong(f"mã {own} có hai lần", "bỏ dòng chép thừa")
        found[own] = made
    return list(found.values())


def _verdict(row: Row, known: Known) -> Verdict | None:
    subject, ruling = _word(row, "subject", Subject), _word(row, "ruling", Ruling)
    _known(row, "unit_id", row.required("unit_id"), known.units, "units.csv")
    _known(row, "group_id", row.text("group_id"), known.groups, "chương trình")
    _known(row, "level", row.text("level"), _LEVELS, "danh mục cấp (own, commune)")
    _known(row, "commune_id", row.text("commune_id"), known.units, "units.csv")
    made_at = _moment(row, "made_at")
    _month(row)
    if subject is None or ruling is None or made_at is None:
        return None
    if ruling not in RULINGS[subject]:
        row.wrong(f"kết luận {ruling} không trả lời câu hỏi {subject}", f"dùng {', '.join(RULINGS[subject])}")
    content = Content(
        subject, row.text("unit_id"), row.required("url"), row.text("title"), row.text("portal_id"),
        row.text("location_id"), row.text("title_key"), row.text("text_digest"), row.text("about"))
    decision = Decision(ruling, row.text("group_id"), row.text("level"), row.text("commune_id"),
                        row.day("posted_on", None))
    return Verdict(content, decision, row.text("month"), row.text("reason"), row.required("made_by"), made_at,
                   row.text("supersedes"))


def _note(row: Row, known: Known) -> Note | None:
    kind, made_at = _word(row, "kind", NoteKind), _moment(row, "made_at")
    _known(row, "unit_id", row.required("unit_id"), known.units, "units.csv")
    _month(row)
    if kind is None or made_at is None:
        return None
    return Note(row.text("month"), row.text("unit_id"), kind, row.text("subject"), row.text("text"),
                row.text("reason"), row.required("made_by"), made_at, row.text("supersedes"))


def _word(row: Row, column: str, words: type[_Word]) -> _Word | None:
    value = row.required(column)
    try:
        return words(value)
    except ValueError:
        if value:
            row.wrong(f"{column} {value!r} không có trong danh mục", f"dùng {', '.join(words)}")
        return None


def _known(row: Row, column: str, value: str, known: Collection[str], where: str) -> None:
    if value and value not in known:
        row.wrong(f"{column} {value!r} không có trong {where}", "sửa mã, hoặc khôi phục mã cũ")


def _month(row: Row) -> None:
    try:
        Month.parse(row.required("month"))
    except ValueError as error:
        row.wrong(str(error), "viết như 2018-02")


def _moment(row: Row, column: str) -> datetime | None:
    value = row.required(column)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is not None:
        return moment.astimezone(UTC)
    if value:
        row.wrong(f"thời điểm {value!r} ở cột {column} không hợp lệ", "viết như 2018-03-06T02:00:00Z")
    return None


def _verdict_cells(verdict: Verdict) -> list[str]:
    own, said, ruled = verdict, verdict.content, verdict.decision
    values: list[object] = [
        own.verdict_id, own.month, said.subject, said.unit_id, said.portal_id, said.url, said.title, said.location_id,
        said.title_key, said.text_digest, said.about, ruled.ruling, ruled.group_id, ruled.level, ruled.commune_id,
        ruled.posted_on, own.reason, own.made_by, own.made_at, own.supersedes,
    ]
    return [_cell(value) for value in values]


def _note_cells(note: Note) -> list[str]:
    return [_cell(note.note_id), *(_cell(getattr(note, column)) for column in _NOTE_COLUMNS[1:])]


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return _moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else clean(str(value))
