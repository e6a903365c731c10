"""The series as known now: what later months know of earlier ones, whose own facts stay as they were made."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from world import World, with_policy

JAN, FEB, MAR = "2018-01", "2018-02", "2018-03"


def known(world: World, month: str, unit: str = "so-a") -> dict[str, int | None]:
    """Return counted month → postings of the unit as known in `month`."""
    rows = world.rows(
        "SELECT strftime(counted_month, '%Y-%m'), sum(n_postings) FROM fact_known_monthly "
        f"WHERE month = '{month}-01' AND unit_id = '{unit}' GROUP BY ALL ORDER BY ALL")
    return dict(rows)


def months(world: World, *lists: tuple[dict[str, Any], ...]) -> list[str]:
    """Crawl January, February … once each; return the ids of the crawls."""
    after = ("2018-02-05", "2018-03-05", "2018-04-05")
    return [world.crawl(month, day, sections=told)
            for month, day, told in zip((JAN, FEB, MAR), after, lists, strict=False)]


def test_a_backdated_posting_counts_in_its_month_as_known_now_and_changes_no_month_that_was_made() -> None:
    world = World()
    crawls = months(world, ({},), ({},))
    world.see(crawls[1], posted="2018-01-16")
    world.build(JAN, FEB)
    assert world.unit(JAN)[0] == 0
    assert known(world, JAN) == {JAN: 0}
    assert known(world, FEB) == {JAN: 1, FEB: 0}


def test_a_month_that_could_not_be_seen_is_known_once_a_later_walk_goes_back_before_it() -> None:
    world = World()
    world.crawl(JAN, "2018-02-05", observed=False, cause="unreachable")
    world.see(world.crawl(FEB, "2018-03-05", sections=({"oldest": date(2017, 12, 28), "ended": False},)),
              posted="2018-01-16")
    world.build(JAN, FEB)
    assert known(world, JAN) == {JAN: None}
    assert known(world, FEB) == {JAN: 1, FEB: 0}


@pytest.mark.parametrize(("ended", "expected"), [(False, None), (True, 0)])
def test_a_month_before_the_window_is_known_only_from_lists_read_to_their_end(
    ended: bool, expected: int | None
) -> None:
    world = World()
    world.crawl(JAN, "2018-02-05", observed=False, cause="unreachable")
    world.crawl(FEB, "2018-03-05", observed=False, cause="unreachable")
    world.crawl(MAR, "2018-04-05", sections=({"oldest": date(2017, 1, 1), "ended": ended},))
    world.build(JAN, FEB, MAR)
    assert known(world, MAR) == {JAN: expected, FEB: 0, MAR: 0}


def test_what_was_known_once_stays_known() -> None:
    world = World()
    world.crawl(JAN, "2018-02-05", observed=False, cause="unreachable")
    for month, day in ((FEB, "2018-03-05"), (MAR, "2018-04-05")):
        world.crawl(month, day, sections=({"oldest": date(2017, 12, 28), "ended": False},))
    world.build(JAN, FEB, MAR)
    assert known(world, MAR)[JAN] == 0


def test_a_month_that_itself_could_not_be_judged_is_not_known_by_its_own_walk() -> None:
    world = World()
    world.crawl(JAN, "2018-02-05")
    world.see(world.crawl(FEB, "2018-03-05", sections=({"complete": False, "cause": "timeout"},)), posted="2018-02-16")
    world.build(JAN, FEB)
    assert known(world, FEB) == {JAN: 0, FEB: None}


def test_the_month_itself_is_known_as_its_facts_say() -> None:
    world = World()
    for portal in ("so-a", "huyen-c"):
        crawl = world.crawl(FEB, "2018-03-05", portal)
        for n in range(3):
            world.see(crawl, f"Kết quả {n}", portal=portal, group="result", posted=f"2018-02-0{n + 1}")
    world.build(FEB)
    columns = "unit_id, programme_id, group_id, level, n_postings"
    own = world.rows(f"SELECT {columns} FROM fact_known_monthly WHERE counted_month = month ORDER BY ALL")
    assert own == world.rows(f"SELECT {columns} FROM fact_postings_monthly ORDER BY ALL")


def test_old_vintages_stay_when_more_becomes_known() -> None:
    world = World()
    crawls = months(world, ({},), ({},), ({},))
    world.see(crawls[0], "Một", posted="2018-01-10", path="a")
    world.build(JAN)
    before = world.rows("FROM fact_known_monthly ORDER BY ALL")
    world.see(crawls[2], "Hai", posted="2018-01-11", path="b")
    world.build(JAN, FEB, MAR)
    assert world.rows("FROM fact_known_monthly WHERE month = '2018-01-01' ORDER BY ALL") == before
    assert [known(world, month)[JAN] for month in (JAN, FEB, MAR)] == [1, 1, 2]


def test_an_office_may_hold_that_undated_is_not_updated() -> None:
    def counted(**policy: str) -> tuple[int, int, str]:
        world = World()
        world.programme = with_policy(world.programme, **policy)
        crawls = months(world, ({},), ({},))
        world.see(crawls[1])
        world.build(JAN, FEB)
        stock = world.rows("SELECT sum(undated) FROM fact_postings_monthly "
                           f"WHERE unit_id = 'so-a' AND month = '{FEB}-01'")
        return world.unit(FEB)[0], stock[0][0], world.postings()[0]["counted_by"]

    assert counted() == counted(undated="first_sighting") == (1, 0, "first_seen")
    assert counted(undated="not_updated") == (0, 1, "undated_stock")
