"""The body inside a record, and its digest.

What belongs here: undoing transfer and content codings of a landed response. What does not: finding the record
(`store`), charsets (`pipeline.extraction`).
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from pipeline.snapshots.codec import Decoded, decode
from pipeline.snapshots.warc import HttpMessage, Record, dechunk

BODY_LIMIT = 64 << 20
"""No body larger than this is taken out of a capture, whoever made it (bytes)."""


class CaptureError(Exception):
    """A capture whose body cannot be given: file gone, record damaged, digest wrong."""


def body_of(record: Record) -> bytes:
    """Return the body of a response, resource or conversion record without its codings; raise CaptureError where it
    has none."""
    if record.type in ("resource", "conversion"):
        return record.block
    try:
        message = record.http()
    except ValueError as error:
        raise CaptureError(str(error)) from error
    decoded = undo_codings(message)
    if decoded.over:
        raise CaptureError(f"body is larger than {BODY_LIMIT} bytes")
    return decoded.body


def undo_codings(message: HttpMessage) -> Decoded:
    """Return a stored response's body without transfer and content codings.

    Browsers' archivers store bodies decoded and leave the header: markup is taken as it is.
    """
    payload, whole = message.payload, True
    if "chunked" in message.header("transfer-encoding").lower():
        payload, whole = dechunk(payload)
    coding = message.header("content-encoding")
    if coding and payload.lstrip()[:1] in (b"<", b"{", b"["):
        return Decoded(payload, whole=whole)
    decoded = decode(payload, coding, BODY_LIMIT)
    return decoded if whole else replace(decoded, whole=False)


def digest_of(body: bytes) -> str:
    """Return the digest of a body as captures carry it."""
    return "sha256:" + hashlib.sha256(body).hexdigest()
