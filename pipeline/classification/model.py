"""Values at the boundary of `classification`: what goes in about a posting, and the verdict with its cues."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """What is known about one posting when it is classified.

    `unit_kind` is the registry's kind of the unit; `document_type` the id of the document's type (`GM`), where known.
    """

    title: str
    text: str = ""
    sections: tuple[str, ...] = ()
    url: str = ""
    unit_id: str | None = None
    unit_kind: str | None = None
    document_type: str | None = None


@dataclass(frozen=True)
class Verdict:
    """The group of a posting and why.

    `group` is a group id of the programme or `other`; `candidates` are the groups that cannot be excluded
    (always holds `group`; more than one only when `needs_review`). `level` is `own` or `commune`, `commune`
    the commune's id when known, else its name as written. `confidence` is in [0, 1].
    """

    group: str
    level: str = "own"
    commune: str | None = None
    topic: str | None = None
    confidence: float = 0.0
    cues: tuple[str, ...] = ()
    needs_review: bool = False
    candidates: tuple[str, ...] = ()
