"""A small province in a DuckDB filled by hand from the description of the tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import duckdb
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.months import Month
from pipeline.outputs import appendix, delta
from pipeline.outputs.options import RenderOptions
from pipeline.programmes.model import Programme
from pipeline.registry.model import Registry, UnitVersion
from warehouse.description import table

MONTH = Month(2018, 2)
SINCE = date(2010, 1, 1)
EMPTY: dict[str, Any] = {
    "VARCHAR": "", "VARCHAR[]": [], "INTEGER": 0, "BIGINT": 0, "DOUBLE": 1.0, "BOOLEAN": False,
    "DATE": MONTH.first_day, "TIMESTAMPTZ": datetime(2018, 3, 5, 1, 0, tzinfo=UTC),
}


@dataclass
class Province:
    """Units, tables and options of one month; tests change what they are about, then render."""

    con: duckdb.DuckDBPyConnection
    programme: Programme
    registry: Registry
    options: RenderOptions
    month: Month = MONTH

    def add(self, name: str, **values: Any) -> None:
        """Insert a row; columns not named are NULL where they may be, else empty."""
        described = table(name)
        unknown = set(values) - set(described.column_names)
        assert not unknown, f"{name} has no {unknown}"
        row = [values.get(c.name, None if c.nullable else EMPTY[c.type]) for c in described.columns]
        self.con.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})", row)

    def unit_month(self, unit: str, n: int | None, month: Month = MONTH, **values: Any) -> None:
        values = {"n_results": 0 if n is not None else None, "latest_posting_state": "dated",
                  "coverage_id": f"{month}/{unit}" if n is not None else None} | values
        self.add("fact_unit_monthly", month=month.first_day, unit_id=unit, programme_id=self.programme.id,
                 n_postings=n, **values)

    def check(self, unit: str, group: str, status: str, level: str = "own", **values: Any) -> None:
        seen = status != "not_assessable"
        values = {"cause": "none" if seen else "unreachable", "coverage_id": f"{self.month}/{unit}" if seen else None,
                  **values}
        self.add("fact_checklist_monthly", month=self.month.first_day, unit_id=unit, group_id=group, level=level,
                 programme_id=self.programme.id, status=status, **values)

    def covered(self, unit: str, assessed: bool = True, cause: str = "", month: Month = MONTH, **values: Any) -> None:
        cause = cause or ("none" if assessed else "not_crawled")
        values = {"observed_until": month.observed_until(), "coverage_id": f"{month}/{unit}",
                  "crawl_id": "c" if assessed else None} | values
        self.add("fact_coverage_monthly", month=month.first_day, unit_id=unit, assessed=assessed, cause=cause,
                 **values)

    def posting(self, posting_id: str, unit: str, **values: Any) -> None:
        values = {
            "group_id": "schedule", "level": "own", "counted_month": self.month.first_day, "counted_by": "date",
            "posted_on": date(2018, 2, 6), "displayed_on": date(2018, 2, 6), "posted_on_source": "listing",
            "first_seen": datetime(2018, 2, 7, 1, 30, tzinfo=UTC), "title": f"Tin {posting_id}",
            "url": f"http://{unit}.test/{posting_id}", "first_capture_id": f"c/{posting_id}", "state": "live",
        } | values
        self.add("posting", posting_id=posting_id, unit_id=unit, programme_id=self.programme.id, **values)

    def render(self, layout: str, **options: Any) -> bytes:
        return appendix.render(self.con, self.programme, layout, self.registry, self.month,
                               replace(self.options, **options))

    def open(self, layout: str, **options: Any) -> Workbook:
        return load_workbook(BytesIO(self.render(layout, **options)))

    def deltas(self, **options: Any) -> Workbook:
        content = delta.render(self.con, self.programme, self.registry, self.month, replace(self.options, **options))
        return load_workbook(BytesIO(content))


UNITS = [
    UnitVersion("so-noi-vu", "Sở Nội vụ", "department", 1, SINCE),
    UnitVersion("so-y-te", "Sở Y tế", "department", 2, SINCE),
    UnitVersion("cong", "Cổng Thông tin điện tử tỉnh", "province_portal", 3, SINCE),
    UnitVersion("gia-nghia", "Gia Nghĩa", "town", 1, SINCE),
    UnitVersion("dak-song", "Đắk Song", "district", 2, SINCE),
    UnitVersion("xa-1", "Xã Đắk N’Drung", "commune", 1, SINCE, None, "dak-song"),
]
WATCHED = [unit.unit_id for unit in UNITS if unit.kind != "commune"]


def cells(sheet: Worksheet) -> dict[str, dict[str, Any]]:
    """Return unit name → heading → cell, for every table of a sheet, whatever columns it has."""
    found: dict[str, dict[str, Any]] = {}
    heads: dict[int, str] = {}
    for row in sheet.iter_rows():
        if row[0].value == "STT":
            heads = {cell.column: cell.value for cell in row if cell.value}
        elif heads and isinstance(row[0].value, int):
            found[str(row[1].value)] = {heads[c.column]: c for c in row if c.column in heads}
    return found


def values(sheet: Worksheet) -> dict[str, dict[str, Any]]:
    """Return unit name → heading → value."""
    return {unit: {head: cell.value for head, cell in row.items()} for unit, row in cells(sheet).items()}


def records(sheet: Worksheet) -> list[dict[str, Any]]:
    """Return the rows of a list sheet as heading → value."""
    rows = list(sheet.iter_rows(values_only=True))
    start = next(n for n, row in enumerate(rows) if row.count(None) == 0)
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1:]]


def texts(sheet: Worksheet) -> list[str]:
    """Return every text of a sheet."""
    return [value for row in sheet.iter_rows(values_only=True) for value in row if isinstance(value, str)]
