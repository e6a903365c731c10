"""The inputs of the benchmarks are what they are said to be."""

from __future__ import annotations

from pipeline.bench.extraction import long_page
from pipeline.bench.month import _taken_as_changed, capture_of
from pipeline.bench.samples import sample
from pipeline.extraction import read_page
from pipeline.extraction.model import PageKind


def test_the_sample_holds_lists_and_postings_of_many_pages() -> None:
    kinds = [read_page(page).kind for page in sample()[::5]]
    assert len(sample()) > 200
    assert kinds.count(PageKind.LISTING) > 5 and kinds.count(PageKind.ARTICLE) > 5


def test_a_long_page_is_one_list_whose_addresses_are_its_own() -> None:
    first, other = (read_page(long_page(50, section)) for section in (0, 1))
    assert len(first.rows) == len(other.rows) == 50
    assert not {row.url for row in first.rows} & {row.url for row in other.rows}


def test_captures_of_the_same_page_share_a_digest() -> None:
    page = sample()[0]
    assert capture_of(page, 0).digest == capture_of(page, 1).digest


def test_a_clock_a_counter_and_a_token_change_nothing_that_is_read() -> None:
    assert _taken_as_changed(sample()[::10]) == 0
