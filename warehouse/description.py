"""Read `tables/*.yaml`, where every table and column is described once, into typed values.

What belongs here: the description and its checks. What does not: DDL (`warehouse.schema`), data (`warehouse.store`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "tables"
TYPES = frozenset({
    "VARCHAR", "VARCHAR[]", "DATE", "TIMESTAMPTZ", "BOOLEAN", "INTEGER", "BIGINT", "DOUBLE",
})
LAYERS = ("registry", "review", "observation", "posting", "fact", "finding", "release")
_TABLE_KEYS = {"layer", "grain", "description", "partitioned", "zeros", "key", "columns", "checks"}
_COPY_KEYS = {"layer", "grain", "description", "copy_of", "key", "columns"}
_COLUMN_KEYS = {"type", "description", "header", "nullable", "unit"}


class DescriptionError(ValueError):
    """A description that contradicts itself; the message names file, table and column."""


@dataclass(frozen=True)
class Column:
    """One column: DuckDB type, meaning, Vietnamese header; `unit` of measure where it has one."""

    name: str
    type: str
    description: str
    header: str
    nullable: bool = False
    unit: str | None = None


@dataclass(frozen=True)
class Table:
    """One table. `partitioned`: replaced month by month; `zeros`: an observed month may never be empty.

    `checks`: SQL conditions that hold of every row; the database refuses a row that breaks one. `copy_of`: the table
    whose rows it keeps as they once were; its own columns come first.
    """

    name: str
    layer: str
    grain: str
    description: str
    partitioned: bool
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    zeros: bool = False
    checks: tuple[str, ...] = ()
    copy_of: str | None = None

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names in the order of the description, which is the order in DuckDB and in frames."""
        return tuple(c.name for c in self.columns)

    def column(self, name: str) -> Column:
        """Return the column; raise KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@lru_cache(maxsize=8)
def load(folder: Path = FOLDER) -> dict[str, Table]:
    """Return every described table by name, in order of layer, file and place; raise DescriptionError."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for path in sorted(folder.glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, fields in content["tables"].items():
            if name in found:
                raise DescriptionError(f"{path.name}: bảng {name} được mô tả hai lần")
            found[name] = path.name, fields
    tables = {name: _table(file, name, fields) for name, (file, fields) in found.items() if "copy_of" not in fields}
    copies = {name: _copy(file, name, fields, tables) for name, (file, fields) in found.items() if "copy_of" in fields}
    tables = {name: {**tables, **copies}[name] for name in found}
    return dict(sorted(tables.items(), key=lambda item: LAYERS.index(item[1].layer)))


def table(name: str) -> Table:
    """Return one described table; raise KeyError."""
    return load()[name]


def _table(file: str, name: str, fields: dict[str, Any]) -> Table:
    where = f"{file}: {name}"
    _refuse_unknown(where, fields, _TABLE_KEYS)
    if fields["layer"] not in LAYERS:
        raise DescriptionError(f"{where}: layer {fields['layer']!r} không có trong {LAYERS}")
    columns = tuple(_column(where, str(column), rest) for column, rest in fields["columns"].items())
    names = {c.name for c in columns}
    key = tuple(str(part) for part in fields["key"])
    if not set(key) <= names:
        raise DescriptionError(f"{where}: khóa {sorted(set(key) - names)} không phải là cột")
    if fields["partitioned"] and "month" not in names:
        raise DescriptionError(f"{where}: bảng theo tháng phải có cột month")
    return Table(name, fields["layer"], fields["grain"], fields["description"], fields["partitioned"],
                 key, columns, fields.get("zeros", False), tuple(str(check) for check in fields.get("checks", ())))


def _copy(file: str, name: str, fields: dict[str, Any], tables: dict[str, Table]) -> Table:
    """Return a table that keeps another's rows: the columns and checks of that one, after its own columns."""
    where = f"{file}: {name}"
    _refuse_unknown(where, fields, _COPY_KEYS)
    original = tables.get(fields["copy_of"])
    if original is None:
        raise DescriptionError(f"{where}: copy_of {fields['copy_of']!r} không phải là bảng được mô tả")
    own = tuple(_column(where, str(column), rest) for column, rest in fields["columns"].items())
    key = (*(str(part) for part in fields["key"]), *original.key)
    return Table(name, fields["layer"], fields["grain"], fields["description"], False, key,
                 (*own, *original.columns), checks=original.checks, copy_of=original.name)


def _column(where: str, name: str, fields: dict[str, Any]) -> Column:
    where = f"{where}.{name}"
    _refuse_unknown(where, fields, _COLUMN_KEYS)
    for needed in ("type", "description", "header"):
        if not fields.get(needed):
            raise DescriptionError(f"{where}: thiếu {needed}")
    if fields["type"] not in TYPES:
        raise DescriptionError(f"{where}: kiểu {fields['type']!r} không có trong {sorted(TYPES)}")
    return Column(name, fields["type"], fields["description"], fields["header"],
                  fields.get("nullable", False), fields.get("unit"))


def _refuse_unknown(where: str, fields: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(set(fields) - known)
    if unknown:
        raise DescriptionError(f"{where}: không biết {unknown}; chỉ dùng {sorted(known)}")
