"""Make an issued month again from its frozen inputs and captures, and put it where the workspace shows it.

What belongs here: what is put where. What does not: making and comparing (`making`), printing (`pipeline.cli_month`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipeline.assets.month import month_context
from pipeline.facts import posting
from pipeline.instance import run_lock
from pipeline.locks import held
from pipeline.months import Month
from pipeline.outputs.writer import write_atomic
from pipeline.problems import UserError, told_refusal
from pipeline.release import folder, loading
from pipeline.release.frozen import rows_of
from pipeline.release.making import MONTHLY, OBSERVATIONS, Remade, load_files, remade
from pipeline.release.model import Release
from pipeline.workspace import Workspace
from warehouse.description import table
from warehouse.schema import quote
from warehouse.store import WarehouseError, open_writer, replace_month


@dataclass(frozen=True)
class Reproduction:
    """What came of it: what is not as issued (tables, workbooks), why that may be, and which earlier months the
    warehouse lacked. `files`: the workbooks that were written."""

    release: Release
    tables: tuple[str, ...]
    workbooks: tuple[str, ...]
    versions: tuple[str, ...]
    earlier: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


def reproduce(
    workspace: Workspace, release: Release, tell: Callable[[str], None] = lambda _: None
) -> Reproduction:
    """Make an issued month again. Where its tables are as issued they and the workbooks are put into the workspace,
    with the earlier months that its warehouse lacks; otherwise nothing is changed.

    UserError where its folder or its captures are not whole, where a run is under way, and where the warehouse is
    busy or the disk refuses.
    """
    try:
        return _reproduce(workspace, release, tell)
    except (WarehouseError, OSError) as error:
        raise UserError(f"chưa tái lập được {release.release_id}: {told_refusal(str(error))}") from error


def _reproduce(workspace: Workspace, release: Release, tell: Callable[[str], None]) -> Reproduction:
    with held(run_lock(workspace)) as ours:
        if not ours:
            raise UserError(f"một lần chạy khác của {workspace.folder} đang diễn ra; đợi xong rồi chạy lại")
        folder.check_whole(workspace, release)
        with remade(workspace, folder.place_of(workspace, release.release_id), release, tell) as made:
            if made.tables:
                return Reproduction(release, made.tables, made.workbooks, made.versions)
            earlier = _put_tables(workspace, release, made)
            files = []
            for file, content in made.contents.items():
                files.append(workspace.outputs(release.of_month) / file)
                write_atomic(files[-1], content)
            return Reproduction(release, (), made.workbooks, made.versions, earlier, tuple(files))


def _put_tables(workspace: Workspace, release: Release, made: Remade) -> tuple[str, ...]:
    """Put the month, and what the warehouse lacks of the earlier ones, into it; return these months."""
    own = release.of_month.first_day
    with open_writer(workspace.warehouse) as con:
        if not _months(con, "unit_version"):
            load_files(con, workspace)
        loading.load_releases(con, workspace)
        observed, counted = _months(con, "capture"), _months(con, "fact_coverage_monthly")
        for month in _months(made.con, "capture") - observed:
            _copy(made.con, con, OBSERVATIONS, month)
        lacking = {month for month in _months(made.con, "fact_coverage_monthly") - counted if month < own}
        for month in sorted({own, *lacking}):
            _copy(made.con, con, MONTHLY, month)
        posting.build(con, month_context(workspace, release.of_month))
    return tuple(str(Month.of(month)) for month in sorted(lacking))


def _months(con: duckdb.DuckDBPyConnection, name: str) -> set[date]:
    column = "month" if table(name).partitioned else "DATE '2000-01-01'"
    return {row[0] for row in con.execute(f"SELECT DISTINCT {column} FROM {quote(name)}").fetchall()}  # noqa: S608


def _copy(
    source: duckdb.DuckDBPyConnection, con: duckdb.DuckDBPyConnection, names: tuple[str, ...], month: date
) -> None:
    for name in names:
        sql = f"SELECT * FROM {quote(name)} WHERE month = $month ORDER BY ALL"  # noqa: S608 - a described name
        rows = rows_of(source, sql, {"month": month})
        replace_month(con, name, month, rows, proven_empty=True)
