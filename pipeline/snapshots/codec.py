"""Content codings of HTTP bodies, undone with caps and with an eye on the end of the stream.

What belongs here: gzip, deflate, br, zstd over bytes. What does not: transfer coding and records (`warc`), charsets
(`pipeline.extraction`).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import brotli

try:
    from compression import zstd  # type: ignore[import-not-found, unused-ignore]
except ImportError:
    from backports import zstd

_CHUNK = 1 << 16


@dataclass(frozen=True)
class Decoded:
    """A body without its content codings.

    `whole` is False when a compressed stream has no end or is damaged; `over` when the cap was passed; then `body`
    is what was read until there. `unknown` names a coding nobody here can undo (the body is left as it came).
    """

    body: bytes
    whole: bool = True
    over: bool = False
    unknown: str = ""


def decode(body: bytes, codings: str, limit: int) -> Decoded:
    """Undo `codings` (the value of Content-Encoding, in the order applied) up to `limit` bytes."""
    names = [name.strip().lower() for name in codings.split(",") if name.strip()]
    result = Decoded(body)
    for name in reversed(names):
        if name == "identity":
            continue
        step = _STEPS.get(name)
        if step is None:
            return Decoded(result.body, unknown=name)
        result = step(result.body, limit)
        if not result.whole or result.over:
            return result
    return result


def _pump(take: Callable[[bytes], bytes], ended: Callable[[], bool], data: bytes, limit: int) -> Decoded:
    """Drain a decompressor that gives at most a chunk a call; `take(b"")` must give what is left inside."""
    parts: list[bytes] = []
    size = 0
    try:
        piece = take(data)
        while True:
            parts.append(piece)
            size += len(piece)
            if size > limit:
                return Decoded(b"".join(parts)[:limit], over=True)
            if ended() or not piece:
                break
            piece = take(b"")
    except (zlib.error, brotli.error, zstd.ZstdError, EOFError):
        return Decoded(b"".join(parts), whole=False)
    return Decoded(b"".join(parts), whole=ended())


def _zlib(data: bytes, limit: int, wbits: int) -> Decoded:
    machine = zlib.decompressobj(wbits)

    def take(more: bytes) -> bytes:
        return machine.decompress(more or machine.unconsumed_tail, _CHUNK)

    return _pump(take, lambda: machine.eof, data, limit)


def _gzip(data: bytes, limit: int) -> Decoded:
    """Undo gzip; a body of several members is one body, zeros after the last are padding."""
    parts: list[bytes] = []
    size = 0
    rest = data
    while rest.strip(b"\0"):
        machine = zlib.decompressobj(31)
        try:
            part = machine.decompress(rest, limit - size + 1)
        except zlib.error:
            # Bytes that are no member after a whole one are ignored by browsers, too.
            return Decoded(b"".join(parts), whole=bool(parts))
        parts.append(part)
        size += len(part)
        if size > limit:
            return Decoded(b"".join(parts)[:limit], over=True)
        if not machine.eof:
            return Decoded(b"".join(parts), whole=False)
        rest = machine.unused_data
    return Decoded(b"".join(parts), whole=bool(parts) or not data)


def _deflate(data: bytes, limit: int) -> Decoded:
    """Undo deflate with or without its zlib header; servers send both."""
    if not data:
        return Decoded(b"")
    result = _zlib(data, limit, zlib.MAX_WBITS)
    return result if result.whole or result.body else _zlib(data, limit, -zlib.MAX_WBITS)


def _brotli(data: bytes, limit: int) -> Decoded:
    if not data:
        return Decoded(b"")
    machine = brotli.Decompressor()

    def take(more: bytes) -> bytes:
        return bytes(machine.process(more, output_buffer_limit=_CHUNK))

    return _pump(take, machine.is_finished, data, limit)


def _zstd(data: bytes, limit: int) -> Decoded:
    if not data:
        return Decoded(b"")
    machine = zstd.ZstdDecompressor()

    def take(more: bytes) -> bytes:
        return bytes(machine.decompress(more, _CHUNK))

    return _pump(take, lambda: machine.eof, data, limit)


_STEPS: dict[str, Callable[[bytes, int], Decoded]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
