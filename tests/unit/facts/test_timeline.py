"""Postings through time: identity, states, what moved between two months."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from world import World, moment


def states(world: World) -> list[str]:
    return [p["state"] for p in world.postings()]


def test_a_suspect_is_confirmed_only_after_two_more_checks_a_day_apart() -> None:
    world = World()
    posting = world.see(world.crawl("2018-01", "2018-02-01"), posted="2018-01-05")
    seen = []
    for at in ("2018-02-03T00:00", "2018-02-03T20:00", "2018-02-04T10:00", "2018-02-04T20:00", "2018-02-05T10:00"):
        world.missing(world.crawl("2018-01", at), posting)
        world.build("2018-01")
        seen += states(world)
    assert seen == ["suspected_gone", "suspected_gone", "suspected_gone", "suspected_gone", "gone"]
    (found,) = world.postings()
    assert found["last_seen"] == moment("2018-02-01T12:05")
    assert found["first_missed"] == moment("2018-02-03T00:05")


def test_a_suspect_seen_again_is_live() -> None:
    world = World()
    posting = world.see(world.crawl("2018-01", "2018-02-01"), path="a")
    world.missing(world.crawl("2018-01", "2018-02-03"), posting)
    world.see(world.crawl("2018-01", "2018-02-04"), path="a")
    world.missing(world.crawl("2018-01", "2018-02-05"), posting)
    world.build("2018-01")
    assert states(world) == ["suspected_gone"]
    world.see(world.crawl("2018-02", "2018-02-07"), path="a")
    world.build("2018-02")
    assert states(world) == ["live"]


def test_a_posting_that_a_list_no_longer_reaches_is_not_called_unlisted() -> None:
    world = World()
    world.see(world.crawl("2018-01", "2018-02-05"), posted="2016-08-05", path="a")
    crawl = world.crawl("2018-02", "2018-03-05", sections=({"oldest": date(2017, 12, 1), "ended": False},))
    world.see(crawl, path="a", role="recheck", section_url="")
    world.build("2018-02")
    assert states(world) == ["live"]


def test_nothing_new_is_known_of_a_posting_whose_recheck_failed() -> None:
    world = World()
    world.see(world.crawl("2018-01", "2018-02-05"), path="a")
    world.crawl("2018-02", "2018-03-05")
    world.build("2018-02")
    assert states(world) == ["live"]


LIST_B = "http://so-a.test/b"


@pytest.mark.parametrize(("first", "second", "postings"), [
    ({"posted": "2018-02-01"}, {"posted": "2018-02-01", "section_url": LIST_B}, 1),
    ({"posted": "2018-02-01"}, {"posted": "2018-02-01"}, 2),
    ({"posted": "2018-02-01", "text_digest": "x"}, {"posted": "2018-02-01", "text_digest": "x"}, 1),
    ({"posted": "2018-02-01", "text_digest": "x"},
     {"posted": "2018-02-01", "text_digest": "y", "section_url": LIST_B}, 2),
    ({"posted": "2018-02-01"}, {"posted": "2018-02-08", "section_url": LIST_B}, 2),
    ({"text_digest": "x"}, {"text_digest": "x"}, 1),
    ({"text_digest": "x"}, {"text_digest": "y"}, 2),
    ({}, {"section_url": LIST_B}, 2),
    ({"posted": "2018-02-01", "level": "commune", "commune_id": "xa-1"},
     {"posted": "2018-02-01", "level": "commune", "commune_id": "xa-2", "section_url": LIST_B}, 2),
    ({"posted": "2018-02-01"}, {"posted": "2018-02-01", "portal": "so-b", "section_url": LIST_B}, 2),
])
def test_two_addresses_are_one_posting_where_title_date_and_text_agree(
    first: dict[str, Any], second: dict[str, Any], postings: int
) -> None:
    world = World()
    crawl = world.crawl("2018-02", "2018-03-05")
    world.see(crawl, "Lịch tiếp công dân", path="1", **first)
    world.see(crawl, "Lịch tiếp công dân", path="2", **second)
    world.build("2018-02")
    assert len(world.postings()) == postings
    assert len(world.rows("FROM posting_location")) == 2
    assert world.rows("SELECT count(DISTINCT posting_id) FROM posting_sighting") == [(postings,)]


def test_the_rest_of_a_posting_with_two_addresses_is_told_once() -> None:
    world = World()
    old = world.see(world.crawl("2018-01", "2018-02-01"), posted="2018-01-09", path="1")
    crawl = world.crawl("2018-01", "2018-02-04")
    world.see(crawl, posted="2018-01-09", path="2", section_url=LIST_B)
    world.missing(crawl, old)
    world.build("2018-01")
    (found,) = world.postings()
    assert (found["posting_id"], found["locations"], found["state"]) == (old, 2, "live")
    assert found["url"].endswith("/2")
    assert world.unit("2018-01")[0] == 1


def test_the_surest_reading_of_the_group_is_kept_and_a_recheck_does_not_undo_it() -> None:
    world = World()
    world.see(world.crawl("2018-01", "2018-02-01"), path="a", group="result", posted="2018-01-03")
    world.see(world.crawl("2018-01", "2018-02-04"), path="a", group="other", role="recheck", confidence=1.0,
              section_url="")
    world.build("2018-01")
    assert world.postings()[0]["group_id"] == "result"


def test_new_and_removed_postings_stand_behind_the_change() -> None:
    world = World()
    january = world.crawl("2018-01", "2018-02-05")
    gone = world.see(january, "Kết quả", group="result", posted="2018-01-09")
    world.see(january, "Nội quy", group="regulation", posted="2016-01-01")
    february = world.crawl("2018-02", "2018-03-05")
    for crawl in (world.crawl("2018-02", "2018-03-02"), world.crawl("2018-02", "2018-03-03"), february):
        world.missing(crawl, gone)
    world.see(february, "Nội quy", group="regulation", posted="2016-01-01")
    new = [world.see(february, f"Lịch tuần {n}", posted=f"2018-02-0{n}") for n in (1, 2)]
    world.build("2018-01", "2018-02")
    assert world.rows("SELECT change, posting_id FROM delta_posting_monthly WHERE month = '2018-02-01' ORDER BY ALL"
                      ) == [("new", new[0]), ("new", new[1]), ("removed", gone)]
    delta = world.rows("SELECT n_postings, n_postings_previous, change, n_new, n_removed FROM fact_delta_monthly "
                       "WHERE month = '2018-02-01' AND unit_id = 'so-a' AND group_id = 'all'")
    assert delta == [(2, 1, 1, 2, 1)]
    by_group = world.rows("SELECT group_id, change FROM fact_delta_monthly WHERE month = '2018-02-01' "
                          "AND unit_id = 'so-a' ORDER BY ALL")
    assert by_group == [("all", 1), ("notice", 0), ("regulation", 0), ("result", -1), ("schedule", 2)]


def test_a_suspect_is_told_but_not_counted_as_removed_before_it_is_confirmed() -> None:
    world = World()
    gone = world.see(world.crawl("2018-01", "2018-02-05"), posted="2018-01-09")
    world.missing(world.crawl("2018-02", "2018-03-05"), gone)
    for day in ("2018-03-06", "2018-03-07"):
        world.missing(world.crawl("2018-03", day), gone)
    world.crawl("2018-03", "2018-04-05")
    world.build("2018-01", "2018-02", "2018-03")
    assert world.rows("SELECT month, change FROM delta_posting_monthly WHERE change <> 'new' ORDER BY ALL") == [
        (date(2018, 2, 1), "suspected"), (date(2018, 3, 1), "removed")]
    assert world.rows("SELECT month, n_removed FROM fact_delta_monthly WHERE unit_id = 'so-a' AND group_id = 'all' "
                      "ORDER BY month") == [(date(2018, m, 1), n) for m, n in ((1, 0), (2, 0), (3, 1))]


def test_postings_of_a_first_observation_are_not_new_by_that_alone() -> None:
    world = World()
    crawl = world.crawl("2018-02", "2018-03-05")
    world.see(crawl, "Nội quy", group="regulation", posted="2016-01-01")
    new = world.see(crawl, posted="2018-02-03")
    world.build("2018-02")
    assert world.rows("SELECT change, posting_id FROM delta_posting_monthly") == [("new", new)]
    assert world.rows("SELECT change FROM fact_delta_monthly WHERE unit_id = 'so-a' AND group_id = 'all'"
                      ) == [(None,)]


def test_the_province_says_over_how_many_units_it_is() -> None:
    world = World()
    for portal in ("so-a", "so-b", "huyen-c"):
        world.see(world.crawl("2018-01", "2018-02-05", portal), portal=portal, posted="2018-01-09")
    for portal in ("so-a", "so-b"):
        world.see(world.crawl("2018-02", "2018-03-05", portal), "Lịch mới", portal=portal, posted="2018-02-09")
    world.crawl("2018-02", "2018-03-05", "huyen-c", observed=False, cause="unreachable")
    world.build("2018-01", "2018-02")
    province = ("SELECT n_postings, n_postings_previous, change, n_units_posting, n_units_posting_previous, "
                "n_units_assessed FROM fact_delta_monthly WHERE unit_id = 'province' AND group_id = 'all' "
                "AND month = '2018-0{}-01'")
    assert world.rows(province.format(1)) == [(3, None, None, 3, None, 3)]
    assert world.rows(province.format(2)) == [(2, 3, None, 2, 3, 2)]


def test_totals_are_the_sums_of_their_rows() -> None:
    world = World()
    for portal in ("so-a", "so-b", "huyen-c"):
        crawl = world.crawl("2018-02", "2018-03-05", portal)
        for n in range(3):
            world.see(crawl, f"Kết quả {n}", portal=portal, group="result", posted="2018-02-09")
    world.build("2018-02")
    total = world.rows("SELECT sum(n_postings) FROM fact_postings_monthly")[0][0]
    assert total == world.rows("SELECT sum(n_postings) FROM fact_unit_monthly")[0][0] == 9
    assert total == world.rows("SELECT n_postings FROM fact_delta_monthly WHERE unit_id = 'province' "
                               "AND group_id = 'all'")[0][0]


def test_building_twice_changes_nothing() -> None:
    world = World()
    world.see(world.crawl("2018-02", "2018-03-05"), posted="2018-02-09")
    world.build("2018-02")
    names = ("posting", "posting_location", "fact_unit_monthly", "fact_delta_monthly", "fact_checklist_monthly")
    before = [world.rows(f"FROM {name} ORDER BY ALL") for name in names]
    world.build("2018-02")
    assert [world.rows(f"FROM {name} ORDER BY ALL") for name in names] == before
