"""Titles as they are meant: the number of a document taken off, slips of the pen mended, a cut word completed.

What belongs here: what typists and portals do to titles of any programme. What does not: the words that matter
(the programme's YAML), matching them (`lexicon`), and weighing them (`classifier`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from rapidfuzz.distance import OSA

from pipeline.classification.lexicon import CUT, Lexicon
from pipeline.text import key

_NUMBER = re.compile(
    r"^\W*(?:[Ss][ốo]\b[\s:.]*)?\d{1,5}[a-z]?\s?/\s?(?:(?:19|20)\d\d\s?/\s?)?"
    r"(?!QH|NĐ|ND-CP|TT|PL|VBHN|CT-TTg|Q[ĐD]-TTg)[A-ZĐ][A-ZĐa-z]{0,4}(?:\s?-\s?[A-ZĐ][\wĐ&]*)*"
    r"(?:\s+ngày\s+\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{2,4})?[\s:;.,)\]–—-]*(?=\w)"
)
_ABOUT = re.compile(r"(?:v/v|về|vv)\b", re.IGNORECASE)
_GLUED = re.compile(r"(?=\d)(?<=[^\W\d_]{3})|(?<=\d)(?=[^\W\d_]{3})")
_INITIAL = r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnprstvx])?"
_SYLLABLE = re.compile(_INITIAL + r"[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?")
_VOWEL = re.compile(r"[aeiouy]")
_TWO_SYLLABLES = re.compile(r".*[aeiouy][^aeiouy]+[aeiouy]")
_LONG = 3
_REMEMBERED = 8192  # names and rare words: most come again on the next page of a portal
Shape = Literal["syllable", "several", "misspelt", "letters"]


def without_number(title: str) -> str:
    """Return a title without the number that a list prints before it ("15/TB-UBND: Kết quả …").

    The letters in the number name the paper, not what it says: "TB" is no announcement of a session. Numbers of
    laws stay, for they tell which law it is; so does a number that is all there is, or whose subject follows as
    "về việc …" and needs the paper's name.
    """
    found = _NUMBER.match(title)
    if found is None or len(title) - found.end() < _LONG or _ABOUT.match(title, found.end()):
        return title
    return title[found.end() :]


class Headlines:
    """Reads titles into the words that were meant.

    Vietnamese words are syllables of a strict form; a word without that form ("côg", "dnâ", "kếtquả") is a slip, and
    is read as the programme's word that is one letter away and stands beside its neighbour in a phrase. A word that
    has the form may be a name: it is mended only within a phrase of `mended` ("tếp công dân"), and never where the
    programme knows it ("tiếp công an").
    """

    def __init__(self, lexicon: Lexicon, mended: Iterable[str]):
        """Keep the words of `lexicon` and the phrases (as written, of two words and more) in which a slip that looks
        like a word is mended."""
        self._lexicon = lexicon
        self._phrases = tuple(words for phrase in mended if len(words := tuple(key(phrase).split())) > 1)
        self._before_gap = frozenset(word for phrase in self._phrases for word in phrase[:-1])
        self._after_first = frozenset(phrase[1] for phrase in self._phrases)
        self._split = lru_cache(maxsize=_REMEMBERED)(self._cut_in_two)
        self._beside = lru_cache(maxsize=_REMEMBERED)(self._going_with)
        self._after: dict[str, set[str]] = defaultdict(set)
        self._before: dict[str, set[str]] = defaultdict(set)
        for one, other in lexicon.pairs:
            self._after[one].add(other)
            self._before[other].add(one)

    def words(self, title: str) -> list[str]:
        """Return the words of a title as `Lexicon.words` gives them, mended."""
        words = self._lexicon.words(_GLUED.sub(" ", without_number(title)))
        last = len(words) - 2 if words[-1] == CUT else len(words)
        known = self._lexicon.vocabulary
        for at in range(min(last, len(words)) - 1, 0, -1):
            word = words[at]
            if word not in known and len(word) >= _LONG - 1 and word.isalpha():
                words[at : at + 1] = self._meant(words, at)
        return self._lexicon.complete(words)

    def _meant(self, words: list[str], at: int) -> list[str]:
        """Return what one unknown word should read; the word itself where nothing tells."""
        word, shape = words[at], _shape(words[at])
        if shape == "syllable":
            return self._within_phrase(words, at) or [word]
        if shape == "letters":
            return [word]
        after = words[at + 1] if at + 1 < len(words) else None
        return (self._split(word) if shape == "several" else None) or self._beside(words[at - 1], word, after) or [word]

    def _cut_in_two(self, word: str) -> list[str] | None:
        """Return two words written as one, the programme's before others."""
        known, pairs = self._lexicon.vocabulary, self._lexicon.pairs
        cuts = [(word[:at], word[at:]) for at in range(2, len(word) - 1)]
        for pair in cuts:
            if pair in pairs:
                return list(pair)
        for one, other in cuts:
            if (one in known or other in known) and _SYLLABLE.fullmatch(one) and _SYLLABLE.fullmatch(other):
                return [one, other]
        return None

    def _going_with(self, left: str, word: str, right: str | None) -> list[str] | None:
        """Return the programme's word that is one slip away and goes with a neighbour; None where several do."""
        nothing: set[str] = set()
        after = self._after.get(left, nothing)
        before = self._before.get(right, nothing) if right is not None else nothing
        fit = {w: (w in after) + (w in before) for w in after | before if _one_slip(word, w)}
        meant = [w for w in fit if fit[w] == max(fit.values())]
        return meant if len(meant) == 1 else None

    def _within_phrase(self, words: list[str], at: int) -> list[str] | None:
        """Return what a word should read, where the words around it make all the rest of a phrase."""
        if words[at - 1] not in self._before_gap and (at + 1 == len(words) or words[at + 1] not in self._after_first):
            return None
        for phrase in self._phrases:
            for place, right in enumerate(phrase):
                start = at - place
                if start < 1 or words[start:at] != list(phrase[:place]) or words[at][0] != right[0]:
                    continue
                rest = list(phrase[place + 1 :])
                long = len(phrase) > _LONG - 1 or max(len(words[at]), len(right)) >= _LONG
                if words[at + 1 : start + len(phrase)] == rest and long and _one_slip(words[at], right):
                    return [right]
        return None


@lru_cache(maxsize=_REMEMBERED)
def _shape(word: str) -> Shape:
    """Say what a word looks like: a syllable, more than one, one that is misspelt, or mere letters."""
    if _SYLLABLE.fullmatch(word):
        return "syllable"
    if _TWO_SYLLABLES.match(word):
        return "several"
    return "misspelt" if _VOWEL.search(word) else "letters"


def _one_slip(word: str, right: str) -> bool:
    """Say whether `word` is `right` with one letter more, less, other, or swapped with the next."""
    return OSA.distance(word, right, score_cutoff=1) <= 1
