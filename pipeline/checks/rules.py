"""What must hold of a month's tables: each rule returns the lines that break it.

What belongs here: comparing tables with each other and with the registry. What does not: Dagster
(`pipeline.checks.tables`), workbooks (`pipeline.checks.workbooks`), and making the tables (`pipeline.facts`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import duckdb

from pipeline.months import Month
from warehouse.vocabularies import cause_text


def units_complete(
    con: duckdb.DuckDBPyConnection, table: str, month: Month, watched: Collection[str], aside: Collection[str] = ()
) -> list[str]:
    """Each watched unit has a row in `table`, and nobody else (`aside`: ids that are no units, as the total's)."""
    found = {row[0] for row in con.table(table).filter(_of(month)).project("unit_id").distinct().fetchall()}
    missing, strange = sorted(set(watched) - found), sorted(found - set(watched) - set(aside))
    return [f"{unit}: thiếu dòng" for unit in missing] + [f"{unit}: không phải đơn vị theo dõi" for unit in strange]


def unit_totals_agree(con: duckdb.DuckDBPyConnection, month: Month) -> list[str]:
    """A unit's postings are the sum over its groups, and its results the group `result`, where they are known."""
    rows = _rows(con, """
        SELECT u.unit_id, u.programme_id, u.n_postings, sum(p.n_postings),
               u.n_results, sum(p.n_postings) FILTER (p.group_id = 'result')
        FROM fact_unit_monthly u LEFT JOIN fact_postings_monthly p USING (month, unit_id, programme_id)
        WHERE month = ? GROUP BY ALL
        HAVING u.n_postings IS DISTINCT FROM sum(p.n_postings)
            OR u.n_results <> sum(p.n_postings) FILTER (p.group_id = 'result')
        ORDER BY ALL""", month)
    return [
        f"{unit} ({programme}): {n} lượt nhưng các nhóm cộng lại {total}; {results} kết quả nhưng nhóm có {counted}"
        for unit, programme, n, total, results, counted in rows
    ]


def province_totals_agree(con: duckdb.DuckDBPyConnection, month: Month) -> list[str]:
    """The province's row of the deltas is the sum of its units' rows, group by group."""
    rows = _rows(con, """
        SELECT programme_id, group_id,
               max(n_postings) FILTER (unit_id = 'province'), sum(n_postings) FILTER (unit_id <> 'province')
        FROM fact_delta_monthly WHERE month = ? GROUP BY ALL
        HAVING coalesce(max(n_postings) FILTER (unit_id = 'province'), 0)
            <> coalesce(sum(n_postings) FILTER (unit_id <> 'province'), 0)
        ORDER BY ALL""", month)
    return [
        f"{programme}/{group}: toàn tỉnh {total}, các đơn vị cộng lại {units}"
        for programme, group, total, units in rows
    ]


def zeros_are_proven(con: duckdb.DuckDBPyConnection, month: Month) -> list[str]:
    """A zero stands only where the unit was assessed by a crawl that can be named; elsewhere no figure stands."""
    rows = _rows(con, """
        SELECT u.unit_id, u.n_postings, c.assessed, c.crawl_id
        FROM fact_unit_monthly u LEFT JOIN fact_coverage_monthly c USING (month, unit_id)
        WHERE month = ? AND (
            (u.n_postings IS NOT NULL AND (NOT coalesce(c.assessed, false) OR c.crawl_id IS NULL))
        ) ORDER BY ALL""", month)
    return [
        f"{unit}: ghi {n} lượt nhưng không có lần thu thập nào chứng minh (đánh giá được: {bool(assessed)}, {crawl})"
        for unit, n, assessed, crawl in rows
    ]


def missing_is_proven(con: duckdb.DuckDBPyConnection, month: Month) -> list[str]:
    """A *missing* carries the crawl that proves it, and stands only where the unit was assessed."""
    rows = _rows(con, """
        SELECT k.unit_id, k.level, k.group_id
        FROM fact_checklist_monthly k LEFT JOIN fact_coverage_monthly c USING (month, unit_id)
        WHERE month = ? AND k.status = 'missing'
          AND (len(k.evidence) = 0 OR NOT coalesce(c.assessed, false))
        ORDER BY ALL""", month)
    return [f"{unit}: {group} ({level}) ghi chưa đăng tải nhưng không có bằng chứng" for unit, level, group in rows]


def not_assessed(con: duckdb.DuckDBPyConnection, month: Month) -> list[tuple[str, str]]:
    """Return (unit, why) of each unit that could not be assessed."""
    rows = _rows(con, """
        SELECT unit_id, cause, detail FROM fact_coverage_monthly
        WHERE month = ? AND NOT assessed ORDER BY unit_id""", month)
    return [(unit, _why(cause, detail)) for unit, cause, detail in rows]


def _why(cause: str, detail: str) -> str:
    return f"{cause_text(cause)} ({detail})" if detail else cause_text(cause)


def _of(month: Month) -> str:
    return f"month = DATE '{month.first_day.isoformat()}'"


def _rows(con: duckdb.DuckDBPyConnection, sql: str, month: Month) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = con.execute(sql, [month.first_day]).fetchall()
    return found
