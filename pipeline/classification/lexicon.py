"""Phrases found in one pass: comparison keys cut into words, and an Aho-Corasick automaton over words.

What belongs here: words and matching. What does not: what a phrase means (`cues`), and the programme's file.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from pipeline.text import key

START = "^"
NUMBER = "#"
END = "."
QUESTION = "?"
CUT = "…"
CAP = 20_000
_CACHED = 300
_STOP = re.compile(r"[.!?…][\"'”’»)\]]*\s+[\"'“‘«(\[–-]*(?=([^\W\d_]))")
_CLOSING = " \n\t\"'”’»)]"
_SHORT_WORD = 2  # letters of an abbreviation such as Tp., TS., Q.
_DIGIT = re.compile(r"\d")
_THOUSANDS = re.compile(r"\.(?<=\d\.)(?=\d{3}(?!\d))")
_LAW_NUMBER = re.compile(r"\b(?:so )?(\d{1,3}) ((?:19|20)\d\d) (qh\d+|nd cp|tt [a-z]+)\b")
_ORDER_NUMBER = re.compile(r"\b(?:so )?(\d{1,4}) (?:((?:19|20)\d\d) )?(ct tw|qdi tw|qd ttg)\b")

_LAW_LETTERS, _ORDER_LETTERS = (" qh", " nd cp", " tt "), (" ct tw", " qdi tw", " qd ttg")  # without any, no number


class Lexicon:
    """Finds which features (families or phrases) a text holds. Phrases are whole words of comparison keys."""

    def __init__(
        self, phrases: Mapping[str, Iterable[str]], abbreviations: Mapping[str, str], masks: Iterable[str] = ()
    ):
        """Build from `feature → phrases`; what lies inside a match of a feature in `masks` is not seen."""
        self._short = {key(short): tuple(key(full).split()) for short, full in abbreviations.items()}
        self._masks = frozenset(masks)
        self._next: list[dict[str, int]] = [{}]
        self._found: list[tuple[tuple[int, str], ...]] = [()]
        for feature, texts in phrases.items():
            for text in texts:
                self._add(self.phrase(text), feature)
        self._link()
        self.vocabulary = frozenset(word for links in self._next for word in links)
        """Every word of every phrase, as a key."""
        self._firsts = frozenset((0, *self._next[0].values()))
        self.pairs = frozenset(self._neighbours())
        """Words that follow each other in a phrase."""

    def words(self, text: str) -> list[str]:
        """Return the words of a part: its start, then keys with numbers as `#` and abbreviations written out.

        Between two sentences stands `.`, which is no word of any phrase: what one ends with and the next begins
        with are no phrase together ("… năm 2018. Nội dung …" counts no "2018 nội dung").
        The number of a law, decree or circular ("64/2014/NĐ-CP") is one word: it is a name, and no count of anything;
        "1.788" is one number. A sentence that asks ends with `?`, one that was cut short with `…`.
        """
        words = [START]
        short = self._short
        for sentence in _sentences(text[:CAP]):
            if len(words) > 1:
                words.append(END)
            said = _THOUSANDS.sub("", sentence)
            plain = key(said) if len(said) <= _CACHED else key.__wrapped__(said)
            counts = _DIGIT.search(plain)
            if counts:
                plain = _with_names_of_laws(plain)
            spoken = plain.split()
            if not counts and short.keys().isdisjoint(spoken):
                words += spoken
            else:
                for word in spoken:
                    words += short[word] if word in short else (NUMBER if word.isdigit() else word,)
            words += _ending(sentence.rstrip(_CLOSING))
        return words

    def phrase(self, text: str) -> list[str]:
        """Return the words of a phrase of the programme's file, where `#` and a leading `^` are signs."""
        body = text.removeprefix(START)
        words = [w for part in body.split() for w in ([NUMBER] if part == NUMBER else self.words(part)[1:])]
        return [START, *words] if text.startswith(START) else words

    def features(self, words: list[str]) -> dict[str, str]:
        """Return the features that `words` hold, each with the first phrase that showed it."""
        hits: list[tuple[int, int, str]] = []
        state, links, fail, found = 0, self._next, self._fail, self._found
        begin = links[0]
        for end, word in enumerate(words, 1):
            while state and word not in links[state]:
                state = fail[state]
            state = links[state][word] if state else begin.get(word, 0)
            if state:
                for length, feature in found[state]:
                    hits.append((end - length, end, feature))
        hidden = [(a, b) for a, b, f in hits if f in self._masks]
        seen: dict[str, str] = {}
        for start, end, feature in hits:
            if feature not in seen and not any(a <= start and end <= b and b - a > end - start for a, b in hidden):
                seen[feature] = " ".join(words[start:end])
        return seen

    def complete(self, words: list[str]) -> list[str]:
        """Return the words of a text that was cut ("… giải quyết khi…") with its last phrase written out.

        A beginning of a word is completed where one phrase alone goes on so, and left out where several do; a broken
        phrase is ended where it has one end.
        """
        if words[-1] != CUT:
            return words
        begun, last = self._state(words[:-2]), words[-2]
        while begun and last not in self._next[begun]:
            ends = [word for word in self._next[begun] if word.startswith(last)]
            if len(ends) == 1 and (begun not in self._firsts or len(self._next[begun]) == 1 < len(last)):
                return [*words[:-2], ends[0], *self._tail(self._next[begun][ends[0]]), CUT]
            if ends:
                return [*words[:-2], CUT]
            begun = self._fail[begun]
        return [*words[:-1], *self._tail(self._state(words[:-1])), CUT]

    def _state(self, words: list[str]) -> int:
        """Return the state that a reading of `words` ends in."""
        state = 0
        for word in words:
            while state and word not in self._next[state]:
                state = self._fail[state]
            state = self._next[state].get(word, 0)
        return state

    def _tail(self, state: int) -> list[str]:
        """Return the words that end the phrase of `state`, where two of it stand, none ends here, all go on alike."""
        tail: list[str] = []
        while state not in self._firsts and not self._found[state] and len(self._next[state]) == 1:
            [(word, state)] = self._next[state].items()
            tail.append(word)
        return tail

    def _neighbours(self) -> Iterator[tuple[str, str]]:
        """Yield the pairs of words that follow each other in a phrase."""
        for links in self._next:
            for word, state in links.items():
                yield from ((word, after) for after in self._next[state])

    def _add(self, words: list[str], feature: str) -> None:
        state = 0
        for word in words:
            if word not in self._next[state]:
                self._next[state][word] = len(self._next)
                self._next.append({})
                self._found.append(())
            state = self._next[state][word]
        if words and (len(words), feature) not in self._found[state]:
            self._found[state] += ((len(words), feature),)

    def _link(self) -> None:
        """Give every state the longest proper suffix that is also a state, breadth first."""
        self._fail = [0] * len(self._next)
        queue = deque(self._next[0].values())
        while queue:
            state = queue.popleft()
            for word, target in self._next[state].items():
                queue.append(target)
                back = self._fail[state]
                while back and word not in self._next[back]:
                    back = self._fail[back]
                self._fail[target] = self._next[back].get(word, 0)
                self._found[target] += self._found[self._fail[target]]


def _ending(sentence: str) -> list[str]:
    """Return what the end of a sentence says, as a word: that it asks, or that it was cut short."""
    if sentence.endswith(QUESTION):
        return [QUESTION]
    return [CUT] if sentence.endswith((CUT, "...")) else []


def _with_names_of_laws(plain: str) -> str:
    """Return a key with the numbers of laws and orders written as one word each."""
    if any(letters in plain for letters in _LAW_LETTERS):
        plain = _LAW_NUMBER.sub(_one_word, plain)
    if any(letters in plain for letters in _ORDER_LETTERS):
        plain = _ORDER_NUMBER.sub(_order, plain)
    return plain


def _one_word(number: re.Match[str]) -> str:
    """Return the number of a law as one word, whatever zeros it is written with ("6/2014/TT-TTCP")."""
    return f"{int(number[1])}-{number[2]}-{number[3].replace(' ', '-')}"


def _order(number: re.Match[str]) -> str:
    """Return the number of an order of the Party or the Prime Minister as one word, before the kind it names."""
    return f"{'-'.join(part for part in number.groups() if part).replace(' ', '-')} {number[3]}"


def _sentences(text: str) -> Iterator[str]:
    """Cut a text where a stop and a capital follow each other, but not after an abbreviation ("Tp. Mẫu Sơn")."""
    begin = 0
    for stop in _STOP.finditer(text):
        if not stop[1].isupper():
            continue
        last = text[max(begin, stop.start() - 8) : stop.start()].split()
        word = key(last[-1]) if last else ""
        if stop[0][0] == "." and word.isalpha() and len(word) <= _SHORT_WORD and last[-1][0].isupper():
            continue
        yield text[begin : stop.end()]
        begin = stop.end()
    yield text[begin:]
