"""The fixed price of a month: a run of all its assets over captures that are there, against starting Dagster at all,
and against the same assets in Dagster's default way, a process a step.

What belongs here: a small workspace, the three processes. What does not: the run itself (`pipeline.runs`), printing
and judging (`__main__`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import dagster as dg

from pipeline.bench.ratios import Ratio, over
from pipeline.instance import environment
from pipeline.simulator.generate import generate
from pipeline.workspace import load_workspace

_UNITS, _SEED = 3, 7


def measure(pairs: int = 5, quick: bool = False) -> list[Ratio]:
    """Return the rows, in wall time of whole processes. The default way takes minutes: it runs once, and not for
    a `quick` look."""
    with tempfile.TemporaryDirectory() as name:
        folder, month = Path(name) / "workspace", _made(Path(name) / "workspace")
        _process(folder, "congkhai", month, crawl=True)
        starting, ours = [], []
        for _ in range(min(pairs, 3) + 1):
            starting.append(_process(folder, "start", month))
            ours.append(_process(folder, "congkhai", month))
        row = over("run of a month's assets, captures unchanged ÷ importing Dagster and opening its instance",
                   [a / b for a, b in zip(ours[1:], starting[1:], strict=True)], 2.0)
        if quick:
            return [row]
        default = _process(folder, "default", month)
    return [row, over("the same ÷ Dagster's default run, a process a step", [one / default for one in ours[1:]], 0.15)]


def _made(folder: Path) -> str:
    """Make the workspace of a small invented province; return its month."""
    scenario, files = generate(_SEED, units=_UNITS, months=1)
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return str(scenario.months[-1])


def _process(folder: Path, way: str, month: str, crawl: bool = False) -> float:
    """Run one way in a process of its own; return its seconds. RuntimeError where it fails."""
    command = {
        "congkhai": [sys.executable, "-m", "pipeline.cli", "run", "-w", str(folder), "--month", month,
                     *([] if crawl else ["--from-snapshots"])],
    }.get(way, [sys.executable, "-c", f"from pipeline.bench import run; run.{way}({month!r})"])
    began = time.monotonic()
    done = subprocess.run(command, env=environment(load_workspace(folder)), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{way}: {done.stderr[-2000:]}")
    return time.monotonic() - began


def month_job() -> dg.JobDefinition:
    """Return the job of the month's assets with Dagster's default executor, which starts a process a step."""
    from pipeline.assembly import build_definitions

    definitions = build_definitions(load_workspace(Path(os.environ["CONGKHAI_WORKSPACE"])))
    job = dg.define_asset_job("default_way", dg.AssetSelection.all(), executor_def=dg.multiprocess_executor)
    return dg.Definitions.merge(definitions, dg.Definitions(jobs=[job])).resolve_job_def("default_way")


def default(month: str) -> None:
    """Run the month's assets in Dagster's default way."""
    with dg.DagsterInstance.get() as instance:
        result = dg.execute_job(
            dg.reconstructable(month_job), instance=instance,
            run_config={"ops": {"portal_snapshots": {"config": {"from_snapshots": True}}}},
            tags={"dagster/partition": f"{month}-01"})
    if not result.success:
        sys.exit("the default run failed")


def start(month: str) -> None:
    """Open the instance, as every run of whatever month does."""
    with dg.DagsterInstance.get():
        pass
