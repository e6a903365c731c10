"""`capture`: one fetch a row, as the manifests say.

What does not belong here: reading pages (`pipeline.extraction`).
"""

from __future__ import annotations

import duckdb

from pipeline.facts.context import MonthContext
from pipeline.facts.observations import capture_rows
from warehouse.description import table
from warehouse.schema import rows_to_arrow
from warehouse.store import replace_month

TABLE = "capture"


def build(con: duckdb.DuckDBPyConnection, context: MonthContext) -> int:
    """Replace the month by what its captures say; return the number of rows."""
    rows = rows_to_arrow(table(TABLE), capture_rows(context))
    return replace_month(con, TABLE, context.month.first_day, rows)
