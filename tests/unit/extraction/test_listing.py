# ruff: noqa: E501 (markup in one line a case)
"""Lists of postings are found by structure on pages of many families of software."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from pipeline.extraction.model import UNREAD, DateSource, PageKind
from tests.unit.extraction.markup import (
    FAMILIES,
    HOST,
    POSTS,
    SIDE,
    aspnet_grid,
    dmy,
    documents,
    each,
    page,
    read,
    side,
    wagtail_bare,
)


@pytest.mark.parametrize("build", FAMILIES.values(), ids=FAMILIES.keys())
def test_every_family_gives_its_own_postings_with_their_dates(build: Callable[[], str]) -> None:
    reading = read(build())
    assert reading.kind is PageKind.LISTING
    assert [row.title for row in reading.rows] == [post.title for post in POSTS]
    assert [row.displayed_on for row in reading.rows] == [post.day for post in POSTS]
    assert {row.posted_on_source for row in reading.rows} == {DateSource.LISTING}
    assert all(row.url.startswith(HOST) for row in reading.rows)


def test_bare_links_are_rows_without_dates() -> None:
    reading = read(wagtail_bare())
    assert [(row.title, row.displayed_on) for row in reading.rows] == [(post.title, None) for post in POSTS]


def test_a_document_table_names_rows_by_their_abstract_and_not_by_its_dates() -> None:
    reading = read(documents())
    assert [row.title for row in reading.rows] == [post.title for post in POSTS]
    assert {row.displayed_on for row in reading.rows} == {None}


def test_files_of_a_row_are_its_attachments() -> None:
    assert [a.url for a in read(aspnet_grid()).rows[0].attachments] == [f"{HOST}/Files/{POSTS[0].slug}.pdf"]


def test_links_straight_to_files_in_a_list_are_rows() -> None:
    rows = each(lambda p: f'<tr><td>{dmy(p.day)}</td><td><a href="/f/{p.slug}.pdf">{p.title}</a></td></tr>')
    reading = read(page(f"<main><h1>Văn bản</h1><table>{rows}</table></main>"))
    assert [row.title for row in reading.rows] == [post.title for post in POSTS]
    assert all(row.is_file for row in reading.rows)


@pytest.mark.parametrize("markup", [
    '<main><h1>Nội quy</h1><ul><li><a href="/noi-quy-2018.html">Nội quy tiếp công dân</a></li></ul></main>',
    '<div><h2>Nội quy</h2><div><p><a href="/noi-quy-2018.html">Nội quy tiếp công dân</a></p></div></div>',
    '<div><h2>Nội quy</h2><ul><li><a href="/f/noi-quy.pdf">Nội quy tiếp công dân của Sở</a></li></ul></div>',
    '<main><h1>Nội quy</h1><article><h2><a href="/noi-quy/1/">Nội quy tiếp công dân</a></h2><time datetime="2018-01-12">'
    "12/01/2018</time><p>Tóm tắt.</p></article></main>"])
def test_a_section_of_one_posting_is_read(markup: str) -> None:
    reading = read(page(markup, after=side(), title="Nội quy"), "/noi-quy.html")
    assert reading.kind is PageKind.LISTING
    assert [row.title.startswith("Nội quy tiếp công dân") for row in reading.rows] == [True]


def test_an_empty_section_has_no_rows_whatever_its_side_bar_shows() -> None:
    reading = read(page("<main><h1>Lịch tiếp dân</h1><p>Chưa có bài viết nào.</p></main>", after=side()))
    assert (reading.valid, reading.rows) == (True, ())


def test_side_bars_tickers_and_menus_are_not_the_list() -> None:
    ticker = "<marquee>" + "".join(f'<a href="/chay/{n}">{t}</a> ' for n, t in enumerate(SIDE)) + "</marquee>"
    rows = each(lambda p: f'<li><a href="/tin/{p.slug}">{p.title}</a> {dmy(p.day)}</li>')
    reading = read(page(f'<div class="row"><div class="col-md-9"><h2>Tin</h2><ul>{rows}</ul></div><div class="col-md-3">'
                        f'{side("div", "Thông báo")}</div></div>', before=ticker))
    assert len(reading.rows) == len(POSTS)


def test_a_home_page_gives_the_rows_of_all_its_blocks_but_not_their_headings() -> None:
    blocks = "".join(
        f'<section><h2><a href="/muc-{n}/">Chuyên mục thông tin {n}</a></h2><ul>'
        + each(lambda p, n=n: f'<li><a href="/muc-{n}/{p.slug}.html">{p.title} ({n})</a></li>')  # type: ignore[misc]
        + f'</ul><a href="/muc-{n}/">Xem tất cả</a></section>' for n in range(3))
    reading = read(page(f"<main>{blocks}</main>", after=side()), "/")
    assert len(reading.rows) == 3 * len(POSTS)
    assert {link.label for link in reading.links if link.where == "content"} >= {"Chuyên mục thông tin 1"}


def test_a_directory_of_units_is_no_list_of_postings() -> None:
    units = ("Phòng Nội vụ thị xã", "Trung tâm Hành chính công", "Ban Quản lý dự án", "Sở Tài chính tỉnh", "UBND xã Mẫu Một")
    rows = "".join(f'<tr><td><a href="/danh-ba/-/view_content/{n}-don-vi">{u}</a></td></tr>' for n, u in enumerate(units))
    reading = read(page(f"<main><h1>Danh bạ</h1><table><tr><th>Title</th></tr>{rows}</table></main>"), "/danh-ba")
    assert reading.rows == ()


def test_lists_that_an_ancestor_hides_are_left_out_but_slides_hidden_one_by_one_are_read() -> None:
    hidden = each(lambda p: f'<li><a href="/an/{p.slug}">{p.title}</a> {dmy(p.day)}</li>')
    slides = each(lambda p: f'<li style="display:none"><h3><a href="/tin/{p.slug}">{p.title}</a></h3></li>')
    reading = read(page(f'<div style="display:none"><ul>{hidden}</ul></div><main><ul>{slides}</ul></main>'))
    assert {row.url.split("/")[3] for row in reading.rows} == {"tin"}


def test_a_cut_title_is_completed_from_the_title_attribute() -> None:
    rows = each(lambda p: f'<li><a href="/{p.slug}" title="{p.title}">{p.title[:12]}…</a> {dmy(p.day)}</li>')
    assert [row.title for row in read(page(f"<main><ul>{rows}</ul></main>")).rows] == [post.title for post in POSTS]


def test_a_sticky_item_in_markup_of_its_own_is_an_ordinary_row() -> None:
    rows = each(lambda p: f'<li><a href="/p/{p.slug}.html">{p.title}</a> {dmy(p.day)}</li>')
    reading = read(page('<main><h1>Lịch</h1><div class="sticky"><h2><a href="/p/ghim.html">Nội quy của cơ quan nay ghim</a>'
                        f"</h2><p>12/01/2017</p></div><ul>{rows}</ul></main>"))
    assert (reading.rows[0].title, reading.rows[0].displayed_on) == ("Nội quy của cơ quan nay ghim", date(2017, 1, 12))
    assert len(reading.rows) == len(POSTS) + 1


def test_each_posting_comes_once_with_the_fuller_of_its_showings() -> None:
    rows = each(lambda p: f'<li><a href="/p/{p.slug}.html">{p.title}</a></li>')
    again = each(lambda p: f'<div class="item"><h4><a href="/p/{p.slug}.html">{p.title}</a></h4><i>{dmy(p.day)}</i></div>')
    reading = read(page(f"<main><ul>{rows}</ul><section>{again}</section></main>"))
    assert [row.displayed_on for row in reading.rows] == [post.day for post in POSTS]


def test_a_hidden_time_is_metadata_and_not_displayed() -> None:
    rows = each(lambda p: f'<li><a href="/p/{p.slug}">{p.title}</a><time datetime="{p.day}T18:15:00Z"></time></li>')
    row = read(page(f"<main><ul>{rows}</ul></main>")).rows[0]
    assert (row.displayed_on, row.posted_on, row.posted_on_source) == (None, date(2018, 2, 27), DateSource.METADATA)


def test_dates_of_a_few_summaries_are_not_the_dates_of_postings() -> None:
    rows = each(lambda p: f'<div class="item"><h3><a href="/p/{p.slug}">{p.title}</a></h3><p>Tóm tắt.</p></div>')
    odd = '<div class="item"><h3><a href="/p/le-hoi">Lễ hội mùa xuân của xã Mẫu</a></h3><p>Lễ hội diễn ra từ 29/4 - 4/5/2016</p></div>'
    assert {row.displayed_on for row in read(page(f"<main>{rows}{odd}</main>")).rows} == {None}


def test_a_list_that_a_script_would_fill_is_read_from_the_page_s_data() -> None:
    items = ",".join(f'{{"title":"{p.title}","slug":"/bai/{p.slug}","publishedAt":"{p.day}T08:00:00+07:00"}}' for p in POSTS)
    reading = read(page(f'<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{{"props":{{"posts":[{items}]}}}}'
                        "</script>"))
    assert [(row.title, row.posted_on) for row in reading.rows] == [(post.title, post.day) for post in POSTS]
    assert {row.posted_on_source for row in reading.rows} == {DateSource.METADATA}


def test_what_a_row_hides_is_not_displayed_and_a_summary_may_begin_with_its_posting_date() -> None:
    text = "Kính gửi: Các nhà thầu. Sở có nhu cầu mua sắm túi chở hàng cho các đơn vị trực thuộc trong năm 2019."
    rows = each(lambda p: f'<article><h2><a href="/{p.slug}">{p.title}</a></h2><p>Ngày đăng: {dmy(p.day)} {text}</p>'
                '<p><span class="updated rich-snippet-hidden">2018-03-04T13:54:40+07:00</span></p></article>')
    bare = rows.replace("Ngày đăng: ", "Trong ngày ")
    assert [row.displayed_on for row in read(page(rows), "/tin").rows] == [p.day for p in POSTS]
    assert [row.displayed_on for row in read(page(bare), "/tin").rows] == [None] * len(POSTS)


def test_sources_and_advertisements_on_other_sites_are_no_postings_beside_own_ones() -> None:
    rows = each(lambda p: f'<article><h2><a href="/{p.slug}">{p.title}</a></h2><p>{dmy(p.day)}</p></article>')
    partners = "".join(f"<li><a href='https://doi-tac-{n}.example/'>Tài liệu tham khảo thứ {n} của đơn vị đối tác khác</a></li>"
                       for n in range(5))
    assert len(read(page(f"<main>{rows}</main><ul>{partners}</ul>"), "/tin").rows) == len(POSTS)


def test_sections_with_how_many_they_have_are_no_postings() -> None:
    names = ("Văn bản pháp quy", "Tin trong ngành hôm nay", "Khiếu nại - Tố cáo", "Lịch tiếp công dân", "Nội quy, quy chế")
    rows = "".join(f'<li><a href="/chuyen-muc/{n}/">{name} ({n} bài)</a></li>' for n, name in enumerate(names, 3))
    assert read(page(f"<main><h1>Chuyên mục</h1><ul>{rows}</ul></main>"), "/chuyen-muc/").rows == ()


@pytest.mark.parametrize("main", ["main class='sidebar-translate'", "div role='main' class='left-sidebar'"])
def test_a_page_s_main_part_is_no_side_bar_whatever_its_class_speaks_of(main: str) -> None:
    row = each(lambda p: f'<article><h2><a href="/tin/{p.slug}">{p.title}</a></h2><time>{dmy(p.day)}</time></article>')
    reading = read(page(f"<{main}><h1>Tiếp công dân</h1>{row}</{main.split(maxsplit=1)[0]}>"))
    assert [r.title for r in reading.rows] == [p.title for p in POSTS]


def test_a_pager_without_rows_is_a_list_that_was_not_read() -> None:
    pager = "<ul class='pagination'>" + "".join(f"<li><a href='?page={n}'>{n}</a></li>" for n in (2, 3, 4)) + "</ul>"
    rows = each(lambda p: f'<li><a href="/tin/{p.slug}">{p.title}</a></li>')
    unread = read(page(f"<h1>Tiếp công dân</h1><aside><ul>{rows}</ul></aside>{pager}"))
    assert (unread.rows, unread.problems) == ((), (f"{UNREAD} a pager and no rows",))
    assert read(page("<main><h1>Tiếp công dân</h1><p>Chưa có bài viết nào.</p></main>")).problems == ()


def test_sides_of_cards_are_no_side_bars_of_the_page() -> None:
    card = each(lambda p: f'<div class="timeline"><div class="header"><div class="left-side"><h6><a href="/tin/{p.slug}">'
                          f'{p.title}</a></h6><span>{dmy(p.day)}</span></div></div><p>Tóm tắt của tin.</p></div>')
    reading = read(page(f"<div id='content'><h1>Tiếp công dân</h1>{card}</div>"))
    assert [(r.title, r.displayed_on) for r in reading.rows] == [(p.title, p.day) for p in POSTS]


def test_cards_side_by_side_under_a_heading_as_wide_as_the_page_are_no_side_columns() -> None:
    cards = each(lambda p: f'<div class="col-lg-6"><h5><a href="/tin/{p.slug}">{p.title}</a></h5><i>{dmy(p.day)}</i></div>')
    reading = read(page(f"<div class='row'><div class='col-lg-12'><h4>Tiếp công dân</h4></div>{cards}</div>"))
    assert [r.title for r in reading.rows] == [p.title for p in POSTS]


def test_the_tag_of_a_posting_is_no_list_of_one() -> None:
    body = "<p>" + "Giám đốc Sở tiếp công dân và giao các phòng trả lời đúng hạn. " * 5 + "</p>"
    filed = "<div><i><span>2018-02-12</span> <span>Nhãn: <a href='/tags/Van-ban-phap-quy/'>Văn bản pháp quy</a></span></i></div>"
    main = f"<div class='post-main'><div class='post-main-title'>{POSTS[0].title}</div>{body}{filed}</div>"
    reading = read(page(main, title=POSTS[0].title), "/2018/02/12/lich.html")
    assert (reading.kind, reading.rows) == (PageKind.ARTICLE, ())


def test_a_list_in_one_part_with_the_way_home_is_no_menu() -> None:
    rows = each(lambda p: f'<div><span>{p.day:%m-%d}</span> <a href="/tin/{p.slug}">{p.title}</a></div>')
    html = f"<html><body><div><div><a href='/'>Trang chủ</a> <a href='/lien-he/'>Liên hệ</a></div>{rows}</div></body></html>"
    assert [r.title for r in read(html).rows] == [p.title for p in POSTS]


def test_sections_named_above_lists_of_their_own_are_no_postings() -> None:
    lists = "".join(
        f"<h2><a href='/muc/{n}.html'>Các xã {n}</a></h2><ul>"
        + each(lambda p, n=n: f"<li>{dmy(p.day)} - <a href='/tin/{n}-{p.slug}'>{p.title} ({n})</a></li>")  # type: ignore[misc]
        + "</ul>" for n in range(3))
    titles = [row.title for row in read(page(f"<main><h1>Nhãn</h1>{lists}</main>"), "/nhan.html").rows]
    assert titles == [f"{post.title} ({n})" for n in range(3) for post in POSTS]
