"""Manifests, bodies and history of a snapshots folder."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.snapshots.bodies import CaptureError, digest_of
from pipeline.snapshots.layout import End, PortalFiles, next_crawl_id
from pipeline.snapshots.manifest import from_line, to_line
from pipeline.snapshots.model import Capture, Cause, Outcome
from pipeline.snapshots.store import SnapshotStore
from pipeline.snapshots.warc import build_record, http_head
from pipeline.snapshots.writer import SnapshotWriter, salvage

AT = datetime(2018, 3, 5, 1, tzinfo=UTC)
URL = "http://a.test/lich"


def land(folder: Path, moment: datetime, body: bytes, outcome: Outcome = Outcome.CAPTURED) -> Capture:
    """Crawl one page by hand."""
    files = PortalFiles(folder, "2018-02", next_crawl_id(folder, moment), "p")
    writer = SnapshotWriter(files, moment, {"software": "test"})
    capture = add(writer, moment, body, outcome)
    writer.close(End.FINISHED, moment)
    return capture


def add(writer: SnapshotWriter, moment: datetime, body: bytes, outcome: Outcome = Outcome.CAPTURED) -> Capture:
    block = http_head(200, "OK", ((b"Content-Type", b"text/html"),)) + body
    extent = writer.write(build_record("response", URL, moment, "application/http;msgtype=response", block))
    capture = Capture(
        capture_id=writer.next_id(), crawl_id=writer.files.crawl_id, unit_id="u", portal_id="p", url=URL, final_url=URL,
        fetched_at=moment, status=200, outcome=outcome, digest=digest_of(body), file=extent.file,
        offset=extent.offset, length=extent.length, etag='"1"',
    )
    writer.add(capture)
    return capture


def test_a_body_comes_back_and_a_wrong_digest_is_refused(tmp_path: Path) -> None:
    capture = land(tmp_path, AT, b"one")
    store = SnapshotStore(tmp_path)
    assert list(store.captures("2018-02")) == [capture]
    assert store.body(capture) == b"one"
    with pytest.raises(CaptureError, match="digest"):
        store.body(replace(capture, digest=digest_of(b"two")))
    with pytest.raises(CaptureError, match="outside"):
        store.body(replace(capture, file="../../etc/passwd"))
    with pytest.raises(CaptureError, match="no body"):
        store.body(replace(capture, digest=None))


def test_history_is_what_came_before_and_may_be_referred_to(tmp_path: Path) -> None:
    old = land(tmp_path, AT, b"old")
    land(tmp_path, AT + timedelta(days=1), b"cut", Outcome.TRUNCATED)
    new = land(tmp_path, AT + timedelta(days=2), b"new")
    store = SnapshotStore(tmp_path)
    assert store.history("p", new.crawl_id) == {URL: old}
    assert store.history("p", "20990101T000000Z-01") == {URL: new}
    assert store.latest("p", URL, AT + timedelta(days=1)) == old
    assert store.latest("p", URL, AT - timedelta(seconds=1)) is None
    assert store.history("q", new.crawl_id) == {}


def test_a_torn_attempt_is_set_aside_and_what_is_whole_can_be_kept(tmp_path: Path) -> None:
    files = PortalFiles(tmp_path, "2018-02", next_crawl_id(tmp_path, AT), "p")
    writer = SnapshotWriter(files, AT, {})
    kept = [add(writer, AT, b"one"), add(writer, AT, b"two" * 1000)]
    add(writer, AT, b"three")
    writer.abandon()
    files.warc.write_bytes(files.warc.read_bytes()[:-5])
    files.manifest.write_bytes(files.manifest.read_bytes() + b'{"capture_id": "half')
    again = salvage(files, AT, {"software": "the next attempt"})
    assert again.next_id().endswith("00003")
    again.close(End.CRASHED, AT)
    store = SnapshotStore(tmp_path)
    found = list(store.captures("2018-02"))
    assert [store.body(c) for c in found] == [b"one", b"two" * 1000]
    assert [c.capture_id for c in found] == [c.capture_id for c in kept]
    assert store.verify() == []
    assert sorted(p.name for p in files.place.glob("*.torn-1")) == ["p.jsonl.torn-1", "p.warc.gz.torn-1"]


def test_two_writers_of_one_portal_are_not_possible(tmp_path: Path) -> None:
    capture = land(tmp_path, AT, b"one")
    with pytest.raises(FileExistsError):
        SnapshotWriter(PortalFiles(tmp_path, "2018-02", capture.crawl_id, "p"), AT, {})


CRAWL = "20180305T010000Z-01"


@pytest.mark.parametrize("bad", [("2018-2", CRAWL, "p"), ("2018-02", "x", "p"), ("2018-02", CRAWL, "../p")])
def test_names_that_lead_out_of_the_folder_are_refused(tmp_path: Path, bad: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match=r"no name|is not like"):
        PortalFiles(tmp_path, *bad)


TEXTS = st.text(max_size=60)


@given(
    url=TEXTS, detail=TEXTS, form=st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple),
    outcome=st.sampled_from(Outcome), cause=st.sampled_from(Cause), status=st.none() | st.integers(100, 599),
    moment=st.datetimes(timezones=st.just(UTC)),
)
def test_a_line_of_the_manifest_is_the_capture(
    url: str, detail: str, form: tuple[tuple[str, str], ...], outcome: Outcome, cause: Cause, status: int | None,
    moment: datetime,
) -> None:
    capture = Capture(
        capture_id="c/p/00001", crawl_id="c", unit_id="u", portal_id="p", url=url, final_url=url, fetched_at=moment,
        status=status, outcome=outcome, cause=cause, detail=detail, form=form,
    )
    line = to_line(capture)
    assert line.endswith("\n") and "\n" not in line[:-1]
    assert from_line(line) == capture
