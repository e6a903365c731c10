"""Administrative names as they are written: words with and without accents, kinds of units, and their places.

What belongs here: reading a line into words, telling "xã" from "thị xã" and "quận" from "quân". What does not:
which commune is meant (`places`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property

from pipeline.text import key

_WORD = re.compile(r"[^\W_]+(?:['’`´ʼ][^\W_]+)*|[^\w\s]|_")
MAX_NAME = 4
HIGHER = ("huyện", "quận", "thị xã", "thành phố", "tp", "tỉnh", "sở", "chi cục", "thanh tra", "thành uỷ", "thành ủy")
_BODIES = ("ubnd", "hdnd")
_DASHES = ("-", "–", "—", "|")
_SIGNATURE = 2  # words before a commune's kind: a dash and its body
_NOT_COMMUNE_BEFORE = ("thi", "tac", "tan")
_NOT_COMMUNE_AFTER = ("hoi", "vien", "luan", "giao", "dan")
_ENDS_NAME = {"huyen": "huyện", "tinh": "tỉnh", "quan": "quận", "ubnd": "ubnd", "hdnd": "hđnd", "tp": "tp", "so": "sở"}
_ENDS_NAME_PAIRS = frozenset(
    (
        "thong bao", "lich tiep", "noi quy", "ket qua", "to chuc", "chu tich", "quy che", "cong khai", "tiep cong",
        "tiep dan", "tiep xuc", "thanh pho", "thi xa", "dinh ky", "thuong xuyen", "uy ban", "hoi dong", "hoi nghi",
        "tra loi", "giai quyet", "thuc hien", "bao cao", "doi thoai", "giam sat", "ban hanh", "phan cong", "niem yet",
        "tuyen truyen", "kiem tra", "trien khai", "nhiem ky", "ky hop", "hoan thanh",
    )
)  # fmt: skip
_ENDS_LOWER_NAME = frozenset(
    (
        "năm", "tháng", "quý", "tuần", "ngày", "kỳ", "đợt", "lần", "từ", "đến", "số", "về", "việc", "tại", "của",
        "cho", "và", "với", "các", "là", "ở", "gửi", "trên", "theo", "có", "không", "đã", "sẽ", "được", "thì", "thuộc",
        "trong", "sau", "trước", "do", "khóa", "khoá", "nhiệm", "trao", "tham", "ra", "cũ", "mới",
    )
)  # fmt: skip
_ENDS_PLAIN_NAME = frozenset(key(word) for word in _ENDS_LOWER_NAME)


@cache
def _by_first(names: tuple[str, ...]) -> dict[str, list[str]]:
    """Return names by the key of their first word."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(key(name.split(maxsplit=1)[0]), []).append(name)
    return found


@dataclass(frozen=True)
class Mention:
    """A commune named in a line: index of its kind word, the kind, and the name as written; None: no name
    ("các xã", "cấp xã"). `following`: the words after the kind, where a known name may be longer than it looks."""

    at: int
    kind: str
    name: str | None
    following: tuple[str, ...] = ()


class Line:
    """A title, label or beginning of a text as written words beside their keys."""

    def __init__(self, text: str):
        self.written: list[str] = _WORD.findall(unicodedata.normalize("NFC", text))
        self.keys = [key(word) for word in self.written]
        self._plain = text.isascii()

    @cached_property
    def lower(self) -> list[str]:
        """The words in small letters, with their accents."""
        return [word.lower() for word in self.written]

    @cached_property
    def _flat(self) -> bool:
        """Whether capitals tell no names: all words have one, or none."""
        letters = [word for word in self.written if word[0].isalpha()]
        capitals = sum(word[0].isupper() for word in letters)
        return capitals * 10 > len(letters) * 9 or capitals == 0

    def before(self, at: int) -> str:
        """Return the words before index `at` as one key."""
        return " ".join(k for k in self.keys[:at] if k)

    def mentions(self, kinds: tuple[str, ...]) -> list[Mention]:
        """Return the communes named here, in order. `kinds` as written: xã, phường, thị trấn."""
        by_first = _by_first(kinds)
        found = []
        for at, word in enumerate(self.keys):
            for kind in by_first.get(word, ()):
                if mention := self._mention(at, kind):
                    found.append(mention)
                    break
        return found

    def signed_by(self, mention: Mention) -> bool:
        """Say whether the body of a commune ends the line after a dash, as a signature ("… - UBND xã Đắk Ha")."""
        if mention.name is None or mention.at < _SIGNATURE or self.written[mention.at - _SIGNATURE] not in _DASHES:
            return False
        end = mention.at + len(mention.kind.split()) + len(mention.name.split())
        return self.keys[mention.at - 1] in _BODIES and end >= len(self.written)

    def higher_at(self) -> int | None:
        """Return where a unit above communes is first named, None where none is."""
        by_first = _by_first(HIGHER)
        for at, word in enumerate(self.keys):
            for name in by_first.get(word, ()):
                if self._says(at, name) and not self._misread(at, name):
                    return at
        return None

    def _says(self, at: int, name: str) -> bool:
        """Say whether `name` stands at `at`: with its accents, or without where accents are missing."""
        parts = name.split()
        if self.keys[at : at + len(parts)] != [key(part) for part in parts]:
            return False
        if self.lower[at : at + len(parts)] == parts or self._plain:
            return True
        after = self.written[at + len(parts)] if at + len(parts) < len(self.written) else ""
        return all(word.isascii() for word in self.lower[at : at + len(parts)]) and after[:1].isupper()

    def _misread(self, at: int, name: str) -> bool:
        """Tell "Sở Nội vụ" from an unaccented "số", "Thanh tra tỉnh" from what an inspection does."""
        if name == "thanh tra":
            return at > 2
        after = self.keys[at + 1] if at + 1 < len(self.keys) else ""
        return self.keys[at] == "so" and (not after.isalpha() or (at > 0 and self.keys[at - 1] == "tru"))

    def _mention(self, at: int, kind: str) -> Mention | None:
        length = len(kind.split())
        if not self._says(at, kind):
            return None
        before = self.keys[at - 1] if at else ""
        after = self.keys[at + length] if at + length < len(self.keys) else ""
        if length == 1 and (before in _NOT_COMMUNE_BEFORE or after in _NOT_COMMUNE_AFTER):
            return None
        written = " ".join(self.written[at : at + length])
        if before in ("cac", "cap") or self._in_list(at):
            return Mention(at, written, None)
        name = self._name(at + length)
        following = tuple(self.written[at + length : at + length + MAX_NAME])
        return Mention(at, written, name, following) if name else None

    def _in_list(self, at: int) -> bool:
        """Say whether this is the second word of "xã, phường, thị trấn" or "xã/phường" without names."""
        return at > 1 and self.written[at - 1] in ",/" and self.keys[at - 2] in ("xa", "phuong") and at > 2

    def _name(self, start: int) -> str | None:
        run: list[str] = []
        for at in range(start, min(start + MAX_NAME, len(self.keys))):
            word, plain = self.written[at], self.keys[at]
            if plain.isdigit():
                if not run:
                    run.append(word)
                break
            if not plain or self._name_ends(at, bool(run)):
                break
            run.append(word)
        return " ".join(run) or None

    def _name_ends(self, at: int, begun: bool) -> bool:
        word, plain = self.written[at], self.keys[at]
        after = self.keys[at + 1] if at + 1 < len(self.keys) else ""
        if f"{plain} {after}" in _ENDS_NAME_PAIRS or (after.isdigit() and plain in ("nam", "thang", "quy", "ngay")):
            return True
        if begun and plain in _ENDS_NAME and (self._plain or self.lower[at] == _ENDS_NAME[plain]):
            return True
        if not self._flat:
            return not word[0].isupper()
        return plain in _ENDS_PLAIN_NAME if self._plain else self.lower[at] in _ENDS_LOWER_NAME
