"""How far a crawl is, and when it will end.

What belongs here: the value that everybody shows, and the estimate. What does not: showing it.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Progress:
    """A moment of a crawl. `eta_seconds` is None as long as nothing can be said. `last` names the portal that the
    latest news is about, and what became of it."""

    pages: int
    portals_done: int
    portals_total: int
    portals_failed: int
    elapsed_seconds: float
    eta_seconds: float | None
    last: str = ""

    def line(self) -> str:
        """Return one line for a person."""
        left = "" if self.eta_seconds is None else f", còn khoảng {_duration(self.eta_seconds)}"
        failed = f", {self.portals_failed} trang hỏng" if self.portals_failed else ""
        return (
            f"{self.pages} lượt tải, xong {self.portals_done}/{self.portals_total} trang TTĐT{failed}, "
            f"đã chạy {_duration(self.elapsed_seconds)}{left}"
        )


@dataclass
class PortalState:
    """What is known of one portal while the crawl runs. Times are seconds since the crawl began."""

    pages: int = 0
    pending: int = 0
    started: float | None = None
    ended: float | None = None
    failed: bool = False


@dataclass
class Tally:
    """All portals of a crawl."""

    portals: dict[str, PortalState]
    last: str = field(default="")

    def progress(self, elapsed: float) -> Progress:
        """Return the present state."""
        states = self.portals.values()
        return Progress(
            pages=sum(s.pages for s in states),
            portals_done=sum(s.ended is not None for s in states),
            portals_total=len(self.portals),
            portals_failed=sum(s.failed for s in states),
            elapsed_seconds=elapsed,
            eta_seconds=self._eta(elapsed),
            last=self.last,
        )

    def _eta(self, elapsed: float) -> float | None:
        """The slowest of the portals under way by its own speed; those not begun wait in line by the mean."""
        states = self.portals.values()
        running = [s for s in states if s.started is not None and s.ended is None]
        waiting = sum(s.started is None for s in states)
        if not running and not waiting:
            return 0.0
        ends = [
            (elapsed - s.started) / s.pages * s.pending
            for s in running if s.pages and s.started is not None
        ]
        done = [s.ended - s.started for s in states if s.ended is not None and s.started is not None]
        if waiting and not done:
            return None
        queue = waiting * (sum(done) / len(done)) / max(1, len(running)) if waiting else 0.0
        return max(ends, default=0.0) + queue if ends or waiting else None


def _duration(seconds: float) -> str:
    whole = int(seconds)
    if whole < 60:
        return f"{whole} giây"
    return f"{whole // 60} phút {whole % 60:02d} giây"
