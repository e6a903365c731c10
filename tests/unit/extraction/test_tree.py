"""The text of a part of a page is what a visitor reads: where a browser shows a space, there is one."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.extraction.tree import Zone, plant, text_of
from tests.unit.extraction.markup import POSTS, Post, dmy, each, page, read

BODY = "<p>" + "Giám đốc Sở tiếp công dân và ghi nhận các ý kiến, giao các phòng trả lời đúng hạn. " * 5 + "</p>"


def _text(html: str) -> str:
    return text_of(plant(f"<html><body><p>{html}</p></body></html>").root)


@pytest.mark.parametrize("html", [
    "<span>Ngày</span> <span>đăng</span>",
    "<b>Ngày</b>\n\t<a href='/x'>đăng</a>", "<a href='/x'>Ngày</a>&nbsp;<i>đăng</i>",
    "Ngày<!-- --> <!-- -->đăng", "<span>Ngày<!-- --> </span>đăng", "<b>Ngày</b><span> <em>đăng</em></span>",
    "<span>Ngày</span> <script>1</script><span>đăng</span>", "<span>Ngày</span> <!-- x --> <span>đăng</span>",
])
def test_white_space_between_inline_parts_is_a_space(html: str) -> None:
    assert _text(html) == "Ngày đăng"


@pytest.mark.parametrize("html", ["<b>Ti</b>ếp", "<span>Ti</span><span>ếp</span>", "Ti<!-- -->ếp"])
def test_inline_parts_without_white_space_are_one_word(html: str) -> None:
    assert _text(html) == "Tiếp"


def test_what_machines_are_told_is_found_wherever_it_stands() -> None:
    tree = plant(
        "<html><head><title>Sở</title><meta name=a><script>1</script></head><body><div><svg><title>Tìm</title></svg>"
        "<meta name=b><link rel=c></div><script>2</script><noscript><link rel=d><script>3</script></noscript></body>")
    assert tree.title == "Sở" and len(tree.told["title"]) == 1
    assert [meta.attrs["name"] for meta in tree.told["meta"]] == ["a", "b"]
    assert [link.attrs["rel"] for link in tree.told["link"]] == ["c", "d"]
    assert [script.text for script in tree.told["script"]] == ["1", "2", "3"]


@pytest.mark.parametrize("how", ["hidden", "style='DISPLAY : none'", "class='updated rich-snippet-hidden'"])
def test_what_is_hidden_hides_all_that_lies_in_it(how: str) -> None:
    tree = plant(f"<body><p>a</p><div {how}><p>b</p><div style='color:red'><p>c</p></div></div><p>d</p></body>")
    assert [text_of(box) for box in tree.of("p") if box.hidden] == ["b", "c"]
    assert all(box.hidden for box in plant(f"<body {how}><p>a</p></body>").boxes)


def test_zones_end_where_their_box_ends() -> None:
    trail = "<div class=breadcrumb><b>c</b></div>"
    tree = plant(f"<body><p>a</p><nav><i>b</i>{trail}<u>d</u></nav><em>e</em><footer>f</footer></body>")
    zones = {text_of(box): box.zone for tag in ("p", "i", "b", "u", "em", "footer") for box in tree.of(tag)}
    assert zones == {"a": Zone.CONTENT, "b": Zone.MENU, "c": Zone.BREADCRUMB, "d": Zone.MENU, "e": Zone.CONTENT,
                     "f": Zone.FOOTER}


def test_a_label_and_a_worded_date_side_by_side_give_the_posting_date() -> None:
    title = "Kết quả tiếp công dân tháng 01 năm 2018"
    byline = ("<section><span id='p'> <span>published</span>\n <span>Feb 07, 2018</span>, "
              "</span> <span class='m'><span>last modified</span> <span>Mar 01, 2018</span></span></section>")
    reading = read(page(f"<article><h1>{title}</h1>{byline}{BODY}</article>", title=title), "/ket-qua/thang-01")
    assert reading.article is not None
    assert (reading.article.title, reading.article.displayed_on) == (title, date(2018, 2, 7))


def test_titles_in_several_inline_parts_keep_their_spaces() -> None:
    def row(post: Post) -> str:
        first, rest = post.title.split(maxsplit=1)
        return f"<li><a href='/lich/{post.slug}'><b>{first}</b> <span>{rest}</span></a> <i>{dmy(post.day)}</i></li>"

    rows = each(row)
    reading = read(page(f"<main><h1>Lịch tiếp công dân</h1><ul>{rows}</ul></main>"), "/lich/")
    assert [(row.title, row.displayed_on) for row in reading.rows] == [(p.title, p.day) for p in POSTS]
