"""The one way to normalise and compare Vietnamese text.

What belongs here: NFC, whitespace, comparison keys. What does not: cues and meanings (programmes, classification).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SPACE = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^0-9a-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def clean(text: str) -> str:
    """Return `text` as a person reads it: NFC, no control or zero-width characters, single spaces, trimmed."""
    text = _CONTROL.sub("", text).replace("\u00ad", "")
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


@lru_cache(maxsize=65536)
def key(text: str) -> str:
    """Return the comparison key of `text`: lower case ASCII words joined by one space.

    Sees through NFC/NFD, old and new tone marks (hoà/hòa), missing accents, Đ/Ð/D, capitals, punctuation
    and apostrophes (R'lấp / R’lấp / Rlấp). Two texts that a reader takes for the same words have equal keys.
    """
    decomposed = unicodedata.normalize("NFKD", text).lower()
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    plain = plain.replace("đ", "d").replace("ð", "d")
    plain = re.sub(r"(?<=\w)['’`´ʼ](?=\w)", "", plain)
    return _NOT_WORD.sub(" ", plain).strip()
