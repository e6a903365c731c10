"""What the bytes of a file are, whatever its name says.

What belongs here: first bytes and names inside a zip. What does not: reading (`documents`).
"""

from __future__ import annotations

import io
import zipfile
from urllib.parse import unquote, urlsplit

PDF, DOCX, XLSX, IMAGE = "pdf", "docx", "xlsx", "image"
READ_IN_PROCESS = frozenset({PDF, DOCX, XLSX})
ENCRYPTED = "encrypted"
"""An Office document under a password: a compound file that holds an encrypted package."""
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
_HEADS = (
    ((b"<!doctype html", b"<html", b"<head", b"<script"), "html"),
    ((b"{\\rtf",), "rtf"),
)
_TYPES = {"application/msword": "doc", "application/vnd.ms-excel": "xls", "text/plain": "txt", "text/html": "html"}
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_BEFORE_PDF = 1024
_NAMES = {"doc", "xls", "ppt", "rtf", "odt", "ods", "pptx", "xlsb", "zip", "rar", "7z", "txt"}


def kind_of(body: bytes, name: str, content_type: str) -> str:
    """Return what a file is: `pdf`, `docx`, `xlsx`, `image`, `encrypted`, `html`, or what its name calls it."""
    if b"%PDF-" in body[:_BEFORE_PDF]:  # readers allow bytes before the header
        return PDF
    if body.startswith(_IMAGES) or (body[:4] == b"RIFF" and body[8:12] == b"WEBP"):
        return IMAGE
    if body.startswith(_COMPOUND):
        return ENCRYPTED if _PACKAGE in body else _named(name, "doc")
    if body.startswith(b"PK\x03\x04"):
        return _of_zip(body, name)
    head = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    told = next((kind for starts, kind in _HEADS if head.startswith(starts)), "")
    return told or _named(name, _TYPES.get(content_type.partition(";")[0].strip().lower(), "unknown"))


def _of_zip(body: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            inside = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return _named(name, "zip")
    if "word/document.xml" in inside:
        return DOCX
    if "xl/workbook.xml" in inside:
        return XLSX
    return _named(name, "zip")


def _named(name: str, otherwise: str) -> str:
    """Return the ending of a name where it is one that is known to have no reader, else `otherwise`."""
    try:
        path = unquote(urlsplit(name).path)
    except ValueError:
        return otherwise
    ending = path.rpartition(".")[2].lower()
    return ending if ending in _NAMES else otherwise
