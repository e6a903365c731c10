"""Labels of sections and menu links: do they lead to the programme, and to which of its groups.

What belongs here: labels. What does not: postings (`classifier`), and where to go next (`pipeline.navigation`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pipeline.classification.cues import CueBook, Features
from pipeline.classification.lexicon import Lexicon
from pipeline.programmes.model import Programme

Kind = Literal["own", "hub", "general", "never"]
_MENU_WORDS = 9


class SectionLabels:
    """Reads labels of links and breadcrumbs for a programme. Pure; safe to share and to keep."""

    def __init__(self, programme: Programme, book: CueBook | None = None):
        """Compile the section words of `programme`; a book already compiled for it may be handed in."""
        self._book = book or CueBook(programme)
        self._groups = tuple(group.id for group in programme.groups)
        cues = programme.sections
        phrases = {"own": cues.own, "hub": cues.hub, "general": cues.general, "never": cues.never}
        self._words = Lexicon(
            {**phrases, "not_own": cues.not_own}, programme.classification.abbreviations, ("not_own",)
        )
        self._read = lru_cache(maxsize=4096)(self._read_label)

    def kind(self, label: str) -> Kind | None:
        """Return what a link with this label leads to, or None for a label that tells nothing.

        `own` is said of any label with the programme's words, a posting's long title too; the other kinds
        only of labels as short as a menu entry.
        """
        return self._read(label[:300])[0]

    def group(self, label: str) -> str | None:
        """Return the one group that a section's label hints at, None where it hints at none or at several."""
        groups = self.groups(label)
        return groups[0] if len(groups) == 1 else None

    def groups(self, label: str) -> tuple[str, ...]:
        """Return every group that a section's label speaks of."""
        return self._read(label[:300])[1]

    def features(self, label: str) -> Features:
        """Return the features of a label for the cue book."""
        return self._read(label[:300])[2]

    def _read_label(self, label: str) -> tuple[Kind | None, tuple[str, ...], Features]:
        features = self._book.features(label)
        found = self._book.weigh({"section": (features,)})
        hinted = tuple(group for group in self._groups if sum(weight for weight, _ in found.get(group, ())) > 0)
        return self._kind(label), hinted, features

    def _kind(self, label: str) -> Kind | None:
        words = self._words.words(label)
        found = self._words.features(words)
        if "own" in found and "not_own" not in found:
            return "own"
        if len(words) > _MENU_WORDS:
            return None
        if "never" in found:
            return "never"
        return "hub" if "hub" in found else "general" if "general" in found else None
