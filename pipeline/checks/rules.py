"""What must hold of a month's tables: each rule returns the lines that break it.

What belongs here: comparing tables with each other and with the registry. What does not: Dagster
(`pipeline.checks.tables`), workbooks (`pipeline.checks.workbooks`), and making the tables (`pipeline.facts`).
"""

# ruff: noqa: S608 - statements are put together from constants of this module
from __future__ import annotations

from collections.abc import Collection
from typing import Any

import duckdb

from pipeline.months import Month
from warehouse.vocabularies import cause_text, causes, status_text, text


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
        WHERE month = $month GROUP BY ALL
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
        FROM fact_delta_monthly WHERE month = $month GROUP BY ALL
        HAVING coalesce(max(n_postings) FILTER (unit_id = 'province'), 0)
            <> coalesce(sum(n_postings) FILTER (unit_id <> 'province'), 0)
        ORDER BY ALL""", month)
    return [
        f"{programme}/{group}: toàn tỉnh {total}, các đơn vị cộng lại {units}"
        for programme, group, total, units in rows
    ]


# A coverage proves something where the unit was assessed, and of each of its portals at least one list was read whole
# whose captures are all there, each with its record in a file.
_PROVEN = """
    captured AS (
        SELECT s.coverage_id, s.portal_id, s.section_url,
               bool_and(s.complete AND c.file IS NOT NULL AND coalesce(c.outcome IN ('captured', 'unchanged'), false))
                 AS proven
        FROM fact_section_coverage_monthly s CROSS JOIN unnest(s.captures) AS x(capture_id)
        LEFT JOIN capture c ON c.capture_id = x.capture_id
        WHERE s.month = $month GROUP BY ALL
    ), portal AS (
        SELECT s.coverage_id, s.portal_id, coalesce(bool_or(c.proven), false) AS proven
        FROM fact_section_coverage_monthly s LEFT JOIN captured c USING (coverage_id, portal_id, section_url)
        WHERE s.month = $month GROUP BY ALL
    ), proven AS (
        SELECT v.coverage_id FROM fact_coverage_monthly v JOIN portal p USING (coverage_id)
        WHERE v.month = $month AND v.assessed GROUP BY v.coverage_id HAVING bool_and(p.proven)
    )"""


def coverage_is_proven(con: duckdb.DuckDBPyConnection, month: Month) -> list[str]:
    """A unit is assessed only by lists whose captures can be opened."""
    rows = _rows(con, f"""
        WITH {_PROVEN}
        SELECT unit_id, coverage_id FROM fact_coverage_monthly v ANTI JOIN proven USING (coverage_id)
        WHERE month = $month AND assessed ORDER BY ALL""", month)
    return [
        f"{unit}: ghi đánh giá được nhưng độ phủ {coverage} không có bản chụp chứng minh" for unit, coverage in rows
    ]


def known_agrees(con: duckdb.DuckDBPyConnection, month: Month) -> list[str]:
    """Of the month itself, what is known is what its facts say, group by group."""
    rows = _rows(con, """
        SELECT unit_id, group_id, level, k.n_postings, f.n_postings
        FROM (FROM fact_known_monthly WHERE counted_month = month) k
        FULL JOIN fact_postings_monthly f USING (month, unit_id, programme_id, group_id, level)
        WHERE month = $month AND k.n_postings IS DISTINCT FROM f.n_postings
        ORDER BY ALL""", month)
    return [
        f"{unit}: {group} ({level}) nay biết {known} lượt, số liệu tháng là {counted}"
        for unit, group, level, known, counted in rows
    ]


def zeros_are_proven(con: duckdb.DuckDBPyConnection, month: Month) -> list[str]:
    """A figure, zero too, stands only where its coverage proves that the unit was assessed."""
    rows = _rows(con, f"""
        WITH {_PROVEN}, figure AS (
            SELECT unit_id, 'mọi nhóm' AS what, n_postings AS n, coverage_id FROM fact_unit_monthly WHERE month = $month
            UNION ALL
            SELECT unit_id, group_id || ' (' || level || ')', n_postings, coverage_id
            FROM fact_postings_monthly WHERE month = $month
        )
        SELECT unit_id, what, n, f.coverage_id FROM figure f
        LEFT JOIN proven p ON p.coverage_id = f.coverage_id
            AND f.coverage_id = strftime($month, '%Y-%m') || '/' || unit_id
        WHERE n IS NOT NULL AND p.coverage_id IS NULL ORDER BY ALL""", month)
    return [
        f"{unit}, {what}: ghi {n} lượt nhưng không có lần thu thập nào chứng minh (độ phủ: {coverage})"
        for unit, what, n, coverage in rows
    ]


def missing_is_proven(con: duckdb.DuckDBPyConnection, month: Month) -> list[str]:
    """A *missing*, a *removed* and a number of the checklist carry the coverage that proves them."""
    rows = _rows(con, f"""
        WITH {_PROVEN}
        SELECT k.unit_id, k.level, k.group_id, k.status
        FROM fact_checklist_monthly k
        LEFT JOIN proven p ON p.coverage_id = k.coverage_id
            AND k.coverage_id = strftime($month, '%Y-%m') || '/' || k.unit_id
        WHERE k.month = $month AND (
            (p.coverage_id IS NULL AND (k.status IN ('missing', 'removed') OR k.n IS NOT NULL))
            OR (k.status IN ('missing', 'removed') AND len(k.evidence) = 0)
        ) ORDER BY ALL""", month)
    return [
        f"{unit}: {group} ({level}) ghi {status_text(status)} nhưng không có bằng chứng"
        for unit, level, group, status in rows
    ]


def causes_are_known(con: duckdb.DuckDBPyConnection, month: Month) -> list[str]:
    """Every cause of the month is of the closed list."""
    rows = _rows(con, """
        SELECT DISTINCT 'fact_coverage_monthly' AS "table", cause FROM fact_coverage_monthly WHERE month = $month
        UNION SELECT 'fact_section_coverage_monthly', cause FROM fact_section_coverage_monthly WHERE month = $month
        UNION SELECT 'fact_checklist_monthly', cause FROM fact_checklist_monthly WHERE month = $month
        ORDER BY ALL""", month)
    return [f"{table}: {cause!r} không có trong danh mục nguyên nhân" for table, cause in rows if cause not in causes()]


def waiting(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Return (unit, what waits and since when it is due) of everything that is to be asked again."""
    rows = con.execute("""
        SELECT unit_id, kind, coalesce(nullif(title, ''), url), cause, checks_done,
               strftime(timezone('Asia/Ho_Chi_Minh', due_at), '%d/%m/%Y %H:%M')
        FROM recheck_waiting ORDER BY recheck_waiting.due_at, unit_id, url""").fetchall()
    return [
        (unit, f"{text('waiting', kind)} {name!r}, {cause_text(cause)}, đã kiểm tra lại {done} lần, đến hạn {due}")
        for unit, kind, name, cause, done, due in rows
    ]


def not_assessed(con: duckdb.DuckDBPyConnection, month: Month) -> list[tuple[str, str]]:
    """Return (unit, why) of each unit that could not be assessed."""
    rows = _rows(con, """
        SELECT unit_id, cause, detail FROM fact_coverage_monthly
        WHERE month = $month AND NOT assessed ORDER BY unit_id""", month)
    return [(unit, _why(cause, detail)) for unit, cause, detail in rows]


def _why(cause: str, detail: str) -> str:
    return f"{cause_text(cause)} ({detail})" if detail else cause_text(cause)


def _of(month: Month) -> str:
    return f"month = DATE '{month.first_day.isoformat()}'"


def _rows(con: duckdb.DuckDBPyConnection, sql: str, month: Month) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = con.execute(sql, {"month": month.first_day}).fetchall()
    return found
