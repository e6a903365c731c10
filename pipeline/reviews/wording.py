"""The words of the review workbook, from `wording.yaml`.

What belongs here: their shape, and finding the code behind a word that a person chose. What does not: drawing
(`pipeline.outputs.review`), reading rows (`answers`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict

from pipeline.reviews.model import NoteKind, Ruling, Subject
from pipeline.text import key

_FILE = Path(__file__).parent / "wording.yaml"
_Code = TypeVar("_Code")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Strict):
    """A column: its header, width in digits, whether a person fills it in, whether it is hidden."""

    header: str
    width: float
    kind: Literal["text", "number", "link"] = "text"
    fill: bool = False
    hidden: bool = False


class SheetNames(_Strict):
    """The titles of the sheets."""

    questions: str
    notes: str
    lists: str


class Wording(_Strict):
    """Everything of `wording.yaml`. Columns stand in the order of the file."""

    file: str
    sheets: SheetNames
    label: str
    heading: str
    notes_heading: str
    how: tuple[str, ...]
    notes_how: tuple[str, ...]
    columns: dict[str, Column]
    note_columns: dict[str, Column]
    subjects: dict[Subject, str]
    keep: str
    rulings: dict[Ruling, str]
    levels: dict[str, str]
    reasons: tuple[str, ...]
    agreed: str
    note_kinds: dict[NoteKind, str]
    everywhere: str
    states: dict[str, str]
    asked: dict[str, str]
    possible: str
    proposals: dict[str, str]
    parts: dict[str, str]
    files: dict[str, str]
    list_cues: dict[str, str]
    list_heads: dict[str, str]
    marker: str
    problems: dict[str, str]
    refusals: dict[str, str]


@lru_cache(maxsize=1)
def wording() -> Wording:
    """Return the words; raise ValidationError where the file and the model differ."""
    return Wording.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def code_of(text: str, words: Mapping[_Code, str]) -> _Code | None:
    """Return the code whose word (or which itself) reads like `text`, None where none does."""
    wanted = key(text)
    if not wanted:
        return None
    for code, word in words.items():
        if wanted in (key(word), key(str(code))):
            return code
    return None
