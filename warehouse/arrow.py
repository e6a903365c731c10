"""Arrow columns out of Python values, buffer by buffer.

What belongs here: that. What does not: which columns a table has (`warehouse.schema`). `pyarrow.array` would do, but
it imports pandas to ask whether what it is given is of pandas: half a second of every command that loads a row.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, chain
from typing import Any

import pyarrow as pa

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# type of Arrow → type code of `array`, and how a value is stored
_FIXED: dict[pa.DataType, tuple[str, Callable[[Any], float]]] = {
    pa.date32(): ("i", lambda day: date(day.year, day.month, day.day).toordinal() - _EPOCH_DAY),
    pa.timestamp("us", tz="UTC"): ("q", lambda moment: (moment - _EPOCH) // _MICROSECOND),
    pa.int32(): ("i", int),
    pa.int64(): ("q", int),
    pa.float64(): ("d", float),
}


def column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Return values (None for NULL) as an Arrow array of one of the warehouse's types.

    TypeError, OverflowError or AttributeError for a value that is not of the type.
    """
    if pa.types.is_string(kind):
        return _strings(values)
    if pa.types.is_list(kind):
        items = _strings(list(chain.from_iterable(value for value in values if value is not None)))
        return pa.Array.from_buffers(
            kind, len(values), [_validity(values), _offsets(0 if v is None else len(v) for v in values)],
            children=[items])
    if pa.types.is_boolean(kind):
        return pa.Array.from_buffers(kind, len(values), [_validity(values), _bits([v is True for v in values])])
    code, stored = _FIXED[kind]
    data = array(code, [0 if value is None else stored(value) for value in values])
    return pa.Array.from_buffers(kind, len(values), [_validity(values), pa.py_buffer(data)])


def _strings(values: Sequence[str | None]) -> pa.Array:
    encoded = [b"" if value is None else value.encode() for value in values]
    return pa.Array.from_buffers(
        pa.string(), len(values), [_validity(values), _offsets(map(len, encoded)), pa.py_buffer(b"".join(encoded))])


def _offsets(lengths: Any) -> pa.Buffer:
    return pa.py_buffer(array("i", accumulate(lengths, initial=0)))


def _validity(values: Sequence[Any]) -> pa.Buffer | None:
    return _bits([value is not None for value in values]) if None in values else None


def _bits(flags: list[bool]) -> pa.Buffer:
    """Return flags as a bitmap, the least bit first."""
    text = "".join("1" if flag else "0" for flag in reversed(flags))
    return pa.py_buffer(int(text or "0", 2).to_bytes((len(flags) + 7) // 8, "little"))
