"""Workbooks as bytes: the same sheets give the same bytes, however many rows they have.

What belongs here: the package. openpyxl writes every part but the rows, which are streamed here, so that a sheet
of 100,000 rows stays flat in memory. What does not: values (`sheets`), what a sheet says (`appendix`, `delta`).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as StyledCell
from openpyxl.packaging.relationship import RelationshipList
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.merge import MergeCell, MergeCells
from openpyxl.worksheet.pagebreak import Break, RowBreak
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.functions import Element

from pipeline.outputs.sheets import Cell, Choice, Link, Properties, Sheet, Style, cell_text

FONT = "Times New Roman"
MAX_LINKS = 65_000
"""Excel refuses a sheet with more than 65,530 links; further addresses are text."""
STORED_UP_TO = 1_000_000
"""Parts up to this size are stored, not deflated: their bytes depend on no version of zlib."""

_EPOCH = date(1899, 12, 30)
_FIRST_YEAR = 1901
_ESCAPE_LOOKALIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def render(sheets: Sequence[Sheet], properties: Properties) -> bytes:
    """Return the workbook of `sheets` as bytes; equal input gives equal bytes.

    Texts are always text (a leading `=` too), nothing is a formula. Raises TypeError for a value of another type.
    """
    book = Workbook()
    _normal_style(book)
    book.calculation.fullCalcOnLoad = False
    first = book.active
    assert first is not None
    book.remove(first)
    for sheet in sheets:
        _set_up(book.create_sheet(sheet.title), sheet)
    _describe(book, properties)
    buffer = io.BytesIO()
    with _StableZip(buffer, "w", ZIP_DEFLATED) as archive:
        _BookWriter(book, archive, sheets).write_data()
    return buffer.getvalue()


def _normal_style(book: Workbook) -> None:
    """Make Times New Roman 12 the book's normal style, which column widths are measured in."""
    font = Font(name=FONT, size=12)
    book._fonts = IndexedList([font])  # type: ignore[attr-defined]
    book._named_styles["Normal"].font = font  # type: ignore[attr-defined]


def _describe(book: Workbook, properties: Properties) -> None:
    own = book.properties
    own.title, own.subject = cell_text(properties.title), cell_text(properties.subject)
    own.creator = own.lastModifiedBy = cell_text(properties.creator)
    own.description = cell_text(properties.description)
    own.language = "vi-VN"
    own.created = own.modified = properties.moment.replace(tzinfo=None, microsecond=0)


def _set_up(ws: Worksheet, sheet: Sheet) -> None:
    """Set everything of a sheet that is not a row."""
    for index, width in enumerate(sheet.widths, 1):
        ws.column_dimensions[get_column_letter(index)].width = width
    for index in sheet.hidden:
        ws.column_dimensions[get_column_letter(index)].hidden = True
    for choice in sheet.choices:
        ws.add_data_validation(_validation(choice))
    if sheet.out_of_sight:
        ws.sheet_state = "hidden"
    if sheet.freeze:
        ws.freeze_panes = sheet.freeze
    if sheet.repeat:
        ws.print_title_rows = f"{sheet.repeat[0]}:{sheet.repeat[1]}"
    ws.row_breaks = RowBreak(brk=tuple(Break(id=row) for row in sheet.breaks))
    ws.sheet_view.showGridLines = False
    ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    ws.page_setup.orientation, ws.page_setup.paperSize = "landscape", 9
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    ws.print_options.horizontalCentered = True
    margins = ws.page_margins
    margins.left = margins.right = sheet.margin
    margins.top = margins.bottom = max(sheet.margin, 0.59)
    margins.header = margins.footer = 0.28
    ws.HeaderFooter.oddHeader = _head_or_foot(sheet.header)
    ws.HeaderFooter.oddFooter = _head_or_foot(sheet.footer)


def _validation(choice: Choice) -> DataValidation:
    """Return a drop-down that proposes and refuses nothing: what is read back is checked then, with a reason."""
    return DataValidation(
        type="list", formula1=choice.source, sqref=choice.cells, allow_blank=True, showErrorMessage=False,
        showInputMessage=bool(choice.prompt), promptTitle=choice.title or None, prompt=choice.prompt or None)


def _head_or_foot(texts: tuple[str, str, str]) -> HeaderFooterItem:
    item = HeaderFooterItem()
    for part, text in zip((item.left, item.center, item.right), texts, strict=True):
        part.text, part.font, part.size = text, f"{FONT},Regular", 10
    return item


@dataclass
class _Stream:
    """The rows of one sheet as XML, chunk by chunk; afterwards `last` and `links` say what was written."""

    sheet: Sheet
    style_ids: dict[Style, int]
    scratch: Worksheet
    last: int = 0
    links: list[tuple[str, Link]] = field(default_factory=list)

    def __iter__(self) -> Iterator[str]:
        letters = [get_column_letter(n) for n in range(1, len(self.sheet.widths) + 1)]
        for number, row in enumerate(self.sheet.rows, 1):
            height = f' ht="{row.height:g}" customHeight="1"' if row.height is not None else ""
            cells = [
                self._cell(f"{letter}{number}", cell)
                for letter, cell in zip(letters, row.cells, strict=False) if cell is not None
            ]
            self.last = number
            yield f'<row r="{number}"{height}>{"".join(cells)}</row>'

    def _cell(self, reference: str, cell: Cell) -> str:
        value, style, link = cell
        opening = f'<c r="{reference}" s="{self._style(style)}"'
        if isinstance(value, str):
            text = _inline(value)
            if link and text and len(self.links) < MAX_LINKS:
                self.links.append((reference, link))
            return f'{opening} t="inlineStr"><is><t>{text}</t></is></c>' if text else opening + "/>"
        if value is None:
            return opening + "/>"
        if isinstance(value, bool) or not isinstance(value, int | float | date):
            raise TypeError(f"{reference}: {type(value).__name__} không phải giá trị của ô")
        if isinstance(value, date):
            if value.year < _FIRST_YEAR:
                return f'{opening} t="inlineStr"><is><t>{value:%d/%m/%Y}</t></is></c>'
            return f"{opening}><v>{_serial(value)}</v></c>"
        return f"{opening}><v>{value!r}</v></c>"

    def _style(self, style: Style) -> int:
        number = self.style_ids.get(style)
        if number is None:
            number = self.style_ids[style] = _register(self.scratch, style)
        return number


@lru_cache(maxsize=4096)
def _inline(text: str) -> str:
    """Return a text as XML; `_x000D_` and its like, which Excel would read as characters, stay as written."""
    text = cell_text(text)
    return escape(_ESCAPE_LOOKALIKE.sub("_x005F_", text) if "_x" in text else text)


def _serial(value: date) -> str:
    """Return Excel's number of a day or of a local moment to the second."""
    if isinstance(value, datetime):
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        return f"{(value.date() - _EPOCH).days + seconds / 86400:.15g}"
    return str((value - _EPOCH).days)


def _register(ws: Worksheet, style: Style) -> int:
    """Enter a style into the book's style sheet and return its number."""
    cell = StyledCell(ws, row=1, column=1)
    cell.font = Font(name=FONT, size=style.size, bold=style.bold, italic=style.italic, color=style.color,
                     underline="single" if style.underline else None)
    cell.alignment = Alignment(horizontal=style.horizontal, vertical=style.vertical, wrap_text=style.wrap,
                               indent=style.indent)
    cell.number_format = style.number_format
    if style.border:
        side = Side(style="thin", color="000000")
        cell.border = Border(left=side, right=side, top=side, bottom=side)
    if style.fill:
        cell.fill = PatternFill("solid", fgColor=style.fill)
    return int(cell.style_id)


class _Frame(WorksheetWriter):
    """A worksheet's XML without rows and links: `<sheetData/>` and `<hyperlinks/>` mark where they go."""

    def __init__(self, ws: Worksheet, merges: Sequence[str]) -> None:
        super().__init__(ws, io.BytesIO())
        self._merges = merges

    def write_merged_cells(self) -> None:
        """Write merges as they were given: openpyxl keeps them in a set, whose order is chance."""
        if self._merges:
            self.xf.send(MergeCells(mergeCell=[MergeCell(merge) for merge in self._merges]).to_tree())

    def write_dimensions(self) -> None:
        """Write none: a wrong one would hide rows from readers that trust it, and it is optional."""

    def write_hyperlinks(self) -> None:
        """Leave the place of the links."""
        self.xf.send(Element("hyperlinks"))

    def write_tail(self) -> None:
        """Add what openpyxl leaves out: figures kept as text ("0" of n/m) are meant, no green triangles."""
        super().write_tail()
        ignored = Element("ignoredErrors")
        ignored.append(Element("ignoredError", sqref="A1:XFD1048576", numberStoredAsText="1"))
        self.xf.send(ignored)


def _frame(ws: Worksheet, sheet: Sheet) -> tuple[bytes, bytes, bytes]:
    """Return the XML before the rows, between rows and links, and after the links."""
    frame = _Frame(ws, sheet.merges)
    frame.write()
    before, between, after = re.split(rb"<(?:sheetData|hyperlinks)\s*(?:/>|>\s*</(?:sheetData|hyperlinks)>)",
                                      frame.read())
    return before, between, after


class _BookWriter(ExcelWriter):
    """openpyxl's writer of the package, with the rows of each sheet streamed."""

    def __init__(self, book: Workbook, archive: _StableZip, sheets: Sequence[Sheet]) -> None:
        super().__init__(book, archive)
        self._zip = archive
        self._sheets = dict(zip(book.worksheets, sheets, strict=True))
        self._style_ids: dict[Style, int] = {}

    def write_worksheet(self, ws: Any) -> None:
        """Write one sheet and the targets of its links."""
        sheet = self._sheets[ws]
        stream = _Stream(sheet, self._style_ids, ws)
        ws._drawing, ws._rels, ws._comments = None, RelationshipList(), []
        self._zip.stream(ws.path[1:], self._parts(ws, sheet, stream))
        if stream.links:
            folder, _, name = ws.path[1:].rpartition("/")
            self._zip.stream(f"{folder}/_rels/{name}.rels", _targets(stream.links))
        self.manifest.append(ws)

    @staticmethod
    def _parts(ws: Worksheet, sheet: Sheet, stream: _Stream) -> Iterator[bytes]:
        yield _frame(ws, sheet)[0] + b"<sheetData>"
        for row in stream:
            yield row.encode()
        if sheet.filter_row:
            last = get_column_letter(len(sheet.widths))
            ws.auto_filter.ref = f"A{sheet.filter_row}:{last}{max(stream.last, sheet.filter_row)}"
        _, between, after = _frame(ws, sheet)
        yield b"</sheetData>" + between
        if stream.links:
            yield b'<hyperlinks xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            for number, (reference, _) in enumerate(stream.links, 1):
                yield f'<hyperlink ref="{reference}" r:id="rId{number}"/>'.encode()
            yield b"</hyperlinks>"
        yield after


def _targets(links: Sequence[tuple[str, Link]]) -> Iterator[bytes]:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    yield b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    for number, (_, target) in enumerate(links, 1):
        address = escape(target, {'"': "&quot;"})
        yield f'<Relationship Id="rId{number}" Type="{kind}" Target="{address}" TargetMode="External"/>'.encode()
    yield b"</Relationships>"


class _StableZip(ZipFile):
    """A zip without a clock: fixed times, rights and system; small parts stored, large ones deflated."""

    def writestr(self, zinfo_or_arcname: str | ZipInfo, data: Any, *_: Any, **__: Any) -> None:
        """Write one part from memory."""
        name = zinfo_or_arcname if isinstance(zinfo_or_arcname, str) else zinfo_or_arcname.filename
        self.stream(name, [data.encode() if isinstance(data, str) else data])

    def stream(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write one part chunk by chunk."""
        entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        entry.create_system, entry.external_attr, entry.compress_type = 3, 0o644 << 16, ZIP_STORED
        head = bytearray()
        rest = iter(chunks)
        for chunk in rest:
            head += chunk
            if len(head) > STORED_UP_TO:
                entry.compress_type = ZIP_DEFLATED
                break
        with self.open(entry, "w") as file:
            file.write(bytes(head))
            for chunk in rest:
                file.write(chunk)
