"""What waits to be asked again, in the words of the terminal.

What belongs here: reading `recheck_waiting` and naming its rows. What does not: what is due (`pipeline.rechecks`).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from datetime import datetime

from pipeline.facts.recheck_waiting import TABLE, Waiting
from pipeline.months import ZONE
from pipeline.workspace import Workspace
from warehouse.description import table
from warehouse.store import open_reader
from warehouse.vocabularies import text


def waiting_now(workspace: Workspace) -> list[Waiting]:
    """Return what waits as of the last observation, the soonest due first."""
    names = table(TABLE).column_names
    with closing(open_reader(workspace.warehouse)) as con:
        rows = con.table(TABLE).order("due_at, kind, portal_id, url").project(", ".join(names)).fetchall()
    return [Waiting(**dict(zip(names, row, strict=True))) for row in rows]


def waiting_line(workspace: Workspace) -> str:
    """Return what waits, for the end of a run; empty where nothing does."""
    rows = waiting_now(workspace)
    if not rows:
        return ""
    return (f"Đang chờ kiểm tra lại: {counted(rows)}, sớm nhất từ {in_words(rows[0].due_at)}; "
            f"chạy: congkhai recheck -w {workspace.folder}")


def named(workspace: Workspace, one: Waiting) -> str:
    """Return whose it is and what: "Sở Y tế: Nội quy tiếp công dân (http://…)"."""
    names = {version.unit_id: version.name for version in workspace.registry.versions}
    return f"{names.get(one.unit_id, one.unit_id)}: {one.title or one.url}" + (f" ({one.url})" if one.title else "")


def counted(rows: Iterable[Waiting]) -> str:
    """Return how many of each kind: "2 tin nghi đã gỡ, 1 trang thu thập chưa được"."""
    kinds = [row.kind for row in rows]
    parts = [f"{kinds.count(kind)} {text('waiting', kind)}" for kind in sorted(set(kinds), reverse=True)]
    return ", ".join(parts) or "không có gì"


def in_words(moment: datetime) -> str:
    """Return a moment by the local clock: "20:00 ngày 03/03/2018"."""
    return f"{moment.astimezone(ZONE):%H:%M ngày %d/%m/%Y}"
