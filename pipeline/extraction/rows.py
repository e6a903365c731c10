"""One record of a list read into a row: title, date, summary, attachments.

What belongs here: a row from a record. What does not: finding records (`records`), choosing lists (`listing`),
what a date text means (`dates`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import datetime
from operator import attrgetter

from pipeline.extraction.attachments import attachments
from pipeline.extraction.dates import address_date, lacks_label, marks_modification, parse_iso, row_date, strip_date
from pipeline.extraction.documents import row_number
from pipeline.extraction.model import Attachment, DateReading, DateSource, Row
from pipeline.extraction.records import Record, dated
from pipeline.extraction.tree import INLINE, Box, Kid, Tree, spaced, text_of
from pipeline.text import key

_start = attrgetter("start")
_SENTENCE = 14  # words; a longer run of text is a summary, whose dates are not the posting's
_META = 6  # words beside its links that a line about the posting (author, category, date) has at most
_SUMMARY = 6
_MAX_SUMMARY = 1000
_IN_LINE = INLINE | {"a"}
_MODIFICATION = "updated"  # the label that stands before a date whose markup alone says that it is a modification's
_OF_TIME = re.compile(r"\b(?:ngay|date|thoi gian|modified|updated|published|cap nhat|chinh sua|sua doi|sua lan cuoi)\b")
_TOLD = re.compile(  # how a summary begins that says when the posting was posted
    r"\W*(?:ngày\s+đăng(?:\s+(?:tin|tải|bài))?|đăng\s+(?:ngày|lúc)|posted(?:\s+on)?)"
    r"\s*:?\s*\d[\d/.:\s-]{6,15}\d(?!\w)", re.I)
_TITLE_HEADERS = ("trich yeu", "tieu de", "ten van ban", "noi dung", "ten", "title", "name", "subject", "van ban")


def read_row(record: Record, tree: Tree, base: str, fetched_at: datetime | None) -> tuple[Row, bool]:
    """Return the row of a record, and whether the visitor reads a date in it."""
    candidate = record.candidate
    short, long = _texts(record)
    reading = (
        row_date(short, fetched_at)
        or _time_date(record, tree, fetched_at)
        or address_date(candidate.anchor.url or "", fetched_at)
    )
    url = candidate.anchor.url or ""
    posted = reading if reading is not None and reading.day is not None and not reading.implausible else None
    row = Row(
        title=_table_title(record) or candidate.title,
        url=url,
        displayed_on=posted.day if posted and posted.displayed else None,
        posted_on=posted.day if posted else None,
        posted_on_raw=posted.raw if posted else None,
        posted_on_source=posted.source if posted else None,
        attachments=_attachments(record, url, base),
        summary=_summary(short, long)[:_MAX_SUMMARY],
        implausible_date=reading.raw if reading and not posted else None,
        is_file=candidate.file,
        document_number=row_number(candidate.title, short),
    )
    return row, bool(reading and (reading.displayed or reading.implausible))


def _texts(record: Record) -> tuple[list[str], list[str]]:
    """Return the short pieces of a record without its title, in order, and its long runs of text."""
    anchor = record.candidate.anchor.box
    title = record.candidate.title
    plain = key(title)
    short: list[str] = []
    long: list[str] = []
    for run, inside, linked in _runs(record.parts, anchor):
        if inside:
            short.extend(_tails(run, title))
            continue
        text = spaced(" ".join(run))
        if text.count(" ") >= _SENTENCE and (not linked or _words(run) - linked > _META) and not dated(text):
            long.append(text)
            short.extend(told[0] for told in [_TOLD.match(text)] if told)
        elif key(text) != plain:
            short.extend(map(spaced, run) if len(run) > 1 else (text,))
    return short, long


def _words(run: list[str]) -> int:
    return sum(len(piece.split()) for piece in run)


def _tails(run: list[str], title: str) -> list[str]:
    """Return what a link's text holds beside the title: date parts, or a date glued to its end."""
    out: list[str] = []
    for piece in run:
        text = spaced(piece)
        if piece is _MODIFICATION or dated(text):
            out.append(text)
        elif text != title and (rest := strip_date(text)) and rest != text and key(text) != key(title):
            out.append(text[len(rest) :] if text.startswith(rest) else text.replace(rest, " ", 1))
    return out


def _runs(parts: list[Kid], anchor: Box) -> list[tuple[list[str], bool, int]]:
    """Cut the text of a record into runs of inline text; each says whether it lies inside the title's link, and how
    many words it has in links."""
    runs: list[tuple[list[str], bool, int]] = []
    current: list[str] = []
    inside = False
    linked = 0
    headers = _headers(parts)
    shown = not anchor.hidden  # in a pane that a script shows later everything is hidden
    stack: list[Kid | None] = [None, *parts[::-1]]
    while stack:
        kid = stack.pop()
        if isinstance(kid, str):
            current.append(kid)
            continue
        if kid is not None and kid.hidden and shown:
            continue
        apart = kid is None or kid is anchor or (not inside and kid.tag not in _IN_LINE)
        if apart and current:
            runs.append((current, inside, linked))
            current, linked = [], 0
        if kid is None:
            inside = False
            continue
        if apart:
            stack.append(None)
        if kid is anchor:
            inside = True
        else:
            if apart and kid.start in headers:
                current.append(headers[kid.start])
            if kid.attrs and kid.size and marks_modification(kid.tag, kid.attrs) and lacks_label(text_of(kid)):
                current.append(_MODIFICATION)
            if kid.tag == "a" and kid.size and all(part.tag in INLINE for part in kid.boxes()):
                linked += text_of(kid).count(" ") + 1
        stack += kid.kids[::-1]
    return runs


def _headers(parts: list[Kid]) -> dict[int, str]:
    """Map the cells of a table row to their column's header where it speaks of a date."""
    first = parts[0]
    if isinstance(first, str) or first.tag != "tr":
        return {}
    names = column_names(first)
    cells = list(first.boxes())
    if len(names) != len(cells):
        return {}
    return {
        cell.start: name
        for cell, name in zip(cells, names, strict=True)
        if _OF_TIME.search(key(name))
    }


def column_names(row: Box) -> list[str]:
    """Return the headers of the table that a row lies in, or nothing where it has none."""
    for above in row.up():
        if above.tag == "table":
            head = _first_row(above)
            if head is None or head is row or head.links > sum(1 for _ in head.boxes()):
                return []
            cells = list(head.boxes())
            if all(c.tag == "th" for c in cells) or (head.size < 160 and head.links == 0):
                return [text_of(c) for c in cells]
            return []
    return []


def _first_row(table: Box) -> Box | None:
    """Return the first row of a table, whether or not it has a head."""
    for kid in table.boxes():
        if kid.tag == "tr":
            return kid
        if kid.tag in {"thead", "tbody"}:
            return next((r for r in kid.boxes() if r.tag == "tr"), None)
    return None


def _table_title(record: Record) -> str:
    """Return the title cell of a document table whose link stands on the number or on a file's icon."""
    row = record.box
    if row.tag != "tr":
        return ""
    names = [key(name) for name in column_names(row)]
    cells = list(row.boxes())
    if len(names) != len(cells):
        return ""
    for wanted in _TITLE_HEADERS:
        for name, cell in zip(names, cells, strict=True):
            if name.startswith(wanted):
                text = text_of(cell)
                return "" if cell.holds(record.candidate.anchor.box) or text.count(" ") < 2 else text
    return ""


def _time_date(record: Record, tree: Tree, fetched_at: datetime | None) -> DateReading | None:
    """Return the date of a `<time datetime>` that shows no readable date itself; a modification's only for want
    of another."""
    times = [box for part in record.parts if not isinstance(part, str) for box in _inside(part, tree.of("time"))]
    told = [(marks_modification(box.tag, box.attrs), value) for box in times if (value := box.attrs.get("datetime"))]
    for modified, value in sorted(told, key=lambda one: one[0])[:1]:
        return parse_iso(value, fetched_at, DateSource.MODIFIED if modified else DateSource.METADATA)
    return None


def _inside(part: Box, boxes: list[Box]) -> list[Box]:
    """Return those of some boxes in document order that lie in a part, or are it."""
    first = bisect_left(boxes, part.start, key=_start)
    return boxes[first : bisect_left(boxes, part.end, lo=first, key=_start)]


def _summary(short: list[str], long: list[str]) -> str:
    """Return the text that introduces the posting: the long runs, else the longest short piece of words."""
    if long:
        return " ".join(long)
    best = next((s for s in sorted(short, key=len, reverse=True) if not dated(s)), "")
    return best if best.count(" ") + 1 >= _SUMMARY else ""


def _attachments(record: Record, url: str, base: str) -> tuple[Attachment, ...]:
    """Return the files that the row offers beside its own address."""
    found: list[Attachment] = []
    for part in record.parts:
        if not isinstance(part, str) and part.links > (1 if part is record.box else 0):
            found.extend(a for a in attachments(part.node, base) if a.url != url and a not in found)
    return tuple(found)
