"""What waits to be asked again: suspects until they are confirmed or seen, portals until they are seen in time."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from world import World, with_policy

from pipeline.facts.recheck_waiting import Waiting, collect, watched_month
from pipeline.months import Month
from pipeline.programmes.model import Policy


def waiting(world: World, at: str) -> list[Waiting]:
    return collect(world.con, world.context("2018-02"), datetime.fromisoformat(at).replace(tzinfo=UTC))


def suspect(world: World) -> str:
    posting = world.see(world.crawl("2018-01", "2018-02-05"), "Kết quả tháng 1", group="result", path="1")
    world.missing(world.crawl("2018-02", "2018-03-02T11:00"), posting)
    return posting


def test_a_suspect_waits_a_day_and_says_how_often_it_was_asked() -> None:
    world = World()
    posting = suspect(world)
    [first] = waiting(world, "2018-03-02T12:00")
    assert (first.kind, first.unit_id, first.portal_id, first.url, first.title) == (
        "posting", "so-a", "so-a", posting, "Kết quả tháng 1")
    assert (first.cause, first.checks_done) == ("awaiting_recheck", 0)
    assert first.first_missed == first.last_checked == datetime(2018, 3, 2, 11, 5, tzinfo=UTC)
    assert first.due_at == datetime(2018, 3, 3, 11, 5, tzinfo=UTC)
    world.missing(world.crawl("2018-02", "2018-03-03T11:10", kind="recheck", sections=()), posting)
    [second] = waiting(world, "2018-03-03T12:00")
    assert (second.checks_done, second.due_at) == (1, datetime(2018, 3, 4, 11, 15, tzinfo=UTC))
    assert second.first_missed == first.first_missed


def test_a_check_that_came_too_soon_does_not_count() -> None:
    world = World()
    posting = suspect(world)
    world.missing(world.crawl("2018-02", "2018-03-03T10:00", kind="recheck", sections=()), posting)
    [one] = waiting(world, "2018-03-03T12:00")
    assert (one.checks_done, one.due_at) == (0, datetime(2018, 3, 3, 11, 5, tzinfo=UTC))


def test_a_confirmed_one_and_one_that_was_seen_again_wait_no_more() -> None:
    confirmed, back = World(), World()
    for world in (confirmed, back):
        posting = suspect(world)
        world.missing(world.crawl("2018-02", "2018-03-03T12:00", kind="recheck", sections=()), posting)
        last = world.crawl("2018-02", "2018-03-04T13:00", kind="recheck", sections=())
        if world is confirmed:
            world.missing(last, posting)
        else:
            world.see(last, "Kết quả tháng 1", group="result", path="1", role="recheck", section_url="")
        assert waiting(world, "2018-03-04T14:00") == []
        world.build("2018-02")
    assert [p["state"] for p in confirmed.postings()] == ["gone"]
    assert [p["state"] for p in back.postings()] == ["unlisted"]


def test_a_recheck_that_found_the_host_down_leaves_the_suspect_waiting() -> None:
    world = World()
    suspect(world)
    before = waiting(world, "2018-03-02T12:00")
    world.crawl("2018-02", "2018-03-03T12:00", kind="recheck", sections=(), observed=False, cause="unreachable")
    assert waiting(world, "2018-03-03T13:00") == before


@pytest.mark.parametrize(("cause", "hours"), [("unreachable", 1), ("tls", 1), ("invalid_page", 1), ("robots", None)])
def test_a_portal_that_failed_is_tried_again_unless_no_second_look_can_mend_it(cause: str, hours: int | None) -> None:
    world = World()
    world.crawl("2018-02", "2018-03-05T11:00", observed=False, cause=cause)
    found = waiting(world, "2018-03-05T11:30")
    assert [(w.kind, w.portal_id, w.cause, w.watched_month) for w in found] == (
        [("portal", "so-a", cause, date(2018, 2, 1))] if hours else [])
    assert [w.due_at.hour - 11 for w in found] == ([hours] if hours else [])


def test_a_list_not_read_whole_is_a_failure_too_and_a_later_good_crawl_ends_it() -> None:
    world = World()
    world.crawl("2018-02", "2018-03-05T11:00", sections=({"complete": False, "cause": "timeout"},))
    assert [(w.portal_id, w.cause) for w in waiting(world, "2018-03-05T12:00")] == [("so-a", "timeout")]
    world.crawl("2018-02", "2018-03-05T13:00")
    assert waiting(world, "2018-03-05T14:00") == []


def test_after_the_end_of_watching_no_portal_waits_but_suspects_do() -> None:
    world = World()
    suspect(world)
    world.crawl("2018-02", "2018-03-05T11:00", "so-b", observed=False, cause="unreachable")
    assert {w.kind for w in waiting(world, "2018-03-05T16:59")} == {"posting", "portal"}
    assert {w.kind for w in waiting(world, "2018-03-05T17:01")} == {"posting"}


def test_a_portal_that_nobody_crawled_is_not_waited_for() -> None:
    world = World()
    world.crawl("2018-02", "2018-03-05T11:00")
    assert waiting(world, "2018-03-05T12:00") == []


def test_the_table_says_what_waits_as_of_the_last_observation() -> None:
    world = World()
    world.programme = with_policy(world.programme, recheck_hours=48)
    posting = suspect(world)
    world.build("2018-02")
    rows = "SELECT kind, url, checks_done, due_at FROM recheck_waiting"
    assert world.rows(rows) == [("posting", posting, 0, datetime(2018, 3, 4, 11, 5, tzinfo=UTC))]
    world.build("2018-01")
    assert len(world.rows(rows)) == 1


def test_the_month_being_watched_is_the_previous_one_while_its_watching_is_open() -> None:
    policy = Policy()
    for moment, month in (("2018-03-05T16:59", Month(2018, 2)), ("2018-03-05T17:00", Month(2018, 3)),
                          ("2018-02-28T17:00", Month(2018, 2)), ("2018-02-10T00:00", Month(2018, 2))):
        assert watched_month(datetime.fromisoformat(moment).replace(tzinfo=UTC), policy) == month, moment
