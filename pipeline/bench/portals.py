"""Easy portals for the fetch's measurements: pages of 82 kB from a seed, served from memory by a process of its own.

What belongs here: the pages and their server. What does not: measuring (`pipeline.bench.fetch`).
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from subprocess import PIPE, Popen
from typing import cast

PORTALS = 8
LISTS, ROWS = 5, 10
PAGES_A_PORTAL = 1 + LISTS + LISTS * ROWS
"""Home, pages of the list, postings."""
_SIZE = 82_000
_WORDS = (
    *("tiếp", "công", "dân", "lịch", "định", "kỳ", "lãnh", "đạo", "sở", "ban", "ngành", "huyện", "xã", "phường"),
    *("thông", "báo", "kết", "quả", "đơn", "thư", "năm", "tháng"),
)


@lru_cache(maxsize=1)
def pages(seed: int = 1) -> dict[str, bytes]:
    """Return path → page; the same for every portal."""
    chance = random.Random(seed)  # noqa: S311  (pages, not secrets)
    side = "".join(f'<div class="w"><span>{" ".join(chance.choices(_WORDS, k=40))}</span></div>\n' for _ in range(400))
    menu = '<div id="menu"><a href="/">Trang chủ</a> <a href="/tiep-dan">Tiếp công dân</a></div>'

    def page(content: str) -> bytes:
        filler = side.encode()[: _SIZE - len(content.encode()) - 200].decode("utf-8", "ignore").rpartition("\n")[0]
        main = f'<main>{content}</main><div class="side">{filler}</div>'
        return f"<html><head><title>Sở</title></head><body>{menu}{main}</body></html>".encode()

    found = {"/": page("<h1>Sở</h1><p>" + "Trang thông tin điện tử của Sở. " * 30 + "</p>")}
    for number in range(LISTS):
        path = "/tiep-dan" if number == 0 else f"/tiep-dan?page={number + 1}"
        found[path] = page(_list(number))
    for n in range(LISTS * ROWS):
        text = "".join(f"<p>{' '.join(chance.choices(_WORDS, k=60))}.</p>" for _ in range(6))
        found[f"/tin-{n}.html"] = page(f'<h1>{_title(n)}</h1><p class="date">Ngày đăng: {_day(n)}</p>{text}')
    return found


def _list(number: int) -> str:
    rows = "".join(
        f'<li><a href="/tin-{n}.html">{_title(n)}</a> <span class="date">{_day(n)}</span></li>'
        for n in range(number * ROWS, (number + 1) * ROWS)
    )
    links = "".join(
        f'<a href="/tiep-dan{"" if k == 0 else f"?page={k + 1}"}">{k + 1}</a> ' for k in range(LISTS) if k != number
    )
    return f'<h1>Tiếp công dân</h1><ul class="list">{rows}</ul><div class="pager">{links}</div>'


def _title(n: int) -> str:
    return f"Lịch tiếp công dân định kỳ của lãnh đạo Sở, đợt {n + 1} năm 2018"


def _day(n: int) -> str:
    return f"{28 - n % 28:02d}/02/2018"


def address(number: int) -> str:
    """Return the loopback address of a portal, for clients that can be given no names."""
    return f"127.0.0.{number + 1}"


@contextmanager
def served() -> Iterator[int]:
    """Serve the pages on the address of each portal, under any name, while the block runs; yield the port."""
    process = Popen([sys.executable, "-m", __name__], stdout=PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


class _Server(asyncio.Protocol):
    """Answers each request with its page, whole, in one write."""

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self._answers = answers
        self._transport: asyncio.Transport | None = None
        self._pending = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        assert self._transport is not None
        *requests, self._pending = (self._pending + data).split(b"\r\n\r\n")
        for request in requests:
            self._transport.write(self._answers.get(request.split(b" ", 2)[1], self._answers[b""]))


async def _serve() -> None:
    def response(status: str, body: bytes) -> bytes:
        head = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    answers = {path.encode(): response("200 OK", body) for path, body in pages().items()}
    answers[b""] = response("404 Not Found", b"not here")
    loop = asyncio.get_running_loop()
    first = await loop.create_server(lambda: _Server(answers), address(0), 0)
    port: int = first.sockets[0].getsockname()[1]
    for number in range(1, PORTALS):
        await loop.create_server(lambda: _Server(answers), address(number), port)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await first.serve_forever()


if __name__ == "__main__":
    loop_factory = None
    with suppress(ImportError):
        import uvloop

        loop_factory = uvloop.Loop
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(_serve())
