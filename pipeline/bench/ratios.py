"""Two sides of a benchmark run in turn, by the CPU they take.

What belongs here: the pairing. What does not: what is measured (the sibling modules).
"""

from __future__ import annotations

import resource
import statistics
from collections.abc import Callable

from pipeline.bench.workbooks import Ratio


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
    return Ratio(name, statistics.median(found), min(found), max(found), reach)
