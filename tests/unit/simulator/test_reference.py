"""The province of reference: its truth gives the published figures, and its files are what the generator writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.months import Month
from pipeline.simulator.reference import reference
from pipeline.simulator.scenario import Scenario, evening_after, load
from pipeline.simulator.workspace import workspace_files
from pipeline.workspace import load_workspace
from tests.e2e.expected import UnitFigures, figures

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples" / "dak-nong-2018"
GOLDEN: dict[str, Any] = json.loads((ROOT / "tests" / "golden" / "dak_nong_2018_02.json").read_text(encoding="utf-8"))
MONTHS = [Month.parse(m) for m in GOLDEN["months"]]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return reference()


@pytest.fixture(scope="module")
def counted(scenario: Scenario) -> dict[str, dict[str, UnitFigures]]:
    crawls = [evening_after(month) for month in MONTHS]
    return {str(month): figures(scenario, month, crawls) for month in MONTHS}


@pytest.mark.parametrize("unit_id", GOLDEN["units"])
def test_a_unit_has_the_published_cells(unit_id: str, counted: dict[str, dict[str, UnitFigures]]) -> None:
    told, found = GOLDEN["units"][unit_id], counted["2018-02"][unit_id]
    assert {m: counted[m][unit_id].postings for m in GOLDEN["months"]} == told["postings"]
    assert found.results == told["results"]
    assert str(found.latest) == told["latest"]
    assert found.marks == told["marks"]
    if "communes" in told:
        communes = told["communes"]
        assert found.communes["schedule"] == (communes["schedule"], communes["total"])
        assert found.communes["regulation"] == (communes["regulation"], communes["total"])
        assert (found.communes["result"][0] > 0) is communes["result"]


def test_the_province_has_the_published_totals(counted: dict[str, dict[str, UnitFigures]]) -> None:
    for month in GOLDEN["months"]:
        postings = [f.postings or 0 for f in counted[month].values()]
        assert sum(postings) == GOLDEN["totals"][month]
        assert sum(n > 0 for n in postings) == GOLDEN["units_posting"][month]
    assert sum(f.results or 0 for f in counted["2018-02"].values()) == GOLDEN["totals"]["results"]


def test_names_and_order_are_those_of_the_appendices(scenario: Scenario) -> None:
    for unit_id, told in GOLDEN["units"].items():
        unit = scenario.unit(unit_id)
        assert (unit.name, unit.kind, unit.position) == (told["name"], told["kind"], told["position"])
        second = scenario.positions["phu-luc-2"].get(unit_id, unit.position)
        assert second == told["position_appendix_2"]


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
