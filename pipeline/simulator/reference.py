"""The simulated provinces of the examples: that of reference, every cell of whose appendices follows from pages
(`reference.yaml`), and one of two tiers across the reform of 1/7/2025 (`two_tier.yaml`).

What belongs here: which file it is. What does not: what its notation means (`notation`).
"""

from __future__ import annotations

from pathlib import Path

from pipeline.simulator.notation import read
from pipeline.simulator.scenario import Scenario


def reference() -> Scenario:
    """Return the province of reference; always the same."""
    return read(Path(__file__).with_name("reference.yaml"))


def two_tier() -> Scenario:
    """Return the province without districts; always the same."""
    return read(Path(__file__).with_name("two_tier.yaml"))
