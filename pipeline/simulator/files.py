"""Attachments as bytes: small, valid files that say they are simulated.

What belongs here: making PDF, Word, Excel and image files. What does not: which posting offers which (`scenario`).
"""

from __future__ import annotations

import io
import struct
import unicodedata
import zipfile
import zlib
from xml.sax.saxutils import escape

TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
}
_STAMP = (1980, 1, 1, 0, 0, 0)
_OFFICE = "application/vnd.openxmlformats-officedocument"


def make(kind: str, title: str, paragraphs: tuple[str, ...]) -> bytes:
    """Return a file of `kind` (an ending of `TYPES`) that holds the texts; pictures hold none."""
    lines = ("Trang mô phỏng", title, *paragraphs)
    if kind == "pdf":
        return _pdf(lines)
    if kind == "doc":
        return _rtf(lines)
    if kind == "docx":
        return _docx(lines)
    if kind == "xlsx":
        return _xlsx(lines)
    return _png(len(title))


def _pdf(lines: tuple[str, ...]) -> bytes:
    text = [part for line in lines for part in _wrapped(_ascii(line), 90)]
    shown = " ".join(f"({part}) Tj T*" for part in text)
    stream = f"BT /F1 11 Tf 14 TL 56 780 Td {shown} ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _rtf(lines: tuple[str, ...]) -> bytes:
    """Word opens RTF under the ending .doc; portals serve such files."""
    text = "\\par ".join("".join(c if c < "\x80" else f"\\u{ord(c)}?" for c in line) for line in lines)
    return ("{\\rtf1\\ansi " + text + "}").encode("ascii")


def _docx(lines: tuple[str, ...]) -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    main = ('<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
            f"<w:body>{body}</w:body></w:document>")
    return _package({"word/document.xml": (main, f"{_OFFICE}.wordprocessingml.document.main+xml")},
                    "word/document.xml")


def _xlsx(lines: tuple[str, ...]) -> bytes:
    namespace = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{escape(line)}</t></is></c></row>'
                   for n, line in enumerate(lines, 1))
    book = (f"<workbook {namespace} xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/"
            'relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>')
    kinds = f"{_OFFICE}.spreadsheetml"
    return _package({
        "xl/workbook.xml": (book, f"{kinds}.sheet.main+xml"),
        "xl/worksheets/sheet1.xml": (f"<worksheet {namespace}><sheetData>{rows}</sheetData></worksheet>",
                                     f"{kinds}.worksheet+xml"),
    }, "xl/workbook.xml", {"xl/_rels/workbook.xml.rels": ("worksheet", "worksheets/sheet1.xml")})


def _package(parts: dict[str, tuple[str, str]], main: str,
             relations: dict[str, tuple[str, str]] | None = None) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    types = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>'
                    for name, (_, kind) in parts.items())
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
    }
    for path, (kind, target) in {"_rels/.rels": ("officeDocument", main), **(relations or {})}.items():
        files[path] = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
            f'relationships/{kind}" Target="{target}"/></Relationships>')
    files |= {name: text for name, (text, _) in parts.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), head + text)
    return buffer.getvalue()


def _png(seed: int) -> bytes:
    width, height = 120, 170
    rows = b"".join(b"\x00" + bytes((235 if (x * y + seed) % 11 else 90) for x in range(width))
                    for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks)


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    kept = "".join(c for c in plain if " " <= c <= "~")
    return kept.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
