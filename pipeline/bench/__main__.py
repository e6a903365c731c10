"""`python -m pipeline.bench [STAGE…] [--pairs N] [--quick]`: every stage against its limit, as a table of ratios.

What belongs here: choosing stages, printing, judging. What does not: measuring (one module a stage).
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import platform
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from typing import Protocol, cast

from rich.console import Console
from rich.table import Table

from pipeline.bench.ratios import Ratio

STAGES = ("fetch", "landing", "extraction", "month", "load", "facts", "workbooks", "run")
_VERSIONS = ("scrapy", "selectolax", "trafilatura", "duckdb", "polars", "openpyxl", "dagster")
_PAIRS, _QUICK_PAIRS = 5, 2


class Stage(Protocol):
    """What a module of a stage offers."""

    def measure(self, pairs: int, quick: bool) -> list[Ratio]:
        """Return the stage's rows, each of so many pairs; `quick`: less of everything."""


def main(arguments: Sequence[str]) -> int:
    """Print the table; 1 where a reach is missed by more than the spread of its pairs."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.bench", description=__doc__)
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=f"of {', '.join(STAGES)}; all where none is given")
    parser.add_argument("--pairs", type=int, metavar="N", help=f"pairs a row (default {_PAIRS})")
    parser.add_argument("--quick", action="store_true", help="fewer pairs, less data: a look, no measurement")
    given = parser.parse_args(arguments)
    unknown = [stage for stage in given.stages if stage not in STAGES]
    if unknown:
        parser.error(f"no such stage: {', '.join(unknown)}")
    pairs = given.pairs or (_QUICK_PAIRS if given.quick else _PAIRS)
    console = Console(width=None if sys.stdout.isatty() else 150)
    console.print(_machine())
    rows: list[Ratio] = []
    for name in given.stages or STAGES:
        began = time.monotonic()
        stage = cast(Stage, importlib.import_module(f"pipeline.bench.{name}"))
        found = stage.measure(pairs, given.quick)
        gc.collect()
        console.print(table(f"{name} ({time.monotonic() - began:.0f} s)", found))
        rows += found
    missed = [row.name for row in rows if row.missed]
    console.print(f"{sum(row.met for row in rows)} of {len(rows)} within reach"
                  + (f"; missed by more than the spread: {len(missed)}" if missed else ""))
    return 1 if missed else 0


def table(title: str, rows: Sequence[Ratio]) -> Table:
    """Return the table of one stage: less is better in each row."""
    built = Table("measured", "median", "least – greatest", "reach", "met", title=title, title_justify="left")
    for row in rows:
        verdict = "yes" if row.met else "NO" if row.missed else "within the spread"
        built.add_row(row.name, _figure(row.ratio), f"{_figure(row.least)} – {_figure(row.greatest)}",
                      f"≤ {_figure(row.reach)}", verdict)
    return built


def _figure(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def _machine() -> str:
    names = " · ".join(f"{name} {version(name)}" for name in _VERSIONS)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return (f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores (load {load:.1f}), "
            f"Python {platform.python_version()}\n{names}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
