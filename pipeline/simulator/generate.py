"""Invents other provinces from a seed: other units, months, counts and devices than those of the reference.

What belongs here: chance. What does not: the workspace's files (`workspace`), what the figures are (tests).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from pipeline.months import ZONE, Month
from pipeline.simulator.build import Draft, Group, Look, PortalBuilder
from pipeline.simulator.families import FAMILIES
from pipeline.simulator.families.base import slug
from pipeline.simulator.scenario import Dates, Outage, Portal, Scenario, Unit, evening_after
from pipeline.simulator.workspace import workspace_files

# A month can be made once it has begun: the last one lies before this was written.
_FIRST, _LAST = Month(2016, 1), Month(2026, 6)
_DISTRICTS_END = Month(2025, 7)
_OWED: tuple[Group, ...] = ("schedule", "regulation", "result")
_GROUPS: tuple[Group, ...] = ("schedule", "regulation", "result", "notice", "legal_text")
_WEIGHTS = (4, 1, 8, 3, 1)
_MAX_LAWS = 3
_COMMUNE_CHANCES: tuple[tuple[Group, float], ...] = (("schedule", 0.9), ("regulation", 0.5), ("result", 0.3))
_MODES: tuple[Literal["reset", "503"], ...] = ("reset", "503")
_DATES = (Dates.BOTH, Dates.LISTING, Dates.ARTICLE, Dates.METADATA, Dates.NONE)
_DATE_WEIGHTS = (8, 3, 3, 2, 2)


def generate(seed: int, units: int, months: int) -> tuple[Scenario, dict[str, str]]:
    """Return a province with `units` portals over `months` consecutive months of some year from 2016 to 2026,
    and the files of the workspace that watches it. The same arguments give the same province.

    ValueError where `units` is not in 1–32 or `months` not in 1–24.
    """
    if not 1 <= units <= 32 or not 1 <= months <= 24:
        raise ValueError("units must be 1–32 and months 1–24")
    rng = random.Random(f"province/{seed}")  # noqa: S311 - invented content, not a secret
    span = (_LAST.year - _FIRST.year) * 12 + _LAST.number - months
    first = _FIRST.shift(rng.randint(0, span))
    window = tuple(first.shift(n) for n in range(months))
    names = _names()
    province = rng.choice(names["provinces"])
    chosen = _units(rng, units, window)
    made: list[Unit] = []
    for unit in chosen:
        communes = _communes(rng, unit) if unit.kind in ("district", "town") else ()
        host = f"{unit.unit_id}.{slug(province)}-{seed}.test"
        portal = _Chance(rng, unit, communes, host, window, seed).portal()
        made += [unit.model_copy(update={"portal": portal}), *communes]
    scenario = Scenario(
        id=f"{slug(province)}-{seed}", title=f"Theo dõi công khai thông tin tỉnh {province} (mô phỏng)",
        province=province, months=tuple(str(m) for m in window), units=tuple(made))
    return scenario, workspace_files(scenario)


@lru_cache(maxsize=1)
def _names() -> dict[str, Any]:
    path = Path(__file__).with_name("generate.yaml")
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data


def _units(rng: random.Random, count: int, window: tuple[Month, ...]) -> list[Unit]:
    """Departments first, then the province's portal, then districts and towns while they exist."""
    names, two_tier = _names(), window[-1] >= _DISTRICTS_END
    portal = int(count >= 4)
    most = len(names["departments"])
    districts = 0 if two_tier else max(count - portal - most, round((count - portal) * rng.uniform(0.2, 0.45)))
    districts = min(districts, len(names["districts"]), count - portal - 1)
    departments = sorted(rng.sample(range(most), min(most, count - portal - districts)))
    found = [Unit(unit_id=slug(names["departments"][i]), name=names["departments"][i], kind="department",
                  position=n) for n, i in enumerate(departments, 1)]
    if portal:
        found.append(Unit(unit_id="cong-tinh", name="Cổng Thông tin điện tử tỉnh", kind="province_portal",
                          position=len(found) + 1))
    for n, name in enumerate(rng.sample(names["districts"], max(0, districts)), 1):
        kind = rng.choice(("district", "district", "town"))
        found.append(Unit(unit_id=slug(name), name=name, kind=kind, position=n))
    return found


def _communes(rng: random.Random, unit: Unit) -> tuple[Unit, ...]:
    names = _names()
    pairs = [f"{first} {last}" for first in names["commune_first"] for last in names["commune_last"]]
    chosen = rng.sample(pairs, rng.randint(3, 8))
    urban = "phường" if unit.kind == "town" else "thị trấn"
    return tuple(
        Unit(unit_id=f"{unit.unit_id}-{slug(name)}", name=f"{urban if n == 1 else 'xã'} {name}", kind="commune",
             position=n, parent_id=unit.unit_id)
        for n, name in enumerate(chosen, 1))


@dataclass
class _Chance:
    """Decides by chance what one portal looks like and what stands on it."""

    rng: random.Random
    unit: Unit
    communes: tuple[Unit, ...]
    host: str
    window: tuple[Month, ...]
    seed: int

    def portal(self) -> Portal:
        """Return the portal."""
        family = self.rng.choice(sorted(FAMILIES))
        structures: dict[str, Callable[[], dict[Group, str]]] = {
            "separate": self._separate, "mixed": self._mixed, "results_in_schedule": self._in_schedule,
            "no_section": self._no_section}
        structure = self.rng.choices((*structures, "standing"), (8, 3, 2, 1, 1))[0]
        dates = self.rng.choices(_DATES, _DATE_WEIGHTS)[0]
        if family == "sharepoint" and self.rng.random() < 0.3:
            dates = Dates.ADDRESS
        if structure == "standing" and not self.communes:
            dates = self.rng.choice((Dates.NONE, Dates.BOTH))
        options = {"dates": dates, "per_page": self.rng.choice((4, 5, 6, 8, 10)), "outages": self._outages(),
                   "feed": self.rng.random() < 0.7, "text_form": self.rng.choices(("NFC", "NFD"), (9, 1))[0]}
        self.builder = PortalBuilder(self.unit, self.communes, Look(self.host, family, options), self.seed)
        self.builder.general()
        if structure == "standing" and not self.communes:
            self._standing()
        else:
            where = structures.get(structure, self._separate)()
            self._own(where)
            self._per_commune()
            self._lookalikes(where)
        self.builder.noise(self.window[0].shift(-4).first_day, self._end(), self.rng.randint(6, 14))
        return self.builder.build()

    # Structures: group → the section that holds it

    def _separate(self) -> dict[Group, str]:
        shown = self.rng.choice(("menu", "menu", "parent"))
        parent = self._section("tiep-cong-dan", "parent", gathers=self.rng.random() < 0.25)
        return {g: self._section(f"muc-{g.replace('_', '-')}", g, parent=parent, menu=shown) for g in _GROUPS}

    def _mixed(self) -> dict[Group, str]:
        section = self._section("tiep-cong-dan", "mixed", menu=self.rng.choice(("menu", "side")))
        return dict.fromkeys(_GROUPS, section)

    def _in_schedule(self) -> dict[Group, str]:
        schedule = self._section("lich-tiep-cong-dan", "schedule")
        regulation = self._section("noi-quy-tiep-cong-dan", "regulation")
        return {**dict.fromkeys(_GROUPS, schedule), "regulation": regulation, "legal_text": regulation}

    def _no_section(self) -> dict[Group, str]:
        return {**dict.fromkeys(_GROUPS, "thong-bao"), "result": "tin-tuc"}

    def _section(self, section_id: str, label: str, **options: Any) -> str:
        self.builder.section(section_id, self.rng.choice(_names()["labels"][label]), **options)
        return section_id

    def _standing(self) -> None:
        parent = self._section("tiep-cong-dan", "parent")
        for group in self.rng.sample(_OWED, self.rng.randint(1, 3)):
            label = self.rng.choice(_names()["labels"][group])
            self.builder.standing(f"trang-{group}", label, Draft(self._old(), group, ()), parent)

    # Content

    def _own(self, where: dict[Group, str]) -> None:
        """Old postings that give the marks, then each month's, with removals and backdating."""
        laws = 0
        for group in _OWED:
            if self.rng.random() < 0.85:
                removed = group == "result" and self.rng.random() < 0.2
                self._post(Draft(self._old(), group, (where[group],), live_to=self._removal() if removed else None))
        for month in self.window:
            for _ in range(self.rng.choice((0, 0, 1, 1, 2, 3, 4, 6))):
                group = self.rng.choices(_GROUPS, _WEIGHTS)[0]
                laws += group == "legal_text"
                if group != "legal_text" or laws <= _MAX_LAWS:
                    self._post(Draft(self._day(month), group, (where[group],), **self._device(month)))

    def _device(self, month: Month) -> dict[str, Any]:
        """Return what is odd about a posting of the month, most often nothing."""
        chance = self.rng.random()
        if chance < 0.05 and month != self.window[-1]:
            return {"live_from": evening_after(month).date() + timedelta(days=self.rng.randint(1, 20))}
        if chance < 0.10:
            return {"live_to": evening_after(month).date() + timedelta(days=self.rng.randint(1, 25))}
        if chance < 0.18:
            return {"form": "file"}
        if chance < 0.22:
            return {"scanned": True}
        return {"pinned": True} if chance < 0.26 else {}

    def _per_commune(self) -> None:
        """Postings of communes on the district's portal, in one section or in one section each."""
        if not self.communes:
            return
        self._section("cap-xa", "communes")
        each = self.rng.random() < 0.3
        if each:
            for commune in self.communes:
                label = commune.name[0].upper() + commune.name[1:]
                self.builder.section(commune.unit_id, label, parent="cap-xa", menu="parent")
        for group, chance in _COMMUNE_CHANCES:
            if self.rng.random() < chance:
                for commune in self.rng.sample(self.communes, self.rng.randint(1, len(self.communes))):
                    day = self._day(self.rng.choice(self.window)) if self.rng.random() < 0.3 else self._old()
                    section = commune.unit_id if each else "cap-xa"
                    self.builder.post(Draft(day, group, (section,), speaker=commune))

    def _lookalikes(self, where: dict[Group, str]) -> None:
        if self.rng.random() < 0.4:
            for _ in range(self.rng.randint(1, 2)):
                day = self._day(self.rng.choice(self.window))
                self._post(Draft(day, "other", (where["result"],), kind="lookalike"))

    def _post(self, draft: Draft) -> None:
        self.builder.post(draft)

    # Moments

    def _old(self) -> date:
        return self.window[0].first_day - timedelta(days=self.rng.randint(40, 500))

    def _day(self, month: Month) -> date:
        """A day of the month; now and then one of the first days of the next, before the month's crawl."""
        if self.rng.random() < 0.06:
            return month.shift(1).first_day + timedelta(days=self.rng.randint(0, 3))
        return month.first_day + timedelta(days=self.rng.randrange(month.last_day.day))

    def _removal(self) -> date:
        start = evening_after(self.window[0]).date() + timedelta(days=1)
        return start + timedelta(days=self.rng.randrange(max(1, (self._end() - start).days + 1)))

    def _end(self) -> date:
        return self.window[-1].shift(1).first_day + timedelta(days=3)

    def _outages(self) -> tuple[Outage, ...]:
        """Now and then the host is down when one of the months is crawled."""
        if self.rng.random() > 0.12:
            return ()
        day = evening_after(self.rng.choice(self.window)).date()
        since = datetime.combine(day - timedelta(days=1), time(), ZONE)
        return (Outage(since=since, until=since + timedelta(days=3), mode=self.rng.choice(_MODES)),)
