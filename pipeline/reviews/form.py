"""What ties a row of the review workbook to its question: the question's own code, and a digest over what is shown.

What belongs here: writing and reading both. What does not: drawing (`pipeline.outputs.review`), answers (`answers`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date

from pipeline.reviews.model import Content, Decision, Ruling, Subject, digest
from pipeline.text import clean, key

_CHECK_LENGTH = 12


@dataclass(frozen=True)
class Place:
    """Of which month and workspace a workbook is."""

    month: str
    workspace: str


@dataclass(frozen=True)
class Desk:
    """What answers may name, id → name as people read it: `units` watched in the month, the `communes` of each,
    `groups`, `layouts` and `findings` of the programme."""

    place: Place
    units: Mapping[str, str]
    communes: Mapping[str, Mapping[str, str]]
    groups: Mapping[str, str]
    layouts: Mapping[str, str]
    findings: Mapping[str, str]


def code(content: Content, proposal: Decision | None) -> str:
    """Return a question's code: plain ASCII that every spreadsheet program gives back as it was.

    Spaces and underscores, which some of them change, are written by their numbers.
    """
    told = [list(asdict(content).values()), list(asdict(proposal).values()) if proposal else None]
    text = json.dumps(told, separators=(",", ":"), default=lambda day: day.isoformat())
    return text.replace(" ", "\\u0020").replace("_", "\\u005f")


def decode(text: str) -> tuple[Content, Decision | None]:
    """Return what a code stands for; raise ValueError for anything else."""
    told = json.loads(text)
    if not isinstance(told, list) or len(told) != 2:
        raise ValueError(text)
    said, proposed = told
    return _content(said), None if proposed is None else _decision(proposed)


def _content(values: object) -> Content:
    if not isinstance(values, list) or len(values) != len(fields(Content)) or not _texts(values):
        raise ValueError(values)
    subject, *rest = values
    return Content(Subject(subject), *rest)


def _decision(values: object) -> Decision:
    if not isinstance(values, list) or len(values) != len(fields(Decision)):
        raise ValueError(values)
    ruling, group, level, commune, day = values
    if not _texts([ruling, group, level, commune]):
        raise ValueError(values)
    return Decision(Ruling(ruling), group, level, commune, date.fromisoformat(day) if day else None)


def _texts(values: list[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def check(place: Place, code_text: str, unit: str, title: str, url: str) -> str:
    """Return the digest of a row: its question, and what it shows of it, as words."""
    return digest([place.month, place.workspace, code_text, key(unit), key(title), clean(url)])[:_CHECK_LENGTH]
