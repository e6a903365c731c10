"""Servers that lie, break and trap (RELIABILITY's list), each in front of a simulated portal that is otherwise good.

What belongs here: what goes over the wire. What does not: what must come of it (`test_hostile`).
"""

from __future__ import annotations

import asyncio
import gzip
import itertools
import re
import socket
import ssl
import struct
import threading
import unicodedata
import zlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import brotli

from pipeline.simulator.families.base import Response
from pipeline.simulator.server import Asked, Province, parse

try:
    from compression import zstd  # type: ignore[import-not-found, unused-ignore]
except ImportError:
    from backports import zstd

_HTML = "text/html; charset=utf-8"
_RESET = struct.pack("ii", 1, 0)
_MEGABYTE = 1 << 20


@dataclass
class Visit:
    """One request to a hostile portal: what was asked, what the good portal would answer, and the way back."""

    asked: Asked
    good: Response
    writer: asyncio.StreamWriter
    nth: int
    """How often this address of this host was asked for before."""

    async def send(self, data: bytes, every: float = 0.0) -> None:
        """Send bytes, then wait."""
        self.writer.write(data)
        await self.writer.drain()
        if every:
            await asyncio.sleep(every)

    async def page(self, text: str, status: str = "200 OK", kind: str = _HTML, **headers: str) -> None:
        """Send a page."""
        await self.body(text.encode(), status, kind, **headers)

    async def body(self, body: bytes, status: str = "200 OK", kind: str = _HTML, **headers: str) -> None:
        """Send a body with a right length."""
        await self.send(head(status, kind, Content_Length=str(len(body)), **headers) + body)


Hostility = Callable[[Visit], Awaitable[None]]


def head(status: str = "200 OK", kind: str = _HTML, **headers: str) -> bytes:
    """Return a response's head; `_` in names stands for `-`."""
    lines = [f"HTTP/1.1 {status}", "Connection: close", *([f"Content-Type: {kind}"] if kind else [])]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


# Slow, endless, huge


async def slow_headers(visit: Visit) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" * 50:
        await visit.send(bytes([byte]), every=0.1)


async def slow_body(visit: Visit) -> None:
    await visit.send(head(Content_Length=str(len(visit.good.body))))
    for byte in visit.good.body:
        await visit.send(bytes([byte]), every=0.1)


async def endless_body(visit: Visit) -> None:
    await visit.send(head(Transfer_Encoding="chunked") + chunk(visit.good.body.replace(b"</html>", b"")))
    while True:
        await visit.send(chunk(b"<p>" + b"x" * 65_000 + b"</p>"))


async def header_flood(visit: Visit) -> None:
    await visit.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
    for n in itertools.count():
        await visit.send(b"".join(b"X-%d-%d: %s\r\n" % (n, k, b"y" * 200) for k in range(200)))


async def page_of_50_mb(visit: Visit) -> None:
    await visit.send(head(Content_Length=str(50 * _MEGABYTE + len(visit.good.body))))
    for _ in range(50):
        await visit.send(b" " * _MEGABYTE)
    await visit.send(visit.good.body)


@lru_cache(maxsize=4)
def bomb(coding: str) -> bytes:
    """Return 64 MB of blanks, packed."""
    blanks = b" " * (64 * _MEGABYTE)
    return gzip.compress(blanks, 1) if coding == "gzip" else bytes(brotli.compress(blanks, quality=1, lgwin=24))


def bombs(coding: str) -> Hostility:
    async def answer(visit: Visit) -> None:
        await visit.body(bomb(coding), Content_Encoding=coding)
    return answer


# Cut


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}


def cut_packed(coding: str) -> Hostility:
    """A compressed body cut in half by something that makes the length fit."""
    async def answer(visit: Visit) -> None:
        packed = PACK[coding](visit.good.body)
        await visit.body(packed[: len(packed) // 2], Content_Encoding=coding)
    return answer


async def short_length(visit: Visit) -> None:
    body = visit.good.body
    await visit.send(head(Content_Length=str(len(body) // 3)) + body[: len(body) // 3])


async def long_length(visit: Visit) -> None:
    body = visit.good.body
    await visit.send(head(Content_Length=str(len(body) * 2)) + body)


async def cut_chunk(visit: Visit) -> None:
    body = visit.good.body
    await visit.send(head(Transfer_Encoding="chunked") + chunk(body)[: len(body) // 3])


async def no_length(visit: Visit) -> None:
    """HTTP/1.0 fashion: the body ends where the connection does, here in the middle."""
    await visit.send(head() + visit.good.body[: len(visit.good.body) // 3])


async def reset(visit: Visit) -> None:
    await visit.send(head(Content_Length=str(len(visit.good.body))) + visit.good.body[:300], every=0.05)
    raw: socket.socket = visit.writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    visit.writer.transport.abort()


def chunk(data: bytes) -> bytes:
    """Return one chunk."""
    return b"%x\r\n%s\r\n" % (len(data), data)


# Led astray


_AGAIN = re.compile(r"[?&]vong=\d")


async def redirect_loop(visit: Visit) -> None:
    """Two addresses that lead to each other."""
    plain = _AGAIN.sub("", visit.asked.target)
    turn = "" if plain != visit.asked.target else f"{'&' if '?' in plain else '?'}vong=1"
    await visit.body(b"", "302 Found", Location=f"http://{visit.asked.headers['host']}{plain}{turn}")


def redirect(*targets: str) -> Hostility:
    """Lead to one of the targets, another one each time."""
    turns = itertools.cycle(targets)

    async def answer(visit: Visit) -> None:
        await visit.body(b"", "302 Found", Location=next(turns))
    return answer


def refresh(target: str) -> Hostility:
    async def answer(visit: Visit) -> None:
        await visit.page(f'<html><head><meta http-equiv="refresh" content="0;url={target}"></head><body></body></html>')
    return answer


# Refused


def refuses(status: str, text: str = "", **headers: str) -> Hostility:
    async def answer(visit: Visit) -> None:
        await visit.page(f"<html><body><h1>{status}</h1><p>{text}</p></body></html>", status, **headers)
    return answer


async def asks_to_wait(visit: Visit) -> None:
    """429 with a short Retry-After the first time, the page when it is obeyed."""
    if visit.nth == 0:
        await visit.page("<html><body>Too many</body></html>", "429 Too Many Requests", Retry_After="1")
    else:
        await visit.body(visit.good.body, kind=visit.good.content_type)


# Status 200, and no page that was asked for


def instead(text: str) -> Hostility:
    async def answer(visit: Visit) -> None:
        await visit.page(text)
    return answer


CHALLENGE = (
    "<html><head><title>Just a moment...</title></head><body><div id='cf-wrapper'><h1>Checking your browser before "
    "accessing this site</h1><p>Please enable JavaScript and cookies to continue.</p><script src='/cdn-cgi/challenge-"
    "platform/h/b/orchestrate/jsch/v1'></script></div></body></html>")
VIETNAMESE_WALL = (
    "<html><head><title>Access Denied</title></head><body><h2>Yêu cầu của bạn đã bị chặn bởi hệ thống tường lửa</h2>"
    "<p>Mã sự kiện: 7429183651. Vui lòng liên hệ quản trị viên.</p></body></html>")
SOFT_404 = (
    "<html><head><title>Không tìm thấy trang</title></head><body><h1>404</h1><p>Trang bạn tìm kiếm không tồn tại hoặc "
    "đã bị xóa. <a href='/'>Về trang chủ</a></p></body></html>")
MAINTENANCE = (
    "<html><head><title>Bảo trì hệ thống</title></head><body><h1>Hệ thống đang bảo trì, nâng cấp</h1><p>Trang thông "
    "tin điện tử tạm ngừng hoạt động để nâng cấp. Mong quý vị thông cảm và quay lại sau.</p></body></html>")
PARKED = (
    "<html><head><title>domain for sale</title></head><body><h1>This domain is parked</h1><p>Buy this domain. The "
    "domain may be for sale by its owner.</p><a href='http://parking.test/?d=1'>Related searches</a></body></html>")
LOGIN = (
    "<html><head><title>Đăng nhập hệ thống</title></head><body><form action='/login' method='post'><h1>Đăng nhập</h1>"
    "<label>Tên đăng nhập <input name='user'></label><label>Mật khẩu <input type='password' name='pass'></label>"
    "<button>Đăng nhập</button></form></body></html>")
WELCOME = (
    "<html><head><title>Welcome to nginx!</title></head><body><h1>Welcome to nginx!</h1><p>If you see this page, the "
    "nginx web server is successfully installed and working. Further configuration is required.</p></body></html>")
ERROR_TEXT = (
    "<html><head><title>Runtime Error</title></head><body><h1>Server Error in '/' Application.</h1><p>Timeout expired. "
    "The timeout period elapsed prior to obtaining a connection from the pool.</p></body></html>")
DATABASE = "<html><body>Error establishing a database connection</body></html>"
FRAMES = "<html><frameset rows='100%'><frame src='http://khac.test/'></frameset></html>"
SCRIPTED = (
    "<html><head><title>Cổng thông tin</title></head><body><div id='root'></div><script src='/static/js/main.js'>"
    "</script><noscript>You need to enable JavaScript to run this app.</noscript></body></html>")


# Pages that are there, hard to read


def charset(name: str) -> Hostility:
    """The right bytes under a wrong name."""
    async def answer(visit: Visit) -> None:
        kind = visit.good.content_type.replace("utf-8", name)
        await visit.body(visit.good.body, kind=kind)
    return answer


async def legacy_charset(visit: Visit) -> None:
    """Windows-1258 that nobody declares."""
    if not visit.good.content_type.startswith("text/html"):
        await visit.body(visit.good.body, kind=visit.good.content_type)
        return
    text = re.sub(r"<meta[^>]*charset[^>]*>", "", visit.good.body.decode())
    await visit.body(windows_1258(text), kind="text/html")


def windows_1258(text: str) -> bytes:
    """Return Vietnamese as that code page writes it: letters with their marks, tones as characters behind them."""
    out = []
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        tones = "".join(p for p in parts if p in "\u0300\u0301\u0303\u0309\u0323")
        base = unicodedata.normalize("NFC", "".join(p for p in parts if p not in tones))
        out.append(base + tones)
    return "".join(out).encode("cp1258", "xmlcharrefreplace")


def changed(change: Callable[[bytes], bytes]) -> Hostility:
    """The good page with other bytes; files and feeds as they are."""
    async def answer(visit: Visit) -> None:
        page = visit.good.content_type.startswith("text/html")
        await visit.body(change(visit.good.body) if page else visit.good.body, kind=visit.good.content_type)
    return answer


def nul_bytes(body: bytes) -> bytes:
    return body.replace(b"<li", b"\0<li").replace(b"<td", b"\0<td").replace(b"<p", b"\0<p").replace(b"</a>", b"\0</a>")


def nested(body: bytes) -> bytes:
    return re.sub(rb"(<body[^>]*>)", rb"\1" + b"<div>" * 100_000, body, count=1)


def unclosed(body: bytes) -> bytes:
    return re.sub(rb"</(?:div|li|td|tr|p|span|ul|table|section|article)>", b"", body)


async def session_ids(visit: Visit) -> None:
    """Every link carries another session id each time."""
    session = f"{zlib.crc32(f'{visit.asked.target}{visit.nth}'.encode()):08X}" * 4
    body = re.sub(rb'(href="[^"#?;]+?)(\?[^"]*)?"', rb'\1;jsessionid=' + session.encode() + rb'\2"', visit.good.body)
    html = visit.good.content_type.startswith("text/html")
    await visit.body(body if html else visit.good.body, kind=visit.good.content_type)


async def calendar(visit: Visit) -> None:
    """A calendar on every page, each day of which has a page with a calendar."""
    found = re.search(r"ngay=(\d+)", visit.asked.target)
    day = int(found[1]) if found else 0
    links = "".join(f'<a href="/lich-su-kien?ngay={day * 7 + n}">{n}</a> ' for n in range(1, 31))
    block = f'<div class="calendar">{links}<a href="/lich-su-kien?ngay={day + 31}">Trang sau</a></div>'.encode()
    html = visit.good.content_type.startswith("text/html")
    if "lich-su-kien" in visit.asked.target:
        await visit.body(b"<html><body><h1>Lich su kien</h1>" + block + b"</body></html>")
    else:
        await visit.body(visit.good.body.replace(b"</body>", block + b"</body>") if html else visit.good.body,
                         kind=visit.good.content_type)


# Serving


@dataclass
class Front:
    """Hostile hosts before a province: `hosts`: host → hostility and the targets it is about (None: all)."""

    province: Province
    hosts: dict[str, tuple[Hostility, frozenset[str] | None]] = field(default_factory=dict)
    asked: dict[tuple[str, str], int] = field(default_factory=dict)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection: one request, then close."""
        try:
            asked = await _request(reader)
            if asked is not None:
                await self._answer(asked, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, ValueError):
            pass
        finally:
            writer.close()

    async def _answer(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        host = asked.headers["host"].partition(":")[0]
        # A session id that we put there ourselves is no part of an address.
        plain = Asked(asked.method, re.sub(r";jsessionid=\w+", "", asked.target), asked.headers, asked.body)
        good = self.province.answer(plain).response
        nth = self.asked.get((host, asked.target), 0)
        self.asked[host, asked.target] = nth + 1
        visit = Visit(asked, good, writer, nth)
        hostility, targets = self.hosts.get(host, (None, None))
        if hostility is None or (targets is not None and _AGAIN.sub("", plain.target) not in targets):
            where = {"Location": good.location} if good.location else {}
            await visit.body(good.body, f"{good.status} X", good.content_type, **where)
        else:
            await hostility(visit)


async def _request(reader: asyncio.StreamReader) -> Asked | None:
    buffer = bytearray()
    while True:
        asked, _ = parse(buffer)
        if asked is not None:
            return asked
        more = await reader.read(65_536)
        if not more:
            return None
        buffer += more


@contextmanager
def serving(front: Front, certificates: dict[str, Path]) -> Iterator[dict[str, int]]:
    """Serve on loopback from a thread: "" → the port of plain HTTP, and one port for each certificate."""
    loop = asyncio.new_event_loop()
    ports: dict[str, int] = {}
    ready = threading.Event()
    stop = asyncio.Event()

    async def run() -> None:
        servers = [await asyncio.start_server(front.serve, "127.0.0.1", 0)]
        ports[""] = servers[0].sockets[0].getsockname()[1]
        for name, path in certificates.items():
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(path)
            servers.append(await asyncio.start_server(front.serve, "127.0.0.1", 0, ssl=context))
            ports[name] = servers[-1].sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        for server in servers:
            server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()), name="hostile-servers", daemon=True)
    thread.start()
    ready.wait()
    try:
        yield ports
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
