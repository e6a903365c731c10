"""WARC/1.1 records (ISO 28500:2017) as bytes: build one, compress one, cut one open, walk a file.

What belongs here: the format, one gzip member a record. What does not: manifests (`manifest`), the files of a crawl
(`writer`, `store`), content codings (`codec`).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

_fast: Any
try:
    from isal import isal_zlib as _fast
except ImportError:  # a platform without ISA-L: the same members, slower
    _fast = zlib

CRLF = b"\r\n"
MEMBER_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00"
"""The first bytes of every member written here: deflate, no flags, no time (so that a flipped byte shows)."""
NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_CHUNK = 1 << 20
_MAX_RECORD = 1 << 28
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})")


class WarcError(Exception):
    """A record or a file that is not whole, with the offset where it shows."""

    def __init__(self, offset: int, what: str) -> None:
        self.offset = offset
        super().__init__(f"byte {offset}: {what}")


@dataclass(frozen=True)
class HttpMessage:
    """The HTTP response inside a record. `headers` keep order and repetition; `payload` is as it was stored."""

    status: int
    headers: tuple[tuple[str, str], ...]
    payload: bytes

    def header(self, name: str) -> str:
        """Return the values of a header joined by a comma, or an empty text."""
        wanted = name.lower()
        return ", ".join(value for key, value in self.headers if key.lower() == wanted)


@dataclass(frozen=True)
class Record:
    """One WARC record: its headers (names in lower case, first value wins) and its block."""

    headers: dict[str, str]
    block: bytes

    @property
    def type(self) -> str:
        """The WARC-Type."""
        return self.headers.get("warc-type", "")

    def http(self) -> HttpMessage:
        """Return the HTTP response in the block; raise ValueError where there is none."""
        return parse_http(self.block)


@dataclass(frozen=True)
class Member:
    """One gzip member of a file: where it is, and what it holds."""

    offset: int
    length: int
    data: bytes


# -- building ------------------------------------------------------------------------------------------


def warc_date(moment: datetime) -> str:
    """Return an aware moment as WARC-Date (UTC, microseconds: allowed since 1.1)."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def build_record(
    kind: str, uri: str, moment: datetime, content_type: str, block: bytes, extra: tuple[tuple[str, str], ...] = ()
) -> bytes:
    """Return a record, uncompressed. `uri` may be empty (warcinfo); `extra` are further WARC headers."""
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:uuid:{uuid4()}>",
        f"WARC-Date: {warc_date(moment)}",
    ]
    if uri:
        lines.append(f"WARC-Target-URI: {_one_line(uri)}")
    lines += [f"{name}: {_one_line(value)}" for name, value in extra]
    lines += [f"Content-Type: {content_type}", f"Content-Length: {len(block)}", "", ""]
    return b"".join(("\r\n".join(lines).encode(), block, b"\r\n\r\n"))


def record_id(record: bytes) -> str:
    """Return the WARC-Record-ID of a record that `build_record` made, with its brackets."""
    return record.partition(b"WARC-Record-ID: ")[2].partition(b"\r\n")[0].decode()


def http_head(status: int, reason: str, headers: tuple[tuple[bytes, bytes], ...]) -> bytes:
    """Return status line and headers of a response as a record's block begins.

    The body is stored without its transfer coding, so that header is kept under another name: a reader that
    trusted it would look for chunks.
    """
    lines = [f"HTTP/1.1 {status} {reason}".rstrip().encode("latin-1", "replace")]
    for name, value in headers:
        kept = b"X-Archive-Orig-Transfer-Encoding" if name.lower() == b"transfer-encoding" else name
        lines.append(kept + b": " + value)
    return CRLF.join(lines) + b"\r\n\r\n"


def compress_member(record: bytes) -> bytes:
    """Return `record` as one gzip member; ISA-L level 1 where there is ISA-L."""
    return bytes(_fast.compress(record, 1, 31))


def _one_line(text: str) -> str:
    return text.replace("\r", "%0D").replace("\n", "%0A")


# -- cutting open --------------------------------------------------------------------------------------


def open_member(data: bytes, offset: int = 0) -> Record:
    """Return the record of one whole gzip member; raise WarcError where it is damaged."""
    try:
        return parse_record(bytes(_fast.decompress(data, 31)), offset)
    except (zlib.error, _fast.error) as error:
        raise WarcError(offset, f"gzip member is damaged ({error})") from error


def parse_record(data: bytes, offset: int = 0) -> Record:
    """Cut an uncompressed record into headers and block; raise WarcError where length or form are wrong."""
    end = data.find(b"\r\n\r\n")
    if end < 0 or not data.startswith(b"WARC/"):
        raise WarcError(offset, "no WARC record begins here")
    headers: dict[str, str] = {}
    for line in data[:end].decode("utf-8", "replace").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), value.strip())
    try:
        length = int(headers.get("content-length", ""))
    except ValueError:
        raise WarcError(offset, "record without a Content-Length") from None
    block = data[end + 4 : end + 4 + length]
    if len(block) != length:
        raise WarcError(offset, f"record holds {len(block)} of {length} bytes")
    return Record(headers, block)


def parse_http(block: bytes) -> HttpMessage:
    """Cut an HTTP response into status, headers and payload; raise ValueError where there is no status line."""
    end = block.find(b"\r\n\r\n")
    gap = 4
    if end < 0:
        end = block.find(b"\n\n")
        gap = 2
    head = block if end < 0 else block[:end]
    match = _STATUS.match(head)
    if match is None:
        raise ValueError("no HTTP response in this record")
    headers: list[tuple[str, str]] = []
    for line in head.decode("latin-1").splitlines()[1:]:
        if line[:1] in " \t" and headers:
            headers[-1] = (headers[-1][0], f"{headers[-1][1]} {line.strip()}")
            continue
        name, colon, value = line.partition(":")
        if colon:
            headers.append((name.strip(), value.strip()))
    return HttpMessage(int(match[1]), tuple(headers), b"" if end < 0 else block[end + gap :])


def dechunk(payload: bytes) -> tuple[bytes, bool]:
    """Undo chunked transfer coding; (body, whole). Bytes that do not begin with a chunk are returned as they are."""
    parts: list[bytes] = []
    at = 0
    while True:
        end = payload.find(b"\r\n", at, at + 128)
        size_text = payload[at:end].split(b";")[0].strip() if end >= 0 else b""
        try:
            size = int(size_text, 16)
        except ValueError:
            return (payload, True) if not parts else (b"".join(parts), False)
        if size == 0:
            return b"".join(parts), True
        piece = payload[end + 2 : end + 2 + size]
        parts.append(piece)
        if len(piece) < size:
            return b"".join(parts), False
        at = end + 2 + size + 2


# -- walking -------------------------------------------------------------------------------------------


def walk_members(path: Path, start: int = 0) -> Iterator[Member]:
    """Yield every gzip member of a file; raise WarcError at the first that is cut or damaged."""
    with path.open("rb") as stream:
        stream.seek(start)
        offset = start
        pending = stream.read(_CHUNK)
        while pending:
            machine = zlib.decompressobj(31)
            parts: list[bytes] = []
            consumed = size = 0
            while not machine.eof:
                try:
                    piece = machine.decompress(pending)
                except zlib.error as error:
                    raise WarcError(offset, f"gzip member is damaged ({error})") from error
                parts.append(piece)
                size += len(piece)
                if size > _MAX_RECORD:
                    raise WarcError(offset, "record is larger than 256 MiB")
                consumed += len(pending) - len(machine.unused_data)
                pending = machine.unused_data if machine.eof else stream.read(_CHUNK)
                if not pending and not machine.eof:
                    raise WarcError(offset, "gzip member is cut")
            yield Member(offset, consumed, b"".join(parts))
            offset += consumed
            pending = pending or stream.read(_CHUNK)
