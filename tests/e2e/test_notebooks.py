"""Notebooks run as scripts over a real warehouse, and change nothing in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.province import Province

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.py"))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_runs_and_leaves_the_warehouse_as_it_was(notebook: Path, reference: Province) -> None:
    folder = reference.workspace.folder
    warehouse = folder / "data" / "warehouse.duckdb"
    before = warehouse.read_bytes()
    environment = {**os.environ, "CONGKHAI_WORKSPACE": str(folder)}
    run = subprocess.run([sys.executable, str(notebook)], env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert warehouse.read_bytes() == before
