"""What is read out of one capture: values at the boundary of `extraction`.

What belongs here: immutable values. What does not: how they are found (the sibling modules), what they mean
for a programme (`pipeline.classification`), or HTTP (`scrapy_project`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

CUTS = ("page cut:", "list cut:")
"""How a reading's problems begin where a page was too much to read: what it lists is not all."""
SCRIPTED = "script fills:"
"""How a reading's problem begins where a page without rows has a place that a script would fill."""
UNREAD = "list unread:"
"""How a reading's problem begins where a page has a list's pager and no row was told from its other links."""
STUCK = "pages unread:"
"""How a reading's problem begins where only a script would show more of a list than its first page."""


class DateSource(StrEnum):
    """Where a posting date was read, in order of trust (METHOD: the month of a posting)."""

    LISTING = "listing"
    ARTICLE = "article"
    METADATA = "metadata"
    FEED = "feed"
    ADDRESS = "address"
    MODIFIED = "modified"


class PageKind(StrEnum):
    """What a page is: a list of postings, one posting, or neither."""

    LISTING = "listing"
    ARTICLE = "article"
    OTHER = "other"


@dataclass(frozen=True)
class Page:
    """One captured response, the input of extraction. `body` is decompressed; `fetched_at` is aware."""

    url: str
    body: bytes
    content_type: str = ""
    status: int = 200
    fetched_at: datetime | None = None


@dataclass(frozen=True)
class DateReading:
    """A date read from a page. `day` is None when the raw text is implausible (`implausible=True`)."""

    day: date | None
    raw: str
    source: DateSource
    displayed: bool
    implausible: bool = False


@dataclass(frozen=True)
class Attachment:
    """A file offered by a posting."""

    url: str
    label: str


@dataclass(frozen=True)
class Row:
    """One posting of a page's own list, or of a feed. `url` is absolute and canonical.

    `displayed_on` is what a visitor reads in the row, `posted_on` the best that is known from this page.
    `section_path` holds labels of the breadcrumbs or block that the row belongs to, outermost first. A posting without
    an address of its own has one that stands for it; `event` is what its page's form sends for it.
    """

    title: str
    url: str
    displayed_on: date | None = None
    posted_on: date | None = None
    posted_on_raw: str | None = None
    posted_on_source: DateSource | None = None
    attachments: tuple[Attachment, ...] = ()
    summary: str = ""
    section_path: tuple[str, ...] = ()
    implausible_date: str | None = None
    is_file: bool = False
    document_number: str | None = None
    event: tuple[str, str] | None = None


@dataclass(frozen=True)
class Article:
    """One posting's own page. `text` is the main text without menus (at most 20,000 characters).

    `document_type` is an id of `document_types.yaml` (`KH`, `TB`, `CV`), None where nothing tells it.
    """

    title: str
    displayed_on: date | None = None
    posted_on: date | None = None
    posted_on_raw: str | None = None
    posted_on_source: DateSource | None = None
    attachments: tuple[Attachment, ...] = ()
    text: str = ""
    section_path: tuple[str, ...] = ()
    implausible_date: str | None = None
    document_number: str | None = None
    document_type: str | None = None


@dataclass(frozen=True)
class Link:
    """A navigation link: menu entry, section, feed or site map. `where` is one of
    menu, content, footer, sidebar, breadcrumb, head, frame (a page of the portal that a page without rows shows)."""

    label: str
    url: str
    where: str = "content"


@dataclass(frozen=True)
class NextPage:
    """A page of the same list. `form` holds the fields of a POST (`__doPostBack`), empty for a GET."""

    url: str
    form: tuple[tuple[str, str], ...] = ()
    label: str = ""


@dataclass(frozen=True)
class Reading:
    """All that was read from one page. `valid=False` means: no conclusion may be drawn from it.

    `row_form` is what is sent for rows without an address, together with their `event`.
    """

    url: str
    kind: PageKind
    title: str = ""
    rows: tuple[Row, ...] = ()
    article: Article | None = None
    next_pages: tuple[NextPage, ...] = ()
    links: tuple[Link, ...] = ()
    feeds: tuple[str, ...] = ()
    section_path: tuple[str, ...] = ()
    platform: str | None = None
    valid: bool = True
    invalid_reason: str | None = None
    problems: tuple[str, ...] = field(default=())
    row_form: NextPage | None = None

    @property
    def frames(self) -> tuple[Link, ...]:
        """The portal's own pages of which this one consists."""
        return tuple(link for link in self.links if link.where == "frame")
