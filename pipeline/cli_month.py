"""Commands that crawl or count: `crawl`, `run`, `summary`, `import-warc`.

What belongs here: options, and saying what came of it. What does not: doing it (`pipeline.runs`,
`pipeline.summary`, `pipeline.snapshots`). Dagster is imported where it is needed: it takes a second to load.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli_options import (
    AsOfOption,
    MonthOption,
    UnitOption,
    WorkspaceOption,
    check_units,
    read_as_of,
    read_month,
    say,
)
from pipeline.cli_release import reproduce_month
from pipeline.months import Month
from pipeline.problems import UserError
from pipeline.release.folder import latest_release
from pipeline.workspace import Workspace, load_workspace

if TYPE_CHECKING:
    from pipeline.runs import RunReport

HELP = {
    "import_warc": "Nhập bản chụp do công cụ khác làm (WARC) cho một tháng.",
    "crawl": "Chỉ thu thập bản chụp của một tháng.",
    "run": "Làm cả tháng, từ thu thập tới các phụ lục.",
    "summary": "In số liệu của một tháng đã làm.",
}
_SNAPSHOT_ASSETS = ("unit_version", "portal", "portal_snapshots")
FromSnapshotsOption = Annotated[
    bool, typer.Option("--from-snapshots", help="Không tải gì, làm từ các bản chụp đã có; tháng đã phát hành được "
                       "tái lập đúng như đã phát hành.")
]
AnewOption = Annotated[
    bool, typer.Option("--anew", help="Với --from-snapshots: làm lại tháng đã phát hành theo những gì nay biết.")
]


def crawl(
    workspace: WorkspaceOption, month: MonthOption, unit: UnitOption = None, as_of: AsOfOption = None
) -> None:
    """Capture the portals of a month."""
    loaded = load_workspace(workspace)
    wanted = read_month(loaded, month)
    moment, units = read_as_of(loaded, as_of), check_units(loaded, unit, wanted)
    from pipeline.runs import run_month

    report = run_month(loaded, wanted, as_of=moment, units=units, only=_SNAPSHOT_ASSETS, command="crawl")
    refuse_failure(report, wanted, loaded)
    say(f"Bản chụp của tháng {wanted}: {loaded.snapshots / str(wanted)}")


def run(
    workspace: WorkspaceOption,
    month: MonthOption,
    as_of: AsOfOption = None,
    from_snapshots: FromSnapshotsOption = False,
    anew: AnewOption = False,
    unit: UnitOption = None,
) -> None:
    """Make a month and say where its workbooks are."""
    loaded = load_workspace(workspace)
    wanted = read_month(loaded, month)
    moment, units = read_as_of(loaded, as_of), check_units(loaded, unit, wanted)
    if from_snapshots and (moment is not None or units):
        raise UserError("--from-snapshots không đi cùng --as-of hoặc --unit: nó không thu thập gì")
    if anew and not from_snapshots:
        raise UserError("--anew đi cùng --from-snapshots")
    if from_snapshots and not anew and (release := latest_release(loaded, wanted)) is not None:
        reproduce_month(loaded, release)
        return
    from pipeline.runs import run_month

    say(f"Tháng {wanted} của {loaded.folder}:", to_stderr=True)
    report = run_month(loaded, wanted, as_of=moment, from_snapshots=from_snapshots, look_back=True, units=units)
    refuse_failure(report, wanted, loaded)
    show_month(loaded, wanted, report)


def import_warc(
    workspace: WorkspaceOption,
    month: MonthOption,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Tệp WARC (.warc, .warc.gz).")],
) -> None:
    """Take the captures of another archiver as a crawl of the month."""
    loaded = load_workspace(workspace)
    wanted = read_month(loaded, month)
    for file in files:
        if not file.is_file():
            raise UserError(f"{file}: không có tệp này")
    from pipeline.imports import import_captures

    taken = import_captures(loaded, wanted, files)
    say(f"Đã nhập {sum(taken.captures.values())} bản chụp cho tháng {wanted} (lần thu thập {taken.crawl_id}):")
    for portal_id, count in taken.captures.items():
        say(f"  {portal_id}: {count}")
    if taken.unknown_hosts:
        strange = ", ".join(f"{host} ({count})" for host, count in taken.unknown_hosts.items())
        say(f"Bỏ qua bản ghi của máy chủ không có trong portals.csv: {strange}")
    anew = " --anew" if latest_release(loaded, wanted) else ""
    say(f"Tiếp theo: congkhai run -w {workspace} --month {wanted} --from-snapshots{anew}")


def summary(workspace: WorkspaceOption, month: MonthOption) -> None:
    """Print a month that was made."""
    from pipeline.summary import month_summary, print_summary

    loaded = load_workspace(workspace)
    print_summary(loaded, month_summary(loaded, read_month(loaded, month)))


def show_month(workspace: Workspace, month: Month, report: RunReport) -> None:
    """Print the month's figures, the checks that did not pass, and where the workbooks are."""
    from pipeline.release.behind import behind_lines, later_line
    from pipeline.summary import month_summary, print_summary
    from pipeline.waiting import waiting_line

    print_summary(workspace, month_summary(workspace, month))
    for asset, check, _ in report.failed_checks:
        say(f"Kiểm tra không đạt trong Dagster: {asset} / {check}")
    for line in (waiting_line(workspace), later_line(workspace, month), *behind_lines(workspace)):
        if line:
            say(line)
    say("Bảng tính:")
    for path in sorted(workspace.outputs(month).glob("*.xlsx")):
        say(f"  {path}")


def refuse_failure(report: RunReport, month: Month, workspace: Workspace) -> None:
    """Raise UserError with what failed, where a run did."""
    if report.success:
        return
    lines = [f"tháng {month} chưa làm xong (lần chạy {report.run_id}):"]
    lines += [f"  {step}: {reason}" for step, reason in report.failed_steps]
    lines += [f"  {asset} / {check}: {said}" for asset, check, said in report.failed_checks]
    raise UserError("\n".join([*lines, f"Xem chi tiết: congkhai ui -w {workspace.folder}"]))
