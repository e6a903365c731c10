"""From a finding's facts to Vietnamese sentences, by the wording of its rule.

What belongs here: filling the fields of a rule's texts. What does not: the texts (the programme's YAML), the facts
(`pipeline.findings`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from string import Formatter
from typing import Any

from pipeline.programmes.findings import FindingRule
from pipeline.programmes.model import Programme

Facts = Mapping[str, Any]
"""Field → value: texts, numbers, days in ISO form, lists of these. Groups and communes are ids."""

_DAYS = frozenset({
    "latest", "first", "last", "last_seen", "first_missed", "displayed", "first_seen", "not_there", "old", "new",
    "earliest",
})
_GROUPS = frozenset({"groups", "others", "have"})
_COMMUNES = frozenset({"communes"})
_QUOTED = {"sections": "mục", "titles": "tin"}
_EARLIEST = frozenset({"first", "last_seen", "earliest"})
_LATEST = frozenset({"last", "latest", "first_missed"})
_SHOWN = 5
"""So many names of sections or titles stand in a sentence; more are counted."""


def fields_of(text: str) -> set[str]:
    """Return the names in braces of a wording, in small letters; raise ValueError for one that cannot be read."""
    return {name[:1].lower() + name[1:] for _, name, _, _ in Formatter().parse(text) if name is not None}


def note_of(rule: FindingRule, found: Sequence[Facts], programme: Programme, names: Mapping[str, str],
            layout: str | None = None, kind: str | None = None) -> str | None:
    """Return the one sentence of a rule over all its subjects at a unit.

    `names`: commune id → name. `layout` and `kind` (of the unit): of the appendix it stands in, whose own words are
    used where it has any; None where the rule does not stand in that appendix.
    """
    own: tuple[str, ...] = ()
    if layout is not None:
        places = [p for p in rule.appendices if p.layout == layout and (not p.kinds or kind in p.kinds)]
        if not places:
            return None
        own = places[0].note
    several = rule.note_several if len(found) > 1 else ()
    return _filled(own or several or rule.note, merged(found), programme, names)


def recommendation_of(rule: FindingRule, found: Sequence[Facts], programme: Programme,
                      names: Mapping[str, str]) -> str:
    """Return what the unit should do, over all subjects; empty for praise."""
    return _filled(rule.recommendation, merged(found), programme, names)


def merged(found: Sequence[Facts]) -> dict[str, Any]:
    """Return the facts of several subjects as one: lists joined without repeats, numbers added where they differ,
    the earliest and latest days kept."""
    result: dict[str, Any] = {}
    for name in dict.fromkeys(name for facts in found for name in facts):
        values = [facts[name] for facts in found if facts.get(name) is not None]
        result[name] = _merge(name, values) if values else None
    return result


def _merge(name: str, values: list[Any]) -> Any:
    first = values[0]
    if isinstance(first, list):
        return list(dict.fromkeys(one for value in values for one in value))
    if all(value == first for value in values) and name != "n":
        return first
    if isinstance(first, int):
        return sum(values)
    if name in _EARLIEST:
        return min(values)
    return max(values) if name in _LATEST else first


def _filled(alternatives: Sequence[str], facts: Facts, programme: Programme, names: Mapping[str, str]) -> str:
    """Return the first text whose every field says something, else the last; empty where there is none."""
    chosen = ""
    for chosen in alternatives:
        if all(facts.get(name) for name in fields_of(chosen)):
            break
    words = {name: _in_words(name, facts.get(name), programme, names) for name in fields_of(chosen)}
    capitals = {name[:1].upper() + name[1:]: word[:1].upper() + word[1:] for name, word in words.items()}
    return chosen.format_map(words | capitals)


def _in_words(name: str, value: Any, programme: Programme, names: Mapping[str, str]) -> str:
    if value is None:
        return ""
    say: Callable[[Any], str] = str
    if name in _DAYS:
        say = _day
    elif name in _GROUPS:
        say = programme.phrase
    elif name in _COMMUNES:
        def say(commune: Any) -> str:
            return names.get(commune, commune)
    elif name in _QUOTED:
        def say(label: Any) -> str:
            return f"“{label}”"
    if not isinstance(value, list):
        return say(value)
    listed = [say(one) for one in value]
    if name in _QUOTED and len(listed) > _SHOWN:
        listed = [*listed[:_SHOWN], f"{len(listed) - _SHOWN} {_QUOTED[name]} khác"]
    return joined(listed)


def joined(words: Sequence[str]) -> str:
    """Return "a, b và c"."""
    return " và ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def _day(value: str) -> str:
    """Return a day as documents write it: "05/3/2018", a zero before days 1–9 and months 1–2 only."""
    day = date.fromisoformat(value)
    return f"{day.day:02d}/{day.month:02d}/{day.year}" if day.month < 3 else f"{day.day:02d}/{day.month}/{day.year}"
