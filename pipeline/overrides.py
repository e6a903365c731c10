"""`overrides.csv`: what an office says of a portal that the generic reading cannot see, one row an override.

What belongs here: the file, its problems, and what a crawl is told of it. What does not: reading pages by it
(`pipeline.extraction.override`), going by it (`pipeline.navigation.told`), proposing rows (`pipeline.proposals`). It
stands beside the registry rather than in it, since it is checked with the reader's own eyes for selectors and dates.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from pipeline.extraction.addresses import canonical, identity, same_site
from pipeline.extraction.attachments import is_file
from pipeline.extraction.override import Override, begins_with, form_pattern
from pipeline.months import ZONE
from pipeline.problems import Problem
from pipeline.registry.model import Portal
from pipeline.registry.sheet import Row, Sheet, read_sheet

COLUMNS = ("portal_id", "section", "kind", "value", "label", "decided_by", "decided_on", "reason")
SHEET = Sheet(
    "overrides.csv", COLUMNS, ("portal_id", "kind", "value", "decided_by", "decided_on", "reason")
)
SELECTORS = {
    "listing_selector": "listing", "row_selector": "row", "title_selector": "title", "date_selector": "date",
}
DATE_FORM, EXTRA, EXCLUDE = "date_form", "extra_section", "exclude"
KINDS = (*SELECTORS, DATE_FORM, EXTRA, EXCLUDE)
_READING = {**SELECTORS, DATE_FORM: "date_form"}
_LONGEST = 500


@dataclass(frozen=True)
class Line:
    """One row. `section` is an absolute address, or empty for the whole portal; so is `value` where it is one. Who
    decided it, when and why stands beside it."""

    portal_id: str
    kind: str
    value: str
    section: str = ""
    label: str = ""
    decided_by: str = ""
    decided_on: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class Overrides:
    """All rows of the file. Questions take a portal."""

    lines: tuple[Line, ...] = ()

    def of(self, portal_id: str) -> tuple[Line, ...]:
        """Return the rows of a portal."""
        return tuple(line for line in self.lines if line.portal_id == portal_id)

    def reading(self, portal_id: str) -> tuple[Override, ...]:
        """Return how the portal's pages are read, one override a section."""
        return reading_of(self.of(portal_id))

    def extra_sections(self, portal_id: str) -> dict[str, str]:
        """Return the sections to open from the start, address → label."""
        return {line.value: line.label for line in self.of(portal_id) if line.kind == EXTRA}

    def excluded(self, portal_id: str) -> tuple[str, ...]:
        """Return the addresses never to ask for; a `*` at the end means all that begin so."""
        return tuple(sorted(line.value for line in self.of(portal_id) if line.kind == EXCLUDE))

    def all_excluded(self) -> dict[str, tuple[str, ...]]:
        """Return portal → the addresses never to ask for, of the portals that have some."""
        return {line.portal_id: self.excluded(line.portal_id) for line in self.lines if line.kind == EXCLUDE}

    def named_before(self, moment: datetime) -> dict[str, dict[str, str]]:
        """Return portal → address → label of the sections to open that were decided on before an aware moment."""
        found: dict[str, dict[str, str]] = {}
        for line in self.lines:
            decided = line.decided_on
            if line.kind == EXTRA and decided and datetime.combine(decided, time.min, ZONE) < moment:
                found.setdefault(line.portal_id, {})[line.value] = line.label
        return found


def reading_of(lines: Sequence[Line]) -> tuple[Override, ...]:
    """Return the overrides of reading that rows of one portal make, by section."""
    told: dict[str, dict[str, str]] = {}
    for line in lines:
        if line.kind in _READING:
            told.setdefault(line.section, {})[_READING[line.kind]] = line.value
    return tuple(Override(section=section, **said) for section, said in sorted(told.items()))


def as_csv(lines: Sequence[Line]) -> list[str]:
    """Return rows as they stand in the file, separated by commas, without the header."""
    out = []
    for line in lines:
        text = io.StringIO()
        day = line.decided_on.isoformat() if line.decided_on else ""
        told = {**{name: getattr(line, name) for name in COLUMNS}, "decided_on": day}
        csv.writer(text, lineterminator="").writerow([told[name] for name in COLUMNS])
        out.append(text.getvalue())
    return out


# -- the file -----------------------------------------------------------------------------------------------------


def load_overrides(folder: Path, portals: Sequence[Portal]) -> tuple[Overrides, list[Problem]]:
    """Return the rows of `folder/overrides.csv`, which may be absent, and every problem of them."""
    problems: list[Problem] = []
    by_id = {portal.portal_id: portal for portal in portals}
    lines: list[tuple[Row, Line]] = []
    for row in read_sheet(folder, SHEET, problems, optional=True):
        line = _line(row, by_id)
        if line is not None:
            lines.append((row, line))
    _check_duplicates(lines)
    _check_contradictions(lines)
    return Overrides(tuple(line for _, line in lines)), problems


def _line(row: Row, portals: dict[str, Portal]) -> Line | None:
    """Return what a row says, None where portal or kind cannot be known."""
    portal_id, kind, value = row.required("portal_id"), row.required("kind"), row.required("value")
    by, reason = row.required("decided_by"), row.required("reason")
    row.required("decided_on")
    day = row.day("decided_on", None)
    if portal_id and portal_id not in portals:
        row.wrong(f"portal_id {portal_id!r} không có trong portals.csv", "dùng mã trang như `congkhai probe` in ra")
    if kind and kind not in KINDS:
        row.wrong(f"loại {kind!r} không có", f"dùng {', '.join(KINDS)}")
    root = portals[portal_id].url if portal_id in portals else ""
    if kind not in KINDS or not value or canonical(root, root) is None:
        return None
    line = Line(portal_id, kind, value, row.text("section"), row.text("label"), by, day, reason)
    return _CHECKS[kind](row, line, root)


def _selector(row: Row, line: Line, root: str) -> Line:
    if len(line.value) > _LONGEST or not is_selector(line.value):
        row.wrong(f"bộ chọn CSS {line.value!r} không hợp lệ", "viết như div.danh-sach > ul > li")
    return _of_section(row, line, root)


def is_selector(text: str) -> bool:
    """Say whether the reader's own parser takes a text for a CSS selector."""
    try:
        LexborHTMLParser("<p></p>").css(text)
    except SelectolaxError:
        return False
    return True


def _form(row: Row, line: Line, root: str) -> Line:
    if form_pattern(line.value) is None:
        row.wrong(
            f"dạng ngày {line.value!r} không hợp lệ",
            "viết đủ d, m, y mỗi thứ một lần, như dd/mm/yyyy, mm/dd/yyyy, dd.mm.yy",
        )
    return _of_section(row, line, root)


def _of_section(row: Row, line: Line, root: str) -> Line:
    if line.label:
        row.wrong("cột label chỉ dùng cho extra_section", "để trống label")
    return replace(line, section=_address(row, "section", line.section, root) if line.section else "")


def _extra(row: Row, line: Line, root: str) -> Line:
    _no_section(row, line)
    if not line.label:
        row.wrong("thiếu label", "ghi tên chuyên mục như trên trang, vd. Lịch tiếp công dân")
    if line.value.endswith("*"):
        row.wrong(f"địa chỉ {line.value!r} có dấu *", "extra_section là một địa chỉ đầy đủ")
    elif is_file(line.value):
        row.wrong(f"{line.value!r} là một tệp", "extra_section là trang có danh sách tin")
    return replace(line, value=_address(row, "value", line.value, root))


def _exclude(row: Row, line: Line, root: str) -> Line:
    _no_section(row, line)
    if line.label:
        row.wrong("cột label chỉ dùng cho extra_section", "để trống label")
    url = _address(row, "value", line.value, root)
    whole = begins_with(root, url) if url.endswith("*") else identity(url) == identity(root)
    if whole:
        row.wrong(f"{line.value!r} loại cả trang chủ", "chỉ loại một phần của trang, như /van-ban-cu*")
    return replace(line, value=url)


def _no_section(row: Row, line: Line) -> None:
    if line.section:
        row.wrong(f"cột section không dùng cho {line.kind}", "để trống section, ghi địa chỉ ở cột value")


def _address(row: Row, column: str, text: str, root: str) -> str:
    """Return an address or path of the portal as an absolute address; notes a problem otherwise."""
    prefix = "*" if text.endswith("*") else ""
    bare = text.removesuffix("*")
    whole = bare.startswith(("/", "http://", "https://"))
    url = canonical(bare, root) if whole and not re.search(r"[\s*]", bare) else None
    if url is None:
        row.wrong(f"địa chỉ {text!r} ở cột {column} không hợp lệ", "viết như /tiep-cong-dan hoặc địa chỉ đầy đủ")
        return root
    if not same_site(url, root):
        row.wrong(
            f"địa chỉ {text!r} không thuộc trang {root}",
            "ghi địa chỉ của chính trang này; trang khác ghi vào portals.csv",
        )
    return url + prefix


_CHECKS: dict[str, Callable[[Row, Line, str], Line]] = {
    **dict.fromkeys(SELECTORS, _selector), DATE_FORM: _form, EXTRA: _extra, EXCLUDE: _exclude,
}


def _check_duplicates(lines: Sequence[tuple[Row, Line]]) -> None:
    """Note the second row that says one thing of one place: two selectors of a kind cannot both hold."""
    seen: dict[tuple[str, str, str], int] = {}
    for row, line in lines:
        place = line.section if line.kind in _READING else line.value
        key = (line.portal_id, line.kind, place if place.endswith("*") or not place else identity(place))
        if key in seen:
            row.wrong(f"trùng với dòng {seen[key]} (cùng trang, chuyên mục và loại)", "giữ lại một dòng")
        seen.setdefault(key, row.number)


def _check_contradictions(lines: Sequence[tuple[Row, Line]]) -> None:
    """Note a section that another row forbids to ask for."""
    for row, line in lines:
        for other_row, other in lines:
            if (line.kind, other.kind, line.portal_id) != (EXTRA, EXCLUDE, other.portal_id):
                continue
            if begins_with(line.value, other.value) if other.value.endswith("*") else line.value == other.value:
                row.wrong(f"chuyên mục bị loại ở dòng {other_row.number}", "bỏ một trong hai dòng")
