"""Whose a posting is: the unit's own, or that of a commune (xã, phường, thị trấn), and which.

What belongs here: names of communes in titles and trails, kinds of units in free text. What does not: groups.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from pipeline.text import key

Scale = Literal["commune", "higher", "unknown"]
_TOKEN = re.compile(r"\w+(?:['’`´ʼ]\w+)*|[^\w\s]")
_MAX_NAME = 4
_SIMILAR, _MARGIN = 90.0, 4.0

_STOP = frozenset(
    "nam thang quy tuan ngay ky dot lan tu den so v ve viec tiep tai cua cho va voi cac la o gui tren theo co"
    " khong da se duoc thi to thon khu ap ban huyen quan tinh thanh tp thuoc dinh thuong dang ket lich noi"
    " thong bao nhiem khoa hop trao trong sau truoc do ubnd hdnd chu pho uy doan thuc hoan trien tham gia du".split()
)
_PERSON = frozenset("ong ba anh chi cu ho".split())
_CITIZENS = ("cong dan", "cu tri", "nguoi dan", "nhan dan", "ba con", "dan cu", "tru tai", "dia chi", "thuong tru")
_AREA = frozenset("thon to ap ban bon buon khom khu lang xom kp tdp kiet duong".split())
_BODY = frozenset("ubnd hdnd dan uy doan mttq quoc an su tich thu ban te quan truong ve".split())
_HIGHER = (
    "huyen", "quan", "thi xa", "thanh pho", "tp", "tinh", "so", "bo", "chinh phu", "cuc", "chi cuc", "thanh tra",
    "trung uong", "thanh uy", "tinh uy", "huyen uy",
)
_PLURAL = frozenset("cac cap nhung moi cua tung".split())


@dataclass(frozen=True)
class Mention:
    """A commune named in a text: `word` index in the text, the kind word, the name as written, or no name."""

    at: int
    kind: str
    name: str | None


@dataclass(frozen=True)
class Unit:
    """What free text says of a unit: its scale, and the name of the commune it is, as written."""

    scale: Scale
    commune: str | None = None


class _Text:
    """A text as written words beside their keys."""

    def __init__(self, text: str):
        self.written = _TOKEN.findall(unicodedata.normalize("NFC", text))
        self.keys = [key(word) for word in self.written]

    def before(self, at: int) -> str:
        """Return the words before `at` as one key."""
        return " ".join(k for k in self.keys[:at] if k)

    def shouting(self) -> bool:
        """Say whether the text is in capitals or has none, so that capitals tell nothing."""
        words = [w for w in self.written if w[0].isalpha()]
        capital = sum(w[0].isupper() for w in words)
        return capital * 10 > len(words) * 9 or capital == 0


class Places:
    """Finds the commune of postings of one unit. `communes`: unit id → name with its kind ("Xã Đắk Sin")."""

    def __init__(self, commune_words: Iterable[str], communes: Mapping[str, str] | None = None):
        """Keep the words for a commune (xã, phường, thị trấn) and the communes that may be meant."""
        self._kinds = tuple(sorted((key(w).split() for w in commune_words), key=len, reverse=True))
        self._exact: dict[str, list[str]] = {}
        for unit_id, name in (communes or {}).items():
            for form in {_fold(name), _fold(self.bare(name))}:
                self._exact.setdefault(form, []).append(unit_id)

    def bare(self, name: str) -> str:
        """Return a commune's name without its kind; a numbered ward keeps it ("Phường 7")."""
        words = name.split()
        keys = [key(w) for w in words]
        for kind in self._kinds:
            if keys[: len(kind)] == kind and len(words) > len(kind) and not keys[len(kind)].isdigit():
                return " ".join(words[len(kind) :])
        return name

    def known(self, name: str, kind: str = "") -> str | None:
        """Return the id of the commune that `name` means, None where none or more than one could be meant."""
        for form in (_fold(f"{kind} {name}"), _fold(name)):
            if len(ids := self._exact.get(form, [])) == 1:
                return ids[0]
        folded = _fold(name)
        ranked = sorted(((fuzz.ratio(folded, form), ids[0]) for form, ids in self._exact.items()), reverse=True)
        if not ranked or ranked[0][0] < _SIMILAR:
            return None
        rival = next((score for score, unit_id in ranked if unit_id != ranked[0][1]), 0.0)
        return ranked[0][1] if ranked[0][0] - rival >= _MARGIN else None

    def resolve(self, mention: Mention) -> str | None:
        """Return the id of the commune of a mention when known, else its name as written."""
        if mention.name is None:
            return None
        return self.known(mention.name, mention.kind) or self.bare(f"{mention.kind} {mention.name}")

    def mentions(self, text: _Text) -> list[Mention]:
        """Return the communes that a text names, in order; "các xã" and "cấp xã" have no name."""
        found = []
        for at in range(len(text.keys)):
            for kind in self._kinds:
                if text.keys[at : at + len(kind)] == kind and self._is_kind(text, at, len(kind)):
                    mention = self._mention(text, at, len(kind))
                    if mention is not None:
                        found.append(mention)
                    break
        return found

    def _is_kind(self, text: _Text, at: int, length: int) -> bool:
        """Tell "xã" from "thị xã", "xã hội", "hợp tác xã"."""
        before = text.keys[at - 1] if at else ""
        after = text.keys[at + length] if at + length < len(text.keys) else ""
        return not (before in ("thi", "tac", "tan") and length == 1) and after not in ("hoi", "vien", "luan", "giao")

    def _mention(self, text: _Text, at: int, length: int) -> Mention | None:
        kind = " ".join(text.written[at : at + length])
        start = at + length
        if at and text.keys[at - 1] in _PLURAL and not self._name(text, start):
            return Mention(at, kind, None)
        if at and text.keys[at - 1] in ("cac", "cap"):
            return Mention(at, kind, None)
        name = self._name(text, start)
        return Mention(at, kind, name) if name else None

    def _name(self, text: _Text, start: int) -> str | None:
        """Return the name that starts at `start`: a known one, else capitals (or up to a stop word)."""
        run: list[str] = []
        flat = text.shouting()
        for word, plain in zip(text.written[start:], text.keys[start:], strict=True):
            if not plain or len(run) == _MAX_NAME:
                break
            if plain.isdigit():
                if not run:
                    run.append(word)
                break
            roman = plain in ("i", "ii", "iii", "iv")
            if (run and plain in _STOP and not roman) or (not flat and not word[0].isupper()):
                break
            run.append(word)
        for length in range(len(run), 0, -1):
            if self._exact.get(_fold(" ".join(run[:length]))):
                return " ".join(run[:length])
        return " ".join(run) or None

    def of_trail(self, labels: tuple[str, ...]) -> tuple[bool, str | None]:
        """Return whether a trail of sections is of communes, and the commune it names last."""
        level, commune = False, None
        for label in labels:
            text = _Text(label)
            for mention in self.mentions(text):
                level = True
                commune = self.resolve(mention) if mention.name else commune
            if not commune and level and (unit_id := self._exact_id(label)):
                commune = unit_id
        return level, commune

    def _exact_id(self, label: str) -> str | None:
        ids = self._exact.get(_fold(label), [])
        return ids[0] if len(ids) == 1 else None

    def bare_in(self, title: str) -> str | None:
        """Return the known commune that a title names without its kind ("Lịch tiếp dân Đắk Sin")."""
        words = _Text(title).written
        for length in range(_MAX_NAME, 0, -1):
            for at in range(len(words) - length + 1):
                if length > 1 or len(words) <= 2:
                    unit_id = self._exact_id(" ".join(words[at : at + length]))
                    if unit_id:
                        return unit_id
        return None

    def of_title(self, title: str) -> tuple[bool | None, Mention | None]:
        """Return (True, commune), (False, None) for a title of a higher unit, (None, None) where it is silent."""
        text = _Text(title)
        mentions = self.mentions(text)
        higher = _higher_at(text)
        for mention in mentions:
            before = text.before(mention.at)
            if _is_address(text, mention.at, before):
                continue
            if higher is not None and higher < mention.at and not self._subject(text, mention, higher):
                return False, None
            return True, mention
        return (False, None) if higher is not None else (None, None)

    def _subject(self, text: _Text, mention: Mention, higher: int) -> bool:
        """Say whether the communes are what a higher unit's posting is of: "… của Chủ tịch UBND các xã"."""
        between = " ".join(k for k in text.keys[higher : mention.at] if k)
        joined = re.search(r"\b(va|voi|cung)\b", between)
        return not joined and bool(re.search(r"\b(lich|noi quy|quy che|ket qua|tiep (cong )?dan)\b.*\bcua\b", between))

    def of_lead(self, lead: str) -> Mention | None:
        """Return the commune whose own body speaks at the beginning of a text, before any higher body."""
        text = _Text(lead)
        higher = _higher_at(text)
        for mention in self.mentions(text):
            if higher is not None and higher < mention.at:
                return None
            body = mention.at > 0 and text.keys[mention.at - 1] in ("ubnd", "dan", "phuong", "xa")
            placed = re.search(r"\b(tai|o|cho|gui|den|ve|so) (tru so )?(ubnd|uy ban nhan dan)$", text.before(mention.at))
            if mention.name and body and not placed:
                return mention
        return None

    def unit(self, text: str) -> Unit:
        """Read the kind of a unit from its name or id: the first word for a kind decides."""
        words = _Text(re.sub(r"[-_]+", " ", text) if " " not in text.strip() else text)
        higher = _higher_at(words)
        mention = next((m for m in self.mentions(words) if m.name), None)
        if mention is not None and (higher is None or mention.at < higher):
            return Unit("commune", self.bare(f"{mention.kind} {mention.name}"))
        return Unit("unknown" if higher is None else "higher")


def _higher_at(text: _Text) -> int | None:
    """Return where a text first names a unit above communes as the one that acts."""
    for at, word in enumerate(text.keys):
        for name in _HIGHER:
            parts = name.split()
            if word == parts[0] and text.keys[at : at + len(parts)] == parts and _acts(text, at, name):
                return at
    return None


def _acts(text: _Text, at: int, name: str) -> bool:
    """Tell "UBND huyện" and "Sở Y tế" from "số", "bộ phận", "thanh tra nhân dân", "quân sự"."""
    after = text.keys[at + 1] if at + 1 < len(text.keys) else ""
    before = text.keys[at - 1] if at else ""
    written = text.written[at]
    if name == "so":
        return written.lower() == "sở" or (written in ("So", "SO") and before != "tru" and after.isalpha())
    if name == "bo":
        return written == "Bộ" and after not in ("phan", "don")
    if name == "quan":
        return written.lower() == "quận"
    if name == "tinh":
        return written.lower() == "tỉnh" or (written.lower() == "tinh" and before in ("ubnd", "dan", "uy"))
    if name == "thanh tra":
        return at <= 2 and text.keys[at + 2 : at + 3] != ["nhan"]
    return True


def _is_address(text: _Text, at: int, before: str) -> bool:
    """Say whether the commune is where a citizen lives or an event takes place, not who acts."""
    words = [k for k in text.keys[:at] if k]
    if words and words[-1] in _BODY:
        return bool(_PERSON & set(words)) and "giai quyet" not in before.split("cua")[0]
    if any(w in _PERSON for w in words) or any(w in _AREA for w in words):
        return True
    return before.endswith(_CITIZENS)


def _fold(name: str) -> str:
    """Return a name's key without spaces, with letters that are written one for the other made equal."""
    plain = key(name).replace(" ", "")
    return re.sub(r"c(?![hei])", "k", plain).replace("y", "i")
