"""The hand-made province of the tests of facts, watched by the real programme and its findings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from world import World

from pipeline.findings import finding
from pipeline.programmes.loader import load
from pipeline.programmes.model import Programme
from warehouse.description import table

PROGRAMME = load("citizen_reception")
HOUSEKEEPING = ("missing", "schedule-of-an-earlier-year", "communes-incomplete")
"""Rules that speak of nearly every hand-made month; a test that is about them names them."""


@dataclass
class Office(World):
    """A world whose months are made with their findings."""

    programme: Programme = PROGRAMME

    def build(self, *months: str) -> None:
        for month in months:
            super().build(month)
            finding.build(self.con, self.context(month))

    def found(self, month: str, unit: str = "so-a", rule: str | None = None) -> dict[str, str]:
        """Return rule (and subject, where it has one) → state of a unit's findings, all but the housekeeping."""
        rows = self.rows("SELECT rule_id, subject, state FROM finding "
                         f"WHERE month = '{month}-01' AND unit_id = '{unit}' ORDER BY ALL")
        wanted = [row for row in rows if (row[0] == rule if rule else row[0] not in HOUSEKEEPING)]
        return {f"{name}/{subject}" if subject else name: state for name, subject, state in wanted}

    def row(self, month: str, rule: str, unit: str = "so-a", subject: str | None = None) -> dict[str, Any]:
        """Return the one row of a rule, its facts read."""
        about = f"AND subject = '{subject}'" if subject is not None else ""
        [values] = self.rows(
            f"FROM finding WHERE month = '{month}-01' AND unit_id = '{unit}' AND rule_id = '{rule}' {about}")
        found = dict(zip(table("finding").column_names, values, strict=True))
        return {**found, "facts": json.loads(found["facts"])}

    def since(self, month: str, rule: str, unit: str = "so-a", subject: str | None = None) -> date:
        """Return since when a finding is raised."""
        raised: date = self.row(month, rule, unit, subject)["first_raised"]
        return raised

    def history(self) -> list[tuple[Any, ...]]:
        """Return every row of every month."""
        return self.rows("FROM finding ORDER BY ALL")


def section(label: str, path: str = "tcd", unit: str = "so-a", **changes: Any) -> dict[str, Any]:
    """Return a list of the programme's own, by its label and address."""
    return {"section_url": f"http://{unit}.test/{path}", "trail": label, **changes}
