"""What came of one request on the wire, before anybody judges it.

What belongs here: values. What does not: making requests (`transport`), landing (`landing`).
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.snapshots.model import Cause


@dataclass(frozen=True)
class Exchange:
    """One response. `headers` are as received, in order; `payload` has its content codings still on.

    `body` has none; it is empty where `unread` names why it was not taken (a file, not a page). `cut` is the
    reason a body is not whole (TRUNCATED, TOO_LARGE), else NONE. `tries` counts requests until this answer.
    """

    url: str
    status: int
    reason: str
    headers: tuple[tuple[bytes, bytes], ...]
    payload: bytes = b""
    body: bytes = b""
    cut: Cause = Cause.NONE
    unread: str = ""
    ip: str = ""
    tries: int = 1

    def header(self, name: bytes) -> str:
        """Return the first value of a header (name in lower case), or an empty text."""
        for key, value in self.headers:
            if key.lower() == name:
                return value.decode("latin-1").strip()
        return ""


class FetchFailed(Exception):  # noqa: N818  (it is an observation, not a fault of ours)
    """No response, or none that may be taken. `cause` is never NONE."""

    def __init__(self, cause: Cause, detail: str, *, transient: bool = False) -> None:
        self.cause = cause
        self.detail = detail
        self.transient = transient
        super().__init__(detail)
