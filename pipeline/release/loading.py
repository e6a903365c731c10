"""`release` and `released_*`: loaded from the frozen folders, which are what was issued.

What belongs here: which folders the warehouse lacks. What does not: making folders (`issuing`).
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.release.folder import TABLES, check_whole, place_of, read_releases
from pipeline.release.frozen import read_table
from pipeline.release.model import Release
from pipeline.workspace import Workspace
from warehouse.description import load, table
from warehouse.schema import arrow_schema, rows_to_arrow
from warehouse.store import add_together

RELEASE, CAPTURES = "release", "released_capture"
KEPT = (CAPTURES, *(one.name for one in load().values() if one.copy_of is not None))
"""The tables that keep what was issued, beside `release` itself."""


def load_releases(con: duckdb.DuckDBPyConnection, workspace: Workspace) -> list[str]:
    """Load each release that the warehouse lacks, one transaction a release; return their ids.

    UserError where a folder is not whole.
    """
    there = {row[0] for row in con.execute("SELECT release_id FROM release").fetchall()}
    missing = [release for release in read_releases(workspace) if release.release_id not in there]
    for release in missing:
        check_whole(workspace, release)
        add(con, place_of(workspace, release.release_id), release)
    return [release.release_id for release in missing]


def add(con: duckdb.DuckDBPyConnection, place: Path, release: Release) -> None:
    """Add the rows of a frozen folder."""
    add_together(con, {
        RELEASE: rows_to_arrow(table(RELEASE), [release.row()]),
        **{name: as_described(name, read_table(place / TABLES, name)) for name in KEPT},
    })


def as_described(name: str, rows: pa.Table) -> pa.Table:
    """Return rows that an earlier version wrote with the columns of today: what it did not know is NULL, or empty
    where NULL may not stand."""
    schema = arrow_schema(table(name))
    columns = [
        rows.column(field.name).cast(field.type) if field.name in rows.column_names else _unknown(field, len(rows))
        for field in schema
    ]
    return pa.Table.from_arrays(columns, names=schema.names)


def _unknown(field: pa.Field, count: int) -> pa.Array:
    if field.nullable:
        return pa.nulls(count, field.type)
    empty: object = [] if pa.types.is_list(field.type) else "" if pa.types.is_string(field.type) else 0
    return pa.array([empty] * count).cast(field.type)
