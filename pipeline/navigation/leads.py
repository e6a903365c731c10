"""What a link promises, by its label: a section, a list to look through, a menu page, one posting, or nothing.

What belongs here: reading labels of links for the policy. What does not: the programme's words for sections
(`pipeline.classification.SectionLabels`), the policy itself (`pipeline.navigation.navigator`).
"""

from __future__ import annotations

import re
from enum import StrEnum

from pipeline.classification import SectionLabels
from pipeline.extraction.model import Link

_LABEL_WORDS = 9
"""A link text longer than this is a posting's title, not the name of a section."""

_NAME_WORDS = 3
"""A label this short is a name whatever number it carries: `Articles 109`, `Năm 2018`, `Khóa 3`."""

_WORDS = re.compile(r"[^\s_-]+")
"""Words of a label; systems that index addresses show them as labels (`hoi-nghi-tong-ket-nam-so-16`)."""

_YEARS = re.compile(r"\b(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?\b")


class Lead(StrEnum):
    """Where a link leads."""

    SECTION = "section"    # a list of the programme's own
    GENERAL = "general"    # a list of news, announcements, documents
    HUB = "hub"            # a page of menus
    POSTING = "posting"    # one posting of the programme, or a list under a posting's kind of name
    UNKNOWN = "unknown"    # a short label that says nothing
    NOTHING = "nothing"


def short(label: str) -> bool:
    """Say whether a label is as short as a section's name."""
    return 0 < _count(label) <= _LABEL_WORDS


def lead_of(link: Link, labels: SectionLabels) -> Lead:
    """Return what a link promises. Menus may spell a section's name out; elsewhere a long label is a title, and so
    is one with a number. The programme's own sections may be named after years."""
    kind = labels.kind(link.label)
    if kind == "own":
        named = short(link.label) or link.where == "menu"
        return Lead.SECTION if named and not _has_digit(_YEARS.sub("", link.label)) else Lead.POSTING
    numbered = _has_digit(link.label) and _count(link.label) > _NAME_WORDS
    if kind == "never" or numbered or not short(link.label):
        return Lead.NOTHING
    if kind is None:
        return Lead.UNKNOWN
    return Lead.HUB if kind == "hub" else Lead.GENERAL


def _count(label: str) -> int:
    return len(_WORDS.findall(label))


def _has_digit(label: str) -> bool:
    return any(char.isdigit() for char in label)
