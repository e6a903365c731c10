"""One capture as one line of JSON, there and back.

What belongs here: the form of a manifest's line. What does not: files (`writer`, `store`).
"""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import Any

from pipeline.snapshots.model import Capture, Cause, Outcome

_DEFAULTS = {f.name: f.default for f in fields(Capture) if f.default is not MISSING}
_NAMES = tuple(f.name for f in fields(Capture))


def to_line(capture: Capture) -> str:
    """Return the manifest's line of a capture, with its newline. Fields at their default are left out."""
    row: dict[str, Any] = {}
    for name in _NAMES:
        value = getattr(capture, name)
        if name in _DEFAULTS and value == _DEFAULTS[name]:
            continue
        row[name] = _plain(value)
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"


def from_line(line: str) -> Capture:
    """Return the capture of a manifest's line; raise ValueError where it is none."""
    try:
        row = json.loads(line)
        row["fetched_at"] = datetime.fromisoformat(row["fetched_at"])
        row["outcome"] = Outcome(row["outcome"])
        row["cause"] = Cause(row.get("cause", Cause.NONE))
        row["form"] = tuple((name, value) for name, value in row.get("form", ()))
        return Capture(**row)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a capture: {error}") from error


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value
