"""State of one list while it is walked, and its coverage.

What belongs here: counting what a list's pages showed. What does not: which page to ask for next
(`pager`, `navigator`), which rows belong to the programme (`pipeline.classification`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from pipeline.extraction.addresses import identity
from pipeline.extraction.model import CUTS, SCRIPTED, UNREAD, Reading, Row
from pipeline.navigation.model import Known, Role, SectionReport
from pipeline.navigation.pager import Pager
from pipeline.snapshots.model import Cause
from pipeline.text import key

_NOT_WHOLE = (Cause.TOO_LARGE, Cause.NEEDS_BROWSER, Cause.UNREAD_LIST)
"""Causes of a page that was read, but not for all that it lists: its walk proves nothing."""


@dataclass
class Section:
    """One list: its pages so far, what they showed, and how the walk ended.

    `articles` counts rows of the programme, `fresh` those that no list showed before; `stale_pages` the latest pages
    without a new item. A `trial` is walked on only if its first page shows fresh rows. A `part` was linked from its
    section's page. `is_text`: no list was found there, so nothing was covered. `dated` items showed a date; `titles`
    are those of all items, as comparison keys.
    """

    url: str
    role: Role
    trail: tuple[str, ...]
    depth: int
    trial: bool = False
    part: bool = False
    is_text: bool = False
    pages: int = 0
    valid_pages: int = 0
    items: int = 0
    dated: int = 0
    titles: set[str] = field(default_factory=set)
    platform: str | None = None
    articles: int = 0
    fresh: int = 0
    stale_pages: int = 0
    oldest: date | None = None
    complete: bool = False
    to_end: bool = False
    cause: Cause = Cause.NONE
    captures: list[str] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)
    pager: Pager = field(init=False)

    def __post_init__(self) -> None:
        self.pager = Pager(self.url)

    def take_page(self, reading: Reading, capture_id: str) -> None:
        """Count a valid page and the rows it showed."""
        rows = reading.rows
        if not self.pages and any(problem.startswith(UNREAD) for problem in reading.problems):
            self.cause = Cause.UNREAD_LIST  # a later page may be empty: pagers lead one too far
        self.pages += 1
        self.valid_pages += 1
        self.captures.append(capture_id)
        new = {identity(row.url) for row in rows} - self.shown
        self.shown |= new
        self.items += len(new)
        self.dated += len({identity(row.url) for row in rows if row.posted_on} & new)
        self.titles.update(key(row.title) for row in rows)
        self.platform = self.platform or reading.platform
        if any(problem.startswith(CUTS) for problem in reading.problems):
            self.cause = Cause.TOO_LARGE
        if any(problem.startswith(SCRIPTED) for problem in reading.problems):
            self.cause = Cause.NEEDS_BROWSER
        self.stale_pages = 0 if new or reading.frames else self.stale_pages + 1
        days = [row.posted_on for row in rows if row.posted_on is not None]
        if days:
            self.oldest = min([*days, *([self.oldest] if self.oldest else [])])

    def lose_page(self, cause: Cause, capture_id: str) -> None:
        """Count a page that could not be read."""
        self.pages += 1
        self.cause = cause
        self.captures.append(capture_id)

    def report(self, known: Known) -> SectionReport:
        """Return the coverage of this list, given what earlier crawls know of it."""
        return SectionReport(
            url=self.url,
            trail=self.trail,
            role=self.role,
            pages=self.pages,
            valid_pages=self.valid_pages,
            items=self.items,
            dated=self.dated,
            titles=len(self.titles),
            platform=self.platform,
            oldest=self.oldest,
            complete=self.complete and self.cause not in _NOT_WHOLE,
            ended=self.to_end,
            to_end=self.to_end or self.url in known.walked,
            cause=self.cause if self.complete or self.cause is not Cause.NONE else Cause.NOT_CRAWLED,
            captures=tuple(self.captures),
        )


def leaves(rows: tuple[Row, ...], window_from: date) -> bool:
    """The last row of a page is older than the window; not the oldest, which may stick on top."""
    last = rows[-1].posted_on if rows else None
    return last is not None and last < window_from


def lies_before(rows: tuple[Row, ...], window_from: date) -> bool:
    """All rows of a page are dated and older than the window; one sticky old item does not end a list."""
    days = [row.posted_on for row in rows]
    return bool(days) and all(day is not None and day < window_from for day in days)
