"""Content codings are undone, and a stream without its end is never taken for whole."""

from __future__ import annotations

import gzip
import random
import zlib

import brotli
import pytest
from backports import zstd

from pipeline.snapshots.codec import decode

TEXT = "".join(f"Lịch tiếp công dân số {n}; " for n in range(5000)).encode()


def raw_deflate(data: bytes) -> bytes:
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return machine.compress(data) + machine.flush()


PACKED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT[:9000]) + gzip.compress(TEXT[9000:]),
    "deflate": zlib.compress(TEXT),
    "Deflate": raw_deflate(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstd.compress(TEXT),
}


@pytest.mark.parametrize("coding", PACKED)
def test_a_whole_stream_gives_its_text(coding: str) -> None:
    result = decode(PACKED[coding], coding, 10_000_000)
    assert (result.body, result.whole, result.over) == (TEXT, True, False)


@pytest.mark.parametrize("coding", PACKED)
def test_every_cut_shows(coding: str) -> None:
    data = PACKED[coding]
    member = len(gzip.compress(TEXT[:9000]))
    for at in random.Random(1).sample(range(1, len(data)), 200):
        if coding == "x-gzip" and at == member:
            continue
        assert not decode(data[:at], coding, 10_000_000).whole, at


@pytest.mark.parametrize("coding", PACKED)
def test_a_bomb_stops_at_the_cap(coding: str) -> None:
    result = decode(PACKED[coding], coding, 1000)
    assert result.over and len(result.body) == 1000


def test_codings_are_undone_in_reverse_and_unknown_ones_left() -> None:
    twice = brotli.compress(gzip.compress(TEXT))
    assert decode(twice, "gzip, br", 10_000_000).body == TEXT
    left = decode(TEXT, "utf-8", 10_000_000)
    assert (left.body, left.whole, left.unknown) == (TEXT, True, "utf-8")
    assert decode(b"not gzip", "gzip", 100).whole is False
