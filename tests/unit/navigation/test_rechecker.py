"""Asking again: a sign of life first, then the suspects, and nothing that they link to."""

from __future__ import annotations

from pipeline.extraction.model import Page
from pipeline.extraction.page import read_page
from pipeline.navigation.model import Arrival, Known, Role, Want
from pipeline.navigation.rechecker import Rechecker
from pipeline.snapshots.model import Cause, Outcome

ROOT = "http://so-a.test/"
KNOWN = Known(sections={ROOT + "tcd": ("Tiếp công dân",)}, postings={ROOT + "b": "Kết quả b", ROOT + "a": "Nội quy a"})
HOME = ("<html><head><title>Sở A</title></head><body><nav><a href='/tcd'>Tiếp công dân</a></nav><p>"
        + "Trang thông tin điện tử của Sở A. " * 20 + "</p></body></html>")


def arrival(want: Want, html: str | None, outcome: Outcome = Outcome.CAPTURED, final: str = "") -> Arrival:
    url = final or want.url
    reading = read_page(Page(url, html.encode(), "text/html; charset=utf-8", 200, None)) if html is not None else None
    cause = Cause.NONE if outcome is Outcome.CAPTURED else Cause.UNREACHABLE
    return Arrival(want, outcome, cause, "c", url, reading)


def test_the_home_page_is_asked_for_first_and_then_each_suspect_once() -> None:
    guide = Rechecker(ROOT, KNOWN)
    [home] = guide.start()
    assert (home.url, home.role) == (ROOT, Role.HOME)
    wants = guide.arrive(arrival(home, HOME))
    assert [(w.url, w.role, w.title) for w in wants] == [
        (ROOT + "a", Role.RECHECK, "Nội quy a"), (ROOT + "b", Role.RECHECK, "Kết quả b")]
    assert guide.arrive(arrival(wants[0], HOME)) == []
    assert guide.arrive(arrival(wants[1], None, Outcome.GONE)) == []
    report = guide.report()
    assert (report.observed, report.sections, report.articles, report.failed_articles) == (True, (), 1, 1)
    assert [page.want.url for page in guide.pages()] == [ROOT + "a"]


def test_of_a_portal_that_is_down_no_suspect_is_asked_for() -> None:
    guide = Rechecker(ROOT, Known(postings=KNOWN.postings))
    [home] = guide.start()
    assert guide.arrive(arrival(home, None, Outcome.FAILED)) == []
    assert (guide.report().observed, guide.report().cause) == (False, Cause.UNREACHABLE)


def test_a_home_page_that_cannot_be_read_is_made_up_for_by_a_list() -> None:
    guide = Rechecker(ROOT, KNOWN)
    [home] = guide.start()
    [section] = guide.arrive(arrival(home, ""))
    assert (section.url, section.role) == (ROOT + "tcd", Role.SECTION)
    assert [w.role for w in guide.arrive(arrival(section, HOME))] == [Role.RECHECK, Role.RECHECK]
    assert guide.report().observed


def test_a_portal_that_moved_is_followed_and_other_sites_are_not_asked() -> None:
    known = Known(postings={"http://moi.test/a": "Nội quy", "http://khac.test/b": "Kết quả"})
    guide = Rechecker(ROOT, known)
    [home] = guide.start()
    assert [w.url for w in guide.arrive(arrival(home, HOME, final="http://moi.test/"))] == ["http://moi.test/a"]


def test_captures_that_nobody_asked_for_change_nothing() -> None:
    guide = Rechecker(ROOT, KNOWN)
    guide.start()
    assert guide.arrive(arrival(Want(ROOT + "x", Role.IMPORTED), HOME)) == []
    assert not guide.report().observed and guide.pages() == ()
