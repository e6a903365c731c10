"""ra-soat.xlsx: what needs a person, with its evidence and cells to fill in, and the month's notes.

What belongs here: drawing it. What does not: which questions there are (`pipeline.facts.questions`), reading the
answers back (`pipeline.reviews.answers`), the words (`pipeline/reviews/wording.yaml`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from openpyxl.utils import get_column_letter

from pipeline.months import ZONE, Month
from pipeline.outputs import excel, styles
from pipeline.outputs.evidence import level_text
from pipeline.outputs.metrics import column_points
from pipeline.outputs.options import RenderOptions
from pipeline.outputs.page import Page, text_height
from pipeline.outputs.sheets import Cell, Choice, Row, Sheet, Style, Value, cell_text, safe_link
from pipeline.outputs.wording import wording as output_wording
from pipeline.programmes.model import Programme
from pipeline.reviews import form
from pipeline.reviews.form import Desk
from pipeline.reviews.model import RULINGS, Content, Decision, Note, Question, Reviews, Ruling, Subject, Verdict
from pipeline.reviews.wording import Column, wording
from pipeline.text import key
from warehouse.vocabularies import text as word

_FILL = "FFF8DC"
_MIN_HEIGHT = 15.0
_TALLEST = 409.0
_MARGIN_INCHES = 0.4
_SPARE_NOTES = 20
_LIST_WIDTH = 30.0
_FROZEN = "E"
_HOW = replace(styles.FOOTNOTE, italic=False)
_FILLED = replace(styles.LISTED["text"], fill=_FILL, number_format="@")
_FILL_HEADER = replace(styles.LIST_HEADER, fill="FFE699")


@dataclass(frozen=True)
class Review:
    """What the workbook is made of: the open questions, the verdicts of the month that stand, its notes."""

    desk: Desk
    month: Month
    programme: Programme
    questions: Sequence[Question]
    answered: Sequence[Verdict] = ()
    notes: Sequence[Note] = ()


def of_month(desk: Desk, month: Month, programme: Programme, questions: Sequence[Question],
             reviews: Reviews) -> Review:
    """Return the month's review: its questions, and what stands of its verdicts and notes."""
    answered = [v for v in reviews.standing_verdicts().values() if v.month == str(month)]
    notes = [n for _, n in sorted(reviews.standing_notes().items()) if n.month == str(month)]
    return Review(desk, month, programme, questions, answered, notes)


def render(review: Review, options: RenderOptions) -> bytes:
    """Return the workbook; the same review and options give the same bytes."""
    lists = _Lists(review)
    sheets = [_questions_sheet(review, lists, options), _notes_sheet(review, lists, options), lists.sheet(review)]
    return excel.render(sheets, options.properties(wording().label, review.programme.name, review.month))


# -- drop-downs ----------------------------------------------------------------------------------------------------


class _Lists:
    """The sheet out of sight: of which month and office the workbook is, and the words of every drop-down."""

    def __init__(self, review: Review) -> None:
        words, desk = wording(), review.desk
        self._columns: dict[str, tuple[str, list[str]]] = {}
        for subject in Subject:
            own = [words.rulings[ruling] for ruling in RULINGS[subject]]
            keep = [] if subject is Subject.REMOVAL else [words.keep]
            self._columns[subject] = (words.list_heads["rulings"].format(subject=words.subjects[subject]), keep + own)
        heads, notes = words.columns, words.note_columns
        self._columns["groups"] = (heads["group"].header, list(desk.groups.values()))
        self._columns["levels"] = (heads["level"].header, list(words.levels.values()))
        self._columns["reasons"] = (heads["reason"].header, list(words.reasons))
        self._columns["units"] = (notes["unit"].header, list(desk.units.values()))
        self._columns["kinds"] = (notes["kind"].header, list(words.note_kinds.values()))
        self._columns["abouts"] = (notes["about"].header, [
            words.everywhere, *desk.layouts.values(), *desk.findings.values()])
        for unit, communes in desk.communes.items():
            if communes:
                head = words.list_heads["communes"].format(unit=desk.units[unit])
                self._columns[f"communes {unit}"] = (head, list(communes.values()))

    def choice(self, name: str, column: str, rows: Iterable[int]) -> Choice | None:
        """Return the drop-down of a list over cells of a column; None where there is no such list or cell."""
        cells = _ranges(column, rows)
        if name not in self._columns or not cells:
            return None
        letter = get_column_letter(list(self._columns).index(name) + 2)
        last = len(self._columns[name][1]) + 1
        return Choice(cells, f"'{wording().sheets.lists}'!${letter}$2:${letter}${last}")

    def sheet(self, review: Review) -> Sheet:
        """Return the sheet: column A says whose it is, each further column is one list below its name."""
        place = review.desk.place
        told = [wording().marker, place.month, place.workspace]
        columns = [told, *([head, *listed] for head, listed in self._columns.values())]
        style = styles.LISTED["text"]
        rows = [
            Row([Cell(column[n], style) if n < len(column) else None for column in columns])
            for n in range(max(map(len, columns)))
        ]
        return Sheet(wording().sheets.lists, [_LIST_WIDTH] * len(columns), rows, out_of_sight=True)


def _ranges(column: str, rows: Iterable[int]) -> str:
    """Return cells of a column as Excel lists them: rows 5, 6, 9 of N are "N5:N6 N9"."""
    spans: list[list[int]] = []
    for row in sorted(rows):
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    return " ".join(f"{column}{a}" if a == b else f"{column}{a}:{column}{b}" for a, b in spans)


def _letters(columns: Mapping[str, Column]) -> dict[str, str]:
    return {name: get_column_letter(number) for number, name in enumerate(columns, 1)}


# -- questions -----------------------------------------------------------------------------------------------------


def _questions_sheet(review: Review, lists: _Lists, options: RenderOptions) -> Sheet:
    words = wording()
    said = _Sayings(review)
    lines = [(q.content, said.asked(q)) for q in review.questions]
    lines += [(v.content, said.answered(v)) for v in review.answered]
    page, head = _head(review, words.columns, words.heading, words.how, options)
    rows = [*page.rows, *(_row(words.columns, {**values, "position": n}) for n, (_, values) in enumerate(lines, 1))]
    at = {number: content for number, (content, _) in enumerate(lines, head + 1)}
    if not lines:
        rows.append(_row(words.columns, {"title": output_wording().nothing}))
    choices = _question_choices(lists, at)
    return _sheet(words.sheets.questions, words.columns, page, rows, choices, options, review.month)


def _question_choices(lists: _Lists, at: Mapping[int, Content]) -> list[Choice]:
    letters = _letters(wording().columns)
    units = {content.unit_id for content in at.values()}
    groups = [n for n, c in at.items() if c.subject is Subject.GROUP]
    found = [
        *(lists.choice(subject, letters["ruling"], (n for n, c in at.items() if c.subject is subject))
          for subject in Subject),
        lists.choice("groups", letters["group"], groups),
        lists.choice("levels", letters["level"], groups),
        *(lists.choice(f"communes {unit}", letters["commune"], (n for n in groups if at[n].unit_id == unit))
          for unit in sorted(units)),
        lists.choice("reasons", letters["reason"], at),
    ]
    return [choice for choice in found if choice]


class _Sayings:
    """What each cell of a question says."""

    def __init__(self, review: Review) -> None:
        self._review = review
        self._communes = {c: name for communes in review.desk.communes.values() for c, name in communes.items()}
        self._phrases = _phrases(review.programme)

    def asked(self, question: Question) -> dict[str, Value]:
        """Return the cells of an open question."""
        words = wording()
        return {
            **self._of(question.content, question.proposal),
            "state": words.states["bears" if question.bears else "open"],
            "trail": question.trail,
            "dates": "; ".join(_read(source, day) for source, day in question.dates),
            "asked": self._why(question),
            "cues": "; ".join(dict.fromkeys(self._cue(cue) for cue in question.cues)),
            "capture": question.capture_id,
            "proposal": self._proposal(question.proposal),
        }

    def answered(self, verdict: Verdict) -> dict[str, Value]:
        """Return the cells of a question that has its answer, which may be changed there."""
        words, ruled = wording(), verdict.decision
        grouped = ruled.ruling is Ruling.GROUP
        return {
            **self._of(verdict.content, None),
            "state": words.states["answered"],
            "ruling": words.rulings[ruled.ruling],
            "group": self._review.desk.groups.get(ruled.group_id, ruled.group_id) if grouped else None,
            "level": words.levels.get(ruled.level) if grouped else None,
            "commune": self._communes.get(ruled.commune_id, ruled.commune_id) if grouped else None,
            "posted_on": f"{ruled.posted_on:%d/%m/%Y}" if ruled.posted_on else None,
            "reason": verdict.reason,
        }

    def _of(self, content: Content, proposal: Decision | None) -> dict[str, Value]:
        desk = self._review.desk
        unit = desk.units.get(content.unit_id, content.unit_id)
        title, url = cell_text(content.title), cell_text(content.url)
        code = form.code(content, proposal)
        return {
            "subject": wording().subjects[content.subject], "unit": unit, "title": title, "url": url,
            "link": content.url, "content": code, "check": form.check(desk.place, code, unit, title, url),
        }

    def _why(self, question: Question) -> str:
        words = wording()
        missed = _local(question.content.about) if question.content.subject is Subject.REMOVAL else ""
        told = [words.asked[reason].format(missed=missed) for reason in question.reasons]
        groups = [self._review.desk.groups.get(g, words.proposals["other"]) for g in question.candidates]
        if question.content.subject is Subject.GROUP and len(groups) > 1:
            told.append(words.possible.format(groups=", ".join(f"“{group}”" for group in groups)))
        return "; ".join(told)

    def _proposal(self, proposal: Decision | None) -> str:
        words = wording()
        if proposal is None:
            return words.proposals["none"]
        return words.proposals[proposal.ruling].format(
            group=self._review.desk.groups.get(proposal.group_id, proposal.group_id),
            level=level_text(proposal.level, proposal.commune_id, self._communes) if proposal.level else "",
            day=f"{proposal.posted_on:%d/%m/%Y}" if proposal.posted_on else "")

    def _cue(self, cue: str) -> str:
        """Return a cue in words: `title:tiep cong dan +1` is 'tiêu đề: “tiếp công dân”'."""
        words = wording()
        part, _, told = cue.partition(":")
        if part in words.list_cues:
            return words.list_cues[part].format(count=told.strip())
        if part.startswith("file["):
            kind, state = part.removeprefix("file[").removesuffix("]"), told.strip()
            return f"{kind}: {words.files.get(state, state)}"
        phrase = told.rpartition(" ")[0] or told
        return f"{words.parts.get(part, part)}: “{self._phrases.get(key(phrase), phrase)}”"


def _phrases(programme: Programme) -> dict[str, str]:
    """Return the comparison key of each cue → the cue as the programme writes it."""
    book = programme.classification
    cues = [*(c.phrase for group in programme.groups for c in group.cues), *(c.phrase for c in book.against),
            *(c.phrase for topic in book.topics.values() for c in topic),
            *(phrase for family in book.families.values() for phrase in family)]
    return {key(phrase): phrase for phrase in reversed(cues) if not phrase.startswith("@")}


def _read(source: str, day: str) -> str:
    return f"{word('posted_on_source', source)}: {day}" if source else day


def _local(moment: str) -> str:
    """Return a moment (ISO, UTC) as the local clock showed it."""
    return f"{datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(ZONE):%d/%m/%Y %H:%M}"


# -- notes ---------------------------------------------------------------------------------------------------------


def _notes_sheet(review: Review, lists: _Lists, options: RenderOptions) -> Sheet:
    words, desk = wording(), review.desk
    abouts = {"": words.everywhere, **desk.layouts, **desk.findings}
    records: list[dict[str, Value]] = [
        {"unit": desk.units.get(n.unit_id, n.unit_id), "kind": words.note_kinds[n.kind],
         "about": abouts.get(n.subject, n.subject), "text": n.text, "reason": n.reason}
        for n in review.notes
    ]
    records += [{"unit": name} for name in desk.units.values()]
    records += [{} for _ in range(_SPARE_NOTES)]
    page, head = _head(review, words.note_columns, words.notes_heading, words.notes_how, options)
    rows = [*page.rows, *(_row(words.note_columns, record) for record in records)]
    letters = _letters(words.note_columns)
    last = range(head + 1, head + len(records) + 1)
    choices = [lists.choice(name, letters[column], last) for name, column in (
        ("units", "unit"), ("kinds", "kind"), ("abouts", "about"), ("reasons", "reason"))]
    return _sheet(words.sheets.notes, words.note_columns, page, rows, [c for c in choices if c], options,
                  review.month)


# -- drawing -------------------------------------------------------------------------------------------------------


def _head(review: Review, columns: Mapping[str, Column], heading: str, how: Sequence[str],
          options: RenderOptions) -> tuple[Page, int]:
    """Return a page with title, explanation and headings, and the number of the row of headings."""
    shown = output_wording()
    page = Page([column.width for column in columns.values()])
    across = next((n for n, column in enumerate(columns.values()) if column.hidden), len(columns))
    if options.simulated:
        page.line(shown.simulated, replace(styles.BANNER, horizontal="left"), across)
    page.line(heading.format(month=shown.in_words(review.month)), replace(styles.TITLE, horizontal="left"), across)
    for line in how:
        page.line(line.format(key=review.month), _HOW, across)
    cells = [Cell(c.header, _FILL_HEADER if c.fill else styles.LIST_HEADER) for c in columns.values()]
    page.row(cells, [(n, n) for n in range(len(columns))])
    return page, page.last


def _row(columns: Mapping[str, Column], values: Mapping[str, Value]) -> Row:
    cells: list[Cell] = []
    height = _MIN_HEIGHT
    for name, column in columns.items():
        style = _style(column)
        value = values.get(name)
        if column.kind == "link":
            target = safe_link(str(value)) if value else None
            cells.append(Cell(output_wording().open_word if target else None, style, target))
            continue
        if isinstance(value, str) and not column.hidden:
            height = max(height, text_height(value, column_points(column.width), style))
        cells.append(Cell(value, style))
    return Row(cells, min(round(height * 4) / 4, _TALLEST))


def _style(column: Column) -> Style:
    if column.hidden:
        return replace(styles.LISTED["text"], wrap=False, number_format="@")
    return _FILLED if column.fill else styles.LISTED[column.kind]


def _sheet(title: str, columns: Mapping[str, Column], page: Page, rows: Sequence[Row], choices: Sequence[Choice],
           options: RenderOptions, month: Month) -> Sheet:
    head = page.last
    hidden = [number for number, column in enumerate(columns.values(), 1) if column.hidden]
    return Sheet(
        title=title, widths=page.widths, rows=rows, merges=page.merges, repeat=(head, head),
        freeze=f"{_FROZEN if hidden else 'A'}{head + 1}", filter_row=head, margin=_MARGIN_INCHES,
        header=options.header(), footer=options.footer(title, month), hidden=hidden, choices=choices)
