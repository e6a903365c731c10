"""What a page tells machines about itself: titles, site name, type, dates in meta tags and JSON-LD.

What belongs here: reading the head and its data scripts. What does not: what a visitor reads (`article`), lists
in scripts (`embedded`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as day
from datetime import datetime
from typing import Any

from pipeline.extraction.dates import parse_iso
from pipeline.extraction.model import DateReading, DateSource
from pipeline.extraction.tree import Tree
from pipeline.text import clean

_PUBLISHED = (
    "article:published_time", "og:published_time", "og:article:published_time", "datepublished", "date.published",
    "dc.date.issued", "dc.date.created", "dcterms.created", "dcterms.issued", "dcterms.date", "dc.date", "dc:date",
    "pubdate", "publishdate", "publish-date", "publish_date", "publication_date", "citation_publication_date",
    "sailthru.date", "parsely-pub-date", "article.published", "datecreated", "date", "created",
)
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "dc.date.modified", "dcterms.modified")
_ARTICLE_TYPES = re.compile(r"Article|Posting|Report$|^WebPage$|^ItemPage$")
_MAX_SCRIPT = 500_000


@dataclass(frozen=True)
class Metadata:
    """What the head says. `titles` are the page's own, the most specific first; dates are raw texts."""

    titles: tuple[str, ...]
    site_name: str
    published: str
    modified: str
    article: bool

    def date(self, fetched_at: datetime | None) -> DateReading | None:
        """Return the publication date; a modification only where no publication is given."""
        if self.published and (reading := parse_iso(self.published, fetched_at)):
            return reading
        return parse_iso(self.modified, fetched_at, DateSource.MODIFIED) if self.modified else None

    def made_before(self, shown: DateReading | None, fetched_at: datetime | None) -> day | None:
        """Return the day of publication where the page tells machines that the day shown is that of its last change."""
        if shown is None or not (self.published and self.modified):
            return None
        made, changed = (parse_iso(text, fetched_at) for text in (self.published, self.modified))
        return made.day if made and changed and shown.day == changed.day != made.day else None


def read_metadata(tree: Tree) -> Metadata:
    """Read meta tags and JSON-LD. Anything broken is passed over."""
    meta = _meta(tree)
    data = list(_linked_data(tree))
    titles = (meta.get("og:title", ""), *(clean(str(d.get("headline") or "")) for d in data),
              clean(tree.title))
    return Metadata(
        titles=tuple(dict.fromkeys(t for t in titles if t)),
        site_name=meta.get("og:site_name", ""),
        published=_first(meta, _PUBLISHED) or _first_of(data, "datePublished", "dateCreated", "uploadDate"),
        modified=_first(meta, _MODIFIED) or _first_of(data, "dateModified"),
        article=meta.get("og:type", "").lower() == "article" or any(_is_story(d) for d in data),
    )


def _meta(tree: Tree) -> dict[str, str]:
    """Return the first content of each name, property or itemprop, in lower case."""
    found: dict[str, str] = {}
    for tag in tree.told["meta"]:
        attributes = tag.attrs
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = clean((attributes.get("content") or "")[:1000])
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def _first(meta: dict[str, str], names: tuple[str, ...]) -> str:
    return next((meta[name] for name in names if meta.get(name) and any(c.isdigit() for c in meta[name])), "")


def _first_of(data: list[dict[str, Any]], *names: str) -> str:
    ordered = sorted(data, key=lambda d: not _is_story(d))
    return next((clean(str(d[name])) for name in names for d in ordered if isinstance(d.get(name), str)), "")


def _is_story(item: dict[str, Any]) -> bool:
    kind = str(item.get("@type") or "")
    return "Article" in kind or "Posting" in kind


def _linked_data(tree: Tree) -> Iterator[dict[str, Any]]:
    """Give the objects of JSON-LD that describe the page itself: at the top, or in its `@graph`."""
    for script in tree.told["script"]:
        if script.attrs.get("type") != "application/ld+json":
            continue
        text = script.text
        if len(text) > _MAX_SCRIPT:
            continue
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        items = data if isinstance(data, list) else [data]
        for item in items[:50]:
            if isinstance(item, dict):
                graph = item.get("@graph")
                for part in graph[:50] if isinstance(graph, list) else [item]:
                    if isinstance(part, dict) and _ARTICLE_TYPES.search(str(part.get("@type") or "").strip("[]'\"")):
                        yield part
