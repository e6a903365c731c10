"""METHOD: two addresses of one item are one posting; what only looks alike stays two."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from world import World, moment

from pipeline.extraction.model import Article, Attachment
from pipeline.facts import posting
from pipeline.facts.sightings import files_digest

LONG = {"text_digest": "long", "text_length": 900}
JAN, FEB = date(2018, 1, 1), date(2018, 2, 1)


def told(world: World) -> list[dict[str, Any]]:
    posting.build(world.con, world.context("2018-02"))
    return world.postings()


# -- reposts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stays", [True, False])
def test_a_repost_is_the_first_posting_whose_date_stands(stays: bool) -> None:
    world = World()
    world.see(world.crawl("2018-01", "2018-02-05"), "Trả lời đơn", path="1", posted="2018-01-16", **LONG)
    march = world.crawl("2018-02", "2018-03-05")
    world.see(march, "Trả lời đơn", path="2", posted="2018-02-12", **LONG)
    if stays:
        world.see(march, "Trả lời đơn", path="1", posted="2018-01-16", position=2)
    else:
        world.missing(march, "http://so-a.test/1")
    (found,) = told(world)
    assert (found["posted_on"], found["counted_month"], found["locations"]) == (date(2018, 1, 16), JAN, 2)
    assert (found["state"], found["posting_id"]) == ("live", "http://so-a.test/1")


def test_of_a_repost_that_was_there_from_the_first_look_the_earlier_date_stands() -> None:
    world = World()
    crawl = world.crawl("2018-02", "2018-03-05")
    world.see(crawl, "Trả lời đơn", path="2", posted="2018-02-12", **LONG)
    world.see(crawl, "Trả lời đơn", path="1", posted="2018-01-16", posted_on_source="article", role="article",
              section_url="", **LONG)
    (found,) = told(world)
    assert found["posted_on"] == date(2018, 1, 16)


@pytest.mark.parametrize(("first", "second"), [
    ({"text_digest": "week 5", "text_length": 900}, {"text_digest": "week 6", "text_length": 900}),
    ({"text_digest": "see the file", "text_length": 90}, {"text_digest": "see the file", "text_length": 90}),
    ({**LONG, "files_digest": "week 5"}, {**LONG, "files_digest": "week 6"}),
    ({}, {}),
    ({**LONG, "level": "commune", "commune_id": "xa-1"}, {**LONG, "level": "commune", "commune_id": "xa-2"}),
])
def test_weekly_schedules_of_one_title_are_as_many_postings(first: dict[str, Any], second: dict[str, Any]) -> None:
    world = World()
    crawl = world.crawl("2018-02", "2018-03-05")
    world.see(crawl, "Lịch tiếp công dân", path="1", posted="2018-02-05", **first)
    world.see(crawl, "Lịch tiếp công dân", path="2", posted="2018-02-12", **second)
    assert len(told(world)) == 2


def test_a_file_that_only_one_of_two_addresses_offers_makes_no_difference() -> None:
    world = World()
    crawl = world.crawl("2018-02", "2018-03-05")
    world.see(crawl, path="1", posted="2018-02-05", files_digest="a", **LONG)
    world.see(crawl, path="2", posted="2018-02-12", **LONG)
    assert len(told(world)) == 1


@pytest.mark.parametrize("day", [None, "2018-02-05"])
def test_schedules_with_other_files_under_the_same_words_are_as_many_postings(day: str | None) -> None:
    """They stand on one list at once, undated or of one day."""
    world = World()
    crawl = world.crawl("2018-02", "2018-03-05")
    for week in ("5", "6"):
        world.see(crawl, "Lịch tiếp công dân", path=week, posted=day, files_digest=week, **LONG)
    assert len(told(world)) == 2


# -- moved -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("texts", [(None, None), ("x", None), ("x", "other frame")])
def test_an_address_that_came_when_the_other_had_gone_took_its_place(texts: tuple[str | None, str | None]) -> None:
    world = World()
    old = world.see(world.crawl("2018-01", "2018-02-05"), path="old", posted="2018-01-16", text_digest=texts[0])
    march = world.crawl("2018-02", "2018-03-05")
    world.see(march, path="new", posted="2018-01-16", text_digest=texts[1])
    world.missing(march, old)
    (found,) = told(world)
    assert (found["state"], found["first_missed"], found["posting_id"]) == ("live", None, old)
    assert found["url"].endswith("/new")


def test_known_texts_that_differ_are_two_while_both_can_be_read() -> None:
    world = World()
    world.see(world.crawl("2018-01", "2018-02-05"), path="old", posted="2018-01-16", text_digest="x")
    world.see(world.crawl("2018-02", "2018-03-05"), path="new", posted="2018-01-16", text_digest="y")
    assert len(told(world)) == 2


def test_rows_that_stood_beside_each_other_are_two_though_both_have_gone() -> None:
    world = World()
    crawl = world.crawl("2018-01", "2018-02-05")
    places = [world.see(crawl, path=path, posted="2018-01-16", text_digest=path) for path in ("a", "b")]
    for place in places:
        world.missing(world.crawl("2018-02", "2018-03-05"), place)
    assert len(told(world)) == 2


def test_a_portal_under_another_name_has_the_same_postings() -> None:
    world = World()
    old = world.see(world.crawl("2018-01", "2018-02-05"), path="a", posted="2018-01-16", text_digest="x")
    moved = world.crawl("2018-02", "2018-03-05", "so-b")
    world.see(moved, path="a", posted="2018-01-16", text_digest="with another frame", portal="so-b", unit_id="so-a")
    (found,) = told(world)
    assert (found["posting_id"], found["locations"]) == (old, 2)


def test_an_address_that_leads_on_to_another_is_the_same_posting() -> None:
    world = World()
    new = "http://so-a.test/new"
    world.see(world.crawl("2018-01", "2018-02-05"), "Kết quả", path="old", posted="2018-01-16", text_digest="x")
    march = world.crawl("2018-02", "2018-03-05")
    world.see(march, "Kết quả tiếp công dân", path="new", posted="2018-01-17", text_digest="y")
    world.see(march, "Kết quả", path="old", role="recheck", section_url="", moved_to=new)
    (found,) = told(world)
    assert (found["locations"], found["posted_on"]) == (2, date(2018, 1, 16))


def test_chains_of_addresses_are_one_posting() -> None:
    world = World()
    first = world.crawl("2018-01", "2018-02-05")
    a = world.see(first, "Một", path="a", posted="2018-01-16")
    b = world.see(world.crawl("2018-01", "2018-02-06"), "Một", path="b", posted="2018-01-16",
                  section_url="http://so-a.test/b-list", **LONG)
    world.see(world.crawl("2018-02", "2018-03-05"), "Một", path="c", posted="2018-02-16", **LONG)
    assert {p["posting_id"] for p in told(world)} == {a}
    assert world.rows("SELECT count(*) FROM posting_location") == [(3,)] and b != a


# -- dates that come late ----------------------------------------------------------------------------------------


def test_a_redesign_that_shows_other_dates_moves_no_posting() -> None:
    world = World()
    world.see(world.crawl("2018-01", "2018-02-05"), path="a", posted="2018-01-16", posted_on_source="article",
              role="article")
    world.see(world.crawl("2018-02", "2018-03-05"), path="a", posted="2018-02-20")
    (found,) = told(world)
    assert (found["posted_on"], found["displayed_on"]) == (date(2018, 1, 16), date(2018, 2, 20))


def test_a_posting_date_replaces_a_modification_time() -> None:
    world = World()
    world.see(world.crawl("2018-01", "2018-02-05"), path="a", posted="2018-02-01", posted_on_source="modified")
    world.see(world.crawl("2018-02", "2018-03-05"), path="a", posted="2018-01-16", posted_on_source="metadata")
    (found,) = told(world)
    assert (found["posted_on"], found["posted_on_source"]) == (date(2018, 1, 16), "metadata")


def test_what_was_counted_by_first_sighting_is_not_counted_again_under_a_later_date() -> None:
    world = World()
    world.crawl("2018-01", "2018-02-05")
    world.see(world.crawl("2018-02", "2018-03-05"), path="a")
    world.see(world.crawl("2018-03", "2018-04-05"), path="a", posted="2018-03-20")
    (found,) = told(world)
    assert (found["counted_month"], found["counted_by"], found["posted_on"]) == (FEB, "first_seen", None)


def test_a_date_shown_later_that_lies_before_the_first_sighting_is_the_postings() -> None:
    world = World()
    world.see(world.crawl("2018-02", "2018-03-05"), path="a")
    world.see(world.crawl("2018-03", "2018-04-05"), path="a", posted="2018-02-20")
    (found,) = told(world)
    assert (found["counted_month"], found["counted_by"]) == (FEB, "date")


# -- gone --------------------------------------------------------------------------------------------------------


def test_a_posting_is_missed_when_its_last_address_is() -> None:
    world = World()
    first = world.crawl("2018-01", "2018-02-01")
    places = [world.see(first, path=path, posted="2018-01-16", section_url=f"http://so-a.test/{path}-list")
              for path in ("a", "b")]
    world.missing(world.crawl("2018-01", "2018-02-03"), places[0])
    second = world.crawl("2018-01", "2018-02-04")
    world.see(second, path="b", posted="2018-01-16", section_url="http://so-a.test/b-list")
    for day in ("2018-02-05", "2018-02-06", "2018-02-07"):
        for place in places:
            world.missing(world.crawl("2018-01", f"{day}T0{places.index(place)}:00"), place)
    (found,) = told(world)
    assert (found["state"], found["last_seen"]) == ("gone", moment("2018-02-04T12:05"))
    assert found["first_missed"] == moment("2018-02-05T01:05")
    assert found["gone_confirmed_at"] == moment("2018-02-07T01:05")


def test_nothing_is_confirmed_of_a_posting_that_came_back() -> None:
    world = World()
    place = world.see(world.crawl("2018-01", "2018-02-01"), path="a")
    for day in ("2018-02-02", "2018-02-03", "2018-02-04"):
        world.missing(world.crawl("2018-01", day), place)
    assert told(world)[0]["gone_confirmed_at"] == moment("2018-02-04T12:05")
    world.see(world.crawl("2018-02", "2018-03-05"), path="a")
    (found,) = told(world)
    assert (found["state"], found["gone_confirmed_at"], found["first_missed"]) == ("live", None, None)


# -- backdated ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("list_read", "day", "backdated"), [
    ({}, "2018-01-16", True),
    ({}, "2018-02-05", False),
    ({}, "2018-02-06", False),
    ({}, None, False),
    ({"oldest": date(2017, 11, 2), "ended": False}, "2018-01-16", True),
    ({"oldest": date(2017, 11, 2), "ended": False}, "2017-10-01", False),
    ({"oldest": date(2017, 11, 2), "ended": True}, "2017-10-01", True),
    ({"complete": False}, "2018-01-16", False),
    ({"shown": ["http://so-a.test/a"]}, "2018-01-16", False),
    ({"section_url": "http://so-a.test/other"}, "2018-01-16", False),
])
def test_backdated_is_what_an_earlier_reading_of_its_list_would_have_shown(
    list_read: dict[str, Any], day: str | None, backdated: bool
) -> None:
    world = World()
    world.crawl("2018-01", "2018-02-05", sections=(list_read,))
    world.see(world.crawl("2018-02", "2018-03-05"), path="a", posted=day)
    (found,) = told(world)
    assert found["backdated"] is backdated


def test_a_date_edited_to_an_earlier_day_is_an_edit_and_not_backdated() -> None:
    world = World()
    world.crawl("2018-01", "2018-02-05")
    world.see(world.crawl("2018-02", "2018-03-05"), path="a", posted="2018-02-16")
    world.see(world.crawl("2018-03", "2018-04-05"), path="a", posted="2018-01-16")
    (found,) = told(world)
    assert (found["backdated"], found["edits"], found["posted_on"]) == (False, 1, date(2018, 2, 16))


@pytest.mark.parametrize(("one", "other", "same"), [
    ("http://a.vn/documents/1/2/lich-5.pdf/0a1b2c3d-0000-0000-0000-000000000000?t=15",
     "http://a.vn/documents/9/9/lich-5.pdf/ffffffff-0000-0000-0000-000000000000", True),
    ("http://a.vn/2018/01/lich-5.pdf", "http://a.vn/2018/02/lich-6.pdf", False),
    ("http://a.vn/download.ashx?id=5", "http://a.vn/download.ashx?id=6", False),
    ("http://a.vn/download/12", "http://a.vn/download/13", False),
])
def test_files_are_compared_by_their_names(one: str, other: str, same: bool) -> None:
    first, second = (files_digest(Article("", attachments=(Attachment(url, "Tải về"),))) for url in (one, other))
    assert (first == second) is same
