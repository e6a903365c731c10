"""The simulated province of reference, from `reference.yaml`: every cell of its appendices follows from pages.

What belongs here: which file it is. What does not: what its notation means (`notation`).
"""

from __future__ import annotations

from pathlib import Path

from pipeline.simulator.notation import read
from pipeline.simulator.scenario import Scenario


def reference() -> Scenario:
    """Return the province of reference; always the same."""
    return read(Path(__file__).with_name("reference.yaml"))
