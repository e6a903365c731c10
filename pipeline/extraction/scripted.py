"""Pages that have a place for a list and no list, because a script would fill it.

What belongs here: signs of such a place in a page without rows. What does not: data in the page (`embedded`), pages
that are nothing but a shell (`validity`), running scripts (the crawler, where a portal asks for a browser).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.extraction.tree import HEADINGS, Box, Tree

_LITTLE = 200
_PLACES = frozenset({"div", "section", "main", "article", "ul", "ol", "tbody", "table"})
_MOUNTS = frozenset({"app", "root", "__next", "__nuxt", "main-app", "vue-app", "react-root", "react-app"})
_WORDS = r"list|news|danh-?_?sach|tin-?_?tuc|ds-?_?tin|posts|results?|items|articles|grid|data|noi-?dung"
_LISTED = re.compile(rf"(?<![\w-])(?:{_WORDS})|(?:{_WORDS})(?![\w-])", re.I)
_TEMPLATE = re.compile(r"\{\{[^{}]{1,200}\}\}")
_ASKS = re.compile(
    r"\bfetch\s*\(|(?:\$|jQuery)\.(?:ajax|get|post|getJSON)\b|\.load\s*\(\s*[\"']|axios|XMLHttpRequest")
_FILLED = frozenset({"img", "iframe", "input", "object", "embed", "video", "svg", "canvas", "select", "textarea"})
_SILENT = frozenset({"noscript", "option", "label", "button", "script", "style", "template"})
_NOT_TEXT = HEADINGS | {"noscript", "a"}
_SCRIPT_BYTES = 200_000


def place_for_script(tree: Tree) -> str | None:
    """Return the place that a script would fill (`div#app`) in a page that shows no rows, or None.

    A page whose own part says more than a line is what it says, however empty some box of it is.
    """
    if not any(_runs(script.attrs.get("type") or "") for script in tree.told["script"]):
        return None
    text = 0
    for box in tree.boxes:
        if not box.own or box.zone or box.hidden or box.tag in _SILENT or _within(box, _NOT_TEXT):
            continue
        for kid in box.kids:
            if isinstance(kid, str):
                if _TEMPLATE.search(kid):
                    return _named(box)
                text += len(kid)
    if text >= _LITTLE:
        return None
    return next((_named(box) for box in _empty(tree) if _is_mount(box) or _is_asked_for(box, tree)), None)


def _runs(kind: str) -> bool:
    return "json" not in kind


def _empty(tree: Tree) -> Iterator[Box]:
    """Give the places of a page's own part that hold nothing."""
    for box in tree.boxes:
        if box.zone or box.size or box.links or box.hidden:
            continue
        if (box.tag in _PLACES or "-" in box.tag) and not any(inner.tag in _FILLED for inner in _inside(box, tree)):
            yield box


def _is_mount(box: Box) -> bool:
    return "-" in box.tag or (box.attrs.get("id") or "").lower() in _MOUNTS


def _is_asked_for(box: Box, tree: Tree) -> bool:
    """Say whether a script of the page names a place and asks a server for something, or a place of lists waits for
    a script of its own file."""
    name = box.attrs.get("id") or ""
    scripts = tree.told["script"]
    for script in scripts:
        said = script.text[:_SCRIPT_BYTES] if name and not script.attrs.get("src") else ""
        if name in said and _ASKS.search(said):
            return True
    return bool(_LISTED.search(box.name)) and any(_own_file(s.attrs.get("src") or "") for s in scripts)


def _own_file(source: str) -> bool:
    """Say whether a script's file is the portal's own, and not a library's that every page loads."""
    plain = source.lower().partition("?")[0]
    library = re.search(r"jquery|bootstrap|analytics|gtag|swiper|slick|modernizr|fontawesome|polyfill|recaptcha", plain)
    return bool(plain) and not plain.startswith("//") and "://" not in plain and library is None


def _inside(box: Box, tree: Tree) -> list[Box]:
    return tree.boxes[box.start + 1 : box.end]


def _within(box: Box, tags: frozenset[str]) -> bool:
    return box.tag in tags or any(above.tag in tags for above in box.up())


def _named(box: Box) -> str:
    name = box.attrs.get("id") or (box.attrs.get("class") or "").partition(" ")[0]
    return f"{box.tag}#{name}" if name else box.tag
