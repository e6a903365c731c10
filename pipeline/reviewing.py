"""The review of a month: from the warehouse to the workbook, and from the workbook back to `reviews/`.

What belongs here: opening, putting together, writing. What does not: questions (`pipeline.facts.questions`), the
workbook (`pipeline.outputs.review`), answers (`pipeline.reviews`), options and printing (`pipeline.cli_review`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.assets.month import month_context, render_options
from pipeline.facts.context import was_observed
from pipeline.facts.loading import ready
from pipeline.facts.questions import open_questions
from pipeline.locks import held
from pipeline.months import Month
from pipeline.outputs.figures import counting_blocks, units_of
from pipeline.outputs.review import of_month, render
from pipeline.outputs.writer import write_atomic
from pipeline.problems import UserError, refusal
from pipeline.registry.model import UnitVersion
from pipeline.reviews.answers import Answers, Hand, Refusal, read_answers
from pipeline.reviews.cells import Flaw, Limits, SheetCells
from pipeline.reviews.form import Desk, Place
from pipeline.reviews.journal import write_reviews
from pipeline.reviews.model import Question, Subject
from pipeline.reviews.reader import read_workbook
from pipeline.reviews.wording import wording
from pipeline.workspace import Workspace, load_workspace
from warehouse.migration import VersionError
from warehouse.store import WarehouseError, open_reader

_LOCK = "reviews.lock"
_LAYOUT = "ra-soat"


@dataclass(frozen=True)
class Exported:
    """What came of an export: the file, how many questions of each subject, how many stand answered in it."""

    path: Path
    questions: dict[Subject, int]
    answered: int


@dataclass(frozen=True)
class Imported:
    """What came of an import: rows that are new, rows that only say what stands, refusals, rows left open."""

    verdicts: int
    notes: int
    unchanged: int
    refusals: tuple[Refusal, ...]
    unanswered: int


def export_review(workspace: Workspace, month: Month, out: Path | None = None) -> Exported:
    """Write the month's review workbook; UserError where the month was never made, or where a workbook with answers
    that were not imported would be overwritten."""
    path = out or workspace.outputs(month) / wording().file
    if path.suffix.lower() != ".xlsx":
        raise UserError(f"{path}: tên tệp phải kết thúc bằng .xlsx")
    _refuse_to_overwrite(workspace, month, path)
    questions = _questions(workspace, month)
    review = of_month(desk_of(workspace, month), month, workspace.programme, questions, workspace.reviews)
    context = month_context(workspace, month)
    content = render(review, render_options(workspace, context, _LAYOUT))
    try:
        write_atomic(path, content)
    except OSError as error:
        raise UserError(f"{path}: không ghi được ({refusal(error)})") from error
    counts = {subject: sum(q.content.subject is subject for q in questions) for subject in Subject}
    return Exported(path, counts, len(review.answered))


def import_review(workspace: Workspace, month: Month, file: Path, made_by: str, made_at: datetime) -> Imported:
    """Record what a review workbook says; rows that are wrong are refused one by one, the others are taken.

    UserError for a file that is no review workbook of this month and workspace, and where another import is under
    way. The same file twice changes nothing.
    """
    sheets = _sheets(file)
    try:
        answers = read_answers(sheets, Hand(desk_of(workspace, month), made_by, made_at))
    except UserError as error:
        raise UserError(f"{file}: {error}") from error
    with held(workspace.data / _LOCK) as ours:
        if not ours:
            raise UserError("một lần nhập rà soát khác đang diễn ra; đợi xong rồi nhập lại")
        before = load_workspace(workspace.folder).reviews  # what another import may have added meanwhile
        after = before.with_new(answers.verdicts, answers.notes)
        write_reviews(workspace.folder, before, after, write_atomic)
    verdicts, notes = len(after.verdicts) - len(before.verdicts), len(after.notes) - len(before.notes)
    said = len(answers.verdicts) + len(answers.notes)
    return Imported(verdicts, notes, said - verdicts - notes, tuple(sorted(answers.refusals)), answers.unanswered)


def desk_of(workspace: Workspace, month: Month) -> Desk:
    """Return what answers of a month may name."""
    day, programme = month.last_day, workspace.programme
    units = {unit.unit_id: unit.name for unit in _in_order(workspace, month)}
    return Desk(
        place=Place(str(month), workspace.settings.title),
        units=units,
        communes={u: {c.unit_id: c.name for c in workspace.registry.communes(u, day)} for u in units},
        groups={group.id: group.name for group in programme.groups},
        layouts={layout.id: layout.label.capitalize() for layout in programme.layouts},
        findings={rule.id: rule.name for rule in programme.findings},
    )


def _in_order(workspace: Workspace, month: Month) -> list[UnitVersion]:
    """Return the units watched in a month, block by block as the appendices list them; others after these."""
    watched = workspace.registry.watched(month.last_day, workspace.programme.owes)
    shown = [unit.unit_id for block in counting_blocks(workspace.programme)
             for unit in units_of(block, workspace.registry, month, {})]
    place = {unit_id: number for number, unit_id in enumerate(shown)}
    return sorted(watched, key=lambda unit: place.get(unit.unit_id, len(place)))


def _questions(workspace: Workspace, month: Month) -> list[Question]:
    try:
        con = open_reader(workspace.warehouse)
    except (WarehouseError, VersionError) as error:
        raise UserError(str(error)) from error
    with con:
        context = month_context(workspace, month)
        if not was_observed(con, context):
            raise UserError(
                f"tháng {month} chưa có số liệu; chạy: congkhai run -w {workspace.folder} --month {month}")
        ready(con, context)
        return open_questions(con, context)


def _sheets(file: Path) -> list[SheetCells]:
    try:
        body = file.read_bytes() if file.stat().st_size <= Limits().bytes else b""
        flaw = Flaw.NONE if body else Flaw.TOO_LARGE
    except OSError as error:
        raise UserError(f"{file}: không đọc được tệp ({refusal(error)})") from error
    sheets: list[SheetCells] = []
    if body:
        sheets, flaw = read_workbook(body)
    if flaw:
        raise UserError(f"{file}: {wording().problems[flaw].format(mb=Limits().bytes >> 20)}")
    return sheets


def _refuse_to_overwrite(workspace: Workspace, month: Month, path: Path) -> None:
    """A workbook in which somebody has written what was not imported yet is not replaced."""
    if not path.is_file():
        return
    try:
        answers: Answers = read_answers(
            _sheets(path), Hand(desk_of(workspace, month), "", datetime.fromtimestamp(0).astimezone()))
    except UserError as error:
        raise UserError(f"{path} đã có và không phải bảng rà soát của tháng này ({error}); "
                        "chuyển tệp đi, hoặc ghi ra tệp khác bằng --out") from error
    reviews = workspace.reviews
    after = reviews.with_new(answers.verdicts, answers.notes)
    waiting = len(after.verdicts) + len(after.notes) - len(reviews.verdicts) - len(reviews.notes)
    if waiting or answers.refusals:
        raise UserError(
            f"{path} có {waiting + len(answers.refusals)} dòng đã điền mà chưa nhập; nhập trước bằng "
            f"congkhai review import, hoặc ghi ra tệp khác bằng --out")
