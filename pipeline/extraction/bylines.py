"""Lines about a posting inside its record: author, category, type.

What belongs here: telling their links from titles. What does not: grouping records (`records`), choosing lists
(`listing`).
"""

from __future__ import annotations

import re
from bisect import bisect_left

from pipeline.extraction.records import Candidate, around
from pipeline.extraction.surroundings import Surroundings
from pipeline.extraction.tree import HEADINGS, Box, block_of

_LINKS = 8  # a record of a posting in short has no more
_RECORD = re.compile(r"[\s](?:post|hentry|h-entry|entry|item|news-item|post-item)[\s]")


def titles_only(found: list[Candidate], context: Surroundings) -> list[Candidate]:
    """Leave out the links of a line about a posting (author, category) in a record of one heading, its title."""
    lesser: set[int] = set()
    starts = [c.anchor.box.start for c in found]
    for title in found:
        record = _record_of(title.anchor.box, context) if title.heading else None
        if record is not None:
            for other in found[bisect_left(starts, record.start) : bisect_left(starts, record.end)]:
                if other.anchor.ident != title.anchor.ident and not other.file and _introduced(other.anchor.box):
                    lesser.add(other.anchor.box.start)
    return [c for c in found if c.anchor.box.start not in lesser] if lesser else found


def _record_of(title: Box, context: Surroundings) -> Box | None:
    """Return the nearest part around a title that the page calls a record, where it has no other heading."""
    for above in title.up():
        if above.tag in {"body", "main", "form"} or above.links > _LINKS:
            return None
        heads = context.headings[bisect_left(context.starts, above.start) : bisect_left(context.starts, above.end)]
        if any(h.tag in HEADINGS and not h.holds(title) and not title.holds(h) for h in heads):
            return None
        if above.tag == "article" or _RECORD.search(f" {above.name} "):
            return above
    return None


def _introduced(link: Box) -> bool:
    """Tell a link with words before it in its line: `Đăng bởi …`, `Trong …`."""
    before, _ = around(block_of(link), link, {})
    return any(char.isalpha() for char in before)
