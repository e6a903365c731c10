"""The scenario file: a simulated province, its portals, and when each thing stands on them.

What belongs here: the model, reading and writing of scenario files (JSON or YAML), questions of time. What does
not: markup (`families`), HTTP (`server`), the content of the reference province (`reference`), figures (tests).
"""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Literal

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from pipeline.months import ZONE, Month


class Dates(StrEnum):
    """Where a portal shows the posting date. ADDRESS: only as `PublishedDate=` in the article's address."""

    BOTH = "both"
    LISTING = "listing"
    ARTICLE = "article"
    METADATA = "metadata"
    ADDRESS = "address"
    NONE = "none"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Live(_Strict):
    """Something that stands on a portal in [live_from, live_to)."""

    live_from: AwareDatetime | None = None
    live_to: AwareDatetime | None = None

    def live(self, moment: datetime) -> bool:
        """Return whether it can be seen at `moment`."""
        return (self.live_from is None or self.live_from <= moment) and (
            self.live_to is None or moment < self.live_to
        )


class Truth(_Strict):
    """What a posting really is. For the tests' expected figures only: no page, header or file tells it.

    `undecidable`: from what the portal shows nobody can say whether it is a result.
    """

    group: Literal["schedule", "regulation", "result", "notice", "legal_text", "other"] = "other"
    level: Literal["own", "commune"] = "own"
    commune_id: str | None = None
    undecidable: bool = False


class Attachment(_Strict):
    """A file of a posting; `kind` is its ending. The bytes are made by `pipeline.simulator.files`."""

    name: str
    label: str
    kind: Literal["pdf", "doc", "docx", "xlsx", "png"] = "pdf"


class Posting(_Live):
    """One item of a portal. `number` is its id in the portal's database, `posted_at` the moment the portal
    records (shown or not by the portal's `dates`), `sections` the ids of the sections that list it.

    `form`: article has a page of its own; file: the row leads straight to the first attachment.
    `scanned`: the page holds a picture instead of text. `pinned`: stays on top of its lists.
    """

    number: int
    title: str
    paragraphs: tuple[str, ...] = ()
    posted_at: AwareDatetime | None = None
    sections: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    form: Literal["article", "file"] = "article"
    scanned: bool = False
    pinned: bool = False
    hide_date: bool = False
    truth: Truth = Truth()


class Section(_Live):
    """A section (chuyên mục). `menu`: where its link stands (menu, only on the parent's page, side bar, footer).

    `standing`: number of the posting whose text the section's address shows, without any list.
    `gathers`: its list also holds what its children list.
    """

    id: str
    number: int
    label: str
    parent: str | None = None
    menu: Literal["menu", "parent", "side", "footer"] = "menu"
    standing: int | None = None
    gathers: bool = False


class Outage(_Strict):
    """A span in which a host gives no pages: the connection is reset, or 503 is answered."""

    since: AwareDatetime
    until: AwareDatetime
    mode: Literal["reset", "503"] = "reset"


class Portal(_Strict):
    """One simulated portal under a reserved name (`*.test`)."""

    host: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*\.test$")
    family: str
    home_name: str
    dates: Dates = Dates.BOTH
    per_page: int = Field(default=10, ge=1)
    text_form: Literal["NFC", "NFD"] = "NFC"
    feed: bool = True
    crawl_delay: float | None = None
    disallow: tuple[str, ...] = ()
    outages: tuple[Outage, ...] = ()
    sections: tuple[Section, ...]
    postings: tuple[Posting, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Portal:
        ids = [s.id for s in self.sections]
        numbers = [p.number for p in self.postings]
        problems = [f"section {i} twice" for i in set(ids) if ids.count(i) > 1]
        problems += [f"posting {n} twice" for n in set(numbers) if numbers.count(n) > 1]
        problems += [f"section {s.id}: no parent {s.parent}" for s in self.sections
                     if s.parent is not None and s.parent not in ids]
        problems += [f"section {s.id}: no posting {s.standing}" for s in self.sections
                     if s.standing is not None and s.standing not in numbers]
        problems += [f"posting {p.number}: no section {i}" for p in self.postings
                     for i in p.sections if i not in ids]
        if problems:
            raise ValueError(f"{self.host}: " + "; ".join(sorted(problems)))
        return self

    def outage(self, moment: datetime) -> Outage | None:
        """Return the outage at `moment`, if any."""
        return next((o for o in self.outages if o.since <= moment < o.until), None)

    def reachable(self, posting: Posting, moment: datetime) -> bool:
        """Return whether a visitor of `moment` comes to the posting by links: it is live, and so is a
        section that lists it or shows it."""
        live = {s.id for s in self.sections if s.live(moment)}
        shown = any(s.standing == posting.number for s in self.sections if s.id in live)
        return posting.live(moment) and (shown or any(i in live for i in posting.sections))


class Unit(_Strict):
    """A unit of the province as the registry knows it; communes have no portal of their own."""

    unit_id: str
    name: str
    kind: str
    position: int
    parent_id: str | None = None
    portal: Portal | None = None


class Scenario(_Strict):
    """A simulated province over some months. `positions`: layout id → unit id → position, where an appendix
    orders units otherwise than the registry."""

    id: str
    title: str
    province: str
    months: tuple[str, ...]
    units: tuple[Unit, ...]
    positions: dict[str, dict[str, int]] = Field(default_factory=dict)

    @property
    def portals(self) -> tuple[Portal, ...]:
        """All portals, in order of units."""
        return tuple(u.portal for u in self.units if u.portal is not None)

    def unit(self, unit_id: str) -> Unit:
        """Return the unit; raise KeyError."""
        for unit in self.units:
            if unit.unit_id == unit_id:
                return unit
        raise KeyError(unit_id)

    def communes(self, district_id: str) -> tuple[Unit, ...]:
        """Return the communes of a district."""
        return tuple(u for u in self.units if u.kind == "commune" and u.parent_id == district_id)


def evening_after(month: Month, day: int = 5, hour: int = 20) -> datetime:
    """Return the moment a month is watched: the evening of day 5 of the next month, local time."""
    return datetime.combine(month.shift(1).first_day + timedelta(days=day - 1), time(hour), ZONE)


def moment_of(text: str) -> datetime:
    """Read an ISO moment; without an offset it is local time. Raise ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZONE)


def load(path: Path) -> Scenario:
    """Read a scenario file (.json, .yaml, .yml); raise ValidationError or OSError."""
    text = path.read_text(encoding="utf-8")
    data = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    return Scenario.model_validate(data)


def dump(scenario: Scenario) -> str:
    """Return the scenario as JSON: the same scenario gives the same text."""
    data = scenario.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
