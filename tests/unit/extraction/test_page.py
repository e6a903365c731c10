# ruff: noqa: E501 (markup in one line a case)
"""What a page is: a list, one posting, both or neither; and that no bytes break the reader."""

from __future__ import annotations

import random
import tracemalloc
from datetime import date

import pytest

from pipeline.extraction import extract_json, read_page
from pipeline.extraction.model import Page, PageKind
from tests.unit.extraction.markup import (
    HOST,
    POSTS,
    Post,
    aspnet_grid,
    dmy,
    each,
    page,
    plone,
    read,
    side,
    wordpress_classic,
)

BODY = "<p>" + "Thực hiện Luật Tiếp công dân, Giám đốc Sở thông báo lịch tiếp công dân định kỳ trong tháng. " * 6 + "</p>"
OTHERS = "<ul>" + each(lambda p: f'<li><a href="/tiep-cong-dan/{p.slug}.html">{p.title}</a> ({dmy(p.day)})</li>') + "</ul>"
TITLE = "Thông báo lịch tiếp công dân tháng 01 năm 2018 của lãnh đạo Sở"
OWN = "/tiep-cong-dan/thong-bao-lich-tiep-cong-dan-thang-01-nam-2018.html"


@pytest.mark.parametrize("related", [f"<h3>Các tin khác</h3>{OTHERS}", f'<div class="related">{OTHERS}</div>', OTHERS])
def test_an_article_with_related_links_is_an_article(related: str) -> None:
    main = f"<main><article><h1>{TITLE}</h1><p>Ngày đăng: 02/01/2018</p>{BODY}</article>{related}</main>"
    reading = read(page(main, title=TITLE, after=side()), OWN)
    assert (reading.kind, reading.rows, reading.next_pages) == (PageKind.ARTICLE, (), ())
    assert reading.article is not None
    assert (reading.article.title, reading.article.displayed_on) == (TITLE, date(2018, 1, 2))


def test_an_article_of_a_line_and_a_file_is_an_article() -> None:
    main = (f"<div id='content'><h2>{TITLE}</h2><div>02/01/2018</div><p>Chi tiết <a href='/f/kh.pdf'>tại đây</a></p>"
            f"<h3>Các tin khác</h3>{OTHERS}</div>")
    reading = read(page(main, title=TITLE), OWN)
    assert reading.kind is PageKind.ARTICLE and reading.article is not None
    assert [a.url for a in reading.article.attachments] == [f"{HOST}/f/kh.pdf"]


def test_a_list_under_a_long_introduction_is_a_list() -> None:
    rows = each(lambda p: f'<li><a href="/lich/{p.slug}.html">{p.title}</a> {dmy(p.day)}</li>')
    reading = read(page(f"<main><h1>Lịch tiếp công dân</h1>{BODY * 3}<ul>{rows}</ul></main>"), "/lich/")
    assert reading.kind is PageKind.LISTING and {p.title for p in POSTS} <= {row.title for row in reading.rows}


def test_a_section_that_shows_its_newest_posting_in_full_gives_it_and_the_list() -> None:
    main = (f"<main><h1>Lịch tiếp công dân</h1><h2>{TITLE}</h2><p>Ngày đăng: 02/01/2018</p>{BODY}"
            f"<h3>Các tin khác</h3>{OTHERS}</main>")
    reading = read(page(main), "/lich/")
    assert reading.kind is PageKind.LISTING and {p.title for p in POSTS} <= {row.title for row in reading.rows}
    assert reading.article is not None and reading.article.title == TITLE


def test_a_contact_page_is_neither() -> None:
    reading = read(page("<main><h1>Liên hệ</h1><p>Địa chỉ: số 1 đường Mẫu</p></main>"), "/lien-he/")
    assert (reading.kind, reading.valid, reading.article) == (PageKind.OTHER, True, None)


def test_the_platform_is_told_from_marks_of_the_software() -> None:
    assert read(page("<p>x</p>", head='<meta name="generator" content="WordPress 6.4">')).platform == "wordpress"
    assert read(page("<p>x</p>", head='<script src="/++theme++barceloneta/a.js"></script>')).platform == "plone"
    assert read(page('<div id="__next"><p>x</p></div>')).platform == "nextjs"
    assert read(page('<span class="blog__next"><a href="/bai-2">Bài sau</a></span>')).platform is None
    assert read(wordpress_classic()).platform is None
    assert read(plone()).kind is PageKind.LISTING


def test_the_contract_object_has_every_field_and_only_json_values() -> None:
    result = extract_json(read(aspnet_grid()), lambda label: "result" if label == "Tiếp công dân" else None)
    assert set(result) == {"kind", "postings", "article", "next_pages", "sections", "valid", "invalid_reason"}
    assert result["postings"][0] == {
        "title": POSTS[0].title, "url": f"{HOST}/tiep-cong-dan/ViewNews.aspx?ItemID=0226", "displayed_on": "2018-02-26",
        "posted_on": "2018-02-26", "posted_on_raw": "Ngày đăng 26/02/2018", "posted_on_source": "listing",
        "attachments": [f"{HOST}/Files/{POSTS[0].slug}.pdf"]}
    assert result["sections"] == [{"label": "Tiếp công dân", "url": f"{HOST}/tiep-cong-dan/", "group": "result"}]


def test_the_contract_tells_number_and_type_of_a_posting_s_document() -> None:
    head = "<p>Số: 12/KH-UBND</p>"
    page = f"<html><body><main><h1>Tiếp công dân năm 2018 của huyện</h1>{head}<p>{'Một câu của bài. ' * 20}</p></main>"
    article = extract_json(read(page))["article"]
    assert (article["document_number"], article["document_type"]) == ("12/KH-UBND", "KH")


def test_damaged_bytes_never_raise() -> None:
    rnd = random.Random(7)
    good = aspnet_grid().encode()
    for _ in range(60):
        body = bytearray(good)
        for _ in range(rnd.randrange(1, 50)):
            at = rnd.randrange(len(body))
            body[at:at + rnd.randrange(5)] = rnd.randbytes(rnd.randrange(6))
        assert read_page(Page(HOST, bytes(body))).url == HOST
    for _ in range(40):
        read_page(Page(HOST, rnd.randbytes(rnd.randrange(2000))))


@pytest.mark.parametrize("body", ["<div>" * 60_000 + "<p>x" * 60_000, "<ul><li>" * 50_000, "<table><tr><td>" * 30_000,
                                  "<div " + " ".join(f"a{n}=1" for n in range(60_000)) + ">", "[" * 60_000])
def test_hostile_nesting_is_flattened_and_memory_stays_small(body: str) -> None:
    tracemalloc.start()
    reading = read_page(Page(HOST, body.encode()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert reading.rows == () and peak < 200_000_000


def test_a_list_of_thousands_is_read_whole() -> None:
    rows = "".join(f"<li><a href=/p{n}>Thông báo lịch tiếp công dân số {n}</a> 01/02/2018</li>" for n in range(3000))
    assert len(read(page(f"<main><ul>{rows}</ul></main>")).rows) == 3000


def test_a_byline_s_link_to_the_section_makes_no_list_of_a_posting_s_own_page() -> None:
    text = "Giám đốc Sở kết luận tại buổi tiếp công dân và giao các phòng trả lời đơn của công dân trong tháng. " * 4
    html = f"""<body><nav><ul><li><a href="/ket-qua/">Kết quả tiếp công dân, giải quyết đơn thư</a></li>
      <li><a href="/tin/">Tin tức</a></li></ul></nav><section><article><header><h1><a href="/a.html" rel="bookmark">Báo cáo kết
      quả tiếp công dân tháng 12/2017</a></h1></header><footer><span>Published: 2017-12-19</span><p>In <a href="/ket-qua/">
      Kết quả tiếp công dân, giải quyết đơn thư</a>.</p></footer><p>{text}</p></article></section></body>"""
    reading = read_page(Page("http://so.test/a.html", html.encode(), "text/html; charset=utf-8"))
    assert reading.kind is PageKind.ARTICLE and reading.rows == ()
    assert reading.article is not None and reading.article.posted_on == date(2017, 12, 19)


def test_a_short_list_of_definitions_is_a_list_whatever_its_summaries_say() -> None:
    rows = "".join(f'<dt><a href="/bai/{n}.html">{p.title}</a></dt><dd>{"Tổng số lượt tiếp là 42 lượt, giảm 3 lượt. " * 5}</dd>'
                   for n, p in enumerate(POSTS[:2]))
    foot = f"<address>{'Địa chỉ: số 89 đường 23 tháng 3, giấy phép số 98/GP-TTĐT. ' * 5}</address>"
    reading = read(page(f"<div><h2>Kết quả tiếp công dân</h2><dl>{rows}</dl></div>{foot}"), "/ket-qua/index.html")
    assert (reading.kind, len(reading.rows)) == (PageKind.LISTING, 2)


def test_a_table_with_a_head_of_postings_is_a_list_though_its_titles_are_short() -> None:
    rows = "".join(f"<tr><td>{n}</td><td><a href='/ChiTiet.aspx?id={n}'>{title}</a></td></tr>"
                   for n, title in enumerate(("Giá cà phê trên địa bàn tăng nhẹ", "Danh sách các cơ sở đủ điều kiện an toàn")))
    reading = read(page(f"<h2>Văn bản mới</h2><table><tr><th>TT</th><th>Trích yếu</th></tr>{rows}</table>"), "/DanhSach.aspx?cm=6")
    assert (reading.kind, len(reading.rows)) == (PageKind.LISTING, 2)


@pytest.mark.parametrize("heading", ["Cùng chuyên mục", "Các tin khác"])
def test_one_other_posting_below_a_short_text_makes_no_list(heading: str) -> None:
    main = (f"<div><h2>{TITLE}</h2><p><i>Đăng ngày 5 tháng 2 năm 2018</i></p><p>{'Lớp tập huấn diễn ra trong hai ngày. ' * 6}</p>"
            f"<h4>{heading}</h4><ul><li><a href='/upload/1/tb.pdf'>{POSTS[0].title}</a> (28/02/2018)</li></ul></div>")
    reading = read(page(main), "/bai/165.html")
    assert (reading.kind, reading.rows) == (PageKind.ARTICLE, ())
    assert reading.article is not None and reading.article.attachments == ()


def test_files_before_the_next_postings_belong_to_the_posting_though_no_markup_parts_them() -> None:
    main = (f"<table><tr><td><p align=center><font size=4><b>{TITLE}</b></font></p>{BODY}<p><a href='/upload/1/a.pdf'>Tải về tại đây</a>"
            f"<hr><font><b>Các tin đã đưa:</b></font><br><a href='/upload/2/b.pdf'>{POSTS[0].title}</a><br></td></tr></table>")
    article = read(page(main), "/index.php?mod=detail&id=136").article
    assert article is not None and [a.url for a in article.attachments] == [f"{HOST}/upload/1/a.pdf"]


def test_a_scanned_picture_under_a_title_is_the_posting() -> None:
    main = (f'<div><h2 class="tieude">{TITLE}</h2><div class="noidung"><img src="/upload/148/scan0148.png">'
            '<a href="#"><img src="/upload/banner.jpg"></a><img src="/images/icon/print.gif"><img src="/img/gui_ykien.gif"></div></div>')
    reading = read(page(main), "/ChiTiet.aspx?id=148")
    assert reading.kind is PageKind.ARTICLE and reading.article is not None
    assert [a.url for a in reading.article.attachments] == [f"{HOST}/upload/148/scan0148.png"]


def test_a_list_on_a_portal_of_flat_addresses_is_a_list() -> None:
    """Section and postings share one form of address; older postings stand below under a heading of their own."""
    rows = each(lambda p: f'<li><h3><a href="/{p.slug}">{p.title}</a></h3><span>{dmy(p.day)}</span></li>')
    older = "<h3>Tin đã đưa</h3><ul><li><a href='/tin-cu-thang-mot-nam-nay'>Tin cũ của tháng một năm nay</a></li></ul>"
    title = "Công khai ngân sách địa phương - Sở Tài chính tỉnh Mẫu"
    reading = read(page(f"<div class='ds'><ul>{rows}</ul></div>{older}", title=title), "/cong-khai-ngan-sach-dia-phuong")
    assert reading.kind is PageKind.LISTING and {p.title for p in POSTS} <= {row.title for row in reading.rows}


def test_a_long_text_under_a_title_is_a_posting_whatever_cards_and_buttons_follow() -> None:
    cards = "".join(f"<div class='the'><a href='/{p.slug}'>{p.title}</a><p>{p.title}</p></div>" for p in POSTS)
    share = "".join(f"<a href='?share={to}'>Bấm để chia sẻ lên {to}</a> " for to in ("facebook", "zalo", "twitter", "pocket"))
    main = f"<div><h1>{TITLE}</h1>{BODY * 2}<p>{share}</p></div><div class='luoi'>{cards}</div>"
    reading = read(page(main, title=TITLE), "/2018/01/02/lich-thang-1")
    assert (reading.kind, reading.rows) == (PageKind.ARTICLE, ())


def test_ways_to_share_a_page_are_no_postings() -> None:
    rows = each(lambda p: f'<li><a href="/lich/{p.slug}.html">{p.title}</a> {dmy(p.day)}</li>')
    share = "<a href='https://www.facebook.com/sharer.php?u=x'>Chia sẻ trang này lên trang Facebook của bạn</a>"
    reading = read(page(f"<h1>Lịch tiếp công dân</h1><ul>{rows}<li>{share}</li></ul>"), "/lich")
    assert len(reading.rows) == len(POSTS)


def test_a_day_without_its_year_is_no_title() -> None:
    rows = "".join(f"<section><a href='/{p.slug}'>Feb {n + 1}</a><h3><a href='/{p.slug}'>{p.title}</a></h3></section>"
                   for n, p in enumerate(POSTS))
    reading = read(page(f"<h1>Lưu trữ</h1>{rows}"), "/luu-tru")
    assert {row.title for row in reading.rows} == {p.title for p in POSTS}


def _sparse(rows: str, below: str = "") -> str:
    """Build a section of few postings on a portal whose head names only the office."""
    return page(f'<div class="khung-tieude">Tiếp công dân xã Mẫu</div><table>{rows}</table>{below}', title="Trang chủ")


@pytest.mark.parametrize("count", [1, 2])
def test_a_section_of_one_or_two_dated_postings_is_a_list(count: int) -> None:
    rows = each(lambda p: f'<tr><td class="TieuDe"><a href="/{p.slug}">{p.title} <span>({dmy(p.day)})</span></a></td></tr>', POSTS[:count])
    older = f"<p>TIN ĐÃ ĐƯA</p><ul><li><a href='/{POSTS[4].slug}'>{POSTS[4].title}</a> ({dmy(POSTS[4].day)})</li></ul>"
    for below in ("", older):
        reading = read(_sparse(rows, below), "/tiep-cong-dan-xa-mau")
        assert reading.kind is PageKind.LISTING
        assert {p.title for p in POSTS[:count]} <= {row.title for row in reading.rows}


def test_a_short_posting_above_older_ones_is_a_posting() -> None:
    older = each(lambda p: f'<li><a href="/{p.slug}">{p.title}</a> <span>({dmy(p.day)})</span></li>')
    main = ('<div><table><tr><td class="Muc">Tiếp dân</td><td>(26.02.2018 14:14)</td></tr></table><p class="Title">Nội quy mới'
            f"</p><p>Xem chi tiết tại đây</p></div><p>TIN ĐÃ ĐƯA</p><ul>{older}</ul>")
    reading = read(page(main, title="Trang chủ"), "/noi-quy-moi")
    assert (reading.kind, reading.rows) == (PageKind.ARTICLE, ())
    assert reading.article is not None
    assert (reading.article.title, reading.article.displayed_on) == ("Nội quy mới", date(2018, 2, 26))


def test_a_dated_posting_that_only_leads_on_is_a_posting_where_the_page_lists_nothing() -> None:
    main = ('<div><div>26/02/2018</div><p class="Title">Lịch tiếp công dân của xã Mẫu</p><p>Xem chi tiết tại đây</p></div>'
            '<div><p>TIN ĐÃ ĐƯA</p></div>')
    reading = read(page(main, title="Trang chủ"), "/lich-tiep-cong-dan-cua-xa-mau")
    assert reading.kind is PageKind.ARTICLE


def test_a_title_that_an_editor_s_menu_hangs_on_is_a_title() -> None:
    older = each(lambda p: f'<li><a href="/{p.slug}">{p.title}</a></li>')
    main = f'<div>(26.02.2018 14:04)</div><p class="Title allowMenuPost">{TITLE}</p>{BODY}<p>TIN ĐÃ ĐƯA</p><ul>{older}</ul>'
    reading = read(page(main, title="Trang chủ"), "/bai-1")
    assert reading.kind is PageKind.ARTICLE and reading.article is not None and reading.article.title == TITLE


@pytest.mark.parametrize("file", ["<a href='/f/nq.pdf'>Xem văn bản trực tuyến</a>", "<a href='#'><img src='/i.gif'></a>"])
def test_a_document_table_of_a_single_row_is_a_list(file: str) -> None:
    head = "<tr><td>STT</td><td>Số/ký hiệu</td><td>Trích yếu</td><td>File đính kèm</td></tr>"
    row = f"<tr><td>1</td><td>343/QĐ</td><td><a href='/noi-quy-tiep'>Nội quy tiếp công dân</a></td><td>{file}</td></tr>"
    form = "<table><tr><td>Nội dung tìm</td><td><input></td></tr></table>"
    reading = read(page(f"{form}<table class='ds'>{head}{row}</table>", title="Trang chủ"), "/van-ban")
    assert (reading.kind, [r.title for r in reading.rows]) == (PageKind.LISTING, ["Nội quy tiếp công dân"])


def test_parts_of_a_page_keep_all_their_postings_though_some_parts_have_one() -> None:
    def part(name: str, posts: tuple[Post, ...]) -> str:
        rows = each(lambda p: f'<tr><td class="TieuDe"><a href="/{p.slug}">{p.title} ({dmy(p.day)})</a></td></tr>', posts)
        return f'<div><div class="khung"><a>{name}</a></div><div><table>{rows}</table></div></div>'

    parts = [part("Quy định", POSTS[:1]), part("Lịch tiếp", POSTS[1:3]), part("Kết quả", POSTS[3:4]), part("Kết luận", POSTS[4:])]
    reading = read(page(f"<div>{''.join(parts)}</div>", title="Trang chủ"), "/tiep-cong-dan")
    assert {row.title for row in reading.rows} == {p.title for p in POSTS}


def test_a_column_of_most_of_the_page_s_pixels_is_no_side_bar() -> None:
    rows = each(lambda p: f'<li><a href="/{p.slug}">{p.title}</a> ({dmy(p.day)})</li>', POSTS[:3])
    links = "".join(f"<p><a href='/muc-{n}'>Mục {n}</a></p>" for n in range(12))
    main = f'<div class="left-230">{links}</div><div class="right-740"><ul>{rows}</ul></div>'
    assert len(read(page(main, title="Trang chủ"), "/muc").rows) == 3


def test_a_posting_without_text_under_the_linked_name_of_its_section_is_a_posting() -> None:
    older = each(lambda p: f'<li><a href="/{p.slug}">{p.title}</a> <span>({dmy(p.day)})</span></li>')
    section = '<a href="/ket-qua-giai-quyet-don-thu-cong-dan">Kết quả giải quyết đơn thư của công dân</a>'
    main = (f'<div><table><tr><td>{section}</td><td>(26.02.2018 17:09)</td></tr></table><p class="Title">{TITLE}</p></div>'
            f"<div><p>TIN MỚI HƠN</p><ul>{older}</ul></div>")
    reading = read(page(main, title="Trang chủ"), "/bai-tin-so-4")
    assert (reading.kind, reading.rows) == (PageKind.ARTICLE, ())
    assert reading.article is not None and reading.article.displayed_on == date(2018, 2, 26)


def test_the_portal_s_name_above_the_day_of_the_visit_is_no_posting_of_an_empty_section() -> None:
    others = "".join(f'<li><a href="/tin/{p.slug}.html">{p.title}</a></li>' for p in POSTS)
    html = (
        "<html><head><title>Tiếp công dân</title></head><body><div><div class='banner'>Trang thông tin điện tử Xã Mẫu</div>"
        "<div class='today'>Thứ hai, ngày 05/03/2018</div></div>"
        f"<table><tr><td width='200'><h3>TIN MỚI NHẤT</h3><ul>{others}</ul></td><td width='700'></td></tr></table></body></html>")
    reading = read(html, "/Pages/tiep-cong-dan.aspx")
    assert (reading.kind, reading.article) == (PageKind.OTHER, None)
    scanned = html.replace("<td width='700'></td>", "<td width='700'><h1>Thông báo số 6</h1><p>05/03/2018</p><img src='/anh/6.jpg'></td>")
    scanned = scanned.replace("<title>Tiếp công dân", "<title>Thông báo số 6")
    assert read(scanned, "/Pages/thong-bao-6.aspx").kind is PageKind.ARTICLE
