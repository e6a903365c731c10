"""When to ask, and how often: one request at a time and a delay per host, pauses that portals ask for, retries.

What belongs here: gates of hosts, Retry-After, backoff. What does not: the wire (`transport`), robots.txt
(`middlewares`, which hands its Crawl-delay to a gate).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from pipeline.snapshots.model import Cause
from scrapy_project.exchange import Exchange, FetchFailed
from scrapy_project.job import Politeness

_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
_ASKS_FOR_TIME = frozenset({429, 503})


class Gate:
    """The door of one host for the whole process: one at a time, `delay` seconds from start to start."""

    def __init__(self) -> None:
        self.delay = 0.0
        self._lock = asyncio.Lock()
        self._next = 0.0

    async def pass_through(self, send: Callable[[], Awaitable[Exchange]], sleep: Sleep) -> Exchange:
        """Wait for the turn, then send."""
        async with self._lock:
            wait = self._next - time.monotonic()
            if wait > 0:
                await sleep(wait)
            self._next = time.monotonic() + self.delay
            return await send()

    def hold(self, seconds: float) -> None:
        """Keep everybody out for some seconds from now."""
        self._next = max(self._next, time.monotonic() + seconds)


Sleep = Callable[[float], Awaitable[None]]
"""Sleeps some seconds; raises FetchFailed where the crawl is stopped or the portal's time is up."""

_gates: dict[str, Gate] = {}


def gate_of(url: str, delay: float) -> Gate:
    """Return the gate of the host of `url`, at least `delay` seconds wide."""
    gate = _gates.setdefault(urlsplit(url).netloc.lower(), Gate())
    gate.delay = max(gate.delay, delay)
    return gate


async def ask(
    send: Callable[[], Awaitable[Exchange]], gate: Gate, politeness: Politeness, sleep: Sleep
) -> Exchange:
    """Return the answer to a request, asked again after what passes: at most `retries` more times.

    The last answer is returned whatever it is; FetchFailed is raised where there was none.
    """
    tries = 0
    while True:
        tries += 1
        pause = politeness.backoff_seconds * 2 ** (tries - 1)
        try:
            exchange = replace(await gate.pass_through(send, sleep), tries=tries)
        except FetchFailed as failure:
            if not failure.transient or tries > politeness.retries:
                raise
        else:
            wait = _wait_before_next(exchange, pause, politeness)
            if wait is None or tries > politeness.retries:
                return exchange
            pause = wait
        gate.hold(pause)


def _wait_before_next(exchange: Exchange, pause: float, politeness: Politeness) -> float | None:
    """Return the seconds to wait before the same is asked again, or None where the answer stands."""
    if exchange.status in _ASKS_FOR_TIME and (asked := retry_after(exchange)) is not None:
        return asked if asked <= politeness.max_retry_after else None
    if exchange.status in _TRANSIENT or exchange.cut is Cause.TRUNCATED:
        return pause
    return None


def retry_after(exchange: Exchange) -> float | None:
    """Return the seconds that Retry-After asks for (a number, or a date against the answer's own Date), or None."""
    text = exchange.header(b"retry-after")
    if text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
        now = parsedate_to_datetime(exchange.header(b"date"))
    except ValueError:
        try:
            until, now = parsedate_to_datetime(text), datetime.now(UTC)
        except ValueError:
            return None
    return max(0.0, (_aware(until) - _aware(now)).total_seconds())


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
