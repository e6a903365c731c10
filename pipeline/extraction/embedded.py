"""Lists that a page holds as data for its script: JSON-LD, `__NEXT_DATA__`, arrays in scripts.

What belongs here: rows from data in the page. What does not: feeds (`feed`), lists in markup (`listing`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pipeline.extraction.addresses import canonical, identity, same_site
from pipeline.extraction.attachments import is_file
from pipeline.extraction.dates import parse_iso
from pipeline.extraction.model import DateSource, Row
from pipeline.extraction.tree import Tree
from pipeline.text import clean

_MAX_SCRIPT = 5_000_000
_MAX_NODES = 200_000
_TITLES = ("headline", "title", "name", "tieude", "tieu_de", "ten", "subject", "trichyeu")
_ADDRESSES = ("url", "link", "href", "permalink", "path", "slug", "@id", "uri", "duongdan", "fullurl", "detailurl")
_DATES = (
    "datepublished",
    "published_at",
    "publishedat",
    "publisheddate",
    "publishdate",
    "pubdate",
    "date",
    "created_at",
    "createdat",
    "ngaydang",
    "ngay_dang",
    "published",
    "published_on",
    "publish_date",
    "created",
    "createddate",
    "postdate",
    "post_date",
)
_ASSIGNED = re.compile(r"(?:^|[;{}\s])(?:var|let|const|window\.)?\s*[\w$.\[\]'\"]+\s*[=:]\s*(?=[\[{])")


def embedded_rows(tree: Tree, url: str, base: str, fetched_at: datetime | None) -> list[Row]:
    """Return the postings of the longest list that the page's data hold; each has a title and an address."""
    best: list[Row] = []
    for data in _data(tree):
        for items in _lists(data):
            rows = _rows(items, url, base, fetched_at)
            if len(rows) > len(best):
                best = rows
    return best


def _data(tree: Tree) -> Iterator[Any]:
    """Give the JSON values in the scripts of a page."""
    for script in tree.told["script"]:
        kind = (script.attrs.get("type") or "").lower()
        if script.attrs.get("src") or not ("json" in kind or not kind or "javascript" in kind):
            continue
        text = script.text
        if len(text) < 80 or len(text) > _MAX_SCRIPT:
            continue
        if "json" in kind:
            yield from _parsed(text)
        elif '"' in text and ("title" in text or "ieu" in text or "headline" in text):
            yield from _assigned(text)


def _parsed(text: str) -> Iterator[Any]:
    try:
        yield json.loads(text)
    except (ValueError, RecursionError):
        return


def _assigned(text: str) -> Iterator[Any]:
    """Give the arrays and objects that a script assigns, where they are plain JSON."""
    decoder = json.JSONDecoder()
    at = 0
    for _ in range(50):
        found = _ASSIGNED.search(text, at)
        if found is None:
            return
        try:
            value, at = decoder.raw_decode(text, found.end())
        except (ValueError, RecursionError):
            at = found.end() + 1
            continue
        yield value


def _lists(data: Any) -> Iterator[list[dict[str, Any]]]:
    """Give the lists of objects in a value, JSON-LD's ItemList unwrapped."""
    stack = [data]
    for _ in range(_MAX_NODES):
        if not stack:
            return
        value = stack.pop()
        if isinstance(value, dict):
            stack.extend(v for v in value.values() if isinstance(v, (dict, list)))
        elif isinstance(value, list):
            items = [_unwrapped(v) for v in value if isinstance(v, dict)]
            if items:
                yield items
            stack.extend(v for v in value if isinstance(v, (dict, list)))


def _unwrapped(item: dict[str, Any]) -> dict[str, Any]:
    """Return what a list item, a node or a set of fields is about."""
    for name in ("item", "node", "attributes", "fields", "frontmatter"):
        inner = item.get(name)
        if isinstance(inner, dict):
            return {**item, **inner}
    return item


def _rows(items: list[dict[str, Any]], url: str, base: str, fetched_at: datetime | None) -> list[Row]:
    """Make rows of the objects that have a title, an address of this portal, and are no steps of a trail."""
    rows: dict[str, Row] = {}
    dated = 0
    for item in items[:5000]:
        fields = {str(k).lower(): v for k, v in item.items()}
        kind = str(fields.get("@type", ""))
        if kind in {"BreadcrumbList", "SiteNavigationElement", "ImageObject", "Organization", "WebPage", "Person"}:
            continue
        title = _first(fields, _TITLES)
        target = canonical(_first(fields, _ADDRESSES), base) if title else None
        if not target or not same_site(target, url) or identity(target) == identity(url):
            continue
        row, has_date = _row(clean(title), target, fields, fetched_at)
        dated += has_date or kind.endswith(("Article", "Posting"))
        rows.setdefault(identity(target), row)
    return list(rows.values()) if dated * 2 > len(rows) else []


def _first(fields: dict[str, Any], names: tuple[str, ...]) -> str:
    """Return the first of some fields that is a text."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, dict):
            value = value.get("rendered")
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _row(title: str, target: str, fields: dict[str, Any], fetched_at: datetime | None) -> tuple[Row, bool]:
    """Make one row; the date of data is metadata."""
    raw = _first(fields, _DATES)
    reading = parse_iso(raw, fetched_at, DateSource.METADATA) if raw else None
    if reading is None:
        return Row(title=title, url=target, is_file=is_file(target)), False
    return Row(
        title=title,
        url=target,
        posted_on=reading.day,
        posted_on_raw=reading.raw,
        posted_on_source=reading.source if reading.day else None,
        is_file=is_file(target),
        implausible_date=None if reading.day else reading.raw,
    ), True
