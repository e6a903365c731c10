"""What would be issued of a month, and what stands against it.

What belongs here: reading the tables. What does not: freezing (`issuing`), printing (`pipeline.cli_release`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from pipeline.assets.month import month_context
from pipeline.assets.outputs import render_month
from pipeline.checks.tables import CHECKED, check_results
from pipeline.checks.workbooks import differences
from pipeline.facts.context import MonthContext, was_observed
from pipeline.facts.loading import ready
from pipeline.facts.questions import open_questions
from pipeline.facts.summary import Summary, summarise
from pipeline.months import Month, local_date
from pipeline.problems import UserError
from pipeline.release.behind import behind
from pipeline.release.folder import read_releases
from pipeline.release.model import Release
from pipeline.workspace import Workspace
from warehouse.migration import VersionError
from warehouse.store import WarehouseError, open_reader


@dataclass(frozen=True)
class Proposal:
    """A month as it would be issued. `obstacles`: why it is incomplete; each is told to who reads the release.

    `questions`: open questions of the review that bear on the month's figures. `issued`: earlier vintages.
    """

    month: Month
    summary: Summary
    obstacles: tuple[str, ...]
    questions: int
    issued: tuple[Release, ...]
    workbooks: dict[str, bytes]

    @property
    def needs_reason(self) -> bool:
        """Whether the month may only be issued with a recorded reason."""
        return bool(self.obstacles or self.issued)


def propose(workspace: Workspace, month: Month, now: datetime) -> Proposal:
    """Read what would be issued at the UTC moment `now`; writes nothing.

    UserError for a month that cannot be issued at all: never made, with captures that were not counted yet, or with
    workbooks that are not of the tables.
    """
    try:
        con = open_reader(workspace.warehouse)
    except (WarehouseError, VersionError) as error:
        raise UserError(str(error)) from error
    with con:
        context = month_context(workspace, month)
        summary = summarise(con, month, workspace.programme.id) if was_observed(con, context) else None
        if summary is None:
            raise UserError(f"tháng {month} chưa có số liệu; {_run(workspace, month)}")
        _refuse_uncounted(con, workspace, context)
        ready(con, context)
        questions = sum(question.bears for question in open_questions(con, context))
        workbooks = render_month(con, workspace, context)
        _refuse_old_workbooks(workspace, month, workbooks)
        obstacles = _obstacles(con, workspace, context, now)
    issued = tuple(release for release in read_releases(workspace) if release.of_month == month)
    return Proposal(month, summary, tuple(obstacles), questions, issued, workbooks)


def _run(workspace: Workspace, month: Month) -> str:
    return f"chạy: congkhai run -w {workspace.folder} --month {month}"


def _refuse_uncounted(con: duckdb.DuckDBPyConnection, workspace: Workspace, context: MonthContext) -> None:
    known = {portal.portal_id for portal in workspace.registry.portals}
    month = str(context.month)
    there = {(crawl, portal) for crawl in context.store.crawls(month)
             for portal in context.store.portals(month, crawl) if portal in known}
    counted = set(con.execute("SELECT crawl_id, portal_id FROM portal_observation WHERE month = ?",
                              [context.month.first_day]).fetchall())
    if there - counted:
        raise UserError(f"tháng {month} có bản chụp chưa được tính (lần {max(there - counted)[0]}); "
                        f"{_run(workspace, context.month)} --from-snapshots --anew")


def _refuse_old_workbooks(workspace: Workspace, month: Month, made: dict[str, bytes]) -> None:
    place = workspace.outputs(month)
    other = [file for file, content in made.items()
             if not (place / file).is_file() or (place / file).read_bytes() != content]
    if other:
        since = ", ".join(release.release_id for release in behind(workspace).get(month, ()))
        why = f" (làm trước khi phát hành {since})" if since else ""
        raise UserError(f"tháng {month}: {', '.join(other)} trong {place} thiếu hoặc không phải của số liệu hiện tại"
                        f"{why}; {_run(workspace, month)} --from-snapshots --anew")


def ended_early(con: duckdb.DuckDBPyConnection, context: MonthContext) -> list[str]:
    """Return what is wrong where every crawl of the month lies within it: nobody looked at its last days."""
    [[last]] = con.execute(
        "SELECT max(observed_at) FROM portal_observation WHERE month = $month AND kind = 'watch' "
        "AND observed_at <= $until", {"month": context.month.first_day, "until": context.observed_until}).fetchall()
    if last is None or last >= context.month_end:
        return []
    return [f"lần thu thập cuối cùng (ngày {local_date(last):%d/%m/%Y}) ở trong tháng: tin đăng từ đó đến hết tháng "
            "chưa ai xem"]


def _obstacles(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, context: MonthContext, now: datetime
) -> list[str]:
    found = []
    if now < context.observed_until:
        last = local_date(context.observed_until)
        found.append(f"chưa hết thời gian theo dõi (đến trước ngày {last:%d/%m/%Y})")
    found += ended_early(con, context)
    for name in CHECKED:
        for _, check in check_results(con, workspace, context.month, name):
            if not check.passed:
                found.append(f"kiểm tra {name}/{check.check_name} không đạt: {check.description}")
    for layout in context.programme.layouts:
        path = workspace.outputs(context.month) / layout.file
        lines = differences(con, path, context.programme, layout, context.registry, context.month)
        found += [f"{layout.file}: {line}" for line in lines]
    return found
