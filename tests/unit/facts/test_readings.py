"""A body is read once an address: what is kept is what was read, a damaged file is read again."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.extraction import read_page
from pipeline.extraction.model import Reading
from pipeline.facts.readings import CachedReader, page_of
from pipeline.snapshots.model import Capture, Outcome

MENU = '<ul class="menu"><li><a href="/">Trang chủ</a></li><li><a href="/lich.html">Lịch tiếp công dân</a></li></ul>'
ROWS = "".join(
    f'<li><a href="/tin/{n}.html">Thông báo lịch tiếp công dân tuần {n} của Giám đốc Sở</a> '
    f'<span>0{n}/02/2018</span></li>'
    for n in range(1, 8))
BODY = (f'<html><head><meta charset="utf-8"><title>Sở A</title></head><body>{MENU}<h1>Lịch tiếp công dân</h1>'
        f"<ul>{ROWS}</ul><a href='/lich.html?page=2'>2</a>"
        "<footer><a href='/lien-he'>Liên hệ</a></footer></body></html>")


def capture(body: str, number: int = 1) -> Capture:
    return Capture(f"c/p/{number}", "c", "u", "p", "http://so-a.test/lich.html", "http://so-a.test/lich.html",
                   datetime(2018, 3, 5, tzinfo=UTC), 200, Outcome.CAPTURED, digest=f"sha256:{hash(body)}",
                   content_type="text/html")


def read(path: Path, body: str, *, may_ask: bool = True) -> Reading:
    def ask(_: Capture) -> bytes:
        assert may_ask, "the body was asked for"
        return body.encode()

    with CachedReader(path) as reader:
        return reader.read(capture(body), ask)


def test_a_kept_reading_is_what_was_read_and_asks_for_no_body(tmp_path: Path) -> None:
    fresh = read_page(page_of(capture(BODY), BODY.encode()))
    assert fresh.rows and len({link.where for link in fresh.links}) > 1
    assert read(tmp_path / "r.sqlite", BODY) == fresh
    assert read(tmp_path / "r.sqlite", BODY, may_ask=False) == fresh


def test_a_damaged_reading_is_read_again(tmp_path: Path) -> None:
    fresh = read(tmp_path / "r.sqlite", BODY)
    with sqlite3.connect(tmp_path / "r.sqlite") as con:
        con.execute("UPDATE reading SET content = substr(content, 1, 40)")
    con.close()
    assert read(tmp_path / "r.sqlite", BODY) == fresh
    assert read(tmp_path / "r.sqlite", BODY, may_ask=False) == fresh


def test_what_another_version_read_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read(tmp_path / "r.sqlite", BODY)
    monkeypatch.setattr("pipeline.facts.readings.reader_version", lambda: "another")
    with pytest.raises(AssertionError, match="asked for"):
        read(tmp_path / "r.sqlite", BODY, may_ask=False)
