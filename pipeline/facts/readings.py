"""Readings of captures, kept by the digest of the body, so that a page that did not change is read once.

What belongs here: the cache. What does not: reading (`pipeline.extraction.page`), replaying (`pipeline.facts.replay`).
The file may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Protocol

from pydantic import TypeAdapter

from pipeline.extraction.model import Article, Page, Reading, Row
from pipeline.extraction.page import read_page
from pipeline.facts.versions import reader_version
from pipeline.months import local_date
from pipeline.snapshots.model import Capture, Outcome

_READING = TypeAdapter(Reading)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
Body = Callable[[Capture], bytes]


class Reader(Protocol):
    """Gives the reading of a capture that has a body."""

    def read(self, capture: Capture, body: Body) -> Reading:
        """Return what the capture says; `body` is asked only where it is not known yet."""


class PlainReader:
    """Reads every capture anew."""

    def read(self, capture: Capture, body: Body) -> Reading:
        """Return what the capture says."""
        return read_page(page_of(capture, body(capture)))


class CachedReader:
    """Reads a body once an address. A context manager; one process at a time writes, others wait."""

    def __init__(self, path: Path) -> None:
        """Open or make the cache, and drop what another version of extraction read."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._version = reader_version()
        self._con = sqlite3.connect(path, timeout=60)
        self._con.execute("PRAGMA journal_mode = WAL")
        self._con.execute("PRAGMA synchronous = OFF")
        self._con.execute(
            "CREATE TABLE IF NOT EXISTS reading (key BLOB PRIMARY KEY, version TEXT, content BLOB) WITHOUT ROWID")
        self._con.execute("DELETE FROM reading WHERE version <> ?", [self._version])
        self._con.commit()

    def __enter__(self) -> CachedReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._con.commit()
        self._con.close()

    def read(self, capture: Capture, body: Body) -> Reading:
        """Return what the capture says, from the cache where the same bytes were read at the same address."""
        day = local_date(capture.fetched_at).isoformat()
        timeless, dated = _key(capture, ""), _key(capture, day)
        found = self._con.execute(
            "SELECT content FROM reading WHERE key IN (?, ?) LIMIT 1", [timeless, dated]).fetchone()
        if found is not None:
            return _READING.validate_json(found[0])
        reading = read_page(page_of(capture, body(capture)))
        key = dated if anchored(reading) else timeless
        self._con.execute("INSERT OR REPLACE INTO reading VALUES (?, ?, ?)",
                          [key, self._version, _READING.dump_json(reading)])
        return reading


def page_of(capture: Capture, body: bytes) -> Page:
    """Return the page that extraction reads. A 304 says nothing of the page: it is what it was, with status 200."""
    status = 200 if capture.outcome is Outcome.UNCHANGED else capture.status or 200
    return Page(capture.final_url, body, capture.content_type, status, capture.fetched_at)


def anchored(reading: Reading) -> bool:
    """Say whether a reading depends on the day of the fetch: relative dates, dates without a year, refused ones."""
    dated: list[Row | Article] = [*reading.rows, *([reading.article] if reading.article else [])]
    return any(
        one.implausible_date is not None or (one.posted_on_raw is not None and not _YEAR.search(one.posted_on_raw))
        for one in dated
    )


def _key(capture: Capture, day: str) -> bytes:
    parts = (capture.digest or "", capture.final_url, capture.content_type, day)
    return hashlib.sha256("\x1f".join(parts).encode()).digest()
