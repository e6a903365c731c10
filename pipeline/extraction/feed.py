"""Feeds and site maps: RSS, Atom, sitemap.xml, JSON Feed, WordPress' REST lists → Reading.

What belongs here: one lenient reader of their elements that expands no entity but characters and opens nothing.
What does not: pages (`page`), fetching, which feed matters (`navigation`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from html import escape, unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from pipeline.extraction.addresses import canonical
from pipeline.extraction.attachments import file_name, is_file
from pipeline.extraction.dates import parse_iso
from pipeline.extraction.model import Attachment, DateReading, DateSource, Link, NextPage, PageKind, Reading, Row
from pipeline.text import clean

MAX_CHARS = 20_000_000
MAX_ENTRIES = 50_000
_SUMMARY = 700

_OPENING = re.compile(
    r"\s*(?:<\?[^>]{0,400}\?>\s*|<!--.{0,4000}?-->\s*|<!DOCTYPE[^\[>]{0,400}(?:\[.{0,20000}?\]\s*)?>\s*)*"
    r"<(?:\w+:)?(rss|feed|rdf|urlset|sitemapindex)\b",
    re.I | re.S,
)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.S)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_MARKUP = re.compile(r"<[^>]{0,2000}>")
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ENTRY = {"rss": "item", "rdf": "item", "feed": "entry", "urlset": "url", "sitemapindex": "sitemap"}


def read_feed(text: str, url: str, fetched_at: datetime | None) -> Reading | None:
    """Return what a feed lists, or None where `text` is no feed.

    Rows come from RSS, Atom, JSON Feed, WordPress' REST lists and news site maps, with source FEED (MODIFIED
    where only a modification is given). A site map's pages become links, the site maps of an index become
    next pages. Broken XML gives what can be read; `problems` then holds `feed_cut`.
    """
    head = text[:200].lstrip("\ufeff \t\r\n")
    if head[:1] in {"{", "["}:
        return _read_json(text[:MAX_CHARS], url, fetched_at)
    opening = _OPENING.match(text[:40_000].lstrip("\ufeff"))
    if opening is None:
        return None
    return _read_xml(text[:MAX_CHARS], opening[1].lower(), url, fetched_at)


def _read_xml(text: str, kind: str, url: str, fetched_at: datetime | None) -> Reading:
    flat = _COMMENT.sub("", _CDATA.sub(lambda m: escape(m[1]), text))
    cut = re.search(rf"</(?:\w+:)?{kind}\s*>", flat[-2000:], re.I) is None
    problems = ("feed_cut",) if cut else ()
    entries = _entries(flat, _ENTRY[kind])
    if kind == "sitemapindex":
        children = [canonical(_text(e, "loc"), url) for e in entries]
        pages = tuple(NextPage(child) for child in dict.fromkeys(children) if child)
        return Reading(url, PageKind.OTHER, next_pages=pages, problems=problems)
    if kind == "urlset":
        return _read_sitemap(entries, url, fetched_at, problems)
    title = _text(re.split(r"<(?:\w+:)?(?:item|entry)\b", flat, maxsplit=1)[0], "title")
    rows = [row for e in entries if (row := _row(e, url, fetched_at)) is not None]
    return Reading(url, PageKind.LISTING, title, tuple(rows), problems=problems, next_pages=_next_of(flat, url))


def _entries(flat: str, name: str) -> Iterator[str]:
    """Give the inside of each element `name`; an element never closed ends where the next begins."""
    starts = [m.end() for _, m in zip(range(MAX_ENTRIES + 1), re.finditer(rf"<(?:\w+:)?{name}\b[^>]*>", flat, re.I),
                                      strict=False)]
    closing = re.compile(rf"</(?:\w+:)?{name}\s*>", re.I)
    for start, following in zip(starts, [*starts[1:], len(flat)], strict=False):
        end = closing.search(flat, start, following)
        yield flat[start : end.start() if end else following]


@lru_cache(maxsize=64)
def _tags(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(rf"<{name}(?=[\s/>])([^>]*)>", re.I), re.compile(rf"</{name}\s*>", re.I)


def _elements(entry: str, name: str) -> Iterator[tuple[str, str]]:
    """Give attributes and inside of the elements `name`, one after the other; one never closed is not read."""
    opening, closing = _tags(name)
    position = 0
    while match := opening.search(entry, position):
        if match[1].endswith("/"):
            position = match.end()
            yield match[1], ""
            continue
        end = closing.search(entry, match.end())
        if end is None:
            return
        position = end.end()
        yield match[1], entry[match.end() : end.start()]


def _text(entry: str, *names: str) -> str:
    """Return the plain text of the first of the elements `names` that has any."""
    for name in names:
        for _, inside in _elements(entry, name):
            if text := _plain(inside):
                return text
    return ""


def _plain(raw: str) -> str:
    """Return text as read: what CDATA or escapes hid is markup of its own, and that is dropped too."""
    return clean(unescape(_MARKUP.sub(" ", unescape(_MARKUP.sub(" ", raw)))))


def _attributes(raw: str) -> dict[str, str]:
    return {m[1].lower(): unescape(m[2] if m[2] is not None else m[3]) for m in _ATTRIBUTE.finditer(raw)}


def _row(entry: str, base: str, fetched_at: datetime | None) -> Row | None:
    title = _text(entry, "title", "atom:title", "news:title")
    address = _address(entry, base)
    if not address or not title:
        return None
    summary = _text(entry, "description", "summary", "content:encoded", "content")[:_SUMMARY]
    return _dated(_date(entry, fetched_at), title=title, url=address, summary=summary,
                  attachments=_enclosures(entry, base), is_file=is_file(address))


def _dated(reading: DateReading | None, **fields: Any) -> Row:
    if reading is None:
        return Row(**fields)
    return Row(
        **fields,
        posted_on=reading.day,
        posted_on_raw=reading.raw,
        posted_on_source=reading.source,
        implausible_date=reading.raw if reading.implausible else None,
    )


def _date(entry: str, fetched_at: datetime | None) -> DateReading | None:
    posted = _text(entry, "pubDate", "published", "dc:date", "dcterms:created", "issued", "a10:published",
                   "news:publication_date", "date")
    if posted and (reading := parse_iso(posted, fetched_at, DateSource.FEED)):
        return reading
    modified = _text(entry, "updated", "a10:updated", "modified", "dcterms:modified", "lastmod")
    return parse_iso(modified, fetched_at, DateSource.MODIFIED) if modified else None


def _links(entry: str) -> Iterator[tuple[dict[str, str], str]]:
    for raw, inside in _elements(entry, "(?:atom:|a10:)?link"):
        yield _attributes(raw), _plain(inside)


def _address(entry: str, base: str) -> str | None:
    wanted = [(a.get("href") or text) for a, text in _links(entry) if a.get("rel", "alternate") == "alternate"]
    wanted += [m[1] for m in re.finditer(r"<link\s*/?>\s*([^<\s]+)", entry)]
    wanted += [_text(entry, "feedburner:origLink"), _guid(entry)]
    return next((found for w in wanted if w and (found := canonical(w, base))), None)


def _guid(entry: str) -> str:
    raw, inside = next(_elements(entry, "guid"), ("", ""))
    return _plain(inside) if inside.strip().startswith("http") and "false" not in raw.lower() else ""


def _enclosures(entry: str, base: str) -> tuple[Attachment, ...]:
    offers = [_attributes(raw).get("url", "") for raw, _ in _elements(entry, "enclosure")]
    offers += [a.get("href", "") for a, _ in _links(entry) if a.get("rel") == "enclosure"]
    urls = [u for offer in offers if (u := canonical(offer, base))]
    return tuple(Attachment(u, file_name(u)) for u in dict.fromkeys(urls))


def _next_of(flat: str, base: str) -> tuple[NextPage, ...]:
    """Return the next page of a paged Atom or RSS feed (RFC 5005)."""
    outside = re.split(r"<(?:\w+:)?(?:item|entry)\b", flat, maxsplit=1)[0]
    pages = [canonical(a.get("href", ""), base) for a, _ in _links(outside) if a.get("rel") == "next"]
    return tuple(NextPage(page) for page in pages if page)


def _read_sitemap(
    entries: Iterator[str], url: str, fetched_at: datetime | None, problems: tuple[str, ...]
) -> Reading:
    rows: list[Row] = []
    links: dict[str, Link] = {}
    for entry in entries:
        address = canonical(_text(entry, "loc"), url)
        if address is None:
            continue
        if title := _text(entry, "news:title"):
            rows.append(_dated(_date(entry, fetched_at), title=title, url=address, is_file=is_file(address)))
        else:
            links.setdefault(address, Link(_words(address), address))
    kind = PageKind.LISTING if rows else PageKind.OTHER
    return Reading(url, kind, rows=tuple(rows), links=tuple(links.values()), problems=problems)


def _words(address: str) -> str:
    """Return the words of an address, which is all that a site map says about a page."""
    segments = [s for s in unquote(urlsplit(address).path).split("/") if s]
    last = re.sub(r"\.\w{2,5}$", "", segments[-1]) if segments else ""
    return clean(re.sub(r"[-_+.]+", " ", last))


def _read_json(text: str, url: str, fetched_at: datetime | None) -> Reading | None:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(data, dict) and "jsonfeed.org" in str(data.get("version", "")):
        rows = [_json_row(item, url, fetched_at) for item in _objects(data.get("items"))]
        following = canonical(str(data.get("next_url") or ""), url)
        pages = (NextPage(following),) if following else ()
        title = clean(str(data.get("title") or ""))
    else:
        posts = [p for p in _objects(data if isinstance(data, list) else [data]) if "link" in p and "title" in p]
        if not posts:
            return None
        rows, pages, title = [_wordpress_row(post, url, fetched_at) for post in posts], (), ""
    return Reading(url, PageKind.LISTING, title, tuple(row for row in rows if row), next_pages=pages)


def _objects(items: Any) -> list[dict[str, Any]]:
    return [i for i in items[:MAX_ENTRIES] if isinstance(i, dict)] if isinstance(items, list) else []


def _json_row(item: dict[str, Any], base: str, fetched_at: datetime | None) -> Row | None:
    address = canonical(str(item.get("url") or item.get("external_url") or ""), base)
    title = clean(str(item.get("title") or ""))
    if not address or not title:
        return None
    reading = None
    for name, source in (("date_published", DateSource.FEED), ("date_modified", DateSource.MODIFIED)):
        reading = reading or parse_iso(str(item.get(name) or ""), fetched_at, source)
    summary = _plain(str(item.get("summary") or item.get("content_text") or item.get("content_html") or ""))
    files = [canonical(str(a.get("url") or ""), base) for a in _objects(item.get("attachments"))]
    return _dated(reading, title=title, url=address, summary=summary[:_SUMMARY], is_file=is_file(address),
                  attachments=tuple(Attachment(f, file_name(f)) for f in files if f))


def _wordpress_row(post: dict[str, Any], base: str, fetched_at: datetime | None) -> Row | None:
    """Read a post of `/wp-json/wp/v2/posts`; its `date` is the site's own local time, the one that it shows."""
    address, title = canonical(str(post.get("link") or ""), base), _plain(_rendered(post.get("title")))
    if not address or not title:
        return None
    reading = parse_iso(str(post.get("date") or ""), fetched_at, DateSource.FEED)
    reading = reading or parse_iso(str(post.get("modified") or ""), fetched_at, DateSource.MODIFIED)
    summary = _plain(_rendered(post.get("excerpt")))[:_SUMMARY]
    return _dated(reading, title=title, url=address, summary=summary, is_file=is_file(address))


def _rendered(value: Any) -> str:
    return str(value.get("rendered") or "") if isinstance(value, dict) else str(value or "")
