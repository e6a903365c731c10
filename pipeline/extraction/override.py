"""Lists read as an office says: selectors and a date form for the pages of one section, or of a whole portal.

What belongs here: which override is a page's, and reading rows by it. What does not: the file that overrides stand in
(`pipeline.overrides`), the generic reading, which stands wherever an override finds nothing (`page`).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from pipeline.extraction.addresses import canonical, same_site
from pipeline.extraction.anchors import Anchor, generic
from pipeline.extraction.attachments import is_file
from pipeline.extraction.dates import parse_iso, row_date, strip_date
from pipeline.extraction.listing import Block, blocks, chosen, fuller, merged
from pipeline.extraction.model import Article, DateReading, DateSource, Page, PageKind, Row
from pipeline.extraction.records import Candidate, Record
from pipeline.extraction.rows import read_row
from pipeline.extraction.tree import Box, Kid, Tree, Zone, block_of, pieces, text_of

_MAX_TITLE = 500
_DATE_PIECE = 60  # characters; a date in a longer piece is a sentence's
_ENDING = re.compile(r"\.(?:html?|aspx?|php|jsp)$", re.I)
_PAGE_PART = re.compile(r"/(?:page|trang|p)?[-/]?\d{1,4}$", re.I)
_FORM_WORD = re.compile(r"(?<![^\W_])[dmyDMY]+(?![^\W_])")
_DIGITS = {"d": r"\d{1,2}", "dd": r"\d{1,2}", "m": r"\d{1,2}", "mm": r"\d{1,2}", "yy": r"\d{2}", "yyyy": r"\d{4}"}


@dataclass(frozen=True)
class Override:
    """How the lists of some pages are read; what is empty stays generic.

    `section`: an address; its pages are that page, what lies below its path with its parameters, or, with `*` at the
    end, every address that begins so; empty means every page of the portal. `listing`, `row`, `title`, `date` are CSS
    selectors: the part that holds the list, one record, and in a record its title (with the link) and its date.
    `date_form` is written with d, m and y (`dd/mm/yy`, `mm/dd/yyyy`).
    """

    section: str = ""
    listing: str = ""
    row: str = ""
    title: str = ""
    date: str = ""
    date_form: str = ""


@dataclass(frozen=True)
class Seen:
    """What the generic reading made of a page: its kind, rows by identity, its article, and its groups of records."""

    kind: PageKind
    rows: dict[str, Row]
    article: Article | None
    blocks: list[Block]


@dataclass(frozen=True)
class _Sheet:
    """A page being read by an override."""

    override: Override
    page: Page
    base: str
    tree: Tree
    anchors: list[Anchor]


def override_for(url: str, overrides: Sequence[Override]) -> Override | None:
    """Return what the overrides say together of a page, the narrower section before the wider; None if nothing."""
    told: dict[str, str] = {}
    for override in sorted(overrides, key=lambda one: len(one.section)):
        if covers(override.section, url):
            told |= {f.name: value for f in fields(override) if (value := getattr(override, f.name))}
    return Override(**told) if told.keys() - {"section"} else None


def covers(section: str, url: str) -> bool:
    """Tell whether a page is of a section (see `Override`). A root address without parameters is the home page."""
    if not section:
        return True
    if section.endswith("*"):
        return begins_with(url, section)
    if not same_site(url, section):
        return False
    ours, theirs = urlsplit(section), urlsplit(url)
    wanted = {part for part in ours.query.split("&") if part}
    if not wanted <= set(theirs.query.split("&")):
        return False
    stem, path = _stem(ours.path), _stem(theirs.path)
    return path == stem or (path.startswith(stem + "/") and bool(stem or wanted))


def begins_with(url: str, prefix: str) -> bool:
    """Tell whether an address begins like `prefix` (its `*` at the end apart), blind to scheme and `www.`."""
    return _bare(url).startswith(_bare(prefix.removesuffix("*")))


def _bare(url: str) -> str:
    return (canonical(url, url) or url).partition("://")[2].removeprefix("www.")


def _stem(path: str) -> str:
    return _ENDING.sub("", path.rstrip("/"))


def _is_sections_own(section: str, url: str) -> bool:
    """Tell the first page of a section or a further one, whose number may stand in its path."""
    if not section or section.endswith("*"):
        return False
    left = _stem(urlsplit(url).path).removeprefix(_stem(urlsplit(section).path))
    return not left or _PAGE_PART.fullmatch(left) is not None


# -- reading ------------------------------------------------------------------------------------------------------


def reread(
    override: Override, page: Page, base: str, tree: Tree, anchors: list[Anchor], seen: Seen
) -> tuple[PageKind, dict[str, Row], Article | None, tuple[str, ...]]:
    """Return kind, rows and article of a page as its override says, and what was found wanting.

    Where its selectors find no row the generic reading stands and a problem says so. A page that reads like one
    posting is taken for a list only where it is the section's own page.
    """
    sheet = _Sheet(override, page, base, tree, anchors)
    own = _is_sections_own(override.section, page.url)
    if seen.kind is PageKind.ARTICLE and not own:
        return seen.kind, seen.rows, _redated_article(seen.article, sheet), ()
    if not (override.listing or override.row or override.title):
        pairs = _known_records(seen)
        rows, problems = _dated_rows(pairs, sheet)
        rows = {ident: rows.get(ident, row) for ident, row in seen.rows.items()}
        return seen.kind, rows, _redated_article(seen.article, sheet), problems
    parts, problems = _parts(sheet)
    pairs = _records(sheet, parts) if parts or not override.listing else []
    if not pairs:
        said = problems or (f"override: no row by {_said(override)}",)
        quiet = not override.section and seen.kind is not PageKind.LISTING
        return seen.kind, seen.rows, seen.article, () if quiet else said
    rows, wanting = _dated_rows(pairs, sheet)
    article = seen.article if seen.kind is PageKind.LISTING else None
    return PageKind.LISTING, rows, article, problems + wanting


def _said(override: Override) -> str:
    return ", ".join(
        f"{name} {value!r}" for name in ("listing", "row", "title") if (value := getattr(override, name))
    )


def _selected(sheet: _Sheet, selector: str) -> list[Box]:
    """Return the boxes that a selector finds, in document order."""
    wanted = {node.mem_id for node in sheet.tree.parser.css(selector)}
    return [box for box in sheet.tree.boxes if box.node.mem_id in wanted]


def _parts(sheet: _Sheet) -> tuple[list[Box], tuple[str, ...]]:
    """Return the outermost parts that hold the list; none where the override names none."""
    if not sheet.override.listing:
        return [], ()
    parts: list[Box] = []
    for box in _selected(sheet, sheet.override.listing):
        if not (parts and parts[-1].holds(box)):
            parts.append(box)
    return parts, () if parts else (f"override: nothing by listing {sheet.override.listing!r}",)


def _records(sheet: _Sheet, parts: list[Box]) -> list[tuple[Record, Row]]:
    """Return the records of a page with their rows, by the narrowest selector there is."""
    override = sheet.override
    if not (override.row or override.title):
        return [pair for part in parts for pair in _within(sheet, part)]
    boxes = [b for b in _selected(sheet, override.row or override.title) if not parts or _lies_in(b, parts)]
    titles = _selected(sheet, override.title) if override.title else []
    records = _by_row(sheet, boxes, titles) if override.row else _by_title(sheet, titles, boxes, parts)
    out = []
    for record in records:
        row, _ = read_row(record, sheet.tree, sheet.base, sheet.page.fetched_at)
        out.append((record, replace(row, title=record.candidate.title) if override.title else row))
    return out


def _lies_in(box: Box, parts: list[Box]) -> bool:
    return any(part.holds(box) for part in parts)


def _within(sheet: _Sheet, part: Box) -> list[tuple[Record, Row]]:
    """Return the generic rows of a part, which is the page's own whatever its name or place says."""
    zone = part.zone
    for box in sheet.tree.boxes[part.start : part.end]:
        box.zone = Zone.CONTENT if box.zone == zone else box.zone
    inside = [anchor for anchor in sheet.anchors if part.holds(anchor.box)]
    found = blocks(sheet.tree, inside, sheet.page.url, sheet.base, sheet.page.fetched_at)
    best = max(found, key=lambda b: (b.score, len(b.group.records)), default=None)
    lists = chosen(found, article=False, page=sheet.page.url) or ([best] if best is not None else [])
    return [
        (record, row)
        for block in lists
        for record, row in zip(
            block.group.records,
            block.rows or [read_row(r, sheet.tree, sheet.base, sheet.page.fetched_at)[0] for r in block.group.records],
            strict=False,
        )
    ]


def _by_row(sheet: _Sheet, rows: list[Box], titles: list[Box]) -> list[Record]:
    """Make a record of each selected row that has a link and a title."""
    out = []
    for box in rows:
        title = next((t for t in titles if box.holds(t)), None)
        inside = [a for a in sheet.anchors if a.url and box.holds(a.box)]
        if title is None and sheet.override.title:
            continue
        candidate = _candidate(box, title, inside)
        if candidate is not None:
            out.append(Record(candidate, box))
    return out


def _by_title(sheet: _Sheet, titles: list[Box], wanted: list[Box], parts: list[Box]) -> list[Record]:
    """Make a record around each selected title: the largest box that holds no other, and what follows it."""
    starts = [box.start for box in titles]
    tops = {part.start for part in parts}
    out = []
    for title in wanted:
        box = title
        for above in title.up():
            alone = bisect_left(starts, above.end) - bisect_left(starts, above.start) == 1
            if not alone or above.tag == "body" or above.start in tops:
                break
            box = above
        if len(titles) == 1:
            box = block_of(title)
        inside = [a for a in sheet.anchors if a.url and (box.holds(a.box) or a.box.holds(title))]
        candidate = _candidate(box, title, inside)
        if candidate is not None:
            out.append(Record(candidate, box, _following(box, starts)))
    return out


def _following(box: Box, starts: list[int]) -> list[Kid]:
    """Return the siblings after a record's box up to the next title (`dd` after `dt`, a line under a heading)."""
    if box.parent is None or len(starts) == 1:
        return []
    kids = box.parent.kids
    at = next(n for n, kid in enumerate(kids) if kid is box)
    later = bisect_right(starts, box.start)
    next_title = starts[later] if later < len(starts) else box.parent.end
    out: list[Kid] = []
    for kid in kids[at + 1 :]:
        if not isinstance(kid, str) and (kid.end > next_title or kid.tag in {"h1", "h2", "hr"}):
            break
        out.append(kid)
    return out


def _candidate(box: Box, title: Box | None, inside: list[Anchor]) -> Candidate | None:
    """Return the title of a record with its link: the selected one's, else that of the most telling words."""
    if title is not None:
        near = [a for a in inside if title.holds(a.box) or a.box.holds(title)]
        anchor = next(iter(near or inside), None)
        text = text_of(title)
    else:
        named = [a for a in inside if not generic(a.label)]
        anchor = max(named or inside, key=lambda a: len(a.label), default=None)
        text = anchor.label if named and anchor is not None else max(pieces([box]), key=len, default="")
    text = strip_date(text)[:_MAX_TITLE]
    if anchor is None or not any(c.isalpha() for c in text):
        return None
    return Candidate(anchor, text, text.count(" ") + 1, heading=False, file=is_file(anchor.url or ""))


# -- dates --------------------------------------------------------------------------------------------------------


def _known_records(seen: Seen) -> list[tuple[Record, Row]]:
    """Return the generic rows with the records that they were read from."""
    return [
        (record, seen.rows[record.candidate.anchor.ident])
        for block in seen.blocks
        if merged([block]).keys() & seen.rows.keys()
        for record, _ in zip(block.group.records, block.rows, strict=False)
        if record.candidate.anchor.ident in seen.rows
    ]


def _dated_rows(pairs: Iterable[tuple[Record, Row]], sheet: _Sheet) -> tuple[dict[str, Row], tuple[str, ...]]:
    """Return the rows by identity, dated as the override says; where it finds no date at all, as they were."""
    told = [(record, row) for record, row in pairs]
    override = sheet.override
    problems: tuple[str, ...] = ()
    marks = _selected(sheet, override.date) if override.date else []
    if override.date or override.date_form:
        readings = [_date_of(record, row, marks, sheet) for record, row in told]
        if any(readings):
            told = [(record, _redated(row, reading, bool(marks)))
                    for (record, row), reading in zip(told, readings, strict=True)]
        elif told and (override.date or override.section):  # a portal's date form need not fit every page
            problems = (f"override: no date by {override.date or override.date_form!r}",)
    rows: dict[str, Row] = {}
    for record, row in told:
        ident = record.candidate.anchor.ident
        rows[ident] = fuller(rows[ident], row) if ident in rows else row
    return rows, problems


def _date_of(record: Record, row: Row, marks: list[Box], sheet: _Sheet) -> DateReading | None:
    """Return the date that the override finds in a record."""
    override, at = sheet.override, sheet.page.fetched_at
    if override.date:
        start, end = record.extent
        return _marked_date([mark for mark in marks if start <= mark.start < end], override.date_form, at)
    texts = [piece for piece in pieces(record.parts) if len(piece) <= _DATE_PIECE and piece != row.title]
    return _formed(texts, override.date_form, at, DateSource.LISTING)


def _redated(row: Row, reading: DateReading | None, selected: bool) -> Row:
    """Return a row with a date of the override. A date selector (`selected`) alone says where dates stand: what the
    generic reading took from another place of the row is none."""
    if reading is None and (not selected or row.posted_on_source is not DateSource.LISTING):
        return row
    return _with_date(_without_date(row), reading)


def _marked_date(boxes: list[Box], form: str, at: datetime | None) -> DateReading | None:
    texts = [text for box in boxes if (text := text_of(box))]
    reading = _formed(texts, form, at, DateSource.LISTING) if form else None
    reading = reading or row_date(texts, at)
    told = [value for box in boxes if (value := box.attrs.get("datetime"))]
    return parse_iso(told[0], at) if reading is None and told else reading


def _formed(texts: Sequence[str], form: str, at: datetime | None, source: DateSource) -> DateReading | None:
    """Return the first date written in a form; one that no calendar has is implausible."""
    pattern = form_pattern(form)
    found = next((match for text in texts if pattern is not None and (match := pattern.search(text))), None)
    if found is None:
        return None
    year = int(found["y"]) + (2000 if len(found["y"]) == 2 else 0)
    reading = parse_iso(f"{year:04}-{int(found['m']):02}-{int(found['d']):02}", at, source, displayed=True)
    return replace(reading, raw=found[0]) if reading is not None else None


@lru_cache(maxsize=256)
def form_pattern(form: str) -> re.Pattern[str] | None:
    """Return the pattern of a date form, None where it does not name day, month and year once each."""
    names: list[str] = []

    def word(match: re.Match[str]) -> str:
        runs = [run[0] for run in re.finditer(r"(.)\1*", match[0].lower())]
        names.extend(runs)
        return "".join(
            rf"(?P<{run[0]}>{_DIGITS.get(run, '') if len(runs) == 1 else rf'[0-9]{{{len(run)}}}'})"
            for run in runs if run[0] in "dmy"
        )

    out, last = [], 0
    for match in _FORM_WORD.finditer(form):
        out += [r"\s*".join(re.escape(p) for p in form[last : match.start()].split()), word(match)]
        last = match.end()
    out.append(r"\s*".join(re.escape(p) for p in form[last:].split()))
    if sorted(name[0] for name in names) != ["d", "m", "y"] or not set(names) <= _DIGITS.keys():
        return None
    return re.compile(r"(?<!\d)" + r"\s*".join(part for part in out if part) + r"(?!\d)", re.I)


def _without_date(row: Row) -> Row:
    return replace(
        row, displayed_on=None, posted_on=None, posted_on_raw=None, posted_on_source=None, implausible_date=None
    )


def _with_date(row: Row, reading: DateReading | None) -> Row:
    if reading is None:
        return row
    if reading.day is None:
        return replace(row, implausible_date=reading.raw)
    return replace(
        row, displayed_on=reading.day if reading.displayed else None, posted_on=reading.day,
        posted_on_raw=reading.raw, posted_on_source=reading.source,
    )


def _redated_article(article: Article | None, sheet: _Sheet) -> Article | None:
    """Return an article whose displayed date is read in the portal's form."""
    raw = (article.posted_on_raw or article.implausible_date) if article is not None else None
    if article is None or not raw or article.posted_on_source not in (None, DateSource.ARTICLE):
        return article
    reading = _formed([raw], sheet.override.date_form, sheet.page.fetched_at, DateSource.ARTICLE)
    if reading is None:
        return article
    if reading.day is None:
        return replace(article, implausible_date=reading.raw, displayed_on=None, posted_on=None, posted_on_raw=None,
                       posted_on_source=None)
    return replace(article, displayed_on=reading.day, posted_on=reading.day, posted_on_raw=raw,
                   posted_on_source=reading.source, implausible_date=None)
