"""Each rule of a month's tables finds what breaks it, and nothing in tables that agree."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from pipeline.checks import rules
from pipeline.months import Month
from warehouse.store import open_writer

MONTH = Month(2018, 2)
DAY = MONTH.first_day
NOW = datetime(2018, 3, 5, tzinfo=UTC)
PROOFS = (rules.coverage_is_proven, rules.zeros_are_proven, rules.missing_is_proven)


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """One unit with two postings, one of them a result; one unit that could not be assessed."""
    con = open_writer(tmp_path / "w.duckdb")
    put(con, "fact_coverage_monthly", unit_id="a", assessed=True, cause="none", crawl_id="c1", coverage_id="2018-02/a")
    put(con, "fact_section_coverage_monthly", unit_id="a", coverage_id="2018-02/a", portal_id="a", section_url="u",
        complete=True, cause="none", captures=["c1/a/1"])
    put(con, "capture", capture_id="c1/a/1", portal_id="a", outcome="captured", file="2018-02/c1/a.warc.gz")
    put(con, "fact_coverage_monthly", unit_id="b", assessed=False, cause="timeout", detail="5 giây",
        coverage_id="2018-02/b")
    proven = {"programme_id": "p", "coverage_id": "2018-02/a"}
    for group, n in (("schedule", 1), ("result", 1), ("regulation", 0)):
        put(con, "fact_postings_monthly", unit_id="a", group_id=group, level="own", n_postings=n, **proven)
        put(con, "fact_known_monthly", counted_month=DAY, unit_id="a", programme_id="p", group_id=group, level="own",
            n_postings=n)
    put(con, "fact_postings_monthly", unit_id="b", programme_id="p", group_id="schedule", level="own")
    put(con, "fact_known_monthly", counted_month=DAY, unit_id="b", programme_id="p", group_id="schedule", level="own")
    put(con, "fact_unit_monthly", unit_id="a", n_postings=2, n_results=1, **proven)
    put(con, "fact_unit_monthly", unit_id="b", programme_id="p")
    put(con, "fact_checklist_monthly", unit_id="a", group_id="regulation", level="own", status="missing",
        cause="none", evidence=["c1"], **proven)
    for unit, n in (("a", 2), ("b", None), ("province", 2)):
        put(con, "fact_delta_monthly", unit_id=unit, programme_id="p", group_id="all", n_postings=n)
    yield con
    con.close()


def put(con: duckdb.DuckDBPyConnection, table: str, **values: object) -> None:
    """Insert a row; columns that must hold something and are not told get a harmless value."""
    plain = {"VARCHAR": "", "INTEGER": 0, "BIGINT": 0, "BOOLEAN": False, "DATE": DAY, "VARCHAR[]": [],
             "TIMESTAMP WITH TIME ZONE": NOW, "DOUBLE": 0.0}
    row = {"month": DAY, **values}
    for name, kind, nullable, *_ in con.execute(f'DESCRIBE "{table}"').fetchall():
        if nullable == "NO":
            row.setdefault(name, plain[kind])
    names = ", ".join(f'"{name}"' for name in row)
    con.execute(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" for _ in row)})', list(row.values()))


def test_tables_that_agree_break_no_rule(con: duckdb.DuckDBPyConnection) -> None:
    assert rules.units_complete(con, "fact_unit_monthly", MONTH, ["a", "b"]) == []
    assert rules.units_complete(con, "fact_delta_monthly", MONTH, ["a", "b"], ("province",)) == []
    agree = (rules.unit_totals_agree, rules.province_totals_agree, rules.known_agrees)
    for rule in (*agree, *PROOFS, rules.causes_are_known):
        assert rule(con, MONTH) == []


def test_a_unit_without_a_row_and_a_row_without_a_unit_are_found(con: duckdb.DuckDBPyConnection) -> None:
    assert rules.units_complete(con, "fact_unit_monthly", MONTH, ["a", "c"]) == [
        "c: thiếu dòng", "b: không phải đơn vị theo dõi",
    ]


@pytest.mark.parametrize("change", ["n_postings = 3", "n_postings = NULL, n_results = NULL", "n_results = 2"])
def test_a_unit_that_is_not_the_sum_of_its_groups_is_found(con: duckdb.DuckDBPyConnection, change: str) -> None:
    con.execute(f"UPDATE fact_unit_monthly SET {change} WHERE unit_id = 'a'")
    assert [line.split(" ")[0] for line in rules.unit_totals_agree(con, MONTH)] == ["a"]


def test_results_that_are_not_settled_are_no_disagreement(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("UPDATE fact_unit_monthly SET n_results = NULL WHERE unit_id = 'a'")
    assert rules.unit_totals_agree(con, MONTH) == []


@pytest.mark.parametrize("change", [
    "UPDATE fact_known_monthly SET n_postings = 3 WHERE group_id = 'result'",
    "UPDATE fact_known_monthly SET n_postings = 0 WHERE unit_id = 'b'",
    "DELETE FROM fact_known_monthly WHERE group_id = 'result'",
])
def test_a_month_that_is_known_otherwise_than_its_facts_say_is_found(
    con: duckdb.DuckDBPyConnection, change: str
) -> None:
    con.execute(change)
    assert len(rules.known_agrees(con, MONTH)) == 1


def test_a_province_that_is_not_the_sum_of_its_units_is_found(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("UPDATE fact_delta_monthly SET n_postings = 5 WHERE unit_id = 'province'")
    assert rules.province_totals_agree(con, MONTH) == ["p/all: toàn tỉnh 5, các đơn vị cộng lại 2"]


def test_a_zero_that_leads_to_no_coverage_or_to_another_units_is_found(con: duckdb.DuckDBPyConnection) -> None:
    for table in ("fact_unit_monthly", "fact_postings_monthly"):
        for number, coverage in enumerate(("2018-02/b", "2018-02/a", "2018-01/a", "?"), 1):
            con.execute(f"UPDATE {table} SET n_postings = 0, coverage_id = '{coverage}' WHERE unit_id = 'b'")
            assert [line[:1] for line in rules.zeros_are_proven(con, MONTH)] == ["b"], (table, number)
        con.execute(f"UPDATE {table} SET n_postings = NULL WHERE unit_id = 'b'")


BROKEN_CHAINS = (
    "UPDATE fact_coverage_monthly SET assessed = false, cause = 'tls' WHERE unit_id = 'a'",
    "DELETE FROM fact_coverage_monthly", "DELETE FROM fact_section_coverage_monthly",
    "UPDATE fact_section_coverage_monthly SET complete = false",
    "UPDATE fact_section_coverage_monthly SET captures = []",
    "UPDATE fact_section_coverage_monthly SET captures = ['c1/a/1', 'c1/a/2']",
    "UPDATE fact_section_coverage_monthly SET portal_id = 'b'; INSERT INTO fact_section_coverage_monthly "
    "SELECT * REPLACE ('a' AS portal_id, [] AS captures) FROM fact_section_coverage_monthly",
    "DELETE FROM capture", "UPDATE capture SET file = NULL", "UPDATE capture SET outcome = 'failed'",
)


@pytest.mark.parametrize("change", BROKEN_CHAINS)
def test_a_figure_and_a_missing_whose_chain_to_a_capture_is_broken_are_found(
    con: duckdb.DuckDBPyConnection, change: str
) -> None:
    con.execute(change)
    assert len(rules.zeros_are_proven(con, MONTH)) == 4
    assert len(rules.missing_is_proven(con, MONTH)) == 1
    assert len(rules.coverage_is_proven(con, MONTH)) == ("fact_coverage_monthly" not in change)


def test_a_missing_without_evidence_is_found(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("UPDATE fact_checklist_monthly SET evidence = []")
    assert len(rules.missing_is_proven(con, MONTH)) == 1


def test_a_cause_outside_the_closed_list_is_found(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("UPDATE fact_coverage_monthly SET cause = 'mất mạng' WHERE unit_id = 'b'")
    con.execute("UPDATE fact_checklist_monthly SET status = 'not_assessable', cause = 'awaiting_recheck'")
    assert rules.causes_are_known(con, MONTH) == [
        "fact_coverage_monthly: 'mất mạng' không có trong danh mục nguyên nhân"]


def test_units_not_assessed_are_told_with_their_cause(con: duckdb.DuckDBPyConnection) -> None:
    assert rules.not_assessed(con, MONTH) == [("b", "quá thời gian chờ (5 giây)")]
