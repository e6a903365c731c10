"""Values of navigation: what to fetch next, what came of it, and what was covered.

What belongs here: values. What does not: the policy (`pipeline.navigation.navigator`), HTTP, the month's facts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pipeline.extraction.model import Reading
from pipeline.snapshots.model import Cause, Outcome


class Role(StrEnum):
    """Why an address is wanted."""

    HOME = "home"
    HUB = "hub"            # a menu or site map page that may hold sections
    FEED = "feed"
    SECTION = "section"    # a listing page of the programme's own sections
    GENERAL = "general"    # a listing page of a section whose postings are looked at one by one
    ARTICLE = "article"
    FILE = "file"          # a posted document whose text can settle what the posting is
    RECHECK = "recheck"    # a posting known from before that its listing no longer shows
    IMPORTED = "imported"  # a capture that somebody brought and no link led to


@dataclass(frozen=True)
class Want:
    """An address to fetch. `section` is the address of the section's first page; `trail` its labels,
    outermost first; `page_no` counts from 1; `title` is the row's title for articles."""

    url: str
    role: Role
    section: str = ""
    trail: tuple[str, ...] = ()
    page_no: int = 1
    depth: int = 0
    form: tuple[tuple[str, str], ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Arrival:
    """What the fetch of a want gave; `reading` is None where nothing was landed."""

    want: Want
    outcome: Outcome
    cause: Cause
    capture_id: str
    final_url: str
    reading: Reading | None


@dataclass(frozen=True)
class Limits:
    """Budgets. They are per section (and per kind of page), so that the order of arrivals does not matter.

    `general_pages`: how far the first visit reads a general list beyond the window, for postings of earlier years.
    `files`: posted documents that are fetched of a portal for their text; `files_per_posting`: of one posting.
    """

    pages_per_section: int = 60
    general_pages: int = 20
    sections: int = 60
    hubs: int = 30
    articles_per_section: int = 600
    files: int = 60
    files_per_posting: int = 2
    depth: int = 3


@dataclass(frozen=True)
class Known:
    """What earlier crawls of this portal know: the programme's sections (url → trail), the lists that need no deep
    walk any more (`walked`: the programme's to their end, general ones as deep as a first visit goes), and live
    postings of the programme (url → title)."""

    sections: dict[str, tuple[str, ...]] = field(default_factory=dict)
    walked: frozenset[str] = frozenset()
    postings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SectionReport:
    """Coverage of one section: `complete` = every page back to before the window was read (or to the end);
    `ended` = the last page was reached; `to_end` = it was, now or in an earlier crawl. Of its `items`, `dated` showed a
    date, under `titles` different titles; `platform` is the family of software that its pages tell."""

    url: str
    trail: tuple[str, ...]
    role: Role
    pages: int
    valid_pages: int
    items: int
    oldest: date | None
    complete: bool
    to_end: bool
    cause: Cause
    captures: tuple[str, ...]
    dated: int = 0
    titles: int = 0
    platform: str | None = None
    ended: bool = False


@dataclass(frozen=True)
class PortalReport:
    """Coverage of one portal in one crawl. `observed` is False where no conclusion may be drawn at all.

    `extra`: sections that were opened because the office names them; `excluded`: addresses that were not asked for
    because it says so; `problems`: what reading complained of, as `address: complaint`.
    """

    observed: bool
    cause: Cause
    detail: str
    sections: tuple[SectionReport, ...]
    pages: int
    articles: int
    failed_articles: int
    extra: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageRead:
    """One valid page as the navigator understood it: the role and trail it really has, which may differ from
    the want's (a menu entry that led straight to a text is a standing page; an article link that led to a list
    is a section). `standing` marks an article reached from a menu and shown by no list on the way."""

    want: Want
    capture_id: str
    role: Role
    section: str
    trail: tuple[str, ...]
    reading: Reading
    standing: bool = False
