"""A Joomla-like portal: category tables, `?start=10`, `/index.php/<menu>/<id>-<name>`.

What belongs here: this family's addresses. What does not: its markup (`templates/joomla.html`).
"""

from __future__ import annotations

import re

from pipeline.simulator.families.base import Family, Home, Request, Target, positive, slug
from pipeline.simulator.scenario import Posting, Section


class Joomla(Family):
    """Category lists as tables with a column of dates and one of hits."""

    name = "joomla"

    def resolve(self, request: Request) -> Target | None:
        """Read `/index.php/<section>?start=` and `/index.php/<section>/<id>-<name>`."""
        if request.path in ("/", "/index.php", "/index.php/"):
            return Home()
        article = re.fullmatch(r"/index\.php/[\w-]+/(\d+)-[\w-]*", request.path)
        if article:
            return self.posting_at(article[1])
        found = re.fullmatch(r"/index\.php/([\w-]+)", request.path)
        section = self.site.sections.get(found[1]) if found else None
        if section is None:
            return self.file_of(request.path)
        start = positive(request.query.get("start"), 0)
        return self.section_at(section.number, start // self.site.portal.per_page + 1)

    def section_path(self, section: Section, page: int = 1) -> str:
        """Return the menu entry's address; `start` counts postings from 0."""
        start = f"?start={(page - 1) * self.site.portal.per_page}" if page > 1 else ""
        return f"/index.php/{section.id}{start}"

    def posting_path(self, posting: Posting) -> str:
        """Return `/index.php/<section>/<id>-<name>`."""
        section = self.site.home_section(posting)
        return f"/index.php/{section.id if section else 'tin'}/{posting.number}-{slug(posting.title)[:80]}"
