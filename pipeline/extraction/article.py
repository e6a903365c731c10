"""One posting's own page: its title, its date, its text, its files.

What belongs here: finding the posting on its page and reading it. What does not: lists (`listing`), what the
head says (`metadata`), which date counts (`dates`), whether the page is a list (`page`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.extraction.addresses import canonical, identity
from pipeline.extraction.attachments import attachments, file_name, is_file
from pipeline.extraction.dates import (
    address_date,
    article_date,
    is_date_only,
    metadata_date,
    shows,
    split_date,
)
from pipeline.extraction.documents import document_number, document_type
from pipeline.extraction.lines import PARAGRAPH, Line, lines_of
from pipeline.extraction.links import breadcrumbs
from pipeline.extraction.metadata import Metadata, read_metadata
from pipeline.extraction.model import Article, Attachment, DateReading, DateSource
from pipeline.extraction.surroundings import RELATED_HEADINGS
from pipeline.extraction.title import AFTER_POSTING, OUTSIDE, PERMALINK, SPLIT_TITLE, WIDGET, below, find_title
from pipeline.extraction.tree import INLINE, Box, Tree, in_link, plant, text_of
from pipeline.months import local_date
from pipeline.text import clean, key

MAX_TEXT = 20_000
_ENOUGH = 140            # characters of running text after the title that make a part of the page the posting's
_LEAD = 700              # fewer may be a lead, in a part of its own above the text
_HEAD_DEPTH = 6          # boxes from a title's part to the one that holds the text as well
_LONG = 300              # the same where no title is found on the page itself
_FEW = 40                # fewer are no text
_AROUND, _AROUND_LINKS = 500, 12
_SCAN = re.compile(r"\.(?:jpe?g|png|gif|tiff?|bmp|webp)$", re.I)
_DRAWN = re.compile(
    r"\b(?:icons?|logo|banner|avatar|sprite|spacer|blank|loading|print|email|share|facebook|zalo|twitter|smilies?|emoji"
    r"|captcha|noimage|no image|theme|themes|skins|templates|gui y ?kien|feedback)\b")
_WEEKDAY = re.compile(
    r"(?:hom nay )?(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b")
_TIME = re.compile(r"(?<!\d)\d{1,2}\s?[:h.]\s?\d\d(?!\d|[./-])")
_ARROWS = re.compile(r"[»›>→/]")
_NEAR_LINES = 8
_LEADS = 2               # paragraphs that may stand between a title and the line with its date
_SECTION, _SAID = 6, 40  # spaces of a section's name; characters that a posting says itself


def main_region(tree: LexborHTMLParser | Tree) -> LexborNode:
    """Return the part of a page that holds its own content, without menus, side bars and footers."""
    grown = _grown(tree)
    head = read_metadata(grown)
    title = find_title(grown, head, "")
    region = _region(grown, title) if title is not None else _densest(grown)
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
    head = read_metadata(grown)
    found = _find(grown, head, title_hint, url)
    body, tail = _cut(found.after)
    files = _files(found.region, tail, url)
    name, glued = split_date(found.name)
    told = head.date(fetched_at) or _hidden(body, fetched_at) or address_date(url, fetched_at)
    before = [line for line in found.before if not _is_clock(line, fetched_at, told)]
    near = ([glued] if glued else []) + _near(before, body)
    if article_date(near, fetched_at) is None:
        near += _under_lead(body, fetched_at)
    end = [line.text for line in [*body[-4:], *tail[:3]]]
    shown, posted = _dates(near, end, told, fetched_at)
    if (made := head.made_before(shown, fetched_at)) and (line := next((t for t in near if shows(t, made)), "")):
        shown = posted = DateReading(made, line, DateSource.ARTICLE, True)  # the labels stand behind their dates
    dated = shown.raw if shown else ""
    own = [line.text for line in body if line.text and found.region.holds(line.box)]
    says = (line for line in own if line != dated and not is_date_only(line) and not _is_way(line, name))
    text = "\n".join(says)[:MAX_TEXT]
    if found.certain and not files and len(text) < _FEW:
        files = _pictures(found.region, tail, url)
    alone = not tail or AFTER_POSTING.fullmatch(key(tail[0].text)) is not None
    if not name or not (len(text) >= _FEW or files or (shown is not None and found.certain and alone)):
        return None
    if not found.certain and not head.article and len(text) < _LONG:
        return None
    if not files and name.count(" ") <= _SECTION and _only_leads_on(body):
        return None
    number = document_number(name, text)
    article = Article(name, attachments=files, text=text, document_number=number,
                      document_type=document_type(number, name, text))
    return _dated(replace(article, section_path=_trail(grown, name)), shown, posted)


@dataclass(frozen=True, slots=True)
class _Posting:
    """A posting on its page: its name, its part of the page, the lines before and after the name.

    `certain` says that the page shows the name as a title.
    """

    name: str
    region: Box
    before: list[Line]
    after: list[Line]
    certain: bool


def _find(tree: Tree, head: Metadata, hint: str, url: str) -> _Posting:
    title = find_title(tree, head, hint, url)
    if title is not None:
        region = _region(tree, title)
        before, after = _around(list(lines_of(_frame(region), title.zone)), title)
        return _Posting(text_of(title).removesuffix(PERMALINK), region, before, after, True)
    region = _densest(tree)
    lines = list(lines_of(region))
    for index, line in enumerate(lines[:40]):
        if _heads(line) and index + 1 < len(lines) and is_date_only(lines[index + 1].text):
            return _Posting(line.text, region, lines[:index], lines[index + 1 :], True)
    return _Posting(_name(head, hint), region, [], lines, False)


def _heads(line: Line) -> bool:
    """Whether a line without any markup of a title can be one: words, no link, not a sentence."""
    return not line.linked and 15 <= len(line.text) <= 300 and line.text.count(" ") >= 3 and (
        not is_date_only(line.text) and line.text[-1] not in ".;:,")


def _only_leads_on(body: list[Line]) -> bool:
    """Whether all that stands under a title is links to pages: a section's way to its parts, no posting."""
    links = [line for line in body if line.linked > 0.8 * len(line.text) > 0 and not line.offers]
    said = sum(len(line.text) - line.linked for line in body if not is_date_only(line.text))
    return len(links) > 1 and said < _SAID


def _grown(tree: LexborHTMLParser | Tree) -> Tree:
    return tree if isinstance(tree, Tree) else plant(tree.html or "")


def _dated(article: Article, shown: DateReading | None, posted: DateReading | None) -> Article:
    """Put the displayed and the posting date into the article; what is implausible is kept raw for review."""
    doubtful = next((r for r in (shown, posted) if r is not None and r.implausible), None)
    return replace(
        article,
        displayed_on=shown.day if shown else None,
        posted_on=posted.day if posted else None,
        posted_on_raw=posted.raw if posted else None,
        posted_on_source=posted.source if posted else None,
        implausible_date=doubtful.raw if doubtful else None,
    )


def _trail(tree: Tree, name: str) -> tuple[str, ...]:
    plain = key(name)
    return tuple(step for step in breadcrumbs(tree, []) if key(step) != plain)


def _name(head: Metadata, hint: str) -> str:
    """Return the name that the list or the head gives where the page shows no title."""
    if hint and not WIDGET.fullmatch(key(hint)):
        return clean(hint)
    parts = [p for t in head.titles for p in SPLIT_TITLE.split(t)[:1] if key(p) != key(head.site_name)]
    return clean(parts[0]) if parts and head.article else ""


# Region.

def _region(tree: Tree, title: Box) -> Box:
    """Return the smallest part around the title that has running text, files or a viewer after it.

    Where there are none (a scanned picture, an empty posting) it ends before the page's links begin. What holds
    the title and its lead alone is no whole posting: the text beside it is its too.
    """
    best = title
    for above in title.up():
        text, files = _substance(tree, above, title)
        if text >= _ENOUGH or files:
            return above if files or text >= _LEAD else _with_text(tree, above, title, text)
        if above.tag == "body" or above.links - title.links > _AROUND_LINKS:
            break
        best = above
    return best


def _with_text(tree: Tree, head: Box, title: Box, text: int) -> Box:
    """Return the part around a title and its lead that holds the text too, where there is one; else `head`."""
    for above in islice(head.up(), _HEAD_DEPTH):
        if above.tag in {"body", "html"}:
            break
        more = _substance(tree, above, title)[0]
        grown, linked = above.size - head.size, above.linked - head.linked
        if more >= 2 * text + _ENOUGH:
            return above if linked <= 0.3 * grown else head
        if linked > 0.5 * grown > _AROUND:
            break
    return head


def _frame(region: Box) -> Box:
    """Return the region with the few lines around it, where a template may put the date."""
    frame = region
    for above in region.up():
        if above.size - region.size > _AROUND or above.links - region.links > _AROUND_LINKS or above.tag == "body":
            break
        frame = above
    return frame


def _substance(tree: Tree, box: Box, title: Box) -> tuple[int, bool]:
    """Return the characters of running text after the title, and whether files or viewers are there."""
    size, files = 0, False
    zone = title.zone
    for part in tree.boxes[title.end : box.end]:
        if part.tag != "a" and not part.own:
            continue
        if part.hidden or (part.zone is not zone and part.zone in OUTSIDE):
            continue
        if part.tag == "a":
            files = files or is_file(part.attrs.get("href") or "")
        elif not in_link(part):
            size += _running(part)
    size += _running(box)
    return size, files or box.node.css_first("iframe[src], embed[src], object[data]") is not None


def _running(box: Box) -> int:
    """Return the characters of a box's own text that are longer than labels."""
    least = 0 if box.tag in INLINE else 25
    return sum(len(kid) for kid in box.kids if isinstance(kid, str) and len(kid) > least)


def _densest(tree: Tree) -> Box:
    """Return the smallest box that holds most of the page's running text."""
    here = tree.root
    while True:
        size = here.size - here.linked
        heavy = [b for b in here.boxes() if b.zone not in OUTSIDE and not b.hidden and b.size - b.linked > 0.6 * size]
        if not heavy:
            return here
        here = heavy[0]


def _around(lines: list[Line], title: Box | None) -> tuple[list[Line], list[Line]]:
    """Cut the lines at the title: those before it, nearest last, and those after it."""
    if title is None:
        return [], lines
    before = [line for line in lines if line.box.start < title.start and not line.box.holds(title)]
    after = [line for line in lines if line.box.start >= title.end or (line.box.holds(title) and line.box is not title)]
    shown = key(text_of(title))
    return before, [line for line in after if key(line.text) != shown or not line.text]


def _cut(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Cut off what follows the posting: "tin khác", comments, a run of links to other postings."""
    body: list[Line] = []
    seen = 0
    for index, line in enumerate(lines):
        plain = key(line.text) if len(line.text) < 60 else ""
        if plain and AFTER_POSTING.fullmatch(plain) and (seen >= 40 or index > 0 or RELATED_HEADINGS.match(plain)):
            return body, lines[index:]
        if line.linked > 0.8 * max(1, len(line.text)) and len(line.text) > 25 and _run_of_links(lines, index) and (
                any(one.tells for one in body) or not any(one.tells for one in lines[index : index + _NEAR_LINES])):
            return body, lines[index:]  # where the text is still to come, they are the posting's own sections
        seen += len(line.text)
        body.append(line)
    return body, []


def _run_of_links(lines: list[Line], index: int) -> bool:
    """Whether at least three of the next lines are links and not files."""
    near = lines[index : index + 8]
    return sum(line.linked > 0.7 * len(line.text) and not line.offers for line in near if line.text) >= 3


def _files(region: Box, tail: list[Line], url: str) -> tuple[Attachment, ...]:
    """Return the region's files, but not those that only other postings below it link."""
    base = url
    found = attachments(region.node, base)
    if not tail or not found:
        return found
    start = tail[0].start
    later = {identity(address) for b in below(region) if b.tag == "a" and b.start >= start
             and (address := canonical(b.attrs.get("href") or "", base))}
    earlier = {identity(address) for b in below(region) if b.tag == "a" and b.start < start
               and (address := canonical(b.attrs.get("href") or "", base))}
    return tuple(file for file in found if identity(file.url) not in later - earlier)


def _pictures(region: Box, tail: list[Line], url: str) -> tuple[Attachment, ...]:
    """Return the pictures that are a posting's text: a document that was scanned, under a title and little else.

    Pictures in links (icons, banners) and those that a script or a style sheet draws are none.
    """
    end = tail[0].start if tail else region.end
    found: dict[str, Attachment] = {}
    for box in below(region):
        if box.tag != "img" or box.start >= end or box.hidden or box.zone in OUTSIDE or in_link(box):
            continue
        address = canonical(box.attrs.get("src") or "", url)
        if address and _SCAN.search(urlsplit(address).path) and not _DRAWN.search(key(address)):
            found.setdefault(identity(address), Attachment(address, file_name(address)))
    return tuple(found.values())


# Date.

def _near(before: list[Line], body: list[Line]) -> list[str]:
    """Return the lines near the title, nearest first: a few after it up to the text, then a few before it."""
    near: list[str] = []
    for line in body[:_NEAR_LINES]:
        if len(line.text) > PARAGRAPH and not is_date_only(line.text):
            break
        near.append(line.text)
    near += [line.text for line in before[:-4:-1] if len(line.text) <= PARAGRAPH]
    return [text for text in near if text]


def _under_lead(body: list[Line], fetched_at: datetime | None) -> list[str]:
    """Return the line between a posting's lead and its text that gives its date.

    Such a line is nothing but a date, names it, or has a clock beside it. None where another line of a day follows
    (a timetable), where it stands in a table or a list, or where no text comes after it.
    """
    leads = 0
    for index, line in enumerate(body[: 2 * _NEAR_LINES]):
        long = len(line.text) > PARAGRAPH
        if leads and not long and _dates_posting(line.text, fetched_at):
            after = body[index + 1 :]
            alone = not any(_is_other_day(other, line, fetched_at) for other in after)
            cell = any(up.tag in {"td", "th", "li", "dd"} for up in (line.box, *islice(line.box.up(), 2)))
            told = any(len(other.text) > PARAGRAPH for other in after)
            return [line.text] if alone and told and not cell else []
        leads += long
        if leads > _LEADS:
            break
    return []


def _dates_posting(text: str, fetched_at: datetime | None) -> bool:
    """Whether a line is nothing but a date, has a posting's label, or a clock beside its date."""
    if is_date_only(text):
        return article_date([text], fetched_at) is not None
    return article_date([text], fetched_at, labelled_only=_TIME.search(text) is None) is not None


def _is_other_day(other: Line, line: Line, fetched_at: datetime | None) -> bool:
    """Whether a line is nothing but another day, and does not say that it is a modification's."""
    if other.text == line.text or not is_date_only(other.text):
        return False
    read = article_date([other.text], fetched_at)
    return read is not None and read.source is not DateSource.MODIFIED


def _is_way(line: str, name: str) -> bool:
    """Tell the way from the home page to this one, written as a line: it has arrows in it and ends in the title."""
    return len(line) <= 2 * PARAGRAPH and _ARROWS.search(line) is not None and key(line).endswith(key(name))


def _is_clock(line: Line, fetched_at: datetime | None, told: DateReading | None) -> bool:
    """Tell a page's clock: above the title, a weekday with the very day on which the page was fetched.

    Not where the page tells machines that it was posted on that day.
    """
    if fetched_at is None or not _WEEKDAY.match(key(line.text)):
        return False
    shown = article_date([line.text], fetched_at)
    if shown is None or shown.day != local_date(fetched_at):
        return False
    return told is None or told.day != shown.day or told.source is DateSource.MODIFIED


def _dates(
    near: list[str], end: list[str], told: DateReading | None, fetched_at: datetime | None
) -> tuple[DateReading | None, DateReading | None]:
    """Return the date a visitor reads and the posting date: displayed near the title or labelled after the text;
    else what is `told` only to machines. What is displayed as a modification, or cannot be meant, is no posting
    date where one is told.
    """
    shown = article_date(near, fetched_at)
    if shown is None or shown.source is DateSource.MODIFIED:
        last = article_date([text for text in end if text and len(text) < 200], fetched_at, True)
        shown = last if last and (shown is None or last.source is not DateSource.MODIFIED) else shown
    if shown is None:
        return None, told
    weak = shown.source is DateSource.MODIFIED or shown.implausible
    if weak and told is not None and told.day and told.source is not DateSource.MODIFIED:
        return shown, told
    return shown, shown


def _hidden(body: list[Line], fetched_at: datetime | None) -> DateReading | None:
    """Return the date of a `<time datetime>` near the title that shows a visitor nothing readable."""
    times = [moment for line in body[:_NEAR_LINES] for moment in line.times]
    return next((reading for moment in times if (reading := metadata_date(moment, fetched_at))), None)
