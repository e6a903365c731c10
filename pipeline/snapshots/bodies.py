"""The body inside a record, and its digest.

What belongs here: undoing transfer and content codings of a landed response. What does not: finding the record
(`store`), charsets (`pipeline.extraction`).
"""

from __future__ import annotations

import hashlib

from pipeline.snapshots.codec import decode
from pipeline.snapshots.warc import Record, dechunk

BODY_LIMIT = 64 << 20
"""No body larger than this is taken out of a capture, whoever made it (bytes)."""


class CaptureError(Exception):
    """A capture whose body cannot be given: file gone, record damaged, digest wrong."""


def body_of(record: Record) -> bytes:
    """Return the body of a response record without its codings; raise CaptureError where it has none."""
    try:
        message = record.http()
    except ValueError as error:
        raise CaptureError(str(error)) from error
    payload = message.payload
    if "chunked" in message.header("transfer-encoding").lower():
        payload, _ = dechunk(payload)
    decoded = decode(payload, message.header("content-encoding"), BODY_LIMIT)
    if decoded.over:
        raise CaptureError(f"body is larger than {BODY_LIMIT} bytes")
    return decoded.body


def digest_of(body: bytes) -> str:
    """Return the digest of a body as captures carry it."""
    return "sha256:" + hashlib.sha256(body).hexdigest()
