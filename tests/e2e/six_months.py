"""The half year of `six_months.yaml`: lived through month by month, and read back in the shape of its golden file.

What belongs here: looking and reading. What does not: what must come of it (`tests/golden/six_months.yaml`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from pipeline.months import ZONE, Month
from pipeline.rechecks import read_agenda
from pipeline.release.issuing import Hand, issue
from pipeline.runs import run_month
from pipeline.schedules import recheck_assets
from pipeline.simulator.notation import read
from pipeline.simulator.scenario import evening_after
from pipeline.workspace import Workspace
from tests.e2e.province import Province, make_province
from warehouse.store import open_reader

SCENARIO = Path(__file__).with_name("six_months.yaml")
GOLDEN: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[1] / "golden" / "six_months.yaml").read_text(encoding="utf-8"))
OWED = ("schedule", "regulation", "result")
_LETTERS = {"published": "p", "missing": "m", "removed": "r", "not_assessable": "u"}
_AGAIN = timedelta(hours=3)
_RECHECKS = (timedelta(hours=25), timedelta(hours=50))
_BESIDE = {Month(2018, 5): [(datetime(2018, 5, 20, 20, tzinfo=ZONE), ["krong-no"])]}
"""Looks within a month, at some units."""
_ISSUED = {Month(2018, 2): "", Month(2018, 5): "Krông Nô không truy cập được cả tháng"}
"""Months that are issued once their re-checks are made, with the reason where one is asked for."""
Figures = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class HalfYear:
    """The province at the end, and what each month said when it was made: figures and postings."""

    province: Province = field(repr=False)
    figures: dict[str, Figures] = field(default_factory=dict, repr=False)
    postings: dict[str, list[dict[str, Any]]] = field(default_factory=dict, repr=False)

    def live(self) -> None:
        """Go through the months as an office does that looks at what is due late on day 5 and on the two evenings
        after it."""
        for month in self.province.months:
            for moment, units in _BESIDE.get(month, ()):
                self.look(month, moment, units)
            evening = evening_after(month)
            self.look(month, evening)
            self.recheck(evening + _AGAIN)
            self.figures[str(month)] = self.month(month)
            self.postings[str(month)] = self.known_postings()
            for later in _RECHECKS if month < self.province.months[-1] else ():
                self.recheck(evening + later)
            if month in _ISSUED:
                issue(self.workspace, month, Hand("Văn phòng", _ISSUED[month], (evening + timedelta(days=3))))

    def look(self, month: Month, moment: datetime, units: Sequence[str] = ()) -> None:
        """Crawl for a month at a moment (`units`: only these) and make it."""
        report = run_month(self.workspace, month, as_of=moment, units=units)
        assert report.success, report

    def recheck(self, moment: datetime) -> None:
        """Ask for what is due at a moment, as `congkhai recheck` does."""
        told = read_agenda(self.workspace, moment)
        if told.due:
            report = run_month(
                self.workspace, told.month, as_of=moment, recheck=True, only=recheck_assets(told.made))
            assert report.success, report

    @property
    def workspace(self) -> Workspace:
        """The workspace."""
        return self.province.workspace

    def rows(self, sql: str, **values: object) -> list[dict[str, Any]]:
        """Return rows of the warehouse, column → value."""
        con = open_reader(self.workspace.warehouse)
        try:
            found = con.execute(sql, values or None)
            names = [column[0] for column in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        finally:
            con.close()

    def month(self, month: Month) -> Figures:
        """Return the month's figures as its tables say now, in the shape of the golden file."""
        units = self.rows("""
            SELECT u.*, c.assessed, c.cause FROM fact_unit_monthly u JOIN fact_coverage_monthly c USING (month, unit_id)
            WHERE month = $month""", month=month.first_day)
        marks = self.rows("SELECT * FROM fact_checklist_monthly WHERE month = $month", month=month.first_day)
        return {u["unit_id"]: _unit(u, [m for m in marks if m["unit_id"] == u["unit_id"]]) for u in units}

    def known_postings(self) -> list[dict[str, Any]]:
        """Return the programme's postings as known now."""
        return self.rows("SELECT * FROM posting WHERE group_id <> 'other' ORDER BY unit_id, posting_id")


def _unit(unit: dict[str, Any], marks: Iterable[dict[str, Any]]) -> dict[str, Any]:
    by_level: dict[str, dict[str, dict[str, Any]]] = {"own": {}, "commune": {}}
    for mark in marks:
        by_level[mark["level"]][mark["group_id"]] = mark
    letters = "".join(_LETTERS[by_level["own"][g]["status"]] for g in OWED)
    if not unit["assessed"]:
        unknown = {unit["n_postings"], unit["n_results"], unit["latest_posting_date"]} == {None} and letters == "uuu"
        return {"cause": unit["cause"]} if unknown else {"cause": unit["cause"], "told": letters, **unit}
    told = {
        "postings": unit["n_postings"], "results": unit["n_results"],
        "latest": unit["latest_posting_date"] or unit["latest_posting_state"], "own": letters,
    }
    if by_level["commune"]:
        told["commune"] = [f"{by_level['commune'][g]['n']}/{by_level['commune'][g]['m']}" for g in OWED]
    return {**told, "stock": unit["n_undated_stock"]} if unit["n_undated_stock"] else told


def half_year(folder: Path) -> HalfYear:
    """Return the half year, lived through in `folder`."""
    lived = HalfYear(make_province(read(SCENARIO), folder))
    lived.live()
    return lived


def differences(expected: Figures, got: Figures) -> list[str]:
    """Return a line for each unit and figure that is not as expected."""
    return [
        f"{unit} {name}: expected {expected.get(unit, {}).get(name, 'nothing')}, "
        f"got {got.get(unit, {}).get(name, 'nothing')}"
        for unit in sorted(expected.keys() | got.keys())
        for name in sorted(expected.get(unit, {}).keys() | got.get(unit, {}).keys())
        if expected.get(unit, {}).get(name) != got.get(unit, {}).get(name)
    ]
