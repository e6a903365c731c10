"""The one date reader: which of the dates in a row, a line, metadata or an address is a posting's.

What belongs here: labels, standing, plausibility, the order of trust. What does not: written forms
(`date_forms`), where on a page to look (`listing`, `article`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from functools import lru_cache
from urllib.parse import unquote

from pipeline.extraction.date_forms import CLOCK, WEEKDAY, Found, find, find_relative, real_day
from pipeline.extraction.model import DateReading, DateSource
from pipeline.extraction.names import words_of
from pipeline.months import local_date

_LONGEST = 4000
_LINE = 200
_LABEL = 40
_RAW = 100


class Standing(IntEnum):
    """What a date in a text is, in order of preference."""

    FORBIDDEN = 0
    MODIFIED = 1
    LOOSE = 2
    BARE = 3
    POSTED = 4


@dataclass(frozen=True, slots=True)
class _Candidate:
    found: Found
    standing: Standing
    raw: str
    clocked: bool


_CLOCK = re.compile(rf"(?<!\d){CLOCK}", re.I)
_CLOCK_NEAR = re.compile(rf"[\s,|-]*(?<!\d){CLOCK}", re.I)
_SEGMENT = re.compile(r"[|•·»\n]|\s[-–—]\s|\s/\s")
_FILLER = re.compile(
    rf"(?:(?<!\d){CLOCK}|(?<!\w){WEEKDAY}|(?<!\w)(?:ngày|lúc|vào|at|on|the|gmt|edt|utc)(?!\w)"
    r"|[\s,|–—()\[\]•·:：\"'=-])+$", re.I)
_NEAR_FILLER = re.compile(
    rf"(?:(?<!\d){CLOCK}|(?<!\w){WEEKDAY}|(?<!\w)(?:ngày|lúc|vào|at|on|the)(?!\w)|[\s,()\[\]:：\"'])+$", re.I)
_NOISE = re.compile(
    rf"(?<!\w){WEEKDAY}|(?<!\d){CLOCK}"
    r"|(?:số\s*)?(?:lượt|lần)?\s*(?:xem|đọc|truy cập|view\s*count|views?|hits?|bình luận|comments?)\s*:?\s*\d[\d.,]*"
    r"|\d[\d.,]*\s*(?:lượt xem|lượt đọc|lượt truy cập|lượt|lần xem|người xem|views?|hits?|bình luận|comments?)"
    r"|đã xem\s*:?\s*\d[\d.,]*|\d+\s*(?:min(?:ute)?s?\s*read|phút đọc)|(?:gmt|utc)\s*[+-]?\s*\d*(?::\d\d)?"
    r"|(?<!\w)(?:ngày|lúc|vào|vào lúc|at|on|the|giờ|edt|ict|sa|ch|am|pm|new|mới|đã|xem|lượt|false|true|lượt xem)(?!\w)"
    r"|\d[\d.,]*|[\W_]",
    re.I,
)
_WHO = r"(?:\s+(?:bởi|by)\s+[^:|]{1,40})?"
_POSTED = re.compile(
    r"(?:(?<!\w)đăng(?:\s+(?:tải|tin|bài|lên))?|ngày\s+(?:đưa|gửi|tạo|viết|post|công khai|niêm yết|xuất bản|tải lên)"
    r"|đưa\s+(?:tin|lên)|xuất\s+bản|(?:được\s+|^\W*|[|•·(,;–-]\s*)tạo|(?:cms-)?publi(?:sh|cation|shed)(?:ed)?(?:[\s-]*(?:date|time|on))?|posted"
    rf"|post(?:ing)?\s*date|created|creation\s+date|submitted|written|(?<!\w)date(?:\s+(?:posted|created|published))?){_WHO}$",
    re.I,
)
_BYLINE = re.compile(
    r"^\W*(?:người\s+(?:đăng|gửi|viết|đưa\s+tin)|tác\s+giả|(?:gửi|viết|đăng)\s+bởi|(?:posted\s+|written\s+)?by|author)"
    r"(?!\w)\s*:?\s*[^:|\d.!?]{1,40}$", re.I)
_MIDDLE_NAME = re.compile(r"(?<=[^\W\d_]\s)Văn(?=\s[A-ZĐÀ-Ỹ])")
_MODIFIED = re.compile(
    r"(?:(?<!\w)(?:last|được)\s+)?(?:cập\s*nhật|sửa(?:\s+đổi)?|chỉnh\s+sửa|hiệu\s+chỉnh|(?:(?<=được\s)|^\W*|[|•·(,;–-]\s*)thay\s+đổi"
    r"|modified|updated?|edited|changed|revised|revision)"
    rf"(?:\s+(?:lần\s+)?(?:cuối(?:\s+cùng)?|mới\s+nhất|gần\s+nhất)|\s+date|\s+on)?{_WHO}$|lần\s+cuối$",
    re.I,
)
_NOT_POSTING = (
    r"hiệu\s+lực|ban\s+hành|phát\s+hành|(?<!\w)ký(?:\s+ban\s+hành)?|văn\s+bản|ngày\s+(?:vb|bh|hl)"
    r"|hạn(?:\s+(?:nộp|cuối|chót|nhận))?"
    r"|(?<!\w)(?:từ|đến|tới|trước|sau|trong|qua)|hôm\s+nay|bây\s+giờ|hiện\s+tại|sinh|(?<!\w)họp|khai\s+mạc|bế\s+mạc|bắt\s+đầu"
    r"|kết\s+thúc|tổ\s+chức|tiếp\s+(?:công\s+)?dân|diễn\s+ra|thi\s+hành|áp\s+dụng|truy\s+cập|thống\s+kê|[âd]m\s+lịch|dương\s+lịch"
    r"|thời\s+gian|thông\s+qua|phê\s+duyệt|phiên|buổi|(?<!\w)(?:kỳ|lịch|tuần|sáng|chiều|tối|số|tháng)|nhận|hoàn\s+thành"
    r"|trả\s+lời|báo\s+cáo|gồm|là|của|nộp|trả\s+kết\s+quả|tham\s+gia|gia\s+nhập"
    r"|(?:document|event|start|end|due|effective|signing|sign|issued?|expiry|expiration|session|meeting|closing|hearing)\s*(?:date|time)?"
    r"|effective\s+from|signed|deadline|expires?|until|since|valid|before|after|from|today|now|dated|between|held"
)
_FORBIDDEN = re.compile(
    rf"(?<!\w)(?:{_NOT_POSTING})\s*$|\d+\s*/\s*[\w/-]*[A-ZĐ][\w-]*$|(?<!\w)số\s*[:.]?\s*\S{{1,25}}$", re.I)
_SPOKEN = re.compile(r"\d\s*(?:giờ|phút)[\s\d,]*(?:phút)?,?\s*(?:ngày\s*)?$|(?<!\w)vào\s+(?:lúc\s+)?ngày\s*$", re.I)
_PURE_FORBIDDEN = re.compile(rf"(?:ngày|thời\s+gian|date\s+of)?\s*(?:{_NOT_POSTING})", re.I)
_PURE_POSTED = re.compile(r"\W*(?:ngày|thời gian|lúc|date)?\s*", re.I)
_RANGE_AFTER = re.compile(
    r"\s{0,3}(?:[-–—~→]|đến|tới|to\b|until\b)\s{0,2}(?:hết\s+)?(?:ngày\s*)?\d{1,2}\s?[/.-]\s?\d", re.I)
_RANGE_BEFORE = re.compile(r"\d{4}\s{0,3}(?:[-–—~→]|đến|tới)\s{0,2}(?:ngày\s*)?$", re.I)
_TODAY = re.compile(r"hôm\s+nay|(?<!\w)today", re.I)
_STOP_WORDS = re.compile(
    r"(?<!\w)(?:kỳ|họp|hội|nghị|lịch|phiên|quyết|định|văn|số|hạn|từ|đến|trong|tuần|tháng|năm|quý|khai|sinh|thông|báo|kế|hoạch"
    r"|luật|vào|sáng|chiều|tối|để|của|theo|căn|cứ|tại|meeting|session|week|from|until|event)(?!\w)", re.I)
_BRACKETED = re.compile(r"[(\[][^()\[\]]*$")
_BADGE = re.compile(r"(\d{1,2})\s+(?:tháng|thg|th)?\.?\s*(\d{1,2})\s*[/.,-]?\s*(?:năm\s*)?(\d{4})", re.I)
_ENDS_IN_YEAR = re.compile(r"(?:19|20)\d\d$")


_SIMPLE = re.compile(r"[(\[\s]*(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[\s,|-]+(\d{1,2}:\d{2}(?::\d{2})?))?[)\]\s]*")
_DIGIT = re.compile(r"\d")


@lru_cache(maxsize=16384)
def _analyse(text: str) -> tuple[_Candidate, ...]:
    """Return the dates of one piece of text with their standing."""
    if simple := _SIMPLE.fullmatch(text):
        first, second, year = int(simple[1]), int(simple[3]), int(simple[4])
        found_one = Found(simple.start(1), simple.end(4), real_day(year, second, first), real_day(year, first, second))
        return (_Candidate(found_one, Standing.BARE, text.strip(), simple[5] is not None),)
    found = find(text)
    if not found:
        return ()
    remainder = _remainder(text, found)
    ends = [0, *(f.end for f in found)]
    return tuple(_candidate(text, f, remainder, end) for f, end in zip(found, ends, strict=False))


def _candidate(text: str, found: Found, remainder: str, before: int) -> _Candidate:
    """Judge one date of a text; what stands before it begins at `before`, where the date ahead of it ends."""
    raw = text.strip() if len(text) <= _RAW else text[found.start : found.end]
    clocked = ":" in text[max(before, found.start - 12) : found.end] or _CLOCK_NEAR.match(text, found.end) is not None
    return _Candidate(found, _standing(text, found, remainder), raw, clocked)


def _standing(text: str, found: Found, remainder: str) -> Standing:
    before = text[max(0, found.start - 70) : found.start]
    far = _FILLER.sub("", before)
    if _is_other_date(text, found, before):
        return Standing.FORBIDDEN
    if _POSTED.search(far) or (found.start <= _LABEL + 20 and _BYLINE.search(far)):
        return Standing.POSTED
    if _MODIFIED.search(far):
        return Standing.MODIFIED
    if not remainder and not _TODAY.search(before):
        return Standing.LOOSE if text.startswith("ngày") else Standing.BARE
    apart = len(text) <= _LINE and not _TODAY.search(before) and _stands_apart(text, found, remainder)
    return Standing.LOOSE if apart else Standing.FORBIDDEN


def _is_other_date(text: str, found: Found, before: str) -> bool:
    """Whether the words right before or after say that it is a document's, a session's or one end of a range."""
    if _RANGE_AFTER.match(text, found.end) or _RANGE_BEFORE.search(before) or _SPOKEN.search(before):
        return True
    close = _NEAR_FILLER.sub("", before)
    other, posted = _FORBIDDEN.search(close), _POSTED.search(close)
    return other is not None and (posted is None or other.start() < posted.start())


def _remainder(text: str, found: Iterable[Found]) -> str:
    """Return the letters that are left when dates, clocks, weekdays, counters and labels are taken away."""
    kept, last = [], 0
    for f in found:
        kept.append(_strip_labels(text[last : f.start]))
        last = max(last, f.end)
    kept.append(text[last:])
    return " ".join(part for part in (_NOISE.sub(" ", k).strip() for k in kept) if part)


def _strip_labels(before: str) -> str:
    far = _FILLER.sub("", before)
    for label in (_POSTED, _MODIFIED):
        if label.search(far):
            return _PURE_POSTED.sub("", label.sub("", far)) if far.count(" ") < 8 else label.sub("", far)
    return before


def _stands_apart(text: str, found: Found, remainder: str) -> bool:
    """Whether a date among other words is set off from them, or they are too few to be a sentence."""
    starts = [m.end() for m in _SEGMENT.finditer(text, 0, found.start)]
    end = _SEGMENT.search(text, found.end)
    left = text[starts[-1] if starts else 0 : found.start]
    right = text[found.end : end.start() if end else len(text)]
    if _BRACKETED.search(left) and re.match(r"[^()\[\]]*[)\]]", right):
        left, right = _BRACKETED.search(left)[0], right[: right.index(")" if ")" in right else "]")]  # type: ignore[index]
    if not _NOISE.sub("", left) and not _NOISE.sub("", right):
        return True
    if found.start == 0 and text[0].isdigit() and text[found.end : found.end + 1] == " ":
        return True
    return len(remainder.split()) <= 4 and not _STOP_WORDS.search(_MIDDLE_NAME.sub("", text))


@lru_cache(maxsize=4096)
def _pure_label(text: str) -> bool:
    """Whether a piece is nothing but the label of the piece that follows."""
    if len(text) < 3 or _DIGIT.search(text):
        return False
    bare = text.rstrip(" :：|-")
    if _PURE_FORBIDDEN.fullmatch(bare):
        return text != bare or bare.lower().startswith(("ngày", "date"))
    said = _FILLER.sub("", bare)
    for label in (_POSTED, _MODIFIED):
        match = label.search(said)
        if match and _PURE_POSTED.fullmatch(said[: match.start()]):
            return True
    return False


_CHANGE = re.compile(r"updated|modified|chỉnh sửa|sửa đổi|thay đổi|cập nhật", re.I)
_CREATION = re.compile(r"publi(?:sh|cation)|created|posted|đăng|tạo|xuất bản", re.I)


def marks_modification(tag: str, attrs: Mapping[str, str | None]) -> bool:
    """Tell an element whose markup says that its date is a modification's, and not also a posting's."""
    told = attrs.get("data-updated") or attrs.get("data-modified")
    if told and _DIGIT.search(told):
        return True
    if tag != "time" and "itemprop" not in attrs:
        return tag == "span" and _named_change(attrs.get("class") or "")
    names = [attrs.get("itemprop") or ""]
    if tag == "time":
        names += [attrs.get(name) or "" for name in ("id", "class", "title")]
    name = " ".join(names)
    return _CHANGE.search(name) is not None and _CREATION.search(name) is None


def lacks_label(text: str) -> bool:
    """Tell a date that its markup calls a modification's (`marks_modification`) and its own words do not."""
    return _DIGIT.search(text) is not None and _CHANGE.search(text) is None


_CHANGE_DATE = re.compile(
    r" (?:updated?|modif(?:y|ied)|edit(?:ed)?|cap nhat|capnhat) (?:date|time|at|on|ngay)"
    r" | (?:date|time|ngay|last) (?:updated?|modified|edited|cap nhat|capnhat) ")


@lru_cache(maxsize=8192)
def _named_change(name: str) -> bool:
    """Tell a class that names a modification's date (`post-update-date`); many templates call a posting's `updated`."""
    return _CHANGE_DATE.search(words_of(name)) is not None and _CREATION.search(name) is None


def _labelled(texts: Sequence[str]) -> list[str]:
    """Put a piece that is only a label before the piece it labels."""
    pieces: list[str] = []
    label = ""
    for text in texts:
        piece = text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
        if len(piece) > _LONGEST:
            piece = piece[:_LONGEST]
        if len(piece) <= _LABEL and _pure_label(piece):
            label = piece
            continue
        pieces.append(f"{label} {piece}" if label else piece)
        label = ""
    return pieces


def _joined(pieces: Sequence[str]) -> Iterable[_Candidate]:
    """Read a date whose day, month and year are pieces of their own (`05` over `02/2018`)."""
    for index, piece in enumerate(pieces):
        if len(piece) > 16 or not _ENDS_IN_YEAR.search(piece):
            continue
        for width in (2, 3):
            parts = pieces[index - width + 1 : index + 1] if index >= width - 1 else []
            if not parts or any(len(p) > 16 for p in parts):
                continue
            text = " ".join(parts)
            if match := _BADGE.fullmatch(text):
                day = real_day(int(match[3]), int(match[2]), int(match[1]))
                yield _Candidate(Found(0, len(text), day), Standing.BARE, text, False)
            else:
                yield from (c for c in _analyse(text) if c.standing >= Standing.BARE)


def _best(texts: Sequence[str]) -> _Candidate | None:
    pieces = _labelled(texts)
    candidates = [c for piece in pieces for c in _analyse(piece) if c.standing > Standing.FORBIDDEN]
    if not candidates:
        candidates = list(_joined(pieces))
    return max(candidates, key=lambda c: (c.standing, c.standing is Standing.BARE and c.clocked), default=None)


def shows(text: str, day: date) -> bool:
    """Whether a line gives this day, with or without a label that makes it a posting's or a change's."""
    return any(c.found.day == day and c.standing >= Standing.MODIFIED for c in _analyse(text))


def row_date(
    texts: Sequence[str], fetched_at: datetime | None, us_order: bool = False
) -> DateReading | None:
    """Return the posting date that the pieces of a listing row show, or None where they show none.

    `texts` are the row's text pieces in reading order without title and summary; give a table cell with its
    column's heading as the piece before it. A posting label beats a bare date, that one a date among other
    words, and a modification comes last. `us_order` is for pages where `us_order_proven` says so.
    """
    return _read(texts, fetched_at, DateSource.LISTING, us_order)


def article_date(
    texts: Sequence[str], fetched_at: datetime | None, labelled_only: bool = False, us_order: bool = False
) -> DateReading | None:
    """Return the posting date that lines near an article's title show.

    With `labelled_only` (for lines after the text) only a date with a posting or modification label counts.
    """
    best = _read(texts, fetched_at, DateSource.ARTICLE, us_order)
    if best is None or not labelled_only:
        return best
    standings = {c.standing for piece in _labelled(texts) for c in _analyse(piece)}
    return best if standings & {Standing.POSTED, Standing.MODIFIED} else None


def _read(
    texts: Sequence[str], fetched_at: datetime | None, source: DateSource, us_order: bool
) -> DateReading | None:
    best = _best(texts)
    if best is not None:
        day = best.found.swapped if best.found.proven or (us_order and best.found.swapped) else best.found.day
        chosen = DateSource.MODIFIED if best.standing is Standing.MODIFIED else source
        return _reading(day, best.raw, chosen, True, fetched_at)
    if fetched_at is None:
        return None
    for text in texts:
        relative = find_relative(text, fetched_at) if len(text) <= 80 else None
        if relative is not None and not find(text) and not _remainder(text, [relative]):
            modified = _MODIFIED.search(_FILLER.sub("", text[: relative.start]))
            chosen = DateSource.MODIFIED if modified else source
            return _reading(relative.day, text.strip(), chosen, True, fetched_at)
    return None


def _reading(
    day: date | None, raw: str, source: DateSource, displayed: bool, fetched_at: datetime | None
) -> DateReading:
    """Make the reading; a day after the fetch is implausible."""
    if day is not None and fetched_at is not None and day > _latest(fetched_at):
        day = None
    return DateReading(day, raw, source, displayed, implausible=day is None)


@lru_cache(maxsize=64)
def _latest(fetched_at: datetime) -> date:
    """Return the last day that a page fetched then can name: one day of clock skew is allowed."""
    return local_date(fetched_at) + timedelta(days=1)


def parse_iso(
    text: str,
    fetched_at: datetime | None = None,
    source: DateSource = DateSource.METADATA,
    displayed: bool = False,
) -> DateReading | None:
    """Read a machine date (ISO 8601, RFC 2822, JavaScript's, or any form a person may read).

    Instants are read in Asia/Ho_Chi_Minh: `2018-01-31T18:15Z` is 1 February. None where `text` holds no date.
    """
    text = text.strip()[:80]
    if re.fullmatch(r"\d{8}(?:T?\d{4,6}Z?)?", text):
        clock = re.sub(r"^T?(\d\d)(\d\d).*?(Z?)$", r"T\1:\2\3", text[8:])
        text = f"{text[:4]}-{text[4:6]}-{text[6:8]}{clock}"
    found = find(text)
    if not found:
        return None
    return _reading(found[0].swapped if found[0].proven else found[0].day, text, source, displayed, fetched_at)


_ADDRESS_PARAMETER = re.compile(r"[?&](?:publisheddate|publishdate|pubdate|ngaydang)=([^&#]{8,40})", re.I)
_ADDRESS_PATH = re.compile(r"/(20\d\d)(?:/(\d{1,2})/(\d{1,2})|-(\d{1,2})-(\d{1,2}))(?=[/-])")


def address_date(url: str, fetched_at: datetime | None) -> DateReading | None:
    """Return the date that an address carries (`PublishedDate=`, `/2018/02/05/`); running ids are no clocks."""
    if match := _ADDRESS_PARAMETER.search(url):
        return parse_iso(unquote(match[1].replace("+", " ")), fetched_at, DateSource.ADDRESS)
    if match := _ADDRESS_PATH.search(url):
        day = real_day(int(match[1]), int(match[2] or match[4]), int(match[3] or match[5]))
        return _reading(day, match[0].strip("/"), DateSource.ADDRESS, False, fetched_at)
    return None


@lru_cache(maxsize=32768)
def is_date_only(text: str) -> bool:
    """Whether `text` is only a date: with or without year, label, clock, weekday or view counter."""
    text = unicodedata.normalize("NFC", text.strip())
    if not text or len(text) > _LINE:
        return False
    found = find(text)
    if not found:
        return _YEARLESS.fullmatch(text) is not None or _RELATIVE_ONLY.fullmatch(text) is not None
    return not _remainder(text, found) and all(
        c.standing in {Standing.BARE, Standing.POSTED, Standing.MODIFIED} for c in _analyse(text))


_YEARLESS = re.compile(rf"\W*(?:ngày\s*)?\d{{1,2}}\s?[/.-]\s?\d{{1,2}}\W*|\W*{CLOCK}\W*", re.I)
_RELATIVE_ONLY = re.compile(
    r"\W*(?:(?:about|khoảng)\s+)?(?:(?:\d{1,3}|an?|một)\s+\w+(?:(?:\s*,|\s+và|\s+and)?\s+\d{1,3}\s+\w+)?\s+(?:trước|ago)"
    r"|hôm qua|hôm nay|yesterday|today)\W*", re.I)
_GLUE_HINT = re.compile(
    r"\d\s{0,2}[/.–-]\s{0,2}\d|xem|đọc|views?|[)\]]\s*$|[|•·\n]|\s[-–—]\s|^\s*[(\[\d]|đăng|posted|published"
    r"|cập nhật", re.I)
_END_BRACKET = re.compile(r"\s*[(\[]([^()\[\]]{6,60})[)\]]\s*$")
_END_LINE = re.compile(r"\s*(?:[|•·\n]|\s[-–—]\s)\s*([^|•·\n]{6,60}?)\s*$")
_END_LABEL = re.compile(
    r"[\s.,-]*((?:Ngày đăng|Đăng ngày|Đăng lúc|Ngày cập nhật|Posted on|Published)\s*:?\s*[^:]{6,40})$")
_END_COUNTER = re.compile(
    r"[\s|•·(-]*(?:(?:số\s+)?(?:lượt\s+xem|đã\s+xem|lượt\s+đọc|views?)\s*:?\s*\d[\d.,]*"
    r"|\d[\d.,]*\s*(?:lượt\s+(?:xem|đọc)|views))\s*\)?\s*$",
    re.I,
)
_END_GLUED = re.compile(r"(?<=[^\W\d_])(\d{1,2}[/.-]\d{1,2}[/.-]\d{4}(?:\s+\d{1,2}:\d\d)?)$")
_START = re.compile(
    rf"\s*(?:[(\[]([^()\[\]]{{6,60}})[)\]]|((?:{WEEKDAY}[\s,-]*)?\d{{1,4}}[/.-]\d{{1,2}}[/.-]\d{{1,4}}(?:[\s,|-]+{CLOCK})?))"
    r"(?:\s*[-–—|:•·]+\s*|\s+)(?=[^\W\d_\"“]|\d+\s+[^\W\d_]|[\"“])", re.I)


def strip_date(title: str) -> str:
    """Return `title` without a date or view counter that a template glued to its end or start.

    Only in brackets, after a line, with a posting label, or glued to a word; a date of the title's own sentence
    (`ngày 05/02/2018`, `tháng 2 năm 2018`) stays. What would leave nothing stays as it is.
    """
    return split_date(title)[0]


@lru_cache(maxsize=8192)
def split_date(title: str) -> tuple[str, str | None]:
    """Return the title as `strip_date` does, and the text of the date that was taken off, if any."""
    if not _DIGIT.search(title) or not _GLUE_HINT.search(title):
        return title.strip(), None
    rest, taken = title, None
    for _ in range(4):
        cut = _END_COUNTER.sub("", rest)
        if cut == rest:
            match = next((m for p in (_END_BRACKET, _END_LINE, _END_LABEL, _END_GLUED) if (m := p.search(rest))), None)
            if match is None or not (find(match[1]) and is_date_only(match[1])):
                break
            taken, cut = taken or match[1].strip(), rest[: match.start()]
        if not cut.strip():
            return title, None
        rest = cut
    if (start := _START.match(rest)) and find(start[1] or start[2]) and is_date_only(start[1] or start[2]):
        taken, rest = taken or (start[1] or start[2]).strip(), rest[start.end() :]
    return rest.strip(), taken


def us_order_proven(raws: Iterable[str]) -> bool:
    """Whether a page's dates prove month-first order: some "month" above 12, and no first number above 12.

    One date with a 12-hour clock or an English weekday that fits only this order proves it; without such a
    date it takes three, and a third of all.
    """
    total = strong = weak = 0
    for raw in raws:
        for found in find(raw):
            if found.day is not None and found.swapped is None:
                return False
            if found.swapped is None:
                continue
            total += 1
            strong += found.proven
            weak += found.day is None
    return strong > 0 or (weak >= 3 and weak * 3 >= total)


def metadata_date(text: str, fetched_at: datetime | None) -> DateReading | None:
    """Read a date that only machines see (`<time datetime>`, JSON-LD, meta tags); see `parse_iso`."""
    return parse_iso(text, fetched_at)
