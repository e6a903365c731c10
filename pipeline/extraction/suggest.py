"""Lists of a page with the selectors that find them, for a person to choose from where the generic choice is in doubt.

What belongs here: the candidates of one page and selectors for them, out of the page's own names. What does not: the
generic choice (`listing`), reading by selectors (`override`), when to propose one (`pipeline.proposals`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.extraction.anchors import collect
from pipeline.extraction.dates import row_date
from pipeline.extraction.decode import decode
from pipeline.extraction.listing import Block, blocks
from pipeline.extraction.model import Page
from pipeline.extraction.records import Record
from pipeline.extraction.rows import column_names
from pipeline.extraction.tree import Box, Tree, Zone, collector_paused, plant, text_of

_NAME = re.compile(r"-?[A-Za-z_][A-Za-z0-9_-]*")
_STATE = re.compile(r"(?:first|last|odd|even|active|current|selected|clearfix|row\d*|item-?\d+)$|\d{3,}", re.I)
_SHORT_YEAR = re.compile(r"(?<!\d)(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{2})(?!\d)")
_LONGEST_DATE = 60
_DEPTH = 6
_ELSEWHERE = frozenset({Zone.MENU, Zone.FOOTER, Zone.BREADCRUMB, Zone.PAGER, Zone.LANGUAGE, Zone.FORM})
_BESIDE = _ELSEWHERE | {Zone.SIDEBAR, Zone.CALENDAR, Zone.TAGS}


@dataclass(frozen=True)
class Shown:
    """One list of a page. `row`, `listing` and `date` are selectors, empty where the page's names allow none; `form`
    is the date form of its dates where no generic reading takes them; `dated` the share of records with a date that the
    generic reading takes. `aside`: a block that repeats postings of
    elsewhere, or leads to them."""

    listing: str
    row: str
    date: str
    form: str
    records: int
    words: float
    score: float
    dated: float
    aside: bool
    urls: frozenset[str]


def lists_of(page: Page) -> tuple[Shown, ...]:
    """Return the lists of two or more records that a page shows outside its menus, the likeliest first."""
    html = decode(page.body, page.content_type)
    with collector_paused():
        tree = plant(html)
        try:
            anchors = collect(tree, page.url)
            found = blocks(tree, anchors, page.url, page.url, page.fetched_at)
            likely = [b for b in found if len(b.group.records) > 1 and b.zone not in _ELSEWHERE]
            likely.sort(key=lambda block: -block.score)
            return tuple(_shown(block, tree) for block in likely[:8])
        finally:
            tree.fell()


def links_in_content(page: Page) -> int:
    """Return how many links with words stand in the page's own part."""
    tree = plant(decode(page.body, page.content_type))
    try:
        return sum(a.url is not None and a.words > 1 and a.box.zone not in _BESIDE for a in collect(tree, page.url))
    finally:
        tree.fell()


def _shown(block: Block, tree: Tree) -> Shown:
    records = block.group.records
    date, form = _dates(records)
    return Shown(
        listing=_unique(block.group.container, tree),
        row=_rows([record.box for record in records], block.group.container, tree),
        date=date,
        form=form,
        records=len(records),
        words=sum(record.candidate.words for record in records) / len(records),
        score=block.score,
        dated=block.dated,
        aside=block.related or block.aside or block.zone == Zone.SIDEBAR,
        urls=frozenset(record.candidate.anchor.ident for record in records),
    )


# -- selectors ----------------------------------------------------------------------------------------------------


def _classes(box: Box) -> list[str]:
    told = (box.attrs.get("class") or "").split()
    return [name for name in told if _NAME.fullmatch(name) and not _STATE.search(name)]


def _plain(box: Box) -> str:
    """Return tag and classes of a box as a selector."""
    return box.tag + "".join(f".{name}" for name in _classes(box)[:3])


def _found(selector: str, tree: Tree) -> set[int]:
    return {node.mem_id for node in tree.parser.css(selector)}


def _unique(box: Box, tree: Tree) -> str:
    """Return a selector that finds this box alone, or nothing."""
    path = ""
    for above in [box, *list(box.up())[:_DEPTH]]:
        ident = above.attrs.get("id") or ""
        named = [f"{above.tag}#{ident}"] if _NAME.fullmatch(ident) else []
        # an id that a system numbers may change with the next page; classes are tried before it
        steps = [_plain(above), *named] if _STATE.search(ident) else [*named, _plain(above)]
        for step in steps:
            selector = f"{step} > {path}" if path else step
            if _found(selector, tree) == {box.node.mem_id}:
                return selector
        same = [kid for kid in above.parent.boxes() if kid.tag == above.tag] if above.parent is not None else []
        number = next((n for n, kid in enumerate(same, 1) if kid is above), 1)
        step = _plain(above) + (f":nth-of-type({number})" if len(same) > 1 else "")
        path = f"{step} > {path}" if path else step
    return path if _found(path, tree) == {box.node.mem_id} else ""


def _rows(boxes: Sequence[Box], container: Box, tree: Tree) -> str:
    """Return a selector that finds these records and little else, or nothing."""
    tags = {box.tag for box in boxes}
    if len(tags) != 1:
        return ""
    tag = next(iter(tags))
    shared = [name for name in _classes(boxes[0]) if all(name in _classes(box) for box in boxes)]
    place = _unique(container, tree)
    wanted = {box.node.mem_id for box in boxes}
    tried = [f"{tag}.{name}" for name in shared]
    if place:
        tried += [f"{place} {t}" for t in tried] + [f"{place} > {tag}", f"{place} {tag}"]
    for selector in tried:
        found = _found(selector, tree)
        if wanted <= found and len(found) <= 1.25 * len(wanted) + 1:
            return selector
    return ""


# -- dates --------------------------------------------------------------------------------------------------------


def _dates(records: Sequence[Record]) -> tuple[str, str]:
    """Return where most records show a date with a year of two digits, and its form.

    A date that a label or a column's head says is another's (signing, effect) is none.
    """
    places: Counter[str] = Counter()
    texts: list[str] = []
    for record in records:
        for box in _short_texts(record):
            told = _SHORT_YEAR.search(text_of(box))
            if told is not None and _may_be_posting(box, record, told):
                places[_plain(box)] += 1
                texts.append(told[0])
                break
    if not places or len(texts) < 0.6 * len(records):
        return "", ""
    selector, times = places.most_common(1)[0]
    return (selector if times >= 0.6 * len(records) else ""), _form(texts)


def _short_texts(record: Record) -> Iterable[Box]:
    title = record.candidate.anchor.box
    for part in record.parts:
        stack = [] if isinstance(part, str) else [part]
        while stack:
            box = stack.pop()
            if box is title:
                continue
            if box.own and box.size <= _LONGEST_DATE:
                yield box
            stack.extend(list(box.boxes())[::-1])


def _may_be_posting(box: Box, record: Record, told: re.Match[str]) -> bool:
    """Tell by what the date reader says of the same words around a date that it knows."""
    names, cells = column_names(record.box), list(record.box.boxes())
    head = next((name for name, cell in zip(names, cells, strict=False) if cell.holds(box)), "")
    line = told.string[: told.start()] + "01/02/2018" + told.string[told.end() :]
    return row_date([head, line] if head else [line], None) is not None


def _form(texts: Sequence[str]) -> str:
    """Return the date form of dates with a year of two digits: the day first unless only the month can be."""
    found = [match for text in texts if (match := _SHORT_YEAR.search(text))]
    if any(int(match[4]) > 31 and int(match[1]) > 12 and int(match[3]) > 12 for match in found):
        return ""
    swapped = any(int(m[3]) > 12 for m in found) and all(int(m[1]) <= 12 for m in found)
    mark = found[0][2]
    return f"mm{mark}dd{mark}yy" if swapped else f"dd{mark}mm{mark}yy"
