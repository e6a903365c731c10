"""Every change of a posting between two crawls is kept, old and new; like is compared with like."""

from __future__ import annotations

from typing import Any

import pytest
from world import World, moment

from pipeline.facts import posting
from pipeline.facts.posting_edit import same_title

PAGE = {"role": "article", "section_url": "", "position": 0}
TEXT = {**PAGE, "text_length": 400}


def edits(world: World) -> list[tuple[Any, ...]]:
    posting.build(world.con, world.context("2018-02"))
    return world.rows("SELECT field, old, new FROM posting_edit ORDER BY seen_after, field")


def twice(before: dict[str, Any], after: dict[str, Any]) -> World:
    world = World()
    world.see(world.crawl("2018-01", "2018-02-05"), **{"title": "Nội quy", "path": "a", **before})
    world.see(world.crawl("2018-02", "2018-03-05"), **{"title": "Nội quy", "path": "a", **after})
    return world


@pytest.mark.parametrize(("before", "after", "expected"), [
    ({"title": "Lịch tháng 2"}, {"title": "Lịch tháng 3"}, [("title", "Lịch tháng 2", "Lịch tháng 3")]),
    ({"posted": "2018-01-22"}, {"posted": "2018-02-20"}, [("displayed_on", "2018-01-22", "2018-02-20")]),
    ({**TEXT, "text_digest": "x"}, {**TEXT, "text_digest": "y"}, [("text", "x", "y")]),
    ({"posted": "2018-01-22", "displayed_on": None, "posted_on_source": "metadata"},
     {"posted": "2018-02-20", "displayed_on": None, "posted_on_source": "metadata"},
     [("posted_on", "2018-01-22", "2018-02-20")]),
])
def test_a_change_is_kept_with_what_was_and_what_is(
    before: dict[str, Any], after: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    world = twice(before, after)
    assert edits(world) == expected
    assert world.rows("SELECT seen_before, seen_after FROM posting_edit") == [
        (moment("2018-02-05T12:05"), moment("2018-03-05T12:05"))]
    assert not world.rows("FROM posting_edit e ANTI JOIN posting_sighting s ON s.capture_id = e.capture_after")
    assert world.postings()[0]["edits"] == 1


@pytest.mark.parametrize(("before", "after"), [
    ({"title": "NỘI QUY  tiếp công dân"}, {"title": "Nội quy tiếp công dân."}),
    ({"title": "Nội quy hoà giải"}, {"title": "Nội quy hòa giải"}),
    ({"title": "Kết quả tiếp công dân tháng …"}, {"title": "Kết quả tiếp công dân tháng 01 năm 2018"}),
    ({"title": "Kết quả tiếp công dân tháng 1"}, {"title": "Kết quả tháng 1 của Sở", **PAGE}),
    ({"title": "Kết quả"}, {"title": "Kết quả tháng 1", "section_url": "http://so-a.test/other"}),
    ({"posted": "2018-02-04", "posted_on_raw": "hôm qua"}, {"posted": "2018-02-03", "posted_on_raw": "30 ngày trước"}),
    ({"posted": "2018-01-22", "posted_on_source": "modified"},
     {"posted": "2018-02-20", "posted_on_source": "modified"}),
    ({"posted": "2018-01-22"}, {}),
    ({"posted": "2018-01-22"}, {"posted": "2018-01-23", "posted_on_source": "article", **PAGE}),
    ({**TEXT, "text_digest": "x"}, PAGE),
    ({**TEXT, "text_digest": "x"}, {**PAGE, "text_length": 20, "text_digest": "names of files"}),
])
def test_what_is_said_in_another_way_or_place_is_no_edit(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert edits(twice(before, after)) == []


def test_an_edit_that_list_and_page_show_is_one() -> None:
    world = World()
    first, second, third = (world.crawl(m, day) for m, day in (
        ("2018-01", "2018-02-05"), ("2018-02", "2018-03-05"), ("2018-03", "2018-04-05")))
    for crawl, listed, own in ((first, "22", "22"), (second, "25", "22"), (third, "25", "25")):
        world.see(crawl, path="a", posted=f"2018-01-{listed}")
        world.see(crawl, path="a", posted=f"2018-01-{own}", posted_on_source="article", **PAGE)
    assert edits(world) == [("displayed_on", "2018-01-22", "2018-01-25")]


def test_there_and_back_are_two_edits() -> None:
    world = World()
    for month, day, title in (("2018-01", "2018-02-05", "Một"), ("2018-02", "2018-03-05", "Hai"),
                              ("2018-03", "2018-04-05", "Một")):
        world.see(world.crawl(month, day), title, path="a")
    assert edits(world) == [("title", "Một", "Hai"), ("title", "Hai", "Một")]


def test_a_block_that_still_shows_the_old_title_leaves_it_unedited() -> None:
    world = World()
    world.see(world.crawl("2018-01", "2018-02-05"), "Một", path="a", section_url="")
    march = world.crawl("2018-02", "2018-03-05")
    world.see(march, "Hai", path="a", section_url="")
    world.see(march, "Một", path="a", section_url="", position=7)
    assert edits(world) == []


def test_a_frame_that_changed_around_most_texts_is_no_edit_of_them() -> None:
    world = World()
    for month, day in (("2018-01", "2018-02-05"), ("2018-02", "2018-03-05")):
        crawl = world.crawl(month, day)
        for n in range(4):
            world.see(crawl, f"Tin {n}", path=f"p{n}", **TEXT, text_digest=f"{n} {day}")
    assert edits(world) == []


def test_one_text_of_many_that_changed_is_an_edit() -> None:
    world = World()
    for month, day in (("2018-01", "2018-02-05"), ("2018-02", "2018-03-05")):
        crawl = world.crawl(month, day)
        for n in range(4):
            world.see(crawl, f"Tin {n}", path=f"p{n}", **TEXT, text_digest=f"{n} {day if n == 2 else ''}")
    assert [field for field, *_ in edits(world)] == ["text"]


def test_a_move_keeps_both_addresses() -> None:
    world = World()
    old = world.see(world.crawl("2018-01", "2018-02-05"), path="old", posted="2018-01-16")
    march = world.crawl("2018-02", "2018-03-05")
    new = world.see(march, path="new", posted="2018-01-16")
    world.missing(march, old)
    assert edits(world) == [("url", old, new)]


def test_a_repost_keeps_its_own_date_and_address() -> None:
    world = World()
    long = {"text_digest": "long", "text_length": 900}
    old = world.see(world.crawl("2018-01", "2018-02-05"), path="1", posted="2018-01-16", **long)
    march = world.crawl("2018-02", "2018-03-05")
    new = world.see(march, path="2", posted="2018-02-12", **long)
    world.see(march, path="1", posted="2018-01-16", position=2, **long)
    assert edits(world) == [("posted_on", "2018-01-16", "2018-02-12"), ("url", old, new)]


def test_a_second_address_in_another_list_is_no_edit() -> None:
    world = World()
    world.see(world.crawl("2018-01", "2018-02-05"), path="a", posted="2018-01-16")
    march = world.crawl("2018-02", "2018-03-05")
    world.see(march, path="a", posted="2018-01-16")
    world.see(march, path="b", posted="2018-01-16", section_url="http://so-a.test/other")
    assert edits(world) == []
    assert world.postings()[0]["locations"] == 2


def test_a_month_shows_the_edits_known_when_its_watching_ended() -> None:
    world = twice({"title": "Một"}, {"title": "Hai"})
    posting.as_of(world.con, world.context("2018-01"))
    assert world.rows("SELECT title, edits FROM posting_as_of") == [("Một", 0)]
    posting.as_of(world.con, world.context("2018-02"))
    assert world.rows("SELECT title, edits FROM posting_as_of") == [("Hai", 1)]


@pytest.mark.parametrize(("one", "other", "same"), [
    ("Lịch tiếp công dân...", "Lịch tiếp công dân tháng 2", True),
    ("Lịch tiếp công dân", "Lịch tiếp công dân tháng 2", False),
    ("…", "Lịch", True),
])
def test_a_title_that_a_list_cuts_short_is_the_whole_one(one: str, other: str, same: bool) -> None:
    assert same_title(one, other) is same_title(other, one) is same
