"""What a page is: a list of postings, one posting, both or neither.

What belongs here: weighing lists against text, and what either gives. What does not: finding lists (`listing`),
reading a posting (`article`), validity (`validity`).
"""

from __future__ import annotations

import re

from pipeline.extraction.addresses import identity
from pipeline.extraction.article import read_article
from pipeline.extraction.embedded import embedded_rows
from pipeline.extraction.listing import ACCEPT, Block, chosen, merged, siblings
from pipeline.extraction.metadata import read_metadata
from pipeline.extraction.model import Article, Page, PageKind, Row
from pipeline.extraction.names import words_of
from pipeline.extraction.records import dated
from pipeline.extraction.surroundings import RELATED_HEADINGS
from pipeline.extraction.title import PERMALINK
from pipeline.extraction.tree import HEADINGS, Box, Tree, Zone, in_link, text_of
from pipeline.months import local_date
from pipeline.text import clean, key

_ARTICLE_TYPE = re.compile(r'"@type"\s*:\s*\[?\s*"(?:News|Blog|Tech)?(?:Article|Posting)"')
_SERVICES = frozenset(
    (
        "lien he",
        "contact",
        "gop y",
        "so do trang",
        "so do cong",
        "tim kiem",
        "search",
        "dang nhap",
        "dang ky",
        "hoi dap",
        "sitemap",
        "site map",
        "contact us",
        "ket qua tim kiem",
    )
)
_PART = re.compile(r"(?:[a-z]|\d{1,2}|[ivx]+|dieu \d+|chuong [ivx\d]+) |.*\b(?:truy cap|online|dang xem|luot xem)\b")
_CONTENT = Zone.CONTENT
_LINE = 60  # characters of a line of running text
_LONG_BODY, _TOLD, _BODY, _SOME = 1200, 600, 350, 150  # characters of running text
_SENTENCE = 4  # spaces of a title that is more than a section's name
_HEAD = 40_000  # characters that hold the head of a page


def page_title(tree: Tree) -> str:
    """Return the page's title: its own first heading in the content, else the head's."""
    for box in tree.of("h1"):
        if box.size and box.linked <= len(PERMALINK) and box.zone == Zone.CONTENT:
            return text_of(box).removesuffix(PERMALINK)[:500]
    return clean(tree.title)[:500]


def decide(
    page: Page, html: str, tree: Tree, found: list[Block], base: str
) -> tuple[PageKind, dict[str, Row], Article | None]:
    """Decide what a page is, and give what it holds."""
    body = _body_size(tree, found)
    title = page_title(tree)
    as_article = _article_weight(page, html, title, found, body)
    everything = merged(chosen(found, article=False, page=page.url))
    told = body >= _TOLD and _text_first(found) and (title.count(" ") >= _SENTENCE or read_metadata(tree).article)
    if as_article < 2.0 and not told and not _only_related(found):
        rows = everything or {identity(r.url): r for r in embedded_rows(tree, page.url, base, page.fetched_at)}
        if rows:
            return PageKind.LISTING, rows, None
    elif everything and _newest_in_full(page, title, tree, found):
        hint = _second_heading(tree, title, min(b.start for b in found if b.related))
        return PageKind.LISTING, everything, read_article(tree, page.url, hint, page.fetched_at)
    return _text_or_list(page, tree, found, title, as_article, body, told)


def _text_or_list(
    page: Page, tree: Tree, found: list[Block], title: str, as_article: float, body: int, told: bool
) -> tuple[PageKind, dict[str, Row], Article | None]:
    """Decide on a page that may be one posting; `told`: its text leaves no doubt."""
    own = merged(chosen(found, article=True, page=page.url)) if as_article >= 2.0 else {}
    article = _article(page, tree, title, as_article)
    if article is not None and told:
        return PageKind.ARTICLE, {}, article
    everything = merged(chosen(found, article=False, page=page.url))
    if _few_postings(found, article, body):
        return PageKind.LISTING, everything, None
    if own and (article is None or 0.25 * len(own) + 1.0 > as_article):
        return PageKind.LISTING, own, article if body >= _BODY else None
    if article is not None and (
        body >= 100
        or as_article >= 2.0
        or (article.posted_on and (as_article >= 1.0 or not any(b.rows for b in found) or _only_related(found)))
        or article.attachments
    ):
        files = _files_alone(found, article, title, body)
        return (PageKind.LISTING, files, None) if files else (PageKind.ARTICLE, {}, article)
    if not everything or (as_article >= 2.0 and siblings(page.url, list(everything.values()))):
        return PageKind.OTHER, {}, None
    return PageKind.LISTING, everything, None


def _article(page: Page, tree: Tree, title: str, weight: float) -> Article | None:
    """Read the page as one posting; where no markup tells its title, by the bold line above its text."""
    if key(title) in _SERVICES:
        return None
    article = read_article(tree, page.url, "", page.fetched_at)
    if article is None and weight >= 0.75:
        hint = _bold_line(tree)
        article = read_article(tree, page.url, hint, page.fetched_at) if hint else None
    return None if article is not None and _banner_and_clock(page, tree, article) else article


def _banner_and_clock(page: Page, tree: Tree, article: Article) -> bool:
    """Tell the name of a portal above the day of the visit, on a page that has nothing else: an empty section."""
    if article.text or article.attachments or article.posted_on is None or page.fetched_at is None:
        return False
    head, title = key(clean(tree.title)), key(article.title)
    of_today = abs((article.posted_on - local_date(page.fetched_at)).days) <= 1
    return of_today and bool(head) and title not in head and head not in title


def _bold_line(tree: Tree) -> str:
    """Return the last bold or large line above the first running text of the page's own part."""
    best = ""
    for box in tree.boxes:
        if box.zone != _CONTENT or box.hidden or box.links:
            continue
        if _is_bold(box) and 10 <= box.size <= 300:
            text = text_of(box)
            named = text.count(" ") >= 2 and text[-1] not in ".:;" and not dated(text) and not _PART.match(key(text))
            best = text if named and not RELATED_HEADINGS.match(key(text)) else best
        elif box.own >= (_LINE if best else _SOME) and not in_link(box):
            return best
    return best


def _is_bold(box: Box) -> bool:
    """Tell a line that stands out without being a heading, in markup old and new."""
    if box.tag in {"b", "strong", "big"}:
        return True
    if box.tag == "font":
        size = (box.attrs.get("size") or "").lstrip("+")
        return size.isdigit() and int(size) >= 4
    return bool(box.attrs) and " title " in words_of(box.name)


def _files_alone(found: list[Block], article: Article, title: str, body: int) -> dict[str, Row]:
    """Return the files that are the postings of a section without pages of their own: named, under a short title."""
    if body >= 100 or article.posted_on or title.count(" ") > 5:
        return {}
    rows = merged([b for b in found if b.zone == Zone.CONTENT and not b.related and not b.aside])
    named = all(row.is_file and row.title.count(" ") >= 3 and key(row.title) != key(title) for row in rows.values())
    return rows if named else {}


def _newest_in_full(page: Page, title: str, tree: Tree, found: list[Block]) -> bool:
    """Tell a section's page that shows its newest posting in full above the list of the older ones."""
    related = [b for b in found if b.related and b.rows]
    if not related or title.count(" ") > 6 or siblings(page.url, [row for b in related for row in b.rows]):
        return False
    return bool(_second_heading(tree, title, related[0].start))


def _second_heading(tree: Tree, title: str, before: int) -> str:
    """Return the heading of a posting below a section's own title, and above what starts at `before`; a text that
    stands between the two is the title's own, and the heading one of its parts."""
    heads = [b for b in tree.of(*HEADINGS) if b.size and b.zone == Zone.CONTENT and b.start < before]
    if not heads or key(text_of(heads[0])) != key(title):
        return ""
    later = next((b for b in heads if key(text_of(b)) != key(title) and text_of(b).count(" ") >= 3), None)
    if later is None:
        return ""
    between = (b.own for b in tree.boxes[heads[0].end : later.start] if b.own >= 40 and b.zone == Zone.CONTENT)
    return text_of(later) if sum(between) < _SOME else ""


def _body_size(tree: Tree, found: list[Block]) -> int:
    """Return the size of the running text of the page's own part that belongs to no record of a list."""
    records = [
        r.extent
        for b in found
        if b.score >= 1.0 and not b.related
        for r in b.group.records
        if len(b.group.records) > 1 or b.dated
    ]
    # of a lone bare record only what follows its title: the paragraph of a link in a text comes before the link
    records += [
        (r.candidate.anchor.box.start, r.extent[1])
        for b in found
        if b.score >= 1.0 and not b.related
        for r in b.group.records
        if len(b.group.records) == 1 and not b.dated and r.candidate.words >= 4
    ]
    records.sort()
    size = 0
    at = 0
    for box in tree.running:
        while at < len(records) and records[at][1] <= box.start:
            at += 1
        if not (at < len(records) and records[at][0] <= box.start) and not in_link(box):
            size += box.own
    return size


def _claims(html: str) -> bool:
    """Tell a page whose own metadata call it an article; some systems say so of every page."""
    return (
        html.find('property="og:type" content="article"', 0, _HEAD) >= 0
        or (html.find('"@type"', 0, _HEAD) >= 0 and _ARTICLE_TYPE.search(html, 0, _HEAD) is not None)
        or 'itemprop="articleBody"' in html
    )


def _text_first(found: list[Block]) -> bool:
    """Tell a page on which no dated list comes before its running text."""
    return not any(
        b.dated > 0.5 and len(b.rows) > 1 and b.after < _BODY and b.score >= ACCEPT and not b.related and not b.aside
        for b in found
    )


def _only_related(found: list[Block]) -> bool:
    """Tell a page whose lists are all said to be other postings: what stands above them may be short. One row above
    them may be the only posting of a section, or the name of a section above the title of its posting.
    """
    lists = [b for b in found if b.score >= ACCEPT and b.rows and not b.aside]
    return any(b.related for b in lists) and all(b.related or len(b.rows) == 1 for b in lists)


def _few_postings(found: list[Block], article: Article | None, body: int) -> bool:
    """Tell a section of one or two dated postings: nothing but their rows, the older postings below them apart.

    What could be read as a posting is then only the section: its name, and the date of a row.
    """
    first = next((b for b in found if b.rows and b.zone == Zone.CONTENT and not b.aside and b.score >= ACCEPT), None)
    if first is None or first.related or first.dated <= 0.5 or first.after >= _BODY:
        return False
    if article is None:
        return body < _SOME
    days = {row.displayed_on for row in first.rows}
    named = key(article.title) in {key(first.heading), *(key(row.title) for row in first.rows)}
    return named and len(article.text) < _SOME and (article.displayed_on is None or article.displayed_on in days)


def _plain_list(block: Block) -> bool:
    """Tell a list that stands for itself: three dated rows and more, after no text."""
    return block.dated > 0.5 and len(block.rows) >= 3 and block.after < _SOME


def _article_weight(page: Page, html: str, title: str, found: list[Block], body: int) -> float:
    """Weigh what says that a page is one posting: its own claim, its text, siblings among its links."""
    main = [
        b
        for b in found
        if b.score >= ACCEPT
        and b.zone == Zone.CONTENT
        and not b.related
        and not b.aside
        and (b.after < _SOME or b.why.get("deeper") or b.why.get("own heading"))
    ]
    rows = [row for b in found if b.score > 0 and b.zone != Zone.MENU and not b.aside for row in b.rows]
    weight = 0.75 * (body >= _SOME) + 0.75 * (body >= _BODY) + 1.0 * (body >= _LONG_BODY)
    weight += 1.0 * _claims(html)
    if body < _SOME and any(_plain_list(b) for b in main):
        return weight - 2.5  # nothing but a list, whatever its title and its addresses look like
    weight += 1.0 * (title.count(" ") >= 8) + 0.5 * (title.count(" ") >= 6)
    weight += 1.0 * any(b.related for b in found)
    own = [b for b in found if b.score >= ACCEPT and not b.aside]
    weight += 0.75 * (body >= _SOME and bool(own) and all(b.related for b in own))
    if body < _BODY and any(b.why.get("own heading") and b.dated for b in main):
        weight -= 1.5
    if siblings(page.url, rows):
        return weight + 1.5
    lists = sum((0.4 if b.dated > 0.5 else 0.2) * len(b.rows) for b in main)
    return weight - min(2.5, lists) - (0.5 if rows else 0.0)
