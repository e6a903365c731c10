"""A portal walked as its office says: sections it names, addresses it leaves out."""

from __future__ import annotations

from collections import deque
from datetime import date

from pipeline.classification import Classifier, SectionLabels
from pipeline.extraction.model import Link, NextPage, PageKind, Reading, Row
from pipeline.navigation.model import Arrival, Known, PortalReport, Role, Want
from pipeline.navigation.navigator import Navigator
from pipeline.navigation.told import Told
from pipeline.programmes.loader import load
from pipeline.snapshots.model import Cause, Outcome

ROOT = "http://so.test/"
PROGRAMME = load("citizen_reception")
HOME = Reading(ROOT, PageKind.OTHER, links=(Link("Lịch tiếp công dân", ROOT + "lich", "menu"),))
ROWS = (Row("Thông báo lịch tiếp công dân tháng 02", ROOT + "bai-1"), Row("Lịch tiếp dân cũ", ROOT + "cu/bai-2"))
LIST = Reading(ROOT, PageKind.LISTING, rows=ROWS, next_pages=(NextPage(ROOT + "lich?p=2", label="2"),))


def walk(site: dict[str, Reading], told: Told, known: Known | None = None) -> tuple[list[str], PortalReport]:
    """Serve wants first in, first out; an address without a reading answers 404."""
    navigator = Navigator(ROOT, SectionLabels(PROGRAMME), Classifier(PROGRAMME), "department", date(2018, 1, 1), known,
                          told=told)
    queue, asked = deque(navigator.start()), []
    while queue:
        want = queue.popleft()
        asked.append(want.url.removeprefix(ROOT))
        queue.extend(navigator.arrive(_arrival(want, site.get(want.url))))
    return asked, navigator.report()


def _arrival(want: Want, reading: Reading | None) -> Arrival:
    if reading is None:
        return Arrival(want, Outcome.GONE, Cause.HTTP_ERROR, "c", want.url, None)
    return Arrival(want, Outcome.CAPTURED, Cause.NONE, "c", want.url, reading)


def test_a_section_that_the_office_names_is_opened_from_the_start_and_is_the_programmes() -> None:
    told = Told({ROOT + "kho/7": "Kết quả"})
    asked, report = walk({ROOT: HOME, ROOT + "kho/7": LIST}, told)
    assert asked[:2] == ["", "kho/7"]
    [named] = [s for s in report.sections if s.url == ROOT + "kho/7"]
    assert (named.role, named.trail, named.items) == (Role.SECTION, ("Kết quả",), 2)
    assert report.extra == (ROOT + "kho/7",)


def test_a_named_section_that_is_gone_stays_in_the_report_as_a_failure() -> None:
    _, report = walk({ROOT: HOME}, Told({ROOT + "kho/7": "Kết quả"}))
    assert [(s.url, s.complete, s.cause) for s in report.sections] == [(ROOT + "kho/7", False, Cause.HTTP_ERROR)]


def test_what_is_left_out_is_never_asked_for_and_reported() -> None:
    site = {ROOT: HOME, ROOT + "lich": LIST}
    asked, report = walk(site, Told(excluded=(ROOT + "cu/*", ROOT + "lich?p=2")))
    assert "bai-1" in asked and not {"cu/bai-2", "lich?p=2"} & set(asked)
    assert report.excluded == (ROOT + "cu/bai-2", ROOT + "lich?p=2")


def test_a_section_or_posting_known_from_before_may_be_left_out_too() -> None:
    known = Known(sections={ROOT + "lich": ("Lịch tiếp công dân",)}, postings={ROOT + "cu/bai-9": "Lịch"})
    asked, report = walk({ROOT: HOME, ROOT + "lich": LIST}, Told(excluded=(ROOT + "lich", ROOT + "cu*")), known)
    assert not {"lich", "cu/bai-9"} & set(asked) and not report.sections


def test_a_capture_that_somebody_brought_of_an_address_left_out_says_nothing() -> None:
    navigator = Navigator(ROOT, SectionLabels(PROGRAMME), Classifier(PROGRAMME), "department", date(2018, 1, 1),
                          told=Told(excluded=(ROOT + "cu*",)))
    navigator.start()
    navigator.arrive(_arrival(Want(ROOT + "cu/1", Role.IMPORTED), LIST))
    assert not navigator.pages()


def test_what_reading_complains_of_is_in_the_report() -> None:
    said = Reading(ROOT, PageKind.OTHER, problems=("override: no row by row 'x'",))
    _, report = walk({ROOT: said}, Told())
    assert report.problems == (f"{ROOT}: override: no row by row 'x'",)
