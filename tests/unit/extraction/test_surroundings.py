"""What a page tells about its lists: the headings above them."""

from __future__ import annotations

import random

import pytest

from pipeline.extraction.surroundings import Surroundings
from pipeline.extraction.tree import Box, Tree, plant

URL = "http://so.test/tiep-cong-dan/"
PAGE = """
<div class="box-title">Lịch tiếp công dân</div><ul><li><a href="/1">Một</a></li><li><a href="/2">Hai</a></li></ul>
<h2>Thông báo</h2><p>Giới thiệu</p><table><caption>Văn bản</caption><tr><td>12</td><td>TB</td></tr></table>
<p>Tin mới nhất</p><div><div><a href="/3">Ba</a></div></div><h3>Liên hệ</h3>
"""


def _above(context: Surroundings, start: int) -> list[Box]:
    return list(context.headings_before(start))


@pytest.fixture
def tree() -> Tree:
    return plant(PAGE)


def test_headings_are_told_by_tag_by_name_and_by_words(tree: Tree) -> None:
    found = _above(Surroundings(tree, [], URL), len(tree.boxes))
    assert [box.kids[0] for box in found] == [
        "Liên hệ", "Tin mới nhất", "Văn bản", "Thông báo", "Lịch tiếp công dân"]


def test_headings_above_a_place_do_not_depend_on_what_was_asked_before(tree: Tree) -> None:
    asked = Surroundings(tree, [], URL)
    starts = list(range(len(tree.boxes) + 1)) * 2
    random.Random(7).shuffle(starts)
    for start in starts:
        assert _above(asked, start) == _above(Surroundings(tree, [], URL), start)
        assert all(box.start < start for box in _above(asked, start))
