"""A month made by the command line's own run: recorded, complete, honest about what could not be seen."""

import shutil
from pathlib import Path

import dagster as dg
import openpyxl
import pytest

from pipeline.checks import rules
from pipeline.checks.workbooks import differences
from pipeline.imports import import_captures
from pipeline.instance import CLI_TAG, close_orphans, open_instance, run_lock
from pipeline.locks import held
from pipeline.problems import UserError
from pipeline.runs import run_month
from pipeline.summary import month_summary, print_summary
from pipeline.workspace import load_workspace
from tests.unit.assets.conftest import Made, make_workspace
from warehouse.store import open_reader


def test_the_month_is_made_and_the_unseen_portal_fails_coverage_alone(made: Made) -> None:
    assert made.report.success, made.report
    assert [(asset, check) for asset, check, _ in made.report.failed_checks] == [("fact_coverage_monthly", "coverage")]
    assert "Sở B: không đánh giá được, không truy cập được" in made.report.failed_checks[0][2]
    assert sorted(p.name for p in made.workspace.outputs(made.month).iterdir()) == [
        "bien-dong.xlsx", "kien-nghi.xlsx", "phu-luc-1.xlsx", "phu-luc-2.xlsx",
    ]


def test_the_ui_knows_the_run_its_month_and_the_rows(made: Made) -> None:
    with open_instance(made.workspace) as instance:
        run = instance.get_run_by_id(made.report.run_id)
        assert run is not None and run.job_name == "thang" and run.tags["dagster/partition"] == "2018-02-01"
        event = instance.get_latest_materialization_event(dg.AssetKey("fact_unit_monthly"))
        assert event is not None and event.asset_materialization is not None
        metadata = event.asset_materialization.metadata
        assert metadata["dagster/partition_row_count"].value == 2
        assert {record.data["unit_id"] for record in metadata["preview"].records} == {"so-a", "so-b"}


def test_scraped_text_is_never_markdown_in_the_ui(made: Made) -> None:
    with open_instance(made.workspace) as instance:
        for entry in instance.all_logs(made.report.run_id):
            event = entry.dagster_event
            if event and event.is_step_materialization:
                values = event.step_materialization_data.materialization.metadata.values()
                assert not any(isinstance(value, dg.MarkdownMetadataValue) for value in values)


def test_the_summary_shows_no_zero_for_the_unseen(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    summary = month_summary(made.workspace, made.month)
    units = {unit.unit_id: unit for block in summary.units for unit in block}
    assert units["so-a"].postings == (None, None, 7)
    assert units["so-b"].postings == (None, None, None) and units["so-b"].cause == "unreachable"
    print_summary(made.workspace, summary)
    out = capsys.readouterr().out
    assert "MÔ PHỎNG" in out and "Lượt thông tin: – → – → 7" in out
    assert "Đánh giá được 1/2 đơn vị" in out and "Sở B: không truy cập được" in out


def test_made_again_from_its_snapshots_the_bytes_are_the_same(made: Made) -> None:
    folder = made.workspace.outputs(made.month)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert run_month(made.workspace, made.month, from_snapshots=True).success
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_one_fact_is_made_alone(made: Made) -> None:
    assert run_month(made.workspace, made.month, only=["fact_unit_monthly"]).success
    with open_instance(made.workspace) as instance:
        latest = [instance.get_latest_materialization_event(dg.AssetKey(name))
                  for name in ("fact_unit_monthly", "fact_coverage_monthly")]
    assert latest[0] is not None and latest[1] is not None and latest[0].run_id != latest[1].run_id


def test_a_blocking_check_that_fails_stops_what_stands_on_its_table(
    made: Made, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    workspace = load_workspace(Path(shutil.copytree(made.workspace.folder, tmp_path / "w")))
    shutil.rmtree(workspace.outputs(made.month))
    monkeypatch.setattr(rules, "units_complete", lambda _con, table, *_: ["Sở C: thiếu dòng"] * ("unit" in table))
    report = run_month(workspace, made.month, from_snapshots=True)
    assert not report.success and not report.failed_steps
    assert ("fact_unit_monthly", "units_complete", "Sở C: thiếu dòng") in report.failed_checks
    assert not workspace.outputs(made.month).exists()
    with open_instance(workspace) as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey("fact_delta_monthly"))
        assert event is not None and event.run_id != report.run_id


def test_a_month_without_snapshots_cannot_be_made_from_them(made: Made) -> None:
    report = run_month(made.workspace, made.month.shift(-1), from_snapshots=True)
    assert not report.success
    assert [(step, "chưa có bản chụp" in why) for step, why in report.failed_steps] == [("portal_snapshots", True)]


@pytest.mark.parametrize("name", ["phu-luc-1", "phu-luc-2"])
def test_an_appendix_equals_the_facts_and_a_changed_cell_is_found(made: Made, name: str, tmp_path: Path) -> None:
    layout = next(layout for layout in made.workspace.programme.layouts if layout.id == name)
    path = made.workspace.outputs(made.month) / layout.file
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.worksheets[0]
    row = next(cells for cells in sheet.iter_rows() if cells[1].value == "Sở A")
    mark_or_count = row[2] if name == "phu-luc-1" else row[4]
    assert mark_or_count.value == ("✓" if name == "phu-luc-1" else 7)
    mark_or_count.value = None if name == "phu-luc-1" else 8
    changed = tmp_path / layout.file
    workbook.save(changed)
    con = open_reader(made.workspace.warehouse)
    try:
        registry, programme = made.workspace.registry, made.workspace.programme
        assert differences(con, path, programme, layout, registry, made.month) == []
        found = differences(con, changed, programme, layout, registry, made.month)
        assert len(found) == 1 and found[0].startswith("Sở A, cột")
    finally:
        con.close()


def test_a_zero_in_place_of_the_unseen_is_found(made: Made, tmp_path: Path) -> None:
    layout = next(layout for layout in made.workspace.programme.layouts if layout.id == "phu-luc-2")
    workbook = openpyxl.load_workbook(made.workspace.outputs(made.month) / layout.file)
    row = next(cells for cells in workbook.worksheets[0].iter_rows() if cells[1].value == "Sở B")
    row[4].value = 0
    workbook.save(tmp_path / layout.file)
    con = open_reader(made.workspace.warehouse)
    try:
        found = differences(
            con, tmp_path / layout.file, made.workspace.programme, layout, made.workspace.registry, made.month
        )
        assert any(line.startswith("Sở B, cột 5") for line in found)
    finally:
        con.close()


def test_two_runs_at_once_are_refused(made: Made) -> None:
    with held(run_lock(made.workspace)) as ours:
        assert ours
        with pytest.raises(UserError, match="một lần chạy khác"):
            run_month(made.workspace, made.month, from_snapshots=True)


def test_a_run_whose_process_is_gone_is_closed_and_a_finished_one_is_not(made: Made) -> None:
    with open_instance(made.workspace) as instance:
        left = instance.add_run(
            dg.DagsterRun(job_name="thang", tags={CLI_TAG: "run"}, status=dg.DagsterRunStatus.STARTED)
        )
        assert close_orphans(made.workspace, instance, run_lock(made.workspace)) == 1
        closed, finished = instance.get_run_by_id(left.run_id), instance.get_run_by_id(made.report.run_id)
        assert closed is not None and closed.status is dg.DagsterRunStatus.FAILURE
        assert finished is not None and finished.status is dg.DagsterRunStatus.SUCCESS


def test_captures_of_another_archiver_make_the_same_figures(made: Made, tmp_path: Path) -> None:
    other = make_workspace(tmp_path / "other", 9)
    [warc] = made.workspace.snapshots.glob("*/*/so-a.warc.gz")
    foreign = shutil.copy(warc, tmp_path / "foreign.warc.gz")
    taken = import_captures(other, made.month, [Path(foreign)])
    assert set(taken.captures) == {"so-a"} and taken.captures["so-a"] >= 9
    assert run_month(other, made.month, from_snapshots=True).success
    here, there = month_summary(other, made.month), month_summary(made.workspace, made.month)
    assert [unit.postings for block in here.units for unit in block] == [
        unit.postings for block in there.units for unit in block
    ]
    assert dict(here.last.causes) == {"so-b": "not_crawled"}


def test_a_file_that_is_no_warc_is_refused_and_nothing_is_kept(made: Made, tmp_path: Path) -> None:
    other = make_workspace(tmp_path / "other", 9)
    (tmp_path / "x.warc.gz").write_bytes(b"not a warc")
    with pytest.raises(UserError, match=r"x\.warc\.gz"):
        import_captures(other, made.month, [tmp_path / "x.warc.gz"])
    assert list(other.snapshots.rglob("*.warc.gz")) == []
