"""From an HTTP status to what a fetch returned: one table for our crawler and for captures of other archivers.

What belongs here: status → outcome and cause. What does not: transport failures (`scrapy_project.transport`),
what a page says (`pipeline.extraction`).
"""

from __future__ import annotations

from pipeline.snapshots.model import Cause, Outcome

_BLOCKED = frozenset({401, 402, 403, 407, 429, 451})
_GONE = frozenset({404, 410})
_PARTIAL = 206


def of_status(status: int) -> tuple[Outcome, Cause]:
    """Return outcome and cause of a whole response. 304 is `unchanged` only to one who asked for it."""
    if status == _PARTIAL:
        return Outcome.TRUNCATED, Cause.TRUNCATED
    if 200 <= status < 300:
        return Outcome.CAPTURED, Cause.NONE
    if status in _GONE:
        return Outcome.GONE, Cause.HTTP_ERROR
    if status in _BLOCKED:
        return Outcome.BLOCKED, Cause.BLOCKED
    return Outcome.FAILED, Cause.HTTP_ERROR
