"""Figures on real labelled postings; they are not part of the project, so the test skips without them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.classification import Classifier
from pipeline.classification.contract import classify_line
from pipeline.programmes.model import Programme
from pipeline.text import key

CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "postings" / "real_postings.jsonl"
pytestmark = pytest.mark.skipif(not CORPUS.is_file(), reason="no corpus beside the project")


def _lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]


def _answers(programme: Programme, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    classifier = Classifier(programme)
    return [
        classify_line(
            classifier,
            {"id": at, "title": d["title"], "text": d["excerpt"], "url": d["url"], "unit": d["unit_name"]},
        )
        for at, d in enumerate(lines)
    ]


def _macro_f1(pairs: list[tuple[str, str]]) -> float:
    scores = []
    for label in {want for want, _ in pairs}:
        right = sum(want == got == label for want, got in pairs)
        named = sum(want == label for want, _ in pairs) + sum(got == label for _, got in pairs)
        scores.append(2 * right / named)
    return sum(scores) / len(scores)


def test_groups_levels_and_doubt_reach_the_figures_of_the_project(programme: Programme) -> None:
    lines = _lines()
    answers = _answers(programme, lines)
    pairs = [(d["label_group"], a["group"]) for d, a in zip(lines, answers, strict=True)]
    decided = [pair for pair, a in zip(pairs, answers, strict=True) if not a["needs_review"]]
    communes = [((d["commune"] or "").split(" (")[0], d["label_level"]) for d in lines]
    placed = [(key(a["commune"] or ""), a["level"]) for a in answers]
    assert _macro_f1(pairs) >= 0.95
    assert sum(want == got for want, got in decided) >= 0.99 * len(decided)
    assert len(decided) >= 0.92 * len(lines)
    right = sum((key(name), level) == got for (name, level), got in zip(communes, placed, strict=True))
    assert right >= 0.98 * len(lines)
