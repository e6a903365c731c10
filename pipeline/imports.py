"""Take captures of another archiver into a workspace.

What belongs here: which portals they may belong to, and what a replay of them is told. What does not: reading WARC
files and landing them (`pipeline.snapshots.warc_import`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing, nullcontext
from pathlib import Path

from pipeline.crawls import crawl_job, portals_of
from pipeline.instance import run_lock
from pipeline.locks import held
from pipeline.months import Month
from pipeline.problems import UserError, refusal
from pipeline.snapshots.store import SnapshotStore
from pipeline.snapshots.warc_import import ImportSummary, import_warc
from pipeline.snapshots.warc_stream import WarcImportError
from pipeline.workspace import Workspace
from warehouse.store import open_writer


def import_captures(workspace: Workspace, month: Month, files: Sequence[Path]) -> ImportSummary:
    """Land the captures in `files` as one crawl of `month`.

    UserError for a file that is broken, for files without a response of a portal, and while a run is under way.
    """
    for file in files:
        _refuse_unreadable(file)
    portals = portals_of(workspace, month)
    by_id = {portal.portal_id: portal for portal in portals}
    with held(run_lock(workspace)) as ours:
        if not ours:
            raise UserError(f"một lần chạy của {workspace.folder} đang diễn ra; đợi xong rồi nhập lại")
        opened = closing(open_writer(workspace.warehouse)) if workspace.warehouse.exists() else nullcontext(None)
        with opened as con:
            def job_for(crawl_id: str, portal_id: str) -> str:
                return crawl_job(workspace, month, con, crawl_id, [by_id[portal_id]]).model_dump_json(indent=1) + "\n"

            try:
                return import_warc(SnapshotStore(workspace.snapshots), files, str(month), portals, job_for)
            except WarcImportError as error:
                raise UserError(str(error)) from error


def _refuse_unreadable(file: Path) -> None:
    try:
        file.open("rb").close()
    except OSError as error:
        raise UserError(f"{file}: không đọc được ({refusal(error)})") from error
