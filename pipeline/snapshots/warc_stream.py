"""WARC files of any archiver, read strictly from front to end: `.warc`, and `.warc.gz` with any cut of members.

What belongs here: records of a foreign file and what shows that it is broken. What does not: what becomes of them
(`warc_import`), our own files (`warc`, `store`).
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from pipeline.snapshots.bodies import BODY_LIMIT
from pipeline.snapshots.warc import CRLF, Record

_LINE = 1 << 16
_HEADERS = 1 << 18
_ALGORITHMS = {"sha1": 20, "sha256": 32, "md5": 16, "sha512": 64}


class WarcImportError(Exception):
    """A file that cannot be taken, in words for the person who brought it. Nothing of it was kept."""

    def __init__(self, path: Path, what: str) -> None:
        self.path = path
        super().__init__(f"{path}: {what}")


@dataclass(frozen=True)
class ForeignRecord:
    """A record and its very bytes. `number` counts from 1; `too_large`: its block was passed over."""

    number: int
    record: Record
    raw: bytes
    too_large: bool = False


def read_records(path: Path) -> Iterator[ForeignRecord]:
    """Yield the records of a file; raise WarcImportError where it is no WARC, cut, or not what its digests say."""
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b"
            plain.seek(0)
            stream = cast(BinaryIO, gzip.GzipFile(fileobj=plain)) if packed else plain
            yield from _records(path, stream)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise WarcImportError(path, f"tệp nén bị cắt hoặc hỏng ({error})") from error
    except OSError as error:
        raise WarcImportError(path, f"không đọc được tệp ({error.strerror or error})") from error


def _records(path: Path, stream: BinaryIO) -> Iterator[ForeignRecord]:
    number = 0
    while (line := _next_line(stream)) is not None:
        number += 1
        if not line.startswith(b"WARC/"):
            raise WarcImportError(path, f"bản ghi thứ {number} không bắt đầu bằng WARC/, tệp không phải WARC trọn vẹn")
        head = [line]
        headers = _headers(path, number, stream, head)
        length = int(headers["content-length"]) if headers.get("content-length", "").isdigit() else -1
        if length < 0:
            raise WarcImportError(path, f"bản ghi thứ {number} không có Content-Length")
        if length > BODY_LIMIT:
            _skip(path, number, stream, length)
            yield ForeignRecord(number, Record(headers, b""), b"", too_large=True)
            continue
        block = stream.read(length)
        if len(block) != length:
            raise WarcImportError(path, f"bản ghi thứ {number} bị cắt: {len(block)} trong {length} byte")
        if not _digest_holds(headers.get("warc-block-digest", ""), block):
            raise WarcImportError(path, f"bản ghi thứ {number} không khớp WARC-Block-Digest")
        raw = b"".join((*head, CRLF, block, CRLF, CRLF))
        yield ForeignRecord(number, Record(headers, block), raw)


def _next_line(stream: BinaryIO) -> bytes | None:
    """Return the line that begins a record, past the blank lines that end the one before; None at the end."""
    while line := stream.readline(_LINE):
        if line.strip():
            return line
    return None


def _headers(path: Path, number: int, stream: BinaryIO, head: list[bytes]) -> dict[str, str]:
    """Read named fields up to the blank line; their bytes are added to `head`."""
    headers: dict[str, str] = {}
    name, size = "", 0
    while True:
        line = stream.readline(_LINE)
        size += len(line)
        if not line or size > _HEADERS:
            raise WarcImportError(path, f"bản ghi thứ {number} bị cắt trong phần đầu")
        if not line.strip():
            return headers
        head.append(line)
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if text[:1] in " \t" and name:
            headers[name] += " " + text.strip()
            continue
        name, _, value = text.partition(":")
        name = name.strip().lower()
        headers.setdefault(name, value.strip())


def _skip(path: Path, number: int, stream: BinaryIO, length: int) -> None:
    left = length
    while left:
        piece = stream.read(min(left, 1 << 20))
        if not piece:
            raise WarcImportError(path, f"bản ghi thứ {number} bị cắt")
        left -= len(piece)


def _digest_holds(labelled: str, block: bytes) -> bool:
    """Compare with a labelled digest (base32 or hex); one of an unknown kind proves nothing and passes."""
    name, _, text = labelled.partition(":")
    size = _ALGORITHMS.get(name.lower().replace("-", ""))
    if size is None or not text:
        return True
    try:
        wanted = bytes.fromhex(text) if len(text) == 2 * size else base64.b32decode(text.upper())
    except ValueError:
        return True
    return wanted == hashlib.new(name.lower().replace("-", ""), block, usedforsecurity=False).digest()
