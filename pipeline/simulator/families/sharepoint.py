"""A SharePoint-like portal: lists under `/Lists/…`, items at `View_Detail.aspx?ItemID=` (unique per list only).

What belongs here: this family's addresses. What does not: its markup (`templates/sharepoint.html`).
"""

from __future__ import annotations

import re
from datetime import UTC
from functools import cached_property

from pipeline.simulator.families.base import Family, Home, Request, Target, positive
from pipeline.simulator.scenario import Posting, Section


class SharePoint(Family):
    """Web parts in nested divs; item ids start at 1 in every list; `?Page=2`."""

    name = "sharepoint"

    @cached_property
    def _items(self) -> dict[str, dict[int, int]]:
        """Section id → item id → posting number. A posting's item stands in the list of its first section."""
        found: dict[str, dict[int, int]] = {}
        for posting in self.site.portal.postings:
            items = found.setdefault(posting.sections[0] if posting.sections else "pages", {})
            items[len(items) + 1] = posting.number
        return found

    @cached_property
    def _item_of(self) -> dict[int, tuple[str, int]]:
        return {number: (section, item) for section, items in self._items.items()
                for item, number in items.items()}

    def resolve(self, request: Request) -> Target | None:
        """Read `/Pages/<section>.aspx?Page=` and `/Lists/<section>/View_Detail.aspx?ItemID=`."""
        if request.path in ("/", "/Pages/default.aspx", "/default.aspx"):
            return Home()
        found = re.fullmatch(r"/Lists/([\w-]+)/View_Detail\.aspx", request.path)
        if found:
            item = request.query.get("ItemID", "")
            return self.posting_at(self._items.get(found[1], {}).get(positive(item, 0)))
        found = re.fullmatch(r"/Pages/([\w-]+)\.aspx", request.path)
        section = self.site.sections.get(found[1]) if found else None
        if section is not None:
            return self.section_at(section.number, positive(request.query.get("Page")))
        return self.file_of(request.path)

    def section_path(self, section: Section, page: int = 1) -> str:
        """Return `/Pages/<id>.aspx?Page=<page>`."""
        return f"/Pages/{section.id}.aspx" + (f"?Page={page}" if page > 1 else "")

    def posting_path(self, posting: Posting) -> str:
        """Return the item's address, with `PublishedDate=` (UTC) where the portal puts dates there."""
        section, item = self._item_of[posting.number]
        path = f"/Lists/{section}/View_Detail.aspx?ItemID={item}"
        moment = self.site.date_in_address(posting)
        if moment is not None:
            path += f"&PublishedDate={moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        return path
