"""Repeated records of a page: links that could be titles, grouped by where they stand.

What belongs here: candidate titles, groups of records, the extent of a record. What does not: which groups are
the page's own list (`listing`), dates (`dates`), addresses (`addresses`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise

from pipeline.extraction.addresses import is_share
from pipeline.extraction.anchors import SECTIONS, Anchor, generic
from pipeline.extraction.dates import is_date_only, strip_date
from pipeline.extraction.tree import HEADINGS, INLINE, Box, Kid, Zone, block_of, pieces, spaced, text_of
from pipeline.text import key

_MENU = Zone.MENU
_NEVER = frozenset(
    {Zone.BREADCRUMB, Zone.PAGER, Zone.CALENDAR, Zone.TAGS, Zone.LANGUAGE, Zone.COMMENTS, Zone.FOOTER, Zone.SIDEBAR}
)
_SAME_PART = {
    **dict.fromkeys(("section", "article", "main", "header", "figure", "hgroup"), "div"),
    **dict.fromkeys(HEADINGS, "h"),
    "th": "td",
    "tbody": "table",
}
_BLOCKS = frozenset({"p", "td", "div", "li", "dd", "dt", "blockquote", "body", "center", "form", "section", "article",
                     "main", "fieldset"})
_CUT = ("…", "...", "[...]", "[…]")
_DIGIT = re.compile(r"\d").search
_BULLETS = re.compile(r"^[\W_]*$")
_NEIGHBOUR = re.compile(
    r"(?:(?:previous|prev|next|older|newer)(?: (?:post|article|entry|page))?"
    r"|(?:bai|tin) (?:viet )?(?:truoc|sau|ke tiep))$")
_DAY = re.compile(
    r"(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6} \d{1,2}|\d{1,2}(?: thang| thg)? \d{1,2}"
    r"|\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}|ngay \d{1,2}(?: thang)? \d{1,2})")
_FILE_TITLE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|rar|zip|7z|jpe?g|png|tiff?)\b|^[\w.-]+$", re.I)
_SITE_NAME = re.compile(
    r"(?:trang|cong) (?:thong tin|giao tiep) dien tu\b(?!.*\b(?:bi|da|moi|chinh thuc|ra mat|hoat dong)\b)")
_MAX_TITLE = 500
_FIRST, _NEAR = 60, 12  # boxes below a part among which its heading is; pieces of a line that are looked at


@dataclass(slots=True)
class Candidate:
    """A link that could be the title of a posting."""

    anchor: Anchor
    title: str
    words: int
    heading: bool
    file: bool = False
    borrowed: bool = False


@dataclass(slots=True)
class Record:
    """One repeated part of the page: its title's candidate, its box and the loose kids that belong to it."""

    candidate: Candidate
    box: Box
    extra: list[Kid] = field(default_factory=list)

    @property
    def parts(self) -> list[Kid]:
        """The record's box and what belongs to it, as kids."""
        return [self.box, *self.extra]

    @property
    def extent(self) -> tuple[int, int]:
        """Where the record begins and ends in document order."""
        if not self.extra:
            return self.box.start, self.box.end
        boxes = [self.box, *(kid for kid in self.extra if not isinstance(kid, str))]
        return min(box.start for box in boxes), max(box.end for box in boxes)


@dataclass(slots=True)
class Group:
    """Records that repeat in one container."""

    container: Box
    records: list[Record]


def candidates(anchors: Iterable[Anchor], page_ident: str) -> list[Candidate]:
    """Return the links that could be titles, one a record: the one that names its target best."""
    usable = [
        a
        for a in anchors
        if a.url
        and (zone := a.box.zone) not in _NEVER
        and (zone != _MENU or in_heading(a.box))
        and a.ident != page_ident
        and not is_share(a.url)
    ]
    best: dict[str, int] = {}
    for anchor in usable:
        if not generic(anchor.label):
            best[anchor.ident] = max(best.get(anchor.ident, 0), anchor.box.size)
    found: list[Candidate] = []
    places: dict[int, dict[int, int]] = {}
    for anchor in usable:
        if not anchor.box.size and best.get(anchor.ident):
            continue  # an image link beside its text link
        plain = not _nameless(anchor) or (anchor.box.size > 0 and in_heading(anchor.box))
        named = _named(anchor) if plain else _borrowed(anchor, best.get(anchor.ident, 0) > 0)
        if named is not None and not _inline(anchor, places):
            found.append(named)
    return found


def dated(text: str) -> bool:
    """Tell text that is only a date; most text has no digit and few words that a date could be."""
    return (len(text) < 120 and (len(text) < 24 or _DIGIT(text) is not None)) and is_date_only(text)


def _nameless(anchor: Anchor) -> bool:
    """Tell a link whose own words name nothing: generic words, a bare number, a date or day, a picture's file name."""
    label = anchor.label
    return (
        (not anchor.box.size and not anchor.box.kids)
        or generic(label)
        or label.replace(".", "").isdigit()
        or dated(label)
        or (len(label) < 16 and _DAY.fullmatch(key(label)) is not None)
    )


def _named(anchor: Anchor) -> Candidate | None:
    """Make a candidate of a link that names its target."""
    title, heading = _title(anchor)
    if not (title[:1].isalpha() or any(c.isalpha() for c in title)) or _SITE_NAME.match(key(title)):
        return None
    return Candidate(anchor, title, title.count(" ") + 1, heading)


def _title(anchor: Anchor) -> tuple[str, bool]:
    """Return the fullest title of a link, and whether it is a heading."""
    box = anchor.box
    heading = in_heading(box)
    title = anchor.label
    if box.size and any(not isinstance(k, str) and k.size for k in box.kids):
        inner = _inner_heading(box)
        if inner is not None:
            heading, title = heading or inner.tag in HEADINGS, text_of(inner)
        else:
            title = text_of(box, _dated_parts(box)) or title
    if _DIGIT(title):
        title = strip_date(title) or title
    told = box.attrs.get("title")
    if told and (not title or title.endswith(_CUT)) and (given := spaced(told)):
        title = given if not title or key(given).startswith(key(title)[:40]) else title
    return title[:_MAX_TITLE], heading


def in_heading(box: Box) -> bool:
    """Tell a link that is a heading's, inline markup aside."""
    above = box.parent
    while above is not None and above.tag in INLINE:
        above = above.parent
    return above is not None and above.tag in HEADINGS


def _inner_heading(box: Box) -> Box | None:
    """Return the part of a card-like link (a link around a whole record) that is its title."""
    blocks: list[Box] = []
    stack = list(box.boxes())[::-1]
    while stack:
        part = stack.pop()
        if part.tag in HEADINGS and part.size:
            return part
        if part.size and part.tag not in INLINE and not any(k.size for k in part.boxes() if k.tag not in INLINE):
            blocks.append(part)
        stack.extend(list(part.boxes())[::-1])
    if len(blocks) < 2:
        return None
    for part in blocks:
        if " title" in f" {part.name.lower()}" and not dated(text_of(part)):
            return part
    return next((p for p in blocks if not dated(text_of(p)) and text_of(p).count(" ") >= 2), None)


def _dated_parts(box: Box) -> frozenset[int]:
    """Return the starts of the parts inside a link that hold only a date, a counter or nothing of a title."""
    out: list[int] = []
    stack = list(box.boxes())
    while stack:
        part = stack.pop()
        if part.size and part.size < 60 and part.size < box.size:
            text = text_of(part)
            if dated(text) or text in {"()", "[]", "-", "|"} or part.tag == "time":
                out.append(part.start)
                continue
        stack.extend(part.boxes())
    return frozenset(out)


def _borrowed(anchor: Anchor, named_elsewhere: bool) -> Candidate | None:
    """Name a `Xem chi tiết` or picture link by the heading, or the fullest cell, of its own record."""
    if named_elsewhere or anchor.box.zone != Zone.CONTENT or key(anchor.label) in SECTIONS:
        return None
    for above in islice(anchor.box.up(), 6):
        if above.links > 4 or above.tag in {"body", "main", "form"}:
            return None
        if above.tag == "tr":
            return _row_named(anchor, above)
        for head in _headings(above):
            title = text_of(head)
            if title and not head.links:
                return Candidate(anchor, title[:_MAX_TITLE], title.count(" ") + 1, True, borrowed=True)
    label = anchor.label if not generic(anchor.label) and not dated(anchor.label) else ""
    return Candidate(anchor, label, label.count(" ") + 1, False) if label.count(" ") >= 3 else None


def _row_named(anchor: Anchor, row: Box) -> Candidate | None:
    """Name a link by the fullest cell of its table row, where no other link of the row has a name of its own."""
    if row.linked - anchor.box.size > 12:
        return None
    fullest = max((text_of(cell) for cell in row.boxes() if cell.size and not cell.links), key=len, default="")
    if not fullest or dated(fullest):
        return None
    return Candidate(anchor, fullest[:_MAX_TITLE], fullest.count(" ") + 1, False, borrowed=True)


def _headings(box: Box) -> Iterator[Box]:
    """Give headings (or bold lines that stand for them) below a box, nearest first; small boxes only."""
    stack = box.kids[::-1]
    seen = 0
    while stack and seen < _FIRST:
        part = stack.pop()
        if not isinstance(part, str):
            seen += 1
            if part.size and (part.tag in HEADINGS or (part.attrs and " title" in f" {part.name.lower()}")):
                yield part
            stack += part.kids[::-1]


def _inline(anchor: Anchor, places: dict[int, dict[int, int]]) -> bool:
    """Tell a link inside a sentence: words before it in its block, or before and after; or behind `Bài trước:`."""
    box = anchor.box
    block = block_of(box)
    rest = block.size - block.linked
    label = block.kids[0] if block.kids else ""
    if isinstance(label, str) and label.rstrip().endswith(":") and _NEIGHBOUR.match(key(label)):
        return True
    if block.tag not in _BLOCKS or rest < 12 or box.size == 0:
        return False
    before, after = around(block, box, places)
    if not before or dated(before) or _BULLETS.match(before):
        return False
    if _NEIGHBOUR.match(key(before)):
        return True
    n_before = before.count(" ") + 1
    numbered = _DIGIT(before) is not None and n_before <= 8
    if n_before >= 2 and not numbered and anchor.words <= 5:
        return True
    return (n_before >= 5 and not numbered) or (
        n_before >= 1 and after.count(" ") >= 3 and not numbered and block.tag == "p"
    )


def around(block: Box, box: Box, places: dict[int, dict[int, int]]) -> tuple[str, str]:
    """Return the text of a block on the same line before a link, and after it; `<br>` and blocks end a line."""
    if block.start not in places:
        places[block.start] = {kid.start: n for n, kid in enumerate(block.kids) if not isinstance(kid, str)}
    top = box
    while top.parent is not None and top.parent is not block:
        top = top.parent
    at = places[block.start].get(top.start, 0)
    before = _line(block.kids[max(0, at - _NEAR) : at][::-1])
    if top is not box and top.parent is block:
        before = [*_within(top, box)[::-1], *before]
    return spaced(" ".join(before[::-1])), spaced(" ".join(_line(block.kids[at + 1 : at + 1 + _NEAR])))


def _within(top: Box, box: Box) -> list[str]:
    """Return the text before a link inside the inline markup that holds it."""
    out: list[str] = []
    for kid in top.kids[:_NEAR]:
        if not isinstance(kid, str) and kid.holds(box):
            break
        out.append(kid if isinstance(kid, str) else text_of(kid))
    return out


def _line(kids: list[Kid]) -> list[str]:
    """Return the text of kids up to the end of the line."""
    out: list[str] = []
    for kid in kids[:_NEAR]:
        if isinstance(kid, str):
            out.append(kid)
        elif kid.tag != "a" and kid.tag not in INLINE:
            break
        elif kid.tag != "a":
            out.append(text_of(kid) if not kid.links else "")
    return out


def groups(found: list[Candidate]) -> list[Group]:
    """Group candidates that stand in the same place of repeated parts; a link alone is a group of one."""
    paths: dict[tuple[int, str], int] = {}
    of_box: dict[int, int] = {}
    by_path: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in found:
        by_path[_path(candidate.anchor.box, paths, of_box)].append(candidate)
    out: list[Group] = []
    starts = [c.anchor.box.start for c in found]
    idents = [c.anchor.ident for c in found]
    for members in by_path.values():
        _split(_unrepeated(members), out, (starts, idents))
    for group in out:
        _give_files(group)
    out = [g for g in out if len(g.records) == 1 or len({r.candidate.anchor.ident for r in g.records}) > 1]
    out.sort(key=lambda g: g.records[0].candidate.anchor.box.start)
    return out


def _path(box: Box, paths: dict[tuple[int, str], int], of_box: dict[int, int]) -> int:
    """Return a number for the way from the root to a box by kinds of tags, inline markup left out."""
    trail: list[Box] = []
    here: Box | None = box
    while here is not None and here.start not in of_box:
        trail.append(here)
        here = here.parent
    number = of_box[here.start] if here is not None else 0
    for step in reversed(trail):
        if step.tag not in INLINE:
            number = paths.setdefault((number, _SAME_PART.get(step.tag, step.tag)), len(paths) + 1)
        of_box[step.start] = number
    return number


def _unrepeated(members: list[Candidate]) -> list[Candidate]:
    """Leave out a link that stands between others again and again with one address: an author, a category."""
    places: dict[str, list[int]] = defaultdict(list)
    for n, member in enumerate(members):
        places[member.anchor.ident].append(n)
    once = sum(len(at) == 1 for at in places.values())
    lesser = {
        ident: len(at)
        for ident, at in places.items()
        if 2 <= len(at) <= once and all(after - before > 1 for before, after in pairwise(at))
    }
    if max(lesser.values(), default=0) < 3:
        return members  # two showings of one posting
    return [member for member in members if member.anchor.ident not in lesser]


def _split(members: list[Candidate], out: list[Group], others: tuple[list[int], list[str]]) -> None:
    """Split members by the container in which they repeat, one a child; work list instead of recursion."""
    work = [members]
    while work:
        some = work.pop()
        if len(some) == 1:
            box = _lone_record(some[0], *others)
            out.append(Group(box.parent or box, [Record(some[0], box)]))
            continue
        container = _common(some[0].anchor.box, some[-1].anchor.box)
        buckets = _buckets(container, some)
        if all(len(b) == 1 for _, b in buckets):
            out.append(_group(container, [(kid, b[0]) for kid, b in buckets]))
            continue
        chosen = _dominant(buckets)
        if chosen is not None:
            out.append(_group(container, chosen))
            continue
        singles = [(kid, b[0]) for kid, b in buckets if len(b) == 1]
        if len(singles) > 1:
            out.append(_group(container, singles))
        else:
            work.extend([c] for _, c in singles)
        work.extend(b for _, b in buckets if len(b) > 1)


def _give_files(group: Group) -> None:
    """Give files that bear a file's name to the record before them, where a list holds pages too."""
    if len(group.records) < 2 or all(r.candidate.file for r in group.records):
        return
    kept: list[Record] = []
    for record in group.records:
        if kept and record.candidate.file and _FILE_TITLE.search(record.candidate.title):
            kept[-1].extra.append(record.box)
        else:
            kept.append(record)
    group.records = kept


def _common(first: Box, last: Box) -> Box:
    """Return the nearest box that holds both."""
    for above in first.up():
        if above.holds(last):
            return above
    return first


def _buckets(container: Box, some: list[Candidate]) -> list[tuple[Box, list[Candidate]]]:
    """Sort members by the container's child that holds them."""
    out: list[tuple[Box, list[Candidate]]] = []
    kids = iter(container.boxes())
    kid = next(kids, None)
    for member in some:
        while kid is not None and not kid.holds(member.anchor.box):
            kid = next(kids, None)
        if kid is None:
            break
        if out and out[-1][0] is kid:
            out[-1][1].append(member)
        else:
            out.append((kid, [member]))
    return out


def _dominant(buckets: list[tuple[Box, list[Candidate]]]) -> list[tuple[Box, Candidate]] | None:
    """Where records hold a title and lesser links (category, author, file), choose the title of each.

    A link with one address in several records is the lesser one, however long its words.
    """
    times = Counter(ident for _, b in buckets for ident in {c.anchor.ident for c in b})
    if len(buckets) < 2 or any(sum(times[c.anchor.ident] == 1 for c in b) > 4 for _, b in buckets):
        return None
    chosen: list[tuple[Box, Candidate]] = []
    clear = unclear = 0
    for kid, bucket in buckets:
        first, *others = sorted(bucket, key=lambda c: (times[c.anchor.ident], not c.heading, -c.words))
        same = all(c.anchor.ident == first.anchor.ident for c in others)
        small = all(c.words <= 4 and 2 * c.words <= first.words for c in others)
        repeated = len(buckets) > 2 and all(times[c.anchor.ident] > times[first.anchor.ident] for c in others)
        told = same or small or repeated or all(c.anchor.ident == first.anchor.ident or c.file for c in others)
        clear += told and bool(others)
        unclear += not told
        chosen.append((kid, first))
    return chosen if unclear <= 0.3 * len(buckets) and unclear <= clear else None


def _group(container: Box, pairs: list[tuple[Box, Candidate]]) -> Group:
    """Make records of children; loose kids between them belong to the record before (or after) them."""
    records = [Record(candidate, kid) for kid, candidate in pairs]
    gaps = _gaps(container, [kid for kid, _ in pairs])
    middle = [gap for gap in gaps[1:-1] if gap]
    if middle and len(middle) * 2 >= len(gaps) - 2:
        longest = max(len(gap) for gap in middle)
        leading = bool(gaps[0]) and _dated(gaps[0][-longest:]) and not _dated(gaps[-1][:longest])
        for n, record in enumerate(records):
            record.extra = gaps[n][-longest:] if leading else gaps[n + 1][:longest]
    return Group(container, records)


def _dated(kids: list[Kid]) -> bool:
    """Tell whether any piece of text is a date."""
    return any(dated(piece) for piece in pieces(kids) if len(piece) < 60)


def _gaps(container: Box, kids: list[Box]) -> list[list[Kid]]:
    """Return what stands before, between and after the record boxes in their container, blanks left out."""
    gaps: list[list[Kid]] = [[]]
    marks = {kid.start for kid in kids}
    for kid in container.kids:
        if not isinstance(kid, str) and kid.start in marks:
            gaps.append([])
        elif kid.strip() if isinstance(kid, str) else kid.size or kid.tag == "time":
            gaps[-1].append(kid)
    return gaps


def _lone_record(candidate: Candidate, starts: list[int], idents: list[str]) -> Box:
    """Return the largest part around a lone title that holds no other thing to read or to follow."""
    here = candidate.anchor.box
    limit = here.size + 900
    for above in here.up():
        if above.tag in {"body", "main", "form"} or above.size > limit or above.zone != here.zone:
            break
        inside = range(bisect_left(starts, above.start), bisect_left(starts, above.end))
        if (
            above.links > 8
            or any(idents[n] != candidate.anchor.ident for n in inside)
            or _other_heading(above, candidate)
        ):
            break
        here = above
        if here.tag == "article":
            break
        if here.tag in {"li", "tr"}:
            limit = min(limit, here.size + 250)
    return here


def _other_heading(box: Box, candidate: Candidate) -> bool:
    """Tell whether a part begins with a heading that is not the title: a section's, not a record's."""
    title = candidate.anchor.box
    for head in _headings(box):
        if head.tag in HEADINGS and not head.holds(title) and key(text_of(head)) != key(candidate.title):
            return not title.holds(head)
    return False
