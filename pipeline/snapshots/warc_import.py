"""Captures of any other archiver (wget, warcio, Heritrix, a browser's) taken in as a crawl of a month.

What belongs here: which record belongs to which portal, what each means, landing them with our manifest. What does
not: reading foreign files (`warc_stream`), writing ours (`writer`), what pages say (`pipeline.extraction`).
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from pipeline.registry.model import Portal
from pipeline.snapshots.bodies import digest_of, undo_codings
from pipeline.snapshots.layout import End, PortalFiles, file_sha256, next_crawl_id
from pipeline.snapshots.model import Capture, Cause, Outcome
from pipeline.snapshots.outcomes import of_status
from pipeline.snapshots.store import SnapshotStore
from pipeline.snapshots.warc import HttpMessage, Record
from pipeline.snapshots.warc_stream import ForeignRecord, WarcImportError, read_records
from pipeline.snapshots.writer import Extent, SnapshotWriter, replace_text

ROLE = "imported"
_KINDS = frozenset({"response", "revisit", "resource"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_HOPS = 10
_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z?")


@dataclass(frozen=True)
class ImportSummary:
    """What an import came to. `captures`: portal → how many; `unknown_hosts`: host → records that belong to no
    portal; `ignored`: kind of record → how many were not responses of a portal's pages."""

    crawl_id: str
    month: str
    captures: dict[str, int]
    outcomes: dict[str, int]
    unknown_hosts: dict[str, int]
    ignored: dict[str, int]
    sources: dict[str, str]


@dataclass
class _Entry:
    """One capture to be. `location` is where a redirect leads; `refers` names what a revisit repeats."""

    portal: Portal
    source: tuple[int, int]
    capture: Capture
    record_id: str
    payload_digest: str
    location: str = ""
    refers: tuple[str, str, str] | None = None
    extent: Extent | None = None


@dataclass
class _Plan:
    """Everything the first reading of the files tells."""

    entries: list[_Entry] = field(default_factory=list)
    posts: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    unknown_hosts: Counter[str] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)


def import_warc(
    store: SnapshotStore,
    files: Sequence[Path],
    month: str,
    portals: Sequence[Portal],
    job_for: Callable[[str, str], str] | None = None,
) -> ImportSummary:
    """Land the captures in `files` as one crawl of `month`, dated as their records say.

    Records are assigned to portals by host and the longest path that begins their address; their bytes are kept,
    each compressed as a member of the portal's own file. A redirect on the portal lands under the address that was
    asked, with the body it led to. `job_for(crawl_id, portal_id)` gives the text of a portal's job file.

    Raises WarcImportError for a file that is broken, and for files without any response of a portal; then nothing
    was written.
    """
    plan = _read(files, portals)
    if not plan.entries:
        hosts = ", ".join(sorted(plan.unknown_hosts)) or "không có phản hồi HTTP nào"
        raise WarcImportError(Path(files[0]), f"không có bản ghi nào thuộc các trang TTĐT đã khai báo ({hosts})")
    crawl_id = next_crawl_id(store.folder, max(e.capture.fetched_at for e in plan.entries))
    _number(plan, crawl_id)
    store.folder.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".import-", dir=store.folder))
    try:
        sources = {path.name: file_sha256(path) for path in files}
        _land(plan, files, scratch, month, crawl_id, sources, job_for)
        (store.folder / month).mkdir(exist_ok=True)
        (scratch / month / crawl_id).rename(store.folder / month / crawl_id)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return ImportSummary(
        crawl_id=crawl_id,
        month=month,
        captures=dict(sorted(Counter(e.portal.portal_id for e in plan.entries).items())),
        outcomes=dict(sorted(Counter(e.capture.outcome.value for e in plan.entries).items())),
        unknown_hosts=dict(sorted(plan.unknown_hosts.items())),
        ignored=dict(sorted(plan.ignored.items())),
        sources=sources,
    )


def owner_of(url: str, portals: Sequence[Portal]) -> Portal | None:
    """Return the portal that an address is on: same host but for `www.`.

    Where several portals share a host, it is the one with the longest path that begins the address.
    """
    place, path = _place(url)
    found = [(_place(portal.url), portal) for portal in portals]
    there = [(root, portal) for (root_place, root), portal in found if root_place == place]
    if len(there) == 1:
        return there[0][1]
    under = [(len(root), portal) for root, portal in there if path.startswith(root)]
    return max(under, key=lambda pair: pair[0])[1] if under else None


def _place(url: str) -> tuple[tuple[str, int | None], str]:
    """Return host with port, and the folder of the path: what lies under `/snv/` lies under `/snv`, too."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ("", None), ""
    host = (parts.hostname or "").lower().rstrip(".").removeprefix("www.")
    head, _, page = unquote(parts.path).rpartition("/")
    folder = f"{head}/{page}" if page and "." not in page else head
    return (host, None if port in (80, 443) else port), folder.rstrip("/") + "/"


# -- first reading -------------------------------------------------------------------------------------


def _read(files: Sequence[Path], portals: Sequence[Portal]) -> _Plan:
    plan = _Plan()
    for number, path in enumerate(files):
        for foreign in read_records(path):
            _take(plan, number, foreign, portals, path)
    for entry in plan.entries:
        form = plan.posts.get(entry.record_id)
        if form is not None:
            entry.capture = replace(entry.capture, method="POST", form=form)
    return plan


def _take(plan: _Plan, file: int, foreign: ForeignRecord, portals: Sequence[Portal], path: Path) -> None:
    record = foreign.record
    url = record.headers.get("warc-target-uri", "").strip("<>")
    if record.type == "request":
        _remember_post(plan, record)
    if record.type not in _KINDS or not url.startswith(("http://", "https://")):
        plan.ignored[record.type or "?"] += 1
        return
    portal = owner_of(url, portals)
    if portal is None:
        plan.unknown_hosts[urlsplit(url).netloc] += 1
        return
    moment = _moment(record.headers.get("warc-date", ""))
    if moment is None:
        raise WarcImportError(path, f"bản ghi thứ {foreign.number} không có WARC-Date hợp lệ")
    entry = _entry(portal, (file, foreign.number), foreign, url, moment)
    if entry is None:
        plan.ignored[f"{record.type} không đọc được"] += 1
    else:
        plan.entries.append(entry)


def _remember_post(plan: _Plan, record: Record) -> None:
    """Note the form of a POST under the id of its response, so that it is not taken for the page itself."""
    line, _, rest = record.block.partition(b"\r\n")
    if line.startswith(b"POST "):
        body = rest.partition(b"\r\n\r\n")[2].decode("utf-8", "replace")
        plan.posts[record.headers.get("warc-concurrent-to", "")] = tuple(parse_qsl(body, keep_blank_values=True))


def _entry(
    portal: Portal, source: tuple[int, int], foreign: ForeignRecord, url: str, moment: datetime
) -> _Entry | None:
    record = foreign.record
    blank = Capture(
        capture_id="",
        crawl_id="",
        unit_id=portal.unit_id,
        portal_id=portal.portal_id,
        url=url,
        final_url=url,
        fetched_at=moment,
        status=None,
        outcome=Outcome.TRUNCATED,
        cause=Cause.TOO_LARGE,
        role=ROLE,
    )
    entry = _Entry(
        portal, source, blank, record.headers.get("warc-record-id", ""), record.headers.get("warc-payload-digest", "")
    )
    if foreign.too_large:
        return entry
    if record.type == "resource":
        entry.capture = _with_body(blank, record.block, 200, record.headers.get("content-type", ""))
        return entry
    if record.type == "revisit":
        names = ("warc-refers-to", "warc-refers-to-target-uri", "warc-refers-to-date")
        uri_id, uri, date = (record.headers.get(name, "") for name in names)
        entry.refers = (uri_id, uri.strip("<>") or url, date)
        entry.capture = replace(blank, outcome=Outcome.UNCHANGED, cause=Cause.NONE)
        return entry
    try:
        message = record.http()
    except ValueError:
        return None
    entry.capture = _of_response(blank, message, truncated=bool(record.headers.get("warc-truncated")))
    if message.status in _REDIRECTS and message.header("location"):
        entry.location = urljoin(url, message.header("location")).partition("#")[0]
    return entry


def _of_response(blank: Capture, message: HttpMessage, *, truncated: bool) -> Capture:
    decoded = undo_codings(message)
    length = message.header("content-length")
    short = length.isdigit() and len(message.payload) < int(length) and not message.header("transfer-encoding")
    kind = message.header("content-type")
    if truncated or short or decoded.over or not decoded.whole:
        outcome, _ = of_status(message.status)
        cut = outcome is Outcome.CAPTURED
        return replace(
            blank,
            status=message.status,
            outcome=Outcome.TRUNCATED if cut else outcome,
            cause=Cause.TRUNCATED if cut else Cause.HTTP_ERROR,
            content_type=kind,
            size=len(decoded.body),
        )
    return replace(
        _with_body(blank, decoded.body, message.status, kind),
        etag=message.header("etag") or None,
        last_modified=message.header("last-modified") or None,
    )


def _with_body(blank: Capture, body: bytes, status: int, kind: str) -> Capture:
    outcome, cause = of_status(status)
    return replace(
        blank, status=status, outcome=outcome, cause=cause, digest=digest_of(body), size=len(body), content_type=kind
    )


def _moment(text: str) -> datetime | None:
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return datetime.fromisoformat(match[1] + (match[2] or "")[:7]).replace(tzinfo=UTC)
    except ValueError:
        return None


# -- what the entries mean together --------------------------------------------------------------------


def _number(plan: _Plan, crawl_id: str) -> None:
    """Order the captures of each portal by date and give them their ids."""
    plan.entries.sort(key=lambda e: (e.portal.portal_id, e.capture.fetched_at, e.source))
    counts: Counter[str] = Counter()
    for entry in plan.entries:
        portal_id = entry.portal.portal_id
        counts[portal_id] += 1
        name = f"{crawl_id}/{portal_id}/{counts[portal_id]:05d}"
        entry.capture = replace(entry.capture, capture_id=name, crawl_id=crawl_id)


def _settle(plan: _Plan, portals: Sequence[Portal]) -> None:
    """Give every capture its record, then follow revisits and redirects to the bodies they stand for."""
    for entry in plan.entries:
        if entry.extent is not None:
            extent = entry.extent
            entry.capture = replace(
                entry.capture, file=extent.file, offset=extent.offset, length=extent.length
            )
    originals = [e for e in plan.entries if e.refers is None and e.capture.digest is not None]
    by_id = {e.record_id: e for e in originals if e.record_id}
    by_address = {(e.capture.url, e.capture.fetched_at): e for e in originals}
    by_digest = {e.payload_digest: e for e in reversed(originals) if e.payload_digest}
    for entry in plan.entries:
        if entry.refers is not None:
            uri_id, uri, date = entry.refers
            moment = _moment(date)
            found = by_id.get(uri_id) or (by_address.get((uri, moment)) if moment else None)
            _revisit(entry, found or by_digest.get(entry.payload_digest))
    pages: dict[str, list[_Entry]] = {}
    for entry in plan.entries:
        pages.setdefault(entry.capture.url, []).append(entry)
    for entry in plan.entries:
        if entry.location:
            _follow(entry, pages, portals)


def _revisit(entry: _Entry, original: _Entry | None) -> None:
    if original is None:
        entry.capture = replace(
            entry.capture, outcome=Outcome.FAILED, cause=Cause.NOT_CRAWLED,
            detail="bản ghi revisit trỏ tới một bản ghi không có trong các tệp được nhập",
        )
        return
    body = original.capture
    entry.capture = replace(
        entry.capture, status=body.status, digest=body.digest, size=body.size, content_type=body.content_type,
        refers_to=body.capture_id, etag=body.etag, last_modified=body.last_modified,
    )


def _follow(entry: _Entry, pages: dict[str, list[_Entry]], portals: Sequence[Portal]) -> None:
    """Give a redirect the outcome and the record of the page it leads to in the end."""
    target, hops = entry, 0
    while target.location and hops < _MAX_HOPS:
        hops += 1
        if owner_of(target.location, portals) != entry.portal:
            entry.capture = replace(
                entry.capture, outcome=Outcome.MOVED, cause=Cause.MOVED, final_url=target.location
            )
            return
        known = pages.get(target.location, [])
        later = [e for e in known if e.capture.fetched_at >= target.capture.fetched_at]
        if not known:
            entry.capture = replace(
                entry.capture, outcome=Outcome.FAILED, cause=Cause.NOT_CRAWLED, final_url=target.location,
                detail="đích chuyển hướng không có trong các tệp được nhập",
            )
            return
        target = (later or known[::-1])[0]
    if target.location:
        entry.capture = replace(
            entry.capture, outcome=Outcome.FAILED, cause=Cause.HTTP_ERROR, detail="chuyển hướng vòng lặp"
        )
        return
    entry.capture = replace(
        target.capture, capture_id=entry.capture.capture_id, url=entry.capture.url,
        fetched_at=entry.capture.fetched_at, method=entry.capture.method, form=entry.capture.form,
    )


# -- landing -------------------------------------------------------------------------------------------


def _land(
    plan: _Plan,
    files: Sequence[Path],
    folder: Path,
    month: str,
    crawl_id: str,
    sources: dict[str, str],
    job_for: Callable[[str, str], str] | None,
) -> None:
    portals = {e.portal.portal_id: e.portal for e in plan.entries}
    first = min(e.capture.fetched_at for e in plan.entries)
    last = max(e.capture.fetched_at for e in plan.entries)
    about = {"software": "congkhai import-warc", "format": "WARC File Format 1.1", "isPartOf": ", ".join(sources)}
    writers: dict[str, SnapshotWriter] = {}
    try:
        for portal_id in portals:
            place = PortalFiles(folder, month, crawl_id, portal_id)
            place.place.mkdir(parents=True, exist_ok=True)
            if job_for is not None:
                replace_text(place.job, job_for(crawl_id, portal_id))
            writers[portal_id] = SnapshotWriter(place, first, about)
        wanted = {e.source: e for e in plan.entries}
        for number, path in enumerate(files):
            for foreign in read_records(path):
                entry = wanted.get((number, foreign.number))
                if entry is not None and foreign.raw:
                    entry.extent = writers[entry.portal.portal_id].write(foreign.raw)
        _settle(plan, list(portals.values()))
        for entry in plan.entries:
            writers[entry.portal.portal_id].add(entry.capture)
        for writer in writers.values():
            writer.close(End.IMPORTED, last, sources=sources)
    except BaseException:
        for writer in writers.values():
            writer.abandon()
        raise
