"""Whether a page served with status 200 is the page asked for: no challenge, maintenance, login, soft 404 …

What belongs here: structure of pages from which no conclusion may be drawn (their wording is data,
`invalid_pages.yaml`). What does not: HTTP
statuses and causes (`pipeline.snapshots`), what a valid page holds (`listing`, `article`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path

import yaml

from pipeline.extraction.tree import HEADINGS, Box, Tree, Zone, text_of
from pipeline.text import clean, key


class Invalid(StrEnum):
    """Why no conclusion may be drawn from a page."""

    EMPTY = "empty"                # nothing to read
    NOT_HTML = "not_html"          # a file, a picture, data
    CHALLENGE = "challenge"        # a firewall or a script that tests the visitor
    MAINTENANCE = "maintenance"
    PARKED = "parked"              # the name is for sale or suspended
    LOGIN = "login"                # the page asks for an account before anything else
    NOT_FOUND = "not_found"        # "không tìm thấy" with status 200
    SERVER_ERROR = "server_error"  # an error of the server or of an archive in place of the page
    DEFAULT_PAGE = "default_page"  # a fresh web server's greeting, or its directory listing
    SCRIPTED = "scripted"          # an empty shell that a script would fill


@dataclass(frozen=True)
class Signs:
    """Wording of one kind of invalid page, sought in its title and headings, or in all of a page of few words.

    `opening`: in a heading only its beginning counts, for words that titles of postings hold too. `chrome`: the
    page may keep its menu and footer around the words.
    """

    reason: Invalid
    wording: re.Pattern[str]
    most_words: int
    opening: bool = False
    chrome: bool = False

    def name(self, heading: str) -> bool:
        """Tell a heading that says this."""
        return bool(self.wording.match(heading) if self.opening else self.wording.search(heading))


def _load() -> tuple[Signs, ...]:
    """Read the wording, in the order in which it is tried."""
    entries = yaml.safe_load((Path(__file__).parent / "invalid_pages.yaml").read_text("utf-8"))
    return tuple(
        Signs(Invalid(e["reason"]), re.compile("|".join(rf"\b(?:{w})" for w in e["wording"])), e["most_words"],
              e.get("opening", False), e.get("chrome", False)) for e in entries)


SIGNS = _load()
_CHALLENGES = (b"cf-browser-verification", b"sucuri_cloudproxy", b"px-captcha", b"__cf_chl", b"_cf_chl_opt",
               b"window.parkingdata", b"data-adblockkey")
_WATCHES = (b"challenge-platform", b"_incapsula_resource", b"/cdn-cgi/challenge")  # also in pages that were let through
_PARKINGS = (b"parkingdata", b"adblockkey")
_RELOADS = re.compile(r"location\.reload|document\.cookie\s*=|location\.href\s*=\s*location"
                      r"|http-equiv=[\"']?refresh", re.I)
_MENU = 4               # links of a menu; a page that keeps its menu is the portal's own
_MUCH = 4000            # characters; a page with more text is judged by its headings alone
_FEW = 6                # words; below it a page holds nothing to judge


class _Spoken:
    """The words of a page, read only where they are asked for: a portal's page of many links is judged without."""

    def __init__(self, tree: Tree) -> None:
        self._root = tree.root
        self._tree = tree

    @cached_property
    def text(self) -> str:
        """The comparison key of all text; empty where there is much."""
        return key(text_of(self._root)) if 0 < self._root.size < _MUCH else ""

    @cached_property
    def words(self) -> int:
        """The number of words; of much text, about."""
        return self.text.count(" ") + 1 if self.text else self._root.size // 5

    @cached_property
    def own(self) -> str:
        """The little text of the page's own part."""
        return _own_words(self._tree)

    @cached_property
    def small(self) -> bool:
        """Whether the page has few links, and of them nearly none in a menu."""
        return self._root.links <= 12 and sum(b.zone == Zone.MENU for b in self._tree.of("a")) < _MENU


def judge(tree: Tree, html: str) -> Invalid | None:
    """Return why nothing may be concluded from a page, or None. Lists and long texts are valid whatever they say."""
    root, spoken = tree.root, _Spoken(tree)
    if root.size < _MUCH:
        start = html[:200_000].encode("utf-8", "replace").lower()
        if spoken.words < 400 and (any(sign in start for sign in _CHALLENGES) or (
                spoken.small and any(sign in start for sign in _WATCHES))):
            return Invalid.PARKED if any(sign in start for sign in _PARKINGS) else Invalid.CHALLENGE
    title = key(clean(tree.title))
    heads = [key(text_of(b)) for b in tree.of(*HEADINGS) if 0 < b.size < 200][:12]
    prominent = [p for p in (title, *heads) if p and len(p) < 110]
    found = _worded(tree, prominent, spoken)
    if found is not None:
        return found
    if _asks_for_account(tree, prominent, spoken):
        return Invalid.LOGIN
    if root.links < 3 and spoken.words < _FEW and not any(b.links for b in tree.of("img")):
        return _nothing(html[:200_000])
    return None


def _nothing(html: str) -> Invalid:
    """Tell what a page without words is: a test of the visitor, a shell for a script, or nothing at all."""
    if _RELOADS.search(html):
        return Invalid.CHALLENGE
    return Invalid.SCRIPTED if "<script" in html.lower() else Invalid.EMPTY


def _worded(tree: Tree, prominent: list[str], spoken: _Spoken) -> Invalid | None:
    """Return the reason that the page's wording gives, judged against how much page there is."""
    said = {reason for heading in prominent for reason in _named(heading)}
    for signs in SIGNS[:-1]:
        loud = signs.reason in said
        if loud and spoken.small and spoken.words <= signs.most_words:
            return signs.reason
        few = tree.root.links <= 6 and spoken.small and spoken.words <= signs.most_words // 3
        if few and signs.wording.search(spoken.text):
            return signs.reason
        if (signs.reason is Invalid.MAINTENANCE or signs.chrome) and signs.wording.match(spoken.own):
            return signs.reason
        if signs.chrome and loud and _says_only_that(tree, signs):
            return signs.reason
    return None


@lru_cache(maxsize=8192)
def _named(heading: str) -> frozenset[Invalid]:
    """Return what a heading says; those of a portal's pages are mostly the same."""
    return frozenset(signs.reason for signs in SIGNS[:-1] if signs.name(heading))


def _own_words(tree: Tree) -> str:
    """Return the comparison key of the little text of the page's own part; empty where it is more than a line."""
    pieces: list[str] = []
    size = 0
    for box in tree.boxes:
        if box.own and not box.zone and not box.hidden and (
                box.tag not in {"a", "option", "label", "button"}):
            size += box.own
            if size > 300:
                return ""
            pieces.extend(kid for kid in box.kids if isinstance(kid, str))
    return key(" ".join(pieces))


def _says_only_that(tree: Tree, signs: Signs) -> bool:
    """Tell a full page, menus and all, whose own part says nothing but the error."""
    spoken = [b for b in tree.boxes if b.tag in {"h1", "h2", "h3", "title"} and 0 < b.size < 110
              and b.zone == Zone.CONTENT and not b.links and signs.name(key(text_of(b)))]
    return any(_own_part(box) < 420 for box in spoken)


def _own_part(box: Box) -> int:
    """Return the size of the unlinked text around a heading, up to the part that holds its column."""
    size = box.size
    for above in list(box.up())[:4]:
        if above.tag == "body":
            break
        size = above.size - above.linked
        if size > 420:
            break
    return size


def _asks_for_account(tree: Tree, prominent: list[str], spoken: _Spoken) -> bool:
    """Tell a page whose own part is a form with a password."""
    fields = [b for b in tree.of("input") if (b.attrs.get("type") or "").lower() == "password"]
    if not fields:
        return False
    login = SIGNS[-1].wording
    named = any(p and len(p) < 80 and login.search(p) for p in prominent)
    return spoken.words < SIGNS[-1].most_words or (named and _form_is_page(tree, fields[0]))


def _form_is_page(tree: Tree, field_: Box) -> bool:
    """Tell a password field in the page's own part, with no list or text beside its form."""
    if field_.zone != Zone.CONTENT:
        return False
    unlinked = sum(b.size - b.linked for b in tree.of("p") if b.zone == Zone.CONTENT)
    return unlinked < 300
