"""From the description to DuckDB DDL and Arrow schemas.

What belongs here: types and statements. What does not: opening files (`warehouse.store`), history (`migrations/`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from warehouse.arrow import column
from warehouse.description import Column, Table, load

_ARROW: dict[str, pa.DataType] = {
    "VARCHAR": pa.string(),
    "VARCHAR[]": pa.list_(pa.string()),
    "DATE": pa.date32(),
    "TIMESTAMPTZ": pa.timestamp("us", tz="UTC"),
    "BOOLEAN": pa.bool_(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
}


def quote(name: str) -> str:
    """Return `name` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def create_table(table: Table) -> str:
    """Return CREATE TABLE with NOT NULL where the description has no `nullable`, and the table's own checks.

    No PRIMARY KEY: its index makes replacing a month three times as slow; `warehouse.store` checks the key of
    every load inside the transaction instead.
    """
    checks = [f"CHECK ({check})" for check in table.checks]
    lines = ",\n".join(f"  {line}" for line in [*map(_definition, table.columns), *checks])
    return f"CREATE TABLE {quote(table.name)} (\n{lines}\n)"


def create_all() -> tuple[str, ...]:
    """Return the statements that make an empty warehouse of today's description."""
    return tuple(create_table(table) for table in load().values())


def arrow_schema(table: Table) -> pa.Schema:
    """Return the Arrow schema of a table: same names, order and nullability."""
    return pa.schema([pa.field(c.name, _ARROW[c.type], nullable=c.nullable) for c in table.columns])


def rows_to_arrow(table: Table, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return rows (column → value) as Arrow in the table's order; raise KeyError for a missing column."""
    listed = list(rows)
    arrays = [column([row[c.name] for row in listed], _ARROW[c.type]) for c in table.columns]
    return pa.Table.from_arrays(arrays, names=list(table.column_names))


def _definition(column: Column) -> str:
    return f"{quote(column.name)} {column.type}" + ("" if column.nullable else " NOT NULL")
