"""One measured row, and two sides of a benchmark run in turn, by the CPU they take.

What belongs here: the row type, the pairing. What does not: what is measured (the sibling modules), the table
(`pipeline.bench.__main__`).
"""

from __future__ import annotations

import resource
import statistics
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Ratio(NamedTuple):
    """One measured row: the median of `ratio` over pairs in turn, its least and greatest, and what to reach at most."""

    name: str
    ratio: float
    least: float
    greatest: float
    reach: float

    @property
    def met(self) -> bool:
        """Whether the median is within reach."""
        return self.ratio <= self.reach

    @property
    def missed(self) -> bool:
        """Whether the reach is missed by more than the spread of the pairs: no chance of this machine's moment."""
        return self.ratio - self.reach > self.greatest - self.least


def over(name: str, found: Sequence[float], reach: float) -> Ratio:
    """Return the row of the ratios found, one a pair."""
    return Ratio(name, statistics.median(found), min(found), max(found), reach)


def cpu_seconds() -> float:
    """Return the CPU seconds that this process has used, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def spent(work: Callable[[], object]) -> float:
    """Return the CPU seconds of one call."""
    start = cpu_seconds()
    work()
    return cpu_seconds() - start


def in_turn(name: str, ours: Callable[[], object], peer: Callable[[], object], reach: float,
            pairs: int = 5) -> Ratio:
    """Run both sides in turn (one pair to warm up) and return the ratio of their CPU seconds."""
    spent(peer)
    spent(ours)
    found = []
    for _ in range(pairs):
        limit = spent(peer)
        found.append(spent(ours) / max(limit, 1e-9))
    return over(name, found, reach)
