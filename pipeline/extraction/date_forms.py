"""The written forms of a date: where in a text one stands, and which day it names.

What belongs here: patterns of digits and words, day before month, what exists in the calendar. What does not:
whether the day is a posting's (`dates`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import chain

from pipeline.months import ZONE

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Found:
    """A date in a text, at `start:end`. `day` is None where no such day can be meant.

    `swapped` is the day in month-first order where the digits allow it; `proven` says that the text itself
    proves this order (a "month" above 12 before a 12-hour clock, or an English weekday that fits it alone).
    """

    start: int
    end: int
    day: date | None
    swapped: date | None = None
    proven: bool = False


CLOCK = (
    r"(?:[01]?\d|2[0-4])\s?(?:[:hHg]\s?[0-5]?\d(?:[:.m][0-5]?\d)?(?:\.\d+)?"
    r"(?:\s?:?\s?[AaPp]\.?[Mm]\b\.?|\s(?:SA|CH)\b)?)"
)
WEEKDAY = (
    r"(?:thứ\s*(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\s*nhật|cn|t[2-7]"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?)\b\.?"
)
_NUMERIC = re.compile(
    r"(?<![\d_/.@])(?<!\w-)(?:"
    r"(?P<y>\d{4})\s?[/.-]\s?(?P<m>\d{1,2})\s?[/.-]\s?(?P<d>\d{1,2})(?!\d)"
    r"(?:(?:T|\s+)(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s?(?P<z>Z\b|UTC|GMT|[+-]\d{2}:?\d{2}))?)?"
    r"|(?P<a>\d{1,2})\s{0,2}[/.–-]\s{0,2}(?P<b>\d{1,2})\s{0,2}[/.–-]\s{0,2}(?P<c>\d{4})"
    r"(?=\d\d:\d\d|[^\d_]|$)"
    r"|(?P<glued>\d{1,2}(?P<ga>\d{2})/(?P<gb>\d{2})/(?P<gc>\d{4})(?!\d))"
    r")(?![/-]\w|\.\w\w)"
)
_AMPM_AFTER = re.compile(r",?\s+\d{1,2}:\d{2}(?::\d{2})?\s?:?\s?[AaPp]\.?[Mm]\b")
_WEEKDAY_BEFORE = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s*[-–]?\s*$", re.I)
_ENGLISH_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPACED = re.compile(WEEKDAY + r"[\s,-]*(?:ngày\s*)?(\d{2})\s(\d{2})\s(\d{4})(?!\d)", re.I)

_EN_MONTHS = {name: n for n, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}
_EN = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_ENGLISH = re.compile(
    rf"\b(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s.,/-]*(?P<m>{_EN})[\s.,/-]*(?P<y>\d{{4}})"
    rf"|(?P<m2>{_EN})[\s.-]*(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?[\s.,-]+(?:(?:\d\d:){{2}}\d\d\s(?:[A-Z+0-9]+\s)?)?"
    rf"(?P<y2>\d{{4}}))(?!\d)",
    re.I,
)
_ENGLISH_CLOCK = re.compile(
    r",?\s+(?P<H>\d{1,2}):(?P<M>\d{2})(?::\d{2})?\s?(?P<z>Z\b|UTC|GMT(?:[+-]\d{4})?|[+-]\d{2}:?\d{2}\b)")
_VI_MONTHS = {
    "giêng": 1, "một": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6,
    "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9, "mười": 10, "mười một": 11,
    "mười hai": 12, "chạp": 12,
}
_VI_WORD = r"mười\s+một|mười\s+hai|" + "|".join(
    sorted((w for w in _VI_MONTHS if " " not in w), key=len, reverse=True))
_VIETNAMESE = re.compile(
    rf"(?<![\d/.])(?:(?P<d>\d{{1,2}})\s*[,./-]?\s*(?:tháng|thg\.?|th\.?)\s*(?P<m>\d{{1,2}}|{_VI_WORD})\b"
    rf"[\s,./-]*(?:năm\s*)?(?P<y>\d{{4}})"
    rf"|(?:tháng|thg\.?|th\.?)\s*(?P<m2>\d{{1,2}}|{_VI_WORD})\s+(?P<d2>\d{{1,2}})(?:\s*,\s*|\s+)(?P<y2>\d{{4}}))"
    rf"(?!\d)",
    re.I,
)
_YEAR = re.compile(r"\d{4}")  # every written form has one
_PARTED = re.compile(r"\d\s{0,2}[/.–-]\s{0,2}\d")  # so has every form in digits
_HAS_WORD = re.compile(
    r"th(?:áng|g|\.|\s*\d)|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|thứ|chủ|day", re.I)
_COUNT = r"\d{1,4}|an?|one|một"
_RELATIVE = re.compile(
    rf"\b(?:(?:(?P<weeks>{_COUNT})\s+(?:tuần|weeks?)(?:\s*,\s*|\s+(?:và\s+|and\s+)?))?"
    rf"(?P<n>{_COUNT})\s+(?P<u>giây|phút|giờ|tiếng|ngày|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?)"
    r"(?:\s*(?:và|,|and)?\s*(?P<n2>\d{1,4})\s+(?P<u2>phút|giờ|tiếng|minutes?|hours?))?\s+(?:trước|ago|qua)"
    r"|(?P<now>vừa xong|mới đây|just now|hôm nay|today)"
    r"|(?P<yesterday>hôm qua|yesterday)|(?P<before>hôm kia))\b",
    re.I,
)
_COARSE = re.compile(r"(?:tháng|năm|months?|years?)\s*(?:,|và|and)?\s*$", re.I)
_RELATIVE_HINT = re.compile(r"trước|ago|qua|nay|xong|now|yesterday|today|kia|đây", re.I)


def real_day(year: int, month: int, number: int) -> date | None:
    """Return the day, or None where the calendar has none or the year cannot be a posting's."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, number)
    except ValueError:
        return None


def find(text: str) -> list[Found]:
    """Return the dates that `text` writes out, in order. Relative ones are left to `find_relative`."""
    if not _YEAR.search(text):
        return []
    found = [_numeric(text, match) for match in _NUMERIC.finditer(text)] if _PARTED.search(text) else []
    if _HAS_WORD.search(text):
        found += [_spaced(m) for m in _SPACED.finditer(text)]
        found += [_worded(text, m) for m in chain(_VIETNAMESE.finditer(text), _ENGLISH.finditer(text))]
        found.sort(key=lambda f: f.start)
    return found


def _numeric(text: str, match: re.Match[str]) -> Found:
    start, end = match.span()
    if match["y"]:
        return Found(start, end, _moment(match, int(match["y"]), int(match["m"]), int(match["d"])))
    if match["glued"]:
        return Found(start, end, None)
    first, second, year = int(match["a"]), int(match["b"]), int(match["c"])
    day, swapped = real_day(year, second, first), real_day(year, first, second)
    proven = swapped is not None and _proves_swap(text, start, end, day, swapped)
    return Found(start, end, day, swapped, proven)


def _proves_swap(text: str, start: int, end: int, day: date | None, swapped: date) -> bool:
    if day is None:
        return _AMPM_AFTER.match(text, end) is not None
    named = _WEEKDAY_BEFORE.search(text, max(0, start - 14), start)
    if named is None or day == swapped:
        return False
    weekday = _ENGLISH_DAYS.index(named[1].lower())
    return swapped.weekday() == weekday != day.weekday()


def _moment(match: re.Match[str], year: int, month: int, number: int) -> date | None:
    """Return the local day of a date with a clock and perhaps a zone; without a zone it is local already."""
    day = real_day(year, month, number)
    if day is None or not match["H"] or not match["z"]:
        return day
    try:
        moment = datetime(year, month, number, int(match["H"]), int(match["M"]), tzinfo=_zone(match["z"]))
        return moment.astimezone(ZONE).date()
    except (ValueError, OverflowError):
        return None


def _zone(text: str) -> timezone:
    digits = text.upper().removeprefix("GMT").removeprefix("UTC").replace(":", "")
    if len(digits) != 5:
        return UTC
    offset = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5]))
    return timezone(-offset if digits[0] == "-" else offset)


def _spaced(match: re.Match[str]) -> Found:
    return Found(match.start(), match.end(), real_day(int(match[3]), int(match[2]), int(match[1])))


def _worded(text: str, match: re.Match[str]) -> Found:
    name = (match["m"] or match["m2"]).lower()
    year, number = int(match["y"] or match["y2"]), int(match["d"] or match["d2"])
    start, end = match.span()
    if name[0].isdigit():
        return Found(start, end, real_day(year, int(name), number))
    word = " ".join(name.split())
    month = _VI_MONTHS.get(word) or _EN_MONTHS[word[:3]]
    clock = _ENGLISH_CLOCK.match(text, end)
    if clock is None:
        return Found(start, end, real_day(year, month, number))
    return Found(start, clock.end(), _moment(clock, year, month, number))


def find_relative(text: str, fetched_at: datetime) -> Found | None:
    """Return the day of "2 giờ trước", "hôm qua", "3 days ago", "1 tuần, 3 ngày trước" as seen at `fetched_at`.

    Weeks without days, months and years ago name no day and are not read.
    """
    if not _RELATIVE_HINT.search(text) or (match := _RELATIVE.search(text)) is None:
        return None
    if match["n"] and _COARSE.search(text, 0, match.start()):
        return None
    return Found(match.start(), match.end(), (fetched_at.astimezone(ZONE) - _distance(match)).date())


def _distance(match: re.Match[str]) -> timedelta:
    if match["now"]:
        return timedelta()
    if match["yesterday"] or match["before"]:
        return timedelta(days=1 if match["yesterday"] else 2)
    distance = _span(match["n"], match["u"])
    if match["weeks"]:
        distance += 7 * _span(match["weeks"], "days")
    return distance + _span(match["n2"], match["u2"]) if match["n2"] else distance


def _span(count: str, unit: str) -> timedelta:
    """Return the time of a count ("3", "một") of units ("ngày", "hours")."""
    number = int(count) if count.isdecimal() else 1
    unit = unit.lower()
    if unit.startswith(("giây", "s")):
        return timedelta(seconds=number)
    if unit.startswith(("ph", "m")):
        return timedelta(minutes=number)
    if unit.startswith(("giờ", "ti", "h")):
        return timedelta(hours=number)
    return timedelta(days=number)
