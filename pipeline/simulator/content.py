"""Writes what simulated officials write: titles and a few sentences, from `content.yaml`.

What belongs here: filling texts in. What does not: which unit posts what and when (`reference`, `generate`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from pipeline.months import Month

_TRIES = 200


@dataclass(frozen=True)
class Voice:
    """Who speaks: the unit's name in a sentence, its head, its leaders, where it receives, its sign in numbers."""

    unit: str
    head: str
    leaders: str
    place: str
    sign: str


@dataclass(frozen=True)
class Text:
    """A title and its paragraphs."""

    title: str
    paragraphs: tuple[str, ...]


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    path = Path(__file__).with_name("content.yaml")
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data


class Writer:
    """Writes for one portal. No title is used twice, so that no two postings can be taken for one."""

    def __init__(self, rng: random.Random, areas: tuple[str, ...]) -> None:
        self._rng = rng
        self._areas = areas or ("xã Tân Hòa", "phường Trung Tâm")
        self._used: set[str] = set()
        self._turn: dict[str, int] = {}

    def write(self, group: str, voice: Voice, day: date, needed: str = "", title: str | None = None) -> Text:
        """Return a text of a group (or `other`, `lookalike`, `standing`) dated `day`.

        `needed` must stand in the title; `title` is used as it is, even twice. RuntimeError when no new title
        can be found.
        """
        templates = _texts()[group]
        for _ in range(_TRIES):
            turn = self._turn.get(group, self._rng.randrange(len(templates)))
            self._turn[group] = turn + 1
            template = templates[turn % len(templates)]
            values = self._values(voice, day)
            paragraphs = tuple(_capital(p.format(**values)) for p in (*template["paragraphs"], *self._endings(group)))
            if title is not None:
                return Text(title, paragraphs)
            found = _capital(template["title"].format(**values))
            if found not in self._used and needed in found:
                self._used.add(found)
                return Text(found, paragraphs)
        raise RuntimeError(f"no new title left for {group} of {voice.unit}")

    def _endings(self, group: str) -> list[str]:
        """Papers close with formal paragraphs, news with others, pages about the unit with none."""
        if group == "standing":
            return []
        kind = "news_endings" if group in ("other", "lookalike") else "endings"
        endings: list[str] = self._rng.sample(_texts()[kind], self._rng.randint(1, 2))
        return endings

    def _values(self, voice: Voice, day: date) -> dict[str, object]:
        rng, names, month = self._rng, _texts()["names"], Month.of(day)
        family = rng.choice(names["family"])
        return {
            "unit": voice.unit, "head": voice.head, "leaders": voice.leaders, "place": voice.place,
            "sign": voice.sign, "month": _short(month), "before": _short(month.shift(-1)),
            "after": _short(month.shift(1)), "year": day.year,
            "event": f"{day - timedelta(days=rng.randint(2, 12)):%d/%m/%Y}",
            "mr": "bà" if family.endswith("Thị") else "ông",
            "person": f"{family} {rng.choice(names['given'])}", "village": rng.choice(names["village"]),
            "area": rng.choice(self._areas), "a": rng.randint(11, 48), "b": rng.randint(2, 9),
            "c": rng.randint(3, 10), "no": rng.randint(12, 980),
        }


def _short(month: Month) -> str:
    return f"{month.number:02d}/{month.year}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
