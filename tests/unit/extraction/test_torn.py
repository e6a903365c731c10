"""Markup that lacks end tags: what a visitor still sees is read, and nothing is proven by what is not found."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from pipeline.extraction import guard
from pipeline.extraction.model import CUTS, Page, Reading
from pipeline.extraction.page import read_page

URL = "http://so.tinh.gov.vn/ket-qua"
ROWS = "".join(
    f"<div class=item><h3><a href=/tin-{n}.html>Kết quả tiếp công dân tháng {n} năm 2018 của Giám đốc Sở</a></h3>"
    f"<span>0{n}/02/2018</span></div>" for n in range(1, 6))
MENU = "".join(f"<li><a href=/muc-{n}>Chuyên mục số {n}</a></li>" for n in range(8))
GOOD = (
    f"<html><head><title>Kết quả</title></head><body><div id=wrap><div class=menu><ul>{MENU}</ul></div>"
    f"<div class=list><h1>Kết quả tiếp công dân</h1>{ROWS}</div>"
    "<div class=footer>Cơ quan chủ quản: Sở của tỉnh. Giấy phép số 12/GP-TTĐT</div></div></body></html>")


def read(html: str) -> Reading:
    return read_page(Page(URL, html.encode(), "text/html; charset=utf-8", fetched_at=datetime(2018, 3, 5, tzinfo=UTC)))


def torn(html: str) -> bool:
    return guard.torn(html.encode())


def cut(reading: Reading) -> bool:
    return any(problem.startswith(CUTS) for problem in reading.problems)


def test_a_list_is_read_where_the_menu_before_it_is_not_closed() -> None:
    assert len(read(GOOD).rows) == 5
    assert len(read(GOOD.replace("</ul></div>", "</ul>", 1)).rows) == 5


@pytest.mark.parametrize("optional", ["li", "p", "td", "tr"])
def test_end_tags_that_may_be_left_out_are_not_missed(optional: str) -> None:
    html = GOOD.replace(f"</{optional}>", "")
    assert len(read(html).rows) == 5 and not torn(html) and not cut(read(html))


def test_a_page_without_rows_whose_parts_are_left_open_proves_nothing() -> None:
    empty = GOOD.replace(ROWS, "<p>Chưa có bài viết</p>" + "<div class=box>" * 20 + "</div>" * 20)
    assert not cut(read(empty))
    assert cut(read(re.sub("</div>", "", empty)))


def test_a_page_too_deep_to_keep_its_parts_is_not_read_whole() -> None:
    assert cut(read(GOOD.replace("<body>", "<body>" + "<div>" * 20_000)))


def test_what_stands_in_comments_and_scripts_is_not_counted() -> None:
    noise = f"<!-- {'<div>' * 50} --><script>var a = '{'<div>' * 50}';</script>"
    assert not torn(GOOD + noise) and torn(GOOD + "<div>" * 50)


def test_a_comment_ends_where_a_browser_ends_it() -> None:
    assert torn(f"<!-- <div -->{'<div>' * 50}") and torn(f"<!--script src=a></script-->{'<div>' * 50}")
    assert torn(f"<script><!-- </script>{'<div>' * 50}")
    assert not torn(f"<!-- {'<div>' * 50}") and not torn(f"<style>{'<div>' * 50}</script>{'<div>' * 50}")


def test_torn_pages_cost_no_more_than_their_size() -> None:
    assert not torn("<!--" * 300_000) and not torn("<script>" * 300_000)
