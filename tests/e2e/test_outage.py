"""The plug pulled on one portal: its row says so, with the cause; nobody else's figures change."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest

from pipeline.instance import open_instance
from pipeline.months import Month
from pipeline.runs import RunReport, run_month
from pipeline.simulator.scenario import Outage, dump, evening_after
from tests.e2e.conftest import copy_of
from tests.e2e.province import UNKNOWN, Province, appendix_cells, figures_only, sheet_lines, total_cells

MONTH = Month(2018, 2)
DOWN = "krong-no"
EVENING = evening_after(MONTH)


@pytest.fixture(scope="module")
def dark(reference: Province, tmp_path_factory: pytest.TempPathFactory) -> tuple[Province, RunReport]:
    """The province with its last month crawled while one host was down."""
    province = copy_of(reference, tmp_path_factory.mktemp("dark") / "w")
    folder = province.workspace.folder
    shutil.rmtree(province.workspace.snapshots / str(MONTH))
    outage = Outage(since=EVENING - timedelta(days=1), until=EVENING + timedelta(days=1), mode="reset")
    units = tuple(
        unit.model_copy(update={"portal": unit.portal.model_copy(update={"outages": (outage,)})})
        if unit.unit_id == DOWN and unit.portal else unit
        for unit in province.scenario.units
    )
    (folder / "scenario.json").write_text(dump(province.scenario.model_copy(update={"units": units})), encoding="utf-8")
    return province, run_month(province.workspace, MONTH, as_of=EVENING, look_back=True)


def test_its_row_says_not_assessable_with_the_cause(dark: tuple[Province, RunReport], reference: Province) -> None:
    cells = appendix_cells(dark[0].workspace, MONTH)[DOWN]
    earlier = {name: appendix_cells(reference.workspace, MONTH)[DOWN][name] for name in ("2017-12", "2018-01")}
    assert {name: cells.pop(name) for name in earlier} == earlier
    notes = {cells.pop("note of phu-luc-1"), cells.pop("note of phu-luc-2")}
    assert set(cells.values()) == {UNKNOWN}
    assert notes == {"Không đánh giá được: không truy cập được"}


def test_the_other_units_are_as_they_were(dark: tuple[Province, RunReport], reference: Province) -> None:
    made, before = appendix_cells(dark[0].workspace, MONTH), appendix_cells(reference.workspace, MONTH)
    assert {u: cells for u, cells in made.items() if u != DOWN} == {u: c for u, c in before.items() if u != DOWN}


def test_the_totals_say_over_how_many_units_they_are(dark: tuple[Province, RunReport], reference: Province) -> None:
    totals = total_cells(dark[0].workspace, MONTH)
    others = [figures_only(c) for u, c in appendix_cells(reference.workspace, MONTH).items() if u != DOWN]
    assert totals["label"].endswith("(26/27 đơn vị đánh giá được)")
    assert totals["2018-02"] == str(sum(int(cells["2018-02"]) for cells in others))
    assert totals["results"] == str(sum(int(cells["results"] or 0) for cells in others))


def test_the_deltas_compare_nothing_with_what_was_not_seen(dark: tuple[Province, RunReport]) -> None:
    [line] = [line for line in sheet_lines(dark[0].workspace.outputs(MONTH) / "bien-dong.xlsx") if "Krông Nô" in line]
    after_name = line[line.index("Krông Nô") + 1:]
    assert UNKNOWN in after_name and any("không truy cập được" in cell for cell in after_name)


def test_the_check_fails_where_everybody_looks(dark: tuple[Province, RunReport]) -> None:
    province, report = dark
    assert report.success
    [(asset, check, said)] = report.failed_checks
    assert (asset, check) == ("fact_coverage_monthly", "coverage")
    assert said.startswith("Krông Nô: không đánh giá được, không truy cập được")
    key = dg.AssetCheckKey(dg.AssetKey(asset), check)
    with open_instance(province.workspace) as instance:
        record = instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
    assert record.event is not None and record.event.dagster_event is not None
    evaluation = record.event.dagster_event.asset_check_evaluation_data
    assert (evaluation.passed, evaluation.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert evaluation.description == said and record.run_id == report.run_id


def test_seen_again_it_has_its_figures_again(dark: tuple[Province, RunReport], reference: Province) -> None:
    province, _ = dark
    folder = province.workspace.folder
    shutil.copy(reference.workspace.folder / "scenario.json", folder / "scenario.json")
    report = run_month(province.workspace, MONTH, as_of=EVENING + timedelta(hours=1), units=[DOWN])
    assert report.success and not report.failed_checks
    made = {unit: figures_only(cells) for unit, cells in appendix_cells(province.workspace, MONTH).items()}
    assert made == {unit: figures_only(cells) for unit, cells in appendix_cells(reference.workspace, MONTH).items()}


def test_a_copy_of_the_folder_is_all_that_was_changed(reference: Province) -> None:
    assert not any(Path(p).exists() for p in reference.workspace.folder.glob("data/snapshots/2018-02/*-02"))
