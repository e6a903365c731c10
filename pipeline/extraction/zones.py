"""Which part of a page a box belongs to, by the page's own names and columns.

What belongs here: zones by tag, role, name and column, and where they begin and end. What does not: the boxes
(`tree`), what an id or class says (`names`).
"""

from __future__ import annotations

import re
from collections import Counter
from enum import IntEnum
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING

from pipeline.extraction.names import column_width, side_words, words_of

if TYPE_CHECKING:
    from pipeline.extraction.tree import Box

_MAIN_IDS = frozenset({"main", "content", "main-content", "maincontent", "primary", "noidung"})
_LINES = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p"})


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


_FOOTER = Zone.FOOTER  # a member costs more to ask an enumeration for than a name
_TAG_ZONES = {
    "nav": Zone.MENU,
    "footer": Zone.FOOTER,
    "address": Zone.FOOTER,
    "aside": Zone.SIDEBAR,
    "menu": Zone.MENU,
    "marquee": Zone.SIDEBAR,
}
_TELLING = _TAG_ZONES.keys() | {"main", "td"}
_FINER = frozenset({Zone.PAGER, Zone.BREADCRUMB, Zone.RELATED, Zone.TAGS, Zone.LANGUAGE, Zone.COMMENTS, Zone.CALENDAR})
_ROLE_ZONES = {
    "navigation": Zone.MENU,
    "menubar": Zone.MENU,
    "menu": Zone.MENU,
    "contentinfo": Zone.FOOTER,
    "complementary": Zone.SIDEBAR,
}
_BESIDE = re.compile(
    r" (?:right|left) ?(?:bar|col|column|side|panel|sidebar) | (?:col|column|side|cot) ?(?:right|left|phai|trai|bar) ")
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
            r"|rightcolumn|leftcolumn) |^ secondary | (?<!elementor )widgets? |" + _BESIDE.pattern,
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
_FEW_LINKS, _SEVERAL = 4, 3
_GRID = 12  # columns of the usual grid
_COLUMNS = 8  # a row of a layout has no more; a grid of records may have thousands
_NAMELESS = frozenset({"a", "img", "body"})


def settle(boxes: list[Box], marked: list[Box], names: set[str]) -> Box | None:
    """Give every box its zone: its own name's, else its parent's; a zone that holds the page itself is none.

    `names` are those of the boxes; of these only the `marked` have a role.

    No menu, side bar or footer holds the page's main part, which is returned where there is one; nor is one that
    holds the page's end with its footer. What tells nothing, by tag, role, name or a cell's width, is not asked.
    """
    said = set(filter(_tells, names))
    telling = [b for b in boxes if b.name in said or b.tag in _TELLING]
    if roles := [b for b in marked if "role" in b.attrs and b.name not in said and b.tag not in _TELLING]:
        telling = sorted([*telling, *roles], key=attrgetter("start"))
    mains = [b for b in telling if b.tag == "main" or (
        "id" in b.attrs and b.attrs["id"] in _MAIN_IDS) or ("role" in b.attrs and b.attrs["role"] == "main")]
    first = mains[0] if mains else boxes[0]
    chief = next((m for m in mains if m.tag == "main" or m.attrs.get("role") == "main"), first)
    alike: Counter[str] = Counter()
    total, links = boxes[0].size or 1, boxes[0].links
    last = next((b.start for b in reversed(boxes) if b.own), 0)
    zone, since = Zone.CONTENT, 0  # the zone of the boxes from `since` on
    around: list[tuple[int, Zone]] = []  # where zones end, and what they lie in
    for box in telling:
        own = _own_zone(box, links)
        if own is None or box.parent is None:
            continue
        while around and around[-1][0] <= box.start:
            zone, since = _until(around.pop(), boxes, zone, since)
        if not (
            own is zone
            or (own is Zone.MENU and zone is not Zone.SIDEBAR and zone)
            or box.start <= chief.start < box.end
            or (box.links <= _FEW_LINKS and _belongs_to_records(box, own, boxes, telling, alike))
            or (own is not Zone.BREADCRUMB and box.size - box.linked > 0.5 * total and box.size > 1500)
            or (own is not Zone.FOOTER and box.start <= last < box.end and _swallows(box, boxes, links))
        ):
            around.append((box.end, zone))
            zone, since = _until((box.start, own), boxes, zone, since)
    while around:
        zone, since = _until(around.pop(), boxes, zone, since)
    return mains[0] if mains else None


def _until(change: tuple[int, Zone], boxes: list[Box], zone: Zone, since: int) -> tuple[Zone, int]:
    """Settle the boxes from `since` to where the zone changes; return the zone that begins there, and where."""
    if zone:
        for box in boxes[since : change[0]]:
            box.zone = zone
    return change[1], change[0]


def _belongs_to_records(box: Box, zone: Zone, boxes: list[Box], telling: list[Box], alike: Counter[str]) -> bool:
    """Tell a part of records, or of a posting's head, from the page's: a "left side" that each of several cards has,
    a "nav" line with the time of posting. `alike` counts the names of a page once it is asked for them."""
    if box.tag in _TAG_ZONES:
        return False
    if zone is Zone.SIDEBAR:
        if _BESIDE.search(words_of(box.name)) is None:
            return False
        if not alike:
            alike.update(other.name for other in telling)
        return alike[box.name] >= _SEVERAL
    return zone is Zone.MENU and any(inner.tag == "time" for inner in islice(boxes, box.start, box.end))


def _swallows(box: Box, boxes: list[Box], links: int) -> bool:
    """Tell a part that lacks its end tag, so that the rest of the page came to lie in it, the footer too."""
    return 2 * box.links > links and any(
        _own_zone(inner, links) is Zone.FOOTER
        for inner in islice(boxes, box.start + 1, box.end) if inner.attrs or inner.tag in _TAG_ZONES)


def _own_zone(box: Box, links: int) -> Zone | None:
    """Return the zone that tag, role, name or column tell for this box alone."""
    attrs, tag, name = box.attrs, box.tag, box.name
    zone = _TAG_ZONES.get(tag)
    if "role" in attrs:
        zone = _ROLE_ZONES.get(attrs["role"] or "", zone)
    if len(name) > 1 and tag not in _NAMELESS:
        named = _named_zone(name) if box.links or tag not in _LINES else None  # an editor's menu hangs on it
        if zone is None or named in _FINER:
            zone = named or zone
    if zone is _FOOTER and _in_record(box):
        return None
    parent = box.parent
    if zone or not attrs or parent is None or parent.links < 0.1 * links:
        return zone
    return _column_zone(box, parent, links) or _side_zone(box, parent, links)


@lru_cache(maxsize=8192)
def _tells(name: str) -> bool:
    """Tell an id and class that may give their box a zone, or make it the main part: of most, nothing follows."""
    ident = name.partition(" ")[0]
    return ident in _MAIN_IDS or bool(_named_zone(name) or side_words(name)) or column_width(name) is not None


@lru_cache(maxsize=8192)
def _named_zone(name: str) -> Zone | None:
    """Return the zone that an id and class name, if any."""
    words = _NEGATED.sub(" ", words_of(name))
    for pattern, zone in _NAME_ZONES:
        if pattern.search(words):
            return zone
    return None


def _in_record(box: Box) -> bool:
    """Tell a record's own footer (`article > footer`) from the page's."""
    return any(above.tag in {"article", "li", "td"} for above in box.up())


def _column_zone(box: Box, parent: Box, links: int) -> Zone | None:
    """Tell a narrow column beside a wide one: grid classes, or widths of table cells as in pages of 2008.

    Only columns of the page count, not those of a record: their row holds a good part of the page's links.
    """
    if box.links < 2 or parent.links < 0.2 * links:
        return None
    width = _width(box)
    if width is None:
        return None
    row = islice(parent.boxes(), _COLUMNS)
    widest = max((w for kid in row if kid is not box and (w := _width(kid)) and not _fills_a_line(kid, w)), default=0)
    return Zone.SIDEBAR if widest >= 1.8 * width else None


def _fills_a_line(box: Box, width: int) -> bool:
    """Tell a column as wide as its grid of twelve: it stands above or below the others."""
    return width == _GRID and box.tag != "td" and "grid" not in box.name


def _side_zone(box: Box, parent: Box, links: int) -> Zone | None:
    """Tell a page's left or right column by name, where its row also has a middle one, or a larger one."""
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
