"""A unit that owes and has no portal on the month's last day: everywhere, not assessable, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from world import REGISTRY, START, World, moved_portal

from pipeline.checks import rules
from pipeline.facts import posting
from pipeline.months import Month
from pipeline.outputs import appendix, delta
from pipeline.outputs.options import RenderOptions
from pipeline.programmes.loader import load
from pipeline.programmes.model import Programme
from pipeline.registry.model import Portal, Registry, UnitVersion

FEB, MONTH = "2018-02", Month(2018, 2)
TABLES = ("fact_coverage_monthly", "fact_section_coverage_monthly", "fact_postings_monthly", "fact_unit_monthly",
          "fact_checklist_monthly", "fact_known_monthly", "fact_delta_monthly")
NO_PORTAL = "không có trang thông tin điện tử trong danh sách theo dõi"


PROGRAMME = load("citizen_reception")
WITHOUT = moved_portal(REGISTRY, REGISTRY.portals[0])


@dataclass
class Office(World):
    """The province of the tests under the real programme, whose Sở B and Huyện C have no portal."""

    programme: Programme = PROGRAMME
    registry: Registry = WITHOUT

    def __post_init__(self) -> None:
        super().__post_init__()
        self.see(self.crawl(FEB, "2018-03-05"), posted="2018-02-09")


@pytest.fixture(scope="module")
def office() -> Office:
    made = Office()
    made.build(FEB)
    return made


def test_it_is_in_every_table_with_its_cause_and_without_a_figure(office: Office) -> None:
    for table in TABLES:
        found = {row[0] for row in office.rows(f"SELECT DISTINCT unit_id FROM {table} WHERE month = '2018-02-01'")}
        assert found - {"province"} == {"so-a", "so-b", "huyen-c"}, table
    assert office.rows("SELECT unit_id, assessed, cause, crawl_id, sections FROM fact_coverage_monthly "
                       "WHERE unit_id <> 'so-a' ORDER BY ALL") == [
        ("huyen-c", False, "no_portal", None, 0), ("so-b", False, "no_portal", None, 0)]
    assert office.unit(FEB, "so-b") == (None, None, None, "not_assessable")
    assert office.status(FEB, "schedule", "so-b") == ("not_assessable", None, None, [])
    assert office.status(FEB, "schedule", "huyen-c", "commune")[:3] == ("not_assessable", None, 2)
    assert office.rows("SELECT portal_id, section_url, cause FROM fact_section_coverage_monthly "
                       "WHERE unit_id = 'so-b'") == [("", "", "no_portal")]
    assert rules.causes_are_known(office.con, MONTH) == []


def test_a_commune_whose_district_owes_for_it_and_a_kind_that_owes_nothing_are_not_asked_for_a_portal() -> None:
    programme = load("citizen_reception")
    units = REGISTRY.watched(date(2018, 2, 28), programme.owes)
    assert [unit.unit_id for unit in units] == ["so-a", "so-b", "huyen-c"]
    assert not programme.owes("province") and not programme.owes("commune", "district")
    assert load("citizen_reception_two_tier").owes("commune", "province")


def test_a_unit_that_lost_its_portal_within_the_month_cannot_be_assessed_though_it_was_seen() -> None:
    office = Office()
    kept, lost, district = REGISTRY.portals
    office.registry = moved_portal(REGISTRY, kept, replace(lost, valid_to=date(2018, 2, 20)), district)
    office.see(office.crawl("2018-01", "2018-02-05", "so-b"), portal="so-b", posted="2018-01-20")
    office.build("2018-01", FEB)
    assert office.unit("2018-01", "so-b")[0] == 1
    assert office.unit(FEB, "so-b") == (None, None, None, "not_assessable")
    assert office.rows("SELECT n_postings, n_postings_previous, change FROM fact_delta_monthly WHERE unit_id = 'so-b' "
                       "AND month = '2018-02-01' AND group_id = 'all'") == [(None, 1, None)]


def test_a_unit_that_is_no_more_on_the_last_day_owes_nothing() -> None:
    gone = UnitVersion("so-c", "Sở C", "department", 9, START, date(2018, 2, 10))
    registry = replace(REGISTRY, versions=(*REGISTRY.versions, gone), portals=(Portal("so-a", "so-a", "u", START),))
    programme = load("citizen_reception")
    assert "so-c" not in {unit.unit_id for unit in registry.watched(date(2018, 2, 28), programme.owes)}


def test_the_workbooks_say_why(office: Office) -> None:
    posting.as_of(office.con, office.context(FEB))
    options = RenderOptions("Tỉnh", office.context(FEB).observed_until, "1")
    args: tuple[Any, ...] = (office.registry, MONTH, options)
    second = appendix.render(office.con, office.programme, "phu-luc-2", *args)
    lines = {str(row[1]): row for row in load_workbook(BytesIO(second)).worksheets[0].iter_rows(values_only=True)}
    assert lines["Sở B"][-1] == f"Không đánh giá được: {NO_PORTAL}"
    assert lines["Sở B"][4] == "không đánh giá được"
    changes = load_workbook(BytesIO(delta.render(office.con, office.programme, *args)))
    shown = [row for row in changes.worksheets[0].iter_rows(values_only=True) if "Sở B" in row]
    assert shown and not any(isinstance(value, int) for value in shown[0][2:])
