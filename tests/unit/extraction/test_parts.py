"""What belongs to a page's own part, and what to its menus, side bars and the meta lines of its records.

What belongs here: pages in which a link, a heading or a text stands in a misleading place. What does not: lists of
each family (`test_listing`), dates (`test_dates`).
"""

from __future__ import annotations

from pipeline.extraction.model import PageKind
from tests.unit.extraction.markup import POSTS, dmy, each, page, read, side

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
