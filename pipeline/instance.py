"""The workspace's Dagster instance: its folder, its settings, and runs that lost their process.

What belongs here: `DAGSTER_HOME`. What does not: what runs (`pipeline.assembly`, `pipeline.runs`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from dagster import DagsterRunStatus, RunsFilter

from pipeline.locks import is_held
from pipeline.storages import kept_open
from pipeline.workspace import Workspace

WORKSPACE_VARIABLE = "CONGKHAI_WORKSPACE"
CLI_TAG = "congkhai/command"
_SETTINGS = """\
# Made by congkhai; made anew at each start.
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  pools:
    default_limit: 1
run_monitoring:
  enabled: true
  free_slots_after_run_end_seconds: 30
"""
_UNFINISHED = [
    DagsterRunStatus.NOT_STARTED, DagsterRunStatus.QUEUED, DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING,
]


def prepare_home(workspace: Workspace) -> Path:
    """Make the instance's folder with its settings; return it."""
    home = workspace.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    (home / "dagster.yaml").write_text(_SETTINGS, encoding="utf-8")
    return home


def environment(workspace: Workspace) -> dict[str, str]:
    """Return the environment of a process that serves this workspace."""
    return {
        **os.environ,
        "DAGSTER_HOME": str(prepare_home(workspace)),
        WORKSPACE_VARIABLE: str(workspace.folder),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "PYTHONUTF8": "1",
    }


@contextmanager
def open_instance(workspace: Workspace) -> Iterator[dg.DagsterInstance]:
    """Open the workspace's instance for this process; the environment is as before on leaving."""
    wanted = environment(workspace)
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        with kept_open(), dg.DagsterInstance.get() as instance:
            yield instance
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def run_lock(workspace: Workspace) -> Path:
    """The lock that `congkhai run` and `congkhai crawl` hold."""
    return workspace.data / "run.lock"


def ui_lock(workspace: Workspace) -> Path:
    """The lock that `congkhai ui` holds."""
    return workspace.data / "ui.lock"


def close_orphans(workspace: Workspace, instance: dg.DagsterInstance, ours: Path) -> int:
    """Mark runs as failed whose process is gone and free their pool slots; return how many.

    A killed process leaves its run "started" for ever, and the slot of the warehouse with it. Runs of the command
    line live only under the run lock, those of the UI under its lock; `ours` is the lock that the caller holds.
    """
    gone_from_cli = ours == run_lock(workspace) or not is_held(run_lock(workspace))
    gone_from_ui = ours == ui_lock(workspace) or not is_held(ui_lock(workspace))
    closed = 0
    for run in instance.get_runs(filters=RunsFilter(statuses=_UNFINISHED)):
        if gone_from_cli if CLI_TAG in run.tags else gone_from_ui:
            instance.report_run_failed(run, "Tiến trình đã dừng trước khi lần chạy kết thúc.")
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            closed += 1
    return closed
