"""A modern portal of cards: `/chuyen-muc/<name>-<n>?page=2` behind "Xem thêm", sliders, mobile copies.

What belongs here: this family's addresses. What does not: its markup (`templates/cards.html`).
"""

from __future__ import annotations

import re
from datetime import UTC

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from pipeline.simulator.families.base import Family, Home, Request, Target, positive, slug
from pipeline.simulator.scenario import Posting, Section


class Cards(Family):
    """HTML5 with JSON-LD; the menu stands twice, for wide and for small screens."""

    name = "cards"

    def resolve(self, request: Request) -> Target | None:
        """Read `/chuyen-muc/<name>-<n>` with `page=`, and `/bai-viet/<name>-<n>`."""
        if request.path in ("/", "/trang-chu"):
            return Home()
        found = re.fullmatch(r"/chuyen-muc/[\w-]*?-(\d+)", request.path)
        if found:
            return self.section_at(found[1], positive(request.query.get("page")))
        found = re.fullmatch(r"/bai-viet/[\w-]*?-(\d+)", request.path)
        return self.posting_at(found[1]) if found else self.file_of(request.path)

    def section_path(self, section: Section, page: int = 1) -> str:
        """Return `/chuyen-muc/<name>-<n>?page=`."""
        return f"/chuyen-muc/{slug(section.label)}-{section.number}" + (f"?page={page}" if page > 1 else "")

    def posting_path(self, posting: Posting) -> str:
        """Return `/bai-viet/<name>-<n>`."""
        return f"/bai-viet/{slug(posting.title)[:60]}-{posting.number}"

    def head(self, posting: Posting) -> str:
        """Return JSON-LD; instants in UTC, as this family writes them."""
        moment = self.site.date_in_metadata(posting) or self.site.date_in_article(posting)
        if moment is None:
            return ""
        data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": posting.title,
                "datePublished": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
        return Markup('<script type="application/ld+json">{}</script>').format(htmlsafe_json_dumps(data))
