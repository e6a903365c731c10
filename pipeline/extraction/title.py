"""Which box of a page shows the posting's title.

What belongs here: telling the title from the site's name, headings of blocks and entries of lists. What does
not: reading what stands under it (`article`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from pipeline.extraction.addresses import canonical, identity
from pipeline.extraction.dates import is_date_only
from pipeline.extraction.metadata import Metadata
from pipeline.extraction.names import words_of
from pipeline.extraction.tree import HEADINGS, INLINE, Box, Kid, Tree, Zone, in_link, text_of
from pipeline.text import key

OUTSIDE = frozenset({Zone.MENU, Zone.FOOTER, Zone.SIDEBAR, Zone.BREADCRUMB, Zone.PAGER, Zone.RELATED, Zone.CALENDAR,
                      Zone.LANGUAGE, Zone.COMMENTS})
AFTER_POSTING = re.compile(
    r"(?:cac |nhung |mot so )?(?:tin|bai viet|bai|thong tin|van ban|ban tin|tin tuc|tin bai|thong bao|bai dang)"
    r"(?: tuc| viet| bai| bao| dang)? (?:khac|lien quan|cung (?:chuyen muc|chu de|loai|muc|nhom|the loai)|cu hon"
    r"|moi hon|moi nhat|da dua|da dang|truoc|tiep theo|tuc lien quan|moi|noi bat|doc nhieu|xem nhieu)(?: .{0,20})?"
    r"|related(?: \w+){0,2}|other (?:news|posts|articles)|see also|you may also like|recent (?:posts|news|articles)"
    r"|read next|more (?:news|posts|articles)|binh luan|y kien ban doc|gui binh luan|comments?"
    r"|leave a (?:comment|reply)"
    r"|(?:cac |nhung )?cung (?:chuyen muc|chu de|loai|muc|nhom|the loai)"
    r"|xem them|doc them|tin cung muc|previous post|next post|bai truoc|bai sau|chia se|tags?|tu khoa"
)
_TITLE_NAME = re.compile(r" (?:title|titles|tieude|tieu de|headline|subject|heading|tentin|postname|ten tin) ")
_NOT_TITLE_NAME = re.compile(r" (?:folder|site|block|box|widget|module|other|hit|web|list|sidebar|logo|menu|category) ")
_SITE_NAME = re.compile(
    r"(?:trang|cong) (?:thong tin|tin)(?: dien tu)?.*|trang chu.*|home(?: page)?|chi tiet.*|tin tuc.*")
WIDGET = re.compile(r"(?:so |thong ke |tong )*(?:luot )?(?:truy cap|dang online|dang truy cap|nguoi online)|lien ket.*"
                     r"|thong ke.*|luot xem.*|dang nhap|tim kiem|login|search|menu"
                     r"|\d+ (?:\w+ ){1,4}(?:tim thay|found)|\d+ (?:ket qua|results?)|(?:tim thay|found) \d+ .*")
_TITLE_SCORE = 1.2
_NO_TITLES = frozenset({"a", "option", "li", "label"})
PERMALINK = "¶"  # what a heading's link to itself shows
SPLIT_TITLE = re.compile(r"\s+[-–—|»«·•:]+\s+|\s*\|\s*|\s::\s")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Keys that the title may have, with their weight, and the text sizes that could answer to one of them."""

    keys: dict[str, float]
    sizes: frozenset[int]
    site: str
    url: str


def find_title(tree: Tree, head: Metadata, hint: str, url: str = "") -> Box | None:
    """Return the box that shows the posting's title: the one the head or the list names, else the chief heading."""
    wanted = _wanted(head, hint, url)
    likely = [b for b in tree.boxes if 6 <= b.size <= 500 and not b.hidden and _may_be_title(b, wanted)]
    alike = Counter((b.tag, b.name) for b in likely if b.zone not in OUTSIDE)
    best: tuple[float, Box] | None = None
    for box in likely:
        score = _title_score(box, wanted, alike[box.tag, box.name])
        if score >= _TITLE_SCORE and (best is None or score > best[0]):
            best = (score, box)
    return _title_alone(best[1], wanted) if best else None


def _title_alone(box: Box, wanted: _Wanted) -> Box:
    """Return the line in a box that says the title, where the box holds more: the first lines of the text.

    A heading is whole: a line over its title is the heading's.
    """
    if box.tag in HEADINGS:
        return box
    said = key(text_of(box))
    for part in below(box):
        if part.tag in INLINE or part.tag in {"a", "font"} or part.size < 6:
            continue
        line = key(text_of(part))
        if line.count(" ") >= 3 and len(line) < len(said) and said.startswith(line) and _match(line, wanted.keys):
            return part
    return box


def _wanted(head: Metadata, hint: str, url: str) -> _Wanted:
    """Collect what the title may be: the list's title, the head's titles and their parts, the address' words."""
    keys: dict[str, float] = {}
    sizes: set[int] = set()
    site = key(head.site_name)
    for text, weight in [(hint, 6.0), *((t, 5.0) for t in head.titles)]:
        for index, part in enumerate([text, *SPLIT_TITLE.split(text)]):
            plain = key(part)
            if len(plain) >= 8 and plain != site and not _SITE_NAME.fullmatch(plain):
                keys.setdefault(plain, weight - (0.5 * index if index > 1 else 0))
                sizes.update(range(len(part) - 3, len(part) + 8))
    slug = key(re.sub(r"\.\w{2,5}$|[-_]?\d{4,}$", "", urlsplit(url).path.rstrip("/").rpartition("/")[2]))
    if slug.count(" ") >= 4:
        keys.setdefault(slug, 4.0)
        sizes.update(range(len(slug) - 3, len(slug) + 20))
    return _Wanted(keys, frozenset(sizes), site, url)


def _may_be_title(box: Box, wanted: _Wanted) -> bool:
    if box.tag in HEADINGS:
        return True
    if box.tag in _NO_TITLES or (box.zone and box.zone in OUTSIDE):
        return False
    return box.size in wanted.sizes or (bool(box.attrs) and box.tag not in INLINE and _is_title_named(box))


def _title_score(box: Box, wanted: _Wanted, alike: int) -> float:
    """Weigh a box as the title. One of several that look alike is an entry of a list, unless it is named."""
    text = text_of(box)
    plain = key(text)
    match = _match(plain, wanted.keys)
    heading, named = box.tag in HEADINGS, _is_title_named(box)
    if not match and (alike > 2 or box.links > 1 or not (heading or named) or _SITE_NAME.fullmatch(plain)):
        return 0.0
    if (plain == wanted.site and plain) or _leads_home(box) or is_date_only(text) or AFTER_POSTING.fullmatch(plain) or (
            WIDGET.fullmatch(plain)):
        return 0.0
    within = in_link(box, 3)
    linked = (within and not heading) or (box.linked > 0.6 * box.size and not _is_permalink(box, wanted.url))
    if linked and not match:
        return 0.0
    alone = 0.4 * (named and alike == 1 and box.tag == "p" and not box.links)
    score = match + alone + {"h1": 3.0, "h2": 1.5, "h3": 1.0}.get(box.tag, 0.5 * heading) + 0.7 * named
    return score + min(1.5, 0.15 * plain.count(" ")) - 0.5 * (box.linked > 0 or within) - 4.0 * (box.zone in OUTSIDE)


def _is_title_named(box: Box) -> bool:
    if box.attrs and box.attrs.get("itemprop") in {"headline", "name"}:
        return True
    if box.tag == "tr" and sum(1 for _ in box.boxes()) > 1:
        return False  # the head of a table
    return _title_named(box.name)


@lru_cache(maxsize=8192)
def _title_named(name: str) -> bool:
    words = words_of(name)
    return _TITLE_NAME.search(words) is not None and not _NOT_TITLE_NAME.search(words)


def _is_permalink(box: Box, url: str) -> bool:
    """Whether a heading's link leads to the page that it is on."""
    hrefs = [b.attrs.get("href") or "" for b in below(box) if b.tag == "a"]
    if any(href.startswith("#") for href in hrefs):
        return True
    return any((address := canonical(h, url)) and identity(address) == identity(url) for h in hrefs)


def _match(plain: str, wanted: dict[str, float]) -> float:
    """Weigh how well a text answers to a title that is looked for; cut titles (`…`) match by their start."""
    if len(plain) < 4:
        return 0.0
    if plain in wanted:
        return wanted[plain]
    for title, weight in wanted.items():
        if len(plain) >= 20 and len(title) >= 20 and (plain.startswith(title) or title.startswith(plain)):
            return weight - 1.0
    return 0.0


def _leads_home(box: Box) -> bool:
    """Whether a heading is the site's name: a link to the home page."""
    if not box.links and not in_link(box, 3):
        return False
    link = next((b for b in below(box) if b.tag == "a"), None) or next(b for b in box.up() if b.tag == "a")
    href = (link.attrs.get("href") or "").strip()
    if not href or href.startswith("#") or "[" in href:
        return False                     # a title that links to nowhere but itself, as Joomla's do
    return href in {"/", "./", "../"} or urlsplit(href).path in {"", "/"}


def below(box: Box) -> Iterator[Box]:
    """Give the boxes under `box` in document order."""
    stack: list[Kid] = list(box.kids)[::-1]
    while stack:
        kid = stack.pop()
        if not isinstance(kid, str):
            yield kid
            stack.extend(kid.kids[::-1])
