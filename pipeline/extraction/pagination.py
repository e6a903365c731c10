"""The other pages of a page's own list, as addresses or forms, in page order.

What belongs here: pagers of every dress (numbers, next, postbacks, forms, buttons). What does not: following
them (`pipeline.navigation`), the list itself (`listing`).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from urllib.parse import parse_qsl, urlencode, urlsplit

from pipeline.extraction.addresses import canonical, identity, same_site
from pipeline.extraction.anchors import Anchor
from pipeline.extraction.model import NextPage
from pipeline.extraction.names import REQUESTS, words_of
from pipeline.extraction.postbacks import controls_of, event_of, form_of, hidden_fields, sent
from pipeline.extraction.tree import Box, Tree, Zone, pieces, text_of
from pipeline.text import key

MAX_PAGES = 200
_MAX_CONTROLS = 600  # of one form; a page of one ASP.NET form has hundreds
_NUMBER = re.compile(r"^(?:trang|page|p|so)? ?(\d{1,4})$")
_NEXT = re.compile(
    r"^(?:trang )?(?:tiep|sau|ke tiep|tiep theo|ke|cu hon)(?: trang)?$"
    r"|^(?:trang|muc) (?:tiep|sau|tiep theo|ke tiep|ke)$|^(?:go to )?next page.*"
    r"|^next(?: page| posts| entries| \d+ items?)?$|^older(?: posts?| entries| articles| news)?$"
    r"|^(?:cac )?(?:tin|bai|bai viet|muc) (?:cu hon|tiep theo|truoc do|sau)$|^(?:xem|tai|hien thi) them.*|^load more.*"
    r"|^(?:show|view|see) more.*|^more(?: posts| news)?$|^tiep tuc$|^sang trang$|^den trang sau$"
)
_LAST = re.compile(r"^(?:trang )?cuoi(?: cung)?$|^last(?: page)?$|^end$|^ket thuc$")
_NEXT_SIGNS = frozenset(["›", "»", ">", ">>", "→", "▶", "❯", "⟩", "⇒", "►"])
_PAGE_NAMES = re.compile(
    r"(?:^|[_:$.-])(?:page|paged|pages|p|pg|pn|cur|curpage|currentpage|start|limitstart|offset|from|skip|trang|so_?trang|"
    r"pageindex|page_?no|page_?num(?:ber)?|pageid|curpg|b_start|paging|pageno|pi|idx|trangso)(?::int)?$",
    re.I,
)
_PAGE_PATH = re.compile(
    r"(?:/(?:page|trang|p|pages|paged|trang-so)[/=-]?(\d{1,4})(?=[/.]|$))|(?:[-_/](?:page|trang|p)[-_]?(\d{1,4})(?=\.|/|$))"
    r"|(?:/page(\d{1,4})(?=\.|/|$))|(?:/(\d{1,3})/?$)|(?:[-_](\d{1,3})(?=\.[a-z]{3,5}$))|(?:/index[-_]?(\d{1,3})(?=\.[a-z]+$))"
)
_WORDED_PAGE = re.compile(r"/(?:page|trang|pages|paged|trang-so)[/=-]?\d{1,4}/?$")
_ASKED = frozenset(REQUESTS)
_MORE = frozenset({"button", "div", "span", "a"})
_PAGER = Zone.PAGER
_CONTROLS = ("a", "button", "li", "span")
_MORE_ROWS = re.compile(
    r"(?:xem|tai|hien thi|doc) them (?:cac )?(?:tin|bai|van ban|thong bao|ket qua|muc)(?: .*)?|(?:tai|hien thi) them"
    r"|load more.*|(?:show|view) more (?:posts|news|results|articles)")
_MORE_OF_ALL = frozenset({"xem them", "show more", "view more", "more"})
_LOADS = re.compile(r" (?:load|loadmore|loading|ajax|pager|paging|pagination) ")
_PAGE_CALL = re.compile(r"\b(?:\w*(?:page|trang)\w*)\(\s*['\"]?(\d{1,4})['\"]?\s*\)", re.I)
_MOST_PAGES = 9_999
_FOLDS = frozenset({"data-toggle", "data-bs-toggle", "aria-expanded"})
_SLIDES = re.compile(r" (?:swiper|carousel|slider|slick|owl|slideshow|slides) ")
_NO_PAGERS = frozenset({Zone.CALENDAR, Zone.LANGUAGE, Zone.TAGS})
_LONG_LABEL, _LONG_WORDS = 60, 24


@dataclass(slots=True)
class _Found:
    page: NextPage
    number: float
    numbered: bool


@dataclass(frozen=True, slots=True)
class _Step:
    """What the words of a link say of a page: its number, that it is the last or the next; or `long`, too much."""

    number: int | None
    last: bool
    following: bool
    long: bool


def next_pages(
    tree: Tree, anchors: list[Anchor], url: str, base: str, first_row: int, listed: bool = True
) -> tuple[NextPage, ...]:
    """Return the other pages of the list on `url` in page order, at most `MAX_PAGES`.

    `listed` says that the page has rows: elsewhere the head's next is a tour through the portal's pages.
    `first_row` is where the list begins: a pager of another list that ends before it is left out only when the
    list has one of its own. Calendars, languages, other portals and neighbours of an article are never pages.
    """
    found, here = _linked(tree, anchors, url, base)
    found += _forms(tree, url, base, here)
    head = _head(tree, base, url, here) if listed else None
    if head is not None and not any(f.numbered for f in found):
        found.append(head)
    pages: dict[tuple[str, tuple[tuple[str, str], ...]], _Found] = {}
    for item in sorted(found, key=lambda f: f.number):
        ident = (identity(item.page.url), item.page.form)
        if item.number != here and (item.page.form or ident[0] != identity(url)):
            pages.setdefault(ident, item)
    _drop_twins(pages, here)
    return tuple(f.page for f in list(pages.values())[:MAX_PAGES])


def dead_end(tree: Tree, url: str, first_row: int) -> str | None:
    """Return the words of a control below a list's first row that leads to more of it and that only a script works:
    a number of a pager, `Tải thêm`; None where there is none. For lists of which no other page is known.
    """
    here = _current(url)
    for box in tree.of(*_CONTROLS):
        if box.start < first_row or box.hidden or box.links > 1 or not 0 < box.size <= _LONG_WORDS or _leads(box):
            continue
        words = text_of(box)
        called = _PAGE_CALL.search(_script(box))
        told = words if box.zone is _PAGER else called[1] if called else ""
        if ((told.isdecimal() and here < int(told) <= _MOST_PAGES) or _asks_for_more(box, key(words))) and not any(
                _SLIDES.search(words_of(up.name)) for up in islice(box.up(), 4)):
            return words
    return None


def _asks_for_more(box: Box, words: str) -> bool:
    """Tell a button that loads more of a list from one that unfolds a text."""
    if box.tag not in {"a", "button"} or box.zone not in {Zone.CONTENT, _PAGER} or not _FOLDS.isdisjoint(box.attrs):
        return False
    return _MORE_ROWS.fullmatch(words) is not None or (
        words in _MORE_OF_ALL and _LOADS.search(words_of(f"{box.name} {_script(box)}")) is not None)


def _script(box: Box) -> str:
    """Return what a control does when it is pressed, as far as it says so itself."""
    return f"{box.attrs.get('onclick') or ''} {box.attrs.get('href') or ''}" if box.attrs else ""


def _leads(box: Box) -> bool:
    """Tell a link with an address, or what holds one."""
    if box.tag != "a":
        return box.links > 0
    href = (box.attrs.get("href") or "").strip().lower()
    return bool(href) and not href.startswith(("#", "javascript:"))


def _drop_twins(pages: dict[tuple[str, tuple[tuple[str, str], ...]], _Found], here: float) -> None:
    """Drop a form's `next` where the form of the next number does the same."""
    if any(p.numbered and p.page.form and p.number == here + 1 for p in pages.values()):
        for ident in [i for i, p in pages.items() if p.page.form and not p.numbered]:
            del pages[ident]


def _current(url: str) -> float:
    """Return the page number that an address names, 1 where it names none."""
    return _number_in(url) or 1


@lru_cache(maxsize=16384)
def _number_in(url: str) -> int | None:
    """Return the page number in an address: a parameter's, or a part of the path."""
    parts = urlsplit(url)
    for name, value in parse_qsl(parts.query):
        if value.isdigit() and len(value) < 6 and _PAGE_NAMES.search(name):
            return int(value)
    found = _PAGE_PATH.search(parts.path)
    return int(next(g for g in found.groups() if g)) if found else None


@lru_cache(maxsize=16384)
def list_base(url: str) -> str:
    """Return an address without what tells its page apart, so that pages of one list are equal."""
    parts = urlsplit(url)
    query = sorted(
        (n, v)
        for n, v in parse_qsl(parts.query, keep_blank_values=True)
        if not (_PAGE_NAMES.search(n) and (v.isdigit() or not v))
    )
    path = _PAGE_PATH.sub("", parts.path)
    path = re.sub(r"/(?:index|default)\.[a-z]+$", "", path, flags=re.I).rstrip("/")
    return f"{parts.netloc.removeprefix('www.')}{path.removesuffix('.html')}?{urlencode(query)}".lower()


def is_later_page(url: str) -> bool:
    """Tell an address that names its page's number."""
    return _number_in(url) is not None


def first_page(url: str) -> str:
    """Return an address without the number of its page, where a parameter or a word of the path tells that number."""
    parts = urlsplit(url.partition("#")[0])
    kept = [p for p in parts.query.split("&") if not (_PAGE_NAMES.search(p.partition("=")[0]) and _is_count(p))]
    path = _WORDED_PAGE.sub("", parts.path)
    return parts._replace(query="&".join(kept), path=path).geturl()


def _is_count(parameter: str) -> bool:
    value = parameter.partition("=")[2]
    return value.isdigit() and len(value) < 6


def is_first_page(url: str, page: str) -> bool:
    """Tell the address of the list whose later page `page` is (`/tin/` seen from `/tin/page/2/`)."""
    return _number_in(page) is not None and _number_in(url) is None and list_base(url) == list_base(page)


def _linked(tree: Tree, anchors: list[Anchor], url: str, base: str) -> tuple[list[_Found], float]:
    """Return the pages that links lead to, and the number of the present one."""
    own = list_base(url)
    runs: dict[int, list[tuple[int, Anchor, NextPage]]] = {}
    others: list[tuple[Anchor, NextPage, bool]] = []
    for anchor in anchors:
        if anchor.box.zone in _NO_PAGERS or len(anchor.label) > _LONG_LABEL:
            continue
        step = _step(anchor.label)
        if step.number is None and not step.last and not _is_next(anchor, step):
            continue
        page = _target(tree, anchor, url, base)
        if page is None:
            continue
        if step.number is not None:
            runs.setdefault(_pager_of(anchor.box), []).append((step.number, anchor, page))
        else:
            others.append((anchor, page, step.last))
    here = _current(url)
    numbered = _numbered(runs, own, url)
    if numbered and here == 1:
        here = _marked(tree, runs) or here
    found = [*numbered, *_stepped(others, own, url, here)]
    return found or _stepped(_by_address(anchors, own, url), own, url, here), here


def _by_address(anchors: list[Anchor], own: str, url: str) -> list[tuple[Anchor, NextPage, bool]]:
    """Return the link to this list's next page where its words say nothing: a picture, another language.

    Its address names the number that follows; a list's second page may be the first that is numbered, as 1.
    """
    wanted = {_current(url) + 1} | (set() if is_later_page(url) else {1})
    return [
        (anchor, NextPage(anchor.url, (), anchor.label), False) for anchor in anchors
        if anchor.url and anchor.box.zone not in _NO_PAGERS and _number_in(anchor.url) in wanted
        and first_page(anchor.url) != anchor.url and _same_list(anchor.url, own, url)
    ][:1]


def _stepped(others: list[tuple[Anchor, NextPage, bool]], own: str, url: str, here: float) -> list[_Found]:
    """Return the pages behind `next` and `last` links that belong to this list."""
    out: list[_Found] = []
    for anchor, page, last in others:
        number = None if page.form else _number_in(page.url)
        same = not page.form and _same_list(page.url, own, url)
        if last and same and number:
            out.append(_Found(page, number, False))
        elif not last and (page.form or same or anchor.box.zone == Zone.PAGER):
            out.append(_Found(page, number if number and number > here else here + 0.5, False))
    return out


def _marked(tree: Tree, runs: dict[int, list[tuple[int, Anchor, NextPage]]]) -> int | None:
    """Return the number that a pager shows without a link: the present page of a list reached by a form."""
    for start, run in runs.items():
        numbers = {number for number, _, _ in run}
        pager = tree.boxes[start]
        linked = frozenset(anchor.box.start for _, anchor, _ in run)
        plain = [piece.strip("[]() ") for piece in pieces(pager.kids, linked)]
        shown = [int(piece) for piece in plain if piece.isdigit() and len(piece) < 5]
        if len(shown) == 1 and shown[0] not in numbers and shown[0] <= max(numbers) + 1:
            return shown[0]
    return None


def _numbered(runs: dict[int, list[tuple[int, Anchor, NextPage]]], own: str, url: str) -> list[_Found]:
    """Return the numbered links that are pages: they stand together, count up, and lead to this list."""
    out: list[_Found] = []
    for run in runs.values():
        if _is_calendar([n for n, _, _ in run], [a.box for _, a, _ in run]):
            continue
        named = any(a.box.zone == Zone.PAGER for _, a, _ in run)
        bases = Counter(list_base(p.url) for _, _, p in run if not p.form)
        common = bases.most_common(1)[0][0] if bases else ""
        for number, anchor, page in run:
            same = (
                page.form
                or _same_list(page.url, own, url)
                or (list_base(page.url) == common and (len(run) > 1 or named) and _counts(page.url, number))
            )
            if same or (named and anchor.box.zone == Zone.PAGER):
                out.append(_Found(page, number, True))
    return out


def _counts(url: str, number: int) -> bool:
    """Tell an address that carries its page's number, from one or from zero, or an offset."""
    found = _number_in(url)
    return found is not None and (found in {number, number - 1} or (number > 1 and found % (number - 1) == 0))


def _pager_of(box: Box) -> int:
    """Return a number for the part that holds a pager's links: the nearest ancestor with several."""
    for above in box.up():
        if above.links >= 2 or above.tag in {"ul", "ol", "nav", "table"}:
            return above.start
    return 0


def _is_calendar(numbers: list[int], boxes: list[Box]) -> bool:
    """Tell the days of a month: a table of seven columns, or a long run up to 28–31 in rows."""
    cells = [b for b in boxes if any(up.tag == "td" for up in list(b.up())[:3])]
    if not cells:
        return False
    row = next((up for up in cells[0].up() if up.tag == "tr"), None)
    return (
        row is not None
        and sum(1 for _ in row.boxes()) == 7
        and max(numbers) <= 31
        and all(text_of(c).strip("\u00a0 ").isdigit() or not text_of(c).strip() for c in row.boxes())
    )


@lru_cache(maxsize=8192)
def _step(label: str) -> _Step:
    """Return what a link's words say of the page that it leads to."""
    plain = key(label)
    number = _NUMBER.match(plain)
    return _Step(
        number=int(number[1]) if number else None,
        last=_LAST.match(plain) is not None,
        following=_NEXT.match(plain) is not None or (not plain and label.strip() in _NEXT_SIGNS),
        long=len(plain) > _LONG_WORDS,
    )


def _is_next(anchor: Anchor, step: _Step) -> bool:
    """Tell a link to the next page by words, sign, rel or class."""
    attrs = anchor.box.attrs
    rel = attrs.get("rel")
    if step.following or (rel and "next" in rel.lower().split()):
        return True
    if step.long:
        return False
    titled = attrs.get("title") or attrs.get("aria-label")
    if titled and _NEXT.match(key(titled)):
        return True
    if anchor.box.zone is not _PAGER:
        return False
    return " next " in words_of(anchor.box.name + " " + (anchor.box.parent.name if anchor.box.parent else ""))


def _same_list(url: str, own: str, page: str) -> bool:
    """Tell an address that differs from the page's own only in the number of the page, or that adds to its
    parameters the state of the list (`p_p_id=…&_x_cur=2`)."""
    if not same_site(url, page) or _number_in(url) is None:
        return False
    here, there = own.partition("?"), list_base(url).partition("?")
    return here[0] == there[0] and set(here[2].split("&")) - {""} <= set(there[2].split("&"))


def _target(tree: Tree, anchor: Anchor, url: str, base: str) -> NextPage | None:
    """Return where a pager's link leads, following postbacks and plain requests of buttons."""
    if anchor.url:
        return NextPage(anchor.url, (), anchor.label[:40]) if same_site(anchor.url, url) else None
    event = event_of(anchor)
    form = form_of(tree, anchor.box, url, base) if event else None
    return NextPage(form.url, sent(form, event), anchor.label[:40]) if event and form else None


def _forms(tree: Tree, url: str, base: str, here: float) -> list[_Found]:
    """Return the pages that plain forms ask for, and `Xem thêm` buttons that say where they get more from."""
    out: list[_Found] = []
    asking = [b for b in tree.marked if b.tag in _MORE and not _ASKED.isdisjoint(b.attrs)]
    buttons = [b for b in asking if _NEXT.match(key(text_of(b)))]
    for box in sorted([*tree.by_tag.get("form", ()), *buttons], key=attrgetter("start")):
        if box.tag != "form":
            for name in REQUESTS:
                target = canonical(box.attrs.get(name) or "", base)
                if target and same_site(target, url) and _number_in(target):
                    out.append(_Found(NextPage(target, (), text_of(box)[:40]), _number_in(target) or here + 1, False))
        elif box.zone is not Zone.CALENDAR and box.linked <= 4000:
            out.extend(_form_pages(tree, box, url, base, here))
    return out


def _form_pages(tree: Tree, form: Box, url: str, base: str, here: float) -> list[_Found]:
    """Return the pages of one form: its next button, or the choices of its page list."""
    action = canonical(form.attrs.get("action") or url, base) or url
    if not same_site(action, url):
        return []
    posted = (form.attrs.get("method") or "get").lower() == "post"
    controls = controls_of(tree, form, "input", "button", "select")[:_MAX_CONTROLS]
    fields = hidden_fields(controls)
    out: list[_Found] = []
    for control in controls:
        if control.tag == "select":
            if _PAGE_NAMES.search(control.attrs.get("name") or ""):
                options = controls_of(tree, control, "option")
                out.extend(_chosen(options, control.attrs["name"] or "", action, fields, posted))
            continue
        label = control.attrs.get("value") or text_of(control)
        kind = (control.attrs.get("type") or ("submit" if control.tag == "button" else "")).lower()
        if kind not in {"submit", "button"} or not label:
            continue
        plain = key(label)
        number = _NUMBER.match(plain)
        if not number and not _NEXT.match(plain) and label.strip() not in _NEXT_SIGNS:
            continue
        name = control.attrs.get("name")
        sent = [*fields, (name, control.attrs.get("value") or "")] if name else fields
        if any(_PAGE_NAMES.search(n) and v for n, v in sent) or (posted and name):
            out.append(_Found(_sent(action, sent, posted, label), int(number[1]) if number else here + 0.5, False))
    return out


def _chosen(options: list[Box], name: str, action: str, fields: list[tuple[str, str]], posted: bool) -> list[_Found]:
    """Return the pages that a drop-down offers, its present choice left out."""
    out: list[_Found] = []
    for option in options:
        value = option.attrs.get("value") or text_of(option)
        if value.isdigit() and "selected" not in option.attrs:
            out.append(_Found(_sent(action, [*fields, (name, value)], posted, text_of(option)), int(value), True))
    return out if len(out) < MAX_PAGES else []


def _sent(action: str, fields: list[tuple[str, str]], posted: bool, label: str) -> NextPage:
    """Return the request that a form makes."""
    if posted:
        return NextPage(action, tuple(fields), label[:40])
    bare = urlsplit(action)._replace(query="").geturl()
    return NextPage(canonical(f"{bare}?{urlencode(fields)}", action) or action, (), label[:40])


def _head(tree: Tree, base: str, url: str, here: float) -> _Found | None:
    """Return the page that the head calls next, where it is this list with another number."""
    for link in tree.told["link"]:
        given = link.attrs
        target = canonical(given.get("href") or "", base) if given.get("rel") == "next" else None
        if target and _same_list(target, list_base(url), url):
            return _Found(NextPage(target, (), "next"), _number_in(target) or here + 1, False)
    return None
