"""A workspace in a folder: crawls of a tiny site, and the tables made of them, table by table."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tiny_site import PROGRAMME, Site, crawl
from world import FACTS, REGISTRY

from pipeline.facts import capture, portal_observation, posting, posting_sighting, section_observation
from pipeline.facts.context import MonthContext, watching_ended
from pipeline.facts.known import known_portal
from pipeline.months import Month
from pipeline.snapshots.store import SnapshotStore
from warehouse import store as warehouse

TABLES = (capture, portal_observation, section_observation, posting_sighting, posting, *FACTS)


class Desk:
    """A workspace in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.snapshots = folder / "snapshots"
        self.con = warehouse.open_writer(folder / "warehouse.duckdb")

    def context(self, month: str) -> MonthContext:
        store = SnapshotStore(self.snapshots)
        parsed = Month.parse(month)
        return MonthContext(parsed, PROGRAMME, REGISTRY, watching_ended(parsed, PROGRAMME, store), store,
                            self.folder / "cache")

    def crawl(self, site: Site, month: str, at: str, **options: Any) -> str:
        known = known_portal(self.con, "so-a", datetime.fromisoformat(at).replace(tzinfo=UTC))
        crawl_id = crawl(site, self.snapshots, month, at, known, **options)
        self.build(month)
        return crawl_id

    def build(self, month: str) -> None:
        for module in TABLES:
            module.build(self.con, self.context(month))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.con.execute(sql).fetchall()

    def unit(self, month: str) -> tuple[Any, ...]:
        return self.rows("SELECT n_postings, n_results, latest_posting_date, latest_posting_state "
                         f"FROM fact_unit_monthly WHERE unit_id = 'so-a' AND month = '{month}-01'")[0]

    def marks(self, month: str) -> dict[str, str]:
        return dict(self.rows("SELECT group_id, status FROM fact_checklist_monthly "
                              f"WHERE unit_id = 'so-a' AND month = '{month}-01'"))
