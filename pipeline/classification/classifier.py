"""The decision: group, level, commune and topic of one posting, with the signs and the doubt.

What belongs here: weighing. What does not: phrases and weights (the programme's YAML), names of communes
(`places`), fetching or storing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from rapidfuzz import fuzz

from pipeline.classification.cues import OTHER, TOPIC, CueBook, Features
from pipeline.classification.lexicon import CAP
from pipeline.classification.model import Item, Verdict
from pipeline.classification.places import Places
from pipeline.classification.sections import SectionLabels
from pipeline.programmes.model import Programme
from pipeline.text import key

_LEAD = 800
_SURE = 0.9
_NEARLY = 92.0  # per cent of letters alike: one slip in "tiếp công dân", and not "tiếp cận dân"
_ENDING = re.compile(r"\.\w{1,5}$")
_RUNNING_NUMBER = re.compile(r"\d{3,}")


@dataclass(frozen=True)
class _Weighed:
    """What the signs of one item come to, before the decision."""

    scores: dict[str, float]
    cues: tuple[str, ...]
    topics: dict[str, float]
    silent: bool
    sure_of_programme: bool
    nearly: bool


class Classifier:
    """Says what a posting is for a programme. Pure; one instance serves many postings of one unit."""

    def __init__(
        self, programme: Programme, communes: Mapping[str, str] | None = None, book: CueBook | None = None
    ):
        """Compile `programme`. `communes`: unit id → name ("Xã Đắk Sin") of the unit's district.

        A book already compiled for the programme may be handed in, where many units are classified.
        """
        self.programme = programme
        self.book = book or CueBook(programme)
        self.labels = SectionLabels(programme, self.book)
        self.places = Places(programme.classification.commune_words, communes)
        self._groups = tuple(group.id for group in programme.groups)
        self._misspelled = tuple(key(phrase) for phrase in programme.classification.misspelled)

    def classify(self, item: Item) -> Verdict:
        """Return the verdict on one posting; never raises on any text."""
        weighed = self._weigh(item)
        group, confidence, candidates = self._decide(weighed)
        review = len(candidates) > 1
        level, commune = self._level(item)
        topic = max(weighed.topics, key=lambda t: weighed.topics[t], default=None)
        return Verdict(
            group=group,
            level=level,
            commune=commune,
            topic=topic,
            confidence=round(confidence, 3),
            cues=weighed.cues,
            needs_review=review,
            candidates=candidates,
        )

    def _weigh(self, item: Item) -> _Weighed:
        title = item.title or _slug(item.url)
        sections = tuple(self.labels.features(label) for label in item.sections)
        lead, rest = item.text[:_LEAD], item.text[_LEAD:CAP]
        parts: dict[str, tuple[Features, ...]] = {
            "title": (self.book.title_features(title),),
            "section": sections,
            "url": (self.book.url_features(_folders(item.url)),) if item.url else (),
            "lead": (self.book.features(lead),) if lead else (),
            "type": ({item.document_type: item.document_type},) if item.document_type else (),
        }
        if rest and self.book.wants_text(parts):
            parts["text"] = (self.book.features(rest),)
        found = self.book.weigh(parts)
        weights = {target: sum(weight for weight, _ in signs) for target, signs in found.items()}
        own = any(self.labels.kind(label) == "own" for label in item.sections)
        against = weights.get(OTHER, 0.0)
        base = 0.0 if own else self.programme.classification.other_weight
        scores = {g: weights.get(g, 0.0) for g in self._groups} | {OTHER: base + against}
        cues = [text for t in scores if t in found for _, text in sorted(found[t], reverse=True)]
        topics = {t.removeprefix(TOPIC): weight for t, weight in weights.items() if t.startswith(TOPIC)}
        silent = max(scores[g] for g in self._groups) <= 0
        nearly = silent and not own and against <= 0 and self._nearly(key(title))
        return _Weighed(scores, tuple(cues), topics, silent, own and against <= 0, nearly)

    def _nearly(self, title: str) -> bool:
        """Say whether a title holds a phrase of the programme but for a slip of the pen."""
        likely = (one for one in self._misspelled if len(title) >= len(one) and f" {one} " not in f" {title} ")
        return any(fuzz.partial_ratio(phrase, title, score_cutoff=_NEARLY) > 0 for phrase in likely)

    def _decide(self, weighed: _Weighed) -> tuple[str, float, tuple[str, ...]]:
        """Return the best group, the confidence, and all groups that cannot be excluded."""
        data = self.programme.classification
        if weighed.silent:
            if weighed.sure_of_programme:
                return data.unclear[0], 0.0, data.unclear
            if weighed.nearly:
                return OTHER, 0.0, (OTHER, *data.unclear)
            return OTHER, _SURE, (OTHER,)
        likely = {group: place for place, group in enumerate(data.unclear)}
        ranked = sorted(weighed.scores, key=lambda g: (-weighed.scores[g], likely.get(g, len(likely))))
        best, second = ranked[0], ranked[1]
        lead = weighed.scores[best] - weighed.scores[second]
        confidence = lead / (lead + self.programme.classification.other_weight)
        if confidence >= data.min_confidence:
            return best, confidence, (best,)
        floor = max(weighed.scores[best] - data.other_weight, 0.0)
        near = [g for g in ranked if weighed.scores[g] > floor or g == best]
        if len(near) == 1:
            near += data.unclear if weighed.sure_of_programme else (second,)
        return best, confidence, tuple(dict.fromkeys(near))

    def _level(self, item: Item) -> tuple[str, str | None]:
        """Return level and commune: the title decides, then the trail of sections, then who speaks in the text."""
        if item.unit_kind == "commune":
            return "own", None
        title = item.title[:_LEAD]
        if mention := self.places.actor(title):
            return "commune", self.places.resolve(mention) or self.places.of_trail(item.sections)[1]
        in_trail, commune = self.places.of_trail(item.sections)
        if not (in_trail or item.text) or self.places.names_higher(title):
            return "own", None
        if in_trail and (commune := commune or self.places.bare_in(title)):
            return "commune", commune
        speaker = self.places.speaker(item.text[: _LEAD // 2])
        if speaker is None:
            return ("commune" if in_trail else "own"), None
        return "commune", self.places.resolve(speaker)


def _slug(url: str) -> str:
    """Return the words of an address' last part, for a posting whose title was not read."""
    last = _path(url).rpartition("/")[2]
    return key(_RUNNING_NUMBER.sub(" ", _ENDING.sub("", last)))


@lru_cache(maxsize=4096)
def _folders(url: str) -> str:
    """Return what an address says about where a posting lies: all of the path but its last part."""
    return _path(url).rpartition("/")[0]


def _path(url: str) -> str:
    """Return the path of an address as words are read in it; empty where the address is broken."""
    try:
        return unquote(urlsplit(url).path).rstrip("/")
    except ValueError:
        return ""
