"""Ghi chú: why a unit cannot be assessed, then what was found, then what the analyst says."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from small_province import MONTH, Province, values

from pipeline.programmes.loader import load

RULES = {rule.id: rule for rule in load("citizen_reception").findings}
UNREACHABLE = "Không đánh giá được: không truy cập được"


def found(province: Province, unit: str, rule: str, subject: str = "", state: str = "open", **facts: Any) -> None:
    """Add a finding as `pipeline.findings` would."""
    province.add("finding", month=MONTH.first_day, finding_id=f"{unit}/{rule}/{subject}", unit_id=unit,
                 programme_id=province.programme.id, rule_id=rule, subject=subject, severity=RULES[rule].severity,
                 facts=json.dumps(facts), note=f"Nhận xét {rule}.", recommendation=f"Kiến nghị {rule}.",
                 first_raised=date(2018, 1, 1), state=state)


def missing(province: Province, unit: str, *groups: str) -> None:
    for group in groups:
        found(province, unit, "missing", group, groups=[group], have=["schedule"])


def noted(province: Province, kind: str, text: str = "", about: str = "", unit: str = "so-y-te",
          month: date = MONTH.first_day) -> None:
    """Add a note of the analyst."""
    province.add("review_note", month=month, unit_id=unit, kind=kind, subject=about, text=text, reason="vì sao",
                 made_by="Bà A", made_at=datetime(2018, 3, 6, tzinfo=UTC), note_id=f"{kind}{about}{text}")


def note(province: Province, layout: str = "phu-luc-2", unit: str = "Sở Y tế") -> str | None:
    told: str | None = values(province.open(layout).worksheets[0])[unit]["Ghi chú"]
    return told


def test_a_unit_of_which_nothing_is_found_has_an_empty_note(province: Province) -> None:
    assert note(province) is None and note(province, "phu-luc-1") is None


def test_a_finding_stands_in_the_appendix_of_its_rule_alone(province: Province) -> None:
    missing(province, "so-y-te", "result")
    assert note(province) == "Chưa đăng tải kết quả tiếp công dân, giải quyết đơn thư."
    assert note(province, "phu-luc-1") is None


def test_findings_of_one_rule_are_one_sentence_and_rules_follow_the_programme(province: Province) -> None:
    found(province, "so-y-te", "dates-not-displayed", n=3, m=4)
    missing(province, "so-y-te", "result", "regulation")
    assert note(province) == (
        "Mới chỉ đăng tải lịch tiếp công dân, chưa có nội quy, quy chế tiếp công dân và kết quả tiếp công dân, "
        "giải quyết đơn thư. Đề nghị hiển thị ngày đăng sau mỗi tin để phục vụ việc theo dõi, báo cáo.")


def test_no_more_than_three_findings_stand_in_a_note(province: Province) -> None:
    groups = {"groups": ["result"], "sections": ["Lịch"], "n": 1}
    found(province, "so-y-te", "results-misfiled", "result", **groups)
    found(province, "so-y-te", "one-result", "result", **groups)
    found(province, "so-y-te", "dates-not-displayed", n=3, m=4)
    found(province, "so-y-te", "results-often", "result", "noted", **groups)
    told = str(note(province))
    assert told.count(". ") == 2 and "Cập nhật tốt" not in told


def test_what_is_resolved_is_no_longer_noted(province: Province) -> None:
    found(province, "so-y-te", "missing", "result", "resolved", groups=["result"], have=[])
    assert note(province) is None


def test_the_cause_comes_first_and_nobody_can_take_it_away(province: Province) -> None:
    province.con.execute("DELETE FROM fact_coverage_monthly WHERE unit_id = 'so-y-te'")
    province.covered("so-y-te", assessed=False, cause="unreachable")
    assert note(province) == UNREACHABLE
    found(province, "so-y-te", "unreachable", first="2018-03-01", last="2018-03-05", attempts=3, days=5)
    assert note(province) == (
        f"{UNREACHABLE}. Không truy cập được trang từ ngày 01/3/2018 đến ngày 05/3/2018 (3 lần thu thập).")
    noted(province, "replace_note", "Sở đã báo đang nâng cấp.")
    assert note(province) == f"{UNREACHABLE}. Sở đã báo đang nâng cấp."


def test_the_analyst_adds_after_the_findings(province: Province) -> None:
    missing(province, "so-y-te", "result")
    noted(province, "note", "Sở hẹn đăng trong tháng 3.")
    assert note(province) == "Chưa đăng tải kết quả tiếp công dân, giải quyết đơn thư. Sở hẹn đăng trong tháng 3."
    assert note(province, "phu-luc-1") == "Sở hẹn đăng trong tháng 3."


def test_the_analyst_replaces_the_words_of_one_appendix_or_of_all(province: Province) -> None:
    missing(province, "so-y-te", "result")
    noted(province, "replace_note", "Lời khác.")
    noted(province, "replace_note", "Lời của phụ lục 2.", "phu-luc-2")
    assert note(province) == "Lời của phụ lục 2."
    assert note(province, "phu-luc-1") == "Lời khác."


def test_a_finding_that_the_analyst_dismissed_is_not_noted(province: Province) -> None:
    missing(province, "so-y-te", "result")
    found(province, "so-y-te", "dates-not-displayed", n=3, m=4)
    noted(province, "dismiss_finding", about="missing")
    assert str(note(province)).startswith("Đề nghị hiển thị ngày đăng")


@pytest.mark.parametrize("elsewhere", [{"unit": "so-noi-vu"}, {"month": date(2018, 1, 1)}])
def test_notes_of_another_unit_or_month_stand_there(province: Province, elsewhere: dict[str, Any]) -> None:
    noted(province, "note", "Chỗ khác.", **elsewhere)
    assert note(province) is None


def test_a_rule_that_the_programme_no_longer_has_says_nothing(province: Province) -> None:
    missing(province, "so-y-te", "result")
    province.con.execute("UPDATE finding SET rule_id = 'gone-rule'")
    assert note(province) is None
