"""A DotNetNuke-like portal: `Default.aspx?tabid=`, panes and containers, `currentpage=`.

What belongs here: this family's addresses. What does not: its markup (`templates/dotnetnuke.html`).
"""

from __future__ import annotations

from pipeline.simulator.families.base import Family, Home, Request, Target, positive
from pipeline.simulator.scenario import Posting, Section

_FIRST_TAB = 50


class DotNetNuke(Family):
    """One page per tab; a posting is the same tab with `ctl=Details`; the pager says "Trang 1 / 3"."""

    name = "dotnetnuke"

    def resolve(self, request: Request) -> Target | None:
        """Read `/Default.aspx?tabid=` with `currentpage=`, or with `ctl=Details` and `itemid=`."""
        if request.path.lower() not in ("/", "/default.aspx"):
            return self.file_of(request.path)
        query = {name.lower(): value for name, value in request.query.items()}
        if query.get("ctl") == "Details":
            return self.posting_at(query.get("itemid"))
        tab = positive(query.get("tabid"), _FIRST_TAB)
        if tab == _FIRST_TAB:
            return Home()
        return self.section_at(tab - _FIRST_TAB, positive(query.get("currentpage")))

    def section_path(self, section: Section, page: int = 1) -> str:
        """Return the tab's address."""
        path = f"/Default.aspx?tabid={section.number + _FIRST_TAB}"
        return path + (f"&language=vi-VN&currentpage={page}" if page > 1 else "")

    def posting_path(self, posting: Posting) -> str:
        """Return the tab with the item's details."""
        section = self.site.home_section(posting)
        tab = (section.number if section else 0) + _FIRST_TAB
        return f"/Default.aspx?tabid={tab}&ctl=Details&mid={tab + 371}&ItemID={posting.number}"
