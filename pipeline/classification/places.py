"""Whose a posting is: the unit's own, or that of a commune (xã, phường, thị trấn), and which.

What belongs here: who acts in a title, a trail or the head of a text; which known commune a name means. What does
not: how names are written (`wording`), groups (`classifier`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from pipeline.classification.wording import HIGHER, MAX_NAME, Line, Mention
from pipeline.text import key

Scale = Literal["commune", "higher", "unknown"]
_SIMILAR, _MARGIN = 90.0, 4.0

_BODY = re.compile(
    r"(?:\b(?:chu tich|pho chu tich|ct|lanh dao|truong|thuong truc|dang uy|bi thu|bi thu dang uy|ban chap hanh|cong an"
    r"|uy ban mttq|mttq|mat tran to quoc|uy ban mat tran to quoc|uy ban nhan dan|hoi dong nhan dan|ubnd|hdnd|vp"
    r"|van phong|hoi dong|dang bo|doan thanh nien|hoi phu nu|hoi nong dan|tram y te|bo phan mot cua|tru so|phong|du"
    r"|phong tiep cong dan|tru so tiep cong dan|tiep cong dan)\s?)+$"
)
_RECEPTION = re.compile(r"\btiep (?:cong )?dan\b|\blich tiep\b|\bnoi quy\b|\bdon thu\b|\bkhieu nai to cao\b")
_PLACE = re.compile(r"\b(?:tai|o|dia ban|tren dia ban|khu vuc|den|ve)$")
_TARGET = re.compile(r"(?:\b(?:doi voi|giao|yeu cau|de nghi|chi dao|gui|cho|chuyen|kiem tra|thanh tra|giam sat|kien)"
                     r"|(?<!khieu nai) to cao|^to cao|khieu nai)$")
_PERSON = re.compile(r"\b(?:ong|ba|anh|chi|cu|ho|cac ho|mot so|tap the|nhom)\b")
_CITIZEN = re.compile(r"\b(?:cua cong dan|cong dan [a-z]+ [a-z]+|cu tri|nguoi dan|nhan dan|ba con|dan cu|tru tai"
                      r"|dia chi|thuong tru|cong dan)$")
_AREA = re.compile(r"\b(?:thon|to|ap|ban|bon|buon|khom|khu|lang|xom|kp|tdp|kiet|so nha)\b(?! tiep| chuc| dan| chap)")
_VISIT = re.compile(r"\b(?:kiem tra|giam sat|thanh tra|tap huan|lam viec voi)\b")
_RULES_FOR_ALL = re.compile(r"^(?:huong dan|trach nhiem|tham quyen|trinh tu|thu tuc)\b")
_INVITED = re.compile(r"\bthanh phan\b")
_ISSUER = re.compile(r"\bgiai quyet\b.*\bcua (?:chu tich )?(?:ubnd|uy ban nhan dan)$")
_JOINED = re.compile(r"\b(?:va|voi|cung)\b")
_OF_COMMUNES = re.compile(r"\b(?:lich|noi quy|quy che|ket qua|tiep (?:cong )?dan)\b.*\b(?:cua|tai|cap)\b|\bcap$")
_RECEIVES_AT = re.compile(
    r"^(?!.*\b(?:lich|noi quy|quy che|ket qua)\b)(?:[a-z]+ ){1,3}?tiep (?:cong )?dan\b.*\b(?:tai|o)$"
)
_PLACED = re.compile(r"\b(?:tai|o|cho|gui|den|ve|tru so|tai tru so) (?:tru so )?(?:ubnd|uy ban nhan dan)$")
_HIGHER_SIGNS = tuple(f" {key(name)} " for name in HIGHER)
_SPEAKS = re.compile(r"\b(?:ubnd|uy ban nhan dan)$")


@dataclass(frozen=True)
class Unit:
    """What free text says of a unit: its scale, and the name of the commune it is, as written."""

    scale: Scale
    commune: str | None = None


class Places:
    """Finds the commune of postings of one unit. `communes`: unit id → name with its kind ("Xã Đắk Sin")."""

    def __init__(self, commune_words: Iterable[str], communes: Mapping[str, str] | None = None):
        """Keep the words for a commune (xã, phường, thị trấn) and the communes that may be meant."""
        self._kinds = tuple(sorted(commune_words, key=len, reverse=True))
        self._signs = tuple(f" {key(kind)} " for kind in self._kinds)
        self._exact: dict[str, list[str]] = {}
        for unit_id, name in (communes or {}).items():
            for form in dict.fromkeys((_fold(name), _fold(self.bare(name)))):
                self._exact.setdefault(form, []).append(unit_id)
        self.of_trail = lru_cache(maxsize=512)(self._of_trail)

    def bare(self, name: str) -> str:
        """Return a commune's name without its kind; a numbered ward keeps it ("Phường 7")."""
        words = name.split()
        for kind in self._kinds:
            length = len(kind.split())
            if key(" ".join(words[:length])) == key(kind) and len(words) > length and not words[length].isdigit():
                return " ".join(words[length:])
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
        """Return the id of the commune of a mention when known, else its name as written; None without a name."""
        if mention.name is None:
            return None
        for length in range(len(mention.following), 0, -1):
            if unit_id := self._exact_id(f"{mention.kind} {' '.join(mention.following[:length])}"):
                return unit_id
        return self.known(mention.name, mention.kind) or self.bare(f"{mention.kind} {mention.name}")

    def actor(self, title: str) -> Mention | None:
        """Return the commune that a title is of, None where it is of a higher unit or names no commune that acts."""
        plain = f" {key(title)} "
        if not any(sign in plain for sign in self._signs):
            return None
        line = Line(title)
        for mention in line.mentions(self._kinds):
            if not (_acts(line.before(mention.at), named=mention.name is not None) or line.signed_by(mention)):
                continue
            higher = line.higher_at()
            if higher is not None and higher < mention.at and not _of_communes(line, higher, mention.at):
                return None
            return mention
        return None

    def names_higher(self, title: str) -> bool:
        """Say whether a title names a unit above communes."""
        plain = f" {key(title)} "
        return any(sign in plain for sign in _HIGHER_SIGNS) and Line(title).higher_at() is not None

    def speaker(self, lead: str) -> Mention | None:
        """Return the commune whose own body speaks at the beginning of a text, before any higher unit."""
        plain = f" {key(lead)} "
        if not any(f"{body}{sign}" in plain for sign in self._signs for body in ("ubnd", "uy ban nhan dan")):
            return None
        line = Line(lead)
        mentions = line.mentions(self._kinds)
        higher = line.higher_at() if mentions else None
        for mention in mentions:
            if higher is not None and higher < mention.at:
                return None
            before = line.before(mention.at)
            if mention.name and _SPEAKS.search(before) and not _PLACED.search(before):
                return mention
        return None

    def _of_trail(self, labels: tuple[str, ...]) -> tuple[bool, str | None]:
        """Return whether a trail of sections is of communes, and the commune it names last."""
        level, commune = False, None
        for label in labels:
            line = Line(label)
            mentions = line.mentions(self._kinds)
            if not mentions and level:
                commune = self._exact_id(label) or commune
            higher = line.higher_at()
            for mention in mentions:
                if higher is None or higher > mention.at:
                    level = True
                    commune = self.resolve(mention) or commune
        return level, commune

    def bare_in(self, title: str) -> str | None:
        """Return the known commune that a title names without its kind ("Lịch tiếp dân Đắk Sin")."""
        words = Line(title).written
        for length in range(MAX_NAME, 0, -1):
            for at in range(len(words) - length + 1):
                if (length > 1 or len(words) <= 2) and (found := self._exact_id(" ".join(words[at : at + length]))):
                    return found
        return None

    def unit(self, text: str) -> Unit:
        """Read the kind of a unit from its name or id: the first word for a kind decides."""
        line = Line(text if " " in text.strip() else re.sub(r"[-_]+", " ", text))
        higher = line.higher_at()
        mention = next((m for m in line.mentions(self._kinds) if m.name), None)
        if mention is not None and (higher is None or mention.at < higher):
            return Unit("commune", self.bare(f"{mention.kind} {mention.name}"))
        return Unit("unknown" if higher is None else "higher")

    def publisher(self, unit: str, url: str, texts: Iterable[str]) -> str | None:
        """Return the commune that publishes, as written.

        The unit's own name says it; without one, a host whose first label is the name of a commune that the
        texts speak of (`doanket.gov.vn` and "UBND xã Đoàn Kết"), unless they speak of a higher unit of that name.
        """
        if unit.strip():
            return self.unit(unit).commune
        label = key(urlsplit(url).hostname or "").split(" ")[0]
        said = " . ".join(texts)
        for mention in Line(said).mentions(self._kinds):
            name, kind = key(mention.name or ""), key(mention.kind).replace(" ", "")
            squashed = name.replace(" ", "")
            if name and kind != "thitran" and label in (squashed, kind + squashed):
                higher = rf"\b(?:huyen|thi xa|thanh pho|quan|tinh) {re.escape(name)}\b"
                return None if re.search(higher, key(said)) else self.bare(f"{mention.kind} {mention.name}")
        return None

    def _exact_id(self, name: str) -> str | None:
        ids = self._exact.get(_fold(name), [])
        return ids[0] if len(ids) == 1 else None


def _acts(before: str, named: bool) -> bool:
    """Say whether a commune acts, by the words before it: it begins the title, follows a body or a reception."""
    received = bool(_RECEPTION.search(before)) and not _VISIT.search(before)
    if _INVITED.search(before) or (not named and _RULES_FOR_ALL.search(before)):
        return False
    if not before or not named:
        return not before or received or before.endswith("cap")
    head = _BODY.sub("", before).strip()
    body = head != before
    if _ISSUER.search(before) and "doi voi" not in before:
        return True
    if any(sign.search(before) for sign in (_PERSON, _AREA)) or _CITIZEN.search(head if body else before):
        return False
    if _TARGET.search(head):
        return False
    return received or (body and not _PLACE.search(head))


def _of_communes(line: Line, higher: int, at: int) -> bool:
    """Say whether a higher unit's posting is of the communes: "UBND huyện: lịch tiếp dân của các xã"."""
    between = " ".join(k for k in line.keys[higher:at] if k)
    if _JOINED.search(between) or _RECEIVES_AT.search(between):
        return False
    return bool(_OF_COMMUNES.search(between))


def _fold(name: str) -> str:
    """Return a name's key without spaces, with letters that are written one for the other made equal."""
    plain = key(name).replace(" ", "")
    return re.sub(r"c(?!h)", "k", plain).replace("y", "i")
