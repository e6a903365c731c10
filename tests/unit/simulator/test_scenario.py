"""The scenario file: what it refuses, and what it says about a moment."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from pipeline.months import Month
from pipeline.simulator.scenario import Portal, Scenario, dump, evening_after, load, moment_of

PORTAL: dict[str, Any] = {
    "host": "so.thu.test", "family": "joomla", "home_name": "Sở Thử",
    "sections": [{"id": "lich", "number": 2, "label": "Lịch"}],
    "postings": [{"number": 1, "title": "Tin", "sections": ["lich"], "live_from": "2018-01-05T08:00+07:00",
                  "live_to": "2018-02-01T00:00+07:00"}],
}


def scenario() -> Scenario:
    unit = {"unit_id": "so", "name": "Sở Thử", "kind": "department", "position": 1, "portal": PORTAL}
    return Scenario.model_validate(
        {"id": "thu", "title": "Thử", "province": "Thử", "months": ["2018-01"], "units": [unit]})


@pytest.mark.parametrize(("change", "problem"), [
    ({"host": "so.gov.vn"}, "host"),
    ({"postings": [{"number": 1, "title": "Tin", "sections": ["khac"]}]}, "no section khac"),
    ({"postings": [*PORTAL["postings"], *PORTAL["postings"]]}, "posting 1 twice"),
    ({"sections": [*PORTAL["sections"], *PORTAL["sections"]]}, "section lich twice"),
    ({"sections": [{"id": "lich", "number": 2, "label": "Lịch", "parent": "cha"}]}, "no parent cha"),
    ({"sections": [{"id": "lich", "number": 2, "label": "Lịch", "standing": 9}]}, "no posting 9"),
    ({"colour": "red"}, "colour"),
])
def test_a_portal_that_contradicts_itself_is_refused(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        Portal.model_validate({**PORTAL, **change})


def test_a_posting_stands_from_its_first_moment_until_before_its_last() -> None:
    posting = scenario().portals[0].postings[0]
    moments = ("2018-01-05T07:59", "2018-01-05T08:00", "2018-01-31T23:59", "2018-02-01T00:00")
    assert [posting.live(moment_of(m)) for m in moments] == [False, True, True, False]


def test_a_posting_is_out_of_reach_when_no_live_section_lists_it() -> None:
    section = {"id": "lich", "number": 2, "label": "Lịch", "live_to": "2018-01-10T00:00+07:00"}
    portal = Portal.model_validate({**PORTAL, "sections": [section]})
    assert portal.reachable(portal.postings[0], moment_of("2018-01-09T12:00"))
    assert not portal.reachable(portal.postings[0], moment_of("2018-01-11T12:00"))


def test_json_and_yaml_read_alike(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text(dump(scenario()), encoding="utf-8")
    (tmp_path / "s.yaml").write_text(yaml.safe_dump(json.loads(dump(scenario())), allow_unicode=True), encoding="utf-8")
    assert load(tmp_path / "s.json") == load(tmp_path / "s.yaml") == scenario()


def test_a_month_is_watched_on_the_evening_of_the_fifth_local_time() -> None:
    assert evening_after(Month(2018, 2)).astimezone(UTC) == datetime(2018, 3, 5, 13, tzinfo=UTC)
    assert evening_after(Month(2018, 2)) < Month(2018, 2).observed_until()


def test_a_moment_without_an_offset_is_local_time() -> None:
    assert moment_of("2018-03-05T20:00") == moment_of("2018-03-05T13:00+00:00")
