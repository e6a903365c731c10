"""Figures of classifying postings and of reading dates, against labels.

What belongs here: comparing verdicts and dates with labels, line by line. What does not: pages (`pages`), printing
(`__main__`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.classification import Classifier
from pipeline.classification.contract import classify_line
from pipeline.extraction.dates import article_date
from pipeline.text import key

READ_AT = datetime(2026, 1, 1, tzinfo=UTC)
Line = tuple[dict[str, Any], dict[str, Any]]
"""What `congkhai classify` reads, and its label."""


@dataclass
class Verdicts:
    """Counts over labelled postings. `by_label` holds right, given and wanted by group; `wrong` says what differs."""

    name: str
    postings: int = 0
    right: int = 0
    decided: int = 0
    decided_right: int = 0
    placed_right: int = 0
    by_label: dict[str, list[int]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def macro_f1(self) -> float:
        """The mean over all labels of 2·right ÷ (given + wanted)."""
        scores = [2 * right / (given + wanted) for right, given, wanted in self.by_label.values() if given + wanted]
        return sum(scores) / len(scores) if scores else 0.0


def lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def judge(name: str, labelled: Iterable[Line], classifier: Classifier) -> Verdicts:
    """Classify every line of `congkhai classify` and compare with its label: `group`, `level`, `commune`."""
    found = Verdicts(name)
    for line, label in labelled:
        verdict = classify_line(classifier, line)
        right = verdict["group"] == label["group"]
        found.postings += 1
        found.right += right
        if not verdict["needs_review"]:
            found.decided += 1
            found.decided_right += right
        for group, place in ((verdict["group"], 1), (label["group"], 2)):
            found.by_label.setdefault(group, [0, 0, 0])[place] += 1
        found.by_label[label["group"]][0] += right
        placed = verdict["level"] == label["level"] and _same_commune(verdict["commune"], label["commune"])
        found.placed_right += placed
        if not (right and placed):
            asked = " (asks)" if verdict["needs_review"] else ""
            found.wrong.append(f"{line['title'][:90]}: {label['group']}/{label['level']}/{label['commune']}"
                               f" → {verdict['group']}/{verdict['level']}/{verdict['commune']}{asked}")
    return found


def _same_commune(given: str | None, wanted: str | None) -> bool:
    """Compare names without their kinds; a label may add the kind in brackets."""
    bare = key((wanted or "").partition("(")[0])
    return not bare or (given is not None and key(given).endswith(bare))


def golden(path: Path) -> list[Line]:
    """Return the project's own labelled titles; those that ask for a person are left to the tests."""
    return [
        ({name: one[name] for name in ("id", "title", "text", "sections") if name in one}, one)
        for one in lines(path) if "ask" not in one
    ]


def labelled_postings(path: Path, texts: bool) -> list[Line]:
    """Return the postings of a labelled file, with their excerpts and addresses or (`texts` false) without."""
    found: list[Line] = []
    for one in lines(path):
        line = {"id": one["url"], "title": one["title"], "unit": one["unit_name"]}
        more = {"text": one["excerpt"], "url": one["url"]} if texts else {}
        label = {"group": one["label_group"], "level": one["label_level"], "commune": one["commune"]}
        found.append(({**line, **more}, label))
    return found


@dataclass
class Dates:
    """Counts over date strings: `shown` say a posting date, `misleading` are dates of other things."""

    shown: int = 0
    shown_right: int = 0
    misleading: int = 0
    misled: int = 0
    wrong: list[str] = field(default_factory=list)


def judge_dates(path: Path) -> Dates:
    """Read every labelled string: a posting date as a line near a title, any other within what stands around it."""
    found = Dates()
    for one in lines(path):
        says = one["kind"] == "posting"
        reading = article_date([one["raw"] if says else one["context"]], READ_AT)
        day = reading.day.isoformat() if reading and reading.day else None
        wanted = one["expected_posting_date"]
        found.shown += says
        found.shown_right += says and day == wanted
        found.misleading += not says
        found.misled += not says and day not in (None, wanted)
        if (says and day != wanted) or (not says and day not in (None, wanted)):
            found.wrong.append(f"{one['kind']}: {one['raw'][:80]}: {wanted} → {day}")
    return found
