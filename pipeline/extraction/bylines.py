"""Lines about a posting inside its record: author, category, type.

What belongs here: telling their links from titles. What does not: grouping records (`records`), choosing lists
(`listing`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

from pipeline.extraction.records import Candidate, around
from pipeline.extraction.tree import HEADINGS, Box, Tree, block_of

_WHOLES = frozenset({"body", "main", "form"})
_LINKS = 8  # a record of a posting in short has no more
_RECORD = re.compile(r"[\s](?:post|hentry|h-entry|entry|item|news-item|post-item)[\s]")


def titles_only(found: list[Candidate], tree: Tree) -> list[Candidate]:
    """Leave out the links of a line about a posting (author, category) in a record of one heading, its title."""
    lesser: set[int] = set()
    starts = [c.anchor.box.start for c in found]
    heads = tree.of(*HEADINGS)
    places = [head.start for head in heads]
    for title in found:
        record = _record_of(title.anchor.box, heads, places) if title.heading else None
        if record is not None:
            for other in found[bisect_left(starts, record.start) : bisect_left(starts, record.end)]:
                if other.anchor.ident != title.anchor.ident and not other.file and _introduced(other.anchor.box):
                    lesser.add(other.anchor.box.start)
    return [c for c in found if c.anchor.box.start not in lesser] if lesser else found


def _record_of(title: Box, heads: list[Box], places: list[int]) -> Box | None:
    """Return the nearest part around a title that the page calls a record, where it has no other heading.

    `heads`: the page's headings in order; `places`: where they begin.
    """
    for above in title.up():
        if above.links > _LINKS or above.tag in _WHOLES:
            return None
        inside = heads[bisect_left(places, above.start) : bisect_left(places, above.end)]
        if any(not h.holds(title) and not title.holds(h) for h in inside):
            return None
        if above.tag == "article" or _is_record(above.name):
            return above
    return None


@lru_cache(maxsize=8192)
def _is_record(name: str) -> bool:
    """Tell an id and class that call a part of a page a record."""
    return _RECORD.search(f" {name} ") is not None


def _introduced(link: Box) -> bool:
    """Tell a link with words before it in its line: `Đăng bởi …`, `Trong …`."""
    before, _ = around(block_of(link), link, {})
    return any(char.isalpha() for char in before)
