"""Issue a month: freeze it into a folder that is whole or not there, then load what was frozen.

What belongs here: what is frozen and in which order. What does not: what stands against it (`readiness`), making it
again (`making`), printing (`pipeline.cli_release`).
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import duckdb

from pipeline.assets.month import month_context
from pipeline.facts.context import MonthContext
from pipeline.facts.posting import AS_OF, as_of
from pipeline.facts.versions import replay_version
from pipeline.instance import run_lock
from pipeline.locks import held
from pipeline.months import Month
from pipeline.problems import UserError, told_refusal
from pipeline.release import folder, loading
from pipeline.release.behind import behind_lines
from pipeline.release.frozen import (
    REGISTRY_FILES,
    REVIEW_FILES,
    capture_line,
    copy_inputs,
    digest_of_files,
    rows_of,
    write_table,
)
from pipeline.release.making import MONTHLY, remade
from pipeline.release.model import Release, digest_of_lines, release_id
from pipeline.release.readiness import Proposal, propose
from pipeline.reviews.journal import starts_a_formula
from pipeline.text import clean
from pipeline.workspace import Workspace
from warehouse.issued import copies, standing
from warehouse.schema import quote
from warehouse.store import WarehouseError, open_writer

_LONGEST_REASON = 500


@dataclass(frozen=True)
class Hand:
    """Who issues, why (empty where nothing asks for a reason), when (UTC)."""

    by: str
    reason: str
    at: datetime


def issue(workspace: Workspace, month: Month, hand: Hand, tell: Callable[[str], None] = lambda _: None) -> Release:
    """Freeze the month as it is now and return its release.

    UserError, with nothing frozen: where the month cannot be issued, where it is incomplete, was issued before or is
    not made again the same and no reason is given, where a run is under way, and where the disk refuses.
    """
    try:
        return _issue(workspace, month, hand, tell)
    except (WarehouseError, OSError) as error:
        raise UserError(f"tháng {month} chưa được phát hành: {told_refusal(str(error))}") from error


def _issue(workspace: Workspace, month: Month, hand: Hand, tell: Callable[[str], None]) -> Release:
    reason = clean(hand.reason)
    if len(reason) > _LONGEST_REASON:
        raise UserError(f"lý do dài quá {_LONGEST_REASON} ký tự")
    if starts_a_formula(hand.by):
        raise UserError(f"người phát hành {hand.by}: tên không bắt đầu bằng {hand.by[0]} (như công thức)")
    with held(run_lock(workspace)) as ours:
        if not ours:
            raise UserError(f"một lần chạy khác của {workspace.folder} đang diễn ra; đợi xong rồi phát hành")
        proposal = propose(workspace, month, hand.at)
        refuse_without_reason(proposal, reason)
        vintage = max((release.vintage for release in proposal.issued), default=0) + 1
        own = release_id(month, vintage)
        with folder.staged(workspace, own) as stage:
            release = _freeze(workspace, proposal, stage, own, vintage, Hand(hand.by, reason, hand.at))
            release = _proven(workspace, stage, release, tell).sealed()
            _write_sheet(stage / folder.SHEET, release)
            stage.rename(folder.place_of(workspace, own))  # from here on it is issued
        # What cannot be loaded now is loaded by the next run.
        with suppress(WarehouseError), open_writer(workspace.warehouse) as con:
            loading.load_releases(con, workspace)
    for line in behind_lines(workspace):
        tell(line)
    return release


def refuse_without_reason(proposal: Proposal, reason: str) -> None:
    """Raise UserError with what is missing where the month asks for a reason and none is given."""
    if reason or not proposal.needs_reason:
        return
    lines = list(proposal.obstacles)
    if proposal.issued:
        lines.append(f"đã phát hành {proposal.issued[-1].release_id}; phát hành lại (đính chính) phải có lý do")
    raise UserError("\n".join([f"tháng {proposal.month} chỉ phát hành được khi ghi lý do (--reason):",
                               *(f"  {line}" for line in lines)]))


def _freeze(
    workspace: Workspace, proposal: Proposal, stage: Path, own: str, vintage: int, hand: Hand
) -> Release:
    """Write everything but the sheet into `stage`; return the sheet."""
    month = proposal.month
    context = month_context(workspace, month)
    copy_inputs(workspace, stage / folder.INPUTS)
    (stage / folder.WORKBOOKS).mkdir()
    for file, content in proposal.workbooks.items():
        (stage / folder.WORKBOOKS / file).write_bytes(content)
    with open_writer(workspace.warehouse) as con:
        as_of(con, context)
        crawls = _freeze_tables(con, context, stage, own)
        earlier = [row[0] for row in con.execute(
            f"SELECT release_id FROM {standing(month.first_day)} ORDER BY month").fetchall()]  # noqa: S608 - a date
        lines = [capture_line(*row) for row in con.execute(
            f"SELECT capture_id, digest, file, \"offset\", length FROM ({_CAPTURES})",  # noqa: S608 - of this module
            {"until": context.observed_until}).fetchall()]
    inputs, programme = stage / folder.INPUTS, workspace.programme
    return Release(
        release_id=own, month=str(month), vintage=vintage, issued_at=hand.at, issued_by=hand.by, reason=hand.reason,
        obstacles=proposal.obstacles, observed_until=context.observed_until, programme_id=programme.id,
        programme_version=programme.version,
        programme_digest=hashlib.sha256((inputs / folder.PROGRAMME).read_bytes()).hexdigest(),
        registry_digest=digest_of_files(inputs, REGISTRY_FILES), reviews_digest=digest_of_files(inputs, REVIEW_FILES),
        tool_version=version("congkhai"), replay_version=replay_version(), n_captures=len(lines),
        captures_digest=digest_of_lines(lines), earlier=tuple(earlier), crawls=crawls,
        workbooks={file: hashlib.sha256(content).hexdigest() for file, content in proposal.workbooks.items()},
        files=folder.digests(stage, (folder.INPUTS, folder.TABLES, folder.FACTS)),
    )


_CRAWLS = "SELECT crawl_id, portal_id, month FROM portal_observation WHERE observed_at <= $until"
"""What a month's run saw: every crawl that stands before the end of its watching, whichever month it was made for."""
_CAPTURES = f"""
SELECT capture_id, digest, file, "offset", length FROM capture SEMI JOIN ({_CRAWLS}) USING (crawl_id, portal_id)
ORDER BY capture_id"""  # noqa: S608 - of this module
COUNTED = f"""
SELECT * FROM {AS_OF} p WHERE counted_month = $month AND group_id <> 'other'
  AND unit_id IN (SELECT unit_id FROM fact_unit_monthly WHERE month = $month AND n_postings IS NOT NULL)
ORDER BY unit_id, posting_id"""  # noqa: S608 - of this module


def _freeze_tables(
    con: duckdb.DuckDBPyConnection, context: MonthContext, stage: Path, own: str
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Write the rows of `released_*` and the monthly tables as they stand; return the crawls: month → id → portals."""
    until, month = {"until": context.observed_until}, {"month": context.month.first_day}
    released = f"'{own}' AS release_id"
    for name, kept in copies().items():
        sql = COUNTED if name == "posting" else f"SELECT * FROM {quote(name)} WHERE month = $month"  # noqa: S608
        write_table(stage / folder.TABLES, kept, rows_of(con, f"SELECT {released}, * FROM ({sql})", month))  # noqa: S608
    write_table(stage / folder.TABLES, loading.CAPTURES,
                rows_of(con, f"SELECT {released}, * FROM ({_CAPTURES})", until))  # noqa: S608
    for name in MONTHLY:
        write_table(stage / folder.FACTS, name,
                    rows_of(con, f"SELECT * FROM {quote(name)} WHERE month <= $month ORDER BY ALL", month))  # noqa: S608
    found: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for crawl_id, portals, day in con.execute(
            f"SELECT crawl_id, list_sort(list(portal_id)), month FROM ({_CRAWLS}) GROUP BY crawl_id, month "  # noqa: S608
            "ORDER BY crawl_id", until).fetchall():
        found[str(Month.of(day))][crawl_id] = tuple(portals)
    return dict(sorted(found.items()))


def _proven(workspace: Workspace, stage: Path, release: Release, tell: Callable[[str], None]) -> Release:
    """Make the month again from what was frozen; UserError where it comes out otherwise and no reason is given."""
    with remade(workspace, stage, release, tell) as made:
        if made.same:
            return release.model_copy(update={"reproduced": True})
        lines = (*made.tables, *made.workbooks)
    told = "số liệu không làm lại được như cũ từ các tệp và bản chụp hiện có (đã đổi sau lần chạy cuối?)"
    if not release.reason:
        raise UserError("\n".join([
            f"tháng {release.month}: {told}:", *(f"  {line}" for line in lines),
            f"Chạy lại từng tháng, rồi phát hành: congkhai run -w {workspace.folder} --month {release.month} "
            "--from-snapshots --anew; hoặc ghi lý do (--reason)"]))
    return release.model_copy(update={"obstacles": (*release.obstacles, f"{told}: {'; '.join(lines)}")})


def _write_sheet(path: Path, release: Release) -> None:
    """Write the sheet last, and have it on the disk before the folder gets its name."""
    with path.open("w", encoding="utf-8") as file:
        file.write(release.model_dump_json(indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
