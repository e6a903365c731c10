"""One walk over a parsed page: a light tree with order, text sizes and zones, which every reader shares.

What belongs here: parsing within limits, boxes, their text. What does not: their zones (`zones`), which boxes are
postings (`listing`), pages (`pagination`) or navigation (`links`).
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import TypeAlias
from unicodedata import is_normalized

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.extraction import zones
from pipeline.extraction.guard import tame
from pipeline.extraction.names import HIDDEN, REQUESTS, hides
from pipeline.text import clean

Zone = zones.Zone
MAX_BOXES = 200_000
SKIPPED = frozenset(["script", "style", "noscript", "template", "svg", "head", "iframe", "object", "textarea"])
INLINE = frozenset({"span", "b", "strong", "i", "em", "font", "u", "small", "mark", "label", "sup", "sub", "ins"})
_GLUED = INLINE | {"a"}
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_WORDS_ONLY = frozenset({"a", "option", "label"})
_TOLD = ("title", "base", "meta", "link", "script")
_TOLD_QUERY = ",".join(_TOLD)
# What few elements have and readers ask of all: their boxes are kept apart.
_ASKED = frozenset({"hidden", "style", "role", "onclick", *REQUESTS})
_UNSHOWN = frozenset({"noscript", "object"})
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
        self.hidden = False
        self.name = (attrs.get("id") or "") + " " + (attrs.get("class") or "") if attrs else ""

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
_Kind: TypeAlias = tuple[str, list[Box]]


class Told:
    """An element that tells machines something: its attributes, and its text where it is asked for."""

    __slots__ = ("attrs", "node")

    def __init__(self, node: LexborNode, attrs: dict[str, str | None]) -> None:
        self.node = node
        self.attrs = attrs

    @property
    def text(self) -> str:
        """The text, as it stands there."""
        return self.node.text() or ""


class Tree:
    """A page: the parser, its boxes in document order, and whether it was too long or too deep to read whole.

    `main` is the first part that the page calls its main one; `names` are its boxes' names; `marked` are its boxes
    with a role, a style or something that a script does; `told` holds what it tells machines (title, base, meta, link,
    script), by tag in document order.
    """

    def __init__(self, parser: LexborHTMLParser, walk: _Walk, cut: bool) -> None:
        self.parser = parser
        self.root = walk.boxes[0]
        self.boxes = walk.boxes
        self.cut = cut
        self.by_tag = walk.by_tag
        self.names = {box.name for box in walk.boxes}
        self.marked = [box for box in walk.boxes if box.attrs and not _ASKED.isdisjoint(box.attrs)]
        self.told = self._told(walk)
        _hide(self.boxes, self.marked, self.names)
        self.main = zones.settle(self.boxes, self.marked, self.names)

    def _told(self, walk: _Walk) -> dict[str, list[Told]]:
        """Give the head's, then those of the body, then those that only a visitor without scripts is told."""
        head = self.parser.head
        first = head.css(_TOLD_QUERY) if head is not None else []
        last = [node for part in walk.unshown for node in part.css(_TOLD_QUERY)]
        told: dict[str, list[Told]] = {tag: [] for tag in _TOLD}
        for node in first:
            told[node.tag or ""].append(Told(node, node.attributes))
        for tag in _TOLD:
            told[tag] += [Told(box.node, box.attrs) for box in self.by_tag.get(tag, ())]
        for node in [*walk.scripts, *last]:
            told[node.tag or ""].append(Told(node, node.attributes))
        return told

    @cached_property
    def running(self) -> list[Box]:
        """The boxes with running text of their own in the page's own part, once the zones are settled."""
        return [b for b in self.boxes if b.own >= 40 and not b.zone and not b.hidden and b.tag not in _WORDS_ONLY]

    @property
    def title(self) -> str:
        """The title in the page's head, as it stands there."""
        return self.told["title"][0].text if self.told["title"] else ""

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


def plant(html: str, utf8: bytes | None = None) -> Tree:
    """Parse `html` once and walk it once. Text is collapsed, never decoded again; any input gives a tree.

    `utf8`: the same, where it is at hand.
    """
    tamed, tamer = tame(html)
    parser = LexborHTMLParser(tamed if utf8 is None or tamed is not html else utf8)
    if (top := parser.body or parser.root) is None:
        parser = LexborHTMLParser("<html><body></body></html>")
        top = parser.body
    assert top is not None
    walk = _Walk(top)
    cut = _grow(walk, top)
    return Tree(parser, walk, cut or tamer)


class _Walk:
    """What a walk meets: `boxes` in preorder, also by their tags, and what is no box but tells machines something:
    `scripts`, and the parts `unshown` where scripts run."""

    __slots__ = ("boxes", "by_tag", "scripts", "unshown")

    def __init__(self, top: LexborNode) -> None:
        self.boxes = [Box(top, "body", top.attributes or {}, None, 0)]
        self.by_tag: dict[str, list[Box]] = {"body": self.boxes[:1]}
        self.scripts: list[LexborNode] = []
        self.unshown: list[LexborNode] = []

    def kind(self, tag: str | None) -> _Kind | None:
        """Return a tag and its boxes, None for a comment and for what no visitor reads: they become no boxes."""
        if tag is None or tag[0] == "-" or tag in SKIPPED:
            return None
        return tag, self.by_tag.setdefault(tag, [])

    def pass_over(self, node: LexborNode) -> None:
        """Keep a script, or what a visitor without scripts would see."""
        if node.tag == "script":
            self.scripts.append(node)
        elif node.tag in _UNSHOWN:
            self.unshown.append(node)


def _grow(walk: _Walk, top: LexborNode) -> bool:
    """Build the boxes in preorder without recursion; tell whether there are too many of them.

    A space alone between pieces of a line goes to the later one.
    """
    boxes = walk.boxes
    here = boxes[0]
    kinds: dict[int, _Kind | None] = {}  # by the parser's number of a tag, which costs less to ask for
    gap = False
    node = top.first_child
    while True:
        while node is None:
            above = _ended(here, len(boxes))
            if above is None:
                return False
            node, here = here.node.next, above
        raw = node.text_content
        if raw is not None:
            if bare := raw.strip():
                _say(here, raw, bare, gap)
                gap = False
            else:
                gap = gap or _goes_on(here)
        elif kind := kinds.get(number := node.tag_id):
            tag, alike = kind
            start = len(boxes)
            if start >= MAX_BOXES:
                return _cut(here, start)
            box = Box(node, tag, node.attributes, here, start)
            boxes.append(box)
            alike.append(box)
            here.kids.append(box)
            child = node.first_child
            if child is not None:
                node, here = child, box
                continue
            if tag == "a":
                box.links = 1
                here.links += 1
        elif number not in kinds:
            kinds[number] = walk.kind(node.tag)
            continue
        else:
            walk.pass_over(node)
        node = node.next


def _say(box: Box, raw: str, bare: str, gap: bool) -> None:
    """Add a text to a box, with a space where it has white space around it or comes after a gap."""
    text = bare if bare.isprintable() and "  " not in bare else " ".join(bare.split())
    box.size += len(text)
    if gap or len(bare) < len(raw):
        text = (" " if gap or raw[0].isspace() else "") + text + (" " if raw[-1].isspace() else "")
    box.own += len(text)
    box.kids.append(text)


def _hide(boxes: list[Box], marked: list[Box], names: set[str]) -> None:
    """Hide what an attribute, a style or a name says that no visitor sees, with all that lies in it."""
    hidden = [b for b in marked if "hidden" in b.attrs or ("style" in b.attrs and hides(b.attrs["style"]))]
    if hiding := {name for name in names if HIDDEN in name}:
        hidden += [b for b in boxes if b.name in hiding]
    for box in hidden:
        box.hidden = True
    for box in boxes if hidden else ():
        if box.parent is not None and box.parent.hidden:
            box.hidden = True


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
        return _as_read(kids[0].strip())
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
    return _as_read(" ".join(text.split()))


def _as_read(text: str) -> str:
    """Return `clean(text)` of a text that has no more than single spaces."""
    return text if text.isprintable() and (text.isascii() or is_normalized("NFC", text)) else clean(text)


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
