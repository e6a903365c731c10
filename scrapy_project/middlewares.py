"""Whether an address may be asked for, with which headers, and where a redirect may lead.

What belongs here: robots.txt, validators of conditional requests, redirects on and off the portal. What does not:
the wire (`transport`), delays and retries (`patience`; a Crawl-delay is handed to its gate).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from urllib.parse import urljoin, urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from w3lib.html import get_meta_refresh

from pipeline.extraction.addresses import same_site
from pipeline.snapshots.model import Cause
from scrapy_project.exchange import Exchange, FetchFailed
from scrapy_project.landing import ROBOTS_ROLE, Asked
from scrapy_project.patience import gate_of

if TYPE_CHECKING:
    from scrapy_project.spiders.portal import PortalSpider

ROBOTS_LIMIT = 512 << 10
"""Bytes of a robots.txt that are read (RFC 9309 asks for at least 500 KiB)."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REFRESH_BODY = 16 << 10
_REFRESH_WAIT = 5


class _Middleware:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> _Middleware:
        """Return the middleware for a crawler."""
        return cls(crawler)

    @property
    def spider(self) -> PortalSpider:
        """The spider that is crawling."""
        return cast("PortalSpider", self.crawler.spider)


@dataclass(frozen=True)
class RobotsRules:
    """What a host's robots.txt says. `refusal` is set where nothing may be asked for at all."""

    rules: Protego | None = None
    refusal: FetchFailed | None = None


class RobotsMiddleware(_Middleware):
    """Obeys robots.txt (RFC 9309): fetched once a host, landed, 4xx allows all, 5xx allows nothing.

    Where robots.txt could not be fetched, its own failure is the cause: a portal that is down is unreachable, not
    forbidden. An exemption of the portal overrules the file, never the fetch of it, and each use is logged.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._rules: dict[str, asyncio.Future[RobotsRules]] = {}

    async def process_request(self, request: Request) -> None:
        """Raise FetchFailed for an address that robots.txt does not allow."""
        if request.meta.get("robots"):
            return
        robots = await self._of_host(request.url)
        refusal = robots.refusal
        if robots.rules is not None and not robots.rules.can_fetch(request.url, self._token()):
            refusal = FetchFailed(Cause.ROBOTS, "robots.txt không cho phép")
        if refusal is None:
            return
        if self.spider.portal.robots_exemption:
            self.spider.note(f"{request.url}: {refusal.detail}; được miễn: {self.spider.portal.robots_exemption}")
            return
        raise FetchFailed(refusal.cause, refusal.detail)

    async def _of_host(self, url: str) -> RobotsRules:
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._rules:
            self._rules[host] = asyncio.get_running_loop().create_future()
            self._rules[host].set_result(await self._fetch(f"{host}/robots.txt"))
        return await self._rules[host]

    async def _fetch(self, url: str) -> RobotsRules:
        try:
            body = await self.spider.fetch_robots(Asked(url, ROBOTS_ROLE))
        except FetchFailed as failed:
            return RobotsRules(refusal=FetchFailed(failed.cause, f"robots.txt: {failed.detail}"))
        if body is None:
            return RobotsRules()
        rules = Protego.parse(body[:ROBOTS_LIMIT].decode("utf-8-sig", "replace"))
        wish = rules.crawl_delay(self._token())
        if wish:
            gate_of(url, min(float(wish), self.spider.job.politeness.max_crawl_delay))
        return RobotsRules(rules)

    def _token(self) -> str:
        """Return the product token of the user agent, by which robots.txt names crawlers."""
        return self.spider.job.politeness.user_agent.split("/")[0].split()[0]


class HeadersMiddleware(_Middleware):
    """Sets what is said with every request, and validators where the address is the one they belong to."""

    async def process_request(self, request: Request) -> None:
        """Complete the headers."""
        headers = request.headers
        headers["User-Agent"] = self.spider.job.politeness.user_agent
        headers["Accept-Encoding"] = "gzip, deflate, br"
        # what a page's script asks for says itself what it takes and sends
        headers.setdefault("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
        headers.setdefault("Accept-Language", "vi,en;q=0.3")
        if request.method == "POST":
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        validators: Mapping[str, Mapping[str, str]] = request.meta.get("validators", {})
        for name in ("If-None-Match", "If-Modified-Since"):
            value = validators.get(request.url, {}).get(name)
            if value:
                headers[name] = value
            else:
                headers.pop(name, None)


class RedirectMiddleware(_Middleware):
    """Follows redirects on the portal, by status or by a page that only refreshes; off the portal it records.

    Where a redirect leaves the portal, `request.meta["moved_to"]` says where to and the response stands.
    """

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        """Return the response, or the request that follows it; raise FetchFailed for a redirect to nowhere."""
        exchange: Exchange = request.meta["exchange"]
        target = _target(request, exchange)
        if target is None:
            return response
        if urlsplit(target).scheme not in ("http", "https"):
            raise FetchFailed(Cause.HTTP_ERROR, f"chuyển hướng tới {target[:200]}")
        if not same_site(target, self.spider.portal.url):
            request.meta["moved_to"] = target
            return response
        hops: tuple[str, ...] = (*request.meta.get("hops", ()), request.url)
        # A portal that sets a cookie sends a visitor back to the same address once; twice is a loop.
        if len(hops) > self.spider.job.politeness.max_redirects or hops.count(target) > 1:
            raise FetchFailed(Cause.HTTP_ERROR, f"chuyển hướng vòng lặp qua {target[:200]}")
        keeps_method = exchange.status in (307, 308)
        return request.replace(
            url=target,
            method=request.method if keeps_method else "GET",
            body=request.body if keeps_method else b"",
            meta={**request.meta, "hops": hops},
        )


def _target(request: Request, exchange: Exchange) -> str | None:
    """Return the absolute address that a response sends on to, without fragment, or None."""
    if exchange.status in _REDIRECTS:
        location = exchange.header(b"location")
        # Servers send UTF-8 in this header although it is Latin-1 by the book.
        with contextlib.suppress(UnicodeDecodeError):
            location = location.encode("latin-1").decode("utf-8")
        return urljoin(request.url, location).partition("#")[0] if location else None
    return _refresh_target(request, exchange)


def _refresh_target(request: Request, exchange: Exchange) -> str | None:
    body = exchange.body
    if exchange.status != 200 or len(body) > _REFRESH_BODY or b"http-equiv" not in body.lower():
        return None
    text = body.decode("utf-8", "replace")
    wait, target = get_meta_refresh(text, request.url, ignore_tags=("noscript", "script", "style", "template"))
    if wait is None or not target or wait > _REFRESH_WAIT:
        return None
    target = target.partition("#")[0]
    return None if target == request.url else target
