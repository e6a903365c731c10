"""What belongs to a page's own part, and what to its menus, side bars and the meta lines of its records.

What belongs here: pages in which a link, a heading or a text stands in a misleading place. What does not: lists of
each family (`test_listing`), dates (`test_dates`).
"""

from __future__ import annotations

import pytest

from pipeline.extraction.model import DateSource, PageKind
from tests.unit.extraction.markup import HOST, POSTS, Post, dmy, each, page, read, side

_TEXT = ("Sở Mẫu thông báo lịch tiếp công dân để các cá nhân, tổ chức biết và liên hệ trong giờ hành chính. "
         "Đề nghị công dân mang theo giấy tờ tùy thân khi đến trụ sở tiếp công dân của Sở.")


def _big_menu() -> str:
    units = "".join(f'<li><a href="/don-vi/{n}">Phòng chuyên môn nghiệp vụ số {n} của Sở</a></li>' for n in range(60))
    return f'<nav><ul><li><a href="/">Trang chủ</a></li>{units}</ul></nav>'


def _beside_a_big_menu(main: str) -> str:
    return (f'<html lang="vi"><head><title>Tiếp công dân - Sở Mẫu</title></head><body><div id="outer">{_big_menu()}'
            f'<p><a href="/">Sở Mẫu</a></p><main>{main}</main></div></body></html>')


def test_a_menu_that_outweighs_a_short_list_does_not_swallow_it() -> None:
    rows = each(lambda p: f'<tr><td><a href="/tiep-cong-dan/{p.slug}">{p.title}</a></td><td><a href="/author/vp">admin'
                          f'</a></td><td>Bài viết</td><td>{dmy(p.day)}</td></tr>')
    reading = read(_beside_a_big_menu(f"<h1>Tiếp công dân</h1><table>{rows}</table>"), "/tiep-cong-dan")
    assert [row.title for row in reading.rows] == [post.title for post in POSTS]


def test_a_menu_that_outweighs_a_short_posting_does_not_swallow_it() -> None:
    text = f"<article><h1>{POSTS[0].title}</h1><p>Đăng ngày 26/02/2018</p><p>{_TEXT}</p></article>"
    reading = read(_beside_a_big_menu(text), "/tiep-cong-dan/bai-1")
    assert reading.kind is PageKind.ARTICLE
    assert reading.article is not None
    assert reading.article.title == POSTS[0].title


def test_a_side_bars_heading_does_not_name_the_list_after_it() -> None:
    rows = each(lambda p: f'<article><h2><a href="/ubnd-xa/{p.slug}">{p.title}</a></h2><time>{dmy(p.day)}</time>'
                          f'<div><p>Nội dung rút gọn.</p></div></article>')
    beside = side("aside", "Bài gần đây").replace("/tin-tuc/", "/ubnd-xa/")
    reading = read(page(f"<div>{beside}<main>{rows}</main></div>", title="UBND xã Thử Nghiệm"), "/ubnd-xa")
    assert reading.kind is PageKind.LISTING
    assert [row.title for row in reading.rows] == [post.title for post in POSTS]


_AUTHOR = '<a href="/author/x">Phòng Tiếp công dân và Giải quyết đơn thư khiếu nại, tố cáo</a>'

_SHORT_AUTHOR = '<a href="/author/y">Ban biên tập Cổng thông tin</a>'


def _title(post: Post) -> str:
    return f'<a href="/bai/{post.slug}">{post.title}</a>'


def _kind_of(post: Post) -> str:
    number = post.day.month % 2
    return f'<a href="/loai/{number}">Tin hoạt động của các phòng nhóm {number}</a>'


@pytest.mark.parametrize("rows", [
    "<table>" + each(lambda p: f"<tr><td>{_title(p)}</td><td>{_AUTHOR}</td><td>{dmy(p.day)}</td></tr>") + "</table>",
    "<table>" + each(lambda p: f"<tr><td>{_AUTHOR}</td><td>{_title(p)}</td><td>{dmy(p.day)}</td></tr>") + "</table>",
    each(lambda p: f"<div><p>{_kind_of(p)}</p><p>{_title(p)}</p><p>{dmy(p.day)}</p></div>"),
    each(lambda p: f"<h2>{_title(p)}</h2><h6>Bởi: {_SHORT_AUTHOR} {dmy(p.day)}</h6><p>Trích.</p>"),
    each(lambda p: f"<h2>{_title(p)}</h2><h6>{_SHORT_AUTHOR} trong {_kind_of(p)} {dmy(p.day)}</h6><p>Trích.</p>"),
])
def test_a_link_with_one_address_in_several_records_is_never_a_title(rows: str) -> None:
    reading = read(page(f"<main><h1>Tiếp công dân</h1>{rows}</main>"))
    assert [(row.title, row.displayed_on) for row in reading.rows] == [(post.title, post.day) for post in POSTS]


def test_short_titles_are_told_from_an_author_by_his_one_address() -> None:
    titles = ("Nội quy", "Lịch tiếp dân", "Kết quả", "Quy trình")
    rows = "".join(f'<tr><td><a href="/bai/{n}">{title}</a></td><td><a href="/author/x">Ban biên tập</a></td>'
                   f"<td>0{n + 1}/02/2018</td></tr>" for n, title in enumerate(titles))
    reading = read(page(f"<main><h1>Tiếp công dân</h1><table>{rows}</table></main>"))
    assert tuple(row.title for row in reading.rows) == titles


@pytest.mark.parametrize("heading", ["Last modified", "Cập nhật"])
def test_a_column_of_modifications_gives_no_date_of_posting(heading: str) -> None:
    rows = each(lambda p: f"<tr><td>{_title(p)}</td><td>{_AUTHOR}</td><td>{dmy(p.day)} 16:56</td></tr>")
    head = f"<tr><th>Tiêu đề</th><th>Người tạo</th><th>{heading}</th></tr>"
    reading = read(page(f"<main><h1>Tiếp công dân</h1><table>{head}{rows}</table></main>"))
    assert {row.posted_on_source for row in reading.rows} == {DateSource.MODIFIED}


def _content_links(html: str, path: str) -> list[str]:
    return [link.url.removeprefix(HOST) for link in read(html, path).links if link.where == "content"]


def test_links_that_speak_about_a_posting_are_not_navigation() -> None:
    meta = each(lambda p: f"<article><h2>{_title(p)}</h2><p>{dmy(p.day)} trong {_kind_of(p)}</p></article>")
    block = f'<div><h3><a href="/lich/">Lịch tiếp dân</a></h3><p>{_title(POSTS[0])}</p></div>'
    assert _content_links(page(f"<main><h1>Tiếp công dân</h1>{meta}</main>"), "/tiep-cong-dan/") == []
    assert "/lich/" in _content_links(page(f"<main>{block}{meta}</main>"), "/tiep-cong-dan/")
    assert "/loai/1" in _content_links(page(f"<main>{meta}</main>"), "/"), "no other way from a front page"


@pytest.mark.parametrize("record", [
    '<header><ul><li><time datetime="{day}">{dmy}</time></li><li>Trong <a href="../../">Tiếp dân, đơn thư</a></li></ul>'
    "</header><div><h2>{title}</h2><p>Trích nội dung.</p></div>",
    '<h2>{title}</h2><p>{dmy} bởi <a href="/author/vp">Văn phòng Sở Mẫu tỉnh Mẫu</a> trong <a href="/loai/tin">Tiếp dân'
    ", đơn thư của công dân</a></p><p>Trích nội dung.</p>",
])
def test_the_only_record_of_a_page_is_its_posting_and_not_what_its_byline_leads_to(record: str) -> None:
    post = POSTS[3]
    filled = record.format(day=post.day, dmy=dmy(post.day), title=_title(post))
    html = page(f"<main><header><h1>Tiếp dân, đơn thư</h1></header><article>{filled}</article></main>")
    assert [(row.title, row.displayed_on) for row in read(html, "/loai/tiep-dan/page/2/").rows] == [
        (post.title, post.day)]


def test_a_lists_first_page_and_the_steps_above_it_are_no_postings() -> None:
    trail = '<div class="breadcrumb"><a href="/">Trang chủ</a> › <a href="/khieu-nai/">Khiếu nại</a></div>'
    ways = ("/khieu-nai/", "/khieu-nai/don-thu/")
    extra = "".join(f'<li><a href="{way}">Khiếu nại và tố cáo của dân</a> 05/03/2018</li>' for way in ways)
    rows = each(lambda p: f"<li>{_title(p)} {dmy(p.day)}</li>")
    reading = read(page(f"{trail}<main><ul>{extra}{rows}</ul></main>"), "/khieu-nai/don-thu/page/3/")
    assert [row.title for row in reading.rows] == [post.title for post in POSTS]


def test_a_counter_of_tags_does_not_head_the_list_after_it() -> None:
    counter = '<div><a href="/tags/"><span>20</span> <span>thẻ</span></a></div>'
    rows = each(lambda p: f"<article><h2>{_title(p)}</h2><time>{dmy(p.day)}</time></article>")
    reading = read(page(f"<div>{counter}<div>{rows}</div></div>", title="Sở Mẫu"), "/page/2/")
    assert [row.title for row in reading.rows] == [post.title for post in POSTS]


@pytest.mark.parametrize("dated", ["", "<p>Hôm nay, 05/03/2018</p>", "<p>Cập nhật: 05/03/2018</p>"])
@pytest.mark.parametrize("head", ["", '<meta property="og:type" content="article">'])
def test_a_section_that_only_leads_to_its_parts_is_no_posting(dated: str, head: str) -> None:
    parts = "".join(f'<li><a href="/tcd/{n}.html">{label}</a></li>' for n, label in enumerate(
        ("Lịch tiếp công dân", "Nội quy tiếp công dân của Sở", "Kết quả tiếp công dân, giải quyết đơn thư")))
    reading = read(page(f"<div><h2>Tiếp công dân</h2>{dated}<ul>{parts}</ul><h3>Mới cập nhật</h3></div>", head=head))
    assert (reading.kind, reading.article) == (PageKind.OTHER, None)
    assert "/tcd/0.html" in [link.url.removeprefix(HOST) for link in reading.links]


@pytest.mark.parametrize("neighbours", [
    '<div class="section blog__prev-next"><a href="a.html">Thăm hỏi gia đình chính sách lần thứ 29</a> '
    '<a href="b.html">Lịch nghỉ tết của cơ quan nhà nước</a></div>',
    '<p>Bài trước: <a href="a.html">Thăm hỏi gia đình chính sách lần thứ 29</a></p>'
    '<p>Next: <a href="b.html">Lịch nghỉ tết của cơ quan nhà nước</a></p>',
])
@pytest.mark.parametrize("title", [POSTS[3].title, "Nội quy tiếp công dân"])
def test_a_posting_without_a_date_is_a_posting_and_its_neighbours_are_no_rows(title: str, neighbours: str) -> None:
    text = f'<h1>{title}<a class="headerlink" href="#x" title="Link">¶</a></h1><p>{_TEXT}</p>'
    html = page(f'<div><div role="main"><section>{text}</section>{neighbours}</div></div>', title=title)
    reading = read(html, "/bai/mot-bai.html")
    assert (reading.kind, reading.title, reading.rows) == (PageKind.ARTICLE, title, ())
    assert reading.article is not None
    assert (reading.article.title, reading.article.posted_on) == (title, None)
