"""Captures of other archivers become a crawl of ours, or nothing at all."""

from __future__ import annotations

import gzip
import io
import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.registry.model import Portal
from pipeline.snapshots.model import Capture, Cause, Outcome
from pipeline.snapshots.store import SnapshotStore
from pipeline.snapshots.warc_import import ImportSummary, import_warc, owner_of
from pipeline.snapshots.warc_stream import WarcImportError
from tests.spiders.site import Answer, Site

PORTALS = [
    Portal("snv", "so-noi-vu", "http://snv.example.vn/", date(2017, 1, 1)),
    Portal("stp", "so-tu-phap", "https://www.tinh.example.vn/stp", date(2017, 1, 1)),
    Portal("tinh", "cong-tinh", "https://tinh.example.vn/", date(2017, 1, 1)),
]
PAGE = "<html><body>Lịch tiếp công dân</body></html>".encode()


class Archive:
    """A WARC file written by warcio as another archiver would."""

    def __init__(self, packed: bool = True) -> None:
        self.stream = io.BytesIO()
        self.writer = WARCWriter(self.stream, gzip=packed)

    def response(
        self, url: str, body: bytes = PAGE, status: str = "200 OK", day: int = 1, record_type: str = "response",
        warc_headers: dict[str, str] | None = None, **headers: str,
    ) -> str:
        http = StatusAndHeaders(
            status, [("Content-Type", "text/html"), *((k.replace("_", "-"), v) for k, v in headers.items())],
            protocol="HTTP/1.1",
        )
        record = self.writer.create_warc_record(
            url, record_type, payload=io.BytesIO(body), http_headers=http,
            warc_headers_dict={"WARC-Date": f"2018-02-{day:02d}T03:04:05Z", **(warc_headers or {})},
        )
        self.writer.write_record(record)
        return str(record.rec_headers.get_header("WARC-Record-ID"))

    def save(self, path: Path) -> Path:
        path.write_bytes(self.stream.getvalue())
        return path


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "snapshots")


def take(store: SnapshotStore, *files: Path) -> tuple[ImportSummary, dict[str, Capture]]:
    summary = import_warc(store, files, "2018-02", PORTALS)
    assert store.verify() == []
    return summary, {c.url: c for c in store.captures("2018-02", summary.crawl_id)}


@pytest.mark.parametrize("packed", [True, False])
def test_responses_are_dated_and_assigned_as_their_records_say(
    store: SnapshotStore, tmp_path: Path, packed: bool
) -> None:
    archive = Archive(packed)
    archive.response("http://www.snv.example.vn/lich", day=3)
    archive.response("https://tinh.example.vn/stp/tin.html", b"gone", "404 Not Found")
    archive.response("http://tinh.example.vn/khac")
    archive.response("http://elsewhere.example/")
    summary, captures = take(store, archive.save(tmp_path / "a.warc"))
    assert summary.captures == {"snv": 1, "stp": 1, "tinh": 1}
    assert summary.unknown_hosts == {"elsewhere.example": 1}
    lich = captures["http://www.snv.example.vn/lich"]
    assert lich.fetched_at == datetime(2018, 2, 3, 3, 4, 5, tzinfo=UTC)
    assert (lich.outcome, lich.unit_id, lich.role) == (Outcome.CAPTURED, "so-noi-vu", "imported")
    assert store.body(lich) == PAGE
    assert captures["https://tinh.example.vn/stp/tin.html"].outcome is Outcome.GONE
    assert summary.crawl_id == "20180203T030405Z-01"


def test_codings_are_undone_and_cut_bodies_told(store: SnapshotStore, tmp_path: Path) -> None:
    archive = Archive()
    packed = gzip.compress(PAGE * 50)
    chunked = b"4\r\nabcd\r\n3\r\nefg\r\n0\r\n\r\n"
    archive.response("http://snv.example.vn/gzip", packed, Content_Encoding="gzip")
    archive.response("http://snv.example.vn/cut", packed[:-9], Content_Encoding="gzip")
    archive.response("http://snv.example.vn/chunked", chunked, Transfer_Encoding="chunked")
    archive.response("http://snv.example.vn/chunk-cut", chunked[:-12], Transfer_Encoding="chunked")
    archive.response("http://snv.example.vn/decoded", PAGE, Content_Encoding="br", Content_Length="7")
    archive.response("http://snv.example.vn/short", PAGE, Content_Length="9999")
    archive.response("http://snv.example.vn/told", PAGE, warc_headers={"WARC-Truncated": "length"})
    _, captures = take(store, archive.save(tmp_path / "a.warc.gz"))
    bodies = {c.url.rsplit("/", 1)[1]: store.body(c) for c in captures.values() if c.outcome is Outcome.CAPTURED}
    assert bodies == {"gzip": PAGE * 50, "chunked": b"abcdefg", "decoded": PAGE}
    cut = {c.url.rsplit("/", 1)[1] for c in captures.values() if c.outcome is Outcome.TRUNCATED}
    assert cut == {"cut", "chunk-cut", "short", "told"}


def test_redirects_land_under_the_address_that_was_asked(store: SnapshotStore, tmp_path: Path) -> None:
    archive = Archive()
    for url, to in {
        "http://snv.example.vn/": "/vi/", "http://snv.example.vn/vi/": "/trang-chu", "http://snv.example.vn/x": "/y",
        "http://snv.example.vn/off": "http://other.example/", "http://snv.example.vn/o": "/o",
    }.items():
        archive.response(url, b"", "302 Found", Location=to)
    archive.response("http://snv.example.vn/trang-chu", PAGE)
    _, captures = take(store, archive.save(tmp_path / "a.warc.gz"))
    home = captures["http://snv.example.vn/"]
    assert (home.outcome, home.final_url) == (Outcome.CAPTURED, "http://snv.example.vn/trang-chu")
    assert store.body(home) == PAGE
    assert captures["http://snv.example.vn/off"].outcome is Outcome.MOVED
    assert captures["http://snv.example.vn/x"].cause is Cause.NOT_CRAWLED
    assert captures["http://snv.example.vn/o"].outcome is Outcome.FAILED


def test_revisits_lead_to_the_body_they_repeat(store: SnapshotStore, tmp_path: Path) -> None:
    archive = Archive()
    record_id = archive.response("http://snv.example.vn/a", day=1)
    profile = {"WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"}
    for url, refers in {
        "http://snv.example.vn/by-id": {"WARC-Refers-To": record_id},
        "http://tinh.example.vn/by-address": {
            "WARC-Refers-To-Target-URI": "http://snv.example.vn/a", "WARC-Refers-To-Date": "2018-02-01T03:04:05Z",
        },
        "http://snv.example.vn/lost": {"WARC-Refers-To": "<urn:uuid:0>"},
    }.items():
        archive.response(url, b"", day=2, record_type="revisit", warc_headers={**profile, **refers})
    _, captures = take(store, archive.save(tmp_path / "a.warc.gz"))
    for url in ("http://snv.example.vn/by-id", "http://tinh.example.vn/by-address"):
        assert captures[url].outcome is Outcome.UNCHANGED
        assert store.body(captures[url]) == PAGE
    assert captures["http://snv.example.vn/lost"].outcome is Outcome.FAILED


def test_the_answer_to_a_form_is_not_the_page(store: SnapshotStore, tmp_path: Path) -> None:
    archive = Archive()
    response_id = archive.response("http://snv.example.vn/lich", b"page two")
    request = archive.writer.create_warc_record(
        "http://snv.example.vn/lich", "request", payload=io.BytesIO(b"__EVENTTARGET=p2"),
        http_headers=StatusAndHeaders("POST /lich HTTP/1.1", [("Host", "snv.example.vn")], is_http_request=True),
        warc_headers_dict={"WARC-Concurrent-To": response_id},
    )
    archive.writer.write_record(request)
    summary, captures = take(store, archive.save(tmp_path / "a.warc.gz"))
    capture = captures["http://snv.example.vn/lich"]
    assert (capture.method, capture.form) == ("POST", (("__EVENTTARGET", "p2"),))
    assert summary.ignored == {"request": 1}


def test_a_file_compressed_as_a_whole_is_read_too(store: SnapshotStore, tmp_path: Path) -> None:
    archive = Archive(packed=False)
    archive.response("http://snv.example.vn/a")
    archive.response("http://snv.example.vn/b")
    path = tmp_path / "whole.warc.gz"
    path.write_bytes(gzip.compress(archive.stream.getvalue()))
    summary, _ = take(store, path)
    assert summary.captures == {"snv": 2}


@pytest.mark.parametrize("packed", [True, False])
def test_a_broken_file_is_refused_and_nothing_is_written(store: SnapshotStore, tmp_path: Path, packed: bool) -> None:
    archive = Archive(packed)
    archive.response("http://snv.example.vn/a", PAGE * 20)
    archive.response("http://snv.example.vn/b", PAGE * 20)
    whole = archive.stream.getvalue()
    path = tmp_path / "broken.warc.gz"
    flipped = whole[:-60] + bytes([whole[-60] ^ 8]) + whole[-59:]
    for spoiled in (whole[:-40], whole[: len(whole) // 2 - 50], b"PK\x03\x04" + whole, flipped):
        path.write_bytes(spoiled)
        with pytest.raises(WarcImportError, match=r"broken\.warc\.gz"):
            import_warc(store, [path], "2018-02", PORTALS)
        assert not list(tmp_path.glob("snapshots/*/*"))


def test_files_without_a_portals_page_are_refused_with_the_hosts_they_hold(
    store: SnapshotStore, tmp_path: Path
) -> None:
    archive = Archive()
    archive.response("http://elsewhere.example/")
    with pytest.raises(WarcImportError, match=r"elsewhere\.example"):
        import_warc(store, [archive.save(tmp_path / "a.warc.gz")], "2018-02", PORTALS)
    assert store.crawls("2018-02") == []


def test_a_shared_host_is_parted_by_the_longest_path() -> None:
    for url, portal_id in {
        "http://tinh.example.vn/stp": "stp", "https://www.tinh.example.vn/stp/a/b.html": "stp",
        "https://tinh.example.vn/stpx": "tinh", "http://snv.example.vn:80/any?x=1": "snv",
    }.items():
        owner = owner_of(url, PORTALS)
        assert owner is not None and owner.portal_id == portal_id, url
    assert owner_of("http://snv.example.vn:8080/", PORTALS) is None


@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed")
@pytest.mark.parametrize("compress", [True, False])
def test_what_wget_archived_is_taken(store: SnapshotStore, tmp_path: Path, compress: bool) -> None:
    with Site() as site:
        site.page("/", '<html><body><a href="/a">A</a><a href="/cu">Cũ</a></body></html>')
        site.page("/a", PAGE.decode())
        site.routes["/cu"] = Answer(status=301, headers={"Location": "/a"})
        root = f"http://127.0.0.1:{site.port}/"
        command = ["wget", "-q", "-r", "-l1", "--warc-file", "w", "-P", "files", root]
        if not compress:
            command.insert(1, "--no-warc-compression")
        subprocess.run(command, cwd=tmp_path, check=False, timeout=60, env={"PATH": "/usr/bin:/bin", "no_proxy": "*"})
    [path] = tmp_path.glob("w.warc*")
    portal = Portal("local", "u", root, date(2017, 1, 1))
    summary = import_warc(store, [path], "2018-02", [portal])
    assert store.verify() == []
    captures = {c.url: c for c in store.captures("2018-02")}
    assert store.body(captures[root + "a"]) == PAGE
    assert store.body(captures[root + "cu"]) == PAGE
    assert summary.captures["local"] >= 3 and summary.ignored["request"] >= 3
