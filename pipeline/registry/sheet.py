"""Read one CSV file as an office's spreadsheet program saves it, into rows of cleaned text.

What belongs here: encodings, separators, headers, dates and numbers of cells. What does not: what the rows mean
(`pipeline.registry.loader`).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.problems import Problem
from pipeline.text import clean

ALWAYS = date(1900, 1, 1)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: 0?0:00(?::00)?)?")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_YEARS = range(1900, 2200)


@dataclass(frozen=True)
class Sheet:
    """The columns a file may have, and those it must have."""

    file: str
    columns: tuple[str, ...]
    required: tuple[str, ...]


@dataclass
class Row:
    """One row. Reading a cell that is wrong notes a problem and gives a harmless value."""

    file: str
    number: int
    cells: dict[str, str]
    problems: list[Problem]

    def text(self, column: str, default: str = "") -> str:
        """Return the cell, or `default` where it is empty or the column is absent."""
        return self.cells.get(column, "") or default

    def wrong(self, what: str, mend: str) -> None:
        """Note a problem of this row."""
        self.problems.append(Problem(self.file, self.number, what, mend))

    def required(self, column: str) -> str:
        """Return the cell; note a problem where it is empty."""
        value = self.text(column)
        if not value:
            self.wrong(f"thiếu {column}", f"điền cột {column}")
        return value

    def identifier(self, column: str, default: str = "") -> str:
        """Return an id; note a problem where it is empty or would not do as a file name."""
        value = self.text(column, default)
        if not value:
            return self.required(column)
        if not _ID.fullmatch(value) or ".." in value:
            self.wrong(
                f"{column} {value!r} không hợp lệ",
                "dùng chữ không dấu, số, gạch nối, tối đa 80 ký tự, như so-noi-vu",
            )
        return value

    def day(self, column: str, default: date | None) -> date | None:
        """Return a day written as 2018-02-01 or 01/02/2018 (the day first); note a problem otherwise."""
        value = self.text(column)
        if not value:
            return default
        day = read_day(value)
        if day is None:
            self.wrong(f"ngày {value!r} ở cột {column} không hợp lệ", "viết như 2018-02-01 hoặc 01/02/2018")
            return default
        return day

    def whole_number(self, column: str, default: int) -> int:
        """Return a whole number of 0 or more; note a problem otherwise."""
        value = self.text(column)
        if not value:
            return default
        if not value.isascii() or not value.isdigit() or len(value) > 9:
            self.wrong(f"{column} {value!r} không phải số nguyên", "viết như 12")
            return default
        return int(value)


def read_day(text: str) -> date | None:
    """Return the day of an ISO or day-first date between 1900 and 2199, else None."""
    iso, day_first = _ISO.fullmatch(text), _DAY_FIRST.fullmatch(text)
    if iso:
        year, month, day = (int(part) for part in iso.groups())
    elif day_first:
        day, month, year = (int(part) for part in day_first.groups())
    else:
        return None
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def read_sheet(folder: Path, sheet: Sheet, problems: list[Problem], *, optional: bool = False) -> list[Row]:
    """Return the rows of `folder/sheet.file` that hold anything; notes every problem of its shape.

    Harmless differences are taken: a BOM, `;` or tab as separator, capitals in headers, empty lines and columns,
    lines that start with `#`.
    """
    path = folder / sheet.file

    def note(row: int, what: str, mend: str) -> None:
        problems.append(Problem(sheet.file, row, what, mend))

    if not path.is_file():
        if not optional:
            note(0, "thiếu tệp", f"tạo tệp có dòng tiêu đề {','.join(sheet.columns)}")
        return []
    text = _decode(path.read_bytes())
    if text is None:
        note(0, "không phải văn bản UTF-8", "trong Excel chọn Save As, kiểu “CSV UTF-8”")
        return []
    try:
        records = _records(text)
    except csv.Error as error:
        note(0, f"không đọc được CSV ({error})", "lưu lại tệp bằng Excel hoặc LibreOffice, kiểu “CSV UTF-8”")
        return []
    if not records:
        if not optional:
            note(0, "tệp trống", f"thêm dòng tiêu đề {','.join(sheet.columns)}")
        return []
    (header_row, header), *body = records
    names = [name.lower() for name in header]
    if not _header_is_right(sheet, header_row, names, note):
        return []
    return _rows(sheet, names, body, problems)


def _decode(raw: bytes) -> str | None:
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _records(text: str) -> list[tuple[int, list[str]]]:
    lines = [line for line in text.splitlines() if line.strip() and not _is_aside(line)]
    separator = max(";\t,", key=lines[0].count) if lines else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records = []
    for number, cells in enumerate(reader, start=1):
        cleaned = [clean(cell) for cell in cells]
        if any(cleaned) and not _is_aside(cleaned[0]):
            records.append((number, cleaned))
    return records


def _is_aside(line: str) -> bool:
    return line.startswith("#") or line.lower().startswith("sep=")


def _header_is_right(
    sheet: Sheet, row: int, names: Sequence[str], note: Callable[[int, str, str], None]
) -> bool:
    unknown = [name for name in names if name and name not in sheet.columns]
    missing = [name for name in sheet.required if name not in names]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    for name in unknown:
        note(row, f"cột {name!r} không có trong mẫu", f"dùng các cột {', '.join(sheet.columns)}")
    for name in missing:
        note(row, f"thiếu cột {name}", f"thêm {name} vào dòng tiêu đề")
    for name in twice:
        note(row, f"cột {name!r} có hai lần", "giữ lại một cột")
    return not missing and not twice


def _rows(
    sheet: Sheet, names: Sequence[str], body: Sequence[tuple[int, list[str]]], problems: list[Problem]
) -> list[Row]:
    rows = []
    for number, cells in body:
        row = Row(sheet.file, number, dict(zip(names, cells, strict=False)), problems)
        if any(cells[len(names):]):
            row.wrong("nhiều ô hơn dòng tiêu đề", "đặt ô có dấu phẩy trong ngoặc kép")
        rows.append(row)
    return rows
