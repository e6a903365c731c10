"""The project's own golden set: simulated pages of every family, labelled postings, pages that break readers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.classification import Classifier
from pipeline.evaluation.golden import simulated_pages
from pipeline.evaluation.hostile import read_hostile
from pipeline.evaluation.pages import score
from pipeline.evaluation.postings import judge, judge_dates
from pipeline.programmes.loader import load
from pipeline.simulator.families import FAMILIES


def test_simulated_pages_of_every_family_are_read_as_they_were_made() -> None:
    pages = simulated_pages()
    assert {label["file"].partition(":")[0] for label, _ in pages} == set(FAMILIES)
    scores = [score(*page) for page in pages]
    faults = [s for s in scores if s.f1 < 1 or s.dates_right < s.dates or s.dates_wrong
              or False in (s.article_title, s.article_date, s.attachments)]
    assert faults == []


def test_groups_precision_and_doubt_are_counted() -> None:
    classifier = Classifier(load("citizen_reception"), {})
    right = ({"id": 1, "title": "Lịch tiếp công dân tháng 02/2018"},
             {"group": "schedule", "level": "own", "commune": None})
    wrong = ({"id": 2, "title": "Nội quy tiếp công dân", "unit": "UBND xã Đắk Sin"},
             {"group": "schedule", "level": "own", "commune": None})
    found = judge("x", [right, wrong], classifier)
    assert (found.postings, found.right, found.decided, found.decided_right, found.placed_right) == (2, 1, 2, 1, 1)
    assert found.macro_f1 == pytest.approx((2 * 1 / 3 + 0) / 2)
    assert len(found.wrong) == 1


def test_a_date_that_misleads_is_counted(tmp_path: Path) -> None:
    lines = [
        {"kind": "posting", "raw": "Ngày đăng: 05/02/2018", "context": "", "expected_posting_date": "2018-02-05"},
        {"kind": "event", "raw": "x", "context": "Ngày đăng: 05/02/2018", "expected_posting_date": None},
    ]
    path = tmp_path / "dates.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    found = judge_dates(path)
    assert (found.shown, found.shown_right, found.misleading, found.misled) == (1, 1, 1, 1)


@pytest.mark.parametrize("name", ["20,000 nested lists", "200,000 dates in a line", "bytes without meaning"])
def test_pages_that_break_readers_are_read_in_a_process_below_a_gigabyte(name: str) -> None:
    cost = read_hostile(name)
    assert cost.fault == "" and 0 < cost.megabytes < 1024
