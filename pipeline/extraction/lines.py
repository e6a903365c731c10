"""The text of a part of a page as lines, as a visitor reads them: with their links, machine dates and files.

What belongs here: cutting text into lines. What does not: which lines are a posting's (`article`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.extraction.attachments import is_file
from pipeline.extraction.dates import lacks_label, marks_modification
from pipeline.extraction.title import OUTSIDE, below
from pipeline.extraction.tree import INLINE, Box, Kid, Zone, text_of
from pipeline.text import clean

_IN_LINE = INLINE | {"a"}
PARAGRAPH = 110  # a line this long is text of the posting, not a line about it


@dataclass(slots=True)
class Line:
    """A line as read. `box` is the block it begins in, `start` where, in document order; `linked` how much of it is
    link, `times` machine dates in it, `offers` whether one of its links leads to a file."""

    text: str
    box: Box
    start: int
    linked: int = 0
    times: tuple[str, ...] = ()
    offers: bool = False

    @property
    def tells(self) -> bool:
        """Whether this is running text, and no title, date or link."""
        return len(self.text) - self.linked > PARAGRAPH


def lines_of(region: Box, zone: Zone = Zone.CONTENT) -> Iterator[Line]:
    """Give the visible lines of a region in order: inline markup together, blocks apart, no menus or side bars.

    `zone` is the title's: a page may call the column that holds its posting by a side bar's name.
    """
    run = _Run(region)
    stack: list[tuple[Kid | None, Box, bool]] = [(kid, region, False) for kid in reversed(region.kids)]
    while stack:
        kid, owner, linked = stack.pop()
        if isinstance(kid, str):
            run.add(kid, linked)
        elif kid is None:
            if line := run.ended(owner):
                yield line
        elif not kid.hidden and (kid.zone not in OUTSIDE or kid.zone == zone or _own_footer(kid, owner)):
            run.reached = kid.start
            if kid.tag not in _IN_LINE:
                if line := run.ended(kid):
                    yield line
                stack.append((None, owner, linked))
            if kid.attrs:
                run.note(kid)
            inside = linked or kid.tag == "a"
            stack += [(k, kid, inside) for k in kid.kids[::-1]]
    if line := run.ended(region):
        yield line


def _own_footer(box: Box, owner: Box) -> bool:
    """Whether a box lies in a posting's own footer: small, and with the posting's `<time>` in it."""
    if box.zone != Zone.FOOTER or box.size > PARAGRAPH * 2:
        return False
    return owner.zone == Zone.FOOTER or (box.tag == "footer" and any(b.tag == "time" for b in below(box)))


class _Run:
    """The line that is being read. `reached` is the last box that was come to."""

    __slots__ = ("box", "linked", "offers", "pieces", "reached", "start", "times")

    def __init__(self, box: Box) -> None:
        self.box = box
        self.reached = 0
        self.start: int | None = None
        self.pieces: list[str] = []
        self.times: list[str] = []
        self.linked = 0
        self.offers = False

    def add(self, text: str, linked: bool) -> None:
        if self.start is None and not text.isspace():
            self.start = self.reached
        self.pieces.append(text)
        self.linked += len(text) if linked else 0

    def note(self, box: Box) -> None:
        if marks_modification(box.tag, box.attrs):
            self.pieces.append(" updated " if lacks_label(text_of(box)) else "")
        elif box.tag == "time" and (moment := box.attrs.get("datetime")):
            self.times.append(moment)
        elif box.tag == "a" and is_file(box.attrs.get("href") or ""):
            self.offers = True

    def ended(self, following: Box) -> Line | None:
        """Return the line that ends here, if there is one, and begin the next in `following`."""
        line = None
        if self.pieces or self.times:
            text = clean("".join(self.pieces))
            text = "" if text == "updated" else text
            if text or self.times:
                start = self.reached if self.start is None else self.start
                line = Line(text, self.box, start, self.linked, tuple(self.times), self.offers)
            self.pieces, self.times, self.start, self.linked = [], [], None, 0
        self.box, self.offers = following, False
        return line
