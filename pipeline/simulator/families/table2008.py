"""A table-based site of 2008: font tags, nested tables, unclosed cells, addresses by query alone.

What belongs here: this family's addresses. What does not: its markup (`templates/table2008.html`).
"""

from __future__ import annotations

from pipeline.simulator.families.base import Family, Home, Request, Target, positive
from pipeline.simulator.scenario import Posting, Section


class Table2008(Family):
    """`index.php?mod=…`; lists offer only the page before and the page after."""

    name = "table2008"

    def resolve(self, request: Request) -> Target | None:
        """Read `mod=list&cat=&trang=` and `mod=detail&id=`."""
        if request.path not in ("/", "/index.php"):
            return self.file_of(request.path)
        mod = request.query.get("mod", "home")
        if mod == "list":
            return self.section_at(request.query.get("cat"), positive(request.query.get("trang")))
        if mod == "detail":
            return self.posting_at(request.query.get("id"))
        return Home() if mod == "home" else None

    def section_path(self, section: Section, page: int = 1) -> str:
        """Return the list's query, relative as the site writes it."""
        return f"index.php?mod=list&cat={section.number}" + (f"&trang={page}" if page > 1 else "")

    def posting_path(self, posting: Posting) -> str:
        """Return the detail's query."""
        section = self.site.home_section(posting)
        return f"index.php?mod=detail&cat={section.number if section else 0}&id={posting.number}"
