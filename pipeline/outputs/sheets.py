"""What a workbook is made of: cells, styles, rows and sheets, and which texts and links may stand in a cell.

What belongs here: values. What does not: files (`pipeline.outputs.excel`), what a sheet says (`appendix`, `delta`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, NewType
from urllib.parse import quote, urlsplit

from pipeline.text import clean

MAX_TEXT = 32_767
_MAX_LINK = 2_000
A4_LANDSCAPE_POINTS = (841.9, 595.3)
_NOT_XML = re.compile("[\x80-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?")

Link = NewType("Link", str)
"""A target that `safe_link` let pass."""

Value = str | int | float | date | datetime | None


@dataclass(frozen=True)
class Style:
    """How a cell looks. `size` in points; `color` and `fill` are RGB hex, `indent` steps from the left."""

    size: float = 12
    bold: bool = False
    italic: bool = False
    underline: bool = False
    color: str = "000000"
    fill: str | None = None
    horizontal: str = "left"
    indent: int = 0
    vertical: str = "center"
    wrap: bool = True
    border: bool = True
    number_format: str = "General"


class Cell(NamedTuple):
    """A value in a style. `link`: what a click on the text opens."""

    value: Value
    style: Style
    link: Link | None = None


class Row(NamedTuple):
    """Cells from column A on (None: no cell) and the height in points (None: the program's default)."""

    cells: Sequence[Cell | None]
    height: float | None = None


class Choice(NamedTuple):
    """A drop-down. `cells` as Excel lists ranges ("N5:N9 N12"), `source` the range that holds the words."""

    cells: str
    source: str
    title: str = ""
    prompt: str = ""


@dataclass
class Sheet:
    """One sheet on A4 landscape, one page wide. `widths` are Excel's (digits of the normal style).

    `repeat` are the first and last row printed on every page, `freeze` the first cell that scrolls, `filter_row`
    the heading row of a filter over all rows below, `breaks` the rows after which a page ends, `margin` in inches.
    `hidden` are numbers of columns, from 1; a sheet `out_of_sight` is hidden as a whole.
    `header` and `footer` are the texts of the page's head and foot (left, centre, right), in Excel's codes.
    """

    title: str
    widths: Sequence[float]
    rows: Iterable[Row]
    merges: Sequence[str] = ()
    repeat: tuple[int, int] | None = None
    freeze: str | None = None
    filter_row: int | None = None
    breaks: Sequence[int] = ()
    margin: float = 0.59
    header: tuple[str, str, str] = ("", "", "")
    footer: tuple[str, str, str] = ("", "", "")
    hidden: Sequence[int] = ()
    choices: Sequence[Choice] = ()
    out_of_sight: bool = False


@dataclass(frozen=True)
class Properties:
    """The document's own data. `moment` (UTC) stands for created and modified: a clock would change the bytes."""

    title: str
    subject: str
    creator: str
    description: str
    moment: datetime


def cell_text(text: str) -> str:
    """Return `text` as it may stand in a cell: NFC, no control characters, at most 32,767 UTF-16 units, cut by "…"."""
    text = clean(_NOT_XML.sub("", text))
    if len(text) * 2 <= MAX_TEXT or len(text.encode("utf-16-le")) // 2 <= MAX_TEXT:
        return text
    return text.encode("utf-16-le")[: 2 * (MAX_TEXT - 1)].decode("utf-16-le", errors="ignore") + "…"


def safe_link(address: str) -> Link | None:
    """Return `address` as a link's target, or None: only http and https to a plain host, at most 2,000 characters."""
    address = unicodedata.normalize("NFC", address.strip())
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not _HOST.fullmatch(parts.netloc):
        return None
    page, mark, fragment = address.partition("#")
    target = quote(page, safe="/:?=&%+,;@!$*()~'-._") + mark + quote(fragment, safe="/?=&%+,;-._~")
    return Link(target) if len(target) <= _MAX_LINK else None


def page_text(text: str) -> str:
    """Return `text` for a page's head or foot, where & begins a code."""
    return cell_text(text).replace("&", "&&")
