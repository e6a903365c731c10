"""A zero, and *missing*, where no list of the programme was read: what general lists can prove, and what not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from world import World

from pipeline.facts.context import MonthContext

FEB = "2018-02"
HOME: dict[str, Any] = {"section_url": "http://so-a.test/", "role": "general", "trail": ""}
NEWS: dict[str, Any] = {"section_url": "http://so-a.test/news", "role": "general", "trail": "Tin tức"}


def coverage(world: World) -> tuple[Any, ...]:
    """(assessed, cause, detail, postings) of so-a in February."""
    return world.rows(
        "SELECT v.assessed, v.cause, v.detail, f.n_postings FROM fact_coverage_monthly v "
        "JOIN fact_unit_monthly f USING (month, unit_id) WHERE v.month = '2018-02-01' AND v.unit_id = 'so-a'")[0]


def imported(world: World, *sections: dict[str, Any], at: str = "2018-03-05", **known: Any) -> str:
    """January read the own list; February's captures, made by somebody else, hold these lists. Returns the crawl."""
    world.crawl("2018-01", "2018-02-05", sections=(HOME, NEWS, {"trail": "Tiếp công dân", **known}))
    return world.crawl(FEB, at, sections=sections)


# -- the known list was not visited ------------------------------------------------------------------------------


def test_a_known_list_of_the_programme_that_was_not_visited_leaves_no_zero_and_is_named() -> None:
    world = World()
    crawl = imported(world, HOME, NEWS)
    world.build(FEB)
    assert coverage(world) == (False, "not_crawled", "Tiếp công dân", None)
    assert world.status(FEB, "schedule")[0] == "not_assessable"
    assert world.rows("SELECT crawl_id, complete, cause, captures FROM fact_section_coverage_monthly "
                      "WHERE section_url = 'http://so-a.test/tcd'") == [(crawl, False, "not_crawled", [])]


def test_one_of_two_known_lists_is_not_enough() -> None:
    world = World()
    other = {"section_url": "http://so-a.test/kq", "trail": "Kết quả"}
    world.crawl("2018-01", "2018-02-05", sections=({}, other))
    world.crawl(FEB, "2018-03-05", sections=({},))
    world.build(FEB)
    assert coverage(world) == (False, "not_crawled", "Kết quả", None)


def test_another_crawl_of_the_month_that_visited_it_is_enough() -> None:
    world = World()
    imported(world, HOME, NEWS)
    world.crawl(FEB, "2018-03-02", sections=({}, HOME, NEWS))
    world.build(FEB)
    assert coverage(world) == (True, "none", "", 0)


@pytest.mark.parametrize("known", [{"role": "general"}, {"valid_pages": 0, "complete": False, "cause": "timeout"}])
def test_what_no_earlier_crawl_read_as_a_list_of_the_programme_is_not_missed(known: dict[str, Any]) -> None:
    world = World()
    imported(world, HOME, NEWS, **known)
    world.build(FEB)
    assert coverage(world) == (True, "none", "", 0)


def test_a_list_that_a_later_crawl_found_is_not_missed_before() -> None:
    world = World()
    world.crawl(FEB, "2018-03-05", sections=(HOME, NEWS))
    world.crawl("2018-03", "2018-04-05")
    world.build(FEB)
    assert coverage(world) == (True, "none", "", 0)


@pytest.mark.parametrize("spelling", ["https://www.so-a.test/tcd", "http://so-a.test/tcd/"])
def test_a_list_that_was_asked_for_under_another_spelling_was_visited(spelling: str) -> None:
    world = World()
    crawl = imported(world, HOME, NEWS, section_url=spelling)
    world.capture(date(2018, 2, 1), crawl, "so-a", "tcd", datetime(2018, 3, 5, 12, tzinfo=UTC), "captured")
    world.build(FEB)
    assert coverage(world) == (True, "none", "", 0)


def test_a_list_on_a_host_that_the_portal_left_is_not_missed() -> None:
    world = World()
    imported(world, HOME, NEWS, section_url="http://old.example/tcd")
    world.build(FEB)
    assert coverage(world) == (True, "none", "", 0)


class LeftOut(World):
    """A world whose office has crawls leave one list out."""

    def context(self, month: str) -> MonthContext:
        return replace(super().context(month), excluded={"so-a": ("http://so-a.test/tcd*",)})


def test_a_list_that_the_office_leaves_out_is_not_missed() -> None:
    world = LeftOut()
    imported(world, HOME, NEWS)
    world.build(FEB)
    assert coverage(world) == (True, "none", "", 0)


class Named(World):
    """A world whose office named a list while the month was watched."""

    def context(self, month: str) -> MonthContext:
        return replace(super().context(month), named={"so-a": {"http://so-a.test/kq": "Kết quả"}})


@pytest.mark.parametrize("visited", [False, True])
def test_a_list_that_the_office_named_in_time_must_have_been_visited(visited: bool) -> None:
    world = Named()
    kq = ({"section_url": "http://so-a.test/kq", "trail": "Kết quả"},) if visited else ()
    world.crawl(FEB, "2018-03-05", sections=({}, *kq))
    world.build(FEB)
    assert coverage(world) == ((True, "none", "", 0) if visited else (False, "not_crawled", "Kết quả", None))


# -- no list of the programme at all -----------------------------------------------------------------------------


def test_general_lists_read_back_through_the_month_prove_its_zero() -> None:
    world = World()
    world.crawl(FEB, "2018-03-05", sections=(HOME, {**NEWS, "ended": False, "oldest": date(2017, 12, 1)}))
    world.build(FEB)
    assert coverage(world) == (True, "none", "", 0)


@pytest.mark.parametrize("home", [{}, {"oldest": date(2016, 1, 1)}])
def test_the_home_page_alone_proves_no_zero(home: dict[str, Any]) -> None:
    world = World()
    world.crawl(FEB, "2018-03-05", sections=({**HOME, **home},))
    world.build(FEB)
    assert coverage(world) == (False, "no_section", "", None)
    assert world.status(FEB, "schedule")[0] == "not_assessable"


def test_a_home_page_whose_pages_were_walked_is_a_list_like_any_other() -> None:
    world = World()
    world.crawl(FEB, "2018-03-05", sections=({**HOME, "pages": 3},))
    world.build(FEB)
    assert coverage(world) == (True, "none", "", 0)


def test_a_zero_within_the_month_is_no_missing_where_general_lists_were_not_read_to_their_end() -> None:
    world = World()
    part = {**NEWS, "ended": False, "to_end": True, "oldest": date(2017, 12, 1)}
    world.crawl(FEB, "2018-03-05", sections=(HOME, part))
    world.build(FEB)
    assert coverage(world)[3] == 0
    assert world.status(FEB, "schedule")[:2] == ("not_assessable", None)
    assert world.rows("SELECT DISTINCT cause FROM fact_checklist_monthly WHERE unit_id = 'so-a'") == [("not_to_end",)]


@pytest.mark.parametrize("before", [False, True])
def test_general_lists_read_to_their_end_now_or_before_prove_missing(before: bool) -> None:
    world = World()
    part = {**NEWS, "ended": False, "oldest": date(2017, 12, 1)}
    if before:
        world.crawl("2018-01", "2018-02-05", sections=(HOME, NEWS))
    world.crawl(FEB, "2018-03-05", sections=(HOME, part if before else NEWS))
    world.build(FEB)
    assert world.status(FEB, "schedule")[:2] == ("missing", 0)


def test_a_list_of_the_programme_needs_no_general_list_to_be_read_to_its_end() -> None:
    world = World()
    world.crawl(FEB, "2018-03-05", sections=({}, HOME, {**NEWS, "ended": False, "oldest": date(2017, 12, 1)}))
    world.build(FEB)
    assert world.status(FEB, "schedule")[:2] == ("missing", 0)
