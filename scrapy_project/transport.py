"""One request on the wire: capped, verified, to allowed addresses only.

What belongs here: HTTP through aiohttp, what ends a body early, errors as causes. What does not: when to ask and how
often (`patience`), whether to ask (`middlewares`), what to keep (`landing`).
"""

from __future__ import annotations

import ssl
from functools import lru_cache
from typing import Any

import aiohttp
from yarl import URL

from pipeline.snapshots.codec import decode
from pipeline.snapshots.model import Cause
from scrapy_project.addresses import ForbiddenAddressError, Resolver, numeric_host_refused, socket_factory
from scrapy_project.exchange import Exchange, FetchFailed
from scrapy_project.job import Politeness, Simulation

_HEADER_LINE, _HEADERS = 1 << 15, 400
_HTML = ("text/html", "application/xhtml+xml")
_TEXT = (
    "text/", "application/xml", "application/json", "application/javascript", "application/x-javascript",
    "application/x-gzip", "application/gzip",
)
_UNSURE = ("", "application/octet-stream", "binary/octet-stream", "application/unknown", "application/x-unknown")
_MEDIA = ("image/", "audio/", "video/")
_FILE_MAGIC = (
    b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"RIFF",
    b"{\\rtf",
)


class _Response(aiohttp.ClientResponse):
    """Keeps the peer's address, which aiohttp lets go with the connection."""

    peer: str = ""

    async def start(self, connection: Any) -> aiohttp.ClientResponse:
        peername = connection.transport.get_extra_info("peername") if connection.transport else None
        self.peer = str(peername[0]) if peername else ""
        return await super().start(connection)


class Transport:
    """HTTP for one portal: its cookies, its connections. Make it inside a running event loop; close it."""

    def __init__(self, politeness: Politeness, simulation: Simulation | None, tls_exempt: bool) -> None:
        self._politeness = politeness
        self._simulation = simulation
        connector = aiohttp.TCPConnector(
            resolver=Resolver(simulation),
            socket_factory=socket_factory(simulation),  # type: ignore[arg-type]
            ssl=_tls(tls_exempt),
            limit=8,
            limit_per_host=2,
            ttl_dns_cache=300,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.CookieJar(unsafe=simulation is not None),
            auto_decompress=False,
            response_class=_Response,
            max_line_size=_HEADER_LINE,
            max_field_size=_HEADER_LINE,
            max_headers=_HEADERS,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )

    async def close(self) -> None:
        """Drop all connections; what is under way fails at once."""
        await self._session.close()

    async def send(
        self, method: str, url: str, headers: dict[str, str], body: bytes, timeout: float, file: bool = False
    ) -> Exchange:
        """Return the response to one request; raise FetchFailed where there is none. The body of a document is
        taken only where it is asked for as one (`file`)."""
        if numeric_host_refused(url, self._simulation):
            raise FetchFailed(Cause.UNREACHABLE, f"{url}: địa chỉ không được phép kết nối")
        try:
            async with self._session.request(
                method,
                URL(url, encoded=url.isascii()),
                data=body or None,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=timeout),
            ) as response:
                return await self._read(url, response, file)
        except TimeoutError as error:
            raise FetchFailed(Cause.TIMEOUT, f"quá {timeout:.0f} giây", transient=True) from error
        except (aiohttp.ClientSSLError, ssl.SSLError) as error:
            raise FetchFailed(Cause.TLS, str(error)[:300]) from error
        except aiohttp.ClientConnectorError as error:
            refused = isinstance(error.os_error, ForbiddenAddressError)
            raise FetchFailed(Cause.UNREACHABLE, str(error)[:300], transient=not refused) from error
        except (aiohttp.ClientConnectionError, OSError) as error:
            detail = str(error)[:300] or error.__class__.__name__
            raise FetchFailed(Cause.UNREACHABLE, detail, transient=not self._session.closed) from error
        except (aiohttp.ClientError, ValueError) as error:
            raise FetchFailed(Cause.HTTP_ERROR, str(error)[:300]) from error

    async def _read(self, url: str, response: aiohttp.ClientResponse, file: bool) -> Exchange:
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        limit = self._politeness.html_bytes if kind in _HTML else self._politeness.other_bytes
        taken = _is_page(kind)
        if file:
            limit, taken = self._politeness.file_bytes, not kind.startswith(_MEDIA)
        parts: list[bytes] = []
        cut, unread = Cause.NONE, "" if taken else kind
        if not unread and (response.content_length or 0) > limit:
            cut = Cause.TOO_LARGE
        if not unread and cut is Cause.NONE:
            cut, unread = await _collect(response, "file" if file else kind, limit, parts)
        if unread or cut is not Cause.NONE:
            response.close()
        payload = b"" if unread else b"".join(parts)
        encoding = "" if unread else response.headers.get("Content-Encoding", "")
        body = payload
        if encoding:
            decoded = decode(payload, encoding, limit)
            body = decoded.body
            if cut is Cause.NONE:
                cut = Cause.TOO_LARGE if decoded.over else Cause.NONE if decoded.whole else Cause.TRUNCATED
        return Exchange(
            url=url,
            status=response.status,
            reason=response.reason or "",
            headers=tuple(response.raw_headers),
            payload=payload,
            body=body,
            cut=cut,
            unread=unread,
            ip=response.peer if isinstance(response, _Response) else "",
        )


async def _collect(
    response: aiohttp.ClientResponse, kind: str, limit: int, parts: list[bytes]
) -> tuple[Cause, str]:
    """Read the body into `parts`; return why it is not whole, and the kind of file where it turns out to be one."""
    size = 0
    try:
        async for piece in response.content.iter_any():
            if not parts and kind in _UNSURE and piece.startswith(_FILE_MAGIC):
                return Cause.NONE, kind or "application/octet-stream"
            parts.append(piece)
            size += len(piece)
            if size > limit:
                return Cause.TOO_LARGE, ""
    except aiohttp.ClientPayloadError:
        return Cause.TRUNCATED, ""
    return Cause.NONE, ""


def _is_page(kind: str) -> bool:
    """Only pages, feeds and JSON are taken, except what is asked for as a document."""
    structured = kind.endswith(("+xml", "+json")) and not kind.startswith("image/")
    return kind in _UNSURE or structured or kind.startswith(_TEXT)


@lru_cache(maxsize=2)
def _tls(exempt: bool) -> ssl.SSLContext:
    """Return a context that verifies, or for a portal with a recorded exemption one that does not.

    One of each a process: reading the system's authorities takes longer than landing a hundred pages.
    """
    context = ssl.create_default_context()
    if exempt:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_ciphers("DEFAULT@SECLEVEL=0")
        context.options |= 0x4  # OP_LEGACY_SERVER_CONNECT, named in Python 3.12
    return context
