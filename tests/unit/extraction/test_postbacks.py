"""Rows without an address, for which the page's form is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from pipeline.extraction.addresses import canonical, identity
from pipeline.extraction.model import PageKind, Reading
from pipeline.extraction.postbacks import is_row_address, row_address, sent
from tests.unit.extraction.markup import HOST, POSTS, dmy, page, read

LIST = "/DanhSach.aspx?muc=7"
STATE = ('<input type="hidden" name="__VIEWSTATE" value="abc"><input type="hidden" name="__EVENTTARGET">'
         '<input type="hidden" name="__EVENTARGUMENT"><input type="hidden" name="muc" value="7">')


def link(target: str, label: str, argument: str = "") -> str:
    return f"""<a href="javascript:__doPostBack('{target}','{argument}')">{label}</a>"""


def form(body: str, action: str = f".{LIST}") -> str:
    return page(f'<form method="post" action="{action}">{STATE}<div id="maincontent"><h2>Tiếp công dân</h2>{body}'
                "</div></form>")


def grid(target: Callable[[int], str] = lambda n: f"ctl00$grid$ctl{n + 2:02}$lnkTitle") -> str:
    """Titles are links without an address; the head sorts, the foot pages."""
    rows = "".join(f"<tr><td>{n + 1}</td><td>{link(target(n), p.title)}</td><td>{dmy(p.day)}</td></tr>"
                   for n, p in enumerate(POSTS))
    head = "".join(f"<th>{link('ctl00$grid', label, f'Sort${n}')}</th>"
                   for n, label in enumerate(("STT", "Tiêu đề", "Ngày đăng")))
    pager = "".join(f"<td>{link('ctl00$grid', str(n), f'Page${n}')}</td>" for n in (2, 3))
    pages = f"<table><tr><td><span>1</span></td>{pager}</tr></table>"
    return form(f'<table class="grid"><tr>{head}</tr>{rows}<tr><td colspan="3">{pages}</td></tr></table>')


def repeater() -> str:
    """Divisions with a link on the title and one that says `Xem chi tiết`, and a summary."""
    return form("".join(
        f'<div class="item"><h3>{link(f"dnn$ctr5$rpt$ctl{n:02}$lnkTitle", p.title)}</h3><span class="date">{dmy(p.day)}'
        "</span><p>Lãnh đạo Sở thông báo nội dung sau đây.</p>"
        f'{link(f"dnn$ctr5$rpt$ctl{n:02}$lnkMore", "Xem thêm")}</div>'
        for n, p in enumerate(POSTS)))


def selected() -> str:
    """A grid whose rows are chosen by a command; the link names nothing."""
    return form('<table><tr><th>Tiêu đề</th><th>Ngày đăng</th><th></th></tr>' + "".join(
        f"<tr><td>{p.title}</td><td>{dmy(p.day)}</td><td>{link('grid', 'Chi tiết', f'Select${n}')}</td></tr>"
        for n, p in enumerate(POSTS)) + "</table>")


def with_options() -> str:
    """Links that check the form before they send it."""
    rows = "".join(
        f"<li><a href='javascript:WebForm_DoPostBackWithOptions(new WebForm_PostBackOptions("
        f"\"lv$ctrl{n}$lnk\", \"\", true, \"\", \"\", false, true))'>{p.title}</a> ({dmy(p.day)})</li>"
        for n, p in enumerate(POSTS))
    return form(f"<ul>{rows}</ul>")


def clicked() -> str:
    """ASP.NET 1.1: a colon parts the names, and a click sends the form."""
    return form("<ul>" + "".join(
        f"<li><a href='#' onclick=\"__doPostBack('dl:_ctl{n}:lnk','');return false\">{p.title}</a> {dmy(p.day)}</li>"
        for n, p in enumerate(POSTS)) + "</ul>")


def told(reading: Reading) -> list[tuple[str, date | None]]:
    return [(row.title, row.displayed_on) for row in reading.rows]


@pytest.mark.parametrize("build", [grid, repeater, selected, with_options, clicked])
def test_rows_without_an_address_are_postings_in_every_dress(build: Callable[[], str]) -> None:
    reading = read(build())
    assert reading.kind is PageKind.LISTING
    assert told(reading) == [(p.title, p.day) for p in POSTS]
    assert len({identity(row.url) for row in reading.rows}) == len(POSTS)
    assert all(is_row_address(row.url) and canonical(row.url, row.url) == row.url for row in reading.rows)
    assert all(row.posted_on_source == "listing" for row in reading.rows)


def test_pagers_and_headers_that_sort_are_no_rows_and_pages_stay_pages() -> None:
    reading = read(grid())
    assert [page.label for page in reading.next_pages] == ["2", "3"]
    assert dict(reading.next_pages[0].form) == {
        "__EVENTTARGET": "ctl00$grid", "__EVENTARGUMENT": "Page$2", "__VIEWSTATE": "abc", "muc": "7"}
    assert read(repeater()).next_pages == (), "a row's `Xem thêm` leads to its posting, not to more postings"


def test_what_is_sent_for_a_row_is_its_own_event_with_the_page_s_state() -> None:
    reading = read(repeater(), LIST)
    assert reading.row_form is not None
    assert [row.event for row in reading.rows] == [(f"dnn$ctr5$rpt$ctl{n:02}$lnkTitle", "") for n in range(len(POSTS))]
    assert dict(sent(reading.row_form, reading.rows[1].event or ("", ""))) == {
        "__EVENTTARGET": "dnn$ctr5$rpt$ctl01$lnkTitle", "__EVENTARGUMENT": "", "__VIEWSTATE": "abc", "muc": "7"}


def test_a_menu_made_of_the_same_kind_of_links_holds_no_postings() -> None:
    menu = "".join(f'<li>{link(f"rpt$ctl{n:02}$lnk", label)}</li>'
                   for n, label in enumerate(("Giới thiệu", "Tin tức", "Văn bản", "Liên hệ")))
    letters = "".join(link(f"abc$ctl{n:02}$lnk", letter) for n, letter in enumerate("ABCDEF"))
    reading = read(form(f"<ul>{menu}</ul><div>{letters}</div>{link('ctl00$ctl05$lnkLogin', 'Đăng nhập hệ thống')}"))
    assert reading.rows == ()


def test_the_address_of_a_row_is_the_same_on_every_page_and_wherever_the_row_stands() -> None:
    first = read(grid(), LIST)
    moved = read(grid(lambda n: f"ctl00$grid$ctl{n + 9:02}$lnkTitle"), f"{LIST}&page=3")
    assert [row.url.partition("#")[0] for row in moved.rows] == [HOST + LIST] * len(POSTS)
    again = read(grid(lambda n: f"ctl00$grid$ctl{n + 9:02}$lnkTitle"), LIST)
    assert [row.url for row in again.rows] == [row.url for row in moved.rows]
    assert first.rows[0].event != again.rows[0].event


def test_title_and_date_tell_rows_apart_and_nothing_else() -> None:
    day = date(2018, 2, 5)
    one = row_address("http://a.test/ds", "Lịch tiếp công dân", day)
    assert one == row_address("http://a.test/ds", "LỊCH  TIẾP CÔNG DÂN", day)
    assert one != row_address("http://a.test/ds", "Lịch tiếp công dân", date(2018, 2, 12))
    assert one != row_address("http://a.test/ds", "Lịch tiếp dân", day)
    assert not any(char.isdigit() for char in one.partition("=")[2]), "no digits that could be read as a date"


@pytest.mark.parametrize("action", ["http://khac.test/DanhSach.aspx?muc=7", "/TimKiem.aspx"])
def test_a_form_that_leads_elsewhere_is_not_sent_but_its_rows_are_postings(action: str) -> None:
    rows = "".join(f"<li>{link(f'rpt$ctl{n}$lnk', p.title)} {dmy(p.day)}</li>" for n, p in enumerate(POSTS))
    reading = read(form(f"<ul>{rows}</ul>", action), LIST)
    assert told(reading) == [(p.title, p.day) for p in POSTS]
    assert reading.row_form is None and {row.event for row in reading.rows} == {None}
