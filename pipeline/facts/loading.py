"""What every fact module does the same way: prepare the joins, compute by one SELECT, replace the month.

What belongs here: that way. What does not: any table's SQL (its module).
"""

from __future__ import annotations

import duckdb

from pipeline.facts import evidence, timeline
from pipeline.facts.context import MonthContext, parameters, prepare, was_observed
from warehouse.store import Select, replace_month


def ready(con: duckdb.DuckDBPyConnection, context: MonthContext) -> None:
    """Make the temporary tables `ctx_*` of the month: registry, programme, postings as of its end, evidence.

    They hold until an observation, a sighting or the registry changes, or the connection is closed.
    """
    prepare(con, context)
    timeline.materialise(con, context.observed_until, context.programme.policy)
    evidence.choose(con, context)


def replace_fact(con: duckdb.DuckDBPyConnection, context: MonthContext, table: str, sql: str,
                 prepared: bool = False) -> int:
    """Replace the month of a fact table by `sql` (parameters $month, $until, $programme); return its rows.

    A month that was never observed has no rows: that is proven by the observations, not by an empty result.
    `prepared`: the caller made the tables of `ready` on this connection, for this month, and they hold.
    """
    observed = was_observed(con, context)
    if observed and not prepared:
        ready(con, context)
    if not observed:
        sql = f"SELECT * FROM {table} WHERE false"  # noqa: S608 - a table's name from its module
    used = {name: value for name, value in parameters(context).items() if f"${name}" in sql}
    return replace_month(con, table, context.month.first_day, Select(sql, used), proven_empty=not observed)
