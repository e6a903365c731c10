"""`congkhai recheck`: ask again for what is due, and say what came of it.

What belongs here: options and words. What does not: what is due (`pipeline.rechecks`), naming it
(`pipeline.waiting`), running (`pipeline.runs`).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime

from pipeline.cli_month import refuse_failure
from pipeline.cli_options import AsOfOption, WorkspaceOption, read_as_of, say
from pipeline.facts.recheck_waiting import POSTING, TABLE, Waiting
from pipeline.problems import UserError
from pipeline.waiting import counted, in_words, named, waiting_now
from pipeline.workspace import Workspace, load_workspace
from warehouse.store import open_reader
from warehouse.vocabularies import cause_text

HELP = "Tải lại những gì đến hạn: tin nghi đã gỡ, trang thu thập chưa được; rồi làm lại tháng đang theo dõi."
_SHOWN = 20


def recheck(workspace: WorkspaceOption, as_of: AsOfOption = None) -> None:
    """Ask for what is due; nothing due is no failure."""
    loaded = load_workspace(workspace)
    given = read_as_of(loaded, as_of)
    if given is None and loaded.scenario is not None:
        raise UserError("workspace mô phỏng có kịch bản: ghi thời điểm bằng --as-of")
    from pipeline.rechecks import read_agenda
    from pipeline.runs import run_month
    from pipeline.schedules import recheck_assets

    told = read_agenda(loaded, given or datetime.now(UTC))
    say(f"Lúc {in_words(told.moment)}, đang theo dõi tháng {told.month}; đang chờ: {counted(told.waiting)}.")
    if not told.due:
        _say_waiting(loaded, told.later)
        say("Không có gì đến hạn kiểm tra lại.")
        return
    say(f"Đến hạn, tải lại: {counted(told.due)}.")
    report = run_month(loaded, told.month, as_of=given, recheck=True, only=recheck_assets(told.made), command="recheck")
    refuse_failure(report, told.month, loaded)
    _say_outcome(loaded, told.due)


def _say_outcome(workspace: Workspace, asked: tuple[Waiting, ...]) -> None:
    still = {(one.kind, one.portal_id, one.url): one for one in waiting_now(workspace)}
    waits = [one for one in asked if (one.kind, one.portal_id, one.url) in still]
    states = _states(workspace)
    done = [one for one in asked if one not in waits]
    _say_list(workspace, "Đã xác nhận gỡ", [o for o in done if states.get(o.posting_id or "") == "gone"])
    _say_list(workspace, "Đã thấy lại", [
        o for o in done if o.kind == POSTING and states.get(o.posting_id or "") != "gone"])
    _say_list(workspace, "Đã thu thập được", [o for o in done if o.kind != POSTING])
    unasked = [o for o in waits if still[o.kind, o.portal_id, o.url].last_checked == o.last_checked]
    _say_list(workspace, "Chưa hỏi được (trang không trả lời)", [o for o in unasked if o.kind == POSTING])
    _say_waiting(workspace, still.values())


def _say_list(workspace: Workspace, heading: str, rows: list[Waiting]) -> None:
    if rows:
        say(f"{heading}: {len(rows)}")
        for one in rows[:_SHOWN]:
            say(f"  {named(workspace, one)}")


def _say_waiting(workspace: Workspace, rows: Iterable[Waiting]) -> None:
    waits = list(rows)
    if waits:
        say(f"Còn chờ: {counted(waits)}")
    for one in waits[:_SHOWN]:
        say(f"  {named(workspace, one)}: {cause_text(one.cause)}, đã kiểm tra lại {one.checks_done} lần, "
            f"lần tới từ {in_words(one.due_at)}")
    if len(waits) > _SHOWN:
        say(f"  … và {len(waits) - _SHOWN} dòng nữa (bảng {TABLE})")


def _states(workspace: Workspace) -> dict[str, str]:
    with closing(open_reader(workspace.warehouse)) as con:
        return dict(con.execute("SELECT posting_id, state FROM posting").fetchall())
