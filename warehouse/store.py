"""Open the DuckDB file, replace a month (or a whole table) in one transaction, publish a copy for readers.

What belongs here: connections and loads. What does not: what the rows mean (`pipeline.facts`), steps from an
older version (`warehouse.migration`).
"""

# ruff: noqa: S608 - identifiers come from the description and are quoted; values are parameters or dates
from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import duckdb
import pyarrow as pa

from warehouse import migration
from warehouse.description import Table
from warehouse.description import table as described
from warehouse.schema import arrow_schema, quote

if TYPE_CHECKING:  # half a second to import, and a frame comes only from who has it
    import pandas as pd

_SAFE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
_INCOMING = "_incoming"


class WarehouseError(RuntimeError):
    """A load that was refused, or a file that cannot be opened; the tables are as they were before."""


class BusyError(WarehouseError):
    """Another process holds the file."""


@dataclass(frozen=True)
class Select:
    """Rows that DuckDB itself computes: one SELECT and its parameters."""

    sql: str
    parameters: dict[str, Any] = field(default_factory=dict)


Rows: TypeAlias = "pa.Table | pd.DataFrame | Select"
Audit = Callable[[duckdb.DuckDBPyConnection], None]


def open_writer(path: Path) -> duckdb.DuckDBPyConnection:
    """Open for writing; make the tables in a new file, migrate an older one. One process at a time.

    Raises BusyError while another process has it, `migration.VersionError` for a file of a newer version.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    return migration.open_up_to_date(path, _connect)


def open_reader(path: Path) -> duckdb.DuckDBPyConnection:
    """Open read-only, without access to other files and with a locked configuration.

    Raises `migration.VersionError` where the file is not of this version, WarehouseError where there is none.
    """
    if not path.exists():
        raise WarehouseError(f"{path}: chưa có kho dữ liệu; hãy chạy congkhai run trước")
    con = _connect(path, read_only=True)
    con.execute("SET enable_external_access = false; SET lock_configuration = true")
    found = migration.version_of(con)
    if found != migration.CURRENT:
        con.close()
        raise migration.VersionError(path, found)
    return con


def publish(path: Path, target: Path) -> None:
    """Copy a closed warehouse to `target` for readers, by a temporary name and a rename."""
    temporary = target.with_name(target.name + ".part")
    shutil.copyfile(path, temporary)
    temporary.replace(target)


def replace_month(con: duckdb.DuckDBPyConnection, name: str, month: date, rows: Rows, *,
                  audit: Audit | None = None, proven_empty: bool = False) -> int:
    """Replace one month of a partitioned table by `rows`, in one transaction; return the number of rows.

    `month` is its first day. Columns must be those of the description (any order). Refused, with the old month
    left whole: another month among the rows, a doubled key, NULL where none may be, and an empty input for a
    table that holds zeros, unless `proven_empty` (the caller has shown that the month was never observed).
    `audit` runs after the insert, before the commit; what it raises rolls back.
    """
    table = described(name)
    if not table.partitioned:
        raise WarehouseError(f"{name} không chia theo tháng")
    where = f'"month" = DATE \'{month.isoformat()}\''
    return _replace(con, table, rows, where, audit, proven_empty or not table.zeros)


def replace_all(con: duckdb.DuckDBPyConnection, name: str, rows: Rows, *, audit: Audit | None = None) -> int:
    """Replace every row of a table in one transaction; return the number of rows. Refusals as above."""
    table = described(name)
    return _replace(con, table, rows, "true", audit, not table.zeros)


def add_together(con: duckdb.DuckDBPyConnection, loads: Mapping[str, Rows]) -> None:
    """Add rows to several tables in one transaction: all or none. Refused are doubled keys among them, NULL where
    none may be, and columns that are not described; the caller knows that the rows are not there yet."""
    con.execute("BEGIN TRANSACTION")
    try:
        for name, rows in loads.items():
            try:
                _stage(con, described(name), rows, "true")
                con.execute(f"INSERT INTO {quote(name)} BY NAME SELECT * FROM {_INCOMING}")
            finally:
                _unstage(con, rows)
        con.execute("COMMIT")
    except BaseException:
        con.execute("ROLLBACK")
        raise
    con.execute("CHECKPOINT")


def _replace(con: duckdb.DuckDBPyConnection, table: Table, rows: Rows, where: str,
             audit: Audit | None, may_be_empty: bool) -> int:
    con.execute("BEGIN TRANSACTION")
    try:
        count = _stage(con, table, rows, where)
        if count == 0 and not may_be_empty:
            raise WarehouseError(f"{table.name}: không có dòng nào để thay cho tháng; số liệu cũ được giữ nguyên")
        con.execute(f"DELETE FROM {quote(table.name)} WHERE {where}")
        con.execute(f"INSERT INTO {quote(table.name)} BY NAME SELECT * FROM {_INCOMING}")
        _expect_count(con, table, where, count)
        if audit is not None:
            audit(con)
        con.execute("COMMIT")
    except BaseException:
        con.execute("ROLLBACK")
        raise
    finally:
        _unstage(con, rows)
    con.execute("CHECKPOINT")
    return count


def _stage(con: duckdb.DuckDBPyConnection, table: Table, rows: Rows, where: str) -> int:
    if isinstance(rows, Select):
        con.execute(f"CREATE TEMP TABLE {_INCOMING} AS {rows.sql}", rows.parameters or None)
    else:
        con.register(_INCOMING, _as_arrow(table, rows))
    columns = {row[0] for row in con.execute(f"DESCRIBE {_INCOMING}").fetchall()}
    if columns != set(table.column_names):
        missing, unknown = set(table.column_names) - columns, columns - set(table.column_names)
        raise WarehouseError(f"{table.name}: thiếu cột {sorted(missing)}, không biết cột {sorted(unknown)}")
    keys = ", ".join(quote(part) for part in table.key)
    count, outside, different = con.execute(
        f"SELECT count(*), count(*) FILTER (WHERE NOT ({where})), count(DISTINCT hash({keys})) FROM {_INCOMING}"
    ).fetchall()[0]
    if outside:
        raise WarehouseError(f"{table.name}: {outside} dòng không thuộc tháng đang thay")
    if different < count:  # two keys may share a hash: only the slow way knows
        doubled = con.execute(
            f"SELECT {keys} FROM {_INCOMING} GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1").fetchall()
        if doubled:
            raise WarehouseError(f"{table.name}: khóa {doubled[0]} có hai dòng")
    return int(count)


def _unstage(con: duckdb.DuckDBPyConnection, rows: Rows) -> None:
    if isinstance(rows, Select):
        con.execute(f"DROP TABLE IF EXISTS temp.{_INCOMING}")
    else:
        con.unregister(_INCOMING)


def _as_arrow(table: Table, rows: pa.Table | pd.DataFrame) -> pa.Table:
    if isinstance(rows, pa.Table):
        return rows
    names = set(rows.columns)
    if names != set(table.column_names):
        missing, unknown = set(table.column_names) - names, names - set(table.column_names)
        raise WarehouseError(f"{table.name}: thiếu cột {sorted(missing)}, không biết cột {sorted(unknown)}")
    if rows.empty:  # pandas knows no types for the columns of an empty frame
        return arrow_schema(table).empty_table()
    loose = pa.schema([f.with_nullable(True) for f in arrow_schema(table)])
    return pa.Table.from_pandas(rows[list(table.column_names)], schema=loose, preserve_index=False)


def _expect_count(con: duckdb.DuckDBPyConnection, table: Table, where: str, count: int) -> None:
    found = con.execute(f"SELECT count(*) FROM {quote(table.name)} WHERE {where}").fetchall()[0][0]
    if found != count:
        raise WarehouseError(f"{table.name}: nạp {count} dòng nhưng đọc lại được {found}")


def _connect(path: Path, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    try:
        con = duckdb.connect(str(path), read_only=read_only, config=dict(_SAFE))
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise BusyError(f"{path}: một tiến trình khác đang mở kho dữ liệu") from error
        raise WarehouseError(f"{path}: không mở được kho dữ liệu: {error}") from error
    con.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    return con
