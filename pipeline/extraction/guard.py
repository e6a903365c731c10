"""Keeps hostile or broken markup from costing more than its size: length, nesting, attributes.

What belongs here: text in, tamer text out, linear in time. What does not: parsing (`tree`), character sets
(`decode`), judging a page (`validity`).
"""

from __future__ import annotations

import re

MAX_CHARACTERS = 30_000_000  # of which the parser makes 0.4 GB
MAX_DEPTH = 800
MAX_ATTRIBUTES = 300
_SMALL = 150_000  # below this even the worst nesting costs less than half a second
_FEW_TAGS = 8_000

_FEW_OPEN = 5
_PART = re.compile(
    rb"<(?:(!--)|(script|style|textarea|template)\b[^<>]*>"
    rb"|(/?)(?:div|table|section|article|main|nav|aside|ul|ol|dl)\b[^<>]*>)")
_UNREAD_END = {
    name: re.compile(rb"</%b\b[^<>]*>" % name) for name in (b"script", b"style", b"textarea", b"template")
} | {b"!--": re.compile(b"-->")}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>?")
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{3000,}>?")
_WINDOW = 1500  # characters; wherever a long tag stands, one window and more of the page lies in it
_FLAT = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "option",
        "script",
        "style",
    ]
)


def tame(html: str) -> tuple[str, bool]:
    """Return `html` cut to `MAX_CHARACTERS`, without start tags nested deeper than `MAX_DEPTH` and without
    tags of more than `MAX_ATTRIBUTES` attributes; and whether that took away what told its parts apart.
    Ordinary pages come back unchanged and untouched."""
    cut = len(html) > MAX_CHARACTERS
    html = html[:MAX_CHARACTERS]
    if len(html) > _SMALL:
        html = _without_crowded(html)
    if html.count("<") > _FEW_TAGS and _depth(html) > MAX_DEPTH:
        return _flatten(html), True
    return html, cut


def torn(html: bytes) -> bool:
    """Tell markup, as UTF-8, whose parts are left open so often that nobody can say what lies in what: a tenth and
    more of the tags that have no end tag to leave out (WHATWG HTML, 13.1.2.4: a paragraph, a row or an item has one).
    """
    plain = html.lower()  # a pattern that minds no case costs half as much again
    opened = closed = unread = 0
    for found in _PART.finditer(plain):
        if found.start() < unread:
            continue
        if begun := found[1] or found[2]:
            end = _UNREAD_END[begun].search(plain, found.end())
            unread = end.end() if end else len(plain)
        elif found[3]:
            closed += 1
        else:
            opened += 1
    return opened - closed >= _FEW_OPEN and opened - closed >= 0.1 * opened


def _without_crowded(html: str) -> str:
    """Drop tags whose attributes outnumber what any page needs (comparing them is quadratic)."""
    kept: list[str] = []
    last = seen = 0
    for at in range(0, len(html), _WINDOW):
        if at < seen or html.find("<", at, at + _WINDOW) >= 0:
            continue
        tag = _LONG_TAG.match(html, max(0, html.rfind("<", 0, at)))
        if tag and tag[0].count("=") > MAX_ATTRIBUTES and tag[0].count(" ") > MAX_ATTRIBUTES:
            kept.append(html[last : tag.start()])
            last = tag.end()
        following = html.find("<", at)
        seen = following if following >= 0 else len(html)
    return "".join([*kept, html[last:]])


def _depth(html: str) -> int:
    """Return how deep the start tags nest when every missing end tag is taken as missing."""
    depth = deepest = 0
    for found in _TAG.finditer(html):  # a list of them would outweigh the page
        if found[1]:
            depth -= depth > 0
        elif found[2].lower() not in _FLAT:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _flatten(html: str) -> str:
    """Drop the start tags that lie too deep; end tags without a partner are harmless."""
    out: list[str] = []
    depth = last = 0
    for found in _TAG.finditer(html):
        if found[1]:
            depth -= depth > 0
        elif found[2].lower() not in _FLAT:
            if depth >= MAX_DEPTH:
                out.append(html[last : found.start()])
                last = found.end()
            else:
                depth += 1
    out.append(html[last:])
    return "".join(out)
