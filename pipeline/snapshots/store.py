"""Reading captures: which crawls there are, their manifests, verified bodies.

What belongs here: reads over a snapshots folder, by offset and length. What does not: writing (`writer`), the walk
over whole files (`verify`), what a body says (`pipeline.extraction`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from pipeline.snapshots.bodies import CaptureError, body_of, digest_of
from pipeline.snapshots.layout import Done, PortalFiles, crawl_ids, months, portal_ids
from pipeline.snapshots.manifest import from_line
from pipeline.snapshots.model import Capture, Outcome
from pipeline.snapshots.verify import Fault, verify_portal
from pipeline.snapshots.warc import Record, WarcError, open_member


class SnapshotStore:
    """The captures under one folder (`data/snapshots` of a workspace). Keeps no file open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._manifest = lru_cache(maxsize=256)(self._read_manifest)
        self._months: dict[str, str] = {}

    # -- what there is --------------------------------------------------------------------------------

    def crawls(self, month: str) -> list[str]:
        """Return the crawl ids of a month (`2018-02`), oldest first."""
        return crawl_ids(self.folder, month)

    def portals(self, month: str, crawl_id: str) -> list[str]:
        """Return the portals that a crawl has a manifest of."""
        return portal_ids(self.folder, month, crawl_id)

    def captures(
        self, month: str, crawl_id: str | None = None, portal_id: str | None = None
    ) -> Iterator[Capture]:
        """Yield captures in order of crawl, portal, landing. A torn last line of a manifest is passed over."""
        for crawl in [crawl_id] if crawl_id else self.crawls(month):
            for portal in [portal_id] if portal_id else self.portals(month, crawl):
                yield from self._manifest(month, crawl, portal)

    def files(self, month: str, crawl_id: str, portal_id: str) -> PortalFiles:
        """Return where the files of a portal's crawl lie."""
        return PortalFiles(self.folder, month, crawl_id, portal_id)

    def job(self, month: str, crawl_id: str, portal_id: str) -> str:
        """Return the JSON of what the crawler was told (`scrapy_project.job.CrawlJob`)."""
        return self.files(month, crawl_id, portal_id).job.read_text(encoding="utf-8")

    def done(self, month: str, crawl_id: str, portal_id: str) -> Done | None:
        """Return the closing sheet, or None where the portal's crawl did not come to its end."""
        path = self.files(month, crawl_id, portal_id).done
        return Done.model_validate_json(path.read_bytes()) if path.exists() else None

    # -- bodies ---------------------------------------------------------------------------------------

    def record(self, capture: Capture) -> Record:
        """Return the record that the capture itself landed; raise CaptureError."""
        if capture.file is None or capture.offset is None or capture.length is None:
            raise CaptureError(f"{capture.capture_id} landed no record")
        path = (self.folder / capture.file).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            raise CaptureError(f"{capture.capture_id}: {capture.file} lies outside the snapshots folder")
        try:
            with path.open("rb") as stream:
                stream.seek(capture.offset)
                data = stream.read(capture.length)
            if len(data) != capture.length:
                raise CaptureError(f"{capture.capture_id}: {capture.file} is cut")
            return open_member(data, capture.offset)
        except (OSError, WarcError) as error:
            raise CaptureError(f"{capture.capture_id}: {error}") from error

    def body(self, capture: Capture) -> bytes:
        """Return the body without transfer and content codings, its digest verified; raise CaptureError.

        For a revisit it is the body of the capture that it refers to. A capture without a digest has no body
        (nothing was landed, or a file whose body was not taken): CaptureError, too.
        """
        source = self.source(capture)
        if source.digest is None:
            raise CaptureError(f"{source.capture_id} has no body")
        body = body_of(self.record(source))
        if digest_of(body) != source.digest:
            raise CaptureError(f"{source.capture_id}: digest of the body is not {source.digest}")
        return body

    def source(self, capture: Capture) -> Capture:
        """Return the capture whose record holds the body: itself, or what a revisit refers to."""
        if capture.refers_to is None:
            return capture
        return self.by_id(capture.refers_to)

    def by_id(self, capture_id: str) -> Capture:
        """Return a capture by its id; raise CaptureError for one that is not there."""
        crawl_id, portal_id, _ = capture_id.split("/")
        month = self._month_of(crawl_id)
        for capture in self._manifest(month, crawl_id, portal_id) if month else ():
            if capture.capture_id == capture_id:
                return capture
        raise CaptureError(f"there is no capture {capture_id}")

    # -- history --------------------------------------------------------------------------------------

    def history(self, portal_id: str, before: str) -> dict[str, Capture]:
        """Return, per address, the newest capture of a portal that a revisit may refer to, out of the crawls
        that come before the crawl id `before`: fetched by GET, answered 2xx whole (or 304 to such)."""
        latest: dict[str, Capture] = {}
        for capture in self._of_portal(portal_id, before):
            latest[capture.url] = capture
        return latest

    def latest(self, portal_id: str, url: str, before: datetime) -> Capture | None:
        """Return the newest capture of one address fetched up to a moment that a revisit may refer to."""
        found = [c for c in self._of_portal(portal_id, "9") if c.url == url and c.fetched_at <= before]
        return max(found, key=lambda c: c.fetched_at, default=None)

    def _of_portal(self, portal_id: str, before: str) -> Iterator[Capture]:
        crawls = sorted((crawl_id, month) for month in months(self.folder) for crawl_id in self.crawls(month))
        for crawl_id, month in crawls:
            if crawl_id < before:
                yield from (c for c in self._manifest(month, crawl_id, portal_id) if _referable(c))

    # -- trust ----------------------------------------------------------------------------------------

    def verify(
        self, month: str | None = None, crawl_id: str | None = None, portal_id: str | None = None
    ) -> list[Fault]:
        """Walk every WARC member and manifest line; return what is cut, changed, missing or left over."""
        faults: list[Fault] = []
        for one in [month] if month else months(self.folder):
            for crawl in [crawl_id] if crawl_id else self.crawls(one):
                for portal in [portal_id] if portal_id else self.portals(one, crawl):
                    faults += verify_portal(self.files(one, crawl, portal))
        return faults

    # -- inside ---------------------------------------------------------------------------------------

    def _read_manifest(self, month: str, crawl_id: str, portal_id: str) -> tuple[Capture, ...]:
        path = self.files(month, crawl_id, portal_id).manifest
        if not path.exists():
            return ()
        lines = path.read_bytes().split(b"\n")
        try:
            return tuple(from_line(line.decode("utf-8")) for line in lines[:-1])
        except ValueError as error:
            raise CaptureError(f"{path}: {error}") from error

    def _month_of(self, crawl_id: str) -> str | None:
        if crawl_id not in self._months:
            for month in months(self.folder):
                if (self.folder / month / crawl_id).is_dir():
                    self._months[crawl_id] = month
        return self._months.get(crawl_id)


def _referable(capture: Capture) -> bool:
    if capture.method != "GET" or capture.digest is None or capture.rendered:
        return False
    return capture.outcome in (Outcome.CAPTURED, Outcome.UNCHANGED)
