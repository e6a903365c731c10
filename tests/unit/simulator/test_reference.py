"""The province of reference: its truth gives the published figures, and its files are what the generator writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.months import Month
from pipeline.simulator.reference import reference, two_tier
from pipeline.simulator.scenario import Scenario, evening_after, load
from pipeline.simulator.workspace import workspace_files
from pipeline.workspace import load_workspace
from tests.e2e.expected import NOT_DISPLAYED, NOTHING_TO_DATE, UnitFigures, figures

EXAMPLE = Path(__file__).parents[3] / "examples" / "dak-nong-2018"
PUBLISHED: dict[str, Any] = json.loads((EXAMPLE / "published.json").read_text(encoding="utf-8"))
UNITS: dict[str, dict[str, Any]] = {unit["id"]: unit for unit in PUBLISHED["units"]}
MONTHS = [Month.parse(m) for m in PUBLISHED["units_posting"]]
GROUPS = ("schedule", "regulation", "result")
LATEST = {"Không hiển thị ngày đăng": NOT_DISPLAYED, "Không xác định được": NOTHING_TO_DATE}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return reference()


@pytest.fixture(scope="module")
def counted(scenario: Scenario) -> dict[str, dict[str, UnitFigures]]:
    crawls = [evening_after(month) for month in MONTHS]
    return {str(month): figures(scenario, month, crawls) for month in MONTHS}


@pytest.mark.parametrize("unit_id", UNITS)
def test_a_unit_has_the_published_cells(unit_id: str, counted: dict[str, dict[str, UnitFigures]]) -> None:
    first, second = UNITS[unit_id]["appendix_1"], UNITS[unit_id]["appendix_2"]
    found = counted["2018-02"][unit_id]
    assert {m: counted[m][unit_id].postings for m in second["postings"]} == second["postings"]
    assert found.results == second["results"]
    assert str(found.latest) == (second["latest_posting"] or LATEST[second["latest_posting_text"]])
    assert found.marks == {group: first[group] for group in GROUPS}
    for group in ("schedule", "regulation"):
        if found.communes:
            n, of = found.communes[group]
            assert (f"{n}/{of}" if n else "0") == first[f"commune_{group}"]
    assert (found.communes["result"][0] > 0 if found.communes else None) is first.get("commune_result")


def test_the_province_has_the_published_totals(counted: dict[str, dict[str, UnitFigures]]) -> None:
    for month, units_posting in PUBLISHED["units_posting"].items():
        postings = [f.postings or 0 for f in counted[month].values()]
        assert sum(postings) == PUBLISHED["totals"][month]
        assert sum(n > 0 for n in postings) == units_posting
    assert sum(f.results or 0 for f in counted["2018-02"].values()) == PUBLISHED["totals"]["results"]


def test_names_and_order_are_those_of_the_appendices(scenario: Scenario) -> None:
    watched = [unit for unit in scenario.units if unit.portal is not None]
    assert [(unit.unit_id, unit.name) for unit in watched] == [(told["id"], told["name"]) for told in UNITS.values()]
    districts = [unit for unit in watched if unit.kind in ("district", "town")]
    assert [unit.position for unit in districts] == list(range(1, 9))
    for unit in watched:
        second = scenario.positions["phu-luc-2"].get(unit.unit_id, unit.position)
        assert second == UNITS[unit.unit_id]["appendix_2"]["position"]


def test_there_are_27_portals_and_71_communes_with_names(scenario: Scenario) -> None:
    communes = [u for u in scenario.units if u.kind == "commune"]
    assert (len(scenario.portals), len(communes), len({c.unit_id for c in communes})) == (27, 71, 71)
    assert all(c.name.startswith(("xã ", "phường ", "thị trấn ")) for c in communes)


def test_at_least_eight_families_are_in_use(scenario: Scenario) -> None:
    assert len({p.family for p in scenario.portals}) >= 8


def test_hosts_are_reserved_names(scenario: Scenario) -> None:
    assert all(p.host.endswith(".dak-nong.test") for p in scenario.portals)


@pytest.mark.parametrize("name", workspace_files(reference()))
def test_the_committed_workspace_is_what_the_generator_writes(name: str, scenario: Scenario) -> None:
    assert (EXAMPLE / name).read_text(encoding="utf-8") == workspace_files(scenario)[name]


def test_the_committed_workspace_is_valid_and_simulated() -> None:
    workspace = load_workspace(EXAMPLE)
    assert workspace.simulated and workspace.settings.first_month == "2017-12"
    assert len(workspace.registry.portals) == 27


def test_a_written_scenario_reads_back_equal(scenario: Scenario) -> None:
    assert load(EXAMPLE / "scenario.json") == scenario


def test_the_undecidable_notice_is_a_picture_without_a_telling_word(scenario: Scenario) -> None:
    portal = scenario.unit("thanh-tra-tinh").portal
    assert portal is not None
    posting = next(p for p in portal.postings if p.truth.undecidable)
    assert (posting.title, posting.paragraphs, posting.scanned) == ("Thông báo số 06/TB-TTr", (), True)


@pytest.mark.parametrize("name", workspace_files(two_tier()))
def test_the_committed_two_tier_workspace_is_what_the_generator_writes(name: str) -> None:
    folder = EXAMPLE.parent / "lam-dong-2025"
    assert (folder / name).read_text(encoding="utf-8") == workspace_files(two_tier())[name]
