"""Bytes of a page to text, whatever the server or the page claims about them.

What belongs here: choosing a charset. What does not: the tables of the old ones (`legacy`), parsing.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import NamedTuple

from charset_normalizer import from_bytes

from pipeline.extraction import legacy

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_META = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_WESTERN = {"ascii", "iso8859-1", "cp1252", "utf-8", "cp1258"}
_SAMPLE = 20_000
_ASCII = bytes(range(128))
# Letters and signs that NFC leaves as they stand, whatever stands beside them: all that nearly every page has.
_STABLE = "\u0080-\u02ff\u1e00-\u1eff\u2002-\u20cf\u2190-\u22ff\u2400-\u27bf\ue000-\uf8ff\ufe00-\ufe0f\ufeff\ufffd"
_UNSTABLE = re.compile(f"[^{_STABLE}\U0001f300-\U0001faff\u0300-\u033f]")
_ACCENTS = re.compile(rb"\xcc[\x80-\xbf](?:\xcc[\x80-\xbf])*")  # U+0300 – U+033F: those of a few letters of many a page


class Decoded(NamedTuple):
    """Text in NFC without NUL, and its UTF-8 where that was there to be had."""

    text: str
    utf8: bytes | None

    @property
    def encoded(self) -> bytes:
        """The text as UTF-8."""
        return self.text.encode("utf-8", "replace") if self.utf8 is None else self.utf8


def decode(body: bytes, content_type: str) -> str:
    """Return the text of `decoded`."""
    return decoded(body, content_type).text


def decoded(body: bytes, content_type: str) -> Decoded:
    """Return `body` as text in NFC without NUL bytes. Never raises.

    A byte order mark decides first; then valid UTF-8 whatever was declared; then the charset of `content_type`
    or of the page where it fits; then whichever of UTF-8 with a few bad bytes, windows-1258, TCVN3, VNI and
    western reads most like Vietnamese.
    """
    plain = _plain(body)
    if plain is not None:
        return plain
    text = _text(body, content_type).replace("\x00", "")
    return Decoded(_composed(legacy.repaired(text)), None)


def _plain(body: bytes) -> Decoded | None:
    """Read a page of UTF-8 in which only accents have to be composed, None of any other."""
    body = body.removeprefix(codecs.BOM_UTF8)
    if b"\x00" in body:
        return None
    try:
        letters = body.translate(None, _ASCII).decode("utf-8")
        if _UNSTABLE.search(letters):
            return None
        body = _with_accents(body) if b"\xcc" in body else body
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return Decoded(text, body) if legacy.is_vietnamese(letters) or legacy.repaired(text) is text else None


def _with_accents(body: bytes) -> bytes:
    """Compose each letter with the accents that follow it."""
    parts: list[bytes] = []
    last = 0
    for accents in _ACCENTS.finditer(body):
        letter = accents.start() - 1
        while letter > last and 0x80 <= body[letter] < 0xC0:
            letter -= 1
        letter = max(letter, last)
        parts += body[last:letter], unicodedata.normalize("NFC", body[letter : accents.end()].decode("utf-8")).encode()
        last = accents.end()
    return b"".join([*parts, body[last:]])


def _composed(text: str) -> str:
    """Return `text` in NFC, line by line: most lines of a page are markup, and nothing joins over a line's end."""
    return "\n".join([line if line.isascii() else unicodedata.normalize("NFC", line) for line in text.split("\n")])


def _text(body: bytes, content_type: str) -> str:
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark):].decode(name, "replace")
    if wide := _wide(body):
        return body.decode(wide, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(body.replace(b"\x00", b""), content_type)


def _wide(body: bytes) -> str | None:
    """Recognise UTF-16 without a mark by the NUL bytes of its ASCII part."""
    head = body[:512]
    if head.count(0) * 4 < len(head) or len(head) < 4:
        return None
    return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"


def _declared(body: bytes, content_type: str) -> list[str]:
    names = []
    if match := _HEADER.search(content_type):
        names.append(match[1])
    if found := _META.search(body[:4096]):
        names.append(found[1].decode("ascii", "replace"))
    known = []
    for name in names:
        try:
            known.append(codecs.lookup(name).name)
        except (LookupError, ValueError):
            continue
    return known


def _not_utf8(body: bytes, content_type: str) -> str:
    loose = body.decode("utf-8", "replace")
    bad = loose.count("\ufffd")
    if bad * 20 < sum(c > "\x7f" for c in loose):
        return loose
    declared = _declared(body, content_type)
    for name in declared:
        if name not in _WESTERN and (text := _try(body, name)) is not None:
            return text
    candidates = [text for name in ("cp1258", *declared, "cp1252") if (text := _try(body, name)) is not None]
    western = legacy.western(body)
    candidates += [legacy.from_tcvn3(western), legacy.from_vni(western)]
    best = max(candidates, key=legacy.plausibility)
    if legacy.plausibility(best) >= legacy.CONVINCING:
        return best
    if declared:
        return _try(body, declared[0]) or western
    guess = from_bytes(body[:_SAMPLE]).best()
    return (None if guess is None else _try(body, guess.encoding)) or western


def _try(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None
