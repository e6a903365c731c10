"""The scenario file: a simulated province, its portals, and when each thing stands on them or changes.

What belongs here: the model, reading and writing of scenario files (JSON or YAML), questions of time. What does
not: markup (`families`), HTTP (`server`), the short notation people write (`notation`), figures (tests).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Literal

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from pipeline.months import ZONE, Month

DEFAULT_PROGRAMME = "citizen_reception"


class Dates(StrEnum):
    """Where a portal shows the posting date. ADDRESS: only as `PublishedDate=` in the article's address."""

    BOTH = "both"
    LISTING = "listing"
    ARTICLE = "article"
    METADATA = "metadata"
    ADDRESS = "address"
    NONE = "none"


HOST = r"^[a-z0-9][a-z0-9.-]*\.test$"


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


class Span(_Strict):
    """The time [since, until)."""

    since: AwareDatetime
    until: AwareDatetime

    @model_validator(mode="after")
    def _ordered(self) -> Span:
        if self.until <= self.since:
            raise ValueError(f"{self.until} is not after {self.since}")
        return self

    def holds(self, moment: datetime) -> bool:
        """Return whether `moment` lies in it."""
        return self.since <= moment < self.until


class Edit(_Strict):
    """What an official changed of a posting at a moment; None: left as it was. `posted_at`: the date it bears."""

    at: AwareDatetime
    title: str | None = None
    paragraphs: tuple[str, ...] | None = None
    posted_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Edit:
        if self.title is None and self.paragraphs is None and self.posted_at is None:
            raise ValueError(f"the edit of {self.at} changes nothing")
        return self


class Posting(_Live):
    """One item of a portal. `number` is its id in the portal's database, `posted_at` the moment the portal
    records (shown or not by the portal's `dates`), `sections` the ids of the sections that list it.

    `form`: article has a page of its own; file: the row leads straight to the first attachment.
    `scanned`: the page holds a picture instead of text. `pinned`: stays on top of its lists.
    `away`: spans in which it is taken down. `unlisted_from`: from then on no list shows it, its page still reads.
    `edits`: what became of it, in order of time. A posting that goes live long after `posted_at` is backdated.
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
    away: tuple[Span, ...] = ()
    unlisted_from: AwareDatetime | None = None
    edits: tuple[Edit, ...] = ()
    truth: Truth = Truth()

    @model_validator(mode="after")
    def _edited_in_order(self) -> Posting:
        if not _in_order(e.at for e in self.edits):
            raise ValueError(f"posting {self.number}: edits are not in order of time")
        return self

    def live(self, moment: datetime) -> bool:
        """Return whether its page can be seen at `moment`."""
        return super().live(moment) and not any(span.holds(moment) for span in self.away)

    def listed(self, moment: datetime) -> bool:
        """Return whether its lists show it at `moment`."""
        return self.live(moment) and (self.unlisted_from is None or moment < self.unlisted_from)

    def at(self, moment: datetime) -> Posting:
        """Return the posting as it reads at `moment`, its edits until then made."""
        made = [e for e in self.edits if e.at <= moment]
        told = [e.model_dump(exclude_none=True, exclude={"at"}) for e in made]
        return self.model_copy(update={k: v for changes in told for k, v in changes.items()}) if made else self


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


class Outage(Span):
    """A span in which a host gives no pages: the connection is reset, or 503 is answered."""

    mode: Literal["reset", "503"] = "reset"


class Move(_Strict):
    """From `at` on the portal stands under another name. `old`: what the old name does: lead to the same address
    under the new one, lead to the new front page, or give nothing (the connection is reset)."""

    at: AwareDatetime
    host: str = Field(pattern=HOST)
    old: Literal["same", "home", "closed"] = "same"


class Redesign(_Strict):
    """From `at` on the portal has other software. `old`: addresses of before are not found, or lead to the new
    ones. None: `dates` and `per_page` stay as they were."""

    at: AwareDatetime
    family: str
    old: Literal["missing", "redirect"] = "missing"
    dates: Dates | None = None
    per_page: int | None = Field(default=None, ge=1)


class Portal(_Strict):
    """One simulated portal under a reserved name (`*.test`).

    `missing`: what an address answers where nothing stands: 404, 410, a page that says so with status 200, or a way
    to the front page. `moves` and `redesigns`, in order of time: `host` and `family` are the first ones.
    `closed_from`: the host is switched off for good.
    """

    host: str = Field(pattern=HOST)
    family: str
    home_name: str
    dates: Dates = Dates.BOTH
    per_page: int = Field(default=10, ge=1)
    text_form: Literal["NFC", "NFD"] = "NFC"
    feed: bool = True
    crawl_delay: float | None = None
    disallow: tuple[str, ...] = ()
    outages: tuple[Outage, ...] = ()
    missing: Literal["404", "410", "soft", "home"] = "404"
    moves: tuple[Move, ...] = ()
    redesigns: tuple[Redesign, ...] = ()
    closed_from: AwareDatetime | None = None
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
        problems += [f"{name} are not in order of time" for name, changes in
                     (("moves", self.moves), ("redesigns", self.redesigns)) if not _in_order(c.at for c in changes)]
        problems += [f"host {h} twice" for h in set(self.hosts) if self.hosts.count(h) > 1]
        if problems:
            raise ValueError(f"{self.host}: " + "; ".join(sorted(problems)))
        return self

    @property
    def hosts(self) -> tuple[str, ...]:
        """All names it ever has, in order."""
        return (self.host, *(m.host for m in self.moves))

    def move(self, moment: datetime) -> Move | None:
        """Return the latest move made by `moment`."""
        return next((m for m in reversed(self.moves) if m.at <= moment), None)

    def outage(self, moment: datetime) -> Outage | None:
        """Return the outage at `moment`, if any."""
        return next((o for o in self.outages if o.holds(moment)), None)

    def closed(self, moment: datetime) -> bool:
        """Return whether the host is switched off for good."""
        return self.closed_from is not None and self.closed_from <= moment

    def at(self, moment: datetime) -> Portal:
        """Return the portal with the name and the software it has at `moment`."""
        update: dict[str, object] = {}
        for redesign in (r for r in self.redesigns if r.at <= moment):
            update |= redesign.model_dump(include={"family", "dates", "per_page"}, exclude_none=True)
        move = self.move(moment)
        return self.model_copy(update=update | ({"host": move.host} if move else {}))

    def reachable(self, posting: Posting, moment: datetime) -> bool:
        """Return whether a visitor of `moment` comes to the posting by links: a live section lists it or shows it."""
        live = {s.id for s in self.sections if s.live(moment)}
        shown = any(s.standing == posting.number for s in self.sections if s.id in live)
        return posting.live(moment) if shown else posting.listed(moment) and bool(live.intersection(posting.sections))


class Unit(_Strict):
    """A unit of the province as the registry knows it; communes have no portal of their own. It is one in
    [valid_from, valid_to); None: since before the scenario, and after it."""

    unit_id: str
    name: str
    kind: str
    position: int
    parent_id: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    portal: Portal | None = None


class Succession(_Strict):
    """What became of a unit by law, as the registry's file of successions says it."""

    predecessor_id: str
    successor_id: str | None = None
    on: date
    kind: Literal["merge", "split", "rename", "abolish"]
    instrument: str


class Scenario(_Strict):
    """A simulated province over some months. `positions`: layout id → unit id → position, where an appendix
    orders units otherwise than the registry. `programme`: id of the one that watches it."""

    id: str
    title: str
    province: str
    months: tuple[str, ...]
    units: tuple[Unit, ...]
    successions: tuple[Succession, ...] = ()
    programme: str = DEFAULT_PROGRAMME
    positions: dict[str, dict[str, int]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_told_apart(self) -> Scenario:
        ids = [u.unit_id for u in self.units]
        hosts = [h for p in self.portals for h in p.hosts]
        problems = [f"unit {i} twice" for i in set(ids) if ids.count(i) > 1]
        problems += [f"host {h} twice" for h in set(hosts) if hosts.count(h) > 1]
        problems += [f"succession of {s.predecessor_id}: no unit {i}" for s in self.successions
                     for i in (s.predecessor_id, s.successor_id) if i is not None and i not in ids]
        if problems:
            raise ValueError("; ".join(sorted(problems)))
        return self

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


def _in_order(moments: Iterable[datetime]) -> bool:
    return all(a < b for a, b in pairwise(moments))


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
