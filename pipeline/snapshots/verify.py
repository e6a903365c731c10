"""The walk that finds each cut and each flipped byte of a portal's capture files.

What belongs here: comparing files with one another and with the closing sheet. What does not: mending them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.snapshots.bodies import CaptureError, body_of, digest_of
from pipeline.snapshots.layout import Done, PortalFiles, file_sha256
from pipeline.snapshots.manifest import from_line
from pipeline.snapshots.model import Capture
from pipeline.snapshots.warc import MEMBER_HEAD, WarcError, parse_record, walk_members


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file, and from which byte on (0 where it concerns the whole)."""

    file: Path
    offset: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}, byte {self.offset}: {self.what}"


def verify_portal(files: PortalFiles) -> list[Fault]:
    """Return the faults of one portal's crawl; an unfinished one (no closing sheet) is a fault."""
    captures, faults = _read_captures(files)
    faults += _against_done(files, len(captures))
    by_offset: dict[int, list[Capture]] = {}
    for capture in captures:
        if capture.file == files.relative(files.warc) and capture.offset is not None:
            by_offset.setdefault(capture.offset, []).append(capture)
    faults += _walk(files, by_offset)
    for capture in captures:
        if capture.file not in (None, files.relative(files.warc)):
            faults.append(Fault(files.manifest, 0, f"{capture.capture_id} lies in another portal's file"))
    return faults


def _read_captures(files: PortalFiles) -> tuple[list[Capture], list[Fault]]:
    captures: list[Capture] = []
    faults: list[Fault] = []
    data = files.manifest.read_bytes() if files.manifest.exists() else b""
    offset = 0
    for line in data.splitlines(keepends=True):
        try:
            if not line.endswith(b"\n"):
                raise ValueError("line is cut")
            captures.append(from_line(line.decode("utf-8")))
        except ValueError as error:
            faults.append(Fault(files.manifest, offset, str(error)))
        offset += len(line)
    return captures, faults


def _against_done(files: PortalFiles, captures: int) -> list[Fault]:
    if not files.done.exists():
        return [Fault(files.done, 0, "the crawl of this portal did not come to its end")]
    try:
        done = Done.model_validate_json(files.done.read_bytes())
    except ValueError as error:
        return [Fault(files.done, 0, f"closing sheet cannot be read ({error.__class__.__name__})")]
    faults = []
    if done != done.sealed():
        faults.append(Fault(files.done, 0, "closing sheet was changed"))
    if done.captures != captures:
        faults.append(Fault(files.manifest, 0, f"{captures} captures, the closing sheet says {done.captures}"))
    expected = [(files.warc, done.warc_sha256), (files.manifest, done.manifest_sha256)]
    if done.job_sha256 is not None:
        expected.append((files.job, done.job_sha256))
    for path, digest in expected:
        if not path.exists():
            faults.append(Fault(path, 0, "file is missing"))
        elif file_sha256(path) != digest:
            faults.append(Fault(path, 0, "bytes are not those of the closing sheet"))
    if (done.crawl_id, done.portal_id) != (files.crawl_id, files.portal_id):
        faults.append(Fault(files.done, 0, "closing sheet of another crawl"))
    return faults


def _walk(files: PortalFiles, by_offset: dict[int, list[Capture]]) -> list[Fault]:
    faults: list[Fault] = []
    seen: set[int] = set()
    try:
        for member in walk_members(files.warc) if files.warc.exists() else ():
            seen.add(member.offset)
            for capture in by_offset.get(member.offset, []):
                faults += _check(files, capture, member.data, member.length)
        faults += _heads(files, seen)
    except WarcError as error:
        faults.append(Fault(files.warc, error.offset, str(error)))
    for offset, captures in by_offset.items():
        if offset not in seen:
            faults.append(Fault(files.warc, offset, f"no record of {captures[0].capture_id} here"))
    return faults


def _heads(files: PortalFiles, offsets: set[int]) -> list[Fault]:
    """Return members whose gzip header was changed: its checksum does not cover it."""
    faults: list[Fault] = []
    if not offsets:
        return faults
    with files.warc.open("rb") as stream:
        for offset in sorted(offsets):
            stream.seek(offset)
            head = stream.read(10)
            if not head.startswith(MEMBER_HEAD) or head[9] not in (3, 255):
                faults.append(Fault(files.warc, offset, "gzip header is not the one that was written"))
    return faults


def _check(files: PortalFiles, capture: Capture, data: bytes, length: int) -> list[Fault]:
    def fault(what: str) -> Fault:
        return Fault(files.warc, capture.offset or 0, f"{capture.capture_id}: {what}")

    try:
        record = parse_record(data, capture.offset or 0)
        if length != capture.length:
            return [fault(f"member of {length} bytes, the manifest says {capture.length}")]
        if capture.digest is not None and record.type != "revisit" and digest_of(body_of(record)) != capture.digest:
            return [fault("digest of the body is another")]
    except (WarcError, CaptureError) as error:
        return [fault(str(error))]
    return []
