"""What an element's id, class and style say: words, the width of a column, a side of the page, that it is hidden.

What belongs here: pure functions of names. What does not: the zones that names and their surroundings give (`tree`).
"""

from __future__ import annotations

import re
from functools import lru_cache

HIDDEN = "rich-snippet-hidden"  # dates and authors for machines, in themes of WordPress
REQUESTS = ("data-url", "data-href", "data-next", "data-next-url", "hx-get", "data-link", "data-page-url")
"""Attributes that say where a script gets more from."""
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_SPLIT = re.compile(r"(?<=[a-z])(?=[A-Z])|[^0-9A-Za-z]+|(?<=[a-z])(?=[0-9])")
_SHARE = re.compile(
    r"(?:^|\s)(?:(?:col-(?:(xs|sm|md|lg|xl|xxl)-)?|span|large-|medium-|grid_|grid-|uk-width-(?:medium-|large-)?"
    r"|(?:md|lg|xl):w-|w-|is-|(?:md|lg):col-span-|col-span-))(\d{1,2})(?:-(\d{1,2})|/(\d{1,2}))?(?=@|\s|$)"
)
_SCREENS = {"xs": 0, "sm": 1, "md": 3, "lg": 2, "xl": 2, "xxl": 2}
_UTILITY = re.compile(
    r" (?:text|pull|float|align|border|media|arrow|margin|padding|icon|fa|ml|mr) (?:\w+ )?(?:left|right) "
)
_WIDE = re.compile(r" (?:left|right) (?:[4-9]\d\d|1\d{3}) ")  # of a column: its pixels are most of a page's


@lru_cache(maxsize=8192)
def words_of(name: str) -> str:
    """Return an id and class as lower-case words with a space around each (`mainMenu2` → ` main menu 2 `)."""
    return " " + " ".join(w for w in _SPLIT.split(name) if w).lower() + " "


@lru_cache(maxsize=4096)
def column_width(name: str) -> int | None:
    """Return the width that a grid class gives on a wide screen (`col-sm-8 col-md-6` → 6, `span3`, `w-1/4`)."""
    best = None
    for found in _SHARE.finditer(name):
        part, whole = int(found[2]), int(found[3] or found[4] or 0)
        rank = _SCREENS.get(found[1], 1)
        if best is None or rank >= best[0]:
            best = (rank, round(24 * part / whole) if whole else part)
    return best[1] if best else None


@lru_cache(maxsize=8192)
def side_words(name: str) -> str:
    """Return the words of an id and class that name a left or right side; empty where they name none."""
    words = _UTILITY.sub(" ", words_of(name))
    if _WIDE.search(words):
        return ""
    return words if any(side in words for side in (" right ", " phai ", " left ", " trai ")) else ""


def hides(style: str | None) -> bool:
    """Tell a style that shows nothing of its element."""
    if style is None:
        return False
    plain = style.lower()
    return ("none" in plain or "hidden" in plain) and _HIDING.search(plain) is not None
