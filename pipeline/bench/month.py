"""A month whose pages did not change, or few of them, against reading every page: what the kept readings save.

What belongs here: a month's captures in memory, changed pages, noisy pages. What does not: the readings themselves
(`pipeline.facts.readings`), printing and judging (`__main__`).
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipeline.bench.ratios import Ratio, in_turn, over, spent
from pipeline.bench.samples import sample
from pipeline.extraction import read_page
from pipeline.extraction.model import Page, Reading
from pipeline.facts.readings import CachedReader, PlainReader, Reader
from pipeline.snapshots.model import Capture, Outcome

_CHANGED = 20  # every so many pages is another one in the month with changes
_NOISE = """<div class="dong-ho">Hôm nay: <span>Thứ {weekday}, {clock}</span></div>
<input type="hidden" name="csrf_token" value="{token}">
<div class="thong-ke">Số lượt truy cập: <b>{count}</b> · Đang trực tuyến: <b>{online}</b></div>"""
_END = re.compile(rb"</body>", re.I)


def measure(pairs: int = 5, quick: bool = False) -> list[Ratio]:
    """Return the rows: an unchanged month, one with changes, and noise that is taken for a change."""
    pages = sample()[:: 4 if quick else 1]
    with tempfile.TemporaryDirectory() as folder:
        full = _reading(PlainReader(), pages)
        with CachedReader(Path(folder) / "readings.sqlite") as reader:
            kept = _reading(reader, pages)
            kept()
            rows = [in_turn(f"unchanged month of {len(pages)} pages: reading stage ÷ full", kept, full, 0.01, pairs),
                    _partly(pages, reader, full, pairs)]
    return [*rows, over("pages with a new clock, counter and token: taken as changed", [_taken_as_changed(pages)], 0)]


def _reading(reader: Reader, pages: tuple[Page, ...]) -> Callable[[], object]:
    captures = [capture_of(page, number) for number, page in enumerate(pages)]
    bodies = {capture.capture_id: page.body for capture, page in zip(captures, pages, strict=True)}

    def read() -> None:
        for capture in captures:
            reader.read(capture, lambda c: bodies[c.capture_id])

    return read


def capture_of(page: Page, number: int) -> Capture:
    """Return the capture that a crawl would have left of a page."""
    assert page.fetched_at is not None
    return Capture(
        f"20180305T130000Z-00/bench/{number}", "20180305T130000Z-00", "bench", "bench", page.url, page.url,
        page.fetched_at, 200, Outcome.CAPTURED, digest=f"sha256:{hashlib.sha256(page.body).hexdigest()}",
        content_type=page.content_type)


def _partly(pages: tuple[Page, ...], reader: Reader, full: Callable[[], object], pairs: int) -> Ratio:
    """Compare a month in which every twentieth page is another one, over the share of bytes that changed."""
    total = sum(len(page.body) for page in pages)
    found = []
    for turn in range(min(pairs, _CHANGED)):
        changed = {n for n in range(len(pages)) if n % _CHANGED == turn}
        share = sum(len(pages[n].body) for n in changed) / total
        month = tuple(replace(p, body=_END.sub(f"<!-- {turn} --></body>".encode(), p.body)) if n in changed else p
                      for n, p in enumerate(pages))
        found.append(spent(_reading(reader, month)) / spent(full) / share)
    return over("month with 5% of its pages changed: reading stage ÷ full, over the share of bytes", found, 1.4)


def _taken_as_changed(pages: tuple[Page, ...]) -> float:
    """Count the pages that are read as saying something else when nothing but their noise differs."""
    now = {"weekday": "Hai", "clock": "05/03/2018 20:15:33", "token": "9f2c41aa", "count": "1.234.567", "online": "8"}
    later = {"weekday": "Tư", "clock": "04/04/2018 7:01:09", "token": "b7718d02", "count": "1.301.200", "online": "41"}
    return float(sum(_said(_noisy(page, now)) != _said(_noisy(page, later)) for page in pages))


def _noisy(page: Page, values: dict[str, str]) -> Page:
    noise = _NOISE.format(**values).encode()
    return replace(page, body=_END.sub(lambda end: noise + end[0], page.body))


def _said(page: Page) -> Reading:
    """Return what a page says, without the hidden fields that its pager would send back."""
    reading = read_page(page)
    return replace(reading, next_pages=tuple(replace(p, form=p.form[:2]) for p in reading.next_pages))
