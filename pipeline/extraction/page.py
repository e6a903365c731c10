"""One capture read whole: `read_page`, the entry of extraction.

What belongs here: the order of reading and the decision what a page is. What does not: each reading itself
(the sibling modules); anything about programmes, networks or clocks.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.extraction.addresses import canonical, identity
from pipeline.extraction.anchors import collect
from pipeline.extraction.article import read_article
from pipeline.extraction.decode import decode
from pipeline.extraction.embedded import embedded_rows
from pipeline.extraction.feed import read_feed
from pipeline.extraction.links import breadcrumbs, feeds, navigation
from pipeline.extraction.listing import ACCEPT, Block, blocks, chosen, merged, siblings
from pipeline.extraction.model import Article, Page, PageKind, Reading, Row
from pipeline.extraction.pagination import next_pages
from pipeline.extraction.platforms import fingerprint
from pipeline.extraction.records import dated
from pipeline.extraction.tree import HEADINGS, Box, Tree, Zone, plant, text_of, words_of
from pipeline.extraction.validity import Invalid, judge
from pipeline.text import clean, key

_BINARY = (
    b"%PDF",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x00\x00\x00\x18ftyp",
    b"ID3",
    b"OggS",
    b"{\\rtf",
)
_MARKUP = ("html", "xml", "json", "text/plain", "rss", "atom")
_ARTICLE_TYPE = re.compile(r'"@type"\s*:\s*\[?\s*"(?:News|Blog|Tech)?(?:Article|Posting)"')
_SERVICES = frozenset(("lien he", "contact", "gop y", "so do trang", "so do cong", "tim kiem", "search", "dang nhap",
                       "dang ky", "hoi dap", "sitemap", "site map", "contact us", "ket qua tim kiem"))
_LINE = 60              # characters of a line of running text
_LONG_BODY, _BODY, _SOME = 1200, 350, 150   # characters of running text


def read_page(page: Page) -> Reading:
    """Read one response: validity, kind, rows, article, pages, links, feeds, trail, platform.

    Pure and total: any bytes give a `Reading`; a reading with `valid=False` says why and allows no conclusion.
    Files (PDF, Office, pictures) give kind OTHER with reason `not_html`.
    """
    if _is_file(page):
        return _invalid(page.url, Invalid.NOT_HTML)
    html = decode(page.body, page.content_type)
    if not html.strip():
        return _invalid(page.url, Invalid.EMPTY)
    feed = read_feed(html, page.url, page.fetched_at) if _maybe_feed(html) else None
    if feed is not None:
        return feed
    if html.lstrip("\ufeff \t\r\n")[:1] in {"{", "["} and "<" not in html[:2000]:
        return _invalid(page.url, Invalid.NOT_HTML)
    return _read_html(page, html)


def _is_file(page: Page) -> bool:
    """Tell a file by its first bytes, or by a type that is no markup."""
    kind = page.content_type.partition(";")[0].strip().lower()
    return (
        page.body.startswith(_BINARY)
        or bool(kind and kind.split("/")[0] in {"image", "audio", "video", "font"})
        or bool(kind.startswith("application/") and not any(m in kind for m in _MARKUP) and b"<" not in page.body[:512])
    )


def _maybe_feed(html: str) -> bool:
    """Tell text that does not begin like a page of HTML."""
    start = html[:600].lstrip("\ufeff \t\r\n").lower()
    return start.startswith(("<?xml", "<rss", "<feed", "<rdf", "<urlset", "<sitemapindex", "{", "[")) and (
        "<html" not in start
    )


def _invalid(url: str, reason: Invalid, title: str = "", platform: str | None = None) -> Reading:
    """Return the reading of a page from which nothing may be concluded."""
    return Reading(
        url=url, kind=PageKind.OTHER, title=title, valid=False, invalid_reason=reason.value, platform=platform
    )


def _read_html(page: Page, html: str) -> Reading:
    """Read a page of HTML."""
    tree = plant(html)
    try:
        return _read_tree(page, html, tree)
    finally:
        tree.fell()


def _read_tree(page: Page, html: str, tree: Tree) -> Reading:
    """Read a page from its tree."""
    platform = fingerprint(tree)
    base = _base(tree, page.url)
    anchors = collect(tree, base)
    found = blocks(tree, anchors, page.url, base, page.fetched_at)
    trail = breadcrumbs(tree, anchors)
    kind, rows, article = _decide(page, html, tree, found, base)
    first = min((b.start for b in found if b.rows and b.score > 0), default=0)
    reason = judge(tree, html)
    if reason is not None and (len(rows) < 3 or reason is Invalid.CHALLENGE):
        return replace(
            _invalid(page.url, reason, _page_title(tree), platform),
            links=navigation(tree, anchors, base, frozenset()),
        )
    return Reading(
        url=page.url,
        kind=kind,
        title=_page_title(tree),
        platform=platform,
        article=article,
        rows=tuple(
            replace(row, section_path=trail) if trail and not row.section_path else row for row in rows.values()
        ),
        next_pages=next_pages(tree, anchors, page.url, base, first) if kind is not PageKind.ARTICLE else (),
        links=navigation(tree, anchors, base, frozenset(rows)),
        feeds=feeds(tree, anchors, page.url, base),
        section_path=trail,
        problems=("page cut: too many elements",) if tree.cut else (),
    )


def _base(tree: Tree, url: str) -> str:
    """Return the address that relative links start from."""
    tag = tree.parser.css_first("base[href]")
    return (canonical(tag.attributes.get("href") or "", url) or url) if tag is not None else url


def _page_title(tree: Tree) -> str:
    """Return the page's title: its own first heading in the content, else the head's."""
    for box in tree.boxes:
        if box.tag == "h1" and box.size and not box.links and box.zone == Zone.CONTENT:
            return text_of(box)[:500]
    head = tree.parser.css_first("title")
    return clean(head.text() or "")[:500] if head is not None else ""


def _decide(
    page: Page, html: str, tree: Tree, found: list[Block], base: str
) -> tuple[PageKind, dict[str, Row], Article | None]:
    """Decide what a page is, and give what it holds."""
    body = _body_size(tree, found)
    title = _page_title(tree)
    as_article = _article_weight(page, html, title, found, body)
    everything = merged(chosen(found, article=False, page=page.url))
    if as_article < 2.0:
        rows = everything or {identity(r.url): r for r in embedded_rows(tree, page.url, base, page.fetched_at)}
        if rows:
            return PageKind.LISTING, rows, None
    elif everything and _newest_in_full(page, title, tree, found):
        hint = _second_heading(tree, title, min(b.start for b in found if b.related))
        return PageKind.LISTING, everything, read_article(tree, page.url, hint, page.fetched_at)
    own = merged(chosen(found, article=True, page=page.url)) if as_article >= 2.0 else {}
    article = _article(page, tree, title, as_article)
    if own and (article is None or 0.25 * len(own) + 1.0 > as_article):
        return PageKind.LISTING, own, article if body >= _BODY else None
    if article is not None and (
        body >= 100 or as_article >= 2.0 or (as_article >= 1.0 and article.posted_on) or article.attachments
    ):
        files = _files_alone(found, article, title, body)
        return (PageKind.LISTING, files, None) if files else (PageKind.ARTICLE, {}, article)
    if not everything or (as_article >= 2.0 and siblings(page.url, list(everything.values()))):
        return PageKind.OTHER, {}, None
    return PageKind.LISTING, everything, None


def _article(page: Page, tree: Tree, title: str, weight: float) -> Article | None:
    """Read the page as one posting; where no markup tells its title, by the bold line above its text."""
    if key(title) in _SERVICES:
        return None
    article = read_article(tree, page.url, "", page.fetched_at)
    if article is None and weight >= 0.75:
        hint = _bold_line(tree)
        article = read_article(tree, page.url, hint, page.fetched_at) if hint else None
    return article


def _bold_line(tree: Tree) -> str:
    """Return the last bold or large line above the first running text of the page's own part."""
    best = ""
    for box in tree.boxes:
        if box.zone != Zone.CONTENT or box.hidden or box.links:
            continue
        if _is_bold(box) and 10 <= box.size <= 300:
            text = text_of(box)
            best = text if text.count(" ") >= 2 and not dated(text) else best
        elif sum(len(kid) for kid in box.kids if isinstance(kid, str)) >= _LINE and not _in_link(box):
            if best:
                return best
    return best


def _is_bold(box: Box) -> bool:
    """Tell a line that stands out without being a heading, in markup old and new."""
    if box.tag in {"b", "strong", "big"}:
        return True
    if box.tag == "font":
        size = (box.attrs.get("size") or "").lstrip("+")
        return size.isdigit() and int(size) >= 3
    return bool(box.attrs) and " title " in words_of(box.name)


def _files_alone(found: list[Block], article: Article, title: str, body: int) -> dict[str, Row]:
    """Return the files that are the postings of a section without pages of their own: named, under a short title."""
    if body >= 100 or article.posted_on or title.count(" ") > 5:
        return {}
    rows = merged([b for b in found if b.zone == Zone.CONTENT and not b.related and not b.aside])
    named = all(row.is_file and row.title.count(" ") >= 3 and key(row.title) != key(title) for row in rows.values())
    return rows if named else {}


def _newest_in_full(page: Page, title: str, tree: Tree, found: list[Block]) -> bool:
    """Tell a section's page that shows its newest posting in full above the list of the older ones."""
    related = [b for b in found if b.related and b.rows]
    if not related or title.count(" ") > 6 or siblings(page.url, [row for b in related for row in b.rows]):
        return False
    return bool(_second_heading(tree, title, related[0].start))


def _second_heading(tree: Tree, title: str, before: int) -> str:
    """Return the heading of a posting below a section's own title, and above what starts at `before`."""
    heads = [
        text_of(b) for b in tree.boxes if b.tag in HEADINGS and b.size and b.zone == Zone.CONTENT and b.start < before
    ]
    later = [h for h in heads if key(h) != key(title) and h.count(" ") >= 3]
    return later[0] if later and key(heads[0]) == key(title) else ""


def _body_size(tree: Tree, found: list[Block]) -> int:
    """Return the size of the running text of the page's own part that belongs to no record of a list."""
    records = [
        (r.box.start, r.box.end)
        for b in found
        if b.score >= 1.0 and not b.related
        for r in b.group.records
        if len(b.group.records) > 1 or b.dated
    ]
    records.sort()
    size = 0
    at = 0
    for box in tree.boxes:
        if box.zone != Zone.CONTENT or box.hidden or box.tag in {"a", "option", "label"}:
            continue
        own = sum(len(kid) for kid in box.kids if isinstance(kid, str))
        if own < 40:
            continue
        while at < len(records) and records[at][1] <= box.start:
            at += 1
        if not (at < len(records) and records[at][0] <= box.start) and not _in_link(box):
            size += own
    return size


def _in_link(box: Box) -> bool:
    """Tell text inside a link."""
    return any(up.tag == "a" for up in list(box.up())[:4])


def _article_weight(page: Page, html: str, title: str, found: list[Block], body: int) -> float:
    """Weigh what says that a page is one posting: its own claim, its text, siblings among its links."""
    head = html[:40_000]
    main = [
        b for b in found
        if b.score >= ACCEPT and b.zone == Zone.CONTENT and not b.related and not b.aside
        and (b.after < _SOME or b.why.get("deeper") or b.why.get("own heading"))
    ]
    rows = [row for b in found if b.score > 0 and b.zone != Zone.MENU and not b.aside for row in b.rows]
    weight = 0.75 * (body >= _SOME) + 0.75 * (body >= _BODY) + 1.0 * (body >= _LONG_BODY)
    weight += 1.0 * (
        'property="og:type" content="article"' in head
        or 'itemprop="articleBody"' in html
        or _ARTICLE_TYPE.search(head) is not None
    )
    weight += 1.0 * (title.count(" ") >= 8) + 0.5 * (title.count(" ") >= 6)
    weight += 1.0 * any(b.related for b in found)
    if body < _BODY and any(b.why.get("own heading") and b.dated for b in main):
        weight -= 1.5
    if siblings(page.url, rows):
        return weight + 1.5
    lists = sum((0.4 if b.dated > 0.5 else 0.2) * len(b.rows) for b in main)
    return weight - min(2.5, lists) - (0.5 if rows else 0.0)
