"""A WordPress-like blog theme: absolute addresses, `/category/…/page/2/`, `?p=` aliases, an RSS feed.

What belongs here: this family's addresses. What does not: its markup (`templates/wordpress.html`).
"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cached_property

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from pipeline.simulator.families.base import (
    Family,
    Feed,
    Home,
    Moved,
    Request,
    SectionPage,
    Target,
    positive,
    slug,
)
from pipeline.simulator.scenario import Posting, Section


class WordPress(Family):
    """Content column and widgets; dates in `<time>` with a hidden later `updated` time beside."""

    name = "wordpress"

    @cached_property
    def _slugs(self) -> dict[int, str]:
        """Post names; a name used before gets -2, as WordPress does."""
        used: dict[str, int] = {}
        found = {}
        for posting in self.site.portal.postings:
            name = slug(posting.title)[:70].strip("-") or "bai-viet"
            used[name] = used.get(name, 0) + 1
            found[posting.number] = name if used[name] == 1 else f"{name}-{used[name]}"
        return found

    @cached_property
    def _by_slug(self) -> dict[str, int]:
        return {name: number for number, name in self._slugs.items()}

    def resolve(self, request: Request) -> Target | None:
        """Read `/`, `/?p=`, `/feed/`, `/category/a/b/page/2/`, `/name/`."""
        if request.path == "/":
            found = self.posting_at(request.query.get("p"))
            return Moved(self.posting_path(found.posting)) if found else Home()
        if request.path in ("/feed/", "/feed"):
            return Feed() if self.site.portal.feed else None
        category = re.fullmatch(r"/category/([a-z0-9/-]+?)(?:/page/(\d+))?/?", request.path)
        if category:
            section = self.site.sections.get(category[1].rsplit("/", 1)[-1])
            return self.section_at(section.number, positive(category[2])) if section else None
        name = request.path.strip("/")
        standing = self.site.sections.get(name)
        if standing is not None and standing.standing is not None:
            return SectionPage(standing)
        return self.file_of(request.path) or self.posting_at(self._by_slug.get(name))

    def section_path(self, section: Section, page: int = 1) -> str:
        """Return `/category/<parents>/<id>/`, or `/<id>/` for a page of text."""
        if section.standing is not None:
            return f"http://{self.host}/{section.id}/"
        path = "/".join(s.id for s in self.site.trail(section))
        return f"http://{self.host}/category/{path}/" + (f"page/{page}/" if page > 1 else "")

    def posting_path(self, posting: Posting) -> str:
        """Return `/<post name>/`."""
        return f"http://{self.host}/{self._slugs[posting.number]}/"

    def feed_path(self) -> str | None:
        """Return `/feed/`."""
        return f"http://{self.host}/feed/" if self.site.portal.feed else None

    def head(self, posting: Posting) -> str:
        """Return Open Graph and JSON-LD with posting and modification times, which this family always has."""
        moment = self.site.date_in_metadata(posting) or self.site.date_in_article(posting)
        if moment is None:
            return ""
        posted, modified = moment.isoformat(), (moment + timedelta(days=1)).isoformat()
        data = {"@context": "https://schema.org", "@type": "Article", "headline": posting.title,
                "datePublished": posted, "dateModified": modified}
        return Markup(
            '<meta property="article:published_time" content="{}" />\n'
            '<meta property="article:modified_time" content="{}" />\n'
            '<script type="application/ld+json">{}</script>').format(posted, modified, htmlsafe_json_dumps(data))
