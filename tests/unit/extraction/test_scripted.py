"""A page without rows that has a place for them is told from one that has nothing to show."""

from __future__ import annotations

import pytest

from pipeline.extraction.model import SCRIPTED, Page
from pipeline.extraction.page import read_page

MENU = '<div id="menu"><a href="/a">Trang chủ</a> <a href="/b">Giới thiệu</a> <a href="/c">Tiếp công dân</a></div>'


def problems(content: str, scripts: str = '<script src="/js/main.js"></script>') -> tuple[str, ...]:
    html = f"<html><head><title>Sở</title>{scripts}</head><body>{MENU}<h1>Tiếp công dân</h1>{content}</body></html>"
    return read_page(Page("http://so.test/tiep-dan", html.encode(), "text/html; charset=utf-8")).problems


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ('<div id="app"></div>', "div#app"),
        ("<app-root></app-root>", "app-root"),
        ('<ul class="news-list"></ul>', "ul#news-list"),
        ('<div class="tin">{{ item.title }} {{ item.date | date }}</div>', "div#tin"),
        ("<div id=\"kq\"></div><script>$.ajax({url: '/tin', success: d => $('#kq').html(d)})</script>", "div#kq"),
    ],
)
def test_an_empty_place_that_a_script_fills_is_named(content: str, place: str) -> None:
    assert problems(content) == (f"{SCRIPTED} {place}",)


@pytest.mark.parametrize(
    "content",
    [
        "<p>Chưa có tin trong chuyên mục này.</p>",
        '<div class="clearfix"></div>',
        f'<div id="app"></div><p>{"Chuyên mục đang được cập nhật nội dung theo quy định. " * 8}</p>',
        '<div class="d-flex align-items-stretch"></div>',
        '<div id="app"><img src="/a.png"></div>',
    ],
)
def test_a_page_with_nothing_to_show_is_left_alone(content: str) -> None:
    assert problems(content) == ()


def test_without_a_script_nothing_will_come() -> None:
    assert problems('<div id="app"></div>', scripts="") == ()


def test_a_page_with_rows_is_not_asked() -> None:
    rows = "".join(
        f'<li><a href="/t{n}.html">Lịch tiếp công dân định kỳ tháng {n} của Giám đốc Sở</a> 0{n}/02/2018</li>'
        for n in (1, 2, 3, 4))
    assert problems(f'<ul class="list">{rows}</ul><div id="app"></div>') == ()
