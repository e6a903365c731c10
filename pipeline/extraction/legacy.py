"""The Vietnamese charsets of before Unicode that no header names: TCVN3 (ABC) and VNI.

What belongs here: their tables and how Vietnamese a text reads. What does not: choosing among them (`decode`).
"""

from __future__ import annotations

import re
import unicodedata
from itertools import islice

CONVINCING = 0.75
"""Share of a text's accented words that must be Vietnamese syllables for a guess to be believed."""

_TCVN3_BYTES = (
    "A1Ă A2Â A3Ê A4Ô A5Ơ A6Ư A7Đ A8ă A9â AAê ABô ACơ ADư AEđ B5à B6ả B7ã B8á B9ạ BBằ BCẳ BDẵ BEắ C6ặ C7ầ C8ẩ C9ẫ "
    "CAấ CBậ CCè CEẻ CFẽ D0é D1ẹ D2ề D3ể D4ễ D5ế D6ệ D7ì D8ỉ DCĩ DDí DEị DFò E1ỏ E2õ E3ó E4ọ E5ồ E6ổ E7ỗ E8ố E9ộ "
    "EAờ EBở ECỡ EDớ EEợ EFù F1ủ F2ũ F3ú F4ụ F5ừ F6ử F7ữ F8ứ F9ự FAỳ FBỷ FCỹ FDý FEỵ"
)
TCVN3: dict[int, str] = {int(pair[:2], 16): pair[2:] for pair in _TCVN3_BYTES.split()}
"""Code point of the byte as western text → letter."""

# VNI writes most accents as a second byte after the plain letter; small letters, capitals are 0x20 lower.
_VNI_SINGLE = {0xF4: "ơ", 0xF6: "ư", 0xF1: "đ", 0xED: "í", 0xEC: "ì", 0xE6: "ỉ", 0xF3: "ĩ", 0xF2: "ị", 0xEE: "ỵ"}
_TONES = {0xF9: "\u0301", 0xF8: "\u0300", 0xFB: "\u0309", 0xF5: "\u0303", 0xEF: "\u0323"}
_HATS = {0xE2: "", 0xE1: "\u0301", 0xE0: "\u0300", 0xE5: "\u0309", 0xE3: "\u0303", 0xE4: "\u0323"}
_BREVES = {0xEA: "", 0xE9: "\u0301", 0xE8: "\u0300", 0xFA: "\u0309", 0xFC: "\u0303", 0xEB: "\u0323"}


def _vni_table() -> dict[str, str]:
    table = {chr(code): letter for code, letter in _VNI_SINGLE.items()}
    for letter in "aeouy\u00f4\u00f6":
        plain = _VNI_SINGLE.get(ord(letter), letter)
        table |= {letter + chr(code): plain + tone for code, tone in _TONES.items()}
        if letter in "aeo":
            table |= {letter + chr(code): letter + "\u0302" + tone for code, tone in _HATS.items()}
    table |= {"a" + chr(code): "a\u0306" + tone for code, tone in _BREVES.items()}
    table = {key: unicodedata.normalize("NFC", value) for key, value in table.items()}
    return table | {_capital(key): value.upper() for key, value in table.items()}


def _capital(code: str) -> str:
    return "".join(c.upper() if c.isascii() else chr(ord(c) - 0x20) for c in code)


VNI: dict[str, str] = _vni_table()
"""One or two western characters → letter."""
_VNI_CODE = re.compile("|".join(sorted((re.escape(code) for code in VNI), key=len, reverse=True)))
_MIXED_CASE = re.compile(r"([A-Za-zÔÖôö])([À-ÿ])")

# a word begins once, and no syllable is longer: data without spaces would else be read from each of its letters
_WORD = re.compile(r"(?<![A-Za-z])[A-Za-z]{0,20}[^\W\d_A-Za-z]\w*")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?[aăâeêioôơuưy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)
_TONE_MARKS = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_VIETNAMESE_ONLY = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
_SUSPECT = re.compile("[\u00a1-\u00bf\u00c0-\u00ff]")
_MAX_WORDS = 1500


def western(body: bytes) -> str:
    """Decode as windows-1252, with Latin-1 where it has holes: every byte gives one character."""
    text = body.decode("cp1252", "surrogateescape")
    return re.sub("[\udc80-\udcff]", lambda m: chr(ord(m[0]) - 0xDC00), text)


def from_tcvn3(text: str) -> str:
    """Return western text read as TCVN3."""
    return text.translate(TCVN3)


def from_vni(text: str) -> str:
    """Return western text read as VNI. A capital with the accent of a small letter is read as a capital."""
    def letter(match: re.Match[str]) -> str:
        return VNI[match[0]]

    def even(match: re.Match[str]) -> str:
        first, second = match[1], match[2]
        if first.isupper() and "\u00e0" <= second <= "\u00fc" and first + chr(ord(second) - 32) in VNI:
            return first + chr(ord(second) - 32)
        return match[0]

    return _VNI_CODE.sub(letter, _MIXED_CASE.sub(even, text))


def plausibility(text: str) -> float:
    """Return the share of words with non-ASCII letters that are Vietnamese syllables; 0.0 where there are none."""
    total = good = 0
    for match in islice(_WORD.finditer(unicodedata.normalize("NFC", _accented(text))), _MAX_WORDS):
        total += 1
        good += _is_syllable(match[0])
    return good / total if total else 0.0


def _accented(text: str) -> str:
    """Return what stands between white space and is not plain ASCII, in order: of most pages a hundredth part."""
    return " ".join([part for part in text.split() if not part.isascii()])


def _is_syllable(word: str) -> bool:
    bare, tones = _TONE_MARKS.subn("", unicodedata.normalize("NFD", word.lower()))
    return tones <= 1 and _SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)) is not None


def is_vietnamese(letters: str) -> bool:
    """Tell letters that Vietnamese alone has."""
    return _VIETNAMESE_ONLY.search(letters) is not None


def repaired(text: str) -> str:
    """Return `text`, read anew where it is TCVN3 or VNI that somebody has already turned into western letters.

    Such pages are valid UTF-8 (`Th«ng b¸o`, `Thoâng baùo`), so only their letters give them away. A text
    with real Vietnamese letters is left alone, and so is one that reads no better afterwards.
    """
    if text.isascii() or is_vietnamese(text) or len(_SUSPECT.findall(text, 0, 200_000)) < 8:
        return text
    accented = _accented(text)
    tcvn3, vni = plausibility(from_tcvn3(accented)), plausibility(from_vni(accented))
    if max(tcvn3, vni) < CONVINCING or max(tcvn3, vni) <= plausibility(accented) + 0.2:
        return text
    return from_tcvn3(text) if tcvn3 >= vni else from_vni(text)
