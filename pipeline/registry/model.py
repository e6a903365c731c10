"""Who is watched: units through time, portals, recipients.

What belongs here: values and "as of" questions. What does not: reading CSV files (`pipeline.registry.loader`).
Validity is [valid_from, valid_to): `valid_to` is the first day no longer valid, None means still valid.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class UnitVersion:
    """A unit (đơn vị) as it was in a span of time. `kind`: a kind that programmes speak of (department,
    province_portal, district, town, commune, …). `parent_id` of a commune is its district."""

    unit_id: str
    name: str
    kind: str
    position: int
    valid_from: date
    valid_to: date | None = None
    parent_id: str | None = None
    instrument: str = ""


@dataclass(frozen=True)
class Succession:
    """A merge, split, rename or abolition, with its legal instrument."""

    predecessor_id: str
    successor_id: str | None
    on: date
    kind: str
    instrument: str


@dataclass(frozen=True)
class Portal:
    """A site of a unit. The exemptions are recorded decisions for this portal alone (who, when, why)."""

    portal_id: str
    unit_id: str
    url: str
    valid_from: date
    valid_to: date | None = None
    render: str = "http"
    robots_exemption: str = ""
    tls_exemption: str = ""


@dataclass(frozen=True)
class Recipient:
    """Who receives a unit's documents."""

    unit_id: str
    name: str
    email: str


@dataclass(frozen=True)
class Registry:
    """All of the above. Questions take a day and answer as of that day."""

    versions: tuple[UnitVersion, ...]
    successions: tuple[Succession, ...]
    portals: tuple[Portal, ...]
    recipients: tuple[Recipient, ...]

    def units(self, on: date, kinds: tuple[str, ...] | None = None) -> tuple[UnitVersion, ...]:
        """Return unit versions valid on `on`, by position then id."""
        found = [
            v for v in self.versions
            if _valid(v.valid_from, v.valid_to, on) and (kinds is None or v.kind in kinds)
        ]
        return tuple(sorted(found, key=lambda v: (v.position, v.unit_id)))

    def listed(self, on: date, kinds: tuple[str, ...], under: tuple[str, ...] | None = None) -> tuple[UnitVersion, ...]:
        """Return the units of some kinds valid on `on`; with `under`, only those without a parent or whose parent is
        of one of these kinds."""
        found = self.units(on, kinds)
        if under is None:
            return found
        above = {unit.unit_id: unit.kind for unit in self.units(on)}
        return tuple(unit for unit in found if unit.parent_id is None or above.get(unit.parent_id) in under)

    def unit(self, unit_id: str, on: date) -> UnitVersion:
        """Return the version valid on `on`; raise KeyError."""
        for version in self.versions:
            if version.unit_id == unit_id and _valid(version.valid_from, version.valid_to, on):
                return version
        raise KeyError(unit_id)

    def communes(self, district_id: str, on: date) -> tuple[UnitVersion, ...]:
        """Return the communes of a district on `on`."""
        return tuple(v for v in self.units(on, ("commune",)) if v.parent_id == district_id)

    def portals_on(self, on: date) -> tuple[Portal, ...]:
        """Return portals valid on `on`, in order of unit then portal id."""
        found = (p for p in self.portals if _valid(p.valid_from, p.valid_to, on))
        return tuple(sorted(found, key=lambda p: (p.unit_id, p.portal_id)))

    def watched(self, on: date, owes: Callable[[str, str | None], bool] | None = None) -> tuple[UnitVersion, ...]:
        """Return the units valid on `on` with a portal of their own, and those that owe one: `owes` says so of a unit's
        kind and its parent's (None for none)."""
        ids = {p.unit_id for p in self.portals_on(on)}
        units = self.units(on)
        kinds = {v.unit_id: v.kind for v in units}
        return tuple(v for v in units if v.unit_id in ids or (
            owes is not None and owes(v.kind, kinds.get(v.parent_id) if v.parent_id else None)))


def _valid(start: date, end: date | None, on: date) -> bool:
    return start <= on and (end is None or on < end)
