"""The page's own lists of postings, told from menus, side bars, related links and every other list.

What belongs here: evidence for and against a group of records, and the choice. What does not: grouping
(`records`), reading a row (`rows`), lists that a script holds (`embedded`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import islice
from statistics import median
from urllib.parse import urlsplit

from pipeline.extraction.addresses import below_host, identity, same_site
from pipeline.extraction.anchors import SECTIONS, Anchor
from pipeline.extraction.attachments import is_file
from pipeline.extraction.bylines import titles_only
from pipeline.extraction.model import Row
from pipeline.extraction.names import words_of
from pipeline.extraction.pagination import is_first_page, is_later_page
from pipeline.extraction.postbacks import is_row_address
from pipeline.extraction.records import Group, Record, candidates, dated, groups
from pipeline.extraction.rows import column_names, read_row
from pipeline.extraction.surroundings import RELATED_HEADINGS, SIDE_HEADINGS, Surroundings, heading_of
from pipeline.extraction.tree import Box, Tree, Zone, text_of
from pipeline.text import key

ACCEPT = 2.0  # a list at or above it is a list of postings
MAX_ROWS = 20_000
_ONLY = 0.5  # enough for the only list under the page's own heading
_ELSEWHERE = -3.0  # the weight of links of which most lead to other sites: sources, partners, an advertisement
_COUNT = re.compile(r"\s*[(\[]\s*\d{1,6}(?:\s+\w+){0,2}\s*[)\]]\s*$")  # "Thông báo (12)": a section and how many it has
_FILED = re.compile(r"/(?:tags?|labels?|categor(?:y|ies)|authors?|the|nhan|chuyen-muc|the-loai)/", re.I)
_NAME = 5  # words of a section's name
_STRAY = 0.34  # below this share of dated rows a date in a sentence is the sentence's

_RECORD_NAMES = re.compile(
    r" (?:post|posts|entry|item|items|news|tin|article|articles|card|asset|baiviet|bai|story|teaser|views row"
    r"|hentry|document|vanban|record|list item|summary|title|tieude|blog|row item|notice) "
)
_POSTING_HEADERS = frozenset((
    "trich yeu", "so ky hieu", "ky hieu", "tieu de", "ten van ban", "so hieu", "title", "ngay dang",
    "ngay ban hanh", "so van ban", "noi dung", "published", "date",
))
_TICKER = re.compile(
    r" (?:ticker|headlines?|breaking|marquee|swiper|carousel|jcarousel|slider|slideshow|newsflash|tin chay|tinchay) "
)
_BREADCRUMB = Zone.BREADCRUMB
_ZONE_COST = {Zone.MENU: -5.0, Zone.FOOTER: -5.0, Zone.FORM: -4.0}
_BODIES = re.compile(
    r"(?:trung tam|phong(?! chong| ngua| tranh)|ban(?! hanh| tin| giao| ve| do)|so|chi cuc|van phong|ubnd"
    r"|uy ban nhan dan|hdnd|hoi dong nhan dan|xa|phuong|thi tran|huyen|thi xa|thanh pho|tinh|cuc|vu|don vi|doan|vien"
    r"|cong(?! van| bo| khai| tac| nhan)|truong|benh vien|hoi(?! nghi| thao| thi| dap)|thanh tra|cong an|kho bac"
    r"|bao hiem xa hoi|toa an|department|office)\b"
)


@dataclass(slots=True)
class Block:
    """A group of records with its rows and what speaks for it.

    `related`: other postings beside or below one; `aside`: a block that repeats postings of elsewhere; `after`: the
    characters of running text before it.
    """

    group: Group
    rows: list[Row]
    score: float
    heading: str = ""
    heading_box: Box | None = None
    related: bool = False
    aside: bool = False
    after: int = 0
    dated: float = 0.0
    prose: bool = False
    why: dict[str, float] = field(default_factory=dict)

    @property
    def start(self) -> int:
        """Where the block begins in document order."""
        return self.group.records[0].box.start

    @property
    def zone(self) -> Zone:
        """The part of the page that the block's titles stand in."""
        return self.group.records[0].candidate.anchor.box.zone


def blocks(tree: Tree, anchors: list[Anchor], url: str, base: str, fetched_at: datetime | None) -> list[Block]:
    """Return every group of records of the page with its score, in document order."""
    found = candidates(anchors, identity(url))
    upwards = {a.ident for a in anchors if a.ident and a.box.zone == _BREADCRUMB}
    later = is_later_page(url)
    found = [
        c
        for c in found
        if c.anchor.ident not in upwards and not (later and is_first_page(c.anchor.url or "", url))
    ]
    for candidate in found:
        candidate.file = is_file(candidate.anchor.url or "")
    context = Surroundings(tree, anchors, url)
    found = titles_only(found, tree)
    judged = [_judge(_whole_row(group), context, tree, base, fetched_at) for group in groups(found)]
    return _without_lesser(_without_headings(judged))


def _whole_row(group: Group) -> Group:
    """Make one record of the only row of a document table: its cells hold a title and files, not a posting each."""
    box = group.container if len(group.records) > 1 else group.records[0].candidate.anchor.box
    row = next((up for up in (box, *islice(box.up(), 4)) if up.tag == "tr"), None)
    if row is None or (box is not row and len(group.records) > 1) or not _POSTING_HEADERS & _headers(row):
        return group
    title = min((r.candidate for r in group.records), key=lambda c: (c.file, c.borrowed, -c.words))
    return Group(row.parent or row, [Record(title, row)])


def _headers(row: Box) -> set[str]:
    """Return the names of the columns of a row as keys, without what stands in brackets or after a stroke."""
    return {part for name in column_names(row) for part in (key(name), key(re.split(r"[(/]", name)[0]))}


def _without_lesser(found: list[Block]) -> list[Block]:
    """Leave out links in the records of a better list (authors, tags, files), and names above whole lists of titles."""
    if len(found) < 2:
        return found
    events: list[tuple[int, int, int, int]] = []
    for n, block in enumerate(found):
        for record in block.group.records:
            if block.score >= ACCEPT:
                start, end = record.extent
                events.append((start, 0, -end, n))
            events.append((record.candidate.anchor.box.start, 1, 0, n))
    hosts: list[set[int]] = [set() for _ in found]
    longer: Counter[int] = Counter()
    words = [median(r.candidate.words for r in block.group.records) for block in found]
    titles = [block.score >= ACCEPT and not block.group.records[0].candidate.file for block in found]
    stack: list[tuple[int, int]] = []
    for at, point, end, n in sorted(events):
        while stack and stack[-1][0] <= at:
            stack.pop()
        if point:
            host = next((owner for _, owner in reversed(stack) if owner != n), -1)
            hosts[n].add(host)
            longer[host] += host >= 0 and titles[n] and words[host] <= _NAME < words[n]
        else:
            stack.append((-end, n))
    return [
        block
        for n, block in enumerate(found)
        if longer[n] < 2 * len(block.group.records)
        and (len(hosts[n]) != 1 or -1 in hosts[n] or not _lesser(block, words[n], words[next(iter(hosts[n]))]))
    ]


def _lesser(block: Block, own: float, titles: float) -> bool:
    """Tell links that are shorter than the titles of the records they stand in, or lead to one place from several."""
    if len({r.candidate.anchor.ident for r in block.group.records}) < len(block.group.records) > 2:
        return True
    return own < titles and (own <= 5 or all(r.candidate.file for r in block.group.records))


def _without_headings(found: list[Block]) -> list[Block]:
    """Leave out links that are the heading of another block: they lead to sections, not to postings."""
    used = {box.start: box for b in found if b.score >= ACCEPT and (box := b.heading_box) is not None and box.links}
    if not used:
        return found
    for block in found:
        if block.dated:
            continue  # a dated lead story or sticky item is no heading
        kept = [
            n
            for n, record in enumerate(block.group.records)
            if record.candidate.words > 8
            or not any(up.start in used for up in (record.candidate.anchor.box, *record.candidate.anchor.box.up()))
        ]
        if len(kept) < len(block.group.records):
            block.group.records = [block.group.records[n] for n in kept]
            block.rows = [block.rows[n] for n in kept] if block.rows else []
    return [block for block in found if block.group.records]


def _judge(group: Group, context: Surroundings, tree: Tree, base: str, fetched_at: datetime | None) -> Block:
    """Weigh one group: how its titles read, where it stands, what its records hold."""
    records = group.records[:MAX_ROWS]
    why = _first_look(group, context)
    block = Block(group, [], sum(why.values()), why=why)
    block.heading_box = heading_of(group, context)
    block.after = context.text_between(0, block.start)
    block.heading = text_of(block.heading_box) if block.heading_box is not None else ""
    if block.score <= -3.0:
        return block
    read = [read_row(record, tree, base, fetched_at) for record in records]
    block.rows = [row for row, _ in read]
    block.dated = sum(shown for _, shown in read) / len(read)
    if len(read) > 3 and block.dated >= 0.75:
        _drop_undated_few(block, read)
    if len(read) > 3 and block.dated < _STRAY:
        block.rows = [_without_stray_date(row) for row in block.rows]
        block.dated = sum(row.displayed_on is not None for row in block.rows) / len(read)
    why["dated"] = 3.0 * block.dated if len(read) > 1 else 2.5 * block.dated
    why["plain"] = -5.0 * _reads_like_sections(block, records)
    why["posted"] = 1.0 if any(row.posted_on and not row.displayed_on for row in block.rows) else 0.0
    why["own heading"] = 1.0 * bool(block.heading and context.entitled(block.heading))
    why["summary"] = 1.0 * (sum(bool(row.summary) for row in block.rows) / len(read) > 0.4)
    plain = key(block.heading)
    if block.zone == Zone.RELATED or (plain and RELATED_HEADINGS.match(plain)):
        block.related = True
    elif not context.home and _TICKER.search(_names_above(group)):
        block.aside = True
    elif plain and block.heading_box is not None and block.heading_box.tag != "h1" and SIDE_HEADINGS.match(plain):
        why["side heading"] = -2.5
        block.aside = not context.home and not why.get("own heading")
    block.score = sum(why.values())
    return block


def _names_above(group: Group) -> str:
    """Return the names of a group's container and of what directly holds it."""
    boxes = [group.container, *list(group.container.up())[:3]]
    return words_of(" ".join(box.name for box in boxes if box.tag != "body"))


def _reads_like_sections(block: Block, records: list[Record]) -> bool:
    """Tell links without date, number, summary or file that are all short: a page that leads to sections."""
    return (
        len(records) > 1
        and not block.dated
        and not block.why["table"]
        and all(
            r.candidate.words <= 12
            and not r.candidate.file
            and not r.candidate.title.endswith("…")
            and not any(c.isdigit() for c in _COUNT.sub("", r.candidate.title))
            for r in records
        )
        and not any(row.posted_on or row.summary or row.attachments for row in block.rows)
    )


def _drop_undated_few(block: Block, read: list[tuple[Row, bool]]) -> None:
    """Drop the odd link of few words that shares the way to the rows of a dated list: a way home, a section."""
    kept = [n for n, (row, shown) in enumerate(read) if shown or row.title.count(" ") >= 4]
    block.group.records = [block.group.records[n] for n in kept]
    block.rows = [block.rows[n] for n in kept]


def _without_stray_date(row: Row) -> Row:
    """Take back a date that a few rows of a list show inside a sentence: a list dates its rows alike."""
    if row.displayed_on is None or dated(row.posted_on_raw or ""):
        return row
    return replace(row, displayed_on=None, posted_on=None, posted_on_raw=None, posted_on_source=None)


def _first_look(group: Group, context: Surroundings) -> dict[str, float]:
    """Weigh what needs no reading of rows."""
    found = [r.candidate for r in group.records]
    n = len(found)
    zone = found[0].anchor.box.zone
    why = {"words": _words_weight(median(c.words for c in found)), "zone": _ZONE_COST.get(zone, 0.0)}
    if zone == Zone.MENU and why["words"] >= 3.0 and all(c.heading for c in found):
        why["zone"] = -2.5  # a slide show's own menu of stories
    if found[0].anchor.box.hidden and group.container.hidden:
        why["hidden"] = -20.0
    table = group.records[0].box.tag == "tr" and bool(_POSTING_HEADERS & _headers(group.records[0].box))
    if n == 1 and not table:
        why["lone"] = -1.5 - 4.0 * found[0].borrowed * (1 + found[0].file) - 3.0 * (not found[0].anchor.box.size)
    why["filed"] = -5.0 * all(c.words <= _NAME and _FILED.search(urlsplit(c.anchor.url or "").path) for c in found)
    why["heading"] = 1.5 * (sum(c.heading for c in found) / n > 0.6)
    why["name"] = 0.5 * _named_record(group.records[0])
    why["main"] = 1.0 * (context.main is not None and context.main.holds(found[0].anchor.box))
    why["menu"] = -4.0 * sum(c.anchor.ident in context.menu for c in found) / n
    why["foreign"] = -4.0 * sum(not same_site(c.anchor.url or "", context.url) for c in found) / n
    why["deeper"] = 1.0 * (sum(_deeper(c.anchor.url or "", context.path) for c in found) / n > 0.6)
    why["slug"] = 1.0 * (sum(_slugged(c.anchor.url or "", c.title) for c in found) / n > 0.5)
    why["file"] = 0.5 * (sum(c.file for c in found) / n > 0.5)
    why["table"] = 1.5 * table
    why["many"] = 0.5 * (n >= 3)
    if n >= 3 and sum(c.words <= 9 and bool(_BODIES.match(key(c.title))) for c in found) >= 0.7 * n:
        why["bodies"] = -7.0  # a directory of units, whatever its addresses look like
    return why


def _words_weight(words: float) -> float:
    """Weigh titles by length: menus speak in two or three words, postings in more."""
    for least, weight in ((8, 3.0), (6, 2.0), (5, 1.5), (4, 0.5), (3, -0.5)):
        if words >= least:
            return weight
    return -2.0


def _named_record(record: Record) -> bool:
    """Tell a record that the page's own names call a post, an entry, an item."""
    if record.box.tag == "article":
        return True
    box: Box | None = record.candidate.anchor.box
    while box is not None:
        if _RECORD_NAMES.search(words_of(box.name)):
            return True
        if box is record.box:
            return False
        box = box.parent
    return False


@lru_cache(maxsize=16384)
def _deeper(url: str, path: str) -> bool:
    """Tell an address below the page's own (`/lich-tiep-dan/` → `/lich-tiep-dan/thang-2`)."""
    own = path.rsplit(".", 1)[0].rstrip("/") if "." in path.rsplit("/", 1)[-1] else path.rstrip("/")
    return bool(own) and below_host(url).startswith(own + "/")


@lru_cache(maxsize=16384)
def _slugged(url: str, title: str) -> bool:
    """Tell an address that spells the title, as those of postings do."""
    wanted = key(title).split()
    if len(wanted) < 4:
        return False
    have = set(key(below_host(url)).split())
    return sum(word in have for word in wanted) >= 0.7 * len(wanted)


def chosen(found: list[Block], article: bool, page: str) -> list[Block]:
    """Return the blocks that are the page's own lists. On an article's page its related links are none."""
    own = [b for b in found if b.score >= ACCEPT and b.rows and not b.aside and not (article and _beside(b, page))]
    if any(b.why.get("foreign", 0.0) > _ELSEWHERE for b in own):
        own = [b for b in own if b.dated or b.why.get("foreign", 0.0) > _ELSEWHERE]
    if not own and not article:
        own = _only_list(found)
    if not own:
        return []
    shapes = Counter(shape(row.url) for b in own for row in b.rows)
    best = max(b.score for b in own)
    out = []
    for block in found:
        if block in own or (block.rows and block.score < ACCEPT and _adopted(block, shapes, best, article)):
            out.append(block)
    return out


def _only_list(found: list[Block]) -> list[Block]:
    """Return the little that a page's own part holds under its own heading: a section of one bare posting."""
    likely = [
        b
        for b in found
        if len(b.rows) == 1
        and b.zone == Zone.CONTENT
        and not b.related
        and not b.aside
        and b.score >= _ONLY
        and (b.why.get("own heading") or b.why.get("main") or b.why.get("summary"))
        and b.group.records[0].candidate.words >= 4
    ]
    return likely if len(likely) == 1 else []


def _beside(block: Block, page: str) -> bool:
    """Tell links beside an article: said so by heading or name, or its siblings by address."""
    return block.related or siblings(page, block.rows)


def siblings(page: str, rows: list[Row]) -> bool:
    """Tell rows whose addresses are of the kind of the page's own: one posting among others, not their list."""
    rows = [row for row in rows if not is_row_address(row.url)]
    own = shape(page)
    loose = own.replace("*#", "*")
    alike = [row for row in rows if shape(row.url).replace("*#", "*") == loose]
    if len(alike) * 2 <= len(rows) or not rows:
        return False
    place = _place(page)
    if sum(_place(row.url) == place for row in alike) * 2 <= len(alike):
        return False
    mine = _slug_words(page)
    if "*#" in own and all("*#" in shape(row.url) for row in alike):
        return True
    return "#" in own.replace("*#", "") or (mine >= 5 and mine >= 0.35 * median(_slug_words(row.url) for row in alike))


def _place(url: str) -> str:
    """Return the folder of an address, numbers apart (`/2018/02/05/` is any day's)."""
    return re.sub(r"\d+", "#", urlsplit(url).path.rstrip("/").rpartition("/")[0])


def _slug_words(url: str) -> int:
    """Return the number of words in the last part of a path."""
    return len(re.findall(r"[^\W_]+", urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1].rsplit(".", 1)[0]))


def _adopted(block: Block, shapes: Counter[str], best: float, article: bool) -> bool:
    """Tell a record that stands apart from its list (a lead story, a sticky item) by its address."""
    if article or block.aside or block.score < -0.5 or block.zone != Zone.CONTENT or best < ACCEPT + 1:
        return False
    return all(shapes[shape(row.url)] >= 3 and row.title.count(" ") >= 3 for row in block.rows)


_DIGITS = re.compile(r"(?<==)\d+$")


@lru_cache(maxsize=16384)
def shape(url: str) -> str:
    """Return what addresses of one kind share: host, depth, endings, names of parameters, kinds of segments."""
    parts = urlsplit(url)
    segments = []
    for segment in parts.path.strip("/").split("/"):
        stem, dot, ending = segment.rpartition(".")
        name = stem if dot else segment
        kind = _kind(name)
        segments.append(kind + (dot + ending.lower() if dot else ""))
    names = ",".join(
        sorted(
            _DIGITS.sub("#", p) if p.rpartition("=")[2].isdigit() else p.partition("=")[0]
            for p in parts.query.split("&")
            if p
        )
    )
    return f"{'/'.join(segments)}?{names}"


def _kind(name: str) -> str:
    """Return what a part of a path is: a number, words with a number at an end, words, or a name of its own."""
    if name.isdigit():
        return "#"
    if re.search(r"^\d{2,}[-_.]|[-_.][a-z]{0,3}(?!(?:19|20)\d\d$)\d{3,}$", name):
        return "*#"
    return "*" if "-" in name or "_" in name or any(c.isdigit() for c in name) else name


def merged(own: list[Block]) -> dict[str, Row]:
    """Return the rows of the chosen blocks by identity, in page order, each posting by its fullest showing."""
    rows: dict[str, Row] = {}
    for block in own:
        for record, row in zip(block.group.records, block.rows, strict=False):
            ident = record.candidate.anchor.ident
            before = rows.get(ident)
            rows[ident] = row if before is None else fuller(before, row)
    return rows


def about_rows(found: list[Block], rows: dict[str, Row], anchors: list[Anchor]) -> frozenset[int]:
    """Return where the links stand that speak about a row (author, category, tag): inside the records of the page's
    own list, leading to no row. A block's heading or `Xem tất cả` above its newest posting leads to a section.
    """
    starts = [anchor.box.start for anchor in anchors]
    out: set[int] = set()
    for block in found:
        if block.score < ACCEPT or block.aside:
            continue
        inside: list[Anchor] = []
        for record in block.group.records:
            start, end = record.extent
            if record.candidate.anchor.ident in rows:
                inside += [
                    anchor
                    for anchor in anchors[bisect_left(starts, start) : bisect_left(starts, end)]
                    if anchor.ident not in rows and not _leads_on(anchor, record)
                ]
        times = Counter(anchor.ident for anchor in inside)
        out.update(a.box.start for a in inside if block.dated >= _STRAY or times[a.ident] > 1)
    return frozenset(out)


def _leads_on(anchor: Anchor, record: Record) -> bool:
    """Tell a link in a record that leads to the section of its block: a heading above the title, `Xem tất cả`."""
    heading = next((up for up in anchor.box.up() if up.tag in {"h1", "h2", "h3", "h4"} and up.links == 1), None)
    return key(anchor.label) in SECTIONS or (heading is not None and heading.end <= record.candidate.anchor.box.start)


def fuller(one: Row, other: Row) -> Row:
    """Join two showings of a posting: the fullest title, the displayed date, files and summary of either."""
    title = one.title
    if len(other.title) > len(title) and title.endswith(("…", "...")):
        title = other.title
    dated = one
    if (one.displayed_on is None and other.displayed_on) or (one.posted_on is None and other.posted_on):
        dated = other
    return replace(
        one,
        title=title,
        displayed_on=dated.displayed_on,
        posted_on=dated.posted_on,
        posted_on_raw=dated.posted_on_raw,
        posted_on_source=dated.posted_on_source,
        attachments=one.attachments or other.attachments,
        summary=one.summary or other.summary,
        implausible_date=one.implausible_date or other.implausible_date,
    )
