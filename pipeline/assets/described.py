"""What the UI shows of a table: its columns from `warehouse/`, its row counts, a few rows.

What belongs here: metadata. Scraped text goes into table or text metadata only, never into markdown: the UI would
fetch what a title points to. What does not belong here: the tables' content.
"""

from __future__ import annotations

from typing import Any

import dagster as dg
import duckdb

from pipeline.months import Month
from warehouse.description import Table, table

OWNERS = ("team:cong-khai",)
_PREVIEW_ROWS = 8
_PREVIEW_CHARACTERS = 120

# The street of docs/architecture.md: each layer of tables is one group.
GROUPS = {
    "registry": "registry", "review": "reviews", "observation": "snapshots", "posting": "postings", "fact": "facts",
    "finding": "findings", "release": "release",
}


def definition_metadata(described: Table) -> dict[str, Any]:
    """Return the columns, the grain and how a month is told apart."""
    columns = [
        dg.TableColumn(
            name=column.name,
            type=column.type,
            description=f"{column.header}: {column.description}" + (f" ({column.unit})" if column.unit else ""),
            constraints=dg.TableColumnConstraints(nullable=column.nullable),
        )
        for column in described.columns
    ]
    return {
        "dagster/column_schema": dg.TableSchema(columns=columns),
        "dagster/table_name": described.name,
        "grain": described.grain,
        **({"partition_expr": "month"} if described.partitioned else {}),
    }


def table_spec(name: str, **more: Any) -> dict[str, Any]:
    """Return what an asset or asset spec of a warehouse table says of itself."""
    described = table(name)
    return {
        "group_name": GROUPS[described.layer],
        "description": described.description,
        "owners": list(OWNERS),
        "kinds": {"duckdb"},
        "metadata": definition_metadata(described),
        **more,
    }


def loaded_metadata(con: duckdb.DuckDBPyConnection, name: str, month: Month | None) -> dict[str, Any]:
    """Return row counts (all, and of the month where the table has months) and a preview of some rows."""
    described = table(name)
    shown = con.table(name)
    counts: dict[str, Any] = {"dagster/row_count": _count(shown)}
    if month and described.partitioned:
        shown = shown.filter(f"month = DATE '{month.first_day.isoformat()}'")
        counts["dagster/partition_row_count"] = _count(shown)
    rows = shown.limit(_PREVIEW_ROWS).fetchall()
    records = [
        dg.TableRecord({column.name: _shown(value) for column, value in zip(described.columns, row, strict=True)})
        for row in rows
    ]
    schema = dg.TableSchema(columns=[dg.TableColumn(name=column.name) for column in described.columns])
    return {**counts, "preview": dg.MetadataValue.table(records=records, schema=schema)}


def _count(rows: duckdb.DuckDBPyRelation) -> int:
    return int(rows.aggregate("count(*)").fetchall()[0][0])


def _shown(value: object) -> str | int | float | bool:
    if isinstance(value, bool | int | float):
        return value
    return "" if value is None else str(value)[:_PREVIEW_CHARACTERS]
