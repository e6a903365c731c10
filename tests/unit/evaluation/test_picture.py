"""Decisions are drawn onto the page that they were made on."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.evaluation.picture import annotated, main
from pipeline.extraction.model import Page

HTML = (
    "<html><head><title>Lịch tiếp công dân</title></head><body><nav><a href='/'>Trang chủ</a></nav><main>"
    "<h1>Lịch tiếp công dân</h1><ul><li><a href='/a'>Thông báo lịch tiếp công dân tháng hai</a> 01/02/2018</li>"
    "<li><a href='/b'>Thông báo lịch tiếp công dân tháng ba</a> 01/03/2018</li></ul></main></body></html>"
)


def test_rows_carry_their_dates_and_menus_their_zone() -> None:
    drawn = annotated(Page("https://mau.test/lich", HTML.encode(), "text/html", 200, datetime(2018, 4, 1, tzinfo=UTC)))
    assert 'data-decided="01/03/2018 (listing)"' in drawn
    assert 'data-decided="menu"' in drawn


def test_a_file_that_is_not_there_is_bad_usage() -> None:
    assert main(["https://mau.test/", "no-such-file.html"]) == 2
