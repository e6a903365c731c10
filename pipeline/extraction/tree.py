"""One walk over a parsed page: a light tree with order, text sizes and zones, which every reader shares.

What belongs here: parsing within limits, boxes, zones by the page's own names and columns. What does not:
which boxes are postings (`listing`), pages (`pagination`) or navigation (`links`).
"""

from __future__ import annotations

import gc
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from functools import cached_property, lru_cache
from itertools import chain, islice
from operator import attrgetter
from typing import TypeAlias
from unicodedata import is_normalized

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.extraction.guard import tame
from pipeline.extraction.names import HIDDEN, column_width, hides, side_words, words_of
from pipeline.text import clean

MAX_BOXES = 200_000
TEXT, COMMENT = "-text", "-comment"
MAIN_IDS = frozenset({"main", "content", "main-content", "maincontent", "primary", "noidung"})
SKIPPED = frozenset(["script", "style", "noscript", "template", "svg", "head", "iframe", "object", "textarea"])
INLINE = frozenset({"span", "b", "strong", "i", "em", "font", "u", "small", "mark", "label", "sup", "sub", "ins"})
_GLUED = INLINE | {"a"}
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LINES = HEADINGS | {"p"}
_WORDS_ONLY = frozenset({"a", "option", "label"})


class Zone(IntEnum):
    """Part of a page that a box belongs to; everything but CONTENT is told by name, role, tag or column."""

    CONTENT = 0
    MENU = 1
    FOOTER = 2
    SIDEBAR = 3
    BREADCRUMB = 4
    PAGER = 5
    RELATED = 6
    CALENDAR = 7
    TAGS = 8
    LANGUAGE = 9
    COMMENTS = 10
    FORM = 11


_CONTENT = Zone.CONTENT


class Box:
    """An element. `start`/`end` are preorder numbers: `b` lies in `a` when a.start <= b.start < a.end.

    `kids` holds boxes and cleaned text pieces in order; `size` is the length of all text, `linked` of the text
    inside links, `own` of the text of its own pieces, all in characters; `text` keeps what `text_of` has read.
    """

    __slots__ = ("attrs", "end", "hidden", "kids", "linked", "links", "name", "node", "own", "parent", "size", "start",
                 "tag", "text", "zone")

    def __init__(
        self, node: LexborNode, tag: str, attrs: dict[str, str | None], parent: Box | None, start: int
    ) -> None:
        self.node = node
        self.tag = tag
        self.attrs = attrs
        self.parent = parent
        self.kids: list[Kid] = []
        self.start = start
        self.end = start + 1
        self.own = self.size = self.linked = self.links = 0
        self.zone = _CONTENT
        self.text: str | None = None
        self.hidden: bool = parent is not None and parent.hidden
        self.name = ""
        if attrs:
            self.name = f"{attrs.get('id') or ''} {attrs.get('class') or ''}"
            if "hidden" in attrs or ("style" in attrs and hides(attrs["style"])) or HIDDEN in self.name:
                self.hidden = True

    def boxes(self) -> Iterator[Box]:
        """Give the element children."""
        return (kid for kid in self.kids if not isinstance(kid, str))

    def holds(self, other: Box) -> bool:
        """Tell whether `other` lies in this box (or is it)."""
        return self.start <= other.start < self.end

    def up(self) -> Iterator[Box]:
        """Give the ancestors, nearest first."""
        box = self.parent
        while box is not None:
            yield box
            box = box.parent


Kid: TypeAlias = Box | str


class Tree:
    """A page: the parser, its boxes in document order, and whether it was too long or too deep to read whole.

    `main` is the first part that the page calls its main one; `told` holds what it tells machines (title, base,
    meta, link, script), by tag in document order.
    """

    def __init__(self, parser: LexborHTMLParser, boxes: list[Box], main: Box | None, cut: bool) -> None:
        self.parser = parser
        self.root = boxes[0]
        self.main = main
        self.boxes = boxes
        self.cut = cut
        self.by_tag: defaultdict[str, list[Box]] = defaultdict(list)
        for box in boxes:
            self.by_tag[box.tag].append(box)
        self.told: dict[str, list[LexborNode]] = {"title": [], "base": [], "meta": [], "link": [], "script": []}
        for node in parser.css("title,base,meta,link,script"):
            self.told[node.tag or ""].append(node)

    @cached_property
    def running(self) -> list[Box]:
        """The boxes with running text of their own in the page's own part, once the zones are settled."""
        return [b for b in self.boxes if b.own >= 40 and not b.zone and not b.hidden and b.tag not in _WORDS_ONLY]

    @property
    def title(self) -> str:
        """The title in the page's head, as it stands there."""
        return self.told["title"][0].text() or "" if self.told["title"] else ""

    def fell(self) -> None:
        """Take the tree apart: boxes point at each other, and a reader of many pages must not wait for the
        collector of cycles to have their memory back. The tree is of no use afterwards."""
        for box in self.boxes:
            box.parent = None

    def of(self, *tags: str) -> list[Box]:
        """Give the boxes of these tags in document order."""
        found = [self.by_tag[tag] for tag in tags if tag in self.by_tag]
        if len(found) < 2:
            return found[0] if found else []
        return sorted(chain.from_iterable(found), key=attrgetter("start"))


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the collector of cycles from walking through a tree while it grows; `Tree.fell` leaves it nothing to do."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def plant(html: str) -> Tree:
    """Parse `html` once and walk it once. Text is collapsed, never decoded again; any input gives a tree."""
    tamed, tamer = tame(html)
    parser = LexborHTMLParser(tamed)
    if (top := parser.body or parser.root) is None:
        parser = LexborHTMLParser("<html><body></body></html>")
        top = parser.body
    assert top is not None
    boxes, cut = _walk(top)
    mains = _mains(boxes)
    _zone(boxes, mains)
    return Tree(parser, boxes, mains[0] if mains else None, cut or tamer)


def _walk(top: LexborNode) -> tuple[list[Box], bool]:
    """Build the boxes in preorder without recursion. A space alone between pieces of a line goes to the later one."""
    root = Box(top, "body", top.attributes or {}, None, 0)
    boxes = [root]
    append = boxes.append
    here, kids = root, root.kids
    gap = False
    node = top.first_child
    while True:
        while node is None:
            above = _ended(here, len(boxes))
            if above is None:
                return boxes, False
            node, here, kids = here.node.next, above, above.kids
        tag = node.tag
        if tag == TEXT:
            raw = node.text_content or ""
            text = raw.strip()
            if text:
                if not text.isprintable() or "  " in text:
                    text = " ".join(text.split())
                here.size += len(text)
                text = (" " if gap or raw[0].isspace() else "") + text + (" " if raw[-1].isspace() else "")
                gap = False
                here.own += len(text)
                kids.append(text)
            elif not gap:
                gap = _goes_on(here)
        elif tag is not None and tag[0] != "-" and tag not in SKIPPED:
            if len(boxes) >= MAX_BOXES:
                return boxes, _cut(here, len(boxes))
            box = Box(node, tag, node.attributes, here, len(boxes))
            append(box)
            kids.append(box)
            child = node.first_child
            if child is not None:
                node, here, kids = child, box, box.kids
                continue
            if tag == "a":
                box.links = 1
                here.links += 1
        node = node.next


def _goes_on(box: Box) -> bool:
    """Tell whether a line is being read where a box has come to: in inline markup, or after it or a text."""
    last = box.kids[-1] if box.kids else box
    return isinstance(last, str) or last.tag in _GLUED or box.tag in _GLUED


def _ended(box: Box, end: int) -> Box | None:
    """End a box that has been read, add its text and links to its parent's, and return that."""
    box.end = end
    if box.tag == "a":
        box.linked, box.links = box.size, 1
    parent = box.parent
    if parent is not None:
        parent.size += box.size
        parent.linked += box.linked
        parent.links += box.links
    return parent


def _cut(box: Box, end: int) -> bool:
    """End the open boxes of a walk that stops here."""
    here: Box | None = box
    while here is not None:
        here = _ended(here, end)
    return True


_TAG_ZONES = {
    "nav": Zone.MENU,
    "footer": Zone.FOOTER,
    "address": Zone.FOOTER,
    "aside": Zone.SIDEBAR,
    "menu": Zone.MENU,
    "marquee": Zone.SIDEBAR,
}
_FINER = frozenset({Zone.PAGER, Zone.BREADCRUMB, Zone.RELATED, Zone.TAGS, Zone.LANGUAGE, Zone.COMMENTS, Zone.CALENDAR})
_ROLE_ZONES = {
    "navigation": Zone.MENU,
    "menubar": Zone.MENU,
    "menu": Zone.MENU,
    "contentinfo": Zone.FOOTER,
    "complementary": Zone.SIDEBAR,
}
_NAME_ZONES: tuple[tuple[re.Pattern[str], Zone], ...] = tuple(
    (re.compile(p), z)
    for p, z in (
        (
            r" (?:breadcrumbs?|crumbs?|pathway|sitemappath|dan duong|duongdan) | you are here | bread crumb ",
            Zone.BREADCRUMB,
        ),
        (
            r" (?:pagination|pagings?|pager|pagenavi|phan ?trang|pagelinks|paginator) "
            r"| page (?:numbers|links|nav|iterator) | posts? (?:navigation|nav) ",
            Zone.PAGER,
        ),
        (
            r" (?:related|relate|relates|lienquan|tinlienquan|tinkhac|othernews|relatednews|seealso) "
            r"| lien quan | tin khac | other (?:news|posts|article) | see also | prev(?:ious)? next ",
            Zone.RELATED,
        ),
        (r" (?:calendar|datepicker|minicalendar|wp calendar) ", Zone.CALENDAR),
        (r" (?:tagcloud|tags) | tag (?:cloud|list|links) ", Zone.TAGS),
        (r" (?:language|languages|lang|langs|locale|locales) ", Zone.LANGUAGE),
        (r" (?:comments|commentlist|comment list|disqus|respond) ", Zone.COMMENTS),
        (r" (?:footer|foot|colophon|copyright|chantrang|footers?bottom) ", Zone.FOOTER),
        (
            r" (?:sidebar|sidebars|aside|rightbar|leftbar|colright|rightcol|colleft|leftcol|cotphai|cottrai"
            r"|rightcolumn|leftcolumn) |^ secondary | (?<!elementor )widgets? "
            r"| (?:right|left) ?(?:bar|col|column|side|panel|sidebar) "
            r"| (?:col|column|side|cot) ?(?:right|left|phai|trai|bar) ",
            Zone.SIDEBAR,
        ),
        (
            r" (?:menu|menus|nav|navi|navbar|navs|navigation|mainmenu|topmenu|megamenu|mainnav|submenu|leftmenu|topnav"
            r"|quicklaunch|offcanvas|toplinks|dropdown|topbar|toolbar|navigations) ",
            Zone.MENU,
        ),
    )
)
_NEGATED = re.compile(
    r" (?:no|has|have|with|without|not|hide|show|is|main content) (?:\w+ )?"
    r"(?:nav|navbar|navigation|sidebar|sidebars|menu|aside|widgets?|breadcrumbs?) "
)
_MIDDLE = re.compile(r"(?<! text)(?<!align)(?<!float) (?:center|centre|mid|middle|giua) ")
_MAIN = re.compile(r" (?:main|content) ")
_COLUMNS = 8  # a row of a layout has no more; a grid of records may have thousands
@lru_cache(maxsize=8192)
def _named_zone(name: str) -> Zone | None:
    """Return the zone that an id and class name, if any."""
    words = _NEGATED.sub(" ", words_of(name))
    for pattern, zone in _NAME_ZONES:
        if pattern.search(words):
            return zone
    return None


def _zone(boxes: list[Box], mains: list[Box]) -> None:
    """Give every box its zone: its own name's, else its parent's; a zone that holds the page itself is none.

    No menu, side bar or footer holds the page's main part; nor is one that holds the page's end with its footer.
    """
    total, links = boxes[0].size or 1, boxes[0].links
    last = next((b.start for b in reversed(boxes) if b.own), 0)
    chief = next(([m] for m in mains if m.tag == "main" or m.attrs.get("role") == "main"), mains[:1])
    for box in islice(boxes, 1, None):
        inherited = box.parent.zone if box.parent is not None else _CONTENT
        own = _own_zone(box, links) if _may_tell(box) else None
        if (
            own is None
            or own == inherited
            or (own == Zone.MENU and inherited != Zone.SIDEBAR and inherited)
            or any(box.start <= c.start < box.end for c in chief)
            or (own != Zone.BREADCRUMB and box.size - box.linked > 0.5 * total and box.size > 1500)
            or (own != Zone.FOOTER and box.start <= last < box.end and _swallows(box, boxes, links))
        ):
            box.zone = inherited
        else:
            box.zone = own


def _may_tell(box: Box) -> bool:
    """Tell a box that has what could give it a zone: a tag of one, a role, a name, a cell's width."""
    if box.tag in _TAG_ZONES:
        return True
    return bool(box.attrs) and (box.name != " " or box.tag == "td" or "role" in box.attrs)


def _swallows(box: Box, boxes: list[Box], links: int) -> bool:
    """Tell a part that lacks its end tag, so that the rest of the page came to lie in it, the footer too."""
    return 2 * box.links > links and any(
        _own_zone(inner, links) == Zone.FOOTER
        for inner in islice(boxes, box.start + 1, box.end) if inner.attrs or inner.tag in _TAG_ZONES)


def _mains(boxes: list[Box]) -> list[Box]:
    """Give the boxes that a page calls its main part, by tag, role or id."""
    marked = [b for b in boxes if b.attrs or b.tag == "main"]
    return [b for b in marked if b.tag == "main" or b.attrs.get("role") == "main" or b.attrs.get("id") in MAIN_IDS]


def _own_zone(box: Box, links: int) -> Zone | None:
    """Return the zone that tag, role, name or column tell for this box alone."""
    attrs = box.attrs
    zone = _TAG_ZONES.get(box.tag)
    if not attrs:
        return zone if zone != Zone.FOOTER or not _in_record(box) else None
    role = attrs.get("role")
    if role:
        zone = _ROLE_ZONES.get(role, zone)
    if box.name != " " and box.tag not in {"a", "img", "body"}:
        named = _named_zone(box.name) if box.links or box.tag not in _LINES else None  # an editor's menu hangs on it
        if zone is None or named in _FINER:
            zone = named or zone
    if zone == Zone.FOOTER and _in_record(box):
        return None
    return zone or _column_zone(box, links) or _side_zone(box, links)


def _in_record(box: Box) -> bool:
    """Tell a record's own footer (`article > footer`) from the page's."""
    return any(above.tag in {"article", "li", "td"} for above in box.up())


def _column_zone(box: Box, links: int) -> Zone | None:
    """Tell a narrow column beside a wide one: grid classes, or widths of table cells as in pages of 2008.

    Only columns of the page count, not those of a record: their row holds a good part of the page's links.
    """
    parent = box.parent
    if parent is None or box.links < 2 or parent.links < 0.2 * links:
        return None
    width = _width(box)
    if width is None:
        return None
    row = islice(parent.boxes(), _COLUMNS)
    widest = max((w for w in (_width(kid) for kid in row if kid is not box) if w), default=0)
    return Zone.SIDEBAR if widest >= 1.8 * width else None


def _side_zone(box: Box, links: int) -> Zone | None:
    """Tell a page's left or right column by name, where its row also has a middle one, or a larger one."""
    parent = box.parent
    if parent is None or parent.links < 0.1 * links:
        return None
    words = side_words(box.name)
    if not words:
        return None
    right = " right " in words or " phai " in words
    others = [(words_of(kid.name), kid) for kid in islice(parent.boxes(), _COLUMNS) if kid is not box and kid.size]
    if any(_MIDDLE.search(name) for name, _ in others):
        return None if _MIDDLE.search(words) else Zone.SIDEBAR
    if parent.links < 0.35 * links:
        return None
    if any(_MAIN.search(name) for name, _ in others):
        return None if _MAIN.search(words) else Zone.SIDEBAR
    opposite = " left " if right else " right "
    larger = any(opposite in name and kid.size > box.size for name, kid in others)
    short = box.links > 0 and box.linked < 25 * box.links
    return Zone.SIDEBAR if larger and (right or short) else None


def _width(box: Box) -> int | None:
    """Return a box's width as its class or cell tells it; only comparable with its neighbours'."""
    if box.tag == "td":
        raw = (box.attrs.get("width") or "").strip().removesuffix("%").removesuffix("px")
        return int(raw) if raw.isdigit() else None
    return column_width(box.attrs.get("class") or "") if box.attrs else None


def text_of(box: Box, without: frozenset[int] = frozenset()) -> str:
    """Return the text of a box as it is read: inline markup glued, blocks apart; `without` = starts to skip."""
    if without:
        return _joined(box, without)
    if box.text is None:
        box.text = _joined(box, without) if box.size else ""
    return box.text


def _joined(box: Box, without: frozenset[int]) -> str:
    kids = box.kids
    if len(kids) == 1 and isinstance(kids[0], str):
        return spaced(kids[0])
    out: list[str] = []
    stack: list[Kid] = kids[::-1]
    while stack:
        kid = stack.pop()
        if isinstance(kid, str):
            out.append(kid)
        elif kid.start not in without:
            if kid.tag not in _GLUED:
                out.append(" ")
                stack.append(" ")
            if kid.size:
                stack += kid.kids[::-1]
    return spaced("".join(out))


def spaced(text: str) -> str:
    """Return `clean(text)`, at a fraction of its price for text that has nothing to clean but its spaces."""
    text = " ".join(text.split())
    return text if text.isprintable() and is_normalized("NFC", text) else clean(text)


def pieces(kids: Iterable[Kid], without: frozenset[int] = frozenset()) -> list[str]:
    """Return the text pieces of `kids` in order, one an element's own run of text, trimmed."""
    out: list[str] = []
    stack: list[Kid] = list(kids)[::-1]
    while stack:
        kid = stack.pop()
        if isinstance(kid, str):
            out.append(kid.strip())
        elif kid.start not in without:
            stack.extend(reversed(kid.kids))
    return [piece for piece in out if piece]


def in_link(box: Box, within: int = 4) -> bool:
    """Tell a box inside a link: one of its nearest ancestors, at most so many up."""
    above = box.parent
    while above is not None and within:
        if above.tag == "a":
            return True
        above, within = above.parent, within - 1
    return False


def block_of(box: Box) -> Box:
    """Return the nearest ancestor that is not inline markup."""
    for above in box.up():
        if above.tag not in _GLUED:
            return above
    return box
