"""The cues of a programme, compiled: which features to look for, and what each item's features weigh.

What belongs here: the meaning of a `Cue` (parts, needs, unless). What does not: the decision (`classifier`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

from pipeline.classification.headline import Headlines
from pipeline.classification.lexicon import Lexicon
from pipeline.programmes.model import Cue, Part, Programme
from pipeline.text import key

OTHER = "other"
TOPIC = "topic:"
_SPOKEN = frozenset(get_args(Part)) - {"type"}
_TITLE, _REMEMBERED = 300, 4096  # letters of a title, and how many titles are remembered
_LONG = 4  # letters by which a phrase is told in an address without spaces
Features = dict[str, str]
"""Feature → the words that showed it."""
Parts = Mapping[str, tuple[Features, ...]]
"""Part of an item → its features; several where the part is several texts (section labels)."""
_Term = tuple[tuple[str | None, str], ...]


@dataclass(frozen=True)
class Sign:
    """A compiled cue of `target` (a group, `other`, or `topic:<name>`) in one part."""

    target: str
    feature: str
    part: Part
    weight: float
    needs: tuple[_Term, ...]
    unless: tuple[_Term, ...]


class CueBook:
    """Everything that a programme's file says about recognising postings."""

    def __init__(self, programme: Programme):
        """Compile the cues of `programme`; its names are taken as checked by the loader."""
        data = programme.classification
        phrases: dict[str, tuple[str, ...]] = {f"@{name}": texts for name, texts in data.families.items()}
        targets: list[tuple[str, Cue]] = [(g.id, c) for g in programme.groups for c in g.cues]
        targets += [(OTHER, c) for c in data.against]
        targets += [(TOPIC + name, c) for name, cues in data.topics.items() for c in cues]
        for _, cue in targets:
            for name in mentioned(cue):
                if not name.startswith("@"):
                    phrases[name] = (name,)
        self.lexicon = Lexicon(phrases, data.abbreviations, (f"@{name}" for name in data.masks))
        self._signs: dict[tuple[str, str], list[Sign]] = defaultdict(list)
        for target, cue in targets:
            for sign in _compile(target, cue):
                self._signs[sign.part, sign.feature].append(sign)
        signs = [sign for some in self._signs.values() for sign in some]
        self._in_text = [sign for sign in signs if sign.part == "text"]
        self._asks_text = [s for s in signs if any(p == "text" for t in (*s.needs, *s.unless) for p, _ in t)]
        self.url_features = lru_cache(maxsize=4096)(self._url_features)
        self._headlines = Headlines(self.lexicon, data.mended)
        self._told = lru_cache(maxsize=_REMEMBERED)(self._read_title)
        asked = {name for _, cue in targets for name in mentioned(cue, part="url")}
        squashed = ((f, key(text).replace(" ", "")) for f, texts in phrases.items() if f in asked for text in texts)
        self._squashed = [(f, text) for f, text in squashed if len(text) >= _LONG]

    def features(self, text: str) -> Features:
        """Return the features of one text."""
        return self.lexicon.features(self.lexicon.words(text))

    def title_features(self, title: str) -> Features:
        """Return the features of a title as it is meant. A title is met in many lists, on its page, the next month."""
        return self._told(title) if len(title) <= _TITLE else self._read_title(title)

    def _read_title(self, title: str) -> Features:
        return self.lexicon.features(self._headlines.words(title))

    def wants_text(self, parts: Parts) -> bool:
        """Say whether the text beyond its beginning could still change anything, given the other parts."""
        if any(all(_outside(term, parts) for term in sign.needs) for sign in self._in_text):
            return True
        return any(sign.feature in texts for sign in self._asks_text for texts in parts.get(sign.part, ()))

    def _url_features(self, folders: str) -> Features:
        """Return the features of an address' folders, where words are often written as one."""
        squashed = key(folders).replace(" ", "")
        return {f: text for f, text in self._squashed if text in squashed}

    def weigh(self, parts: Parts) -> dict[str, list[tuple[float, str]]]:
        """Return target → (weight, explanation) of every sign that the parts show."""
        found: dict[str, list[tuple[float, str]]] = defaultdict(list)
        for part, texts in parts.items():
            done: set[int] = set()
            for features in texts:
                for feature, words in features.items():
                    for sign in self._signs.get((part, feature), ()):
                        if id(sign) not in done and _holds(sign, features, parts):
                            done.add(id(sign))
                            found[sign.target].append((sign.weight, f"{part}:{words} {sign.weight:+g}"))
        return found


def mentioned(cue: Cue, part: str | None = None) -> Iterator[str]:
    """Yield the phrases and `@families` a cue speaks of; with `part`, only those looked for in that part.

    Types of documents are no words of a text: they are left out unless they are asked for.
    """
    wanted = {part} if part else _SPOKEN
    if not wanted.isdisjoint(cue.where):
        yield cue.phrase
    for entry in (*cue.needs, *cue.unless):
        for where, name in term(entry):
            if not wanted.isdisjoint((where,) if where else cue.where):
                yield name


def term(entry: str) -> _Term:
    """Read an entry of `needs`/`unless`: alternatives of (part or None for the cue's own, feature)."""
    pairs = (alternative.strip().rpartition(":") for alternative in entry.split("|"))
    return tuple((part or None, name) for part, _, name in pairs)


def _compile(target: str, cue: Cue) -> Iterator[Sign]:
    needs, unless = tuple(map(term, cue.needs)), tuple(map(term, cue.unless))
    for part in cue.where:
        yield Sign(target, cue.phrase, part, cue.weight, needs, unless)


def _holds(sign: Sign, here: Features, parts: Parts) -> bool:
    for needed in sign.needs:
        if not _any(needed, here, parts):
            return False
    return not any(_any(refused, here, parts) for refused in sign.unless)


def _outside(alternatives: _Term, parts: Parts) -> bool:
    """Say whether a term may hold: it speaks of the sign's own part, not read yet, or holds in another."""
    own = any(part in (None, "text") for part, _ in alternatives)
    return own or _any(alternatives, {}, parts)


def _any(alternatives: _Term, here: Features, parts: Parts) -> bool:
    for part, feature in alternatives:
        if part is None:
            if feature in here:
                return True
        elif any(feature in features for features in parts.get(part, ())):
            return True
    return False
