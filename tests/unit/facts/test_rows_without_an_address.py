"""Rows without an address of their own: their list is the only place where they can be read, and where they go."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from world import World, moment

from pipeline.extraction.postbacks import is_row_address, row_address
from pipeline.facts.recheck_waiting import collect
from pipeline.facts.timeline import ROW_MARK

LIST = "http://so-a.test/tcd"
JANUARY, MARCH = "2018-02-05", ("2018-03-02T11:00", "2018-03-03T12:00", "2018-03-05")


def row(world: World, crawl: str, title: str = "Kết quả tháng 1", **changes: Any) -> str:
    """See a row of the list; return its location id."""
    url = row_address(LIST, title, None)
    world.see(crawl, title, group="result", **{
        "url": url, "location_id": url, "posting_id": url, "posted": "2018-01-09", **changes})
    return url


def states(world: World) -> list[str]:
    return [posting["state"] for posting in world.postings()]


def test_the_mark_is_that_of_the_addresses_that_stand_for_rows() -> None:
    assert is_row_address(f"{LIST}{ROW_MARK}a") and ROW_MARK in row_address(LIST, "Kết quả", None)


@pytest.mark.parametrize("address", [{}, {"url": LIST}])
def test_a_row_that_a_whole_reading_of_its_list_lacks_is_off_show_at_once(address: dict[str, Any]) -> None:
    world = World()
    posting = row(world, world.crawl("2018-01", JANUARY), **address)
    crawl = world.crawl("2018-02", MARCH[0])
    world.build("2018-01", "2018-02")
    assert world.status("2018-01", "result")[0] == "published"
    assert world.status("2018-02", "result") == ("not_assessable", None, None, [posting])
    assert world.rows("SELECT cause FROM fact_checklist_monthly WHERE unit_id = 'so-a' AND group_id = 'result' "
                      "AND month = '2018-02-01'") == [("awaiting_recheck",)]
    [found] = world.postings()
    assert (found["state"], found["first_missed"]) == ("suspected_gone", moment(MARCH[0]))
    assert world.rows("SELECT change, capture_id FROM delta_posting_monthly WHERE month = '2018-02-01'") == [
        ("suspected", f"{crawl}/so-a/s1")]


def test_two_more_readings_a_day_apart_confirm_its_removal() -> None:
    world = World()
    posting = row(world, world.crawl("2018-01", JANUARY))
    seen = []
    for at in (MARCH[0], "2018-03-02T20:00", *MARCH[1:]):
        world.crawl("2018-02", at)
        world.build("2018-02")
        seen += states(world)
    assert seen == ["suspected_gone"] * 3 + ["gone"]
    assert world.status("2018-02", "result") == ("removed", 0, None, [posting])
    assert world.postings()[0]["gone_confirmed_at"] == moment(MARCH[2])


def test_a_row_that_is_back_on_its_list_is_live() -> None:
    world = World()
    row(world, world.crawl("2018-01", JANUARY))
    world.crawl("2018-02", MARCH[0])
    row(world, world.crawl("2018-02", MARCH[2]))
    world.build("2018-02")
    assert states(world) == ["live"]
    assert world.status("2018-02", "result")[0] == "published"


@pytest.mark.parametrize("reading", [
    {"complete": False, "cause": "timeout"},
    {"items": 0},
    {"ended": False, "oldest": date(2018, 1, 20)},
    {"section_url": "http://so-a.test/another"},
])
def test_a_reading_that_is_not_whole_or_not_of_its_list_takes_nothing_off_show(reading: dict[str, Any]) -> None:
    world = World()
    row(world, world.crawl("2018-01", JANUARY, sections=({"items": 9},)))
    world.crawl("2018-02", MARCH[2], sections=({"items": 9, **reading},))
    world.build("2018-02")
    assert states(world) == ["live"]


def test_a_row_that_is_still_listed_but_told_as_no_posting_any_more_is_not_gone() -> None:
    world = World()
    there = row(world, world.crawl("2018-01", JANUARY))
    world.crawl("2018-02", MARCH[2], sections=({"shown": [there]},))
    world.build("2018-02")
    assert states(world) == ["live"]


def test_a_list_read_after_the_watching_ended_takes_nothing_off_show_in_that_month() -> None:
    world = World()
    row(world, world.crawl("2018-01", JANUARY))
    world.crawl("2018-02", MARCH[0], "so-b")
    world.crawl("2018-03", "2018-03-06")
    world.build("2018-02")
    assert world.status("2018-02", "result")[0] == "not_assessable"  # nobody looked in time
    assert world.rows("SELECT state FROM ctx_posting") == [("live",)]


def test_a_posting_with_an_address_of_its_own_needs_that_address_to_answer() -> None:
    world = World()
    world.see(world.crawl("2018-01", JANUARY), "Kết quả tháng 1", group="result", posted="2018-01-09")
    world.crawl("2018-02", MARCH[2])
    world.build("2018-02")
    assert states(world) == ["live"]


def test_nobody_is_sent_to_ask_for_an_address_that_leads_to_the_list() -> None:
    world = World()
    row(world, world.crawl("2018-01", JANUARY))
    world.crawl("2018-02", MARCH[0])
    world.build("2018-02")
    assert collect(world.con, world.context("2018-02"), datetime.fromisoformat("2018-03-04T12:00:00+00:00")) == []
