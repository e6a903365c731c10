"""What is kept of a fetch: its record, its outcome, its line in the manifest.

What belongs here: from an exchange (or its failure) to a capture. What does not: files (`pipeline.snapshots.writer`),
the wire (`transport`), what a page says (`pipeline.extraction`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.navigation.model import Want
from pipeline.snapshots.bodies import digest_of
from pipeline.snapshots.layout import Done, End
from pipeline.snapshots.model import Capture, Cause, Outcome
from pipeline.snapshots.outcomes import of_status
from pipeline.snapshots.warc import NOT_MODIFIED_PROFILE, build_record, http_head, record_id, warc_date
from pipeline.snapshots.writer import Extent, SnapshotWriter
from scrapy_project.clock import Clock
from scrapy_project.exchange import Exchange, FetchFailed
from scrapy_project.job import PortalJob
from scrapy_project.patience import retry_after

ROBOTS_ROLE = "robots"
UNRENDERED_ROLE = "unrendered"
"""What the server sent where the page is what its scripts make of that: kept as proof, never read."""
RENDERED_TYPE = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Asked:
    """What was asked: the address as wanted, by which way, why."""

    url: str
    role: str
    form: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, want: Want) -> Asked:
        """Return what a want asks."""
        return cls(want.url, want.role.value, want.form)


class Landing:
    """Lands what one portal's spider fetched."""

    def __init__(self, writer: SnapshotWriter, portal: PortalJob, clock: Clock) -> None:
        self._writer = writer
        self._portal = portal
        self._clock = clock
        self._last_record = ""

    def response(self, asked: Asked, exchange: Exchange, moved_to: str = "", note: str = "") -> Capture:
        """Land a response that came with all or a part of its body.

        `moved_to` is where it redirects off the portal; `note` is kept as the capture's detail.
        """
        moment = self._clock.now()
        outcome, cause = _judge(exchange, moved_to)
        # Half a body has no digest: nobody may take it for the page.
        whole = exchange.cut is Cause.NONE and not exchange.unread
        digest = digest_of(exchange.body) if whole else None
        extent = self._write(_response_record(exchange, moment, digest))
        capture = replace(
            self._blank(asked, moment, outcome, cause, note or _detail(exchange)),
            final_url=moved_to or exchange.url,
            status=exchange.status,
            digest=digest,
            content_type=exchange.header(b"content-type"),
            size=len(exchange.body),
            file=extent.file,
            offset=extent.offset,
            length=extent.length,
            etag=exchange.header(b"etag") or None,
            last_modified=exchange.header(b"last-modified") or None,
        )
        return self._add(capture)

    def not_modified(self, asked: Asked, exchange: Exchange, earlier: Capture, source: Capture) -> Capture:
        """Land a 304 as a revisit of `earlier`, whose body lies in the record of `source`."""
        moment = self._clock.now()
        extra = (
            ("WARC-Profile", NOT_MODIFIED_PROFILE),
            ("WARC-Refers-To-Target-URI", source.final_url),
            ("WARC-Refers-To-Date", warc_date(source.fetched_at)),
            *((("WARC-IP-Address", exchange.ip),) if exchange.ip else ()),
        )
        block = http_head(exchange.status, exchange.reason, exchange.headers)
        kind = "application/http;msgtype=response"
        extent = self._write(build_record("revisit", exchange.url, moment, kind, block, extra))
        capture = replace(
            self._blank(asked, moment, Outcome.UNCHANGED, Cause.NONE, _detail(exchange)),
            final_url=exchange.url,
            status=exchange.status,
            digest=source.digest,
            content_type=source.content_type,
            size=source.size,
            file=extent.file,
            offset=extent.offset,
            length=extent.length,
            refers_to=source.capture_id,
            etag=exchange.header(b"etag") or earlier.etag,
            last_modified=exchange.header(b"last-modified") or earlier.last_modified,
        )
        return self._add(capture)

    def rendered(self, asked: Asked, url: str, body: bytes, note: str) -> Capture:
        """Land a page as its scripts left it: a conversion of the record that was landed last."""
        moment = self._clock.now()
        digest = digest_of(body)
        extra = (("WARC-Refers-To", self._last_record), ("WARC-Payload-Digest", digest))
        extent = self._write(build_record("conversion", url, moment, RENDERED_TYPE, body, extra))
        capture = replace(
            self._blank(asked, moment, Outcome.CAPTURED, Cause.NONE, note),
            final_url=url,
            status=200,
            digest=digest,
            content_type=RENDERED_TYPE,
            size=len(body),
            file=extent.file,
            offset=extent.offset,
            length=extent.length,
            rendered=True,
        )
        return self._add(capture)

    def _write(self, record: bytes) -> Extent:
        self._last_record = record_id(record)
        return self._writer.write(record)

    def failure(self, asked: Asked, outcome: Outcome, failed: FetchFailed) -> Capture:
        """Write down that nothing came, and why."""
        return self._add(self._blank(asked, self._clock.now(), outcome, failed.cause, failed.detail))

    def close(self, end: End, detail: str = "") -> Done:
        """Close the portal's files."""
        return self._writer.close(end, self._clock.now(), detail)

    def _blank(
        self, asked: Asked, moment: datetime, outcome: Outcome, cause: Cause, detail: str
    ) -> Capture:
        return Capture(
            capture_id=self._writer.next_id(),
            crawl_id=self._writer.files.crawl_id,
            unit_id=self._portal.unit_id,
            portal_id=self._portal.portal_id,
            url=asked.url,
            final_url=asked.url,
            fetched_at=moment,
            status=None,
            outcome=outcome,
            cause=cause,
            detail=detail,
            method="POST" if asked.form else "GET",
            form=asked.form,
            role=asked.role,
        )

    def _add(self, capture: Capture) -> Capture:
        self._writer.add(capture)
        return capture


def _judge(exchange: Exchange, moved_to: str) -> tuple[Outcome, Cause]:
    if moved_to:
        return Outcome.MOVED, Cause.MOVED
    outcome, cause = of_status(exchange.status)
    if outcome is Outcome.CAPTURED and exchange.cut is not Cause.NONE:
        return Outcome.TRUNCATED, exchange.cut
    if exchange.status == 503 and retry_after(exchange) is not None:
        return Outcome.BLOCKED, Cause.BLOCKED
    return outcome, cause


def _detail(exchange: Exchange) -> str:
    notes = [] if 200 <= exchange.status < 300 else [f"HTTP {exchange.status}"]
    if exchange.unread:
        notes.append(f"tệp {exchange.unread}, không tải nội dung")
    if exchange.tries > 1:
        notes.append(f"sau {exchange.tries} lần thử")
    return "; ".join(notes)


def _response_record(exchange: Exchange, moment: datetime, digest: str | None) -> bytes:
    extra: list[tuple[str, str]] = [("WARC-IP-Address", exchange.ip)] if exchange.ip else []
    stored = digest if digest and exchange.payload is exchange.body else digest_of(exchange.payload)
    extra.append(("WARC-Payload-Digest", stored))
    if exchange.unread:
        extra.append(("WARC-Truncated", "unspecified"))
    elif exchange.cut is not Cause.NONE:
        extra.append(("WARC-Truncated", "length" if exchange.cut is Cause.TOO_LARGE else "disconnect"))
    block = http_head(exchange.status, exchange.reason, exchange.headers) + exchange.payload
    return build_record("response", exchange.url, moment, "application/http;msgtype=response", block, tuple(extra))
