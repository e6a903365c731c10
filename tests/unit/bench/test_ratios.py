"""Rows of a benchmark: when a reach is met, and when it is missed beyond chance."""

from __future__ import annotations

import pytest

from pipeline.bench.ratios import Ratio, in_turn, over


def test_a_row_gives_the_median_and_the_spread_of_its_pairs() -> None:
    assert over("row", [3.0, 1.0, 2.0], 2.5) == Ratio("row", 2.0, 1.0, 3.0, 2.5)


@pytest.mark.parametrize(("found", "met", "missed"), [
    ([1.0, 2.0, 2.1], True, False),
    ([1.5, 2.3, 2.4], False, False),
    ([3.0, 3.1, 3.2], False, True),
    ([2.01], False, True),
    ([2.0], True, False),
])
def test_a_reach_is_missed_only_by_more_than_the_spread(found: list[float], met: bool, missed: bool) -> None:
    row = over("row", found, 2.0)
    assert (row.met, row.missed) == (met, missed)


def test_both_sides_run_in_turn_after_one_pair_to_warm_up() -> None:
    ran: list[str] = []
    in_turn("row", lambda: ran.append("ours"), lambda: ran.append("peer"), 1.0, pairs=2)
    assert ran == ["peer", "ours", "peer", "ours", "peer", "ours"]
