"""Whether successions and the validity of units tell one story.

What belongs here: comparing rows of successions.csv with versions of units. What does not: reading either
(`pipeline.registry.loader`), following them (`pipeline.registry.lineage`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pipeline.registry.model import Succession, UnitVersion
from pipeline.registry.sheet import Row

_ENDS = frozenset({"merge", "rename", "abolish"})
_DAY = timedelta(days=1)


def check_successions(
    successions: Sequence[tuple[Row, Succession]], versions: Sequence[tuple[Row, UnitVersion]]
) -> None:
    """Note a problem at each row that contradicts another: a predecessor that still is there or never was, a successor
    that is not."""
    known = {version.unit_id for _, version in versions}
    for row, one in successions:
        if one.predecessor_id not in known or (one.successor_id and one.successor_id not in known):
            continue  # told already
        _check_predecessor(row, one, versions)
        if one.successor_id and not _valid(one.successor_id, one.on, versions):
            row.wrong(
                f"successor_id {one.successor_id!r} không có hiệu lực vào ngày {one.on:%d/%m/%Y}",
                "đặt valid_from của đơn vị mới bằng ngày này trong unit_versions.csv",
            )


def _check_predecessor(row: Row, one: Succession, versions: Sequence[tuple[Row, UnitVersion]]) -> None:
    if one.predecessor_id == one.successor_id:
        return  # renamed, and the id stays
    if not _valid(one.predecessor_id, one.on - _DAY, versions):
        row.wrong(
            f"predecessor_id {one.predecessor_id!r} không có hiệu lực trước ngày {one.on:%d/%m/%Y}",
            "sửa ngày, hoặc hiệu lực của đơn vị trong unit_versions.csv",
        )
    elif one.kind in _ENDS and _valid(one.predecessor_id, one.on, versions):
        row.wrong(
            f"predecessor_id {one.predecessor_id!r} vẫn còn hiệu lực vào ngày {one.on:%d/%m/%Y}",
            f"đặt valid_to của đơn vị thành {one.on:%Y-%m-%d} trong unit_versions.csv",
        )


def _valid(unit_id: str, on: date, versions: Sequence[tuple[Row, UnitVersion]]) -> bool:
    return any(
        v.unit_id == unit_id and v.valid_from <= on and (v.valid_to is None or on < v.valid_to) for _, v in versions)
