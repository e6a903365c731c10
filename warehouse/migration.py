"""Versions of the warehouse file, and the steps from an older one. A file is migrated, never dropped.

What belongs here: the version table and running `migrations/NNNN_*.sql`. What does not: the statements (there).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb

from warehouse.schema import create_all

FOLDER = Path(__file__).parent / "migrations"
CURRENT = 6
_VERSIONS = (
    "CREATE TABLE IF NOT EXISTS schema_version "
    "(version INTEGER NOT NULL, applied_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp)"
)
_NOTE = "INSERT INTO schema_version (version) VALUES (?)"
Connect = Callable[[Path], duckdb.DuckDBPyConnection]


class VersionError(RuntimeError):
    """The file is of another version than this program can use."""

    def __init__(self, path: Path, found: int | None) -> None:
        """Say which version was found and what to do."""
        if found is None:
            what = "không phải là kho dữ liệu của Công khai"
        elif found > CURRENT:
            what = f"thuộc phiên bản {found}, mới hơn chương trình này ({CURRENT}); hãy cập nhật chương trình"
        else:
            what = f"thuộc phiên bản {found}, cũ hơn {CURRENT}; hãy mở để ghi một lần (congkhai run) để nâng cấp"
        super().__init__(f"{path}: {what}")


def version_of(con: duckdb.DuckDBPyConnection) -> int | None:
    """Return the version of an open file; 0 for an empty one, None for somebody else's."""
    try:
        found = con.execute("SELECT max(version) FROM schema_version").fetchall()[0][0]
    except duckdb.CatalogException:
        tables = con.execute(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'main'").fetchall()[0][0]
        return None if tables else 0
    return int(found) if found is not None else None


def steps(after: int, folder: Path = FOLDER) -> tuple[tuple[int, Path], ...]:
    """Return (version, file) of the migrations later than `after`, in order."""
    found = ((int(path.name.split("_", 1)[0]), path) for path in sorted(folder.glob("[0-9]*_*.sql")))
    return tuple((number, path) for number, path in found if number > after)


def open_up_to_date(path: Path, connect: Connect) -> duckdb.DuckDBPyConnection:
    """Open a file for writing: make the tables in a new one, migrate an older one step by step; raise VersionError
    for others.

    An older file is migrated on a copy beside it (`<name>.migrating`), which replaces it once it is of today's version.
    """
    con = connect(path)
    try:
        found = version_of(con)
        if found == 0:
            _create(con)
        if found in (0, CURRENT):
            return con
        if found is None or found > CURRENT:
            raise VersionError(path, found)
        con.execute("CHECKPOINT")
    except BaseException:
        con.close()
        raise
    con.close()
    _migrate(path, found, connect)
    return connect(path)


def _create(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("BEGIN TRANSACTION")
    for statement in (_VERSIONS, *create_all()):
        con.execute(statement)
    con.execute(_NOTE, [CURRENT])
    con.execute("COMMIT")


def _migrate(path: Path, found: int, connect: Connect) -> None:
    """Take every step on a copy, which then replaces the file: whatever stops it, the file is as it was."""
    copy = path.with_name(f"{path.name}.migrating")
    copy.unlink(missing_ok=True)
    shutil.copyfile(path, copy)
    try:
        con = connect(copy)
        try:
            for number, file in steps(found):
                apply(con, number, file)
            con.execute("CHECKPOINT")
            reached = version_of(con)
        finally:
            con.close()
        if reached != CURRENT:
            raise VersionError(path, reached)
        copy.replace(path)
    finally:
        copy.unlink(missing_ok=True)


def apply(con: duckdb.DuckDBPyConnection, number: int, file: Path) -> None:
    """Run one migration and note its version. Each statement is a transaction of its own: DuckDB refuses a constraint
    on a column that the same transaction has filled."""
    con.execute(_VERSIONS)
    con.execute(file.read_text(encoding="utf-8"))
    con.execute(_NOTE, [number])
