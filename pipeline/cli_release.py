"""Issuing a month, and making an issued month again: `release`, and what `run --from-snapshots` does with one.

What belongs here: options, and saying what came of it. What does not: doing it (`pipeline.release`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli_options import MonthOption, WorkspaceOption, confirm, read_month, read_name, say
from pipeline.release.model import Release
from pipeline.workspace import Workspace, load_workspace
from warehouse.vocabularies import cause_text

if TYPE_CHECKING:
    from pipeline.release.readiness import Proposal

HELP = "Phát hành một tháng: cố định số liệu, dữ liệu vào và danh sách bản chụp."
ReasonOption = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Lý do; bắt buộc khi tháng chưa đầy đủ hoặc phát hành lại.")
]
ByOption = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Người phát hành (mặc định: tên đăng nhập máy).")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Không hỏi lại.")]


def release(
    workspace: WorkspaceOption, month: MonthOption, reason: ReasonOption = "", by: ByOption = "",
    yes: YesOption = False,
) -> None:
    """Show what will be issued, ask, and freeze it."""
    loaded = load_workspace(workspace)
    wanted, name = read_month(loaded, month), read_name(by)
    from pipeline.release.issuing import Hand, issue, refuse_without_reason
    from pipeline.release.readiness import propose

    proposal = propose(loaded, wanted, datetime.now(UTC))
    _show(loaded, proposal)
    refuse_without_reason(proposal, reason.strip())
    if not yes:
        confirm(f"Phát hành tháng {wanted}?")
    made = issue(loaded, wanted, Hand(name, reason, datetime.now(UTC).replace(microsecond=0)), _tell)
    from pipeline.release.folder import place_of

    say(f"Đã phát hành {made.release_id}: {len(made.workbooks)} bảng tính, {made.n_captures} bản chụp, "
        f"người phát hành {made.issued_by}")
    say("Đã dựng lại từ các tệp và bản chụp đã cố định: trùng từng byte" if made.reproduced
        else "Chưa dựng lại được như cũ (đã ghi cùng lý do)")
    say(f"Thư mục: {place_of(loaded, made.release_id)}")


def reproduce_month(workspace: Workspace, issued: Release) -> None:
    """Make an issued month again and say whether it is the same; exit code 1 where figures differ."""
    from pipeline.release.reproducing import reproduce

    say(f"Tháng {issued.month} đã phát hành ({issued.release_id}): tái lập từ các tệp và bản chụp đã cố định",
        to_stderr=True)
    made = reproduce(workspace, issued, _tell)
    if made.earlier:
        say(f"Các tháng trước chưa có trong kho, đã nạp cùng: {', '.join(made.earlier)}")
    if not made.tables and not made.workbooks:
        say(f"Tái lập đúng bản phát hành {issued.release_id}: số liệu trùng từng dòng, {len(made.files)} bảng tính "
            "trùng từng byte")
    else:
        what = "SỐ LIỆU KHÁC, không thay gì trong workspace" if made.tables else "số liệu trùng, bảng tính khác"
        say(f"Tái lập bản phát hành {issued.release_id}: {what}")
        for line in (*made.tables, *made.workbooks):
            say(f"  {line}")
        say("Vì: " + ("; ".join(made.versions) or "không rõ; các tệp, bản chụp và phiên bản đều như khi phát hành"))
    for path in made.files:
        say(f"  {path}")
    if not made.tables:
        say(f"Làm theo những gì nay biết: congkhai run -w {workspace.folder} --month {issued.month} "
            "--from-snapshots --anew")
    else:
        raise typer.Exit(1)


def _tell(line: str) -> None:
    say(f"  {line}", to_stderr=True)


def _show(workspace: Workspace, proposal: Proposal) -> None:
    figures = proposal.summary
    mark = " (mô phỏng)" if workspace.simulated else ""
    say(f"Tháng {proposal.month}{mark}: {figures.postings} lượt thông tin của {figures.units_posting} đơn vị, "
        f"{figures.results} kết quả; đánh giá được {figures.assessed}/{figures.units} đơn vị")
    names = {unit.unit_id: unit.name for unit in workspace.registry.units(proposal.month.last_day)}
    for unit, cause in figures.causes:
        say(f"  không đánh giá được: {names.get(unit, unit)} ({cause_text(cause)})")
    say(f"Câu hỏi rà soát còn mở liên quan số liệu: {proposal.questions}")
    for line in proposal.obstacles:
        say(f"Chưa đầy đủ: {line}")
    for issued in proposal.issued:
        say(f"Đã phát hành {issued.release_id} ngày {issued.issued_at:%d/%m/%Y}, người phát hành {issued.issued_by}")
    say(f"Bảng tính: {', '.join(proposal.workbooks)}")
