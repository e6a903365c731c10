"""The three formats that are read: PDF by PDFium, Word by python-docx, workbooks by openpyxl.

What belongs here: text, number of pages, signs of a scan. Runs in the reader's process alone. What does not: limits
of the process (`reader`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from pipeline.attachments.kinds import DOCX, PDF
from pipeline.attachments.model import AttachmentText, Caps, Problem
from pipeline.text import clean

_MEMBERS = 5000
_HEAD = 4096
_COVER = 0.4
_STAMP_WORDS = 40
"""A signed scan carries a stamp in letters (who signed, when); a page under a picture with fewer words is a scan."""
_SHEETS, _COLUMNS = 20, 60
_BROKEN_WORD = "\ufffe"
"""PDFium's sign of a hyphen at the end of a line."""


class UnreadableError(Exception):
    """A file that cannot be read, with the problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem)


def read_document(body: bytes, kind: str, caps: Caps) -> AttachmentText:
    """Return text and form of a file of a kind that is read; raise UnreadableError, or what its library raises."""
    if kind == PDF:
        return _pdf(body, caps)
    _check_package(body, caps)
    return _docx(body, caps) if kind == DOCX else _xlsx(body, caps)


# -- PDF ---------------------------------------------------------------------------------------------------------


def _pdf(body: bytes, caps: Caps) -> AttachmentText:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise UnreadableError(Problem.ENCRYPTED if locked else Problem.DAMAGED) from error
    texts: list[str] = []
    scans = written = size = 0
    for number in range(min(len(document), caps.pages)):
        if size >= caps.characters:
            break
        page = document[number]
        said = _tidy([page.get_textpage().get_text_range()], caps.characters - size)
        texts.append(said)
        size += len(said)
        words = len(said.split())
        if words < _STAMP_WORDS and _is_picture(page):
            scans += 1
        elif words:
            written += 1
        page.close()
    return AttachmentText("\n".join(t for t in texts if t), PDF, len(document), scans > 0 and scans > written)


def _is_picture(page: Any) -> bool:
    """Say whether pictures cover a good part of a page. Their pixels are never decoded."""
    from pypdfium2 import raw

    width, height = page.get_size()
    area = max(width * height, 1.0)
    covered = 0.0
    for one in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        left, bottom, right, top = one.get_bounds()
        covered += max(0.0, min(right, width) - max(left, 0.0)) * max(0.0, min(top, height) - max(bottom, 0.0))
        if covered >= _COVER * area:
            return True
    return False


# -- Office Open XML ---------------------------------------------------------------------------------------------


def _check_package(body: bytes, caps: Caps) -> None:
    """Refuse a zip that unpacks to too much or holds a document type: ECMA-376 part 2 forbids one, and only traps
    (entities that multiply or fetch) have it."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            members = package.infolist()
            if len(members) > _MEMBERS or sum(m.file_size for m in members) > caps.unpacked:
                raise UnreadableError(Problem.TOO_LARGE)
            for member in members:
                if member.filename.lower().endswith((".xml", ".rels")):
                    with package.open(member) as stream:
                        head = stream.read(_HEAD).replace(b"\0", b"")
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise UnreadableError(Problem.DAMAGED)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise UnreadableError(Problem.DAMAGED) from error


def _docx(body: bytes, caps: Caps) -> AttachmentText:
    import docx
    from docx.oxml.ns import qn

    document = docx.Document(io.BytesIO(body))
    root = document.element.body
    text = _tidy((paragraph.text for paragraph in root.iter(qn("w:p"))), caps.characters)
    pictures = next(root.iter(qn("w:drawing"), qn("w:pict")), None) is not None
    return AttachmentText(text, DOCX, 0, pictures and len(text.split()) < _STAMP_WORDS)


def _xlsx(body: bytes, caps: Caps) -> AttachmentText:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
    text = _tidy(_cells(book.worksheets[:_SHEETS], caps.rows), caps.characters)
    return AttachmentText(text, "xlsx", len(book.sheetnames), False)


def _cells(sheets: Iterable[Any], rows: int) -> Iterator[str]:
    """Give the rows of sheets as lines, `rows` of them in all."""
    for sheet in sheets:
        yield sheet.title
        for row in sheet.iter_rows(values_only=True, max_row=rows, max_col=_COLUMNS):
            rows -= 1
            if rows < 0:
                return
            yield " ".join(str(value) for value in row if value is not None)


# -- text --------------------------------------------------------------------------------------------------------


def _tidy(parts: Iterable[str], limit: int) -> str:
    """Return the lines of a text, as a person reads them, up to `limit` characters."""
    lines: list[str] = []
    size = 0
    for part in parts:
        for line in part[: 4 * limit].splitlines():
            told = clean(line.replace(_BROKEN_WORD, ""))
            if told:
                lines.append(told)
                size += len(told) + 1
            if size >= limit:
                return "\n".join(lines)[:limit]
    return "\n".join(lines)
