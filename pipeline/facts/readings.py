"""Readings of captures, kept by the digest of the body, so that a page that did not change is read once.

What belongs here: the cache. What does not: reading (`pipeline.extraction.page`), replaying (`pipeline.facts.replay`).
The file may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol

import msgspec

from pipeline.extraction.model import Article, Link, Page, Reading, Row
from pipeline.extraction.override import Override
from pipeline.extraction.page import read_page
from pipeline.facts.versions import reader_version
from pipeline.months import local_date
from pipeline.snapshots.model import Capture, Outcome

_FORM = 2
"""The form of the file; another one is made anew."""
_BLOCKS = 4096
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
Body = Callable[[Capture], bytes]


class Reader(Protocol):
    """Gives the reading of a capture that has a body."""

    def read(self, capture: Capture, body: Body, override: Override | None = None) -> Reading:
        """Return what the capture says; `body` is asked only where it is not known yet."""


class PlainReader:
    """Reads every capture anew."""

    def read(self, capture: Capture, body: Body, override: Override | None = None) -> Reading:
        """Return what the capture says."""
        return read_page(page_of(capture, body(capture)), override)


class _Kept(NamedTuple):
    """A reading as it is kept: without its links, and these in blocks (menu, content, footer …).

    The pages of a portal share most blocks, so each is decoded once; links are immutable and may be shared.
    """

    reading: Reading
    links: list[bytes]


_DECODER = msgspec.msgpack.Decoder(_Kept)
_LINKS = msgspec.msgpack.Decoder(tuple[Link, ...])


class CachedReader:
    """Reads a body once an address. A context manager; one process at a time writes, others wait."""

    def __init__(self, path: Path) -> None:
        """Open or make the cache, and drop what another version of extraction read."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._blocks: dict[bytes, tuple[Link, ...]] = {}
        self._con = sqlite3.connect(path, timeout=60)
        self._con.execute("PRAGMA journal_mode = WAL")
        self._con.execute("PRAGMA synchronous = OFF")
        version = _number(f"{_FORM} {reader_version()}")
        if self._con.execute("PRAGMA user_version").fetchone()[0] != version:
            self._con.execute("DROP TABLE IF EXISTS reading")
            self._con.execute(f"PRAGMA user_version = {version}")
        self._con.execute(
            "CREATE TABLE IF NOT EXISTS reading (key BLOB, day TEXT, content BLOB, PRIMARY KEY (key, day)) "
            "WITHOUT ROWID")
        self._con.commit()

    def __enter__(self) -> CachedReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._con.commit()
        self._con.close()

    def read(self, capture: Capture, body: Body, override: Override | None = None) -> Reading:
        """Return what the capture says, from the cache where the same bytes were read so at the same address."""
        key, day = _key(capture, override), local_date(capture.fetched_at).isoformat()
        found = self._con.execute(
            "SELECT content FROM reading WHERE key = ? AND day IN ('', ?)", (key, day)).fetchone()
        if found is not None:
            with suppress(msgspec.DecodeError):  # a damaged one is read again
                return self._revived(found[0])
        reading = read_page(page_of(capture, body(capture)), override)
        self._con.execute("INSERT OR REPLACE INTO reading VALUES (?, ?, ?)",
                          (key, day if anchored(reading) else "", _plain(reading)))
        return reading

    def _revived(self, content: bytes) -> Reading:
        reading, blocks = _DECODER.decode(content)
        links: tuple[Link, ...] = ()
        for block in blocks:
            known = self._blocks.get(block)
            if known is None:
                if len(self._blocks) >= _BLOCKS:
                    self._blocks.clear()
                known = self._blocks[block] = _LINKS.decode(block)
            links += known
        object.__setattr__(reading, "links", links)  # frozen for others; here it is just being made
        return reading


def _plain(reading: Reading) -> bytes:
    blocks = [msgspec.msgpack.encode(list(links)) for _, links in groupby(reading.links, lambda link: link.where)]
    return msgspec.msgpack.encode(_Kept(replace(reading, links=()), blocks))


def _number(version: str) -> int:
    """Return a version as SQLite keeps one: 31 bits, never 0, which a new file has."""
    return int(hashlib.sha256(version.encode()).hexdigest()[:7], 16) + 1


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


def _key(capture: Capture, override: Override | None) -> bytes:
    told = () if override is None else (repr(override),)
    parts = (capture.digest or "", capture.final_url, capture.content_type, *told)
    return hashlib.sha256("\x1f".join(parts).encode()).digest()
