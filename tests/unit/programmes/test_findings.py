"""Finding rules: what a file may say, and how facts become sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.findings.finding import KINDS
from pipeline.programmes import findings
from pipeline.programmes.finding_text import joined, merged, note_of, recommendation_of
from pipeline.programmes.findings import FindingRule
from pipeline.programmes.loader import FOLDER, ProgrammeError, load

PROGRAMME = load("citizen_reception")
COMMUNES = {"x1": "xã Một", "x2": "xã Hai", "x3": "xã Ba"}


def rule(rule_id: str) -> FindingRule:
    return next(rule for rule in PROGRAMME.findings if rule.id == rule_id)


def problems(folder: Path, **changes: Any) -> list[str]:
    """Return what is wrong with the programme when one of its rules (the first, or `rule`) is changed."""
    data: dict[str, Any] = yaml.safe_load((FOLDER / "citizen_reception.yaml").read_text(encoding="utf-8"))
    data["id"] = "thu"
    of = changes.pop("of", data["findings"][0]["id"])
    next(rule for rule in data["findings"] if rule["id"] == of).update(changes)
    (folder / "thu.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ProgrammeError) as caught:
        load("thu", folder)
    return caught.value.problems


def test_every_kind_of_the_vocabulary_is_computed_and_used_by_the_programme() -> None:
    told = {kind.model_fields["kind"].annotation.__args__[0]  # type: ignore[union-attr]
            for kind in vars(findings).values()
            if isinstance(kind, type) and issubclass(kind, findings._Rule) and "kind" in kind.model_fields}
    assert told == set(KINDS) == {rule.kind for rule in PROGRAMME.findings}


@pytest.mark.parametrize(("changes", "hint"), [
    ({"kind": "unreachble"}, "findings[unreachable]"),
    ({"days": 0}, "findings[unreachable].unreachable.days"),
    ({"note": "Từ {since}."}, "findings[unreachable].note: không có 'since'; dùng một trong: attempts,"),
    ({"note": "Từ {first."}, "findings[unreachable].note: dấu ngoặc nhọn không khớp"),
    ({"recommendation": "Của {groups}"}, "findings[unreachable].recommendation: không có 'groups'"),
    ({"unless": ["unreachable"]}, "findings[unreachable].unless: không có 'unreachable'"),
    ({"kinds": ["so"]}, "findings[unreachable].kinds: không có 'so'; dùng một trong: department"),
    ({"appendices": [{"layout": "phu-luc-9"}]}, "findings[unreachable].appendices: không có 'phu-luc-9'"),
    ({"appendices": [{"layout": "phu-luc-1", "note": "{sao}"}]}, "findings[unreachable].appendices[phu-luc-1].note"),
    ({"of": "missing", "groups": ["ket_qua"]}, "findings[missing].groups: không có 'ket_qua'"),
    ({"of": "one-result", "group": "ket_qua"}, "findings[one-result].groups: không có 'ket_qua'"),
    ({"of": "missing", "id": "removed"}, "findings: id 'removed' dùng 2 lần"),
])
def test_a_wrong_rule_is_refused_with_its_place(tmp_path: Path, changes: dict[str, Any], hint: str) -> None:
    told = problems(tmp_path, **changes)
    assert any(hint in line for line in told), told


def test_the_first_wording_whose_fields_say_something_is_used() -> None:
    some = {"groups": ["schedule"], "n": 1, "m": 3, "missing": 2, "communes": ["x2", "x3"]}
    none = {**some, "n": 0, "missing": 3, "communes": ["x1", "x2", "x3"]}
    incomplete = rule("communes-incomplete")
    assert note_of(incomplete, [some], PROGRAMME, COMMUNES) == (
        "Mới có 1/3 xã, phường, thị trấn có lịch tiếp công dân; còn thiếu: xã Hai và xã Ba.")
    assert note_of(incomplete, [none], PROGRAMME, COMMUNES) == (
        "Chưa có lịch tiếp công dân của xã, phường, thị trấn nào (0/3).")


def test_several_subjects_are_one_sentence() -> None:
    facts = [{"groups": [group], "have": ["schedule"]} for group in ("regulation", "result")]
    assert note_of(rule("missing"), facts, PROGRAMME, {}) == (
        "Mới chỉ đăng tải lịch tiếp công dân, chưa có nội quy, quy chế tiếp công dân "
        "và kết quả tiếp công dân, giải quyết đơn thư.")
    assert note_of(rule("missing"), facts[:1], PROGRAMME, {}) == "Chưa đăng tải nội quy, quy chế tiếp công dân."


def test_nothing_on_show_is_not_said_to_be_something() -> None:
    facts = [{"groups": [group], "have": []} for group in ("schedule", "regulation", "result")]
    said = note_of(rule("missing"), facts, PROGRAMME, {})
    assert said and said.startswith("Chưa đăng tải lịch tiếp công dân, nội quy, quy chế tiếp công dân và kết quả")


def test_a_rule_stands_where_the_programme_puts_it_in_the_words_of_that_place() -> None:
    dates, facts = rule("dates-not-displayed"), [{"n": 3, "m": 4}]
    assert note_of(dates, facts, PROGRAMME, {}, "phu-luc-1", "department") is None
    assert str(note_of(dates, facts, PROGRAMME, {}, "phu-luc-1", "district")).startswith("Cần hiển thị ngày đăng")
    assert str(note_of(dates, facts, PROGRAMME, {}, "phu-luc-2", "department")).startswith("Đề nghị hiển thị")
    assert note_of(dates, facts, PROGRAMME, {}) == "3/4 tin không hiển thị ngày đăng."


def test_a_capital_field_begins_a_sentence_and_days_are_written_as_documents_write_them() -> None:
    facts = [{"groups": ["schedule"], "year": 2017, "latest": "2017-02-13"}]
    assert note_of(rule("schedule-of-an-earlier-year"), facts, PROGRAMME, {}) == (
        "Lịch tiếp công dân mới nhất là của năm 2017 (đăng ngày 13/02/2017).")
    facts = [{"groups": ["schedule"], "year": 2017, "latest": None}]
    assert note_of(rule("schedule-of-an-earlier-year"), facts, PROGRAMME, {}) == (
        "Lịch tiếp công dân mới nhất là của năm 2017.")


def test_facts_of_several_postings_are_joined() -> None:
    one = {"n": 1, "titles": ["A"], "last_seen": "2018-02-05", "first_missed": "2018-03-01", "groups": ["result"]}
    other = {"n": 1, "titles": ["B"], "last_seen": "2018-01-05", "first_missed": "2018-03-03", "groups": ["result"]}
    assert merged([one, other]) == {
        "n": 2, "titles": ["A", "B"], "last_seen": "2018-01-05", "first_missed": "2018-03-03", "groups": ["result"]}


def test_praise_recommends_nothing() -> None:
    assert recommendation_of(rule("notices"), [{"groups": ["notice"], "n": 1}], PROGRAMME, {}) == ""
    assert all(rule.recommendation or rule.severity == "praise" for rule in PROGRAMME.findings)


def test_a_title_with_braces_is_text() -> None:
    facts = [{"n": 1, "titles": ["Thông báo {0} {n}"], "last_seen": "2018-02-05", "first_missed": "2018-03-01",
              "groups": ["result"]}]
    assert "“Thông báo {0} {n}”" in str(note_of(rule("postings-removed"), facts, PROGRAMME, {}))


def test_long_lists_of_titles_are_cut_with_a_count() -> None:
    facts = [{"n": 1, "titles": [f"T{n}"], "last_seen": "2018-02-05", "first_missed": "2018-03-01",
              "groups": ["result"]} for n in range(8)]
    said = str(note_of(rule("postings-removed"), facts, PROGRAMME, {}))
    assert said.startswith("8 tin đã đăng") and "“T4” và 3 tin khác" in said and "T5" not in said


def test_joined() -> None:
    assert [joined(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a và b", "a, b và c"]
