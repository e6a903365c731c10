"""A page as it stands once its scripts have run, for portals whose row says `render=browser`.

What belongs here: what scripts may ask for, when a page is ready, when it is not to be believed. What does not: the
browser itself (`chromium`), the wire, robots.txt and delays (what scripts ask for goes through the same of those as
everything else), landing.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pipeline.extraction.addresses import same_site
from pipeline.snapshots.model import Cause
from scrapy_project.chromium import Chromium, SharedBrowser
from scrapy_project.exchange import Exchange, FetchFailed

Send = Callable[[str, str, dict[str, str], bytes], Awaitable[Exchange]]
"""Fetches what a script asks for (method, address, headers, body); raises FetchFailed."""
_QUIET_SECONDS = 0.8
_STILL_SECONDS = 15.0
_LOOK_SECONDS = 0.2
_REQUESTS = 80
_KEPT_BYTES = 32 << 20
_METHODS = frozenset({"GET", "HEAD", "POST"})
_DATA = frozenset({"XHR", "Fetch"})
_TAKEN = frozenset({"Document", "Script", *_DATA})
_EMPTY = {"Stylesheet": "text/css"}
_OURS = ("host", "connection", "cookie", "user-agent", "accept-encoding", "content-length", "sec-")
_THEIRS = frozenset({
    "content-encoding", "content-length", "transfer-encoding", "connection", "set-cookie", "refresh", "link",
    "strict-transport-security", "content-security-policy", "content-security-policy-report-only",
})
_DOM = """(() => {
  const page = document.documentElement.cloneNode(true);
  page.querySelectorAll('noscript, script:not([type*="json"])').forEach(one => one.remove());
  return [document.URL, '<!DOCTYPE html>\\n' + page.outerHTML];
})()"""
"""What the scripts made, without them: they have done their work, and nobody shall take them for work to come."""
_LENGTH = "document.documentElement ? document.documentElement.outerHTML.length : 0"


@dataclass(frozen=True)
class Rendered:
    """A page after its scripts. `doubts`: what its scripts wanted and did not get, or stumbled over; a list that is
    empty beside a doubt proves nothing."""

    url: str
    body: bytes
    requests: int
    doubts: tuple[str, ...] = ()


@dataclass
class _Visit:
    """What happens while one page is open."""

    url: str
    document: Exchange
    pending: int = 0
    quiet_since: float = field(default_factory=time.monotonic)
    requests: int = 0
    loaded: bool = False
    first_taken: bool = False
    crashed: bool = False
    failed: FetchFailed | None = None
    doubts: list[str] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


class Renderer:
    """Renders pages of one portal in a profile of its own. `send` fetches for its scripts; `check` raises FetchFailed
    where the crawl is to end; `limit` is the most bytes of a page, `seconds` the longest that one page may take, its
    turns at the host's door included."""

    def __init__(
        self, shared: SharedBrowser, root: str, send: Send, check: Callable[[], None], limit: int, seconds: float
    ) -> None:
        self._shared = shared
        self._root = root
        self._send = send
        self.check = check
        self._limit = limit
        self._seconds = seconds
        self._browser: Chromium | None = None
        self._profile = ""
        self._scripts: dict[str, Exchange] = {}
        self._kept = 0

    async def render(self, document: Exchange) -> Rendered:
        """Return the page that the scripts of `document` make of it; raise FetchFailed where it cannot be known."""
        async with self._shared.room:
            browser = await self._ready()
            try:
                return await self._visit(browser, document)
            except TimeoutError as error:
                raise FetchFailed(Cause.TIMEOUT, f"trang chưa dựng xong sau {self._seconds:.0f} giây") from error

    async def close(self) -> None:
        """Forget the profile."""
        if self._browser is not None and self._browser.alive:
            with contextlib.suppress(FetchFailed):
                await self._browser.ask("Target.disposeBrowserContext", {"browserContextId": self._profile})

    async def _ready(self) -> Chromium:
        """Return the browser with this portal's profile in it; both are new where the browser died."""
        browser = await self._shared.get()
        if browser is not self._browser:
            made = await browser.ask("Target.createBrowserContext", {"disposeOnDetach": True})
            self._browser, self._profile = browser, made["browserContextId"]
            await browser.ask(
                "Browser.setDownloadBehavior", {"behavior": "deny", "browserContextId": self._profile})
        return browser

    async def _visit(self, browser: Chromium, document: Exchange) -> Rendered:
        opened = await browser.ask(
            "Target.createTarget", {"url": "about:blank", "browserContextId": self._profile})
        target = opened["targetId"]
        attached = await browser.ask("Target.attachToTarget", {"targetId": target, "flatten": True})
        page = _Page(browser, attached["sessionId"], _Visit(document.url, document), self)
        try:
            async with asyncio.timeout(self._seconds):
                await page.open()
                return await page.result(self._limit)
        finally:
            await page.leave()
            with contextlib.suppress(FetchFailed):
                await browser.ask("Target.closeTarget", {"targetId": target})

    async def fetch(self, method: str, url: str, headers: dict[str, str], body: bytes, script: bool) -> Exchange:
        """Return what a script asked for; scripts themselves are fetched once a portal."""
        kept = self._scripts.get(url) if script and method == "GET" else None
        if kept is not None:
            return kept
        exchange = await self._send(method, url, headers, body)
        if script and exchange.status == 200 and self._kept + len(exchange.body) <= _KEPT_BYTES:
            self._kept += len(exchange.body)
            self._scripts[url] = exchange
        return exchange

    def on_portal(self, url: str) -> bool:
        """Say whether an address is the portal's own."""
        return urlsplit(url).scheme in ("http", "https") and same_site(url, self._root)


class _Page:
    """One open page: hands its scripts what they may have, and waits until it is still."""

    def __init__(self, browser: Chromium, session: str, visit: _Visit, renderer: Renderer) -> None:
        self._browser = browser
        self._session = session
        self._visit = visit
        self._renderer = renderer

    async def open(self) -> None:
        """Show the document; nothing is asked of the network for it again."""
        self._browser.listen(self._session, self._on_event)
        for method, params in (
            ("Page.enable", {}), ("Inspector.enable", {}), ("Runtime.enable", {}),
            ("Fetch.enable", {"patterns": [{"urlPattern": "*"}]}), ("Network.enable", {}),
            ("Network.setBypassServiceWorker", {"bypass": True}),
        ):
            await self._ask(method, params)
        await self._ask("Page.navigate", {"url": self._visit.url})

    async def result(self, limit: int) -> Rendered:
        """Wait until the page is still and return it; raise FetchFailed where what it shows cannot be believed."""
        await self._settle()
        visit = self._visit
        if visit.failed is not None:
            raise visit.failed
        told = (await self._ask("Runtime.evaluate", {"expression": _DOM, "returnByValue": True}))["result"]
        url, html = told.get("value") or ("", "")
        body = html.encode("utf-8", "replace")
        if not html or len(body) > limit:
            raise FetchFailed(Cause.TOO_LARGE if html else Cause.CRASHED, "không lấy được trang từ trình duyệt")
        url = url.partition("#")[0]
        return Rendered(
            url if self._renderer.on_portal(url) else visit.url, body, visit.requests,
            tuple(dict.fromkeys(visit.doubts)))

    async def leave(self) -> None:
        """Forget the page and what it still waits for."""
        self._browser.listen(self._session, None)
        for task in self._visit.tasks:
            task.cancel()

    async def _settle(self) -> None:
        """Return when nothing is being fetched and the page has stopped changing, or when it has not changed for
        long although something keeps asking."""
        visit, length, still_since = self._visit, -1, time.monotonic()
        while visit.failed is None:
            await asyncio.sleep(_LOOK_SECONDS)
            self._renderer.check()
            if visit.crashed:
                raise FetchFailed(Cause.CRASHED, "trang làm chết trình duyệt")
            told = await self._ask("Runtime.evaluate", {"expression": _LENGTH, "returnByValue": True})
            now, size = time.monotonic(), int(told["result"].get("value") or 0)
            if size != length:
                length, still_since = size, now
            quiet = visit.pending == 0 and now - visit.quiet_since >= _QUIET_SECONDS
            if visit.loaded and now - still_since >= (_QUIET_SECONDS if quiet else _STILL_SECONDS):
                return

    def _on_event(self, method: str, params: dict[str, Any]) -> None:
        if method == "Fetch.requestPaused":
            task = asyncio.ensure_future(self._answer(params))
            self._visit.tasks.add(task)
            task.add_done_callback(self._visit.tasks.discard)
        elif method == "Page.loadEventFired":
            self._visit.loaded = True
        elif method == "Page.javascriptDialogOpening":
            task = asyncio.ensure_future(self._quietly("Page.handleJavaScriptDialog", {"accept": False}))
            self._visit.tasks.add(task)
            task.add_done_callback(self._visit.tasks.discard)
        elif method == "Runtime.exceptionThrown":
            told = params.get("exceptionDetails", {})
            what = told.get("exception", {}).get("description") or told.get("text", "")
            self._visit.doubts.append(f"lỗi kịch bản: {what.partition(chr(10))[0][:120]}")
        elif method in ("Inspector.targetCrashed", "Inspector.detached"):
            self._visit.crashed = True

    async def _answer(self, params: dict[str, Any]) -> None:
        """Give what was asked for, from the portal by its own rules, or refuse it."""
        visit, asked, kind = self._visit, params["request"], params.get("resourceType", "")
        url, number = asked["url"].partition("#")[0], params["requestId"]
        if kind == "Document" and not visit.first_taken:
            visit.first_taken = True
            await self._fulfil(number, visit.document)
        elif kind in _EMPTY:
            await self._fulfil(number, Exchange(url, 200, "OK", ((b"Content-Type", _EMPTY[kind].encode()),)))
        elif kind not in _TAKEN or asked["method"] not in _METHODS or not self._renderer.on_portal(url):
            if kind in _DATA or kind == "Script":
                visit.doubts.append(f"{urlsplit(url).netloc or url[:80]} ở ngoài trang TTĐT")
            await self._quietly("Fetch.failRequest", {"requestId": number, "errorReason": "BlockedByClient"})
        else:
            await self._fetch(number, url, kind, asked)

    async def _fetch(self, number: str, url: str, kind: str, asked: dict[str, Any]) -> None:
        visit = self._visit
        visit.pending += 1
        visit.requests += 1
        try:
            if visit.requests > _REQUESTS:
                raise FetchFailed(Cause.BUDGET, f"kịch bản của trang hỏi hơn {_REQUESTS} lần")
            headers = {n: v for n, v in asked["headers"].items() if not n.lower().startswith(_OURS)}
            body = _body_of(asked)
            exchange = await self._renderer.fetch(asked["method"], url, headers, body, kind == "Script")
            if exchange.status >= 500 or exchange.status == 429 or exchange.cut is not Cause.NONE:
                cause = exchange.cut if exchange.cut is not Cause.NONE else Cause.HTTP_ERROR
                raise FetchFailed(cause, f"HTTP {exchange.status}")
            if exchange.status >= 400 and kind in _DATA:
                visit.doubts.append(f"{urlsplit(url).path}: HTTP {exchange.status}")
            await self._fulfil(number, exchange)
        except FetchFailed as failed:
            # A page that did not get what it needs may look empty: it proves nothing.
            visit.failed = visit.failed or FetchFailed(failed.cause, f"{url}: {failed.detail}")
            await self._quietly("Fetch.failRequest", {"requestId": number, "errorReason": "Failed"})
        finally:
            visit.pending -= 1
            visit.quiet_since = time.monotonic()

    async def _fulfil(self, number: str, exchange: Exchange) -> None:
        headers = [
            {"name": name.decode("latin-1"), "value": value.decode("latin-1")}
            for name, value in exchange.headers if name.decode("latin-1").lower() not in _THEIRS
        ]
        await self._quietly("Fetch.fulfillRequest", {
            "requestId": number, "responseCode": exchange.status, "responseHeaders": headers,
            "body": base64.b64encode(exchange.body).decode(),
        })

    async def _quietly(self, method: str, params: dict[str, Any]) -> None:
        with contextlib.suppress(FetchFailed):  # the page went on without it
            await self._ask(method, params)

    async def _ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        return await self._browser.ask(method, params, self._session)


def _body_of(asked: dict[str, Any]) -> bytes:
    entries = [base64.b64decode(e["bytes"]) for e in asked.get("postDataEntries", ()) if "bytes" in e]
    return b"".join(entries) or str(asked.get("postData", "")).encode()
