"""Files as people post them, and as people who mean harm do.

What belongs here: bytes. What does not: expectations (the tests).
"""

from __future__ import annotations

import io
import zipfile
import zlib

import docx
import openpyxl


def pdf(*contents: bytes, resources: bytes = b"", extra: tuple[bytes, ...] = (), trailer: bytes = b"") -> bytes:
    """A PDF of one page a content stream; `extra` objects begin at number 4, before the pages."""
    first = 4 + len(extra)
    kids = b" ".join(b"%d 0 R" % (first + 2 * n) for n in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(contents)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *extra,
    ]
    for n, content in enumerate(contents):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> %s >> >>" % (first + 2 * n + 1, resources))
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)


def words(*lines: str) -> bytes:
    """A page's content that shows lines of ASCII text."""
    shown = " ".join(f"({line}) Tj T*" for line in lines)
    return f"BT /F1 11 Tf 14 TL 56 780 Td {shown} ET".encode("ascii")


def text_pdf(*lines: str) -> bytes:
    return pdf(words(*lines))


def scanned_pdf(stamp: str = "", pages: int = 1, side: int = 40) -> bytes:
    """Pages that are a picture each, perhaps with a signer's stamp in letters."""
    pixels = zlib.compress(b"\xd0" * side * side)
    image = (
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 "
        b"/Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (side, side, len(pixels), pixels))
    content = b"q 560 0 0 800 10 20 cm /Im1 Do Q " + (words(stamp) if stamp else b"")
    return pdf(*[content] * pages, resources=b"/XObject << /Im1 4 0 R >>", extra=(image,))


def encrypted_pdf() -> bytes:
    """A PDF whose password nobody knows."""
    lock = (
        b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >> "
        b"/ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]")
    return pdf(words("mat"), trailer=lock)


def word(*paragraphs: str, table: tuple[str, ...] = ()) -> bytes:
    document = docx.Document()
    for one in paragraphs:
        document.add_paragraph(one)
    if table:
        cells = document.add_table(rows=1, cols=len(table)).rows[0].cells
        for cell, text in zip(cells, table, strict=True):
            cell.text = text
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def workbook(*rows: tuple[object, ...], title: str = "Lịch") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_member(package: bytes, name: str, content: bytes) -> bytes:
    """The same zip with a member replaced or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return stream.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def xml_bomb() -> bytes:
    """A Word file whose entities multiply to gigabytes."""
    entities = '<!ENTITY a0 "lollollollol">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    body = f"<w:document {W}><w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body></w:document>"
    return with_member(word("x"), "word/document.xml", f"<?xml version='1.0'?><!DOCTYPE x [{entities}]>{body}".encode())


def external_entity(address: str, padding: int = 0) -> bytes:
    """A Word file that wants another file's words; the trap may stand behind much white space."""
    body = f"<w:document {W}><w:body><w:p><w:r><w:t>mat: &e;</w:t></w:r></w:p></w:body></w:document>"
    head = f"<?xml version='1.0'?>{' ' * padding}<!DOCTYPE x [<!ENTITY e SYSTEM \"{address}\">]>"
    return with_member(word("x"), "word/document.xml", (head + body).encode())


def zip_bomb(megabytes: int = 400) -> bytes:
    """A Word file with a member that unpacks to hundreds of megabytes."""
    return with_member(word("x"), "word/media/image1.bmp", bytes(megabytes << 20))


def lying_zip_bomb() -> bytes:
    """A workbook whose directory says that a member is small, and which is not."""
    stream = bytearray(with_member(workbook(("x",)), "xl/sharedStrings.xml", b" " * (60 << 20)))
    at = stream.rfind(b"xl/sharedStrings.xml") - 46
    stream[at + 24 : at + 28] = (100).to_bytes(4, "little")
    return bytes(stream)


def endless_pdf() -> bytes:
    """A PDF whose tree of pages holds itself."""
    return pdf(words("a")).replace(b"/Kids [4 0 R] /Count 1", b"/Kids [2 0 R] /Count 9999999")


def deep_pdf() -> bytes:
    """A PDF whose form draws itself."""
    form = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 500 500] /Resources << /XObject << /Fm 4 0 R >> >> "
        b"/Length 14 >>\nstream\n/Fm Do /Fm Do \nendstream")
    return pdf(b"/Fm Do", resources=b"/XObject << /Fm 4 0 R >>", extra=(form,))


def packed_pdf(megabytes: int) -> bytes:
    """A PDF of some kilobytes whose page unpacks to hundreds of megabytes of text."""
    content = zlib.compress(b"BT /F1 11 Tf " + b"(aaaaaaaaaaaaaaaaaaaa) Tj " * (megabytes << 20 >> 5) + b" ET", 9)
    plain = pdf(b"@@")
    return plain.replace(
        b"<< /Length 2 >>\nstream\n@@", b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s" % (len(content), content))
