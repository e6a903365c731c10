"""The one spider: it asks a guide where to go, fetches one address at a time, and hands back what came.

What belongs here: the loop. What does not: where to go (`pipeline.navigation`), what a page says
(`pipeline.extraction`), how it is fetched (`handler`, `middlewares`) and kept (`landing`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol
from urllib.parse import urlencode

from scrapy import Request, Spider
from scrapy.exceptions import NotSupported

from pipeline.extraction.model import Page, Reading
from pipeline.navigation.model import Arrival, PortalReport, Role, Want
from pipeline.snapshots.bodies import CaptureError
from pipeline.snapshots.layout import End
from pipeline.snapshots.model import Capture, Cause, Outcome
from pipeline.snapshots.store import SnapshotStore
from scrapy_project.chromium import SharedBrowser
from scrapy_project.exchange import Exchange, FetchFailed
from scrapy_project.job import CrawlJob, PortalJob
from scrapy_project.landing import RENDERED_TYPE, ROBOTS_ROLE, UNRENDERED_ROLE, Asked, Landing
from scrapy_project.rendering import Renderer
from scrapy_project.transport import Transport

_log = logging.getLogger(__name__)
_DOWN = frozenset({Cause.UNREACHABLE, Cause.TIMEOUT})
_LISTS = frozenset({Role.SECTION, Role.GENERAL})
_RENDERED = _LISTS | {Role.HOME, Role.HUB}
_TEXTS = frozenset({Role.ARTICLE, Role.RECHECK})


class Guide(Protocol):
    """What decides where to go (`pipeline.navigation.navigator.Navigator`)."""

    def start(self) -> list[Want]:
        """Return the first wants."""

    def arrive(self, arrival: Arrival) -> list[Want]:
        """Take what came of a want; return the wants that follow."""

    def report(self) -> PortalReport:
        """Return what was covered."""


class PortalSpider(Spider):
    """Crawls one portal of a job. `read` turns a page into a reading; `on_start` is given the spider, `on_page` is
    told of every want that came back (how many so far, how many are waiting).

    Afterwards `served` says whether every want was answered, `end` how it came to its end.
    """

    name = "portal"

    def __init__(
        self,
        job: CrawlJob,
        portal: PortalJob,
        landing: Landing,
        guide: Guide,
        read: Callable[[Page], Reading],
        on_page: Callable[[int, int], None],
        on_start: Callable[[PortalSpider], None],
        browser: SharedBrowser | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        on_start(self)
        self.job = job
        self.portal = portal
        self.deadline = time.monotonic() + job.politeness.portal_seconds
        self.stopped = asyncio.Event()
        self.end = End.FINISHED
        self.served = False
        self._landing = landing
        self._guide = guide
        self._read = read
        self._on_page = on_page
        self._store = SnapshotStore(job.snapshots)
        self._earlier = self._store.history(portal.portal_id, job.crawl_id)
        self._failures = 0
        self._failing = Cause.NONE
        self.transport: Transport | None = None
        self._renderer: Renderer | None = None
        if portal.render == "browser":
            self._renderer = Renderer(
                browser or SharedBrowser(), portal.url, self._send_for_script, self._check,
                job.politeness.html_bytes, job.politeness.render_seconds)

    def stop(self) -> None:
        """Ask for no further page; what is under way is let go."""
        self.stopped.set()
        if self.transport is not None:
            self._closing = asyncio.ensure_future(self.transport.close())

    def note(self, text: str) -> None:
        """Write a line to the crawl's log."""
        _log.warning("%s: %s", self.portal.portal_id, text)

    async def start(self) -> AsyncIterator[PortalReport]:
        """Serve the guide's wants, first in, first out; give the report at the end."""
        wants = deque(self._guide.start())
        pages = 0
        while wants:
            want = wants.popleft()
            wants.extend(self._guide.arrive(await self._serve(want)))
            pages += 1
            self._on_page(pages, len(wants))
        self.served = True
        if self._renderer is not None:
            await self._renderer.close()
        yield self._guide.report()

    async def fetch_robots(self, asked: Asked) -> bytes | None:
        """Return the body of a host's robots.txt, None where it has none; raise FetchFailed. It is landed, too."""
        try:
            capture, body = await self._fetch(asked)
        except FetchFailed as failed:
            self._landing.failure(asked, self._outcome_of(failed), failed)
            raise
        status = capture.status or 0
        if status >= 500 or status == 429 or capture.outcome is Outcome.TRUNCATED:
            raise FetchFailed(capture.cause, capture.detail or "tải dở dang")
        return body

    # -- one want -------------------------------------------------------------------------------------

    async def _serve(self, want: Want) -> Arrival:
        asked = Asked.of(want)
        given_up = self._given_up()
        if given_up is not None:
            capture = self._landing.failure(asked, Outcome.NOT_ATTEMPTED, given_up)
            return self._arrival(want, capture, None)
        try:
            capture, body = await self._fetch(asked)
        except FetchFailed as failed:
            capture, body = self._landing.failure(asked, self._outcome_of(failed), failed), None
        self._count_failure(capture)
        return self._arrival(want, capture, body)

    async def _fetch(self, asked: Asked, conditional: bool = True) -> tuple[Capture, bytes | None]:
        """Fetch and land; return the capture and the body to read, if there is one. Raises FetchFailed."""
        earlier = self._earlier.get(asked.url) if conditional and not asked.form else None
        try:
            response = await self.crawler.engine.download_async(_request(asked, earlier))
        except (NotSupported, ValueError) as error:  # no http(s) address, or none at all
            raise FetchFailed(Cause.HTTP_ERROR, str(error)[:300]) from error
        meta = response.meta  # of the last hop
        exchange: Exchange = meta["exchange"]
        rendered = self._is_rendered(asked, exchange, meta)
        landed = replace(asked, role=UNRENDERED_ROLE) if rendered else asked
        if exchange.status == 304 and earlier is not None and exchange.url == earlier.final_url:
            try:
                source = self._store.source(earlier)
                body = self._store.body(source)
            except CaptureError as error:
                self.note(f"{asked.url}: bản lưu trước không dùng được ({error}), tải lại")
                return await self._fetch(asked, conditional=False)
            capture = self._landing.not_modified(landed, exchange, earlier, source)
            kind = ((b"Content-Type", source.content_type.encode("latin-1", "replace")),)
            document = replace(exchange, status=200, headers=kind, body=body)
        else:
            capture, document = self._landing.response(landed, exchange, meta.get("moved_to", "")), exchange
        if rendered:
            return await self._render(asked, document)
        readable = capture.outcome in (Outcome.CAPTURED, Outcome.UNCHANGED) and capture.digest is not None
        return capture, document.body if readable else None

    # -- what scripts make of a page ------------------------------------------------------------------

    def _is_rendered(self, asked: Asked, exchange: Exchange, meta: Mapping[str, Any]) -> bool:
        """Say whether the page is what a browser makes of this answer: lists and menus always, a posting's page
        where the answer is an empty shell."""
        if self._renderer is None or asked.form or meta.get("moved_to") or exchange.cut is not Cause.NONE:
            return False
        if exchange.status == 304:
            return asked.role in _RENDERED
        if exchange.status != 200 or exchange.unread or "html" not in exchange.header(b"content-type").lower():
            return False
        if asked.role in _TEXTS:
            page = Page(exchange.url, exchange.body, exchange.header(b"content-type"), 200, None)
            return self._read(page).invalid_reason in ("scripted", "empty")
        return asked.role in _RENDERED

    async def _render(self, asked: Asked, document: Exchange) -> tuple[Capture, bytes]:
        """Render and land; raise FetchFailed where what the page shows cannot be believed."""
        assert self._renderer is not None
        page = await self._renderer.render(document)
        if page.doubts and asked.role in _LISTS:
            told = self._read(Page(page.url, page.body, RENDERED_TYPE, 200, None))
            if not told.rows and told.article is None:
                why = "; ".join(page.doubts)[:300]
                raise FetchFailed(Cause.INVALID_PAGE, f"không có danh sách, có thể vì kịch bản thiếu dữ liệu: {why}")
        note = f"dựng bằng trình duyệt, kịch bản tải {page.requests} lần"
        return self._landing.rendered(asked, page.url, page.body, note), page.body

    def _check(self) -> None:
        """Raise FetchFailed where the crawl was stopped or the portal's time is up."""
        if self.stopped.is_set():
            raise FetchFailed(Cause.NOT_CRAWLED, "đã dừng theo yêu cầu")
        if time.monotonic() >= self.deadline:
            raise FetchFailed(Cause.TIMEOUT, "hết thời gian dành cho trang")

    async def _send_for_script(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Exchange:
        """Fetch what a page's script asks for, by the portal's rules like everything else."""
        self._check()
        try:
            request = Request(url, method=method, headers=headers, body=body)
            response = await self.crawler.engine.download_async(request)
        except (NotSupported, ValueError) as error:
            raise FetchFailed(Cause.HTTP_ERROR, str(error)[:300]) from error
        if response.meta.get("moved_to"):
            raise FetchFailed(Cause.MOVED, f"chuyển hướng tới {response.meta['moved_to'][:200]}")
        exchange: Exchange = response.meta["exchange"]
        return exchange

    def _given_up(self) -> FetchFailed | None:
        if self.stopped.is_set():
            self.end = End.STOPPED
            return FetchFailed(Cause.NOT_CRAWLED, "đã dừng theo yêu cầu")
        if time.monotonic() >= self.deadline:
            self.end = End.TIMEOUT
            return FetchFailed(Cause.TIMEOUT, "hết thời gian dành cho trang")
        if self._failures >= self.job.politeness.give_up_after:
            return FetchFailed(self._failing, f"máy chủ không đáp ứng {self._failures} lần liền")
        return None

    def _count_failure(self, capture: Capture) -> None:
        down = capture.cause in _DOWN or capture.status in (429, 503)
        self._failures = self._failures + 1 if down else 0
        self._failing = capture.cause

    def _outcome_of(self, failed: FetchFailed) -> Outcome:
        if failed.cause in (Cause.ROBOTS, Cause.BLOCKED):
            return Outcome.BLOCKED
        return Outcome.NOT_ATTEMPTED if self.stopped.is_set() else Outcome.FAILED

    def _arrival(self, want: Want, capture: Capture, body: bytes | None) -> Arrival:
        # Nothing depends on what a document says while its portal is crawled.
        reading = None if body is None or want.role is Role.FILE else self._reading(capture, body)
        return Arrival(want, capture.outcome, capture.cause, capture.capture_id, capture.final_url, reading)

    def _reading(self, capture: Capture, body: bytes) -> Reading | None:
        # A page that did not change is what it was when it was landed: its 304 says nothing about it.
        status = 200 if capture.outcome is Outcome.UNCHANGED else capture.status or 200
        page = Page(capture.final_url, body, capture.content_type, status, capture.fetched_at)
        try:
            return self._read(page)
        except MemoryError:
            raise
        except Exception:
            _log.exception("%s: không đọc được %s", self.portal.portal_id, capture.final_url)
            return None


def _request(asked: Asked, earlier: Capture | None) -> Request:
    meta: dict[str, Any] = {"robots": asked.role == ROBOTS_ROLE, "file": asked.role == Role.FILE}
    if asked.form:
        return Request(asked.url, method="POST", body=urlencode(asked.form), meta=meta)
    if earlier is not None:
        meta["validators"] = {earlier.final_url: _validators(earlier)}
    return Request(asked.url, meta=meta)


def _validators(capture: Capture) -> Mapping[str, str]:
    found = {"If-None-Match": capture.etag, "If-Modified-Since": capture.last_modified}
    return {name: value for name, value in found.items() if value}
