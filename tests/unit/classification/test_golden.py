"""Invented titles with labels by the corpus' rules: every one decided right, or sent to a person where it must be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.classification import Classifier, Item, Verdict

GOLDEN = Path(__file__).parents[2] / "golden" / "classification.jsonl"
LINES = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]


def _classify(classifier: Classifier, line: dict[str, Any]) -> Verdict:
    return classifier.classify(Item(line["title"], line.get("text", ""), tuple(line.get("sections", ()))))


@pytest.mark.parametrize("line", LINES, ids=[line["id"] for line in LINES])
def test_a_golden_title_gets_its_group_level_and_commune(classifier: Classifier, line: dict[str, Any]) -> None:
    verdict = _classify(classifier, line)
    assert (verdict.group, verdict.level, verdict.commune) == (line["group"], line["level"], line["commune"])


@pytest.mark.parametrize("line", [line for line in LINES if "ask" in line], ids=lambda line: line["id"])
def test_what_a_title_cannot_tell_goes_to_a_person_with_the_groups_that_remain(
    classifier: Classifier, line: dict[str, Any]
) -> None:
    verdict = _classify(classifier, line)
    assert verdict.needs_review
    assert set(line["ask"]) <= set(verdict.candidates)


def test_the_rest_of_the_golden_titles_ask_little(classifier: Classifier) -> None:
    rest = [line for line in LINES if "ask" not in line]
    asked = [line["title"] for line in rest if _classify(classifier, line).needs_review]
    assert len(asked) <= len(rest) * 0.03, asked


def test_the_golden_set_covers_every_group_and_both_levels() -> None:
    assert len(LINES) >= 200
    assert {line["group"] for line in LINES} == {"schedule", "regulation", "result", "notice", "legal_text", "other"}
    assert {line["level"] for line in LINES} == {"own", "commune"}
