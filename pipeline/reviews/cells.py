"""A workbook's cells as text, streamed from its XML within caps. Runs in the reader's process alone.

What belongs here: the zip, the parts, what a cell says. What does not: the process (`reader`), what rows mean
(`answers`). A library would give numbers for texts and nothing for formulas, and fill every gap before a far cell.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from posixpath import join, normpath
from typing import IO
from xml.parsers import expat

_CHUNK = 64 << 10
_OFFICE = "officeDocument"
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_IN_QUOTES = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)


class Flaw(StrEnum):
    """Why a workbook was not read."""

    NONE = ""
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    DAMAGED = "damaged"
    UNSUPPORTED = "unsupported"


class CellKind(StrEnum):
    """What stands in a cell beside its text."""

    TEXT = ""
    FORMULA = "formula"
    ERROR = "error"


@dataclass(frozen=True)
class Limits:
    """Bounds: `bytes` of the file, `unpacked` bytes of its parts, `parts`, `rows` and `columns` of a sheet, `cells`
    and `characters` of all sheets, `seconds` of processor time (the clock gets four times as many), `memory_mb`."""

    bytes: int = 8 << 20
    unpacked: int = 64 << 20
    parts: int = 400
    rows: int = 20_000
    columns: int = 64
    cells: int = 500_000
    characters: int = 16 << 20
    seconds: int = 20
    memory_mb: int = 512


Cell = tuple[str, str]
"""Text and `CellKind`."""


@dataclass
class SheetCells:
    """One sheet. `rows`: number of the row → number of the column (both from 1) → cell; `far`: references of cells
    beyond the caps."""

    title: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    far: list[str] = field(default_factory=list)


class FlawError(Exception):
    """A workbook that cannot be read, with the flaw."""

    def __init__(self, flaw: Flaw) -> None:
        self.flaw = flaw
        super().__init__(flaw)


def read_sheets(body: bytes, limits: Limits) -> list[SheetCells]:
    """Return the sheets of a workbook in their order; raise FlawError, MemoryError, or what a damaged zip raises."""
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        names = _check(package, limits)
        book = _book_of(package, names, limits)
        return [_sheet(package, title, part, book) for title, part in book.sheets if part in names]


def _check(package: zipfile.ZipFile, limits: Limits) -> frozenset[str]:
    """Refuse what unpacks to too much, holds a part twice, a macro or a password; return the parts' names."""
    members = package.infolist()
    names = frozenset(m.filename for m in members)
    if len(members) > limits.parts or sum(m.file_size for m in members) > limits.unpacked:
        raise FlawError(Flaw.TOO_LARGE)
    if len(names) < len(members):
        raise FlawError(Flaw.DAMAGED)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FlawError(Flaw.MACROS)
    if any(m.flag_bits & 1 for m in members):
        raise FlawError(Flaw.ENCRYPTED)
    return names


# -- parts ---------------------------------------------------------------------------------------------------------


@dataclass
class _Book:
    """What cells refer to: shared texts, which styles are dates; and the caps that all sheets share."""

    limits: Limits
    sheets: list[tuple[str, str]] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    date_styles: frozenset[int] = frozenset()
    epoch: datetime = _EPOCH
    cells: int = 0
    characters: int = 0

    def count(self, text: str, cells: int = 1) -> None:
        """Note what was taken; raise FlawError beyond the caps."""
        self.cells += cells
        self.characters += len(text)
        if self.cells > self.limits.cells or self.characters > self.limits.characters:
            raise FlawError(Flaw.TOO_LARGE)


def _book_of(package: zipfile.ZipFile, names: frozenset[str], limits: Limits) -> _Book:
    main = _main_part(package, names)
    links = _links(package, main, names)
    book = _Book(limits)
    ids: list[tuple[str, str]] = []

    def element(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            ids.append((attributes.get("name", ""), attributes.get("id", "")))
        elif name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            book.epoch = _EPOCH_1904

    _parse(package, main, start=element)
    if not ids or len(ids) > limits.parts:
        raise FlawError(Flaw.DAMAGED)
    book.sheets = [(title, links.get(at, ("", ""))[0]) for title, at in ids]
    by_kind = {kind: part for part, kind in links.values() if part in names}
    if "sharedStrings" in by_kind:
        _read_shared(package, by_kind["sharedStrings"], book)
    if "styles" in by_kind:
        book.date_styles = _date_styles(package, by_kind["styles"])
    return book


def _main_part(package: zipfile.ZipFile, names: frozenset[str]) -> str:
    links = _links(package, "", names)
    found = next((part for part, kind in links.values() if kind == _OFFICE and part in names), "xl/workbook.xml")
    if found not in names:
        raise FlawError(Flaw.UNSUPPORTED)
    return found


def _links(package: zipfile.ZipFile, part: str, names: frozenset[str]) -> dict[str, tuple[str, str]]:
    """Return the relationships of a part: id → (target part, kind)."""
    folder, _, file = part.rpartition("/")
    rels = join(folder, "_rels", f"{file}.rels")
    found: dict[str, tuple[str, str]] = {}

    def element(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            place = target[1:] if target.startswith("/") else normpath(join(folder, target))
            found[attributes.get("Id", "")] = (place, attributes.get("Type", "").rsplit("/", 1)[-1])

    if rels in names:
        _parse(package, rels, start=element)
    return found


def _read_shared(package: zipfile.ZipFile, part: str, book: _Book) -> None:
    text: list[str] = []
    inside: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        inside.append(name)
        if name == "si":
            text.clear()

    def end(name: str) -> None:
        inside.pop()
        if name == "si":
            whole = _plain("".join(text))
            book.count(whole)
            book.shared.append(whole)

    def data(piece: str) -> None:
        if inside and inside[-1] == "t" and "rPh" not in inside:
            text.append(piece)

    _parse(package, part, start, end, data)


def _date_styles(package: zipfile.ZipFile, part: str) -> frozenset[int]:
    """Return the numbers of cell styles that show a day."""
    own: dict[int, bool] = {}
    formats: list[int] = []
    inside: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        inside.append(name)
        if name == "numFmt":
            own[_number(attributes.get("numFmtId"))] = _shows_day(attributes.get("formatCode", ""))
        elif name == "xf" and "cellXfs" in inside:
            formats.append(_number(attributes.get("numFmtId")))

    def end(_: str) -> None:
        inside.pop()

    _parse(package, part, start, end)
    return frozenset(n for n, style in enumerate(formats) if own.get(style, style in _DATE_FORMATS))


def _shows_day(code: str) -> bool:
    bare = _IN_QUOTES.sub("", code).lower()
    return "d" in bare or "y" in bare


# -- sheets --------------------------------------------------------------------------------------------------------


class _SheetReader:
    """Handlers of one sheet's XML."""

    def __init__(self, sheet: SheetCells, book: _Book) -> None:
        self._sheet, self._book = sheet, book
        self._inside: list[str] = []
        self._row = self._column = 0
        self._attributes: dict[str, str] = {}
        self._formula = False
        self._value: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Note where we are."""
        self._inside.append(name)
        if name == "row":
            self._row = _number(attributes.get("r")) or self._row + 1
            self._column = 0
        elif name == "c":
            self._attributes, self._formula = attributes, False
            self._value.clear()
            self._column += 1
            match = _REFERENCE.fullmatch(attributes.get("r", ""))
            if match:
                self._column, self._row = _column_number(match[1]), int(match[2])
        elif name == "f":
            self._formula = True

    def data(self, piece: str) -> None:
        """Gather a cell's value."""
        place = self._inside[-1] if self._inside else ""
        if place == "v" or (place == "t" and "is" in self._inside and "rPh" not in self._inside):
            self._value.append(piece)

    def end(self, name: str) -> None:
        """Take a cell that is whole."""
        self._inside.pop()
        if name == "c":
            self._take()

    def _take(self) -> None:
        text, kind = self._said()
        if not text and kind is CellKind.TEXT:
            return
        limits = self._book.limits
        if self._row > limits.rows or self._column > limits.columns:
            if len(self._sheet.far) < limits.columns:
                self._sheet.far.append(self._attributes.get("r", "?"))
            return
        self._book.count(text)
        self._sheet.rows.setdefault(self._row, {})[self._column] = (text, str(kind))

    def _said(self) -> tuple[str, CellKind]:
        raw, told = "".join(self._value), self._attributes.get("t", "n")
        if self._formula:
            return raw, CellKind.FORMULA
        if told == "e":
            return raw, CellKind.ERROR
        if told == "s":
            place = _number(raw)
            if place >= len(self._book.shared):
                raise FlawError(Flaw.DAMAGED)
            return self._book.shared[place], CellKind.TEXT
        if told == "n" and raw and _number(self._attributes.get("s")) in self._book.date_styles:
            return _day(raw, self._book.epoch), CellKind.TEXT
        return (_plain(raw) if told in ("inlineStr", "str") else raw.strip()), CellKind.TEXT


def _sheet(package: zipfile.ZipFile, title: str, part: str, book: _Book) -> SheetCells:
    sheet = SheetCells(title)
    reader = _SheetReader(sheet, book)
    _parse(package, part, reader.start, reader.end, reader.data)
    return sheet


def _day(raw: str, epoch: datetime) -> str:
    """Return a day that was typed as one: 2018-02-05; the number itself where it is none."""
    try:
        return (epoch + timedelta(days=float(raw))).date().isoformat()
    except (ValueError, OverflowError):
        return raw


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _plain(text: str) -> str:
    """Return a text without Excel's way of writing characters by their number."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


# -- XML -----------------------------------------------------------------------------------------------------------


def _parse(package: zipfile.ZipFile, part: str, start: Callable[[str, dict[str, str]], None],
           end: Callable[[str], None] | None = None, data: Callable[[str], None] | None = None) -> None:
    """Stream a part through handlers that know elements by their local names.

    A document type is refused: only traps have one (ECMA-376 part 2 forbids it).
    """
    parser = expat.ParserCreate(namespace_separator="\x1f")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: start(
        _local(name), {_local(at): value for at, value in attributes.items()})
    if end is not None:
        parser.EndElementHandler = lambda name: end(_local(name))
    if data is not None:
        parser.CharacterDataHandler = data
    parser.StartDoctypeDeclHandler = _refuse
    try:
        with package.open(part) as stream:
            _feed(parser, stream)
    except expat.ExpatError as error:
        raise FlawError(Flaw.DAMAGED) from error


def _feed(parser: expat.XMLParserType, stream: IO[bytes]) -> None:
    while chunk := stream.read(_CHUNK):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _refuse(*_: object) -> None:
    raise FlawError(Flaw.DAMAGED)


def _local(name: str) -> str:
    return name.rpartition("\x1f")[2]
