"""Rows that a form is sent for: links of a grid whose postings have no address of their own (`__doPostBack`).

What belongs here: what such a link sends, telling rows from pagers and buttons, the address that stands for a posting.
What does not: pagers (`pagination`), which links are a page's list (`listing`), sending (`pipeline.navigation`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from pipeline.extraction.addresses import canonical, identity, same_site
from pipeline.extraction.anchors import Anchor, generic
from pipeline.extraction.model import NextPage, Row
from pipeline.extraction.tree import Box, Tree
from pipeline.text import key

Event = tuple[str, str]
"""What a link sends: its target and its argument."""
TARGET, ARGUMENT = "__EVENTTARGET", "__EVENTARGUMENT"
_CALL = re.compile(
    r"__doPostBack\(\s*(?:'|&#39;|\\')([^']*?)(?:'|&#39;|\\')\s*,\s*(?:'|&#39;|\\')([^']*?)(?:'|&#39;|\\')")
_OPTIONS = re.compile(r'PostBackOptions\(\s*"([^"]*)"\s*,\s*"([^"]*)"')
_ROW_OF_TARGET = re.compile(r"(.*[$:](?:_?ctl|ctrl|row|item|i)?_?\d+)[$:][^$:]+")  # grid$ctl02$lnkTitle, grid:_ctl2:lnk
_ROW_OF_ARGUMENT = re.compile(r"(?!page|sort)[a-z]\w*\$(\d+)", re.I)  # Select$3
_DIGITS = re.compile(r"\d+")
_PAGE = re.compile(r"(?:trang|page|p|so)? ?\d{1,4}")
_ALONE = 5  # words of a row's title where no other row is of its kind
_MARK = "#!row="
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")  # no digits, which could be read as a date


@dataclass(frozen=True, slots=True)
class RowLinks:
    """A page's links, those of rows with an address that holds within the page; what each of these sends.

    `others` are the links that are no rows', `events` are by identity, `starts` are where the links of rows stand.
    """

    anchors: list[Anchor]
    others: list[Anchor]
    events: dict[str, Event]
    starts: frozenset[int]


def event_of(anchor: Anchor) -> Event | None:
    """Return what a link sends by a form, None where it sends nothing."""
    script = f"{anchor.href} {anchor.box.attrs.get('onclick') or ''}"
    found = _CALL.search(script) or _OPTIONS.search(script)
    return (found[1], found[2]) if found else None


def form_of(tree: Tree, box: Box, url: str, base: str) -> NextPage | None:
    """Return the form that a link in it sends, without target and argument; None outside of forms."""
    form = next((up for up in box.up() if up.tag == "form"), None)
    if form is None:
        return None
    action = canonical(form.attrs.get("action") or url, base) or url
    hidden = hidden_fields(controls_of(tree, form, "input"))
    return NextPage(action, tuple((n, v) for n, v in hidden if n not in {TARGET, ARGUMENT}))


def sent(form: NextPage, event: Event) -> tuple[tuple[str, str], ...]:
    """Return the fields of a form that is sent for a link."""
    return ((TARGET, event[0]), (ARGUMENT, event[1]), *form.form)


def hidden_fields(among: list[Box]) -> list[tuple[str, str]]:
    """Return the hidden fields among a form's controls, in order."""
    return [
        (b.attrs.get("name") or "", b.attrs.get("value") or "")
        for b in among
        if b.tag == "input" and b.attrs.get("name") and (b.attrs.get("type") or "").lower() == "hidden"
    ]


def controls_of(tree: Tree, part: Box, *tags: str) -> list[Box]:
    """Return the boxes of some tags in a part of the page, in order."""
    return [box for box in tree.of(*tags) if part.start <= box.start < part.end]


def row_links(anchors: list[Anchor], url: str) -> RowLinks:
    """Tell the links of rows: they send what differs by the row's number alone, again and again.

    Pagers count pages, headers sort, menus and buttons send what nothing else resembles. All links of one row get one
    address; it names the row's place, which is nothing to keep: see `settled`.
    """
    families: dict[str, list[tuple[str, Anchor, Event]]] = defaultdict(list)
    for anchor in anchors:
        event = event_of(anchor) if anchor.url is None and "ostBack" in _script(anchor) else None
        row = _row(event) if event else ""
        if event and row:
            families[_DIGITS.sub("#", "|".join(event))].append((row, anchor, event))
    here = url.partition("#")[0]
    changed: dict[int, Anchor] = {}
    events: dict[str, Event] = {}
    for family in families.values():
        if not _are_rows(family):
            continue
        for row, anchor, event in family:
            address = f"{here}{_MARK}{row}"
            changed[anchor.box.start] = replace(anchor, url=address, ident=address)
            if address not in events or not generic(anchor.label):
                events[address] = event
    if not changed:
        return RowLinks(anchors, anchors, {}, frozenset())
    links = [changed.get(anchor.box.start, anchor) for anchor in anchors]
    others = [anchor for anchor in anchors if anchor.box.start not in changed]
    return RowLinks(links, others, events, frozenset(changed))


def _script(anchor: Anchor) -> str:
    return anchor.href if "ostBack" in anchor.href else anchor.box.attrs.get("onclick") or ""


def _row(event: Event) -> str:
    """Return what an event says of its row, empty where it is no row's."""
    target, argument = event
    if numbered := _ROW_OF_ARGUMENT.fullmatch(argument):
        return f"{target}|{numbered[1]}"
    found = _ROW_OF_TARGET.fullmatch(target) if not argument else None
    return found[1] if found else ""


def _are_rows(family: list[tuple[str, Anchor, Event]]) -> bool:
    """Tell rows from pages: most labels are no numbers; a row without its like has a title."""
    pages = sum(_PAGE.fullmatch(key(anchor.label)) is not None for _, anchor, _ in family)
    if 2 * pages >= len(family):
        return False
    return len({row for row, _, _ in family}) > 1 or any(anchor.words >= _ALONE for _, anchor, _ in family)


def is_row_address(url: str) -> bool:
    """Tell an address that stands for a posting without one: it leads to the posting's list."""
    return _MARK in url


def row_address(page: str, title: str, day: date | None) -> str:
    """Return the address that stands for a posting without one, equal on all pages of its list and in all months.

    It is that of the list, and after it what stands for title and displayed date: a posting whose title or date is
    edited is another one.
    """
    said = f"{key(title)}|{day or ''}"
    return f"{page.partition('#')[0]}{_MARK}{sha256(said.encode()).hexdigest()[:16].translate(_LETTERS)}"


def settled(
    tree: Tree, rows: dict[str, Row], links: RowLinks, page: str, base: str, first_page: str
) -> tuple[tuple[Row, ...], NextPage | None]:
    """Return a page's rows, those that a form is sent for with the address that stands for them; and that form.

    `first_page` is the list's address without the number of the page. Nothing can be sent where the form leads
    elsewhere, or where there is none: then the posting is known by its row alone.
    """
    if not any(ident in links.events for ident in rows):
        return tuple(rows.values()), None
    box = next(anchor.box for anchor in links.anchors if anchor.box.start in links.starts)
    form = form_of(tree, box, page, base)
    if form is not None and not (same_site(form.url, page) and identity(form.url) == identity(first_page)):
        form = None
    return tuple(
        replace(
            row,
            url=row_address(first_page, row.title, row.displayed_on or row.posted_on),
            event=links.events.get(ident) if form else None,
        )
        if is_row_address(row.url) else row
        for ident, row in rows.items()
    ), form
