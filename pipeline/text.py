"""The one way to normalise and compare Vietnamese text.

What belongs here: NFC, whitespace, comparison keys. What does not: cues and meanings (programmes, classification).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SPACE = re.compile(r"\s+")
_WORDS = bytes(c + 32 if 65 <= c <= 90 else c if 48 <= c <= 57 or 97 <= c <= 122 else 32 for c in range(256))
_NOT_LETTER_NOR_ACCENT = re.compile(r"[^\x00-\x7f\u0300-\u036f]")
_APOSTROPHE = re.compile(rb"(?<=\w)['`](?=\w)")
_LIKE_ASCII = str.maketrans({"ð": "d", "Ð": "D", "’": "'", "ʼ": "'"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def clean(text: str) -> str:
    """Return `text` as a person reads it: NFC, no control or zero-width characters, single spaces, trimmed."""
    if text.isprintable() and "  " not in text and unicodedata.is_normalized("NFC", text):
        return text.strip()
    text = _CONTROL.sub("", text).replace("\u00ad", "")
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


@lru_cache(maxsize=65536)
def key(text: str) -> str:
    """Return the comparison key of `text`: lower case ASCII words joined by one space.

    Sees through NFC/NFD, old and new tone marks (hoà/hòa), missing accents, Đ/Ð/D, capitals, punctuation
    and apostrophes (R'lấp / R’lấp / Rlấp). Two texts that a reader takes for the same words have equal keys.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).replace("đ", "d").replace("Đ", "D")
        if _NOT_LETTER_NOR_ACCENT.search(text):
            text = _NOT_LETTER_NOR_ACCENT.sub(_blank, text.translate(_LIKE_ASCII))
    plain = text.encode("ascii", "ignore")  # what is left beside ASCII are accents
    if b"'" in plain or b"`" in plain:
        plain = _APOSTROPHE.sub(b"", plain)
    return b" ".join(plain.translate(_WORDS).split()).decode("ascii")


def _blank(match: re.Match[str]) -> str:
    """Return what stands for a character that no ASCII letter comes near: nothing for a mark, else a blank."""
    return "" if unicodedata.combining(match[0]) else " "
