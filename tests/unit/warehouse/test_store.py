"""Opening, replacing, migrating: no load may lose, double or mix a month."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from warehouse import migration, store
from warehouse.description import load
from warehouse.schema import create_all

JAN, FEB = date(2018, 1, 1), date(2018, 2, 1)
Row = tuple[str, int | None]


def unit_facts(month: date, *rows: Row) -> pd.DataFrame:
    return pd.DataFrame({
        "unit_id": [unit for unit, _ in rows],
        "month": [month] * len(rows),
        "programme_id": ["p"] * len(rows),
        "n_postings": [n for _, n in rows],
        "n_results": [None if n is None else 0 for _, n in rows],
        "latest_posting_date": [None] * len(rows),
        "latest_posting_state": ["nothing_to_date"] * len(rows),
        "n_undated_stock": [0] * len(rows),
        "coverage_id": [None if n is None else f"{month:%Y-%m}/{unit}" for unit, n in rows],
    })


def figures(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return con.execute("SELECT month, unit_id, n_postings FROM fact_unit_monthly ORDER BY ALL").fetchall()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "warehouse.duckdb"
    with store.open_writer(path) as con:
        store.replace_month(con, "fact_unit_monthly", JAN, unit_facts(JAN, ("a", 5), ("b", None)))
        store.replace_month(con, "fact_unit_monthly", FEB, unit_facts(FEB, ("a", 1)))
    return path


def test_a_month_is_replaced_and_the_other_stays(path: Path) -> None:
    with store.open_writer(path) as con:
        assert store.replace_month(con, "fact_unit_monthly", JAN, unit_facts(JAN, ("a", 6), ("c", 0))) == 2
        assert figures(con) == [(JAN, "a", 6), (JAN, "c", 0), (FEB, "a", 1)]


def test_rows_may_come_from_a_select(path: Path) -> None:
    select = store.Select(
        "SELECT month, unit_id, programme_id, n_postings + $more AS n_postings, n_results, latest_posting_date, "
        "latest_posting_state, n_undated_stock, coverage_id FROM fact_unit_monthly WHERE month = DATE '2018-01-01'",
        {"more": 1})
    with store.open_writer(path) as con:
        store.replace_month(con, "fact_unit_monthly", JAN, select)
        store.replace_month(con, "fact_unit_monthly", JAN, select)
        assert figures(con)[0] == (JAN, "a", 7)


@pytest.mark.parametrize(("rows", "message"), [
    (unit_facts(JAN), "không có dòng nào"),
    (unit_facts(FEB, ("a", 1)), "không thuộc tháng"),
    (unit_facts(JAN, ("a", 1), ("a", 2)), "có hai dòng"),
    (unit_facts(JAN, ("a", 1)).drop(columns="n_results"), "thiếu cột"),
    (unit_facts(JAN, ("a", 1)).assign(extra=1), "không biết cột"),
])
def test_a_refused_load_leaves_the_old_month(path: Path, rows: pd.DataFrame, message: str) -> None:
    with store.open_writer(path) as con:
        before = figures(con)
        with pytest.raises(store.WarehouseError, match=message):
            store.replace_month(con, "fact_unit_monthly", JAN, rows)
        assert figures(con) == before


def test_a_null_where_none_may_be_is_refused(path: Path) -> None:
    with store.open_writer(path) as con:
        before = figures(con)
        with pytest.raises(duckdb.ConstraintException):
            store.replace_month(con, "fact_unit_monthly", JAN,
                                unit_facts(JAN, ("a", 1)).assign(latest_posting_state=None))
        assert figures(con) == before


def test_an_empty_month_is_taken_only_with_proof_that_it_was_never_observed(path: Path) -> None:
    with store.open_writer(path) as con:
        store.replace_month(con, "fact_unit_monthly", JAN, unit_facts(JAN), proven_empty=True)
        assert figures(con) == [(FEB, "a", 1)]


def test_a_failing_audit_rolls_the_month_back(path: Path) -> None:
    def audit(con: duckdb.DuckDBPyConnection) -> None:
        assert (JAN, "z", 1) in figures(con)
        raise store.WarehouseError("kiểm tra không đạt")

    with store.open_writer(path) as con:
        before = figures(con)
        with pytest.raises(store.WarehouseError, match="không đạt"):
            store.replace_month(con, "fact_unit_monthly", JAN, unit_facts(JAN, ("z", 1)), audit=audit)
        assert figures(con) == before


def _die_within_a_replace(path: Path) -> None:
    def kill(con: duckdb.DuckDBPyConnection) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with store.open_writer(path) as con:
        store.replace_month(con, "fact_unit_monthly", JAN, unit_facts(JAN, ("z", 1)), audit=kill)


def test_a_kill_in_the_middle_of_a_replace_leaves_the_old_month(path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_die_within_a_replace, args=(path,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    with store.open_writer(path) as con:
        assert figures(con) == [(JAN, "a", 5), (JAN, "b", None), (FEB, "a", 1)]


def test_after_a_load_nothing_waits_in_the_write_ahead_log(path: Path) -> None:
    with store.open_writer(path) as con:
        store.replace_month(con, "fact_unit_monthly", JAN, unit_facts(JAN, ("a", 6)))
        log = path.with_name(path.name + ".wal")
        assert not log.exists() or log.stat().st_size == 0


def test_a_reader_can_neither_write_nor_leave_the_file_nor_change_its_settings(path: Path) -> None:
    with store.open_reader(path) as con:
        assert len(figures(con)) == 3
        for forbidden in ("DELETE FROM fact_unit_monthly", f"SELECT * FROM read_text('{__file__}')",
                          "SET enable_external_access = true", "ATTACH ':memory:' AS other"):
            with pytest.raises(duckdb.Error):
                con.execute(forbidden)


def test_a_published_copy_can_be_read_while_the_writer_holds_the_file(path: Path) -> None:
    copy = path.with_name("read.duckdb")
    store.publish(path, copy)
    with store.open_writer(path), store.open_reader(copy) as con:
        assert len(figures(con)) == 3


def _hold(path: Path, ready: multiprocessing.Queue[int], done: multiprocessing.Queue[int]) -> None:
    with store.open_writer(path):
        ready.put(1)
        done.get()


def test_a_second_writer_is_refused_clearly(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Queue(), context.Queue()
    process = context.Process(target=_hold, args=(path, ready, done))
    process.start()
    try:
        ready.get(timeout=60)
        with pytest.raises(store.BusyError, match="đang mở"):
            store.open_writer(path)
    finally:
        done.put(1)
        process.join()


def _schema(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return con.execute(
        "SELECT table_name, column_name, ordinal_position, data_type, is_nullable FROM information_schema.columns "
        "WHERE table_schema = 'main' AND table_name <> 'schema_version' ORDER BY ALL").fetchall()


def _checks(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return con.execute(
        "SELECT table_name, constraint_text FROM duckdb_constraints() WHERE constraint_type = 'CHECK' ORDER BY ALL"
    ).fetchall()


def _old_file(path: Path) -> None:
    (number, base), *_ = migration.steps(0)
    with duckdb.connect(str(path)) as con:
        migration.apply(con, number, base)
        con.execute("INSERT INTO fact_unit_monthly VALUES "
                    "(DATE '2018-01-01', 'a', 'p', 5, 1, NULL, 'nothing_to_date', 0)")
        con.execute("INSERT INTO unit_version VALUES "
                    "('a', 'Sở Nội vụ', 'department', NULL, 1, DATE '2017-01-01', NULL, '')")


def test_the_migrations_lead_to_the_described_schema(tmp_path: Path) -> None:
    _old_file(tmp_path / "old.duckdb")
    with store.open_writer(tmp_path / "old.duckdb") as old, duckdb.connect() as new:
        for statement in create_all():
            new.execute(statement)
        assert _schema(old) == _schema(new)
        assert _checks(old) == _checks(new) and len(_checks(new)) > 5
        assert {row[0] for row in _schema(new)} == set(load())


def test_a_file_of_an_older_version_is_migrated_with_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "old.duckdb"
    _old_file(path)
    with store.open_writer(path) as con:
        assert migration.version_of(con) == migration.CURRENT
        assert figures(con) == [(JAN, "a", 5)]
        assert con.execute("SELECT name FROM unit_version").fetchall() == [("Sở Nội vụ",)]
    assert list(tmp_path.iterdir()) == [path]


_FILLED: dict[str, Any] = {
    "VARCHAR": "x", "VARCHAR[]": ["x"], "INTEGER": 0, "BIGINT": 0, "DOUBLE": 0.5, "BOOLEAN": False, "DATE": JAN,
    "TIMESTAMP WITH TIME ZONE": datetime(2018, 2, 5, tzinfo=UTC),
}


def test_rows_of_every_table_of_the_oldest_version_are_there_after_the_migration(tmp_path: Path) -> None:
    path = tmp_path / "old.duckdb"
    _old_file(path)
    with duckdb.connect(str(path)) as con:
        con.execute("DELETE FROM unit_version; DELETE FROM fact_unit_monthly")
        names = [row[0] for row in con.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]
        tables = [name for name in names if name != "schema_version"]
        for name in tables:
            types = [row[1] for row in con.execute(f"DESCRIBE {name}").fetchall()]
            marks = ", ".join("?" * len(types))
            con.execute(f"INSERT INTO {name} VALUES ({marks})", [_FILLED[kind] for kind in types])
    with store.open_writer(path) as con:
        counts = {name: con.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in tables}
    assert counts == dict.fromkeys(tables, 1) and len(tables) > 10


def test_a_failed_migration_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.duckdb"
    _old_file(path)
    folder = tmp_path / "steps"
    folder.mkdir()
    (folder / "0002_broken.sql").write_text("DELETE FROM fact_unit_monthly; SELECT * FROM nowhere;", encoding="utf-8")
    real = migration.steps
    monkeypatch.setattr(migration, "steps", lambda after: real(after, folder))
    with pytest.raises(duckdb.Error):
        store.open_writer(path)
    with duckdb.connect(str(path), read_only=True) as con:
        assert figures(con) == [(JAN, "a", 5)]
        assert migration.version_of(con) == 1
    assert not (tmp_path / "old.duckdb.migrating").exists()


def test_a_file_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute("INSERT INTO schema_version (version) VALUES (99)")
    for opener in (store.open_writer, store.open_reader):
        with pytest.raises(migration.VersionError, match="99, mới hơn"):
            opener(path)
    with duckdb.connect(str(path)) as con:
        assert len(figures(con)) == 3


def test_a_foreign_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "foreign.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE TABLE mine (a INTEGER)")
    with pytest.raises(migration.VersionError, match="không phải là kho"):
        store.open_writer(path)
