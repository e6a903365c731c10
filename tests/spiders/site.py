"""A small server on loopback that answers as told, and remembers what it was asked.

What belongs here: sockets and answers. What does not: expectations (the tests).
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


@dataclass(frozen=True)
class Asked:
    """One request: `host` from its header, `at` by the machine's clock."""

    host: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass
class Answer:
    """What is sent. `raw` replaces everything; `close` cuts the connection after it."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    wait: float = 0.0


Route = Answer | Callable[[Asked], Answer]


class Site:
    """Routes are `host/path`, or `/path` for any host. Unknown paths get 404, robots.txt too."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.asked: list[Asked] = []
        self.busiest = 0
        self._busy = 0
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.site = self
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def paths(self, host: str | None = None) -> list[str]:
        """Return the paths asked for, in order."""
        return [a.path for a in self.asked if host is None or a.host == host]

    def page(self, address: str, body: str, **headers: str) -> None:
        """Serve a page of HTML."""
        self.routes[address] = Answer(body.encode(), headers={k.replace("_", "-"): v for k, v in headers.items()})

    def stable(self, address: str, body: str) -> None:
        """Serve a page with an ETag that answers 304 to who knows it."""
        tag = f'"{md5(body.encode()).hexdigest()}"'

        def answer(asked: Asked) -> Answer:
            if asked.headers.get("if-none-match") == tag:
                return Answer(status=304, headers={"ETag": tag})
            return Answer(body.encode(), headers={"ETag": tag})

        self.routes[address] = answer

    def answer(self, asked: Asked) -> Answer:
        """Return what a request gets."""
        with self._lock:
            self.asked.append(asked)
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
        try:
            path = asked.path.partition("?")[0]
            keys = (asked.host + asked.path, asked.host + path, asked.path, path)
            route = next((self.routes[key] for key in keys if key in self.routes), Answer(b"not here", 404))
            answer = route(asked) if callable(route) else route
            time.sleep(answer.wait)
            return answer
        finally:
            with self._lock:
                self._busy -= 1


class _Server(ThreadingHTTPServer):
    site: Site
    daemon_threads = True
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        asked = Asked(
            host=self.headers.get("Host", ""),
            method=self.command,
            path=self.path,
            headers={k.lower(): v for k, v in self.headers.items()},
            body=self.rfile.read(length),
            at=time.monotonic(),
        )
        answer = self.server.site.answer(asked)
        if answer.raw is not None:
            self.wfile.write(answer.raw)
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        headers = {"Content-Type": "text/html; charset=utf-8", "Date": formatdate(usegmt=True), **answer.headers}
        if answer.status != 304:
            headers.setdefault("Content-Length", str(len(answer.body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        pass

    def handle(self) -> None:
        with contextlib.suppress(TimeoutError, ConnectionError):
            super().handle()
