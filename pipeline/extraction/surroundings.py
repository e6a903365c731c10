"""What a page tells about all of its lists: its title, headings, running text, menu, main part.

What belongs here: the surroundings of a list. What does not: weighing the list itself (`listing`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, islice
from urllib.parse import urlsplit

from pipeline.extraction.addresses import identity
from pipeline.extraction.anchors import Anchor
from pipeline.extraction.names import words_of
from pipeline.extraction.records import Group, in_heading
from pipeline.extraction.tree import HEADINGS, INLINE, Box, Tree, Zone, block_of
from pipeline.text import key

PROSE = 150  # characters of running text that part a heading from a list
_HEADINGS_ABOVE = 4  # that may stand between a list and its own
_HOME_PATH = re.compile(r"/?(?:(?:vi|pages)/)?(?:(?:index|default|home|trang-chu)(?:\.[a-z]{3,5})?/?)?", re.I)

# Headings of blocks that repeat postings of elsewhere, as comparison keys (vi, en).
SIDE_HEADINGS = re.compile(
    r"^(?:cac )?(?:tin|bai|bai viet|tin bai|van ban|thong bao)? ?(?:moi nhat|moi cap nhat|moi dang|xem nhieu"
    r"|doc nhieu|duoc quan tam|xem nhieu nhat|doc nhieu nhat|gan day|duoc xem nhieu|duoc xem nhieu nhat)$"
    r"|^(?:cac )?(?:tin|bai|bai viet) moi$|^(?:cac )?(?:lien ket|link|website)\b.*"
    r"|^(?:recent|latest|popular|most|top) (?:posts?|news|read|viewed|articles?|comments|entries)$"
    r"|^recents?$|^(?:chuyen muc|danh muc|categories|archives?|tags?|the|tu khoa|luu tru|meta|menu|video|album"
    r"|thu vien(?: anh| video)?|quang cao|thong ke|(?:thong ke )?truy cap|tien ich|bo loc|filters?|tim kiem|search)"
    r"(?: tin| bai viet)?$"
)
RELATED_HEADINGS = re.compile(
    r"^(?:cac )?(?:tin|bai|bai viet|tin bai|thong tin|noi dung|van ban)? ?(?:da dua|lien quan|cung chuyen muc"
    r"|cung loai|cung chu de|khac|cu hon|moi hon|truoc do|tiep theo)(?: cung chuyen muc)?$"
    r"|^(?:related|other|older|newer|more|you may|see also|similar|next|previous)\b.*|^xem them\b.*|^co the ban\b.*"
)

_HEADS = HEADINGS | {"legend", "caption"}
_NO_HEADS = frozenset({"a", "li", "tr", "option", "select", "label", "button"})
_NO_LISTS, _BESIDE = frozenset({Zone.MENU, Zone.BREADCRUMB}), frozenset({Zone.SIDEBAR, Zone.FOOTER})
_LEADING_ON = frozenset({Zone.MENU, Zone.FOOTER, Zone.BREADCRUMB})


def is_home(url: str) -> bool:
    """Tell the address of a portal's front page."""
    parts = urlsplit(url)
    return _HOME_PATH.fullmatch(parts.path) is not None and not parts.query


class Surroundings:
    """What a page tells about all of its lists."""

    def __init__(self, tree: Tree, anchors: list[Anchor], url: str) -> None:
        self.url = url
        self.path = urlsplit(url).path
        ident = identity(url)
        self.own = [a.box.start for a in anchors if a.ident == ident]
        self.home = is_home(url)
        self.menu = {
            a.ident
            for a in anchors
            if a.box.zone in _LEADING_ON and a.ident and a.box.size and a.words <= 7 and not in_heading(a.box)
        }
        self.main = tree.main
        self.title = key(tree.title)
        self.prose = [box.start for box in tree.running]
        self.amount = [0, *accumulate(box.own for box in tree.running)]
        self._boxes = tree.boxes
        self._before: dict[int, Box | None] = {}

    def headings_before(self, start: int) -> Iterator[Box]:
        """Give the headings that begin before a place of the page, nearest first; what lies between two places that
        were asked for is looked through once."""
        heading = self._heading_before(start)
        while heading is not None:
            yield heading
            heading = self._heading_before(heading.start)

    def _heading_before(self, start: int) -> Box | None:
        before = self._before
        if start not in before:
            for at in range(start - 1, -1, -1):
                if _is_heading(self._boxes[at]):
                    before[start] = self._boxes[at]
                    break
                if at in before:
                    before[start] = before[at]
                    break
            else:
                before[start] = None
        return before[start]

    def of_page(self, heading: Box) -> bool:
        """Tell a heading that links to the page itself: its own row in a list beside it."""
        at = bisect_left(self.own, heading.start)
        return at < len(self.own) and self.own[at] < heading.end

    def entitled(self, heading: str) -> bool:
        """Tell a heading that the title of the page's head repeats."""
        plain = key(heading)
        return len(plain) > 2 and f" {plain} " in f" {self.title} "

    def text_between(self, start: int, end: int) -> int:
        """Return the size of the running text between two places of the page."""
        return self.amount[bisect_left(self.prose, end)] - self.amount[bisect_left(self.prose, start)]


def _is_heading(box: Box) -> bool:
    """Tell a heading, or a short line that a class names as the title of a block."""
    if box.tag in _HEADS:
        return True
    if not 3 <= box.size <= 90 or box.links > 1 or box.tag in _NO_HEADS:
        return False
    if box.attrs and box.tag != "td" and _heading_name(box.name):
        return True
    if box.size > 45 or box.links or len(box.kids) != 1 or not isinstance(box.kids[0], str):
        return False
    plain = key(box.kids[0])
    return bool(RELATED_HEADINGS.match(plain) or SIDE_HEADINGS.match(plain)) and _own_line(box)


def _own_line(box: Box) -> bool:
    """Tell a line of its own, in a block or between breaks, from words of a line (`20 thẻ`)."""
    block = block_of(box)
    if block.size <= box.size:
        return True
    while box.parent is not None and box.parent is not block:
        if box.parent.size > box.size:
            return False
        box = box.parent
    at = next(n for n, kid in enumerate(block.kids) if kid is box)
    around = [*block.kids[max(0, at - 1) : at], *block.kids[at + 1 : at + 2]]
    return all(not isinstance(kid, str) and (kid.tag not in INLINE and kid.tag != "a") for kid in around)


@lru_cache(maxsize=8192)
def _heading_name(name: str) -> bool:
    return re.search(r" (?:title|heading|header|caption|tieude|head|titles|headline) ", words_of(name)) is not None


def heading_of(group: Group, context: Surroundings) -> Box | None:
    """Return the heading that stands before a group and is of its own block, not of a record."""
    lone = len(group.records) == 1  # its box may be all that holds it
    first = group.records[0].candidate.anchor.box if lone else group.records[0].box
    for heading in islice(context.headings_before(first.start), _HEADINGS_ABOVE):
        other = heading.zone in _NO_LISTS or (heading.zone in _BESIDE and first.zone != heading.zone)
        if other or heading.holds(first) or context.of_page(heading):
            continue
        parent = heading.parent
        for _ in range(4):
            if parent is None:
                break
            if parent.holds(first):
                return None if context.text_between(heading.end, first.start) > PROSE else heading
            parent = parent.parent
        return heading if first.start - heading.end <= 12 else None
    return None
