"""METHOD: the month of a posting."""

from __future__ import annotations

from datetime import date

import pytest
from world import World, crawl_of, moment

JAN, FEB = date(2018, 1, 1), date(2018, 2, 1)


def counted(world: World) -> list[tuple[object, object]]:
    return [(p["counted_month"], p["counted_by"]) for p in world.postings()]


def test_a_dated_posting_belongs_to_the_month_of_its_date() -> None:
    world = World()
    world.see(world.crawl("2018-02", "2018-03-05"), posted="2018-02-28")
    world.build("2018-02")
    assert counted(world) == [(FEB, "date")]
    assert world.unit("2018-02") == (1, 0, date(2018, 2, 28), "dated")


def test_an_undated_posting_belongs_to_the_month_that_holds_most_of_the_time_it_may_have_come() -> None:
    world = World()
    world.crawl("2018-01", "2018-02-05")
    world.see(world.crawl("2018-02", "2018-03-05"))
    world.build("2018-01", "2018-02")
    assert counted(world) == [(FEB, "first_seen")]
    assert world.unit("2018-02")[0] == 1


def test_an_interval_over_three_months_goes_to_its_largest_part() -> None:
    world = World()
    world.crawl("2017-12", "2017-12-30")
    world.see(world.crawl("2018-02", "2018-02-10"))
    world.build("2018-02")
    assert counted(world) == [(JAN, "first_seen")]


def test_where_two_months_hold_equal_parts_the_earlier_one_counts() -> None:
    world = World()
    world.crawl("2018-01", "2018-01-30T17:00")  # 31 January 00:00 in Asia/Ho_Chi_Minh
    world.see(world.crawl("2018-02", "2018-02-01T16:55"))  # seen five minutes later, 2 February 00:00
    world.build("2018-02")
    assert counted(world) == [(JAN, "first_seen")]


def test_an_undated_posting_that_nothing_bounds_stays_in_the_undated_stock() -> None:
    world = World()
    world.see(world.crawl("2018-02", "2018-03-05"))
    world.build("2018-02")
    assert counted(world) == [(None, "undated_stock")]
    assert world.unit("2018-02") == (0, 0, None, "not_displayed")
    assert world.rows("SELECT undated FROM fact_postings_monthly WHERE unit_id = 'so-a' AND group_id = 'schedule'"
                      ) == [(1,)]


def test_a_section_read_only_in_part_bounds_nothing() -> None:
    world = World()
    world.crawl("2018-01", "2018-02-05", sections=({"complete": False},))
    world.see(world.crawl("2018-02", "2018-03-05"))
    world.build("2018-02")
    assert counted(world) == [(None, "undated_stock")]


def test_a_posting_shown_before_it_was_recognised_is_not_new() -> None:
    world = World()
    world.crawl("2018-01", "2018-02-05", sections=({"shown": ["http://so-a.test/a"]},))
    world.see(world.crawl("2018-02", "2018-03-05"), path="a")
    world.build("2018-02")
    assert counted(world) == [(None, "undated_stock")]


def test_another_section_bounds_nothing() -> None:
    world = World()
    world.crawl("2018-01", "2018-02-05", sections=({"section_url": "http://so-a.test/other"},))
    world.see(world.crawl("2018-02", "2018-03-05"))
    world.build("2018-02")
    assert counted(world) == [(None, "undated_stock")]


def test_the_most_trusted_source_gives_the_date() -> None:
    world = World()
    crawl = world.crawl("2018-02", "2018-03-05")
    world.see(crawl, posted="2018-02-20", posted_on_source="modified")
    world.see(crawl, posted="2018-02-03", posted_on_source="article", role="article", displayed_on=None)
    world.build("2018-02")
    (found,) = world.postings()
    assert (found["posted_on"], found["posted_on_source"]) == (date(2018, 2, 3), "article")


def test_an_edited_date_does_not_move_a_posting_to_a_second_month() -> None:
    world = World()
    world.see(world.crawl("2018-01", "2018-02-05"), posted="2018-01-20", path="a")
    world.see(world.crawl("2018-02", "2018-03-05"), posted="2018-02-20", path="a")
    world.build("2018-01", "2018-02")
    assert [world.unit(m)[0] for m in ("2018-01", "2018-02")] == [1, 0]
    assert world.postings()[0]["displayed_on"] == date(2018, 2, 20)


def test_a_backdated_posting_changes_no_earlier_month_but_is_the_latest_known_date() -> None:
    world = World()
    world.crawl("2018-01", "2018-02-05")
    world.build("2018-01")
    world.see(world.crawl("2018-02", "2018-03-05"), posted="2018-01-05")
    world.build("2018-01", "2018-02")
    assert world.unit("2018-01") == (0, 0, None, "nothing_to_date")
    assert world.unit("2018-02") == (0, 0, date(2018, 1, 5), "dated")
    assert counted(world) == [(JAN, "date")]


def test_old_months_do_not_move_when_more_is_observed() -> None:
    world = World()
    world.see(world.crawl("2018-01", "2018-02-05"), posted="2018-01-10", path="a")
    world.build("2018-01")
    tables = ("fact_coverage_monthly", "fact_postings_monthly", "fact_unit_monthly", "fact_checklist_monthly",
              "fact_delta_monthly", "delta_posting_monthly")
    before = {t: world.rows(f"FROM {t} WHERE month = '2018-01-01' ORDER BY ALL") for t in tables}
    crawl = world.crawl("2018-02", "2018-03-05")
    world.missing(crawl, "http://so-a.test/a")
    world.see(crawl, "Thông báo", posted="2018-01-30", group="notice")
    world.build("2018-01", "2018-02")
    assert {t: world.rows(f"FROM {t} WHERE month = '2018-01-01' ORDER BY ALL") for t in tables} == before


def test_a_posting_after_the_month_is_the_latest_date_but_is_not_counted() -> None:
    world = World()
    world.see(world.crawl("2018-02", "2018-03-05"), posted="2018-03-01")
    world.build("2018-02")
    assert world.unit("2018-02") == (0, 0, date(2018, 3, 1), "dated")


def test_what_is_seen_after_the_watching_ended_is_not_used() -> None:
    world = World()
    world.crawl("2018-02", "2018-03-05")
    world.see(world.crawl("2018-02", "2018-03-06"), posted="2018-02-20")
    world.build("2018-02")
    assert world.unit("2018-02")[0] == 0


def test_a_removed_posting_still_counts_in_its_month() -> None:
    world = World()
    posting = world.see(world.crawl("2018-02", "2018-02-20"), posted="2018-02-10")
    for day in ("2018-03-02", "2018-03-03", "2018-03-04"):
        world.missing(world.crawl("2018-02", day), posting)
    world.build("2018-02")
    assert world.postings()[0]["state"] == "gone"
    assert world.unit("2018-02")[0] == 1


def test_the_order_in_which_crawls_arrive_does_not_matter() -> None:
    def tell(order: tuple[int, ...]) -> list[dict[str, object]]:
        world = World()
        crawls = [world.crawl("2018-02", day) for day in ("2018-01-20", "2018-02-20", "2018-03-05")]
        steps = [
            lambda: world.see(crawls[0], "A", posted="2018-01-10", capture_id=f"{crawls[0]}/so-a/1"),
            lambda: world.see(crawls[1], "A", posted="2018-01-10", path="a2", section_url="http://so-a.test/x",
                              capture_id=f"{crawls[1]}/so-a/1"),
            lambda: world.see(crawls[2], "B", capture_id=f"{crawls[2]}/so-a/1"),
        ]
        for index in order:
            steps[index]()
        world.build("2018-02")
        return world.postings()

    assert tell((0, 1, 2)) == tell((2, 1, 0)) == tell((1, 2, 0))
    assert len(tell((0, 1, 2))) == 2


def test_crawl_ids_sort_by_moment() -> None:
    assert crawl_of(moment("2018-02-05")) < crawl_of(moment("2018-03-01"))


@pytest.mark.parametrize(("below", "bounded"), [(False, False), (True, True)])
def test_a_list_left_early_bounds_only_what_stands_above_a_row_that_it_showed(below: bool, bounded: bool) -> None:
    """Further down nobody looked: an undated posting may have stood there long before."""
    world = World()
    world.crawl("2018-01", "2018-02-05", sections=({
        "oldest": date(2017, 11, 2), "ended": False, "shown": ["http://so-a.test/known"]},))
    crawl = world.crawl("2018-02", "2018-03-05")
    for position, (path, day) in enumerate((("undated", None), ("known", "2018-01-02"))[::1 if below else -1], 1):
        world.see(crawl, path, path=path, posted=day, position=position, capture_id=f"{crawl}/so-a/s1")
    world.build("2018-02")
    undated = next(p for p in world.postings() if p["posting_id"].endswith("/undated"))
    assert undated["counted_by"] == ("first_seen" if bounded else "undated_stock")
