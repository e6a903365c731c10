"""A static site written by hand: folders, `index.html`, `trang-2.html`, definition lists, no classes.

What belongs here: this family's addresses. What does not: its markup (`templates/static_site.html`).
"""

from __future__ import annotations

import re

from pipeline.simulator.families.base import Family, Home, Request, Target, positive
from pipeline.simulator.scenario import Posting, Section


class StaticSite(Family):
    """Plain HTML; postings are files `bai/000123.html`."""

    name = "static_site"

    def resolve(self, request: Request) -> Target | None:
        """Read `/<section>/index.html`, `/<section>/trang-2.html`, `/bai/<number>.html`."""
        if request.path in ("/", "/index.html"):
            return Home()
        article = re.fullmatch(r"/bai/(\d{6})\.html", request.path)
        if article:
            return self.posting_at(int(article[1]))
        found = re.fullmatch(r"/([\w-]+)/(?:index\.html|trang-(\d+)\.html)?", request.path)
        section = self.site.sections.get(found[1]) if found else None
        if section is None or found is None:
            return self.file_of(request.path)
        return self.section_at(section.number, positive(found[2]))

    def section_path(self, section: Section, page: int = 1) -> str:
        """Return the folder's index or one of its further pages."""
        return f"/{section.id}/" + (f"trang-{page}.html" if page > 1 else "index.html")

    def posting_path(self, posting: Posting) -> str:
        """Return the file of the posting."""
        return f"/bai/{posting.number:06d}.html"
