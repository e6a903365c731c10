"""The one writer of a portal's captures: WARC members, then their line in the manifest, then the closing sheet.

What belongs here: order, flushing, digests, what happens to files that a crash left. What does not: what is landed
(`scrapy_project.landing`, `warc_import`) and the format of records (`warc`).
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from pipeline.snapshots.layout import Done, End, PortalFiles, file_sha256
from pipeline.snapshots.manifest import from_line, to_line
from pipeline.snapshots.model import Capture
from pipeline.snapshots.warc import WarcError, build_record, compress_member, walk_members


@dataclass(frozen=True)
class Extent:
    """Where a record lies: file relative to the snapshots folder, bytes of its gzip member."""

    file: str
    offset: int
    length: int


class SnapshotWriter:
    """Writes one portal of one crawl. Not for two processes at once: the second is refused (FileExistsError).

    What an earlier attempt left unfinished is renamed aside (`….torn-1`) and never appended to.
    """

    def __init__(self, files: PortalFiles, started_at: datetime, about: dict[str, str]) -> None:
        if files.done.exists():
            raise FileExistsError(f"{files.done} exists: this portal's crawl is closed")
        files.place.mkdir(parents=True, exist_ok=True)
        set_aside(files)
        self.files = files
        self._started_at = started_at
        self._warc = files.warc.open("xb")
        self._manifest = files.manifest.open("xb")
        self._file = files.relative(files.warc)
        self._offset = 0
        self._records = 0
        self._captures = 0
        self._outcomes: Counter[str] = Counter()
        self._warc_sum = hashlib.sha256()
        self._manifest_sum = hashlib.sha256()
        block = "".join(f"{name}: {value}\r\n" for name, value in about.items()).encode()
        extra = (("WARC-Filename", files.warc.name),)
        self.write(build_record("warcinfo", "", started_at, "application/warc-fields", block, extra))

    @property
    def captures(self) -> int:
        """How many captures were added."""
        return self._captures

    def next_id(self) -> str:
        """Return the capture id that the next capture must carry."""
        return f"{self.files.crawl_id}/{self.files.portal_id}/{self._captures + 1:05d}"

    def write(self, record: bytes) -> Extent:
        """Land an uncompressed record as a gzip member of its own; return where it lies."""
        member = compress_member(record)
        self._warc.write(member)
        self._warc.flush()
        self._warc_sum.update(member)
        extent = Extent(self._file, self._offset, len(member))
        self._offset += len(member)
        self._records += 1
        return extent

    def add(self, capture: Capture) -> None:
        """Write the capture's line. Its record, if any, must have been written before."""
        line = to_line(capture).encode()
        self._manifest.write(line)
        self._manifest.flush()
        self._manifest_sum.update(line)
        self._captures += 1
        self._outcomes[capture.outcome] += 1

    def close(
        self, end: End, finished_at: datetime, detail: str = "", sources: dict[str, str] | None = None
    ) -> Done:
        """Bring everything to the disk and write the closing sheet."""
        for stream in (self._warc, self._manifest):
            _settle(stream)
        done = Done(
            crawl_id=self.files.crawl_id,
            portal_id=self.files.portal_id,
            end=end,
            detail=detail,
            started_at=self._started_at,
            finished_at=finished_at,
            captures=self._captures,
            records=self._records,
            warc_bytes=self._offset,
            warc_sha256=self._warc_sum.hexdigest(),
            manifest_sha256=self._manifest_sum.hexdigest(),
            job_sha256=file_sha256(self.files.job) if self.files.job.exists() else None,
            outcomes=dict(sorted(self._outcomes.items())),
            sources=sources or {},
        ).sealed()
        replace_text(self.files.done, done.model_dump_json(indent=1) + "\n")
        return done

    def abandon(self) -> None:
        """Let go of the files without a closing sheet."""
        self._warc.close()
        self._manifest.close()


def set_aside(files: PortalFiles) -> list[Path]:
    """Rename what an unfinished attempt left; return the new names."""
    moved = []
    for path in (files.warc, files.manifest):
        if path.exists():
            moved.append(_free_name(path))
            path.rename(moved[-1])
    return moved


def salvage(files: PortalFiles, started_at: datetime, about: dict[str, str]) -> SnapshotWriter:
    """Open a writer that holds what an unfinished attempt landed whole; the attempt's files are set aside.

    Kept are captures whose line and whose record are whole, in order, up to the first that is not.
    """
    lines = files.manifest.read_bytes().split(b"\n")[:-1] if files.manifest.exists() else []
    members: dict[int, bytes] = {}
    if files.warc.exists():
        try:
            for member in walk_members(files.warc):
                members[member.offset] = member.data
        except WarcError:
            pass  # the tail is torn: what lies before it is in `members`
    writer = SnapshotWriter(files, started_at, about)
    for line in lines:
        try:
            capture = from_line(line.decode())
        except ValueError:
            break
        if capture.file is not None:
            data = members.get(capture.offset if capture.offset is not None else -1)
            if data is None:
                break
            extent = writer.write(data)
            capture = moved_to(capture, extent)
        writer.add(capture)
    return writer


def moved_to(capture: Capture, extent: Extent) -> Capture:
    """Return the capture with its record at another place."""
    return replace(capture, file=extent.file, offset=extent.offset, length=extent.length)


def replace_text(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old or the new one, never half of it."""
    part = path.with_name(path.name + ".part")
    with part.open("wb") as stream:
        stream.write(text.encode())
        _settle(stream)
    part.replace(path)


def _settle(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())
    stream.close()


def _free_name(path: Path) -> Path:
    number = 1
    while (name := path.with_name(f"{path.name}.torn-{number}")).exists():
        number += 1
    return name
