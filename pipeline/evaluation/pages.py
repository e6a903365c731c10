"""Figures of reading pages: postings of listings, their dates, articles, validity, speed.

What belongs here: comparing readings with labels. What does not: printing (`pipeline.evaluation.__main__`).
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.extraction import read_page
from pipeline.extraction.addresses import canonical, identity
from pipeline.extraction.model import Page, PageKind, Reading
from pipeline.text import key

READ_AT = datetime(2026, 1, 1, tzinfo=UTC)
_REPEATS = 3


@dataclass(slots=True)
class Score:
    """One page: `f1` of main-block postings by title and address; dates of found postings; the article's date.

    `dates_right` of `dates` shown; `dates_wrong` given where none is shown, of `undated`. `milliseconds` is the
    median of the whole reading.
    """

    file: str
    provenance: str
    wanted: int
    given: int
    f1: float
    dates: int = 0
    dates_right: int = 0
    undated: int = 0
    dates_wrong: int = 0
    article_date: bool | None = None
    article_title: bool | None = None
    attachments: bool | None = None
    kind: str = ""
    invalid: str | None = None
    milliseconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def labelled_pages(corpus: Path) -> list[tuple[dict[str, Any], bytes]]:
    """Return the labels and bytes of every page of a corpus folder."""
    lines = (corpus / "labels.jsonl").read_text("utf-8").splitlines()
    labels = [json.loads(line) for line in lines if line.strip()]
    return [(label, (corpus / label["file"]).read_bytes()) for label in labels]


def score(label: dict[str, Any], body: bytes) -> Score:
    """Read one page and compare it with its label."""
    url = label.get("page_url") or f"https://{label['host']}/"
    read_at = datetime.fromisoformat(label["read_at"]) if "read_at" in label else READ_AT
    page = Page(url, body, "text/html", 200, read_at)
    spent = []
    for _ in range(_REPEATS):
        start = time.perf_counter()
        reading = read_page(page)
        spent.append(time.perf_counter() - start)
    result = _postings(label, url, reading)
    result.milliseconds = sorted(spent)[_REPEATS // 2] * 1000
    result.kind, result.invalid = reading.kind.value, reading.invalid_reason
    if label.get("article"):
        _article(label["article"], url, reading, result)
    return result


def _postings(label: dict[str, Any], url: str, reading: Reading) -> Score:
    """Compare rows with the labelled postings of the main block; a posting labelled twice is one."""
    wanted: dict[str, list[dict[str, Any]]] = {}
    for posting in label["postings"]:
        if posting["block"] == "main":
            wanted.setdefault(_ident(posting["href"], url), []).append(posting)
    given = {identity(row.url): row for row in reading.rows}
    found = [i for i, row in given.items() if any(key(p["title"]) == key(row.title) for p in wanted.get(i, ()))]
    total = len(wanted) + len(given)
    provenance = label["provenance"].partition("-")[0]
    result = Score(label["file"], provenance, len(wanted), len(given), 2 * len(found) / total if total else 1.0)
    for ident in found:
        shown = {p["date_iso"] for p in wanted[ident] if p.get("date_iso") and p.get("date_kind") != "issue"}
        day = given[ident].displayed_on
        if shown:
            result.dates += 1
            result.dates_right += day is not None and day.isoformat() in shown
        else:
            result.undated += 1
            result.dates_wrong += day is not None
    result.wrong = [f"+ {given[i].title}" for i in given if i not in found]
    result.wrong += [f"- {wanted[i][0]['title']}" for i in wanted if i not in found]
    return result


def _ident(href: str, url: str) -> str:
    """Return the identity of a labelled address."""
    address = canonical(href, url)
    return identity(address) if address else href


def _article(label: dict[str, Any], url: str, reading: Reading, result: Score) -> None:
    """Compare the article's title, date and files."""
    article = reading.article
    if reading.kind is not PageKind.ARTICLE or article is None:
        result.article_date = result.article_title = result.attachments = False
        return
    shown = article.displayed_on.isoformat() if article.displayed_on else None
    result.article_date = shown == label["date_iso"]
    result.article_title = key(article.title) == key(label["title"])
    wanted = {_ident(href, url) for href in label.get("attachments") or ()}
    result.attachments = wanted <= {identity(a.url) for a in article.attachments}
