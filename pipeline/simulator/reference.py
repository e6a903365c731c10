"""The simulated province of reference, from `reference.yaml`: every cell of its appendices follows from pages.

What belongs here: reading the short notation of that file. What does not: the workspace's files (`workspace`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from pipeline.months import ZONE
from pipeline.simulator.build import Draft, Look, PortalBuilder
from pipeline.simulator.scenario import Portal, Scenario, Unit

_SEED = 2018
_OPTIONS = ("dates", "per_page", "text_form", "feed", "crawl_delay", "disallow")
_PLAIN: dict[str, dict[str, Any]] = {"file": {"form": "file"}, "scan": {"scanned": True}, "pin": {"pinned": True},
                                     "undated": {"hide_date": True}, "unclear": {"undecidable": True}}


def reference() -> Scenario:
    """Return the province of reference; always the same."""
    data = yaml.safe_load(Path(__file__).with_name("reference.yaml").read_text(encoding="utf-8"))
    units: list[Unit] = []
    for position, told in enumerate(data["units"], 1):
        unit = Unit(unit_id=told["id"], name=told["name"], kind=told["kind"], position=position)
        communes = tuple(
            Unit(unit_id=f"{unit.unit_id}-{key}", name=name, kind="commune", position=n, parent_id=unit.unit_id)
            for n, (key, name) in enumerate(told.get("communes", {}).items(), 1))
        units += [unit.model_copy(update={"portal": _portal(told, unit, communes, data)}), *communes]
    return Scenario(
        id=data["id"], title=data["title"], province=data["province"], months=tuple(data["months"]),
        units=tuple(_renumbered(units)), positions=data["positions"])


def _renumbered(units: list[Unit]) -> list[Unit]:
    """Districts and towns start at 1 again, as in the appendices."""
    departments = sum(u.kind in ("department", "province_portal") for u in units)
    return [u.model_copy(update={"position": u.position - departments}) if u.kind in ("district", "town") else u
            for u in units]


def _portal(told: dict[str, Any], unit: Unit, communes: tuple[Unit, ...], data: dict[str, Any]) -> Portal:
    options: dict[str, Any] = {name: told[name] for name in _OPTIONS if name in told}
    look = Look(f"{unit.unit_id}.{data['domain']}", told["family"], options)
    builder = PortalBuilder(unit, communes, look, _SEED)
    builder.general()
    for section in told["sections"]:
        _add_section(builder, *section)
    if "commune_sections" in told:
        _add_section(builder, *told["commune_sections"])
        for commune in communes:
            builder.section(commune.unit_id, commune.name[0].upper() + commune.name[1:],
                            parent=told["commune_sections"][0], menu="parent")
    for section_id, label, parent, group in told.get("standing", []):
        builder.standing(section_id, label, Draft(date(2017, 3, 1), group, ()), parent)
    for section_id, posts in told.get("posts", {}).items():
        for post in posts:
            for draft in _drafts(post, section_id, communes):
                builder.post(draft)
    for section_id, days in told.get("lookalikes", {}).items():
        for day in days:
            builder.post(Draft(day, "other", (section_id,), kind="lookalike"))
    noise = data["noise"]
    builder.noise(noise["since"], noise["until"], noise["per_unit"])
    return builder.build()


def _add_section(
    builder: PortalBuilder, section_id: str, label: str, parent: str | None = None, menu: str = "menu", *flags: str
) -> None:
    options: dict[str, Any] = {"parent": parent, "menu": menu}
    for flag in flags:
        name, _, value = flag.partition("=")
        if name == "gathers":
            options["gathers"] = True
        elif name == "until":
            options["live_to"] = datetime.combine(date.fromisoformat(value), time(), ZONE)
        else:
            raise ValueError(f"section {section_id}: unknown flag {flag}")
    builder.section(section_id, label, **options)


def _drafts(post: str | dict[str, str], section_id: str, communes: tuple[Unit, ...]) -> list[Draft]:
    """Read one entry of `posts`; an entry for several communes gives one posting a day, one a commune."""
    text, title = (post, None) if isinstance(post, str) else (post["post"], post["title"])
    day, group, *flags = text.split()
    draft = Draft(date.fromisoformat(day), group, (section_id,), title=title)  # type: ignore[arg-type]
    speakers: tuple[Unit, ...] = ()
    for flag in flags:
        if flag.startswith("@"):
            speakers = _speakers(flag[1:], communes)
        else:
            draft = replace(draft, **_field(flag, draft))
    if not speakers:
        return [draft]
    return [replace(draft, on=draft.on + timedelta(days=n), speaker=speaker,
                    sections=(speaker.unit_id,) if section_id == "own" else draft.sections)
            for n, speaker in enumerate(speakers)]


def _speakers(which: str, communes: tuple[Unit, ...]) -> tuple[Unit, ...]:
    if which == "all":
        return communes
    if which.isdigit():
        return communes[: int(which)]
    found = tuple(c for c in communes if c.unit_id.endswith(f"-{which}"))
    if len(found) != 1:
        raise ValueError(f"@{which} names {len(found)} communes")
    return found


def _field(flag: str, draft: Draft) -> dict[str, Any]:
    if flag in _PLAIN:
        return _PLAIN[flag]
    if flag.startswith("+"):
        return {"sections": (*draft.sections, flag[1:])}
    name, _, value = flag.partition("=")
    match name:
        case "live":
            return {"live_from": date.fromisoformat(value)}
        case "until":
            return {"live_to": date.fromisoformat(value)}
        case "at":
            return {"at": time.fromisoformat(value)}
    raise ValueError(f"unknown flag {flag}")
