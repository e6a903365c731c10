"""Invented provinces: the same from the same seed, valid workspaces, and as odd as the reference."""

from __future__ import annotations

import html
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from pipeline.months import Month
from pipeline.simulator.generate import generate
from pipeline.simulator.scenario import Dates, Scenario, dump, evening_after
from pipeline.simulator.server import serve
from pipeline.simulator.workspace import write_workspace
from pipeline.workspace import load_workspace
from tests.e2e.expected import UnitFigures, figures
from tests.unit.simulator.walk import walk

SEEDS = range(20)


@pytest.fixture(scope="module")
def provinces() -> list[Scenario]:
    return [generate(seed, units=6, months=3)[0] for seed in SEEDS]


def counted(scenario: Scenario) -> dict[str, dict[str, UnitFigures]]:
    months = [Month.parse(m) for m in scenario.months]
    crawls = [evening_after(month) for month in months]
    return {str(month): figures(scenario, month, crawls) for month in months}


def test_the_same_seed_gives_the_same_files() -> None:
    assert generate(3, 6, 3)[1] == generate(3, 6, 3)[1]
    assert generate(3, 6, 3)[1] != generate(4, 6, 3)[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_workspace_is_valid_and_watches_every_portal(seed: int, tmp_path: Path) -> None:
    scenario, files = generate(seed, units=6, months=3)
    write_workspace(scenario, tmp_path)
    workspace = load_workspace(tmp_path)
    assert len(workspace.registry.portals) == len(scenario.portals) == 6
    assert files["scenario.json"] == dump(scenario)
    assert workspace.simulated


def test_units_and_months_are_as_many_as_asked() -> None:
    for units in (1, 2, 4, 27, 32):
        scenario, _ = generate(5, units, 4)
        assert (len(scenario.portals), len(scenario.months)) == (units, 4)


def test_years_families_and_kinds_vary(provinces: list[Scenario]) -> None:
    years = {scenario.months[0][:4] for scenario in provinces}
    families = {p.family for scenario in provinces for p in scenario.portals}
    kinds = {u.kind for scenario in provinces for u in scenario.units}
    assert len(years) >= 6 and min(years) >= "2016" and max(years) <= "2030"
    assert len(families) >= 9
    assert kinds == {"department", "province_portal", "district", "town", "commune"}


def test_there_are_no_districts_after_they_ended(provinces: list[Scenario]) -> None:
    for scenario in provinces:
        if scenario.months[-1] >= "2025-07":
            assert not {"district", "town"} & {u.kind for u in scenario.units}


def test_every_device_occurs(provinces: list[Scenario]) -> None:
    found: Counter[str] = Counter()
    for scenario in provinces:
        last = evening_after(Month.parse(scenario.months[-1]))
        for portal in scenario.portals:
            found[portal.dates.value] += 1
            found["outage"] += bool(portal.outages)
            found["standing"] += any(s.standing is not None and s.parent for s in portal.sections)
            found["no section"] += not any(s.id.startswith(("tiep", "lich", "cap-xa")) for s in portal.sections)
            for p in portal.postings:
                backdated = p.posted_at is not None and p.live_from is not None and p.live_from > p.posted_at
                found["backdated"] += backdated
                found["removed"] += p.live_to is not None and p.live_to < last
                found["file"] += p.form == "file"
                found["scanned"] += p.scanned
    wanted = [d.value for d in Dates] + ["outage", "standing", "no section", "backdated", "removed", "file", "scanned"]
    assert [name for name in wanted if not found[name]] == []


def test_the_figures_are_not_trivial(provinces: list[Scenario]) -> None:
    all_figures = [f for scenario in provinces for month in counted(scenario).values() for f in month.values()]
    postings = {f.postings for f in all_figures}
    assert {None, 0, 1, 2, 3} <= postings
    assert {"not_displayed", "nothing_to_date"} <= {f.latest for f in all_figures if isinstance(f.latest, str)}
    assert any(n not in (0, m) for f in all_figures for n, m in f.communes.values())


@pytest.mark.parametrize("seed", [0, 7, 11])
def test_every_live_posting_is_reached_by_links(seed: int) -> None:
    scenario, _ = generate(seed, units=5, months=2)
    moment = evening_after(Month.parse(scenario.months[-1]))
    with serve(scenario, moment) as running:
        for portal in scenario.portals:
            if portal.outage(moment) is not None:
                continue
            seen = walk(running.port, portal.host)
            assert {s.status for s in seen.values()} == {200}
            pages = (s.body.decode() for s in seen.values() if s.content_type.startswith("text/html"))
            text = unicodedata.normalize("NFC", html.unescape("\n".join(pages)))
            for posting in portal.postings:
                assert (posting.title in text) is portal.reachable(posting, moment), (portal.host, posting.title)


@pytest.mark.parametrize(("units", "months"), [(0, 3), (33, 3), (5, 0), (5, 25)])
def test_numbers_out_of_range_are_refused(units: int, months: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        generate(1, units, months)
