"""METHOD: a page must look like the page expected. A list that looks unlike what it was proves no zero."""

from __future__ import annotations

from typing import Any

import pytest
from desk import Desk
from tiny_site import Posting, Site
from world import World, moment

FULL: dict[str, Any] = {"items": 10, "dated": 10, "titles": 10, "platform": "joomla",
                        "shown": [f"http://so-a.test/{n}" for n in range(10)]}


def judged(now: dict[str, Any], gone: int = 0) -> tuple[bool, str, str]:
    """Return assessed, cause and detail of February, a full list in January having become `now`."""
    world = World()
    world.crawl("2018-01", "2018-02-05", sections=(FULL,))
    crawl = world.crawl("2018-02", "2018-03-05", sections=({"platform": "joomla", "shown": [], **now},))
    for n in range(gone):
        world.missing(crawl, f"http://so-a.test/{n}")
    world.build("2018-01", "2018-02")
    return world.rows("SELECT assessed, cause, detail FROM fact_coverage_monthly "
                      "WHERE month = '2018-02-01' AND unit_id = 'so-a'")[0]


@pytest.mark.parametrize(("now", "said"), [
    ({"items": 0, "titles": 0}, "danh sách còn 0 tin, từng có 10"),
    ({"items": 4, "dated": 4, "titles": 4}, "danh sách còn 4 tin, từng có 10"),
    ({"items": 10, "dated": 0, "titles": 10, "shown": FULL["shown"]}, "không còn ngày đăng ở 10 tin, trước có ở 10/10"),
    ({"items": 10, "dated": 10, "titles": 1, "shown": FULL["shown"]}, "10 tin chỉ có 1 tiêu đề khác nhau"),
    ({"items": 0, "titles": 0, "platform": "wordpress"}, "phần mềm của trang: joomla → wordpress"),
])
def test_a_list_that_looks_unlike_what_it_was_is_not_assessable_and_says_why(now: dict[str, Any], said: str) -> None:
    assessed, cause, detail = judged(now)
    assert (assessed, cause) == (False, "structure_changed")
    assert detail.startswith("Tiếp công dân: ") and said in detail


def test_removals_that_were_found_explain_a_list_that_shrank() -> None:
    assert judged({"items": 0, "titles": 0}, gone=10)[0]
    assert judged({"items": 4, "dated": 4, "titles": 4, "shown": FULL["shown"][6:]}, gone=6)[0]


def test_removals_explain_nothing_where_the_software_is_another() -> None:
    assert not judged({"items": 0, "titles": 0, "platform": "liferay"}, gone=10)[0]


def test_a_list_of_a_file_of_an_older_version_is_of_no_other_software() -> None:
    world = World()
    world.crawl("2018-01", "2018-02-05", sections=({**FULL, "dated": 0, "titles": 0, "platform": None},))
    crawl = world.crawl("2018-02", "2018-03-05", sections=({"items": 0, "titles": 0, "platform": "joomla"},))
    for n in range(10):
        world.missing(crawl, f"http://so-a.test/{n}")
    world.build("2018-01", "2018-02")
    assert world.rows("SELECT assessed FROM fact_coverage_monthly WHERE month = '2018-02-01' AND unit_id = 'so-a'") == [
        (True,)]


@pytest.mark.parametrize("now", [
    {"items": 2, "dated": 2, "titles": 2, "ended": False},
    {"items": 11, "dated": 11, "titles": 11, "platform": "wordpress"},
    {"items": 6, "dated": 0, "titles": 6, "platform": "joomla", "shown": FULL["shown"][:6]} | {"dated": 1},
])
def test_a_list_left_early_another_software_or_fewer_dates_alone_are_no_failure(now: dict[str, Any]) -> None:
    assert judged(now)[0]


def test_a_redesign_that_the_reader_cannot_read_gives_no_zero_and_removes_nothing(desk: Desk) -> None:
    """From the pages themselves: the same address shows a shell, the postings are where they were."""
    postings = [Posting(f"lich-{n}", f"Lịch tiếp công dân tháng {n:02} năm 2017", f"05/{n:02}/2017", f"05/{n:02}/2017")
                for n in range(1, 7)]
    desk.crawl(Site(postings), "2018-01", "2018-02-05T13:00")

    class Shell(Site):
        def page(self, url: str) -> tuple[int, str]:
            status, html = super().page(url)
            start, end = html.find("<ul class='news'>"), html.find("</main>")
            return (status, html[:start] + "<div class='o-moi'></div>" + html[end:]) if start > 0 else (status, html)

    desk.crawl(Shell(postings), "2018-02", "2018-03-05T13:00")
    coverage = desk.rows("SELECT assessed, cause FROM fact_coverage_monthly WHERE month = '2018-02-01' "
                         "AND unit_id = 'so-a'")
    assert coverage == [(False, "structure_changed")]
    assert desk.rows("SELECT count(*) FROM fact_checklist_monthly WHERE month = '2018-02-01' AND unit_id = 'so-a' "
                     "AND status IN ('missing', 'removed')") == [(0,)]


@pytest.mark.parametrize("posted", [None, "2018-01-20"])
def test_a_list_that_could_not_be_read_bounds_and_accuses_nothing(posted: str | None) -> None:
    """What a broken reading did not show may have stood there: it is neither new since then nor backdated."""
    world = World()
    world.crawl("2017-12", "2018-01-05", sections=(FULL,))
    world.crawl("2018-01", "2018-02-05", sections=({"items": 0, "titles": 0},))
    world.see(world.crawl("2018-02", "2018-03-05"), path="new", posted=posted)
    world.build("2018-02")
    (found,) = world.postings()
    assert (found["bounded_from"], found["backdated"]) == (moment("2018-01-05"), False)


def test_a_list_that_could_not_be_read_unlists_nothing() -> None:
    world = World()
    world.see(world.crawl("2018-01", "2018-02-05", sections=(FULL,)), path="1", posted="2018-01-20")
    broken = world.crawl("2018-02", "2018-03-05", sections=({"items": 0, "titles": 0},))
    world.see(broken, path="1", posted="2018-01-20", role="recheck", section_url="")
    world.build("2018-02")
    assert world.postings()[0]["state"] == "live"
