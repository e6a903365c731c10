"""Two months issued for real: what stands, what is restated, and that an issued month is made again bit for bit."""

from __future__ import annotations

import http.server
import json
import multiprocessing
import os
import shutil
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import openpyxl
import pytest
from typer.testing import CliRunner

from pipeline.assembly import build_definitions
from pipeline.assets.release import RELEASE_JOB
from pipeline.cli import app
from pipeline.instance import open_instance
from pipeline.months import ZONE, Month
from pipeline.problems import UserError
from pipeline.release import issuing, loading
from pipeline.release.folder import read_releases, releases_folder
from pipeline.release.issuing import Hand, issue
from pipeline.release.model import Release
from pipeline.runs import run_month
from pipeline.workspace import Workspace, create_workspace, load_workspace
from tests.e2e.province import sheet_lines
from warehouse.description import load as described_tables
from warehouse.store import open_reader

FEB, MAR = Month(2018, 2), Month(2018, 3)
REASON = "Sở B chưa truy cập được"
HEAD = '<html><head><meta charset="utf-8"><title>Sở A</title></head><body><h1>Sở A</h1>'
MENU = '<ul class="menu"><li><a href="/">Trang chủ</a></li><li><a href="/lich.html">Tiếp công dân</a></li></ul>'
ROWS = [(n, f"Thông báo lịch tiếp công dân tuần {n} của Giám đốc Sở", f"0{n}/02/2018") for n in range(1, 8)]
LATE = [
    *ROWS,
    (20, "Nội quy tiếp công dân của Sở", "10/02/2018"),
    (21, "Thông báo lịch tiếp công dân tuần 11 của Giám đốc Sở", "12/03/2018"),
]


class Portal(http.server.BaseHTTPRequestHandler):
    rows = ROWS

    def do_GET(self) -> None:
        body = self.page()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write((body or "<p>Không có</p>").encode())

    def page(self) -> str | None:
        if self.path == "/":
            return f"{HEAD}{MENU}<p>{'Chào mừng đến với trang thông tin điện tử của Sở A. ' * 10}</p></body></html>"
        if self.path == "/lich.html":
            rows = "".join(f'<li><a href="/tin/{n}.html">{title}</a> <span>{day}</span></li>'
                           for n, title, day in reversed(self.rows))
            return f'{HEAD}{MENU}<div class="content"><h2>Tiếp công dân</h2><ul>{rows}</ul></div></body></html>'
        told = {f"/tin/{n}.html": (title, day) for n, title, day in self.rows}.get(self.path)
        return told and (f"{HEAD}{MENU}<h2>{told[0]}</h2><div>Ngày đăng: {told[1]}</div>"
                         f"<p>{'Giám đốc Sở tiếp công dân vào thứ hai. ' * 20}</p></body></html>")

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@dataclass(frozen=True)
class Office:
    """February and March made and issued, and the workspace as it was just before each issue."""

    workspace: Workspace
    before_feb: Path
    february: Release
    march: Release
    refused: str


def hand(reason: str = REASON) -> Hand:
    return Hand("An", reason, datetime(2018, 4, 10, tzinfo=UTC))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = tmp_path_factory.mktemp("issued")
    try:
        workspace = _make(base / "w", server.server_address[1])
        assert run_month(workspace, FEB, as_of=datetime(2018, 3, 5, 20, tzinfo=ZONE)).success
        shutil.copytree(workspace.folder, base / "before-february")
        with pytest.raises(UserError) as refused:
            issue(workspace, FEB, hand(""))
        february = issue(workspace, FEB, hand())
        Portal.rows = LATE
        assert run_month(workspace, MAR, as_of=datetime(2018, 4, 5, 20, tzinfo=ZONE)).success
        yield Office(workspace, base / "before-february", february, issue(workspace, MAR, hand()), str(refused.value))
    finally:
        Portal.rows = ROWS
        server.shutdown()
        server.server_close()


def _make(folder: Path, port: int) -> Workspace:
    create_workspace(folder, None, datetime(2019, 6, 1).date())
    (folder / "congkhai.toml").write_text(
        'title = "T"\nprovince = "P"\nfirst_month = "2018-01"\n[politeness]\ndelay_seconds = 0\n'
        f'timeout_seconds = 5\n[simulation.resolve]\n"so-a.test" = "127.0.0.1:{port}"\n"so-b.test" = "127.0.0.1:9"\n',
        encoding="utf-8")
    (folder / "units.csv").write_text("unit_id,name,kind\nso-a,Sở A,department\nso-b,Sở B,department\n",
                                      encoding="utf-8")
    (folder / "portals.csv").write_text("unit_id,url\nso-a,http://so-a.test/\nso-b,http://so-b.test/\n",
                                        encoding="utf-8")
    return load_workspace(folder)


def copy_of(folder: Path, target: Path, *, without: tuple[str, ...] = ()) -> Workspace:
    """Return a copy of a workspace without the named entries (`outputs`, `data/cache`, …)."""
    shutil.copytree(folder, target)
    for name in without:
        path = target / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return load_workspace(target)


def cli(*arguments: object) -> tuple[int, str]:
    """Return exit code and output of a command; 2 for what the user can mend, as `congkhai` itself gives it."""
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    if isinstance(result.exception, UserError):
        return 2, f"{result.output}{result.exception}"
    return result.exit_code, result.output


def books(workspace: Workspace, month: Month) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(workspace.outputs(month).glob("*.xlsx"))}


def tables(workspace: Workspace, *, aside: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    with open_reader(workspace.warehouse) as con:
        return {name: con.sql(f'SELECT * FROM "{name}" ORDER BY ALL').fetchall()
                for name in described_tables() if name not in aside}


def main_lines(workspace: Workspace, month: Month, file: str = "phu-luc-2.xlsx") -> list[tuple[str, ...]]:
    return sheet_lines(workspace.outputs(month) / file)


def test_an_incomplete_month_is_issued_only_with_a_reason_which_is_kept(office: Office) -> None:
    assert "--reason" in office.refused and "Sở B" in office.refused
    assert office.february.reason == REASON and any("Sở B" in line for line in office.february.obstacles)
    [row] = [row for row in tables(office.workspace)["release"] if row[0] == "2018-02/v1"]
    assert "An" in row and REASON in row


def test_an_issued_month_was_made_again_from_what_was_frozen_before_it_was_issued(office: Office) -> None:
    assert office.february.reproduced and office.march.reproduced
    assert office.march.earlier == ("2018-02/v1",)


def test_later_appendices_show_the_issued_figure_and_restate_it_with_the_reason(office: Office) -> None:
    lines = main_lines(office.workspace, MAR)
    [unit] = [line for line in lines if line[0].isdigit() and line[1] == "Sở A"]
    assert unit[2:5] == ("–", "7", "1")
    start = next(n for n, line in enumerate(lines) if line[0].startswith("Đính chính"))
    assert [line[:6] for line in lines[start + 2:start + 3]] == [
        ("Sở A", "", "02/2018", "7", "8", "tin đăng lùi ngày sau khi phát hành")]
    workbook = openpyxl.load_workbook(office.workspace.outputs(MAR) / "phu-luc-2.xlsx")
    behind = [[str(cell) for cell in row] for row in workbook["Đính chính"].iter_rows(values_only=True)]
    assert any("Nội quy tiếp công dân của Sở" in row and "http://so-a.test/tin/20.html" in row for row in behind)


def test_behind_an_issued_figure_stand_the_postings_that_were_issued(office: Office) -> None:
    workbook = openpyxl.load_workbook(office.workspace.outputs(MAR) / "phu-luc-2.xlsx")
    rows = [[str(cell) for cell in row] for row in workbook["Bằng chứng"].iter_rows(values_only=True)]
    counted = [row for row in rows if row[0].startswith("2018-02") and "lượt thông tin" in row[-1]]
    assert len(counted) == 7 and not any("Nội quy" in cell for row in counted for cell in row)


def test_the_month_is_frozen_with_everything_it_was_made_from(office: Office) -> None:
    place = releases_folder(office.workspace) / "2018-02" / "v1"
    sheet = json.loads((place / "release.json").read_text(encoding="utf-8"))
    assert {"inputs/units.csv", "inputs/congkhai.toml", "inputs/programme.json"} <= set(sheet["files"])
    assert (place / "workbooks" / "phu-luc-2.xlsx").read_bytes() == books(office.workspace, FEB)["phu-luc-2.xlsx"]
    captures = [row for row in tables(office.workspace)["released_capture"] if row[0] == "2018-02/v1"]
    assert len(captures) == sheet["n_captures"] > 8
    assert [path.name for path in releases_folder(office.workspace).rglob("*") if ".part" in path.name] == []


def test_on_another_machine_the_issued_month_has_the_same_tables_and_bytes(office: Office, tmp_path: Path) -> None:
    other = copy_of(office.workspace.folder, tmp_path / "w", without=(
        "data/warehouse.duckdb", "data/dagster", "data/cache", "outputs"))
    code, said = cli("run", "-w", other.folder, "--month", MAR, "--from-snapshots")
    assert code == 0, said
    assert "Tái lập đúng bản phát hành 2018-03/v1" in said and "2018-02" in said
    assert books(other, MAR) == books(office.workspace, MAR)
    # What waits for a re-check is told by the next run.
    mine, others = (tables(one, aside=("recheck_waiting",)) for one in (office.workspace, other))
    assert [name for name in mine if mine[name] != others[name]] == []


def test_what_was_fetched_or_written_since_changes_nothing_of_an_issued_month(office: Office, tmp_path: Path) -> None:
    later = copy_of(office.workspace.folder, tmp_path / "w")
    issued = books(later, FEB)
    assert run_month(later, FEB, as_of=datetime(2018, 3, 5, 21, tzinfo=ZONE)).success
    units = (later.folder / "units.csv").read_text(encoding="utf-8")
    (later.folder / "units.csv").write_text(units.replace("Sở A", "Sở A đổi tên"), encoding="utf-8")
    assert run_month(load_workspace(later.folder), FEB, from_snapshots=True).success
    assert books(later, FEB) != issued
    with open_reader(later.warehouse) as con:
        [(n,)] = con.sql("SELECT n_postings FROM fact_unit_monthly WHERE month = '2018-02-01' AND unit_id = 'so-a'"
                         ).fetchall()
        [(kept,)] = con.sql("SELECT n_postings FROM released_unit_monthly "
                            "WHERE release_id = '2018-02/v1' AND unit_id = 'so-a'").fetchall()
    assert (n, kept) == (8, 7)
    code, said = cli("run", "-w", later.folder, "--month", FEB, "--from-snapshots")
    assert code == 0 and "trùng từng byte" in said, said
    assert books(later, FEB) == issued


def test_a_second_issue_needs_a_reason_and_leaves_the_first(office: Office, tmp_path: Path) -> None:
    again = copy_of(office.workspace.folder, tmp_path / "w")
    with pytest.raises(UserError, match="đã phát hành 2018-03/v1"):
        issue(again, MAR, hand(""))
    assert issue(again, MAR, hand("đính chính")).release_id == "2018-03/v2"
    assert [one.release_id for one in read_releases(again)] == ["2018-02/v1", "2018-03/v1", "2018-03/v2"]


@pytest.mark.parametrize(("file", "said"), [
    ("release.json", "đã bị sửa"), ("workbooks/phu-luc-1.xlsx", "phu-luc-1.xlsx"), ("inputs/units.csv", "units.csv"),
])
def test_a_frozen_file_that_was_changed_is_named(office: Office, tmp_path: Path, file: str, said: str) -> None:
    changed = copy_of(office.workspace.folder, tmp_path / "w")
    path = releases_folder(changed) / "2018-03" / "v1" / file
    path.write_bytes(path.read_bytes().replace(b'"An"', b'"Ba"') if path.suffix == ".json" else b"x")
    code, told = cli("run", "-w", changed.folder, "--month", MAR, "--from-snapshots")
    assert code == 2 and said in told


def test_captures_that_are_gone_are_told_before_anything_is_made(office: Office, tmp_path: Path) -> None:
    poor = copy_of(office.workspace.folder, tmp_path / "w")
    [manifest] = poor.snapshots.glob("2018-02/*/so-a.jsonl")
    manifest.write_bytes(b"".join(manifest.read_bytes().splitlines(keepends=True)[:-2]))
    before = tables(poor)
    code, told = cli("run", "-w", poor.folder, "--month", FEB, "--from-snapshots")
    assert code == 2 and "2 bản chụp thiếu hoặc khác" in told
    assert tables(poor) == before


def test_tables_that_no_longer_follow_from_the_files_are_not_issued(office: Office, tmp_path: Path) -> None:
    edited = copy_of(office.before_feb, tmp_path / "w")
    portals = (edited.folder / "portals.csv").read_text(encoding="utf-8")
    (edited.folder / "portals.csv").write_text(portals.replace("so-b,http://so-b.test/\n", ""), encoding="utf-8")
    with pytest.raises(UserError):
        issue(load_workspace(edited.folder), FEB, hand(""))
    assert read_releases(edited) == []


def _die(where: str, folder: Path) -> None:
    def kill(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    match where:
        case "before the sheet":
            issuing._write_sheet = kill
        case "before the name":
            Path.rename = kill  # type: ignore[method-assign, assignment]
        case "before the tables":
            loading.load_releases = kill  # type: ignore[assignment]
        case "among the tables":
            loading.rows_to_arrow = kill  # type: ignore[assignment]
    issue(load_workspace(folder), FEB, hand())


@pytest.mark.parametrize(("where", "issued"), [
    ("before the sheet", False), ("before the name", False), ("before the tables", True), ("among the tables", True),
])
def test_a_kill_leaves_the_month_issued_whole_or_not_at_all(
    office: Office, tmp_path: Path, where: str, issued: bool
) -> None:
    folder = copy_of(office.before_feb, tmp_path / "w").folder
    process = multiprocessing.get_context("spawn").Process(target=_die, args=(where, folder))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    left = load_workspace(folder)
    assert [one.release_id for one in read_releases(left)] == (["2018-02/v1"] if issued else [])
    assert tables(left)["release"] == []
    second = issue(left, FEB, hand("phát hành lại sau sự cố"))
    assert second.release_id == ("2018-02/v2" if issued else "2018-02/v1") and second.reproduced
    kept = {row[0] for row in tables(left)["released_unit_monthly"]}
    assert kept == ({"2018-02/v1", "2018-02/v2"} if issued else {"2018-02/v1"})
    assert list(releases_folder(left).rglob(".*")) == []


def test_the_command_shows_what_it_will_issue_and_asks(office: Office, tmp_path: Path) -> None:
    workspace = copy_of(office.before_feb, tmp_path / "w")
    code, said = cli("release", "-w", workspace.folder, "--month", FEB, "--by", "An")
    assert code == 2 and "7 lượt thông tin" in said and "Sở B" in said and "--reason" in said
    result = CliRunner().invoke(app, ["release", "-w", str(workspace.folder), "--month", str(FEB), "--by", "An",
                                      "--reason", REASON], input="n\n")
    assert result.exit_code != 0 and read_releases(workspace) == []
    code, said = cli("release", "-w", workspace.folder, "--month", FEB, "--by", "An", "--reason", REASON, "--yes")
    assert code == 0 and "Đã phát hành 2018-02/v1" in said and "trùng từng byte" in said, said


def test_the_job_in_the_ui_issues_only_what_is_confirmed(office: Office, tmp_path: Path) -> None:
    workspace = copy_of(office.before_feb, tmp_path / "w")
    job = build_definitions(workspace).resolve_job_def(RELEASE_JOB)

    def issued_by_job(confirm: str) -> dg.ExecuteInProcessResult:
        config = {"month": "2018-02", "confirm": confirm, "by": "An", "reason": REASON}
        with open_instance(workspace) as instance:
            return job.execute_in_process(instance=instance, raise_on_error=False,
                                          run_config={"ops": {"phat_hanh_thang": {"config": config}}})

    assert not issued_by_job("2018-03").success and read_releases(workspace) == []
    assert issued_by_job("2018-02").success
    assert [one.release_id for one in read_releases(workspace)] == ["2018-02/v1"]
