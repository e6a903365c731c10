"""A NukeViet-like portal: `/vi/news/<category>/page-2/`, `<name>-<id>.html`, an RSS feed.

What belongs here: this family's addresses. What does not: its markup (`templates/nukeviet.html`).
"""

from __future__ import annotations

import re

from pipeline.simulator.families.base import Family, Feed, Home, Request, SectionPage, Target, positive, slug
from pipeline.simulator.scenario import Posting, Section


class NukeViet(Family):
    """Bootstrap panels; the article's date line reads "Thứ tư - 05/01/2022 17:00"."""

    name = "nukeviet"

    def resolve(self, request: Request) -> Target | None:
        """Read `/vi/news/…`, `/vi/about/<id>.html` and the feed; only the number identifies a posting."""
        if request.path in ("/", "/vi/", "/index.php"):
            return Home()
        if request.path == "/vi/news/rss/":
            return Feed() if self.site.portal.feed else None
        about = re.fullmatch(r"/vi/about/([\w-]+)\.html", request.path)
        if about:
            section = self.site.sections.get(about[1])
            return SectionPage(section) if section is not None else None
        found = re.fullmatch(r"/vi/news/([\w-]+)/(?:page-(\d+)/)?", request.path)
        section = self.site.sections.get(found[1]) if found else None
        if section is not None and found:
            return self.section_at(section.number, positive(found[2]))
        article = re.fullmatch(r"/vi/news/[\w-]+/[\w-]*?-(\d+)\.html", request.path)
        return self.posting_at(article[1]) if article else self.file_of(request.path)

    def section_path(self, section: Section, page: int = 1) -> str:
        """Return the category's address, or that of a page of text."""
        if section.standing is not None:
            return f"/vi/about/{section.id}.html"
        return f"/vi/news/{section.id}/" + (f"page-{page}/" if page > 1 else "")

    def posting_path(self, posting: Posting) -> str:
        """Return `/vi/news/<category>/<name>-<id>.html`."""
        section = self.site.home_section(posting)
        return f"/vi/news/{section.id if section else 'tin'}/{slug(posting.title)[:90]}-{posting.number}.html"

    def feed_path(self) -> str | None:
        """Return the feed's address."""
        return "/vi/news/rss/" if self.site.portal.feed else None
