"""Where the files of a crawl lie, and the sheet that closes a portal's crawl.

What belongs here: names of files, `Done`. What does not: writing (`writer`) and reading (`store`) them.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict

_CRAWL_ID = re.compile(r"(\d{8}T\d{6}Z)-\d{2}")
_MONTH = re.compile(r"\d{4}-\d{2}")
_PORTAL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


class End(StrEnum):
    """How the crawl of a portal came to its end."""

    FINISHED = "finished"
    STOPPED = "stopped"      # a person or the machine asked for it
    TIMEOUT = "timeout"      # the portal's wall time was up
    CRASHED = "crashed"      # its process died more than once
    IMPORTED = "imported"


class Done(BaseModel):
    """`<portal_id>.done.json`: written last, so that its presence says that the rest is whole.

    `records` counts gzip members of the WARC file, `captures` lines of the manifest. `sources` names imported
    files with their sha256. `seal` is the sha256 of the sheet itself without it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    crawl_id: str
    portal_id: str
    end: End
    detail: str = ""
    started_at: datetime
    finished_at: datetime
    captures: int
    records: int
    warc_bytes: int
    warc_sha256: str
    manifest_sha256: str
    job_sha256: str | None = None
    outcomes: dict[str, int]
    sources: dict[str, str] = {}
    seal: str = ""

    def sealed(self) -> Done:
        """Return the sheet with its seal."""
        bare = self.model_copy(update={"seal": ""}).model_dump_json()
        return self.model_copy(update={"seal": hashlib.sha256(bare.encode()).hexdigest()})


@dataclass(frozen=True)
class PortalFiles:
    """The files of one portal in one crawl. `folder` is the snapshots folder."""

    folder: Path
    month: str
    crawl_id: str
    portal_id: str

    def __post_init__(self) -> None:
        """Refuse names that would lead out of the snapshots folder."""
        if _CRAWL_ID.fullmatch(self.crawl_id) is None:
            raise ValueError(f"crawl id {self.crawl_id!r} is not like 20180305T000000Z-01")
        if _MONTH.fullmatch(self.month) is None or _PORTAL_ID.fullmatch(self.portal_id) is None:
            raise ValueError(f"{self.month!r} or {self.portal_id!r} is no name of a file")

    @property
    def place(self) -> Path:
        """The crawl's folder."""
        return self.folder / self.month / self.crawl_id

    @property
    def warc(self) -> Path:
        """The WARC file."""
        return self.place / f"{self.portal_id}.warc.gz"

    @property
    def manifest(self) -> Path:
        """The manifest: one capture a line."""
        return self.place / f"{self.portal_id}.jsonl"

    @property
    def job(self) -> Path:
        """What the crawler was told."""
        return self.place / f"{self.portal_id}.job.json"

    @property
    def done(self) -> Path:
        """The closing sheet."""
        return self.place / f"{self.portal_id}.done.json"

    def relative(self, path: Path) -> str:
        """Return `path` as a capture's `file` names it."""
        return path.relative_to(self.folder).as_posix()


def crawl_ids(folder: Path, month: str) -> list[str]:
    """Return the crawls of a month in order."""
    place = folder / month
    if not place.is_dir():
        return []
    return sorted(p.name for p in place.iterdir() if p.is_dir() and _CRAWL_ID.fullmatch(p.name))


def months(folder: Path) -> list[str]:
    """Return the months that have a folder, in order."""
    if not folder.is_dir():
        return []
    return sorted(p.name for p in folder.iterdir() if p.is_dir() and _MONTH.fullmatch(p.name))


def portal_ids(folder: Path, month: str, crawl_id: str) -> list[str]:
    """Return the portals that have a manifest in a crawl, in order."""
    place = folder / month / crawl_id
    return sorted(p.name.removesuffix(".jsonl") for p in place.glob("*.jsonl"))


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file's bytes, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

def next_crawl_id(snapshots: Path, moment: datetime) -> str:
    """Return an id that no crawl of any month has, for a crawl that stands at an aware `moment`."""
    stamp = moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    taken = {crawl_id for month in months(snapshots) for crawl_id in crawl_ids(snapshots, month)}
    number = 1
    while f"{stamp}-{number:02d}" in taken:
        number += 1
    return f"{stamp}-{number:02d}"
