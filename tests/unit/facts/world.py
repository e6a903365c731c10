"""A small province, made by hand: crawls, sections and sightings as the replay would write them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from pipeline.facts import (
    delta_posting_monthly,
    fact_checklist_monthly,
    fact_coverage_monthly,
    fact_delta_monthly,
    fact_known_monthly,
    fact_postings_monthly,
    fact_section_coverage_monthly,
    fact_series_monthly,
    fact_unit_monthly,
    posting,
)
from pipeline.facts.context import MonthContext
from pipeline.months import Month
from pipeline.programmes.model import Classification, Group, Obligation, Programme, SectionCues
from pipeline.registry.model import Portal, Registry, UnitVersion
from pipeline.snapshots.store import SnapshotStore
from pipeline.text import key
from warehouse.description import table
from warehouse.schema import create_all, rows_to_arrow

START = date(2017, 1, 1)
FACTS = (fact_coverage_monthly, fact_section_coverage_monthly, fact_postings_monthly, fact_known_monthly,
         fact_unit_monthly, fact_checklist_monthly,
         delta_posting_monthly, fact_delta_monthly, fact_series_monthly)

REGISTRY = Registry(
    versions=(
        UnitVersion("so-a", "Sở A", "department", 1, START),
        UnitVersion("so-b", "Sở B", "department", 2, START),
        UnitVersion("huyen-c", "Huyện C", "district", 3, START),
        UnitVersion("xa-1", "Xã Một", "commune", 1, START, parent_id="huyen-c"),
        UnitVersion("xa-2", "Xã Hai", "commune", 2, START, parent_id="huyen-c"),
    ),
    successions=(),
    portals=tuple(Portal(u, u, f"http://{u}.test/", START) for u in ("so-a", "so-b", "huyen-c")),
    recipients=(),
)
PROGRAMME = Programme(
    id="p", name="Chương trình", version=1, legal_bases=(), layouts=(),
    groups=tuple(Group(id=g, name=g) for g in ("schedule", "regulation", "result", "notice")),
    obligations=(
        Obligation(kind="department", level="own", groups=("schedule", "regulation", "result"), bases=()),
        Obligation(kind="district", level="own", groups=("schedule", "regulation", "result"), bases=()),
        Obligation(kind="district", level="commune", groups=("schedule",), bases=()),
    ),
    sections=SectionCues(own=("tiếp công dân",)),
    classification=Classification(),
)


def moment(text: str) -> datetime:
    """`2018-02-05` is noon UTC of that day."""
    return datetime.fromisoformat(text if "T" in text else f"{text}T12:00").replace(tzinfo=UTC)


def crawl_of(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}-01"


@dataclass
class World:
    """Rows of the observation and sighting tables, put into an empty warehouse."""

    con: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    registry: Registry = REGISTRY
    programme: Programme = PROGRAMME
    serial: int = 0

    def __post_init__(self) -> None:
        self.con.execute("SET TimeZone = 'UTC'")
        for statement in create_all():
            self.con.execute(statement)

    def put(self, name: str, row: dict[str, Any]) -> None:
        arrow = rows_to_arrow(table(name), [row])  # noqa: F841 - read by the statement
        self.con.execute(f"INSERT INTO {name} SELECT * FROM arrow")

    def crawl(self, month: str, at: str, portal: str = "so-a", *, observed: bool = True, cause: str = "none",
              sections: tuple[dict[str, Any], ...] = ({},), kind: str = "watch") -> str:
        """Add a crawl of a portal; each section is the changes to a section read whole. Returns its id."""
        when = moment(at)
        crawl_id = crawl_of(when)
        first = date.fromisoformat(f"{month}-01")
        self.put("portal_observation", {
            "month": first, "crawl_id": crawl_id, "portal_id": portal, "unit_id": portal, "observed_at": when,
            "observed": observed, "cause": cause, "detail": "", "sections": len(sections), "pages": 1,
            "articles": 0, "failed_articles": 0, "kind": kind})
        for number, changes in enumerate(sections if observed else (), 1):
            section = {
                "month": first, "crawl_id": crawl_id, "portal_id": portal, "unit_id": portal,
                "section_url": f"http://{portal}.test/tcd", "trail": "Tiếp công dân", "role": "section", "pages": 1,
                "valid_pages": 1, "items": 1, "dated": 0, "titles": 1, "platform": None,
                "oldest": None, "complete": True, "ended": True, "to_end": True, "cause": "none",
                "captures": [f"{crawl_id}/{portal}/s{number}"], "shown": [], **changes}
            outcome = section.pop("outcome", "captured")
            self.put("section_observation", section)
            self.capture(first, crawl_id, portal, f"s{number}", when, outcome)
        return crawl_id

    def capture(self, first: date, crawl_id: str, portal: str, seq: str, when: datetime, outcome: str,
                role: str = "section") -> None:
        self.put("capture", {
            "month": first, "capture_id": f"{crawl_id}/{portal}/{seq}", "crawl_id": crawl_id, "unit_id": portal,
            "portal_id": portal, "url": f"http://{portal}.test/{seq}", "final_url": f"http://{portal}.test/{seq}",
            "fetched_at": when, "status": 200, "outcome": outcome, "cause": "none", "detail": "", "digest": None,
            "content_type": "", "size": 0, "file": None, "offset": None, "length": None, "refers_to": None,
            "role": role})

    def see(self, crawl_id: str, title: str = "Lịch tiếp công dân", *, month: str | None = None,
            portal: str = "so-a", path: str | None = None, group: str = "schedule", posted: str | None = None,
            minutes: int = 5, **changes: Any) -> str:
        """Add one sighting; returns its location id."""
        self.serial += 1
        when = datetime.strptime(crawl_id[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) + timedelta(minutes=minutes)
        made_for = self.con.execute("SELECT month FROM portal_observation WHERE crawl_id = ?", [crawl_id]).fetchall()
        url = f"http://{portal}.test/{path or key(title).replace(' ', '-')}"
        day = date.fromisoformat(posted) if posted else None
        self.put("posting_sighting", {
            "month": made_for[0][0], "crawl_id": crawl_id,
            "capture_id": f"{crawl_id}/{portal}/{self.serial:04d}", "portal_id": portal, "unit_id": portal,
            "posting_id": url, "seen_at": when, "presence": "live", "role": "listing",
            "section_url": f"http://{portal}.test/tcd", "trail": "Tiếp công dân", "position": 1, "url": url,
            "title": title, "displayed_on": day, "posted_on": day, "posted_on_raw": posted,
            "posted_on_source": "listing" if posted else None, "implausible_date": None, "document_number": None,
            "attachments": 0, "group_id": group, "level": "own", "commune_id": None, "topic": None,
            "confidence": 0.9, "needs_review": False, "candidates": [group], "cues": [], "location_id": url,
            "title_key": key(title), "text_digest": None, "form": "item", "review_reasons": [],
            "unread_cause": None, "document_type": None, "text_length": None, "files_digest": None,
            "moved_to": None, **changes})
        return url

    def missing(self, crawl_id: str, location_id: str, minutes: int = 5) -> None:
        """Add a re-check that found the address gone."""
        self.see(crawl_id, "", group="other", minutes=minutes, presence="gone", role="recheck", section_url="",
                 location_id=location_id, posting_id=location_id, url=location_id)

    def context(self, month: str) -> MonthContext:
        parsed = Month.parse(month)
        return MonthContext(parsed, self.programme, self.registry, parsed.observed_until(), SnapshotStore(Path()))

    def build(self, *months: str) -> None:
        for month in months:
            posting.build(self.con, self.context(month))
            for module in FACTS:
                module.build(self.con, self.context(month))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.con.execute(sql).fetchall()

    def postings(self) -> list[dict[str, Any]]:
        names = [c.name for c in table("posting").columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows("FROM posting ORDER BY first_seen, posting_id")]

    def unit(self, month: str, unit: str = "so-a") -> tuple[Any, ...]:
        """(postings, results, latest date, its state) of a unit."""
        return self.rows(
            "SELECT n_postings, n_results, latest_posting_date, latest_posting_state FROM fact_unit_monthly "
            f"WHERE month = '{month}-01' AND unit_id = '{unit}'")[0]

    def status(self, month: str, group: str, unit: str = "so-a", level: str = "own") -> tuple[Any, ...]:
        """(status, n, m, evidence) of a checklist cell."""
        return self.rows(
            "SELECT status, n, m, evidence FROM fact_checklist_monthly "
            f"WHERE month = '{month}-01' AND unit_id = '{unit}' AND group_id = '{group}' AND level = '{level}'")[0]


def with_policy(programme: Programme, **changes: int | str) -> Programme:
    """Return the programme with other numbers of policy."""
    return programme.model_copy(update={"policy": programme.policy.model_copy(update=changes)})


def moved_portal(registry: Registry, *portals: Portal) -> Registry:
    """Return the registry with other portals."""
    return replace(registry, portals=portals)
