"""Reads a province from the short notation in which people write scenarios (`reference.yaml` shows it).

What belongs here: what the notation means (at `read`). What does not: the workspace's files (`workspace`), provinces.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from pipeline.simulator.build import Draft, Look, PortalBuilder
from pipeline.simulator.scenario import DEFAULT_PROGRAMME, Edit, Portal, Scenario, Span, Succession, Unit, moment_of

_SEED = 2018
_OPTIONS = ("dates", "per_page", "text_form", "feed", "crawl_delay", "disallow", "missing")
_CHANGES = ("outages", "moves", "redesigns")
_MOMENTS = ("at", "since", "until", "posted_at")
_PLAIN: dict[str, dict[str, Any]] = {"file": {"form": "file"}, "scan": {"scanned": True}, "pin": {"pinned": True},
                                     "undated": {"hide_date": True}, "unclear": {"undecidable": True}}
_VALUED: dict[str, tuple[str, Callable[[str], Any]]] = {
    "live": ("live_from", date.fromisoformat), "until": ("live_to", date.fromisoformat),
    "at": ("at", time.fromisoformat), "unlisted": ("unlisted_from", moment_of)}


def read(path: Path) -> Scenario:
    """Return the province of a file; the same file gives the same province. Raise ValueError, KeyError or OSError.

    A posting is `DAY GROUP [flags]`: `@commune`, `@all`, `@<n>` (the first n communes), `file`, `scan`, `pin`,
    `undated`, `unclear`, `+section` (also listed there), `at=HH:MM`, `live=DAY` (backdated when later), `until=DAY`,
    `unlisted=DAY`, `again=DAY` (posted once more), `away=MOMENT/MOMENT` (taken down and put back). A mapping has the
    same under `post`, with a `title`, its `paragraphs` or `edits` (fields of `Edit`). A section is `[id, label, parent,
    menu, flags]`: `gathers`, `from=MOMENT`, `until=MOMENT`. A unit may have `under` (its parent), `from`, `to`,
    `outages`, `moves` and `redesigns` (fields of the models), `closed`. Moments without an offset are local.
    """
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    units: list[Unit] = []
    for position, told in enumerate(data["units"], 1):
        unit = Unit(unit_id=told["id"], name=told["name"], kind=told["kind"], position=position,
                    parent_id=told.get("under"), valid_from=told.get("from"), valid_to=told.get("to"))
        communes = tuple(
            Unit(unit_id=f"{unit.unit_id}-{key}", name=name, kind="commune", position=n, parent_id=unit.unit_id,
                 valid_from=unit.valid_from, valid_to=unit.valid_to)
            for n, (key, name) in enumerate(told.get("communes", {}).items(), 1))
        portal = _portal(told, unit, communes, data) if "family" in told else None
        units += [unit.model_copy(update={"portal": portal}), *communes]
    return Scenario(
        id=data["id"], title=data["title"], province=data["province"], months=tuple(data["months"]),
        programme=data.get("programme", DEFAULT_PROGRAMME),
        units=tuple(_renumbered(units)), positions=data.get("positions", {}),
        successions=tuple(Succession.model_validate(told) for told in data.get("successions", [])))


def _renumbered(units: list[Unit]) -> list[Unit]:
    """Districts and towns start at 1 again, as in the appendices."""
    departments = sum(u.kind in ("department", "province_portal") for u in units)
    return [u.model_copy(update={"position": u.position - departments}) if u.kind in ("district", "town") else u
            for u in units]


def _portal(told: dict[str, Any], unit: Unit, communes: tuple[Unit, ...], data: dict[str, Any]) -> Portal:
    options: dict[str, Any] = {name: told[name] for name in _OPTIONS if name in told}
    options |= {name: tuple(map(_timed, told[name])) for name in _CHANGES if name in told}
    if "closed" in told:
        options["closed_from"] = moment_of(str(told["closed"]))
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
            options["live_to"] = moment_of(value)
        elif name == "from":
            options["live_from"] = moment_of(value)
        else:
            raise ValueError(f"section {section_id}: unknown flag {flag}")
    builder.section(section_id, label, **options)


def _drafts(post: str | dict[str, Any], section_id: str, communes: tuple[Unit, ...]) -> list[Draft]:
    """Read one entry of `posts`; an entry for several communes gives one posting a day, one a commune."""
    told: dict[str, Any] = {"post": post} if isinstance(post, str) else post
    day, group, *flags = told["post"].split()
    edits = tuple(Edit.model_validate(_timed(edit)) for edit in told.get("edits", []))
    draft = Draft(date.fromisoformat(day), group, (section_id,), title=told.get("title"),
                  paragraphs=tuple(told.get("paragraphs", ())), edits=edits)
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
    if name == "again":
        return {"reposts": (*draft.reposts, date.fromisoformat(value))}
    if name == "away":
        since, _, until = value.partition("/")
        return {"away": (*draft.away, Span(since=moment_of(since), until=moment_of(until)))}
    if name not in _VALUED:
        raise ValueError(f"unknown flag {flag}")
    field, read_value = _VALUED[name]
    return {field: read_value(value)}


def _timed(told: dict[str, Any]) -> dict[str, Any]:
    """Return a change with its moments read; YAML gives them as texts, days or moments."""
    return {name: moment_of(str(value)) if name in _MOMENTS else value for name, value in told.items()}
