"""The document that a posting is: its number and its type.

What belongs here: reading both from a title, a head of text or a row. What does not: the names and abbreviations of
types (`document_types.yaml`), files (`attachments`), what a type says of a group (`pipeline.classification`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from pipeline.text import key

_HEAD, _TOP = 1500, 600  # characters of a text that hold a document's number; that hold the name of its type
_LINES = 12              # lines of a text of which one may be the number and no more
_BEFORE = 60             # characters of a line before "Số:": the body that sends the document
_LETTER = "CV"
_NUMBER = (
    r"\d{1,6}[a-z]?(?:\s?/\s?(?:19|20)\d\d)?(?:\s?/\s?|-)[A-ZĐÐ][\w&]{1,12}(?:[./–-][\w&]+){0,4}"
    r"(?:\s[–-]\s?[A-ZĐÐ]{2}[\w&]*)?")
_LIKELY = re.compile(r"\d[a-z]?\s?[/-]\s?(?:\d{4}\s?/\s?)?[A-ZĐÐ]")
"""What every number holds: most texts have nothing like it."""
_MARKED = re.compile(
    r"\b(?i:Số\s*[:：]|(?:Số[\s,/&]*(?:và\s+)?)?(?:ký\s+)?hiệu(?:\s+văn\s+bản)?\s*[:：]?)" rf"\s*({_NUMBER})")
_WHOLE = re.compile(rf"\W*(?i:Số(?:\s+(?:ký\s+)?hiệu)?\s*[:：.]?\s*)?({_NUMBER})\W*")
_OPENING = re.compile(rf"\W*(?i:(?:Văn bản\s+)?Số\s*[:：.]?\s*)?({_NUMBER})(?=\W|$)")
_LATER = re.compile(rf"\b(?i:số)\s*[:：.]?\s*({_NUMBER})")
_LABEL = re.compile(r"\b(?:Loại|Hình thức|Thể loại)\s+văn\s+bản\s*[:：]?\s*([^\n:：]{3,40})", re.I)
_ABBREVIATION = re.compile(r"[/-]\s?(?:\d{4}/)?([^\W\d_]+)")
_OTHERS = re.compile(
    r"\b(?:can cu|theo|thuc hien|trien khai|xet|tai|phep|sua doi|thay the|bai bo|huy bo|thu hoi|dinh chinh)\b")
"""Words before a number that make it another document's."""
_ISSUED = re.compile(r"(?:(?:ve viec|v v) )?(?:ban hanh|cong bo|toan van) ")


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A type of document. `name` is a comparison key; `numbered`, `unless`: see `document_types.yaml`."""

    id: str
    name: str
    numbered: bool
    unless: tuple[str, ...]

    def begins(self, words: str) -> bool:
        """Tell whether a comparison key begins with the type's name, and means it."""
        if not f"{words} ".startswith(f"{self.name} "):
            return False
        rest = words[len(self.name) + 1 :] + " "
        return not any(rest.startswith(f"{other} ") for other in self.unless)


@dataclass(frozen=True, slots=True)
class _Types:
    """The list as loaded: names, longest first, the abbreviations, and those of bodies that send letters."""

    named: tuple[DocumentType, ...]
    abbreviations: dict[str, str]
    senders: re.Pattern[str]


@lru_cache(maxsize=1)
def _types() -> _Types:
    content = yaml.safe_load((Path(__file__).parent / "document_types.yaml").read_text("utf-8"))
    named = [DocumentType(e["id"], key(e["name"]), e.get("numbered", False), tuple(e.get("unless", ())))
             for e in content["types"]]
    written = {_folded(word): e["id"] for e in content["types"] for word in (e["id"], *e.get("written", ()))}
    senders = re.compile(content["senders"].replace(" ", ""), re.I)
    return _Types(tuple(sorted(named, key=lambda t: -len(t.name))), written, senders)


def type_ids() -> frozenset[str]:
    """Return the closed list of types, as `document_type` holds them."""
    return frozenset(t.id for t in _types().named)


def document_number(title: str, text: str) -> str | None:
    """Return the number of the document that is the posting (`12/TB-UBND`), from its head or the title.

    Numbers of the documents that it rests on, names or changes are not its own.
    """
    head = text[:_HEAD]
    return (_in_head(head) if _LIKELY.search(head) else None) or _in_title(title)


def row_number(title: str, pieces: Iterable[str]) -> str | None:
    """Return the number of a row's document: it stands alone in one of the row's texts, or in the title."""
    alone = (number for piece in pieces if len(piece) < _BEFORE and (number := _alone(piece)))
    return next(alone, None) or _in_title(title)


def document_type(number: str | None, title: str, text: str = "") -> str | None:
    """Return the id of the posting's type of document (Nghị định 30/2020/NĐ-CP, Phụ lục III), or None.

    By the abbreviation in its number, else what a label says, else the name that the title begins with, else a line
    of the document's head that is a type's name in capitals and nothing more.
    """
    return (
        (_abbreviated(number) if number else None)
        or next((found for label in _LABEL.finditer(text[:_HEAD]) if (found := _first(label[1]))), None)
        or _begun(title, number)
        or next((found for line in text[:_TOP].splitlines() if line.isupper() and (found := _exactly(line))), None)
    )


def _in_head(head: str) -> str | None:
    for match in _MARKED.finditer(head):
        line = head.rfind("\n", 0, match.start()) + 1
        before = key(head[line : match.start()])
        if match.start() - line <= _BEFORE and not _OTHERS.search(before) and not _names_another(before):
            return _written(match[1])
    return next((number for line in head.split("\n", _LINES)[:_LINES] if (number := _alone(line))), None)


def _alone(text: str) -> str | None:
    """Return the number that is all of a text, where its abbreviation says that it is a document's."""
    match = _WHOLE.fullmatch(text) if _LIKELY.search(text) else None
    number = _written(match[1]) if match else None
    return number if number and _abbreviated(number) else None


def _names_another(before: str) -> bool:
    """Whether words before a number end with the name of a type, as a sentence that names a document does."""
    return any(before.endswith(f" {t.name}") for t in _types().named)


def _in_title(title: str) -> str | None:
    """Return the number that a title begins with, or that follows the type it begins with, without another between."""
    if not _LIKELY.search(title):
        return None
    opening = _OPENING.match(title)
    if opening and _abbreviated(number := _written(opening[1])):
        return number
    words = key(title)
    issued = _ISSUED.match(words)
    own = _first_type(words[issued.end() :] if issued else words)
    later = _LATER.search(title) if own else None
    if own is None or later is None:
        return None
    between = key(title[: later.start()]).partition(own.name)[2]
    named = any(f" {t.name} " in f"{between} " for t in _types().named)
    number = _written(later[1])
    return None if named or _OTHERS.search(between) or _abbreviated(number) not in (None, own.id, _LETTER) else number


def _first_type(words: str) -> DocumentType | None:
    """Return the type whose name a comparison key begins with."""
    return next((t for t in _types().named if t.begins(words)), None)


def _first(label: str) -> str | None:
    own = _first_type(key(label))
    return own.id if own else None


def _begun(title: str, number: str | None) -> str | None:
    own = _first_type(key(title))
    return own.id if own and (number or not own.numbered) else None


def _exactly(words: str) -> str | None:
    plain = key(words)
    return next((t.id for t in _types().named if t.name == plain), None)


def _abbreviated(number: str) -> str | None:
    """Return the type that a number's abbreviation tells; a letter's where it begins with the body that sends it."""
    known = _types()
    first = _ABBREVIATION.search(number)
    if first is None:
        return None
    word = _folded(first[1])
    return known.abbreviations.get(word) or (_LETTER if known.senders.fullmatch(word) else None)


def _folded(abbreviation: str) -> str:
    return abbreviation.upper().replace("Ð", "Đ")


def _written(number: str) -> str:
    """Return a number as documents write it: without blanks, and without a stop that ended the sentence."""
    return re.sub(r"\s+", "", number).rstrip(".-–/")
