"""Who answers today for a unit of yesterday: merges, splits, renames and abolitions followed from day to day.

What belongs here: questions over two days. What does not: questions about one (`pipeline.registry.model`), figures
carried over (`pipeline.facts.fact_series_monthly`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pipeline.registry.model import Registry, Succession


@dataclass(frozen=True)
class Origin:
    """From which units of an earlier day a unit comes. `shared`: some of them went to others too (a split), so that
    their figures cannot be told apart by heir."""

    unit_ids: tuple[str, ...]
    shared: bool


def heirs(registry: Registry, then: date, now: date) -> dict[str, tuple[str, ...]]:
    """Return, for each unit valid on `then`, the units valid on `now` that took its duties over, itself where it
    still is there; empty where it was abolished or nothing is recorded. `now` is not before `then`."""
    there = {unit.unit_id for unit in registry.units(now)}
    between = sorted((s for s in registry.successions if then < s.on <= now), key=lambda s: s.on)
    return {
        unit.unit_id: tuple(sorted(_follow(unit.unit_id, between) & there)) for unit in registry.units(then)
    }


def origins(registry: Registry, then: date, now: date) -> dict[str, Origin]:
    """Return, for each unit valid on `now`, the units of `then` that it comes from; `()` for a new unit."""
    found: dict[str, list[str]] = {unit.unit_id: [] for unit in registry.units(now)}
    divided = set()
    for old, new in heirs(registry, then, now).items():
        if len(new) > 1:
            divided.add(old)
        for unit_id in new:
            found[unit_id].append(old)
    return {
        unit_id: Origin(tuple(sorted(old)), not divided.isdisjoint(old)) for unit_id, old in found.items()
    }


def _follow(unit_id: str, successions: Iterable[Succession]) -> set[str]:
    """Return who holds the duties of a unit after the successions, which come in order of time.

    A unit that was split stays among its heirs: whether it still exists is for the caller to see.
    """
    holders = {unit_id}
    for one in successions:
        if one.predecessor_id in holders:
            if one.kind != "split":
                holders.discard(one.predecessor_id)
            if one.successor_id is not None:
                holders.add(one.successor_id)
    return holders
