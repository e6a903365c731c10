"""Texts of posted documents out of their captures, kept by the digest of the bytes.

What belongs here: the cache, a few reading processes side by side. What does not: reading (`pipeline.attachments`),
which documents were asked for (`pipeline.navigation`). The cache may be deleted at any time.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

from pipeline.attachments import AttachmentText, Problem, read_attachment
from pipeline.extraction.addresses import identity
from pipeline.facts.replay import Replay
from pipeline.facts.versions import attachments_version
from pipeline.navigation.model import Role
from pipeline.snapshots.bodies import CaptureError
from pipeline.snapshots.model import Capture, Outcome

_SIDE_BY_SIDE = 2
Body = Callable[[Capture], bytes]


def with_documents(replayed: Replay, captures: Sequence[Capture], body: Body, cache: Path | None) -> Replay:
    """Return a replay with what its documents say. Nothing that was asked for depends on it."""
    by_id = {capture.capture_id: capture for capture in captures}
    documents: dict[str, Capture] = {}
    for arrival in replayed.arrivals:
        capture = by_id.get(arrival.capture_id)
        if arrival.want.role is not Role.FILE or arrival.outcome not in (Outcome.CAPTURED, Outcome.UNCHANGED):
            continue
        if capture is not None and capture.digest is not None:
            documents[identity(arrival.want.url)] = capture
    told = texts_of(list(documents.values()), body, cache)
    return replace(replayed, files={at: told[capture.capture_id] for at, capture in documents.items()})


def texts_of(captures: Sequence[Capture], body: Body, cache: Path | None) -> dict[str, AttachmentText]:
    """Return, by capture id, what the documents say; `cache` is a file, None means that nothing is kept.

    A capture whose body cannot be given counts as damaged, today: that is not kept. What a trap used up is kept
    like any other answer, so that it is met once.
    """
    kept = _load(cache, captures) if cache is not None else {}
    fresh = [c for c in captures if c.digest not in kept]
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        read = dict(zip((c.capture_id for c in fresh), pool.map(lambda c: _read(c, body), fresh), strict=True))
    if cache is not None:
        _keep(cache, {str(c.digest): told for c in fresh if (told := read[c.capture_id]) is not None})
    damaged = AttachmentText(problem=Problem.DAMAGED)
    return {c.capture_id: kept.get(str(c.digest)) or read.get(c.capture_id) or damaged for c in captures}


def _read(capture: Capture, body: Body) -> AttachmentText | None:
    try:
        return read_attachment(body(capture), capture.final_url, capture.content_type)
    except CaptureError:
        return None


def _open(cache: Path) -> sqlite3.Connection:
    cache.parent.mkdir(parents=True, exist_ok=True)
    con = sqlite3.connect(cache, timeout=60)
    con.execute("CREATE TABLE IF NOT EXISTS document (digest TEXT PRIMARY KEY, version TEXT, told TEXT) WITHOUT ROWID")
    return con


def _load(cache: Path, captures: Sequence[Capture]) -> dict[str, AttachmentText]:
    found: dict[str, AttachmentText] = {}
    if not captures:
        return found
    with closing(_open(cache)) as con:
        for digest in {c.digest for c in captures}:
            key = (digest, attachments_version())
            row = con.execute("SELECT told FROM document WHERE digest = ? AND version = ?", key).fetchone()
            if row is not None and digest is not None:
                found[digest] = _revived(json.loads(row[0]))
    return found


def _keep(cache: Path, told: Mapping[str, AttachmentText]) -> None:
    if not told:
        return
    rows = [(digest, attachments_version(), json.dumps(asdict(text))) for digest, text in told.items()]
    with closing(_open(cache)) as con, con:
        con.execute("DELETE FROM document WHERE version <> ?", (attachments_version(),))
        con.executemany("INSERT OR REPLACE INTO document VALUES (?, ?, ?)", rows)


def _revived(told: dict[str, object]) -> AttachmentText:
    return AttachmentText(
        str(told["text"]), str(told["kind"]), int(str(told["pages"])), bool(told["scanned"]),
        Problem(str(told["problem"])))
