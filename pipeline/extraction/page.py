"""One capture read whole: `read_page`, the entry of extraction.

What belongs here: the order of reading. What does not: each reading itself (the sibling modules), what a page
is (`kind`); anything about programmes, networks or clocks.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from pipeline.extraction.addresses import canonical, identity
from pipeline.extraction.anchors import Anchor, collect
from pipeline.extraction.decode import Decoded, decoded
from pipeline.extraction.feed import read_feed
from pipeline.extraction.guard import torn
from pipeline.extraction.kind import decide, page_title
from pipeline.extraction.links import breadcrumbs, feeds, frames, navigation
from pipeline.extraction.listing import MAX_ROWS, Block, about_rows, blocks
from pipeline.extraction.model import CUTS, SCRIPTED, STUCK, UNREAD, NextPage, Page, PageKind, Reading
from pipeline.extraction.override import Override, Seen, reread
from pipeline.extraction.pagination import dead_end, first_page, next_pages
from pipeline.extraction.platforms import fingerprint
from pipeline.extraction.postbacks import row_links, settled
from pipeline.extraction.scripted import place_for_script
from pipeline.extraction.surroundings import is_home
from pipeline.extraction.tree import HEADINGS, Tree, Zone, collector_paused, plant
from pipeline.extraction.validity import Invalid, judge

_BINARY = tuple(
    b"%PDF PK\x03\x04 \xd0\xcf\x11\xe0 \x89PNG \xff\xd8\xff GIF8 \x1f\x8b Rar! 7z\xbc\xaf ID3 OggS {\\rtf".split(b" "))
_MARKUP = ("html", "xml", "json", "text/plain", "rss", "atom")


def read_page(page: Page, override: Override | None = None) -> Reading:
    """Read one response: validity, kind, rows, article, pages, links, feeds, trail, platform.

    Pure and total: any bytes give a `Reading`; a reading with `valid=False` says why and allows no conclusion.
    Files (PDF, Office, pictures) give kind OTHER with reason `not_html`. `override`: what an office says of how the
    page's list is read; where it finds nothing the generic reading stands and `problems` says so.
    """
    if _is_file(page):
        return _invalid(page.url, Invalid.NOT_HTML)
    source = decoded(page.body, page.content_type)
    html = source.text
    if not html.strip():
        return _invalid(page.url, Invalid.EMPTY)
    feed = read_feed(html, page.url, page.fetched_at) if _maybe_feed(html) else None
    if feed is not None:
        return feed
    if html.lstrip("\ufeff \t\r\n")[:1] in {"{", "["} and "<" not in html[:2000]:
        return _invalid(page.url, Invalid.NOT_HTML)
    with collector_paused():
        return _read_html(page, source, override)


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


def _read_html(page: Page, source: Decoded, override: Override | None) -> Reading:
    """Read a page of HTML."""
    tree = plant(source.text, source.utf8)
    try:
        return _read_tree(page, source, tree, override)
    finally:
        tree.fell()


def _read_tree(page: Page, source: Decoded, tree: Tree, override: Override | None) -> Reading:
    """Read a page from its tree."""
    platform = fingerprint(tree)
    base = _base(tree, page.url)
    anchors = collect(tree, base)
    links = row_links(anchors, page.url)
    found = blocks(tree, links.anchors, page.url, base, page.fetched_at)
    if _names_itself(anchors, page.url):
        found = _without_menu_entries(found, anchors)
    trail = breadcrumbs(tree, anchors)
    kind, rows, article = decide(page, source.text, tree, found, base)
    problems = _cuts(tree, found)
    if not rows and not problems and torn(source.encoded):
        problems = (f"{CUTS[0]} parts left open",)
    if not rows and kind is not PageKind.ARTICLE and (place := place_for_script(tree)):
        problems += (f"{SCRIPTED} {place}",)
    if override is not None:
        seen = Seen(kind, rows, article, found)
        kind, rows, article, wanting = reread(override, page, base, tree, links.anchors, seen)
        problems += wanting
    first = min((b.start for b in found if b.rows and b.score > 0), default=0)
    framed = frames(tree, page.url, base) if kind is PageKind.OTHER and not rows else ()
    reason = judge(tree, source.text)
    if framed and reason in (Invalid.EMPTY, Invalid.SCRIPTED):
        reason = None  # the page is what its frames show
    if reason is not None and (len(rows) < 3 or reason is Invalid.CHALLENGE):
        return replace(
            _invalid(page.url, reason, page_title(tree), platform),
            links=navigation(tree, anchors, base, frozenset()),
        )
    # a front page may have no other way to its sections than the categories of its newest postings
    about = about_rows(found, rows, anchors) if rows and not is_home(page.url) else frozenset()
    is_text = kind is PageKind.ARTICLE
    pages = () if is_text else next_pages(tree, links.others, page.url, base, first, bool(rows))
    if rows and not pages and not is_text and (words := dead_end(tree, page.url, first)):
        problems += (f"{STUCK} {words}",)
    if pages and not rows and kind is PageKind.OTHER:
        problems += (f"{UNREAD} a pager and no rows",)
    shown, form = settled(tree, rows, links, page.url, base, first_page(page.url))
    return Reading(
        url=page.url,
        kind=kind,
        title=page_title(tree),
        platform=platform,
        article=article,
        rows=tuple(replace(row, section_path=trail) if trail and not row.section_path else row for row in shown),
        next_pages=(*pages, *(NextPage(link.url, (), link.label) for link in framed)),
        links=(*framed, *navigation(tree, anchors, base, frozenset(rows), about)),
        feeds=feeds(tree, anchors, page.url, base),
        section_path=trail,
        problems=problems,
        row_form=form,
    )


def _cuts(tree: Tree, found: list[Block]) -> tuple[str, ...]:
    """Return what of a page was too much to read."""
    cuts = [f"{CUTS[0]} too much to read"] if tree.cut else []
    if any(len(block.group.records) > MAX_ROWS for block in found):
        cuts.append(f"{CUTS[1]} more than {MAX_ROWS} rows")
    return tuple(cuts)


def _names_itself(anchors: list[Anchor], url: str) -> bool:
    """Tell a posting's own page by a heading that links to the page itself."""
    here = identity(url)
    own = [anchor.box for anchor in anchors if anchor.ident == here]
    return any(up.tag in HEADINGS for box in own for up in islice(box.up(), 2))


def _without_menu_entries(found: list[Block], anchors: list[Anchor]) -> list[Block]:
    """Leave out a lone row that leads where the menu leads: a byline's link to the section of a posting."""
    menu = {anchor.ident for anchor in anchors if anchor.box.zone == Zone.MENU}
    return [b for b in found if len(b.rows) != 1 or identity(b.rows[0].url) not in menu]


def _base(tree: Tree, url: str) -> str:
    """Return the address that relative links start from."""
    tag = next((tag.attrs for tag in tree.told["base"] if "href" in tag.attrs), None)
    return (canonical(tag["href"] or "", url) or url) if tag is not None else url
