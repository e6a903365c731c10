"""Serve a scenario over HTTP/1.1 on loopback, as of one moment; portals are told apart by the Host header.

What belongs here: sockets, HTTP, compression, conditional requests, outages. What does not: markup (`families`).
Pages are drawn once and kept, since nothing on them changes while the server stands at its moment.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote, urlsplit

from pipeline.simulator.families import FAMILIES, family_at
from pipeline.simulator.families.base import Family, Request, Response
from pipeline.simulator.scenario import Portal, Scenario

_MAX_HEAD = 65_536
_MAX_BODY = 1_048_576
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Stored:
    """A drawn response, ready to send."""

    response: Response
    etag: str
    packed: bytes


@dataclass(frozen=True)
class Asked:
    """A parsed request; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class Province:
    """All portals of a scenario at one moment. `down`: host → mode ("reset" or "503") beside the scenario's
    own outages. Unknown hosts answer 404. ValueError for hosts and families that are not known."""

    def __init__(self, scenario: Scenario, as_of: datetime, down: Mapping[str, str] | None = None) -> None:
        self.as_of = as_of.astimezone(UTC)
        self.date = format_datetime(self.as_of.replace(microsecond=0), usegmt=True)
        self._portals = {host: p for p in scenario.portals for host in p.hosts}
        unknown = set(down or ()) - set(self._portals)
        if unknown:
            raise ValueError(f"no such host in the scenario: {', '.join(sorted(unknown))}")
        used = {name for p in scenario.portals for name in (p.family, *(r.family for r in p.redesigns))}
        if used - set(FAMILIES):
            raise ValueError(f"no such family: {', '.join(sorted(used - set(FAMILIES)))}")
        self._down = dict(down or {})
        self._families: dict[str, Family] = {}
        self._store: dict[tuple[str, str, str, bytes], Stored] = {}
        self.requests = 0

    def outage(self, host: str) -> str | None:
        """Return how a host is down now ("reset", "503"), None when it is up. Down is also a name that the portal
        does not have yet, one it left without a trace, and a portal that is closed."""
        name = _name(host)
        if name in self._down:
            return self._down[name]
        portal = self._portals.get(name)
        if portal is None:
            return None
        found = portal.outage(self.as_of)
        if found is not None:
            return found.mode
        return "reset" if portal.closed(self.as_of) or self._way_on(portal, name) == "closed" else None

    def _way_on(self, portal: Portal, name: str) -> str | None:
        """Return what a name of the portal does that is not its name now; None for that one."""
        now = portal.at(self.as_of).host
        if name == now:
            return None
        if portal.hosts.index(name) > portal.hosts.index(now):
            return "closed"
        return next(m.old for m in portal.moves if portal.hosts.index(m.host) == portal.hosts.index(name) + 1)

    def answer(self, asked: Asked) -> Stored:
        """Return the response to a request, drawn or from the store."""
        host = asked.headers.get("host", "").lower()
        where = (host, "POST" if asked.method == "POST" else "GET", asked.target, asked.body)
        found = self._store.get(where)
        if found is None:
            found = _stored(self._draw(host, asked))
            self._store[where] = found
        return found

    def _draw(self, host: str, asked: Asked) -> Response:
        portal = self._portals.get(_name(host))
        if portal is None:
            return Response(b"no such host\n", 404, "text/plain")
        way = self._way_on(portal, _name(host))
        if way is not None:
            there = host.replace(_name(host), portal.at(self.as_of).host, 1)
            return Response(b"", 301, "text/html", f"http://{there}{asked.target if way == 'same' else '/'}")
        family = self._families.get(host)
        if family is None:
            family = self._families[host] = family_at(portal, self.as_of, host)
        parts = urlsplit(asked.target)
        form = dict(parse_qsl(asked.body.decode("utf-8", "replace"), keep_blank_values=True))
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        return family.respond(Request(unquote(parts.path), query, form, asked.method))


class _Connection(asyncio.Protocol):
    """One connection: requests in, responses out, kept alive."""

    def __init__(self, province: Province) -> None:
        self._province = province
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every whole request in the buffer."""
        self._buffer += data
        while self._transport is not None and not self._transport.is_closing():
            try:
                asked, used = parse(self._buffer)
            except ValueError:
                self._send(_stored(Response(b"bad request\n", 400, "text/plain")), None, close=True)
                return
            if asked is None:
                return
            del self._buffer[:used]
            self._serve(asked)

    def _serve(self, asked: Asked) -> None:
        self._province.requests += 1
        close = asked.headers.get("connection", "").lower() == "close"
        mode = self._province.outage(asked.headers.get("host", ""))
        if mode == "reset":
            self._reset()
        elif mode is not None:
            self._send(_stored(Response(b"Service Unavailable\n", 503, "text/plain")), asked, close)
        elif asked.method not in ("GET", "HEAD", "POST"):
            self._send(_stored(Response(b"method not allowed\n", 405, "text/plain")), asked, close)
        else:
            self._send(self._province.answer(asked), asked, close)

    def _reset(self) -> None:
        """Close with RST, as a host that is switched off in the middle does."""
        assert self._transport is not None
        raw: socket.socket = self._transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()

    def _send(self, stored: Stored, asked: Asked | None, close: bool) -> None:
        assert self._transport is not None
        self._transport.write(_wire(stored, asked, self._province.date, close))
        if close:
            self._transport.close()


def _name(host: str) -> str:
    return host.lower().rsplit(":", 1)[0] if ":" in host else host.lower()


def _stored(response: Response) -> Stored:
    digest = hashlib.blake2b(response.body + str(response.status).encode(), digest_size=12).hexdigest()
    large = response.content_type.startswith(("text/", "application/rss")) and len(response.body) > 512
    packed = gzip.compress(response.body, 1, mtime=0) if large else b""
    return Stored(response, f'"{digest}"', packed)


def parse(buffer: bytearray) -> tuple[Asked | None, int]:
    """Return the first whole request and its length; (None, 0) while it is not whole; raise ValueError."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        if len(buffer) > _MAX_HEAD:
            raise ValueError("head too long")
        return None, 0
    lines = bytes(buffer[:end]).decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise ValueError("no request line")
    headers = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon:
            raise ValueError("no header")
        headers[name.strip().lower()] = value.strip()
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > _MAX_BODY or "host" not in headers:
        raise ValueError("no length or host")
    total = end + 4 + int(length)
    if len(buffer) < total:
        return None, 0
    return Asked(words[0], words[1], headers, bytes(buffer[end + 4:total])), total


def _fresh(stored: Stored, headers: Mapping[str, str], date: str) -> bool:
    """Return whether the client's copy is still right. `If-Modified-Since` must match exactly: a server that
    stands at an earlier moment than the copy must not call it fresh."""
    wanted = headers.get("if-none-match")
    if wanted is not None:
        tags = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
        return stored.etag in tags or "*" in tags
    return headers.get("if-modified-since") == date


def _wire(stored: Stored, asked: Asked | None, date: str, close: bool) -> bytes:
    """Return a response as bytes: 304 where the client's copy is fresh, gzip where it is accepted."""
    response, headers = stored.response, asked.headers if asked else {}
    status, body = response.status, response.body
    lines = [f"Date: {date}", "Server: mo-phong", "Vary: Accept-Encoding"]
    if status == 200:
        lines += [f"ETag: W/{stored.etag}", f"Last-Modified: {date}", "Cache-Control: no-cache"]
        if asked is not None and asked.method != "POST" and _fresh(stored, headers, date):
            status, body = 304, b""
    if response.location is not None:
        lines.append(f"Location: {response.location}")
    if status != 304:
        lines.append(f"Content-Type: {response.content_type}")
        if stored.packed and "gzip" in headers.get("accept-encoding", ""):
            lines.append("Content-Encoding: gzip")
            body = stored.packed
        lines.append(f"Content-Length: {len(body)}")
    lines.append(f"Connection: {'close' if close else 'keep-alive'}")
    head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n" + "\r\n".join(lines) + "\r\n\r\n"
    if asked is not None and asked.method == "HEAD":
        body = b""
    return head.encode("latin-1") + body


async def run(province: Province, port: int, ready: Callable[[int], None], stop: asyncio.Event) -> None:
    """Serve on 127.0.0.1 until `stop`; `ready` is called with the port. Raise OSError when it is taken."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(province), "127.0.0.1", port, backlog=512)
    async with server:
        ready(server.sockets[0].getsockname()[1])
        await stop.wait()


@dataclass(frozen=True)
class Served:
    """A running server: its port, and the province it serves."""

    port: int
    province: Province


@contextmanager
def serve(
    scenario: Scenario, as_of: datetime, port: int = 0, down: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """Serve the scenario as of a moment from a thread of this process; gives the port and the province.

    `port` 0 takes a free one; `down` maps hosts to "reset" or "503". Raise OSError when the port is taken.
    """
    province = Province(scenario, as_of, down)
    started: list[int | OSError] = []
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    def tell(found: int) -> None:
        started.append(found)
        ready.set()

    def work() -> None:
        try:
            loop.run_until_complete(run(province, port, tell, stop))
        except OSError as problem:
            started.append(problem)
        finally:
            ready.set()
            loop.close()

    thread = threading.Thread(target=work, name="simulated-portals", daemon=True)
    thread.start()
    ready.wait()
    if isinstance(started[0], OSError):
        raise started[0]
    try:
        yield Served(started[0], province)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
