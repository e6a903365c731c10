"""Landing a page against warcio's default writer: CPU as a ratio, the same pages, files on the disk.

What belongs here: the two sides. What does not: printing and judging them (`pipeline.bench`).
"""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.bench.portals import pages
from pipeline.bench.ratios import Ratio, over
from pipeline.snapshots.layout import End, PortalFiles
from pipeline.snapshots.writer import SnapshotWriter
from scrapy_project.clock import Clock
from scrapy_project.exchange import Exchange
from scrapy_project.job import PortalJob
from scrapy_project.landing import Asked, Landing

_HEADERS = ((b"Content-Type", b"text/html; charset=utf-8"), (b"Server", b"bench"), (b"ETag", b'"1"'))


def measure(pairs: int = 5, quick: bool = False) -> list[Ratio]:
    """Return the row; each pair lands the same pages by us and by warcio, after one pair to warm up."""
    bodies = list(pages().values()) * (1 if quick else 4)
    found = [_cpu(_ours, bodies) / _cpu(_warcio, bodies) for _ in range(pairs + 1)][1:]
    name = "landing: CPU with digest and manifest ÷ warcio's default"
    return [over(name, found, 0.12)]


def _cpu(land: Callable[[Path, list[bytes]], None], bodies: list[bytes]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        land(Path(folder), bodies)
        return time.process_time() - began


def _ours(folder: Path, bodies: list[bytes]) -> None:
    files = PortalFiles(folder, "2018-02", "20180305T000000Z-01", "bench")
    portal = PortalJob(portal_id="bench", unit_id="bench", unit_kind="department", url="http://bench.test/")
    landing = Landing(SnapshotWriter(files, datetime.now(UTC), {}), portal, Clock(None, 0))
    for number, body in enumerate(bodies):
        url = f"http://bench.test/{number}"
        landing.response(Asked(url, "article"), Exchange(url, 200, "OK", _HEADERS, body, body, ip="127.0.0.1"))
    landing.close(End.FINISHED)


def _warcio(folder: Path, bodies: list[bytes]) -> None:
    headers = [(name.decode(), value.decode()) for name, value in _HEADERS]
    with (folder / "bench.warc.gz").open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for number, body in enumerate(bodies):
            record = writer.create_warc_record(
                f"http://bench.test/{number}", "response", payload=io.BytesIO(body),
                http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
            )
            writer.write_record(record)
