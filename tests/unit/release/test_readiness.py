"""What stands against issuing a month, as far as its observations tell."""

from __future__ import annotations

import pytest
from world import World

from pipeline.release.readiness import ended_early

FEB = "2018-02"


@pytest.mark.parametrize("inside", ["2018-02-20", "2018-02-28T16:59"])
def test_a_month_whose_every_crawl_lies_within_it_was_not_watched_to_its_end(inside: str) -> None:
    world = World()
    world.crawl(FEB, "2018-02-10")
    world.crawl(FEB, inside, "so-b")
    world.crawl(FEB, "2018-03-03", kind="recheck", sections=())
    day = f"{inside[8:10]}/02/2018"
    assert ended_early(world.con, world.context(FEB)) == [
        f"lần thu thập cuối cùng (ngày {day}) ở trong tháng: tin đăng từ đó đến hết tháng chưa ai xem"]


def test_one_crawl_after_its_last_day_is_enough_and_one_after_the_watching_is_none() -> None:
    world = World()
    world.crawl(FEB, "2018-02-10")
    world.crawl(FEB, "2018-03-10")
    assert ended_early(world.con, world.context(FEB))
    world.crawl(FEB, "2018-02-28T17:00", "so-b")  # midnight in Vietnam
    assert not ended_early(world.con, world.context(FEB))
