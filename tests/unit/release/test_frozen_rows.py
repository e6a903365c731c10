"""Rows that were frozen are read by later versions, and sheets that were changed are not believed."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa

from pipeline.release.loading import KEPT, as_described
from pipeline.release.model import Release, digest_of_lines
from warehouse.description import table
from warehouse.issued import copies
from warehouse.schema import arrow_schema


def test_a_column_that_did_not_exist_yet_is_null_or_empty() -> None:
    schema = arrow_schema(table("fact_unit_monthly"))
    old = pa.Table.from_pylist([{"unit_id": "a", "programme_id": "p", "n_postings": 3}])
    [row] = as_described("fact_unit_monthly", old.append_column(
        "month", pa.array([datetime(2018, 2, 1).date()]))).to_pylist()
    assert (row["unit_id"], row["n_postings"], row["n_results"], row["latest_posting_state"]) == ("a", 3, None, "")
    assert list(row) == schema.names


def test_everything_that_a_release_keeps_has_the_columns_of_what_it_keeps() -> None:
    assert set(copies().values()) < set(KEPT)
    for name, kept in copies().items():
        assert table(kept).column_names == ("release_id", *table(name).column_names)
        assert table(kept).key == ("release_id", *table(name).key)
        assert table(kept).checks == table(name).checks


def test_a_sheet_that_was_changed_no_longer_bears_its_seal() -> None:
    now = datetime(2018, 4, 1, tzinfo=UTC)
    sheet = Release(
        release_id="2018-02/v1", month="2018-02", vintage=1, issued_at=now, issued_by="An", reason="", obstacles=(),
        observed_until=now, programme_id="p", programme_version=1, programme_digest="", registry_digest="",
        reviews_digest="", tool_version="1", replay_version="1", n_captures=0, captures_digest="", earlier=(),
        crawls={}, workbooks={}, files={}).sealed()
    assert Release.model_validate_json(sheet.model_dump_json()).sealed() == sheet
    assert sheet.model_copy(update={"issued_by": "Ba"}).sealed() != sheet.model_copy(update={"issued_by": "Ba"})


def test_the_digest_of_a_list_does_not_hang_on_its_order() -> None:
    assert digest_of_lines(["a", "b"]) == digest_of_lines(["b", "a"]) != digest_of_lines(["a"])
