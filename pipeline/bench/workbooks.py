"""Workbooks against openpyxl writing the same cells: CPU as ratios, and the memory of a large sheet.

What belongs here: the two sides of each row. What does not: printing and judging them (`pipeline.bench`).
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side

from pipeline.bench.ratios import Ratio, over
from pipeline.months import Month
from pipeline.outputs import excel
from pipeline.outputs.lists import Record, list_sheet
from pipeline.outputs.options import RenderOptions
from pipeline.outputs.wording import wording

LARGE = 100_000
MEMORY_MB = 200


def measure(pairs: int = 5, quick: bool = False) -> list[Ratio]:
    """Return the rows; each pair runs ours and the peer one after the other, after one pair to warm up."""
    rows = [
        _compare("workbook of 27 rows ÷ unstyled openpyxl", 27, _unstyled, 1.4, pairs * 4),
        _compare("workbook of 4,000 rows ÷ unstyled openpyxl", 4_000, _unstyled, 1.4, pairs),
    ]
    if quick:
        return rows
    return [
        *rows,
        _compare("sheet of 20,000 rows ÷ openpyxl with a style per cell", 20_000, _style_per_cell, 0.55, pairs),
        _memory(),
    ]


def records(count: int) -> Iterator[Record]:
    """Yield `count` records of the evidence sheet, each with texts of its own."""
    for n in range(count):
        day = date(2018, 2, 1) + timedelta(days=n % 28)
        yield {
            "counted_month": date(2018, 2, 1), "unit": f"Sở thứ {n % 27}", "group": "Lịch tiếp công dân",
            "level": "đơn vị", "title": f"Thông báo lịch tiếp công dân định kỳ của lãnh đạo, số {n}/TB-UBND",
            "url": f"http://so-{n % 27}.tinh.test/tiep-cong-dan/tin-{n}.html", "displayed_on": day,
            "posted_on": day, "source": "danh sách", "first_seen": datetime(2018, 3, 5, 8, 0, n % 60),
            "capture_id": f"20180305T130000Z-00/so-{n % 27}/{n}", "use": "lượt thông tin",
        }


def ours(count: int) -> bytes:
    """Return the evidence sheet of `count` rows as the product writes it."""
    month = Month(2018, 2)
    options = RenderOptions(province="Tỉnh", observed_until=month.observed_until(), version="0")
    spec = wording().sheets.evidence
    sheet = list_sheet(spec, spec.title, records(count), options, ("", "", ""))
    return excel.render([sheet], options.properties(spec.title, "", month))



def _unstyled(count: int) -> bytes:
    book = Workbook()
    sheet = book.create_sheet()
    for record in records(count):
        sheet.append(list(record.values()))
    return _saved(book)


def _style_per_cell(count: int) -> bytes:
    book = Workbook()
    sheet = book.create_sheet()
    side = Side(style="thin")
    font, border = Font(name=excel.FONT, size=10), Border(left=side, right=side, top=side, bottom=side)
    alignment = Alignment(vertical="center", wrap_text=True)
    for number, record in enumerate(records(count), 1):
        for column, value in enumerate(record.values(), 1):
            cell = sheet.cell(number, column, value)
            cell.font, cell.border, cell.alignment = font, border, alignment
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _compare(name: str, count: int, peer: Callable[[int], bytes], reach: float, pairs: int) -> Ratio:
    found = [_cpu(ours, count) / _cpu(peer, count) for _ in range(pairs + 1)][1:]
    return over(name, found, reach)


def _cpu(make: Callable[[int], bytes], count: int) -> float:
    started = time.process_time()
    make(count)
    return time.process_time() - started


def _memory() -> Ratio:
    """Measure the largest size of a process of its own that writes the large sheet."""
    printed = subprocess.run([sys.executable, "-m", __name__], capture_output=True, text=True, check=True)
    share = float(printed.stdout) / MEMORY_MB
    return over(f"memory of a sheet of {LARGE:,} rows ÷ {MEMORY_MB} MB", [share], 1.0)


def _peak_mb() -> float:
    """Return this process's largest size. Not `getrusage`: its figure begins with the size of the parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024


if __name__ == "__main__":
    ours(LARGE)
    sys.stdout.write(str(_peak_mb()))
