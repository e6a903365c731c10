"""Pages read as an office says, and what happens where it says wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipeline.extraction import read_page
from pipeline.extraction.model import DateSource, Page, PageKind, Reading
from pipeline.extraction.override import Override, covers, form_pattern, override_for

HOST = "http://so.test"
SECTION = HOST + "/tiep-dan"
FETCHED = datetime(2018, 3, 5, tzinfo=UTC)
PROSE = "<p>" + "Trang thông tin điện tử của Sở, cơ quan chuyên môn của tỉnh. " * 12 + "</p>"
NEVER = "ul.khong-co"
ROWS = "<ul>" + "".join(
    f'<li><a href="/tin-{n}.html">Lịch tiếp công dân định kỳ tháng {n} năm 2018 của Giám đốc Sở</a>'
    f" <span>0{n}/02/2018</span></li>" for n in (1, 2, 3)
) + "</ul>"


def strange(dates: str = "{n:02}.02.18") -> str:
    """A page under whose text the list stands, as short names in unnamed boxes with dates of two digits."""
    rows = "".join(
        f'<div class="o"><i class="n">{dates.format(n=n)}</i> <b class="t"><a href="/x{n}">Lịch {n}</a></b></div>'
        for n in range(1, 6)
    )
    return f'<html><body><h1>Tiếp dân</h1>{PROSE}<div class="widget ds">{rows}</div></body></html>'


def read(html: str, override: Override | None = None, url: str = SECTION) -> Reading:
    return read_page(Page(url, html.encode(), "text/html", 200, FETCHED), override)


def test_a_list_that_the_generic_reading_misses_is_read_by_its_rows() -> None:
    assert not read(strange()).rows
    reading = read(strange(), Override(SECTION, row="div.o", date="i.n", date_form="dd.mm.yy"))
    assert reading.kind is PageKind.LISTING and not reading.problems
    first = reading.rows[0]
    assert (len(reading.rows), first.title, first.url) == (5, "Lịch 1", HOST + "/x1")
    assert first.displayed_on == first.posted_on == date(2018, 2, 1) and first.posted_on_raw == "01.02.18"
    assert first.posted_on_source is DateSource.LISTING


@pytest.mark.parametrize("override", [
    Override(SECTION, listing="div.ds"),
    Override(SECTION, title="b.t"),
    Override(SECTION, listing="div.ds", title="b.t"),
    Override(SECTION, listing="div.ds", row="div.o", title="b.t"),
])
def test_any_one_selector_is_enough(override: Override) -> None:
    assert [row.title for row in read(strange("{n:02}/02/2018"), override).rows] == [f"Lịch {n}" for n in range(1, 6)]


def test_titles_alone_take_the_dates_that_follow_them() -> None:
    flat = "".join(f'<dt><a href="/x{n}">Lịch {n}</a></dt><dd>Ngày đăng: 0{n}/02/2018</dd>' for n in (1, 2, 3))
    reading = read(f"<html><body>{PROSE}<dl>{flat}</dl></body></html>", Override(SECTION, title="dt"))
    assert [row.displayed_on for row in reading.rows] == [date(2018, 2, n) for n in (1, 2, 3)]


def test_where_the_selectors_find_nothing_the_generic_reading_stands_and_says_so() -> None:
    page = f"<html><body><h1>Tiếp công dân</h1>{ROWS}</body></html>"
    plain = read(page)
    for override in (Override(SECTION, row=NEVER), Override(SECTION, listing=NEVER), Override(row=NEVER),
                     Override(SECTION, date=NEVER)):
        reading = read(page, override)
        assert reading.rows == plain.rows and len(plain.rows) == 3
        assert len(reading.problems) == 1 and NEVER in reading.problems[0]


def test_a_date_form_settles_the_order_that_a_page_leaves_open() -> None:
    rows = "".join(
        f'<li><a href="/tin-{n}.html">Lịch tiếp công dân định kỳ tháng {n} năm 2018 của Giám đốc Sở</a>'
        f" <span>2/0{n}/2018</span></li>" for n in (1, 2, 3)
    )
    page = f"<html><body><h1>Tiếp công dân</h1><ul>{rows}</ul></body></html>"
    assert [row.displayed_on for row in read(page).rows] == [date(2018, n, 2) for n in (1, 2, 3)]
    told = read(page, Override(date_form="mm/dd/yyyy"))
    assert [row.displayed_on for row in told.rows] == [date(2018, 2, n) for n in (1, 2, 3)]


def test_a_portals_date_form_need_not_fit_every_page_a_sections_must() -> None:
    page = f"<html><body><h1>Tiếp công dân</h1>{ROWS}</body></html>"
    assert not read(page, Override(date_form="yyyymmdd")).problems
    assert read(page, Override(SECTION, date_form="yyyymmdd")).problems == ("override: no date by 'yyyymmdd'",)
    assert read(page, Override(SECTION, date_form="yyyymmdd")).rows == read(page).rows


def test_a_row_without_the_selected_date_shows_none() -> None:
    rows = ROWS.replace("<span>02/02/2018</span>", "02/02/2018")
    reading = read(f"<html><body><h1>Tiếp công dân</h1>{rows}</body></html>", Override(SECTION, date="span"))
    assert [row.displayed_on for row in reading.rows] == [date(2018, 2, 1), None, date(2018, 2, 3)]


def test_dates_that_no_calendar_has_stay_implausible() -> None:
    row = read(strange("31.{n:02}.18"), Override(SECTION, row="div.o", date_form="dd.mm.yy")).rows[1]
    assert (row.displayed_on, row.posted_on, row.implausible_date) == (None, None, "31.02.18")


def test_a_posting_below_its_section_stays_a_posting() -> None:
    page = strange()
    override = Override(SECTION, row="div.o")
    assert read(page, override, SECTION + "/trang-2.html").kind is PageKind.LISTING
    below = read(page, override, SECTION + "/thong-bao-ve-lich-tiep-dan.html")
    assert below.kind is PageKind.ARTICLE and not below.problems


def test_a_portals_date_form_reads_its_postings_too() -> None:
    page = ('<html><body><article><h1>Lịch tiếp công dân tháng 02 năm 2018 của Sở</h1>'
            f'<p class="date">Ngày đăng: 2/5/2018</p>{PROSE}</article></body></html>')
    article = read(page, Override(date_form="mm/dd/yyyy"), HOST + "/tin-1.html").article
    assert article is not None and article.displayed_on == date(2018, 2, 5)


@pytest.mark.parametrize(("section", "url", "own"), [
    ("", "http://so.test/x", True),
    ("http://so.test/tiep-dan", "https://www.so.test/tiep-dan/", True),
    ("http://so.test/tiep-dan", "http://so.test/tiep-dan/page/2/", True),
    ("http://so.test/tiep-dan", "http://so.test/tiep-dan?p=2", True),
    ("http://so.test/tiep-dan.html", "http://so.test/tiep-dan/2.html", True),
    ("http://so.test/tiep-dan", "http://so.test/tiep-dan-khac", False),
    ("http://so.test/tin?cat=5", "http://so.test/tin?page=2&cat=5", True),
    ("http://so.test/tin?cat=5", "http://so.test/tin?cat=55", False),
    ("http://so.test/?cat=5", "http://so.test/page/2/?cat=5", True),
    ("http://so.test/", "http://so.test/", True),
    ("http://so.test/", "http://so.test/tiep-dan", False),
    ("http://so.test/tiep*", "http://so.test/tiep-dan-khac", True),
    ("http://so.test/tiep*", "http://khac.test/tiep-dan", False),
])
def test_which_pages_are_a_sections(section: str, url: str, own: bool) -> None:
    assert covers(section, url) is own


def test_the_narrower_override_comes_before_the_wider() -> None:
    told = (Override(SECTION, row="li"), Override(row="div", date_form="dd/mm/yy"), Override(HOST + "/khac", row="p"))
    assert override_for(SECTION + "?p=2", told) == Override(SECTION, row="li", date_form="dd/mm/yy")
    assert override_for(HOST + "/tin", told) == Override(row="div", date_form="dd/mm/yy")
    assert override_for(HOST + "/tin", told[:1]) is None


@pytest.mark.parametrize(("form", "text", "found"), [
    ("dd/mm/yyyy", "05/02/2018", True), ("d.m.yy", "Đăng 5.2.18", True), ("yyyymmdd", "20180205", True),
    ("dd tháng mm năm yyyy", "05 tháng 2 năm 2018", True), ("dd/mm/yy", "105/02/2018", False),
    ("dd/mm/yy", "05/02/2018", False), ("dd/mm", "05/02", False), ("dd/mm/yyy", "05/02/018", False),
])
def test_forms_name_day_month_and_year_once_each(form: str, text: str, found: bool) -> None:
    pattern = form_pattern(form)
    assert bool(pattern and pattern.search(text)) is found
