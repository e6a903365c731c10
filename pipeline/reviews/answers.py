"""From the cells of a review workbook that came back to verdicts and notes, row by row.

What belongs here: what a person may write, and refusing what is wrong with its row and reason; the other rows are
taken. What does not: reading the file (`reader`), recording (`journal`), drawing (`pipeline.outputs.review`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from openpyxl.utils import get_column_letter

from pipeline.months import local_date
from pipeline.problems import UserError
from pipeline.registry.sheet import read_day
from pipeline.reviews import form
from pipeline.reviews.cells import CellKind, SheetCells
from pipeline.reviews.form import Desk
from pipeline.reviews.model import RULINGS, Content, Decision, Note, NoteKind, Ruling, Verdict
from pipeline.reviews.wording import Column, code_of, wording
from pipeline.text import clean, key

LONGEST = 1000
"""Characters of a reason or a note."""
_FIRST_YEAR = 2000
_SHOWN = 6
_EXTRA: dict[Ruling, frozenset[str]] = {
    Ruling.GROUP: frozenset(("group", "level", "commune")),
    Ruling.DATE: frozenset(("posted_on",)),
}
_OWN, _COMMUNE = "own", "commune"


@dataclass(frozen=True)
class Hand:
    """Whose answers are read, and when: `made_at` in UTC."""

    desk: Desk
    made_by: str
    made_at: datetime


@dataclass(frozen=True, order=True)
class Refusal:
    """A row that was not taken, and why."""

    sheet: str
    row: int
    why: str


@dataclass
class Answers:
    """What a workbook says. `unanswered`: questions without an answer."""

    verdicts: list[Verdict] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    unanswered: int = 0


class _Refused(Exception):  # noqa: N818 - a row's end, not an error
    """A row that is wrong, with what to say."""


def read_answers(sheets: Sequence[SheetCells], hand: Hand) -> Answers:
    """Return what the sheets of a review workbook say; UserError where it is none, or of another month or office."""
    by_title = {key(sheet.title): sheet for sheet in sheets}
    names, words = wording().sheets, wording()
    _check_marker(by_title.get(key(names.lists)), hand.desk.place)
    found = Answers()
    for title, columns, take in ((names.questions, words.columns, _verdict), (names.notes, words.note_columns, _note)):
        sheet = by_title.get(key(title))
        if sheet is None:
            raise UserError(words.problems["no_sheet"].format(sheet=title))
        seen: dict[tuple[str, ...], int] = {}
        for row in _rows(sheet, columns, found):
            try:
                take(row, hand, found, seen)
            except _Refused as refused:
                found.refusals.append(Refusal(sheet.title, row.number, str(refused)))
    return found


def _check_marker(lists: SheetCells | None, own: form.Place) -> None:
    words = wording()
    told = [lists.rows.get(row, {}).get(1, ("", ""))[0] for row in (1, 2, 3)] if lists else ["", "", ""]
    mark, month, workspace = told
    if key(mark.rpartition(" ")[0]) != key(words.marker.rpartition(" ")[0]):
        raise UserError(words.problems["no_marker"].format(sheet=words.sheets.lists))
    if mark != words.marker:
        raise UserError(words.problems["other_version"])
    if month != own.month:
        raise UserError(words.problems["other_month"].format(found=month, month=own.month))
    if clean(workspace) != clean(own.workspace):
        raise UserError(words.problems["other_workspace"].format(found=workspace, own=own.workspace))


# -- rows ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Row:
    """A row below the heading: its number, its cells by the names of their columns."""

    number: int
    cells: Mapping[str, tuple[str, str]]
    columns: Mapping[str, Column]
    letters: Mapping[str, str]

    def text(self, name: str) -> str:
        """Return a cell's text; refuse what is no text that a person wrote."""
        text, kind = self.cells.get(name, ("", ""))
        if kind:
            why = "formula" if kind == CellKind.FORMULA else "error"
            _refuse(why, cell=f"{self.letters[name]}{self.number}", text=text)
        return clean(text)

    def filled(self) -> list[str]:
        """Return the names of the columns that a person filled in."""
        return [name for name, column in self.columns.items() if column.fill and any(self.cells.get(name, ()))]

    def headers(self, names: Sequence[str]) -> str:
        """Return the headings of columns, for people."""
        return ", ".join(self.columns[name].header for name in names)


def _rows(sheet: SheetCells, columns: Mapping[str, Column], found: Answers) -> Iterator[_Row]:
    head, places = _heading(sheet, columns)
    found.refusals += [
        Refusal(sheet.title, int("".join(c for c in at if c.isdigit()) or 0), wording().refusals["far"].format(cell=at))
        for at in sheet.far
    ]
    letters = {name: get_column_letter(at) for name, at in places.items()}
    for number, cells in sorted(sheet.rows.items()):
        if number > head:
            yield _Row(number, {n: cells[at] for n, at in places.items() if at in cells}, columns, letters)


def _heading(sheet: SheetCells, columns: Mapping[str, Column]) -> tuple[int, dict[str, int]]:
    """Return the number of the row of headings, and where each column stands; columns may have been moved."""
    best: dict[str, int] = {}
    best_row = 0
    for number, cells in sorted(sheet.rows.items()):
        by_header = {key(text): at for at, (text, _) in sorted(cells.items(), reverse=True)}
        places = {n: by_header[key(c.header)] for n, c in columns.items() if key(c.header) in by_header}
        if len(places) > len(best):
            best, best_row = places, number
    missing = [column.header for name, column in columns.items() if name not in best and column.kind != "link"]
    if missing:
        raise UserError(wording().problems["no_header"].format(sheet=sheet.title, missing=", ".join(missing)))
    return best_row, best


def _refuse(why: str, **values: object) -> None:
    raise _Refused(wording().refusals[why].format(**values))


def _known(names: Sequence[str]) -> str:
    shown = list(dict.fromkeys(names))
    return ", ".join(shown[:_SHOWN]) + (", …" if len(shown) > _SHOWN else "")


def _long_text(row: _Row, name: str) -> str:
    text = row.text(name)
    if len(text) > LONGEST:
        _refuse("too_long", column=row.columns[name].header, limit=LONGEST)
    return text


# -- verdicts ------------------------------------------------------------------------------------------------------


def _verdict(row: _Row, hand: Hand, found: Answers, seen: dict[tuple[str, ...], int]) -> None:
    filled = row.filled()
    code = row.text("content")
    if not filled:
        found.unanswered += bool(code)
        return
    content, proposal = _question(row, code, hand.desk)
    said = row.text("ruling")
    if not said:
        _refuse("no_ruling", columns=row.headers(filled))
    decision, agreed = _decision(row, said, content, proposal, hand)
    reason = _long_text(row, "reason")
    if not reason and not agreed:
        _refuse("no_reason")
    if content.key in seen:
        _refuse("twice", row=seen[content.key])
    seen[content.key] = row.number
    found.verdicts.append(Verdict(
        content, decision, hand.desk.place.month, reason or wording().agreed, hand.made_by, hand.made_at))


def _question(row: _Row, code: str, desk: Desk) -> tuple[Content, Decision | None]:
    """Return the question of a row; refuse a row that is not as it was given out."""
    if not code:
        _refuse("no_content")
    told = form.check(desk.place, code, row.text("unit"), row.text("title"), row.text("url"))
    try:
        if told != row.text("check"):
            raise ValueError(told)
        return form.decode(code)
    except ValueError:
        raise _Refused(wording().refusals["moved"]) from None


def _decision(
    row: _Row, said: str, content: Content, proposal: Decision | None, hand: Hand
) -> tuple[Decision, bool]:
    """Return what was decided, and whether that is what was proposed by name."""
    words = wording()
    open_rulings = {ruling: words.rulings[ruling] for ruling in RULINGS[content.subject]}
    known = _known(([words.keep] if proposal else []) + list(open_rulings.values()))
    agreed = key(said) in (key(words.keep), "keep")
    ruling = code_of(said, open_rulings)
    if agreed and proposal is None:
        _refuse("no_proposal", known=known)
    if not agreed and ruling is None:
        _refuse("unknown_ruling", text=said, subject=words.subjects[content.subject], known=known)
    extra = [name for name in row.filled() if name not in ("ruling", "reason")]
    needless = [name for name in extra if ruling is None or name not in _EXTRA.get(ruling, frozenset())]
    if needless:
        _refuse("not_needed", ruling=words.keep if ruling is None else words.rulings[ruling],
                columns=row.headers(needless))
    if ruling is None:
        assert proposal is not None
        return proposal, True
    if ruling is Ruling.GROUP:
        return _group(row, content, proposal, hand.desk), False
    return _date(row, hand) if ruling is Ruling.DATE else Decision(ruling), False


def _group(row: _Row, content: Content, proposal: Decision | None, desk: Desk) -> Decision:
    words = wording()
    named, level_named, commune_named = row.text("group"), row.text("level"), row.text("commune")
    if not named:
        _refuse("no_group", ruling=words.rulings[Ruling.GROUP])
    group = code_of(named, desk.groups)
    if group is None:
        _refuse("unknown_group", text=named, known=_known(list(desk.groups.values())))
    communes = desk.communes.get(content.unit_id, {})
    unit = desk.units.get(content.unit_id, content.unit_id)
    level = code_of(level_named, words.levels) if level_named else None
    if level_named and level is None:
        _refuse("unknown_level", text=level_named, known=_known(list(words.levels.values())))
    if (commune_named or level == _COMMUNE) and not communes:
        _refuse("no_communes", unit=unit)
    commune = code_of(commune_named, communes) if commune_named else ""
    if commune is None:
        _refuse("unknown_commune", text=commune_named, unit=unit, known=_known(list(communes.values())))
    if commune and level == _OWN:
        _refuse("commune_of_own", level=words.levels[_COMMUNE])
    if level is None:
        level = _COMMUNE if commune else _proposed_level(proposal)
    if level == _COMMUNE and not commune and proposal is not None:
        commune = proposal.commune_id
    return Decision(Ruling.GROUP, str(group), level, commune or "")


def _proposed_level(proposal: Decision | None) -> str:
    return (proposal.level if proposal else "") or _OWN


def _date(row: _Row, hand: Hand) -> Decision:
    said = row.text("posted_on")
    if not said:
        _refuse("no_date", ruling=wording().rulings[Ruling.DATE])
    day = read_day(said)
    if day is None:
        raise _Refused(wording().refusals["unknown_date"].format(text=said))
    if day.year < _FIRST_YEAR or day > local_date(hand.made_at) + timedelta(days=1):
        _refuse("implausible_date", day=f"{day:%d/%m/%Y}")
    return Decision(Ruling.DATE, posted_on=day)


# -- notes ---------------------------------------------------------------------------------------------------------


def _note(row: _Row, hand: Hand, found: Answers, seen: dict[tuple[str, ...], int]) -> None:
    filled = set(row.filled()) - {"unit"}
    if not filled:
        return
    words, desk = wording(), hand.desk
    named, kind_named, about_named = row.text("unit"), row.text("kind"), row.text("about")
    text, reason = _long_text(row, "text"), _long_text(row, "reason")
    if not named:
        _refuse("no_unit")
    unit = code_of(named, desk.units)
    if unit is None:
        _refuse("unknown_unit", text=named)
    kind = code_of(kind_named, words.note_kinds) if kind_named else NoteKind.NOTE
    if kind is None:
        raise _Refused(words.refusals["unknown_kind"].format(
            text=kind_named, known=_known(list(words.note_kinds.values()))))
    about = _about(about_named, kind, desk)
    if kind in (NoteKind.NOTE, NoteKind.REPLACE_NOTE) and not text:
        _refuse("no_text")
    if kind in (NoteKind.DISMISS_FINDING, NoteKind.WITHDRAW) and text:
        _refuse("text_not_needed", kind=words.note_kinds[kind])
    if kind is NoteKind.DISMISS_FINDING and not reason:
        _refuse("no_reason")
    note = Note(desk.place.month, str(unit), kind, about, text, reason, hand.made_by, hand.made_at)
    if note.key in seen:
        _refuse("twice", row=seen[note.key])
    seen[note.key] = row.number
    found.notes.append(note)


def _about(named: str, kind: NoteKind, desk: Desk) -> str:
    """Return the appendix or finding that a note is about; empty for all appendices."""
    words = wording()
    layouts = {"": words.everywhere, **desk.layouts}
    about = code_of(named, {**layouts, **desk.findings}) if named else ""
    if about is None:
        raise _Refused(words.refusals["unknown_about"].format(
            text=named, known=_known([*layouts.values(), *desk.findings.values()])))
    if kind is NoteKind.DISMISS_FINDING and about not in desk.findings:
        _refuse("no_finding", kind=words.note_kinds[kind], known=_known(list(desk.findings.values())))
    if kind in (NoteKind.NOTE, NoteKind.REPLACE_NOTE) and about in desk.findings:
        _refuse("finding_not_needed", kind=words.note_kinds[kind], known=_known(list(layouts.values())))
    return about
