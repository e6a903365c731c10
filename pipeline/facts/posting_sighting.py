"""`posting_sighting`: a posting in a capture.

What does not belong here: how it is made (`pipeline.facts.sightings`).
"""

from __future__ import annotations

import duckdb

from pipeline.facts.context import MonthContext
from pipeline.facts.observations import Observations, observe
from warehouse.description import table
from warehouse.schema import rows_to_arrow
from warehouse.store import replace_month

TABLE = "posting_sighting"


def build(con: duckdb.DuckDBPyConnection, context: MonthContext, seen: Observations | None = None) -> int:
    """Replace the month by what its captures say (`seen`, where it was read already); return the number of rows."""
    rows = rows_to_arrow(table(TABLE), (seen or observe(context)).posting_sighting)
    return replace_month(con, TABLE, context.month.first_day, rows)
