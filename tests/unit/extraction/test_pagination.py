# ruff: noqa: E501 (markup in one line a case)
"""Pages of a list are found in every dress of pager, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from pipeline.extraction.model import STUCK
from tests.unit.extraction.markup import HOST, aspnet_grid, dmy, each, page, read

ROWS = "<ul>" + each(lambda p: f'<li><a href="/tiep-cong-dan/{p.slug}.html">{p.title}</a> {dmy(p.day)}</li>') + "</ul>"


def pages(pager: str, path: str = "/tiep-cong-dan/", head: str = "") -> list[str]:
    """Read a list with a pager and give the addresses of its other pages."""
    reading = read(page(f"<main><h1>Tiếp công dân</h1>{ROWS}{pager}</main>", head=head), path)
    return [p.url.removeprefix(HOST) for p in reading.next_pages]


@pytest.mark.parametrize(("pager", "path", "wanted"), [
    ('<a href="?page=2">2</a> <a href="?page=3">3</a> <a href="?page=2">»</a>', "/tiep-cong-dan/",
     ["/tiep-cong-dan/?page=2", "/tiep-cong-dan/?page=3"]),
    ('<a href="?page=1">1</a> <a href="?page=2">2</a> <a href="?page=4">4</a>', "/tiep-cong-dan/?page=3",
     ["/tiep-cong-dan/?page=1", "/tiep-cong-dan/?page=2", "/tiep-cong-dan/?page=4"]),
    ('<ul class="pagination"><li><a href="/tcd?start=20">2</a></li></ul>', "/tcd", ["/tcd?start=20"]),
    ('Trang: <b>1</b> <a href="/tcd/trang-2">2</a>', "/tcd/", ["/tcd/trang-2"]),
    ('<a href="/tcd/page2.html">Trang sau</a>', "/tcd/", ["/tcd/page2.html"]),
    ('<p class="paginator"><a href="/category/tcd2.html">»</a></p>', "/category/tcd.html", ["/category/tcd2.html"]),
    ('<a href="index.php?muc=3&p=2">Tiếp</a>', "/index.php?muc=3", ["/index.php?muc=3&p=2"]),
    ('<a href="?p_p_id=101_x&_101_x_cur=2">Tiếp theo</a>', "/tcd", ["/tcd?p_p_id=101_x&_101_x_cur=2"]),
    ('<a href="/tcd/page/2/" class="older-posts">Older Posts →</a>', "/tcd/", ["/tcd/page/2/"]),
    ('<a href="/tcd/page/3/"><img src="/toi.gif"></a>', "/tcd/page/2/", ["/tcd/page/3/"]),
    ('<a href="/tcd?page=1">下一页</a>', "/tcd", ["/tcd?page=1"]),
    ('<button data-url="/tcd/?page=2">Xem thêm</button>', "/tcd/", ["/tcd/?page=2"]),
    ('<form><input type="hidden" name="page" value="2"><button type="submit">Trang sau</button></form>', "/tcd/",
     ["/tcd/?page=2"]),
    ('<form action="/tcd/"><select name="trang"><option selected>1</option><option>2</option></select></form>', "/tcd/",
     ["/tcd/?trang=2"])])
def test_pagers_of_every_dress(pager: str, path: str, wanted: list[str]) -> None:
    assert pages(pager, path) == wanted


def test_the_head_s_next_counts_where_the_page_has_no_numbers() -> None:
    assert pages("", head='<link rel="next" href="/tiep-cong-dan/page/2/">') == ["/tiep-cong-dan/page/2/"]


def test_a_tour_through_the_menu_is_no_list() -> None:
    tour = '<link rel="next" href="/tin-tuc/">'
    assert pages("", head=tour) == []
    assert read(page("<main><p>Chào mừng đến với Sở Mẫu.</p></main>", head=tour.replace("/tin-tuc", "/page/2")),
                "/").next_pages == ()


@pytest.mark.parametrize("pager", [
    '<div class="pagination"><a href="https://khac.test/x?page=2">2</a></div>',
    "<table><tr>" + "".join(f'<td><a href="?ngay={n}">{n}</a></td>' for n in range(1, 8)) + "</tr></table>",
    '<a href="?thang=1&nam=2018">1</a> <a href="?thang=2&nam=2018">2</a>',
    '<a rel="next" href="/bai/moi.html">Bài sau</a>', '<a href="/tin-tuc/">Xem thêm</a>',
    '<div class="lang"><a href="/en/?page=2">2</a></div>', '<div class="pager"><a href="#" onclick="go(2)">2</a></div>'])
def test_other_portals_calendars_neighbours_and_languages_are_no_pages(pager: str) -> None:
    assert pages(pager) == []


def test_a_postback_pager_gives_the_form_with_its_hidden_fields() -> None:
    two, three = read(aspnet_grid()).next_pages
    assert two.url == f"{HOST}/tiep-cong-dan/DanhSach.aspx?muc=7"
    assert dict(two.form) == {"__EVENTTARGET": "ctl00$grid", "__EVENTARGUMENT": "Page$2", "__VIEWSTATE": "abc"}
    assert dict(three.form)["__EVENTARGUMENT"] == "Page$3"


def test_the_present_page_of_a_postback_list_is_the_number_without_a_link() -> None:
    html = aspnet_grid().replace("<span>1</span>", "<span>2</span>").replace("Page$2')\">2<", "Page$1')\">1<")
    assert [dict(p.form)["__EVENTARGUMENT"] for p in read(html).next_pages] == ["Page$1", "Page$3"]


@pytest.mark.parametrize(("pager", "told"), [
    ('<div class="pager"><a href="#" onclick="go(2)">2</a> <a href="#" onclick="go(3)">3</a></div>', "2"),
    ('<ul class="pagination"><li class="active"><a>1</a></li><li><a>2</a></li></ul>', "2"),
    ('<a href="javascript:loadMore()">Xem thêm</a>', "Xem thêm"), ('<button class="btn">Tải thêm</button>', "Tải thêm"),
    ('<a href="javascript:;" onclick="gotoPage(2)">Trang sau</a>', "Trang sau")])
def test_a_pager_that_only_a_script_works_is_said(pager: str, told: str) -> None:
    assert read(page(f"<main><h1>Tiếp công dân</h1>{ROWS}{pager}</main>")).problems == (f"{STUCK} {told}",)


@pytest.mark.parametrize("other", [
    '<ul class="pagination"><li class="active"><a href="#">1</a></li></ul>', '<a href="?page=2">2</a> <a href="#">3</a>',
    '<button aria-expanded="false">Tải thêm</button>', '<a href="#gioi-thieu">Xem thêm</a>',
    '<div class="swiper"><div class="swiper-pagination"><span>1</span><span>2</span></div></div>'])
def test_the_only_page_slides_and_folded_texts_have_no_more_pages(other: str) -> None:
    assert read(page(f"<main><h1>Tiếp công dân</h1>{ROWS}{other}</main>")).problems == ()
