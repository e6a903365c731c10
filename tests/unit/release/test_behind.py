"""Months that say nothing yet of what was issued, or made again, after them."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline import cli
from pipeline.months import Month
from pipeline.release.behind import behind, behind_lines, later_line
from pipeline.release.folder import SHEET, place_of
from pipeline.release.model import Release
from pipeline.workspace import Workspace, create_workspace, load_workspace
from warehouse.store import open_writer

JAN, FEB, MAR = Month(2018, 1), Month(2018, 2), Month(2018, 3)
BEFORE, ISSUED, AFTER = (datetime(2018, 3, day, tzinfo=UTC) for day in (6, 7, 8))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    folder = tmp_path / "w"
    create_workspace(folder, None, date(2018, 1, 1))
    return load_workspace(folder)


def issue(workspace: Workspace, month: Month, vintage: int = 1, at: datetime = ISSUED) -> None:
    own = f"{month}/v{vintage}"
    release = Release(
        release_id=own, month=str(month), vintage=vintage, issued_at=at, issued_by="An", reason="", obstacles=(),
        observed_until=at, programme_id="p", programme_version=1, programme_digest="", registry_digest="",
        reviews_digest="", tool_version="1", replay_version="1", n_captures=0, captures_digest="", earlier=(),
        crawls={}, workbooks={}, files={}).sealed()
    place_of(workspace, own).mkdir(parents=True)
    (place_of(workspace, own) / SHEET).write_text(release.model_dump_json(), encoding="utf-8")


def make(workspace: Workspace, month: Month, at: datetime, *names: str) -> None:
    workspace.outputs(month).mkdir(parents=True)
    for name in names or ("phu-luc-1.xlsx", "phu-luc-2.xlsx"):
        path = workspace.outputs(month) / name
        path.touch()
        os.utime(path, (at.timestamp(), at.timestamp()))


def of(workspace: Workspace) -> dict[str, list[str]]:
    return {str(month): [one.release_id for one in releases] for month, releases in behind(workspace).items()}


def test_a_month_made_before_an_earlier_one_was_issued_is_behind_until_it_is_made_again(workspace: Workspace) -> None:
    issue(workspace, JAN)
    make(workspace, JAN, BEFORE)
    make(workspace, FEB, BEFORE)
    make(workspace, MAR, AFTER)
    assert of(workspace) == {"2018-02": ["2018-01/v1"]}
    [line] = behind_lines(workspace)
    assert "tháng 2018-02 làm trước khi phát hành 2018-01/v1" in line
    assert line.endswith(f"congkhai run -w {workspace.folder} --month 2018-02 --from-snapshots")


def test_only_the_issue_that_stands_counts_and_only_of_months_that_are_shown(workspace: Workspace) -> None:
    for month, vintage, at in ((JAN, 1, ISSUED), (JAN, 2, AFTER), (Month(2016, 12), 1, AFTER)):
        issue(workspace, month, vintage, at)
    make(workspace, FEB, BEFORE)
    assert of(workspace) == {"2018-02": ["2018-01/v2"]}


def test_a_month_that_was_issued_itself_shows_what_it_showed_then(workspace: Workspace) -> None:
    issue(workspace, FEB, at=BEFORE)
    issue(workspace, JAN)
    make(workspace, FEB, BEFORE)
    assert of(workspace) == {}


def test_neither_the_review_nor_other_folders_are_workbooks_of_a_month(workspace: Workspace) -> None:
    issue(workspace, JAN)
    make(workspace, FEB, BEFORE, "ra-soat.xlsx", ".phu-luc-1.xlsx.part")
    (workspace.folder / "outputs" / "khac").mkdir()
    (workspace.folder / "outputs" / "khac" / "a.xlsx").touch()
    assert of(workspace) == {}


def test_the_check_of_a_workspace_says_so(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    issue(workspace, JAN)
    make(workspace, FEB, BEFORE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["congkhai", "check", "-w", str(workspace.folder)])
        assert cli._run() == 0
    assert "trước khi phát hành 2018-01/v1" in capsys.readouterr().out


def test_a_month_made_after_later_ones_names_those_that_were_not_issued(workspace: Workspace) -> None:
    workspace.warehouse.parent.mkdir(parents=True, exist_ok=True)
    con = open_writer(workspace.warehouse)
    con.executemany(
        "INSERT INTO fact_coverage_monthly BY NAME SELECT ?::DATE AS month, 'so-a' AS unit_id, false AS assessed, "
        "'not_crawled' AS cause, '' AS detail, 0 AS sections, 0 AS pages, false AS pagination_complete, "
        "0 AS observations, now() AS observed_until, NULL AS crawl_id, 'x' AS coverage_id",
        [[month.first_day] for month in (JAN, FEB, MAR)])
    con.close()
    assert "2018-02, 2018-03;" in later_line(workspace, JAN)
    assert later_line(workspace, MAR) == ""
    issue(workspace, FEB)
    assert "từ trước: 2018-03;" in later_line(workspace, JAN)
