"""The hand-made province of the tests of facts, whose months are issued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from world import World, moment

from pipeline.facts import posting
from pipeline.months import Month
from pipeline.release import restatement
from pipeline.release.issuing import COUNTED
from warehouse.issued import copies


@dataclass
class Bureau(World):
    """A world whose months are made with their restatements and can be issued."""

    def build(self, *months: str) -> None:
        for month in months:
            super().build(month)
            restatement.build(self.con, self.context(month))

    def issue(self, month: str, vintage: int = 1) -> str:
        """Keep the month's rows as a release keeps them; return its id."""
        context, own = self.context(month), f"{month}/v{vintage}"
        posting.as_of(self.con, context)
        for name, kept in copies().items():
            rows = COUNTED if name == "posting" else f"SELECT * FROM {name} WHERE month = $month"
            self.con.execute(f"INSERT INTO {kept} BY NAME SELECT '{own}' AS release_id, * FROM ({rows})",
                             {"month": context.month.first_day})
        self.put("release", {
            "release_id": own, "month": context.month.first_day, "vintage": vintage, "issued_at": moment("2019-01-01"),
            "issued_by": "An", "reason": "", "obstacles": [], "observed_until": context.observed_until,
            "programme_id": "p", "programme_version": 1, "programme_digest": "", "registry_digest": "",
            "reviews_digest": "", "tool_version": "1", "replay_version": "1", "n_captures": 0, "captures_digest": "",
            "earlier": [], "workbooks": [], "reproduced": True})
        return own

    def review(self, location: str, title_key: str, ruling: str, unit: str = "so-a", read: str = "schedule",
               group: str = "") -> str:
        """Add a person's verdict on the group of a posting that was read as `read`; return its id."""
        self.serial += 1
        own = f"verdict-{self.serial}"
        self.put("review_verdict", {
            "verdict_id": own, "place": self.serial, "month": date(2018, 1, 1), "subject": "group", "unit_id": unit,
            "portal_id": unit, "url": location, "title": "", "location_id": location, "title_key": title_key,
            "text_digest": "", "about": read, "ruling": ruling, "group_id": group, "level": group and "own",
            "commune_id": "", "posted_on": None, "reason": "r", "made_by": "An", "made_at": moment("2018-03-20"),
            "supersedes": ""})
        return own

    def restated(self, month: str, figure: str = "n_postings") -> list[tuple[Any, ...]]:
        """Return (earlier month, unit, issued, known, reasons, evidence) of what a month restates."""
        rows = self.rows(
            "SELECT earlier_month, unit_id, issued, known, reasons, evidence FROM restatement "
            f"WHERE month = '{month}-01' AND figure = '{figure}' ORDER BY ALL")
        return [(str(Month.of(row[0])), *row[1:]) for row in rows]
