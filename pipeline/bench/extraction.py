"""Reading and classifying a page against a bare parse with a trivial rule, and against trafilatura; how time grows
with a page's size and shrinks with processes.

What belongs here: the sides of each row. What does not: the pages (`samples`), printing and judging (`__main__`).
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from functools import lru_cache, partial

from selectolax.lexbor import LexborHTMLParser

from pipeline.bench.ratios import Ratio, in_turn, over, spent
from pipeline.bench.samples import FETCHED, real_pages, sample
from pipeline.classification import Classifier
from pipeline.classification.model import Item
from pipeline.extraction import read_page
from pipeline.extraction.model import Page
from pipeline.programmes import loader

_DATE = re.compile(r"\b\d{1,2}/\d{1,2}/\d{4}\b")
_ROWS, _TIMES = 2_000, 10
_ROUNDS, _QUICK_ROUNDS = 6, 2


def measure(pairs: int = 5, quick: bool = False) -> list[Ratio]:
    """Return the rows; each pair reads the same pages."""
    every = 4 if quick else 1
    rows = _against_peers("of the sample", sample()[::every], pairs)
    if pages := real_pages():
        rows += _against_peers("that are real", pages[::every], pairs)
    rows.append(_growth(pairs))
    return [*rows, _processes(2 if quick else min(pairs, 3), _QUICK_ROUNDS if quick else _ROUNDS)]


def _against_peers(which: str, pages: tuple[Page, ...], pairs: int) -> list[Ratio]:
    """Compare with the least that can be done to a page, and with the library that does the like."""
    size = sum(len(page.body) for page in pages) / len(pages) / 1000
    name = f"reading and classifying {len(pages)} pages {which} ({size:.0f} kB each)"

    def ours() -> None:
        _read_all(pages)

    return [
        in_turn(f"{name} ÷ lexbor parse and a trivial rule", ours, lambda: [_rule(page) for page in pages], 4.0, pairs),
        in_turn(f"{name} ÷ trafilatura (fast) with htmldate", ours, _trafilatura(pages), 1 / 8, min(pairs, 3)),
    ]


@lru_cache(maxsize=1)
def _classifier() -> Classifier:
    return Classifier(loader.load("citizen_reception"), {})


def _read_all(pages: tuple[Page, ...]) -> None:
    classifier = _classifier()
    for page in pages:
        reading = read_page(page)
        for row in reading.rows:
            classifier.classify(Item(title=row.title, url=row.url, sections=row.section_path))
        if reading.article is not None:
            classifier.classify(Item(title=reading.article.title, text=reading.article.text, url=page.url,
                                     sections=reading.section_path))


def _rule(page: Page) -> tuple[list[tuple[str | None, str]], str, list[str]]:
    """Take every link, the first heading and whatever looks like a date."""
    tree = LexborHTMLParser(page.body)
    links = [(a.attributes.get("href"), a.text(strip=True)) for a in tree.css("a[href]")]
    heading = tree.css_first("h1")
    text = tree.body.text() if tree.body is not None else ""
    return links, heading.text(strip=True) if heading is not None else "", _DATE.findall(text)


def _trafilatura(pages: tuple[Page, ...]) -> Callable[[], None]:
    from trafilatura import bare_extraction

    def read() -> None:
        for page in pages:
            bare_extraction(page.body, url=page.url, fast=True, with_metadata=True)

    return read


def _growth(pairs: int) -> Ratio:
    """Compare a page of several megabytes with one of a tenth of its rows."""
    found = []
    for turn in range(min(pairs, 3) + 1):  # each page's addresses are its own: what is remembered helps no side
        small, large = long_page(_ROWS, 2 * turn), long_page(_ROWS * _TIMES, 2 * turn + 1)
        less = spent(partial(read_page, small))
        found.append(spent(partial(read_page, large)) / less)
    size = f"{len(small.body) / 1e6:.1f} → {len(large.body) / 1e6:.1f} MB"
    return over(f"a page {_TIMES} times as large ({size}): time ÷ the small one's", found[1:], 12.0)


def long_page(rows: int, section: int = 0) -> Page:
    """Return a list of so many rows on one page; no two sections share an address."""
    items = "".join(
        f'<li class="item"><h3><a href="/tin-{section}/{n}.html">Thông báo lịch tiếp dân {section}-{n} của Sở</a></h3>'
        f'<span class="date">{n % 28 + 1:02d}/02/2018</span><p>Nội dung của thông báo thứ {section}-{n}.</p></li>'
        for n in range(rows)
    )
    html = f"<html><head><title>Sở</title></head><body><h1>Tiếp công dân</h1><ul>{items}</ul></body></html>"
    return Page("http://so.test/tiep-cong-dan/", html.encode(), "text/html; charset=utf-8", 200, FETCHED)


def _processes(pairs: int, rounds: int) -> Ratio:
    """Compare two processes that share the rounds with one that does them all: wall time, starting apart."""
    found = [_together(2, rounds // 2) / _together(1, rounds) for _ in range(pairs)]
    return over("two processes ÷ one, the same pages: wall time", found, 1 / 1.8)


def _together(count: int, rounds: int) -> float:
    command = [sys.executable, "-m", __name__, str(rounds)]
    workers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
               for _ in range(count)]
    for worker in workers:
        _heard(worker, "ready")
    began = time.monotonic()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        _heard(worker, "done")
    taken = time.monotonic() - began
    for worker in workers:
        worker.communicate()
    return taken


def _heard(worker: subprocess.Popen[str], word: str) -> None:
    """Wait for a worker's word; RuntimeError where it died instead, which would look like speed."""
    assert worker.stdout is not None
    if worker.stdout.readline().strip() != word:
        raise RuntimeError("a reading process ended before its pages did")


def _work(rounds: int) -> None:
    pages = sample()
    _read_all(pages)
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(rounds):
        _read_all(pages)
    print("done", flush=True)


if __name__ == "__main__":
    _work(int(sys.argv[1]))
