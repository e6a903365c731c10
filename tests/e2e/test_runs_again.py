"""What was made is made again: by a second visit that finds nothing new, and from the captures alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.months import Month
from pipeline.runs import run_month
from pipeline.snapshots.model import Capture, Outcome
from pipeline.snapshots.store import SnapshotStore
from tests.e2e.conftest import copy_of
from tests.e2e.province import Province, appendix_cells, workbook_bytes
from warehouse.description import load as described_tables
from warehouse.store import open_reader


@pytest.fixture(scope="module")
def visited_twice(reference: Province, tmp_path_factory: pytest.TempPathFactory) -> Province:
    """The province crawled a second time at the same three moments."""
    province = copy_of(reference, tmp_path_factory.mktemp("twice") / "w")
    assert all(report.success for report in province.run_all().values())
    return province


def test_a_second_visit_changes_no_figure(reference: Province, visited_twice: Province) -> None:
    for month in reference.months:
        assert appendix_cells(visited_twice.workspace, month) == appendix_cells(reference.workspace, month)


def test_a_second_visit_changes_no_byte_of_a_workbook(reference: Province, visited_twice: Province) -> None:
    before = workbook_bytes(reference.workspace, reference.months)
    after = workbook_bytes(visited_twice.workspace, reference.months)
    assert len(before) == 12 and list(after) == list(before)
    assert [name for name, content in before.items() if after[name] != content] == []


def test_a_second_visit_is_conditional(visited_twice: Province) -> None:
    store = SnapshotStore(visited_twice.workspace.snapshots)
    for month in visited_twice.months:
        *rechecks, first, second = store.crawls(str(month))
        assert len(rechecks) in (0, 2)  # of suspects, once
        before, after = list(store.captures(str(month), first)), list(store.captures(str(month), second))
        pages = [c for c in after if c.method == "GET" and c.status in (200, 304)]
        unchanged = [c for c in pages if c.outcome is Outcome.UNCHANGED]
        assert len(unchanged) == len(pages) and len(pages) > 300
        assert {store.record(c).type for c in unchanged} == {"revisit"}
        assert all(store.body(c) for c in unchanged[:20])
        assert landed(after) < landed(before) / 3


def test_the_captures_of_both_visits_are_whole(visited_twice: Province) -> None:
    assert SnapshotStore(visited_twice.workspace.snapshots).verify() == []


def test_from_its_captures_alone_a_workspace_is_the_same(reference: Province, tmp_path: Path) -> None:
    again = copy_of(reference, tmp_path / "w", without=("warehouse.duckdb", "cache", "dagster"))
    made = workbook_bytes(reference.workspace, reference.months)
    for path in again.workspace.folder.glob("outputs/*/*.xlsx"):
        path.unlink()
    for month in again.months:
        assert run_month(again.workspace, month, from_snapshots=True).success
    assert workbook_bytes(again.workspace, again.months) == made
    before, after = tables(reference), tables(again)
    assert [name for name in before if before[name] != after[name]] == []
    assert len(before["posting"]) > 200 and len(before["fact_unit_monthly"]) == 81


@pytest.mark.parametrize("month", ["2017-12", "2018-01"])
def test_an_earlier_month_made_again_changes_nothing(month: str, reference: Province, tmp_path: Path) -> None:
    again = copy_of(reference, tmp_path / "w")
    assert run_month(again.workspace, Month.parse(month), from_snapshots=True).success
    before, after = tables(reference), tables(again)
    assert [name for name in before if before[name] != after[name]] == []
    made = workbook_bytes(reference.workspace, reference.months)
    found = workbook_bytes(again.workspace, reference.months)
    assert [name for name in made if made[name] != found[name]] == []


def landed(captures: list[Capture]) -> int:
    """Return the bytes of the records."""
    return sum(capture.length or 0 for capture in captures)


def tables(province: Province) -> dict[str, list[tuple[Any, ...]]]:
    """Return every table's rows, sorted."""
    con = open_reader(province.workspace.warehouse)
    try:
        return {name: _rows(con, name) for name in described_tables()}
    finally:
        con.close()


def _rows(con: duckdb.DuckDBPyConnection, name: str) -> list[tuple[Any, ...]]:
    return con.sql(f'SELECT * FROM "{name}" ORDER BY ALL').fetchall()
