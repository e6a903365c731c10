"""Loading the warehouse against a bare DuckDB load of the same Arrow rows, and replacing one month of many.

What belongs here: generated rows and the two sides. What does not: the row type (`ratios`).
"""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.bench.ratios import Ratio, in_turn
from warehouse.description import table
from warehouse.schema import create_table
from warehouse.store import open_writer, replace_all, replace_month

TABLE = "fact_postings_monthly"
MONTHS = 25
_ROWS = """
SELECT (DATE '2016-01-01' + to_months((i // ({count} // {months}))::INTEGER))::DATE AS month,
  'unit-' || (i % 4000) AS unit_id, 'programme-' || ((i // 40000) % 1000000) AS programme_id,
  'group-' || ((i // 4000) % 5) AS group_id, CASE WHEN (i // 20000) % 2 = 0 THEN 'own' ELSE 'commune' END AS level,
  (hash(i) % 7)::INTEGER AS n_postings, 0::INTEGER AS n_doubtful,
  (DATE '2018-01-01' + (i % 300)::INTEGER)::DATE AS latest_posting_date, 0::INTEGER AS undated
FROM range({count}) t(i)
"""


def rows(count: int) -> pa.Table:
    """Return `count` rows of a fact table over 25 months, every key once."""
    with duckdb.connect() as con:
        return con.sql(_ROWS.format(count=count, months=MONTHS)).to_arrow_table()


def measure(pairs: int = 5, quick: bool = False, count: int = 10_000_000) -> list[Ratio]:
    """Return the rows: a full load ÷ a bare load, and one month's replace ÷ a full load. `quick`: a tenth of them."""
    count = count // 10 if quick else count
    loaded = rows(count)
    first = date(2017, 1, 1)
    month = loaded.filter(pc.equal(loaded["month"], pa.scalar(first)))
    with (
        tempfile.TemporaryDirectory() as folder,
        open_writer(Path(folder) / "whole.duckdb") as whole,
        open_writer(Path(folder) / "monthly.duckdb") as monthly,
    ):
        whole.execute(create_table(table(TABLE)).replace(TABLE, "bare", 1))
        whole.register("loaded", loaded)
        replace_all(monthly, TABLE, loaded)

        def bare() -> None:
            whole.execute("BEGIN; DELETE FROM bare; INSERT INTO bare SELECT * FROM loaded; COMMIT; CHECKPOINT")

        def full() -> None:
            replace_all(whole, TABLE, loaded)

        def one_month() -> None:
            replace_month(monthly, TABLE, first, month)

        return [
            in_turn(f"load of {count:,} rows ÷ bare Arrow load", full, bare, 1.3, pairs),
            in_turn(f"replace one month of {count:,} rows ÷ full load", one_month, full, 0.08, pairs),
        ]
