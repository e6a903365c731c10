"""Dagster's own tools on the project, and the UI's life: these start processes and take a while."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from pipeline.instance import WORKSPACE_VARIABLE
from tests.unit.assets.conftest import Made

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[3]
WAIT_SECONDS = 120


def dg(*arguments: str, workspace: Path | None = None) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name not in (WORKSPACE_VARIABLE, "DAGSTER_HOME")}
    if workspace is not None:
        env |= {WORKSPACE_VARIABLE: str(workspace), "DAGSTER_HOME": str(workspace / "data" / "dagster")}
    program = Path(sys.executable).with_name("dg")
    return subprocess.run([str(program), *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_dg_lists_and_checks_the_definitions_of_a_clean_clone() -> None:
    listed = dg("list", "defs", "--json")
    assert listed.returncode == 0, listed.stderr
    found = json.loads(listed.stdout[listed.stdout.index("{"):])
    assert {"unit_version", "portal_snapshots", "fact_unit_monthly", "phu_luc_1", "bien_dong"} <= {
        asset["asset_key"] for asset in found["assets"]
    }
    assert dg("check", "defs").returncode == 0


def test_dg_launches_an_asset_of_a_month(made: Made) -> None:
    launched = dg(
        "launch", "--assets", "fact_unit_monthly", "--partition", "2018-02-01", workspace=made.workspace.folder
    )
    assert launched.returncode == 0, launched.stdout + launched.stderr
    assert "RUN_SUCCESS" in launched.stdout + launched.stderr


def test_the_ui_answers_on_loopback_and_stops_as_a_whole(made: Made) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ui = subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "ui", "-w", str(made.workspace.folder), "--port", str(port)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )
    try:
        assert ui.stdout is not None and f"http://127.0.0.1:{port}" in ui.stdout.readline()
        wanted = "{ assetNodes { assetKey { path } } runsOrError { ... on Runs { results { runId } } } }"
        query = json.dumps({"query": wanted})
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/graphql", query.encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as answer:
            data = json.load(answer)["data"]
        assert made.report.run_id in [run["runId"] for run in data["runsOrError"]["results"]]
        assert ["phu_luc_2"] in [node["assetKey"]["path"] for node in data["assetNodes"]]
        children = processes_of(made.workspace.folder)
        assert children
    finally:
        ui.send_signal(signal.SIGTERM)
    assert ui.wait(WAIT_SECONDS) == 0
    deadline = time.monotonic() + 5
    while processes_of(made.workspace.folder) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert processes_of(made.workspace.folder) == []


def processes_of(folder: Path) -> list[str]:
    """Return processes that serve the workspace (their environment names it)."""
    wanted = f"{WORKSPACE_VARIABLE}={folder}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (process / "environ").read_bytes().split(b"\0"):
                found.append(process.name)
        except OSError:
            continue
    return found


def test_a_taken_port_is_told(made: Made) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ui = subprocess.run(
            [sys.executable, "-m", "pipeline.cli", "ui", "-w", str(made.workspace.folder),
             "--port", str(taken.getsockname()[1])],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=WAIT_SECONDS,
        )
    assert ui.returncode == 2 and "không dùng được" in ui.stderr and "Traceback" not in ui.stderr
