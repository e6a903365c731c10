"""Figures follow from labels: what is found, what is too much, which dates are right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.evaluation.pages import labelled_pages, score

CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "pages"
HTML = (
    b"<main><h1>Tin</h1><ul><li><a href='/a'>Thong bao lich tiep cong dan thang hai</a> 01/02/2018</li>"
    b"<li><a href='/b'>Thong bao lich tiep cong dan thang ba</a> 01/03/2018</li></ul></main>"
)


def label(*postings: dict[str, Any]) -> dict[str, Any]:
    """Make the label of an invented page."""
    return {
        "file": "x",
        "provenance": "A",
        "host": "mau.test",
        "page_url": "https://mau.test/",
        "postings": list(postings),
    }


def test_a_missing_an_extra_and_a_wrong_date_are_counted() -> None:
    right = {"title": "Thông báo lịch tiếp công dân tháng hai", "href": "a", "date_iso": "2018-02-02", "block": "main"}
    missed = {"title": "Khác", "href": "/c", "date_iso": None, "block": "main"}
    result = score(label(right, missed), HTML)
    assert (result.wanted, result.given, result.f1) == (2, 2, 0.5)
    assert (result.dates, result.dates_right) == (1, 0)
    assert len(result.wrong) == 2


@pytest.mark.skipif(not CORPUS.exists(), reason="no corpus here")
def test_real_pages_are_read_as_well_as_promised() -> None:
    scores = [score(*page) for page in labelled_pages(CORPUS)]
    for provenance in ("A", "B"):
        some = [s for s in scores if s.provenance == provenance]
        assert sum(s.f1 for s in some) / len(some) >= 0.97
        assert sum(s.dates_right for s in some) >= 0.99 * sum(s.dates for s in some)
        assert sum(s.dates_wrong for s in some) == 0
