"""The one clock of a crawl.

What belongs here: real time, or the moment a simulation stands at, running on. What does not: delays (those are
measured by the machine's own clock).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class Clock:
    """`since` is when the crawl began, in seconds of Unix time, the same for all its processes."""

    as_of: datetime | None
    since: float

    def now(self) -> datetime:
        """Return the crawl's present moment in UTC: `as_of` and the seconds since the start, or real time."""
        if self.as_of is None:
            return datetime.now(UTC)
        return self.as_of.astimezone(UTC) + timedelta(seconds=max(0.0, time.time() - self.since))
