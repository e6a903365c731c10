"""A Liferay-like portal: asset publisher portlets, `_cur=` pagination, `;jsessionid=` in every link.

What belongs here: this family's addresses. What does not: its markup (`templates/liferay.html`).
"""

from __future__ import annotations

import re
from functools import cached_property

from pipeline.simulator.families.base import Family, Home, Request, Target, positive, slug
from pipeline.simulator.scenario import Posting, Section


class Liferay(Family):
    """Portlet boxes; friendly addresses under `/web/guest/`; titles in addresses lose their Đ."""

    name = "liferay"

    @cached_property
    def session(self) -> str:
        """The session id that links carry; another moment gives another one."""
        return f"{self.chrome.seed ^ int(self.site.as_of.timestamp()):032X}"[:32]

    def instance(self, section: Section) -> str:
        """Return the id of the section's portlet."""
        return f"101_INSTANCE_{(self.chrome.seed + section.number * 7919) % 10**10:010d}"

    @cached_property
    def _names(self) -> dict[int, str]:
        """Address titles; a title used before gets its number."""
        found: dict[int, str] = {}
        for posting in self.site.portal.postings:
            name = slug(posting.title.replace("Đ", "").replace("đ", ""))[:80].strip("-")
            found[posting.number] = f"{name}-{posting.number}" if name in found.values() else name
        return found

    @cached_property
    def _by_name(self) -> dict[str, int]:
        return {name: number for number, name in self._names.items()}

    def resolve(self, request: Request) -> Target | None:
        """Read `/web/guest/<section>?…_cur=` and `/web/guest/<section>/-/asset_publisher/…/content/<name>`."""
        path = request.path.partition(";")[0]
        if path in ("/", "/web/guest", "/web/guest/trang-chu"):
            return Home()
        content = re.fullmatch(r"/web/guest/[\w-]+/-/asset_publisher/\w+/content/([\w-]+)", path)
        if content:
            return self.posting_at(self._by_name.get(content[1]))
        found = re.fullmatch(r"/web/guest/([\w-]+)", path)
        section = self.site.sections.get(found[1]) if found else None
        if section is not None:
            page = request.query.get(f"_{self.instance(section)}_cur")
            return self.section_at(section.number, positive(page))
        return self.file_of(path)

    def section_path(self, section: Section, page: int = 1) -> str:
        """Return the page's friendly address, with the portlet's parameters from page 2."""
        path = f"/web/guest/{section.id};jsessionid={self.session}"
        if page == 1:
            return path
        portlet = self.instance(section)
        return (f"{path}?p_p_id={portlet}&p_p_lifecycle=0&p_p_state=normal&p_p_mode=view"
                f"&p_p_col_id=column-2&p_p_col_count=1&_{portlet}_delta={self.site.portal.per_page}"
                f"&_{portlet}_keywords=&_{portlet}_advancedSearch=false&_{portlet}_andOperator=true"
                f"&p_r_p_564233524_resetCur=false&_{portlet}_cur={page}")

    def posting_path(self, posting: Posting) -> str:
        """Return the asset publisher's address of the posting."""
        section = self.site.home_section(posting)
        page = section.id if section else "trang-chu"
        portlet = self.instance(section)[13:] if section else "0"
        return (f"/web/guest/{page}/-/asset_publisher/{portlet}/content/{self._names[posting.number]}"
                f";jsessionid={self.session}")
