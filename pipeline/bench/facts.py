"""The facts of a month (counts by unit, group and level, zeros, three-month window, deltas) against a bare scan and
group by of the same postings, and against polars.

What belongs here: generated postings and the sides. What does not: the SQL of the facts (`pipeline.facts`).
"""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl

from pipeline.bench.ratios import Ratio, in_turn
from pipeline.facts.fact_postings_monthly import COUNTS

MONTH = date(2018, 2, 1)
_POSTINGS = """
CREATE OR REPLACE TABLE ctx_posting AS
SELECT 'unit-' || (h % 4000) AS unit_id,
  ['schedule', 'regulation', 'result', 'notice', 'legal_text', 'other'][1 + (h // 4000) % 6] AS group_id,
  CASE WHEN (h // 24000) % 3 = 0 THEN 'commune' ELSE 'own' END AS level,
  (DATE '2016-03-01' + to_months(((h // 72000) % 24)::INTEGER))::DATE AS counted_month,
  CASE WHEN (h // 72000) % 20 = 0 THEN 'undated_stock' ELSE 'date' END AS counted_by,
  CASE WHEN (h // 1440000) % 50 = 0 THEN 'gone' ELSE 'live' END AS state,
  (DATE '2016-03-01' + ((h // 72000) % 730)::INTEGER)::DATE AS posted_on,
  CASE WHEN h % 97 = 0 THEN ['group'] ELSE []::VARCHAR[] END AS review_reasons
FROM (SELECT (hash(i) >> 2)::BIGINT AS h FROM range({count}) t(i))
"""
_BARE = "SELECT unit_id, group_id, level, count(*) FROM ctx_posting GROUP BY ALL"
_EARLIER = """
CREATE OR REPLACE TABLE earlier AS
SELECT unit_id, group_id, level, counted_month AS month, count(*) AS n FROM ctx_posting
WHERE counted_month IN (DATE '2017-12-01', DATE '2018-01-01') GROUP BY ALL
"""

# The months before are read from their facts, as the product does: an old month is never counted anew.
_FACTS = f"""
WITH counted AS ({COUNTS}),
grid AS (
  SELECT * FROM (SELECT DISTINCT unit_id FROM earlier) CROSS JOIN (SELECT DISTINCT group_id FROM earlier)
  CROSS JOIN (VALUES ('own'), ('commune')) l(level)
),
this AS (
  SELECT * REPLACE (coalesce(n_postings, 0) AS n_postings)
  FROM grid LEFT JOIN counted USING (unit_id, group_id, level)
),
wide AS (
  SELECT unit_id, group_id, level, sum(n) FILTER (month = DATE '2018-01-01') AS previous,
    sum(n) FILTER (month = DATE '2017-12-01') AS before_that
  FROM earlier GROUP BY ALL
)
SELECT t.*, coalesce(w.previous, 0) AS previous, coalesce(w.before_that, 0) AS before_that,
  t.n_postings - coalesce(w.previous, 0) AS change
FROM this t LEFT JOIN wide w USING (unit_id, group_id, level)
"""  # noqa: S608 - put together from constants


def measure(pairs: int = 5, quick: bool = False, count: int = 10_000_000) -> list[Ratio]:
    """Return the rows: facts ÷ bare scan and group by; facts ÷ polars. `quick`: a tenth of the postings."""
    count = count // 10 if quick else count
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        con.execute(_POSTINGS.format(count=count))
        con.execute(_EARLIER)

        # All three sides end in columns, as the product's do, which go to a table: nothing becomes rows of Python.
        def facts() -> object:
            return con.sql(_FACTS, params={"month": MONTH}).to_arrow_table()

        def bare() -> object:
            return con.sql(_BARE).to_arrow_table()

        against_bare = in_turn(f"facts of a month at {count:,} postings ÷ bare scan and group by", facts, bare, 2.0,
                               pairs)
        frame = pl.from_arrow(con.sql("FROM ctx_posting").to_arrow_table())
        assert isinstance(frame, pl.DataFrame)
        earlier = pl.from_arrow(con.sql("FROM earlier").to_arrow_table())
        assert isinstance(earlier, pl.DataFrame)
        return [against_bare,
                in_turn(f"facts of a month at {count:,} postings ÷ polars", facts, lambda: _polars(frame, earlier),
                        1.0, pairs)]


def _polars(frame: pl.DataFrame, earlier: pl.DataFrame) -> pl.DataFrame:
    keys = ["unit_id", "group_id", "level"]
    this = pl.col("counted_month") == MONTH
    stock = (pl.col("counted_by") == "undated_stock") & pl.col("state").is_in(["live", "unlisted"])
    counted = frame.lazy().filter(pl.col("group_id") != "other").group_by(keys).agg(
        this.sum().alias("n_postings"),
        (this & pl.col("review_reasons").list.contains("group")).sum().alias("n_doubtful"),
        pl.col("posted_on").max().alias("latest_posting_date"),
        stock.sum().alias("undated"),
    )
    grid = earlier.lazy().select("unit_id").unique().join(
        earlier.lazy().select("group_id").unique(), how="cross").join(
        earlier.lazy().select("level").unique(), how="cross")
    month = pl.col("month")
    wide = earlier.lazy().group_by(keys).agg(
        pl.col("n").filter(month == date(2018, 1, 1)).sum().alias("previous"),
        pl.col("n").filter(month == date(2017, 12, 1)).sum().alias("before_that"))
    return grid.join(counted, on=keys, how="left").join(wide, on=keys, how="left").with_columns(
        (pl.col("n_postings").fill_null(0) - pl.col("previous").fill_null(0)).alias("change")).collect()
