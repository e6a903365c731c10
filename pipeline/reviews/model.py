"""Values of a review: verdicts on postings and sections, notes on units, the questions they answer.

What belongs here: shapes, closed vocabularies, ids. What does not: files (`journal`), the workbook (`answers`),
which postings a verdict holds for (`pipeline.facts.settled`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from enum import StrEnum


class Subject(StrEnum):
    """What a question is about."""

    GROUP = "group"        # which group, level and commune a posting is of, or none
    DATE = "date"          # when it was posted, where sources disagree or tell an impossible day
    REMOVAL = "removal"    # whether a posting that could not be reached was taken down
    SECTION = "section"    # whether a list that is new on a portal is the programme's own


class Ruling(StrEnum):
    """What a person decided."""

    GROUP = "group"                # it is of this group, level and commune
    OTHER = "other"                # it is no posting of the programme
    DATE = "date"                  # it was posted on this day
    UNDATED = "undated"            # no day of posting can be known
    GONE = "gone"                  # taken down
    LIVE = "live"                  # not taken down
    SECTION = "section"            # a section of the programme
    NOT_SECTION = "not_section"    # a list like any other


RULINGS: dict[Subject, tuple[Ruling, ...]] = {
    Subject.GROUP: (Ruling.GROUP, Ruling.OTHER),
    Subject.DATE: (Ruling.DATE, Ruling.UNDATED),
    Subject.REMOVAL: (Ruling.GONE, Ruling.LIVE),
    Subject.SECTION: (Ruling.SECTION, Ruling.NOT_SECTION),
}
"""The rulings that answer each question."""


class NoteKind(StrEnum):
    """What a note does to what the month's documents say of a unit."""

    NOTE = "note"                          # stands after what the program says
    REPLACE_NOTE = "replace_note"          # stands in its place
    DISMISS_FINDING = "dismiss_finding"    # the finding named is not raised
    WITHDRAW = "withdraw"                  # takes back what was noted on the unit and subject before


_EVIDENCE_MARK = "; "


@dataclass(frozen=True)
class Content:
    """What a verdict is about, as it stood when a person was asked.

    For a posting: unit, address, the title's comparison key, the digest of its text where it was read, and `about`:
    the group that was read (group), the dates that were read (date), the moment it was first missed (removal). For a
    section: unit, portal, address.
    """

    subject: Subject
    unit_id: str
    url: str
    title: str = ""
    portal_id: str = ""
    location_id: str = ""
    title_key: str = ""
    text_digest: str = ""
    about: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two verdicts be about the same thing: the later of them stands."""
        return (self.subject, self.unit_id, self.portal_id, self.location_id or self.url, self.title_key,
                self.text_digest, self.about)


@dataclass(frozen=True)
class Decision:
    """A ruling with what it says. `commune_id` stands with level commune alone, and may be empty there."""

    ruling: Ruling
    group_id: str = ""
    level: str = ""
    commune_id: str = ""
    posted_on: date | None = None


@dataclass(frozen=True)
class Question:
    """One thing that needs a person, with its evidence and what the program would say.

    `bears`: whether it is of the month's own postings, whose figures hang on it. `dates`: (source, as it was read).
    `capture_id`: where it was seen last (missed, for removals).
    """

    content: Content
    proposal: Decision | None
    reasons: tuple[str, ...]
    bears: bool
    trail: str = ""
    dates: tuple[tuple[str, str], ...] = ()
    cues: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    capture_id: str = ""


@dataclass(frozen=True)
class Verdict:
    """A row of `reviews/verdicts.csv`. `month`: the month it was asked for (2018-02). `made_at` in UTC.

    `supersedes`: the id of the verdict on the same content that stood before, empty where there was none.
    """

    content: Content
    decision: Decision
    month: str
    reason: str
    made_by: str
    made_at: datetime
    supersedes: str = ""

    @property
    def verdict_id(self) -> str:
        """A digest of everything the verdict says: a changed row no longer has its id."""
        own = (getattr(self, f.name) for f in fields(self) if f.name not in ("content", "decision"))
        return digest([*_values(self.content), *_values(self.decision), *own])

    def says_the_same(self, other: Verdict) -> bool:
        """Tell whether another verdict decides the same of the same content for the same reason."""
        return (self.content.key, self.decision, self.reason) == (other.content.key, other.decision, other.reason)


@dataclass(frozen=True)
class Note:
    """A row of `reviews/notes.csv`. `subject`: an appendix's id, a finding rule's id, or empty for all appendices."""

    month: str
    unit_id: str
    kind: NoteKind
    subject: str
    text: str
    reason: str
    made_by: str
    made_at: datetime
    supersedes: str = ""

    @property
    def note_id(self) -> str:
        """A digest of everything the note says."""
        return digest(_values(self))

    @property
    def key(self) -> tuple[str, str, str]:
        """What is noted on: of one month, unit and subject the last note stands."""
        return (self.month, self.unit_id, self.subject)

    def says_the_same(self, other: Note) -> bool:
        """Tell whether another note says the same, whoever wrote it."""
        return (self.key, self.kind, self.text, self.reason) == (other.key, other.kind, other.text, other.reason)


@dataclass(frozen=True)
class Reviews:
    """Everything of `reviews/`, in the order it was written."""

    verdicts: tuple[Verdict, ...] = ()
    notes: tuple[Note, ...] = ()

    def standing_verdicts(self) -> dict[tuple[str, ...], Verdict]:
        """Return the last verdict on each content."""
        return {verdict.content.key: verdict for verdict in self.verdicts}

    def standing_notes(self) -> dict[tuple[str, str, str], Note]:
        """Return the last note on each month, unit and subject, without those that were withdrawn."""
        last = {note.key: note for note in self.notes}
        return {at: note for at, note in last.items() if note.kind is not NoteKind.WITHDRAW}

    def with_new(self, verdicts: Iterable[Verdict], notes: Iterable[Note]) -> Reviews:
        """Return these reviews and what is new among `verdicts` and `notes`, each following what stood before.

        What only repeats what stands is left out: the same import twice changes nothing.
        """
        told, standing = list(self.verdicts), self.standing_verdicts()
        for verdict in verdicts:
            before = standing.get(verdict.content.key)
            if before is None or not before.says_the_same(verdict):
                told.append(replace(verdict, supersedes=before.verdict_id if before else ""))
                standing[verdict.content.key] = told[-1]
        written = list(self.notes)
        for note in notes:
            last = next((one for one in reversed(written) if one.key == note.key), None)
            nothing = note.kind is NoteKind.WITHDRAW and (last is None or last.kind is NoteKind.WITHDRAW)
            if not nothing and (last is None or not last.says_the_same(note)):
                written.append(replace(note, supersedes=last.note_id if last else ""))
        return Reviews(tuple(told), tuple(written))


def dates_told(dates: Iterable[str]) -> str:
    """Return what was read of a posting's dates as `Content.about` holds it: sorted, each once."""
    return _EVIDENCE_MARK.join(sorted(set(dates)))


def digest(values: Iterable[object]) -> str:
    """Return 16 hex digits that stand for the values."""
    text = "\x1f".join(_plain(value) for value in values)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def moment_text(moment: datetime) -> str:
    """Return a moment as files hold it: 2018-03-06T02:00:00Z."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _values(row: Content | Decision | Note) -> list[object]:
    return [getattr(row, f.name) for f in fields(row)]


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
