"""Navigation: menu entries, sections, breadcrumbs, feeds, site maps, with clean labels.

What belongs here: links that lead to other pages of a portal, and where on the page they stand. What does not:
postings (`listing`), pages of a list (`pagination`), what a section means (`pipeline.navigation`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice, takewhile

from pipeline.extraction.addresses import canonical, identity, same_site
from pipeline.extraction.anchors import HOME, NAMES, Anchor, generic
from pipeline.extraction.attachments import is_file
from pipeline.extraction.model import Link
from pipeline.extraction.names import hides
from pipeline.extraction.platforms import posts_of_term
from pipeline.extraction.tree import HEADINGS, Box, Tree, Zone, text_of
from pipeline.text import clean, key

MAX_LINKS = 3000
_WHERE = {
    Zone.CONTENT: "content",
    Zone.MENU: "menu",
    Zone.FOOTER: "footer",
    Zone.SIDEBAR: "sidebar",
    Zone.RELATED: "sidebar",
    Zone.BREADCRUMB: "breadcrumb",
    Zone.TAGS: "sidebar",
    Zone.FORM: "content",
}
_COUNT = re.compile(r"\s*[(\[]\s*\d[\d.,]*\s*[)\]]\s*$")
_MARKS = re.compile(r"^[\s»›>•·▪►|+\-–—:]+|[\s»›>•·▪►|+\-–—:▾▼˅]+$")
_YOU_ARE_HERE = frozenset(
    (
        "ban dang o",
        "ban o day",
        "you are here",
        "this page location is",
        "ban dang o day",
        "vi tri",
        "duong dan",
        "ban dang xem",
    )
)
_NOTHING = frozenset({"0", "1", "0px", "1px"})
_MAX_LABEL_WORDS = 25
_FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_FEED_ADDRESS = re.compile(r"(?:/|[?&=])(?:rss|feed|atom)(?:\.(?:xml|aspx|php|ashx|html?))?(?:[/?&]|$)|\.rss$", re.I)
_OPTION = re.compile(r"^(?:https?://|/|[\w./-]+\.(?:html?|aspx?|php|jsp)(?:\?|$)|\?)", re.I)
_SITEMAP = re.compile(r"so do|sitemap|site map", re.I)
_ARROW = re.compile(r"[»›>/→]")


def frames(tree: Tree, url: str, base: str) -> tuple[Link, ...]:
    """Return the portal's own pages that a page shows in frames, as portals of 2005 do with all they have: not what
    other sites lend (maps, films), files, and frames that are not seen."""
    found: dict[str, Link] = {}
    for node in tree.parser.css("frame[src], iframe[src]"):
        attributes = node.attributes
        address = canonical(attributes.get("src") or "", base)
        seen = not hides(attributes.get("style")) and _NOTHING.isdisjoint(
            (attributes.get("width"), attributes.get("height")))
        if address and seen and same_site(address, url) and not is_file(address):
            label = clean(attributes.get("title") or attributes.get("name") or "")
            found.setdefault(identity(address), Link(label, address, "frame"))
    found.pop(identity(url), None)
    return tuple(found.values())


def navigation(
    tree: Tree, anchors: list[Anchor], base: str, rows: frozenset[str], about: frozenset[int] = frozenset()
) -> tuple[Link, ...]:
    """Return the navigation links of a page in document order; `rows` are identities that are postings, `about`
    where the links stand that speak about a posting."""
    seen: set[tuple[str, str]] = set()
    out: list[Link] = []
    for label, target, ident, zone in [*_anchored(anchors, about), *_options(tree, base)]:
        where = _WHERE.get(zone)
        if where is None or (ident in rows and zone == Zone.CONTENT) or is_file(target):
            continue
        clear = tidy(label)
        if not clear or clear.count(" ") >= _MAX_LABEL_WORDS:
            continue
        known = (ident, key(clear))
        if known in seen:
            continue
        seen.add(known)
        out.append(Link(clear, target, where))
        if len(out) >= MAX_LINKS:
            break
    return tuple(out)


def _anchored(anchors: list[Anchor], about: frozenset[int]) -> list[tuple[str, str, str, Zone]]:
    """Return label, address, identity and zone of links; `Xem tất cả` takes the name of its block."""
    out = []
    for anchor in anchors:
        if not anchor.url or anchor.label.isdigit() or anchor.box.start in about:
            continue
        label = anchor.label
        if generic(label) and key(label) not in NAMES:
            label = _block_name(anchor.box) if anchor.box.zone == Zone.CONTENT else ""
        out.append((label, anchor.url, anchor.ident, anchor.box.zone))
    return out


def _block_name(box: Box) -> str:
    """Return the heading of the block that a `Xem tất cả` link closes, where it has one unlinked heading."""
    for above in islice(box.up(), 4):
        before = takewhile(lambda kid: kid.start < box.start, above.boxes())
        heads = [kid for kid in before if kid.tag in HEADINGS and kid.size]
        if heads:
            return text_of(heads[-1])
    return ""


def _options(tree: Tree, base: str) -> list[tuple[str, str, str, Zone]]:
    """Return the choices of drop-down menus that are addresses."""
    out: list[tuple[str, str, str, Zone]] = []
    for option in tree.of("option"):
        value = (option.attrs.get("value") or "").strip()
        target = canonical(value, base) if _OPTION.match(value) else None
        if target:
            out.append((text_of(option), target, identity(target), option.zone))
    return out


@lru_cache(maxsize=8192)
def tidy(label: str) -> str:
    """Return a label without bullets, arrows and counters."""
    return _MARKS.sub("", _COUNT.sub("", clean(label)))[:200]


def feeds(tree: Tree, anchors: list[Anchor], url: str, base: str) -> tuple[str, ...]:
    """Return addresses of feeds: those that the head names, also as data, then links that are plainly feeds."""
    found: dict[str, None] = {}
    for link in tree.told["link"]:
        given = link.attrs
        kind = (given.get("type") or "").lower()
        rel = (given.get("rel") or "").lower().split()
        if kind in _FEEDS and "alternate" in rel:
            target = canonical(given.get("href") or "", base)
            if target and same_site(target, url):
                found[target] = None
        elif kind == "application/json" and "alternate" in rel:
            posts = posts_of_term(canonical(given.get("href") or "", base) or "")
            if posts and same_site(posts, url):
                found[posts] = None
    for anchor in anchors:
        if anchor.url and _is_feed(anchor.url) and same_site(anchor.url, url):
            found[anchor.url] = None
    return tuple(found)


@lru_cache(maxsize=8192)
def _is_feed(url: str) -> bool:
    return _FEED_ADDRESS.search(url) is not None


def breadcrumbs(tree: Tree, anchors: list[Anchor]) -> tuple[str, ...]:
    """Return the labels of the way from the home page to this one, outermost first, without the home page."""
    trail = Zone.BREADCRUMB
    named = (b for b in tree.boxes if b.zone is trail and b.size and not b.hidden)
    box = next(named, None) or _unnamed_trail(anchors)
    if box is None or box.size > 600:
        return ()
    labels: list[str] = []
    for piece in _steps(box):
        label = tidy(piece)
        plain = key(label)
        if label and plain not in HOME and plain not in _YOU_ARE_HERE and label not in labels[-1:]:
            labels.append(label)
    return tuple(labels[:8])


def _steps(box: Box) -> list[str]:
    """Return the steps of a trail: each link, and each text beside links cut at separators."""
    out: list[str] = []
    stack: list[Box | str] = list(box.kids)[::-1]
    while stack:
        kid = stack.pop()
        if isinstance(kid, str):
            out.extend(re.split(r"\s*[»›>/|→]\s*|\s::\s", kid))
        elif kid.tag == "a":
            out.append(text_of(kid))
        elif kid.links == 0:
            out.extend(re.split(r"\s*[»›>|→]\s*|\s::\s", text_of(kid)))
        else:
            stack.extend(list(kid.kids)[::-1])
    return out


def _unnamed_trail(anchors: list[Anchor]) -> Box | None:
    """Find a trail without a telling name: a short line that starts at the home page and has arrows in it.

    Without arrows a line or column of links that starts at the home page is a menu.
    """
    for anchor in anchors:
        if anchor.box.zone or key(anchor.label) not in HOME:
            continue
        for above in list(anchor.box.up())[:4]:
            if above.size > 300 or above.links > 8:
                break
            if above.size > len(anchor.label) + 3 and _ARROW.search(text_of(above)):
                return above
    return None


def is_sitemap(link: Link) -> bool:
    """Tell a link to the portal's site map."""
    return _SITEMAP.search(key(link.label)) is not None or "sitemap" in link.url.lower()
