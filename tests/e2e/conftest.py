"""The province of reference, its three months crawled once for all tests of a session, whichever worker asks."""

from __future__ import annotations

import json
import shutil
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.locks import held
from pipeline.simulator.scenario import load
from pipeline.workspace import EXAMPLES, create_workspace, load_workspace
from tests.e2e.province import Province

EXAMPLE = "dak-nong-2018"
_POLL_SECONDS = 0.5


@pytest.fixture(scope="session")
def published() -> dict[str, Any]:
    """The figures of the appendices as they were published."""
    found: dict[str, Any] = json.loads((EXAMPLES / EXAMPLE / "published.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Province:
    """The example with its three months made. Nobody changes it: take a `copy_of` it."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    folder, made = shared / "reference", shared / "reference.made"
    while True:
        with held(shared / "reference.lock") as ours:
            if ours:
                if not made.exists():
                    shutil.rmtree(folder, ignore_errors=True)
                    _make(folder)
                    made.touch()
                return _province(folder)
        time.sleep(_POLL_SECONDS)


def copy_of(province: Province, folder: Path, *, without: tuple[str, ...] = ()) -> Province:
    """Return the province in a copy of its workspace, without the named entries of its `data` folder."""
    shutil.copytree(province.workspace.folder, folder)
    for name in without:
        path = folder / "data" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return _province(folder)


def _make(folder: Path) -> None:
    create_workspace(folder, EXAMPLE, date.today())
    reports = _province(folder).run_all()
    assert all(report.success for report in reports.values()), reports


def _province(folder: Path) -> Province:
    return Province(load(folder / "scenario.json"), load_workspace(folder))
