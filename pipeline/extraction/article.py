"""One posting's own page: its title, its date, its text, its files.

What belongs here: finding the posting on its page and reading it. What does not: lists (`listing`), what the
head says (`metadata`), which date counts (`dates`), whether the page is a list (`page`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.extraction.addresses import canonical, identity
from pipeline.extraction.attachments import attachments, is_file
from pipeline.extraction.dates import address_date, article_date, is_date_only, metadata_date, split_date
from pipeline.extraction.links import breadcrumbs
from pipeline.extraction.metadata import Metadata, read_metadata
from pipeline.extraction.model import Article, Attachment, DateReading, DateSource
from pipeline.extraction.tree import HEADINGS, INLINE, Box, Kid, Tree, Zone, plant, text_of, words_of
from pipeline.text import clean, key

MAX_TEXT = 20_000
_ENOUGH = 140            # characters of running text after the title that make a part of the page the posting's
_LONG = 300              # the same where no title is found on the page itself
_AROUND, _AROUND_LINKS = 500, 12
_PARAGRAPH = 110         # a line this long is text of the posting, not a line about it
_NEAR_LINES = 8
_OUTSIDE = frozenset({Zone.MENU, Zone.FOOTER, Zone.SIDEBAR, Zone.BREADCRUMB, Zone.PAGER, Zone.RELATED, Zone.CALENDAR,
                      Zone.LANGUAGE, Zone.COMMENTS})
_TITLE_NAME = re.compile(r" (?:title|titles|tieude|tieu de|headline|subject|heading|tentin|postname|ten tin) ")
_NOT_TITLE_NAME = re.compile(r" (?:folder|site|block|box|widget|module|other|hit|web|list|sidebar|logo|menu|category) ")
_SITE_NAME = re.compile(
    r"(?:trang|cong) (?:thong tin|tin)(?: dien tu)?.*|trang chu.*|home(?: page)?|chi tiet.*|tin tuc.*")
_WIDGET = re.compile(r"(?:so |thong ke |tong )*(?:luot )?(?:truy cap|dang online|dang truy cap|nguoi online)|lien ket.*"
                     r"|thong ke.*|luot xem.*|dang nhap|tim kiem|login|search|menu")
_TITLE_SCORE = 1.2
_SPLIT_TITLE = re.compile(r"\s+[-–—|»«·•:]+\s+|\s*\|\s*|\s::\s")
_STOP = re.compile(
    r"(?:cac |nhung |mot so )?(?:tin|bai viet|bai|thong tin|van ban|ban tin|tin tuc|tin bai|thong bao|bai dang)"
    r"(?: tuc| viet| bai| bao| dang)? (?:khac|lien quan|cung (?:chuyen muc|chu de|loai|muc|nhom|the loai)|cu hon"
    r"|moi hon|moi nhat|da dua|da dang|truoc|tiep theo|tuc lien quan|moi|noi bat|doc nhieu|xem nhieu)(?: .{0,20})?"
    r"|related(?: \w+){0,2}|other (?:news|posts|articles)|see also|you may also like|recent (?:posts|news|articles)"
    r"|read next|more (?:news|posts|articles)|binh luan|y kien ban doc|gui binh luan|comments?"
    r"|leave a (?:comment|reply)"
    r"|xem them|doc them|tin cung muc|previous post|next post|bai truoc|bai sau|chia se|tags?|tu khoa"
)
_NUMBER = re.compile(
    r"(?:^|\n)[^\n]{0,60}?\bSố\s*(?:hiệu|ký hiệu|/ký hiệu)?\s*[:：]\s*(\d{1,5}\s*[/-]\s*[^\W\d_][\w\-–/]{1,30})", re.I)
_NUMBER_IN_TITLE = re.compile(
    r"(?:thông báo|quyết định|kế hoạch|báo cáo|công văn|văn bản|giấy mời|kết luận|tờ trình|chỉ thị|nghị quyết"
    r"|hướng dẫn)"
    r"\s+số\s*[:.]?\s*(\d{1,5}\s*/\s*(?:\d{4}/)?[A-ZĐ][\w\-–]{1,25})", re.I)


@dataclass(slots=True)
class _Line:
    """A line as read. `box` is the block it begins in, `linked` how much of it is link, `times` machine dates
    in it, `offers` whether one of its links leads to a file."""

    text: str
    box: Box
    linked: int = 0
    times: tuple[str, ...] = ()
    offers: bool = False


def main_region(tree: LexborHTMLParser | Tree) -> LexborNode:
    """Return the part of a page that holds its own content, without menus, side bars and footers."""
    grown = _grown(tree)
    head = read_metadata(grown.parser)
    title = _title_box(grown, head, "")
    region = _region(title) if title is not None else _densest(grown)
    return region.node


def read_article(
    tree: LexborHTMLParser | Tree, url: str, title_hint: str, fetched_at: datetime | None
) -> Article | None:
    """Read the page as one posting's own page; None where no title with text or files under it is found.

    `title_hint` is the title that a list gave the posting, or empty. `displayed_on` is what a visitor reads near
    the title or, labelled, after the text; `posted_on` falls back to metadata and then to the address. Whether a
    page with a readable posting is a list all the same is for `page` to say.
    """
    grown = _grown(tree)
    head = read_metadata(grown.parser)
    title = _title_box(grown, head, title_hint, url)
    region = _region(title) if title is not None else _densest(grown)
    before, after = _around(list(_lines(_frame(region))), title)
    body, tail = _cut(after)
    files = _files(region, tail, url)
    name, glued = split_date(_name(title, head, title_hint))
    own = [line for line in body if region.holds(line.box)]
    text = "\n".join(line.text for line in own if not is_date_only(line.text))[:MAX_TEXT]
    reading = _date(_near(before, body, glued, title), [*body[-4:], *tail[:3]], head, url, fetched_at)
    alone = not tail or _STOP.fullmatch(key(tail[0].text)) is not None
    shown = reading is not None and reading.displayed and title is not None and alone
    if not name or not (len(text) >= 40 or files or shown):
        return None
    if title is None and not head.article and len(text) < _LONG:
        return None
    return _article(name, reading, files, text, breadcrumbs(grown, []))


def _grown(tree: LexborHTMLParser | Tree) -> Tree:
    return tree if isinstance(tree, Tree) else plant(tree.html or "")


def _article(
    title: str, reading: DateReading | None, files: tuple[Attachment, ...], text: str, trail: tuple[str, ...]
) -> Article:
    plain = key(title)
    return Article(
        title=title,
        displayed_on=reading.day if reading and reading.displayed else None,
        posted_on=reading.day if reading else None,
        posted_on_raw=reading.raw if reading else None,
        posted_on_source=reading.source if reading else None,
        attachments=files,
        text=text,
        section_path=tuple(step for step in trail if key(step) != plain),
        implausible_date=reading.raw if reading and reading.implausible else None,
        document_number=document_number(title, text),
    )


def document_number(title: str, text: str) -> str | None:
    """Return the number of the document that is the posting (`12/TB-UBND`), from its head or the title."""
    match = _NUMBER.search(text[:1500]) or _NUMBER_IN_TITLE.search(title)
    return re.sub(r"\s+", "", match[1]).rstrip("-–/") if match else None


# Title.

@dataclass(frozen=True, slots=True)
class _Wanted:
    """Keys that the title may have, with their weight, and the text sizes that could answer to one of them."""

    keys: dict[str, float]
    sizes: frozenset[int]
    site: str


def _title_box(tree: Tree, head: Metadata, hint: str, url: str = "") -> Box | None:
    """Return the box that shows the posting's title: the one the head or the list names, else the chief heading."""
    wanted = _wanted(head, hint, url)
    likely = [b for b in tree.boxes if 6 <= b.size <= 500 and not b.hidden and _may_be_title(b, wanted)]
    alike = Counter((b.tag, b.name) for b in likely if b.zone not in _OUTSIDE)
    best: tuple[float, Box] | None = None
    for box in likely:
        score = _title_score(box, wanted, alike[box.tag, box.name])
        if score >= _TITLE_SCORE and (best is None or score > best[0]):
            best = (score, box)
    return best[1] if best else None


def _wanted(head: Metadata, hint: str, url: str) -> _Wanted:
    """Collect what the title may be: the list's title, the head's titles and their parts, the address' words."""
    keys: dict[str, float] = {}
    sizes: set[int] = set()
    site = key(head.site_name)
    for text, weight in [(hint, 6.0), *((t, 5.0) for t in head.titles)]:
        for index, part in enumerate([text, *_SPLIT_TITLE.split(text)]):
            plain = key(part)
            if len(plain) >= 8 and plain != site and not _SITE_NAME.fullmatch(plain):
                keys.setdefault(plain, weight - (0.5 * index if index > 1 else 0))
                sizes.update(range(len(part) - 3, len(part) + 8))
    slug = key(re.sub(r"\.\w{2,5}$|[-_]?\d{4,}$", "", urlsplit(url).path.rstrip("/").rpartition("/")[2]))
    if slug.count(" ") >= 4:
        keys.setdefault(slug, 4.0)
        sizes.update(range(len(slug) - 3, len(slug) + 20))
    return _Wanted(keys, frozenset(sizes), site)


def _may_be_title(box: Box, wanted: _Wanted) -> bool:
    if box.tag in HEADINGS:
        return True
    if box.zone in _OUTSIDE or box.tag in {"a", "option", "li", "label"}:
        return False
    return box.size in wanted.sizes or (box.tag not in INLINE and _is_title_named(box))


def _title_score(box: Box, wanted: _Wanted, alike: int) -> float:
    """Weigh a box as the title. One of several that look alike is an entry of a list, unless it is named."""
    text = text_of(box)
    plain = key(text)
    match = _match(plain, wanted.keys)
    heading, named = box.tag in HEADINGS, _is_title_named(box)
    if (plain == wanted.site and plain) or _leads_home(box) or is_date_only(text) or _STOP.fullmatch(plain) or (
            _WIDGET.fullmatch(plain)):
        return 0.0
    if not match and (alike > 2 or box.linked > 0.6 * box.size or box.links > 1 or not (heading or named)):
        return 0.0
    score = match + {"h1": 3.0, "h2": 1.5, "h3": 1.0}.get(box.tag, 0.5 * heading) + 0.7 * named
    return score + min(1.5, 0.15 * plain.count(" ")) - 0.5 * (box.linked > 0) - 4.0 * (box.zone in _OUTSIDE)


def _is_title_named(box: Box) -> bool:
    if box.attrs and box.attrs.get("itemprop") in {"headline", "name"}:
        return True
    return _title_named(box.name)


@lru_cache(maxsize=8192)
def _title_named(name: str) -> bool:
    words = words_of(name)
    return _TITLE_NAME.search(words) is not None and not _NOT_TITLE_NAME.search(words)


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
    if not box.links and not any(up.tag == "a" for up, _ in zip(box.up(), range(3), strict=False)):
        return False
    link = next((b for b in _below(box) if b.tag == "a"), None) or next(b for b in box.up() if b.tag == "a")
    href = (link.attrs.get("href") or "").strip()
    return href in {"", "/", "#", "./", "../"} or urlsplit(href).path in {"", "/"} if "[" not in href else False


def _name(title: Box | None, head: Metadata, hint: str) -> str:
    if title is not None:
        return text_of(title)
    if hint:
        return clean(hint)
    site = key(head.site_name)
    parts = [p for t in head.titles for p in _SPLIT_TITLE.split(t)[:1] if key(p) != site]
    return clean(parts[0]) if parts and head.article else ""


# Region.

def _region(title: Box) -> Box:
    """Return the smallest part around the title that has running text, files or a viewer after it.

    Where there are none (a scanned picture, an empty posting) it ends before the page's links begin.
    """
    best = title
    for above in title.up():
        text, files = _substance(above, title)
        if text >= _ENOUGH or files:
            return above
        if above.tag == "body" or above.links - title.links > _AROUND_LINKS:
            break
        best = above
    return best


def _frame(region: Box) -> Box:
    """Return the region with the few lines around it, where a template may put the date."""
    frame = region
    for above in region.up():
        if above.size - region.size > _AROUND or above.links - region.links > _AROUND_LINKS or above.tag == "body":
            break
        frame = above
    return frame


def _substance(box: Box, title: Box) -> tuple[int, bool]:
    """Return the characters of running text after the title, and whether files or viewers are there."""
    size, files = 0, False
    for part in _below(box):
        if part.start < title.end or part.zone in _OUTSIDE or part.hidden:
            continue
        if part.tag == "a":
            files = files or is_file(part.attrs.get("href") or "")
        elif not _within_link(part):
            size += _running(part)
    size += _running(box)
    return size, files or box.node.css_first("iframe[src], embed[src], object[data]") is not None


def _running(box: Box) -> int:
    """Return the characters of a box's own text that are longer than labels."""
    least = 0 if box.tag in INLINE else 25
    return sum(len(kid) for kid in box.kids if isinstance(kid, str) and len(kid) > least)


def _within_link(box: Box) -> bool:
    return any(up.tag == "a" for up, _ in zip(box.up(), range(4), strict=False))


def _densest(tree: Tree) -> Box:
    """Return the smallest box that holds most of the page's running text."""
    here = tree.root
    while True:
        size = here.size - here.linked
        heavy = [b for b in here.boxes() if b.zone not in _OUTSIDE and not b.hidden and b.size - b.linked > 0.6 * size]
        if not heavy:
            return here
        here = heavy[0]


def _below(box: Box) -> Iterator[Box]:
    """Give the boxes under `box` in document order."""
    stack: list[Kid] = list(box.kids)[::-1]
    while stack:
        kid = stack.pop()
        if not isinstance(kid, str):
            yield kid
            stack.extend(kid.kids[::-1])


# Lines.

def _lines(region: Box) -> Iterator[_Line]:
    """Give the visible lines of a region in order: inline markup together, blocks apart, no menus or side bars."""
    run = _Run(region)
    stack: list[tuple[Kid | None, Box, bool]] = [(kid, region, False) for kid in reversed(region.kids)]
    while stack:
        kid, owner, linked = stack.pop()
        if kid is None:
            yield from run.ended(owner)
        elif isinstance(kid, str):
            run.add(kid, linked)
        elif not (kid.hidden or kid.zone in _OUTSIDE):
            run.note(kid)
            if kid.tag not in INLINE and kid.tag not in {"a", "time"}:
                yield from run.ended(kid)
                stack.append((None, owner, linked))
            inside = linked or kid.tag == "a"
            stack.extend((k, kid, inside) for k in reversed(kid.kids))
    yield from run.ended(region)


class _Run:
    """The line that is being read."""

    __slots__ = ("box", "linked", "offers", "pieces", "times")

    def __init__(self, box: Box) -> None:
        self.box = box
        self.pieces: list[str] = []
        self.times: list[str] = []
        self.linked = 0
        self.offers = False

    def add(self, text: str, linked: bool) -> None:
        self.pieces.append(text)
        self.linked += len(text) if linked else 0

    def note(self, box: Box) -> None:
        if box.tag == "time" and (moment := box.attrs.get("datetime")):
            self.times.append(moment)
        elif box.tag == "a" and is_file(box.attrs.get("href") or ""):
            self.offers = True

    def ended(self, following: Box) -> Iterator[_Line]:
        text = clean("".join(self.pieces))
        if text or self.times:
            yield _Line(text, self.box, self.linked, tuple(self.times), self.offers)
        self.__init__(following)  # type: ignore[misc]


def _around(lines: list[_Line], title: Box | None) -> tuple[list[_Line], list[_Line]]:
    """Cut the lines at the title: those before it, nearest last, and those after it."""
    if title is None:
        return [], lines
    before = [line for line in lines if line.box.start < title.start and not line.box.holds(title)]
    after = [line for line in lines if line.box.start >= title.end or (line.box.holds(title) and line.box is not title)]
    shown = key(text_of(title))
    return before, [line for line in after if key(line.text) != shown or not line.text]


def _cut(lines: list[_Line]) -> tuple[list[_Line], list[_Line]]:
    """Cut off what follows the posting: "tin khác", comments, a run of links to other postings."""
    body: list[_Line] = []
    seen = 0
    for index, line in enumerate(lines):
        plain = key(line.text) if len(line.text) < 60 else ""
        if plain and _STOP.fullmatch(plain) and (seen >= 40 or index > 0):
            return body, lines[index:]
        if line.linked > 0.8 * max(1, len(line.text)) and len(line.text) > 25 and _run_of_links(lines, index):
            return body, lines[index:]
        seen += len(line.text)
        body.append(line)
    return body, []


def _run_of_links(lines: list[_Line], index: int) -> bool:
    """Whether at least three of the next lines are links and not files."""
    near = lines[index : index + 8]
    return sum(line.linked > 0.7 * len(line.text) and not line.offers for line in near if line.text) >= 3


def _files(region: Box, tail: list[_Line], url: str) -> tuple[Attachment, ...]:
    """Return the region's files, but not those that only other postings below it link."""
    base = url
    found = attachments(region.node, base)
    if not tail or not found:
        return found
    start = tail[0].box.start
    later = {identity(address) for b in _below(region) if b.tag == "a" and b.start >= start
             and (address := canonical(b.attrs.get("href") or "", base))}
    earlier = {identity(address) for b in _below(region) if b.tag == "a" and b.start < start
               and (address := canonical(b.attrs.get("href") or "", base))}
    return tuple(file for file in found if identity(file.url) not in later - earlier)


# Date.

def _near(before: list[_Line], body: list[_Line], glued: str | None, title: Box | None) -> list[_Line]:
    """Return the lines near the title, nearest first: a few after it up to the text, then a few before it."""
    near: list[_Line] = []
    for line in body[:_NEAR_LINES]:
        if len(line.text) > _PARAGRAPH and not is_date_only(line.text):
            break
        near.append(line)
    near += [line for line in before[:-4:-1] if len(line.text) <= _PARAGRAPH]
    if glued and title is not None:
        near.insert(0, _Line(glued, title, 0))
    return near


def _date(
    near: list[_Line], end: list[_Line], head: Metadata, url: str, fetched_at: datetime | None
) -> DateReading | None:
    """Return the posting date by trust: displayed near the title or labelled after the text, metadata, address."""
    shown = article_date([line.text for line in near if line.text], fetched_at)
    if shown is None or shown.source is DateSource.MODIFIED:
        last = article_date([line.text for line in end if line.text and len(line.text) < 200], fetched_at, True)
        shown = last if last and (shown is None or last.source is not DateSource.MODIFIED) else shown
    if shown is not None and shown.source is not DateSource.MODIFIED:
        return shown
    hidden = next((r for line in near for t in line.times if (r := metadata_date(t, fetched_at))), None)
    told = head.date(fetched_at) or hidden or address_date(url, fetched_at)
    if shown is None:
        return told
    if told is not None and told.day and told.source is not DateSource.MODIFIED:
        return DateReading(told.day, told.raw, told.source, displayed=False)
    return shown
