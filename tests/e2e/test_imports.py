"""Captures that wget made of simulated portals: taken in, they give the figures of what was captured, and no other."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.imports import import_captures
from pipeline.months import Month
from pipeline.runs import run_month
from pipeline.simulator.reference import reference as reference_scenario
from pipeline.simulator.scenario import evening_after
from pipeline.simulator.server import serve
from pipeline.snapshots.store import SnapshotStore
from tests.e2e.province import UNKNOWN, Cells, Province, appendix_cells, figures_only, make_province, total_cells

pytestmark = pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not there")
MONTH = Month(2018, 2)
MOMENT = evening_after(MONTH)
# Their pagers are links, as wget follows them; the last two: only the home page is taken, and nothing at all.
WHOLE = ("so-nong-nghiep-ptnt", "so-y-te", "cu-jut", "cong-ttdt-tinh")
HOME_ALONE, NEVER = "so-noi-vu", "so-tu-phap"


def archive(port: int, host: str, warc: Path, *options: str) -> Path:
    """Let wget walk a portal into a WARC file, the simulator standing in as its proxy."""
    subprocess.run(
        ["wget", "--quiet", "--no-config", "-e", "use_proxy=yes", "-e", f"http_proxy=http://127.0.0.1:{port}",
         "--tries=2", "--timeout=20", "--no-directories", "--delete-after", f"--directory-prefix={warc.parent / 'tmp'}",
         f"--warc-file={warc}", "--no-warc-keep-log", *options, f"http://{host}/"],
        check=False, cwd=warc.parent,
    )
    return warc.with_name(f"{warc.name}.warc.gz")


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Province:
    """A workspace of six units whose month was made from wget's files."""
    folder = tmp_path_factory.mktemp("imported")
    scenario = reference_scenario()
    chosen = {*WHOLE, HOME_ALONE, NEVER}
    units = tuple(u for u in scenario.units if u.unit_id in chosen or u.parent_id in chosen)
    province = make_province(
        scenario.model_copy(update={"units": units, "months": (str(MONTH),), "positions": {}}), folder / "w")
    hosts = {u.unit_id: u.portal.host for u in units if u.portal}
    with serve(scenario, MOMENT) as server:
        files = [archive(server.port, hosts[unit], folder / unit, "--recursive", "--level=12") for unit in WHOLE]
        files.append(archive(server.port, hosts[HOME_ALONE], folder / HOME_ALONE))
    taken = import_captures(province.workspace, MONTH, files)
    assert set(taken.captures) == {*WHOLE, HOME_ALONE} and taken.captures[HOME_ALONE] == 1
    report = run_month(province.workspace, MONTH, from_snapshots=True)
    assert report.success, report
    return province


@pytest.fixture(scope="module")
def made(imported: Province) -> dict[str, Cells]:
    return appendix_cells(imported.workspace, MONTH)


@pytest.mark.parametrize("unit_id", WHOLE)
def test_what_was_captured_whole_has_its_figures(unit_id: str, imported: Province, made: dict[str, Cells]) -> None:
    assert figures_only(made[unit_id]) == imported.expected(MONTH, [MOMENT])[unit_id]


@pytest.mark.parametrize("unit_id", [HOME_ALONE, NEVER])
def test_what_was_not_captured_is_not_assessable(unit_id: str, made: dict[str, Cells]) -> None:
    assert made[unit_id]["2018-02"] == UNKNOWN and "0" not in figures_only(made[unit_id]).values()
    assert made[unit_id]["note of phu-luc-2"] == "Không đánh giá được: chưa thu thập"


def test_the_totals_are_over_what_was_captured(imported: Province, made: dict[str, Cells]) -> None:
    totals = total_cells(imported.workspace, MONTH)
    assert totals["label"].endswith("(4/6 đơn vị đánh giá được)")
    assert totals["2018-02"] == str(sum(int(made[unit]["2018-02"]) for unit in WHOLE))


def test_the_records_are_kept_as_they_were_made(imported: Province) -> None:
    store = SnapshotStore(imported.workspace.snapshots)
    assert store.verify() == []
    captures = list(store.captures(str(MONTH)))
    assert {capture.role for capture in captures} == {"imported"}
    assert all(store.body(capture) for capture in captures if capture.digest and capture.size)
