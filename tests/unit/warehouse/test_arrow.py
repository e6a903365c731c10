"""Columns built without pandas are those that pyarrow itself would build."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pyarrow as pa
import pytest

from warehouse.arrow import column
from warehouse.description import load
from warehouse.schema import arrow_schema

MOMENT = datetime(2018, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC)
VALUES: dict[pa.DataType, list[Any]] = {
    pa.string(): ["Lịch tiếp công dân", None, "", "a" * 300, "\x00"],
    pa.list_(pa.string()): [["a", "bé"], [], None, [""], ["x"] * 9],
    pa.date32(): [date(1, 1, 1), date(2018, 2, 28), None, date(9999, 12, 31)],
    pa.timestamp("us", tz="UTC"): [
        MOMENT, None, MOMENT.astimezone(timezone(timedelta(hours=7))), datetime(1900, 1, 1, tzinfo=UTC)],
    pa.bool_(): [True, False, None, *[True] * 20],
    pa.int32(): [0, -(2**31), 2**31 - 1, None],
    pa.int64(): [0, -(2**63), 2**63 - 1, None],
    pa.float64(): [0.5, None, 1, -1e300],
}


@pytest.mark.parametrize("kind", VALUES, ids=str)
@pytest.mark.parametrize("taken", [slice(None), slice(0), slice(1, 2), slice(2, 3)], ids=["all", "none", "one", "last"])
def test_a_column_is_what_pyarrow_would_build(kind: pa.DataType, taken: slice) -> None:
    built = column(VALUES[kind][taken], kind)
    built.validate(full=True)
    assert built.equals(pa.array(VALUES[kind][taken], type=kind))


def test_every_type_of_the_warehouse_is_known() -> None:
    kinds = {field.type for table in load().values() for field in arrow_schema(table)}
    assert kinds <= set(VALUES)


@pytest.mark.parametrize(("value", "kind"), [
    (1, pa.string()), (2**31, pa.int32()), (datetime(2018, 1, 1), pa.timestamp("us", tz="UTC")), ("x", pa.date32()),
])
def test_a_value_of_another_type_is_refused(value: object, kind: pa.DataType) -> None:
    with pytest.raises((TypeError, OverflowError, AttributeError)):
        column([value], kind)


def test_loading_rows_does_not_import_pandas() -> None:
    code = (
        "import sys\nfrom warehouse.description import table\nfrom warehouse.schema import rows_to_arrow\n"
        "import warehouse.store\nrows_to_arrow(table('unit_succession'), [])\nsys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
