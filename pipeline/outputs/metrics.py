"""How wide a text is in Times New Roman, so that a row is made high enough to show every word.

What belongs here: advance widths and wrapping. What does not: styles and files (`pipeline.outputs.excel`).
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import lru_cache

POINTS_PER_CHARACTER = 6.0
"""Width of one unit of Excel's column width, in points: a digit of Times New Roman 12, the normal style."""
CELL_PADDING = 6.0
INDENT_POINTS = 9.0
LINE_SPACING = 1.22
BOLD = 1.07
SLACK = 1.06
"""Screens and printers differ from the metrics by a few percent; a row one line too high is the better error."""

# Advance widths of Times New Roman in thousandths of the type size (all metric-compatible fonts share them).
_CLASSES = {
    180: "'", 200: "|", 250: " ,.", 278: "/:;\\ijlt", 333: "!()-I[]`fr’‘", 389: "Js", 408: '"', 444: "?acez“”",
    480: "{}", 500: "#$*0123456789_bdghknopquvxyđ–", 542: "~ơư", 556: "FPS", 564: "+<=>", 611: "ELTZ", 667: "BCR",
    722: "ADGHKNOQUVXYwĐ", 778: "&mƠƯ", 833: "%", 889: "M", 921: "@", 944: "W", 1000: "…—✓",
}
_WIDTH = {character: width for width, characters in _CLASSES.items() for character in characters}
_UNKNOWN = 700
_HORN = "\u031b"
_SPACE = 250
_BREAKS = re.compile(r"[^-/?&]*[-/?&]|[^-/?&]+")


@lru_cache(maxsize=4096)
def _advance(character: str) -> int:
    """Return the width of one NFC character; a letter with accents is as wide as its base letter."""
    if character in _WIDTH:
        return _WIDTH[character]
    parts = unicodedata.normalize("NFD", character)
    base = parts[0]
    if _HORN in parts:
        base = unicodedata.normalize("NFC", base + _HORN)
    if unicodedata.east_asian_width(base) in "WF":
        return 1000
    return _WIDTH.get(base, _UNKNOWN)


@lru_cache(maxsize=65536)
def _word(word: str) -> int:
    return sum(map(_advance, word))


def width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of `text` on one line, in points, at `size` points."""
    return _word(text) * size / 1000 * (BOLD if bold else 1.0)


@lru_cache(maxsize=4096)
def lines(text: str, room: float, size: float, bold: bool = False) -> int:
    """Return how many lines `text` takes in `room` points.

    Words wrap whole; one that is longer than a line breaks after its hyphens and slashes, else anywhere.
    """
    room = max(room, 2 * size) / (size / 1000 * SLACK * (BOLD if bold else 1.0))
    count, used = 1, 0.0
    for word in text.split(" "):
        gap = _SPACE if used else 0
        for piece in [word] if _word(word) <= room else _BREAKS.findall(word):
            need = _word(piece)
            if used + gap + need > room:
                count += used > 0
                extra = max(0, math.ceil(need / room) - 1)
                count += extra
                used, gap = need - extra * room, 0
            else:
                used, gap = used + gap + need, 0
    return count


def column_points(characters: float, indent: int = 0) -> float:
    """Return the room for text in a column (or merged columns) of `characters` width, in points."""
    return characters * POINTS_PER_CHARACTER - CELL_PADDING - indent * INDENT_POINTS


def line_height(size: float) -> float:
    """Return the height of one line in points."""
    return size * LINE_SPACING
