"""Scrapy's download handler for http and https: the transport behind the gate of its host.

What belongs here: wiring of `transport` and `patience` to Scrapy. What does not: any policy.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, cast

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response

from pipeline.snapshots.model import Cause
from scrapy_project.exchange import Exchange, FetchFailed
from scrapy_project.patience import ask, gate_of
from scrapy_project.transport import Transport

if TYPE_CHECKING:
    from scrapy_project.spiders.portal import PortalSpider


class PortalDownloadHandler(BaseDownloadHandler):
    """Fetches for one portal. The exchange travels in `request.meta["exchange"]`; the response's body is
    decoded. Raises FetchFailed."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        spider = cast("PortalSpider", crawler.spider)
        self._spider = spider
        self._politeness = spider.job.politeness
        if spider.transport is None:  # http and https share cookies and connections
            spider.transport = Transport(
                self._politeness, spider.job.simulation, bool(spider.portal.tls_exemption)
            )
        self._transport = spider.transport

    async def download_request(self, request: Request) -> Response:
        """Return the response, after its turn and after what passes."""
        headers = {name.decode(): values[-1].decode("latin-1") for name, values in request.headers.items()}

        async def send() -> Exchange:
            timeout = min(self._politeness.timeout_seconds, self._left())
            file = bool(request.meta.get("file"))
            return await self._transport.send(request.method, request.url, headers, request.body, timeout, file)

        gate = gate_of(request.url, self._politeness.delay_seconds)
        exchange = await ask(send, gate, self._politeness, self._sleep)
        request.meta["exchange"] = exchange
        return Response(exchange.url, exchange.status, body=exchange.body, request=request)

    async def close(self) -> None:
        """Drop all connections."""
        await self._transport.close()

    def _left(self) -> float:
        if self._spider.stopped.is_set():
            raise FetchFailed(Cause.NOT_CRAWLED, "đã dừng theo yêu cầu")
        left = self._spider.deadline - time.monotonic()
        if left <= 0:
            raise FetchFailed(Cause.TIMEOUT, "hết thời gian dành cho trang")
        return left

    async def _sleep(self, seconds: float) -> None:
        """Sleep, but not past the portal's time, and no longer once the crawl is stopped."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._spider.stopped.wait(), min(seconds, self._left()))
        self._left()
