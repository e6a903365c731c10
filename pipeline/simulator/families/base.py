"""What all families of markup share: requests and responses, rows, the order of work for one page.

What belongs here: nothing that a visitor can see. What does not: markup (the sibling modules), the furniture of
pages (`pipeline.simulator.chrome`), sockets (`pipeline.simulator.server`).
"""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from pipeline.simulator import files
from pipeline.simulator.chrome import Chrome
from pipeline.simulator.scenario import Posting, Section
from pipeline.simulator.site import Site
from pipeline.text import key

HTML = "text/html; charset=utf-8"
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
)


@dataclass(frozen=True)
class Request:
    """One request: `path` decoded and without the query; `form` holds the fields of a POST."""

    path: str
    query: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    method: str = "GET"


@dataclass(frozen=True)
class Response:
    """One response before HTTP's own headers; `location` makes it a redirect."""

    body: bytes
    status: int = 200
    content_type: str = HTML
    location: str | None = None


@dataclass(frozen=True)
class Home:
    """The front page."""


@dataclass(frozen=True)
class SectionPage:
    """Page `page` (from 1) of a section."""

    section: Section
    page: int = 1


@dataclass(frozen=True)
class Article:
    """A posting's own page."""

    posting: Posting


@dataclass(frozen=True)
class File:
    """An attachment of a posting."""

    posting: Posting
    index: int


@dataclass(frozen=True)
class Feed:
    """The RSS feed of the newest postings."""


@dataclass(frozen=True)
class Moved:
    """An address that leads to another."""

    location: str


Target = Home | SectionPage | Article | File | Feed | Moved


@dataclass(frozen=True)
class Row:
    """A posting as a list shows it. `date` is None where the list shows none."""

    title: str
    href: str
    date: datetime | None
    summary: str
    files: tuple[tuple[str, str], ...]
    pinned: bool
    number: int


def slug(text: str) -> str:
    """Return the text as an address part: ASCII words joined by hyphens."""
    return key(text).replace(" ", "-")


def positive(text: str | None, default: int = 1) -> int:
    """Return the page number a request asks for."""
    return int(text) if text and text.isascii() and text.isdigit() and 0 < len(text) < 7 else default


class Family(ABC):
    """A family of markup over one site. Subclasses say addresses and markup; addresses are relative to the
    host, which `host` (with the port, as the visitor wrote it) makes absolute where the family does so.
    `former`: the software the portal had before, where its addresses lead to the new ones."""

    name: ClassVar[str]

    def __init__(self, site: Site, host: str, former: Family | None = None) -> None:
        self.site = site
        self.host = host
        self.former = former
        self.chrome = Chrome(site)

    # Addresses

    @abstractmethod
    def resolve(self, request: Request) -> Target | None:
        """Return what an address stands for; None: nothing, 404."""

    @abstractmethod
    def section_path(self, section: Section, page: int = 1) -> str:
        """Return the address of a page of a section."""

    @abstractmethod
    def posting_path(self, posting: Posting) -> str:
        """Return the address of a posting's own page."""

    def file_path(self, posting: Posting, index: int) -> str:
        """Return the address of an attachment."""
        return f"/upload/{posting.number}/{index}/{quote(posting.attachments[index].name)}"

    def feed_path(self) -> str | None:
        """Return the address of the feed, None where the family has none."""
        return None

    def href(self, posting: Posting) -> str:
        """Return where a row of the posting leads: its page, or its file."""
        if posting.form == "file" and posting.attachments:
            return self.file_path(posting, 0)
        return self.posting_path(posting)

    # Markup: macros of the family's template

    @cached_property
    def markup(self) -> Any:
        """The macros of `templates/<name>.html`: page, home, listing, article, standing, and the furniture
        assets, top, side, bottom, which is drawn once."""
        return _ENVIRONMENT.get_template(f"{self.name}.html").module

    @cached_property
    def assets(self) -> Markup:
        """Styles and scripts."""
        return self._draw("assets")

    @cached_property
    def top(self) -> Markup:
        """Banner and menu."""
        return self._draw("top")

    @cached_property
    def side(self) -> Markup:
        """Side bars."""
        return self._draw("side")

    @cached_property
    def bottom(self) -> Markup:
        """Footer."""
        return self._draw("bottom")

    def _draw(self, macro: str, *arguments: object) -> Markup:
        drawn: Markup = getattr(self.markup, macro)(self, *arguments)
        return drawn

    def frame(self, title: str, body: str, trail: list[Section], head: str = "") -> str:
        """Return a whole page around the body."""
        return self._draw("page", title, body, trail, head).strip() + "\n"

    def head(self, posting: Posting) -> str:
        """Return what a posting's page says to machines."""
        moment = self.site.date_in_metadata(posting)
        if moment is None:
            return ""
        return Markup('<meta property="article:published_time" content="{}" />').format(moment.isoformat())

    # One page

    def respond(self, request: Request) -> Response:
        """Return the response to a request; the portal's answer for nothing where nothing stands there now."""
        fixed = self._fixed(request.path)
        return fixed if fixed is not None else self._respond(self.resolve(request) or self._moved(request))

    def _moved(self, request: Request) -> Moved | None:
        """Return where an address of the former software leads now."""
        match self.former.resolve(request) if self.former is not None else None:
            case Home():
                return Moved("/")
            case SectionPage(section, page):
                return Moved(self.section_path(section, page if page <= self.site.pages(section) else 1))
            case Article(posting):
                return Moved(self.posting_path(posting))
            case File(posting, index) if index >= 0:
                return Moved(self.file_path(posting, index))
        return None

    def _respond(self, target: Target | None) -> Response:
        found = self.missing() if target is None else None
        match target:
            case Home():
                found = self._html(self.frame(self.site.portal.home_name, self._draw("home"), []))
            case SectionPage(section, page):
                found = self._section(section, page)
            case Article(posting):
                found = self._article(posting)
            case File(posting, index):
                found = self._file(posting, index)
            case Feed():
                found = self._feed()
            case Moved(location):
                found = Response(b"", 302, HTML, location)
        assert found is not None
        return found

    def missing(self) -> Response:
        """Return the answer for an address where nothing stands, as the portal is used to give it."""
        style = self.site.portal.missing
        if style == "home":
            return Response(b"", 302, HTML, "/")
        body = Markup("<h2>404</h2><p>Không tìm thấy nội dung bạn yêu cầu.</p>")
        return self._html(self.frame("Không tìm thấy", body, []), 200 if style == "soft" else int(style))

    def rows(self, postings: list[Posting]) -> list[Row]:
        """Return postings as rows of a list."""
        return [Row(
            title=p.title, href=self.href(p), date=self.site.date_in_listing(p),
            summary=p.paragraphs[0][:180] if p.paragraphs else "",
            files=tuple((self.file_path(p, n), a.label) for n, a in enumerate(p.attachments)),
            pinned=p.pinned, number=p.number,
        ) for p in postings]

    @cached_property
    def newest_rows(self) -> list[Row]:
        """The block "tin mới" of every page."""
        return self.rows(self.site.newest[:7])

    @cached_property
    def most_read_rows(self) -> list[Row]:
        """The block "đọc nhiều" of every page."""
        return self.rows(self.site.most_read[:6])

    def related(self, posting: Posting, section: Section | None) -> list[Row]:
        """Return other postings of the section, as the foot of an article shows them."""
        if section is None:
            return []
        others = [p for p in self.site.listing(section) if p.number != posting.number]
        return self.rows(others[:5])

    def hub(self, section: Section) -> list[tuple[str, str]]:
        """Return (address, label) of the sections under one."""
        return [(self.section_path(c), c.label) for c in self.site.children(section.id)]

    def scan_path(self, posting: Posting) -> str:
        """Return the address of the picture of a scanned posting."""
        return f"/upload/{posting.number}/scan/scan{posting.number:04d}.png"

    def file_of(self, path: str) -> File | None:
        """Read the address of `file_path`."""
        match = re.fullmatch(r"/upload/(\d{1,7})/(\d|scan)/[^/]+", path)
        posting = self.site.postings.get(int(match[1])) if match else None
        if match is None or posting is None:
            return None
        index = -1 if match[2] == "scan" else int(match[2])
        return File(posting, index) if index < len(posting.attachments) else None

    def posting_at(self, number: int | str | None) -> Article | None:
        """Return the live posting of a number as a target."""
        known = number is not None and (isinstance(number, int) or number.isdigit())
        posting = self.site.postings.get(int(number or 0)) if known else None
        return Article(posting) if posting is not None and posting.form == "article" else None

    def section_at(self, number: int | str | None, page: int = 1) -> SectionPage | None:
        """Return the live section of a number as a target; None beyond its last page."""
        known = number is not None and (isinstance(number, int) or number.isdigit())
        section = self.site.by_number.get(int(number or 0)) if known else None
        if section is None or page > self.site.pages(section):
            return None
        return SectionPage(section, page)

    def _article(self, posting: Posting) -> Response:
        section = self.site.home_section(posting)
        trail = self.site.trail(section) if section else []
        body = self._draw("article", posting, section, self.site.date_in_article(posting))
        return self._html(self.frame(posting.title, body, trail, self.head(posting)))

    def _section(self, section: Section, page: int) -> Response:
        trail = self.site.trail(section)
        posting = self.site.postings.get(section.standing) if section.standing is not None else None
        if posting is not None:
            body = self._draw("standing", section, posting, self.site.date_in_article(posting))
            return self._html(self.frame(section.label, body, trail, self.head(posting)))
        rows = self.rows(self.site.page(section, page))
        body = self._draw("listing", section, page, self.site.pages(section), rows)
        return self._html(self.frame(section.label, body, trail))

    def _html(self, text: str, status: int = 200) -> Response:
        form = self.site.portal.text_form
        return Response(unicodedata.normalize(form, text).encode("utf-8"), status)

    def _file(self, posting: Posting, index: int) -> Response:
        if index < 0:
            return Response(files.make("png", posting.title, ()), content_type="image/png")
        attachment = posting.attachments[index]
        body = files.make(attachment.kind, posting.title, posting.paragraphs)
        return Response(body, content_type=files.TYPES[attachment.kind])

    def _fixed(self, path: str) -> Response | None:
        if path == "/robots.txt":
            return Response(self._robots().encode(), content_type="text/plain; charset=utf-8")
        if path == "/favicon.ico":
            return Response(b"", 404, "text/plain")
        return None

    def _robots(self) -> str:
        portal = self.site.portal
        lines = ["# Trang mô phỏng", "User-agent: *", *(f"Disallow: {path}" for path in portal.disallow)]
        if portal.crawl_delay is not None:
            lines.append(f"Crawl-delay: {portal.crawl_delay:g}")
        return "\n".join([*lines, "Allow: /", ""])

    def _feed(self) -> Response:
        portal = self.site.portal
        items = "".join(
            f"<item><title>{escape(p.title)}</title><link>http://{self.host}{escape(self.href(p))}</link>"
            f"<guid isPermaLink=\"false\">{portal.host}-{p.number}</guid>"
            + (f"<pubDate>{date.strftime('%a, %d %b %Y %H:%M:%S +0700')}</pubDate>" if date else "")
            + "</item>\n"
            for p in self.site.newest[:15]
            for date in (self.site.date_in_listing(p),)
        )
        text = ('<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
                f"<title>{escape(portal.home_name)}</title><link>http://{self.host}/</link>"
                f"<description>Trang mô phỏng</description>\n{items}</channel></rss>\n")
        return Response(text.encode(), content_type="application/rss+xml; charset=utf-8")
