from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.programmes.loader import FOLDER, ProgrammeError, load

NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


def _write(folder: Path, data: dict[str, Any] | str) -> Path:
    text = data if isinstance(data, str) else yaml.safe_dump(data, allow_unicode=True)
    (folder / "thu.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def data() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / "citizen_reception.yaml").read_text(encoding="utf-8"))
    loaded["id"] = "thu"
    return loaded


def _problems(folder: Path, data: dict[str, Any] | str) -> list[str]:
    with pytest.raises(ProgrammeError) as caught:
        load("thu", _write(folder, data))
    return caught.value.problems


@pytest.mark.parametrize("name", NAMES)
def test_every_programme_of_the_project_loads(name: str) -> None:
    assert load(name).id == name


def test_every_problem_is_told_at_once_with_its_place(tmp_path: Path, data: dict[str, Any]) -> None:
    data["obligations"][0]["groups"].append("ket_qua")
    data["obligations"][0]["bases"] = ["luat-khong-co"]
    data["layouts"][0]["tables"][0]["columns"][2]["group"] = "lich"
    data["groups"][0]["cues"][0]["phrase"] = "@khong_co"
    data["groups"][0]["cues"][1]["needs"] = ["header:@reception"]
    data["classification"]["unclear"] = ["lich"]
    problems = _problems(tmp_path, data)
    assert len(problems) == 6
    assert all(line.startswith("thu.yaml: ") for line in problems)
    assert "obligations[0] (department, own).groups: không có 'ket_qua'; dùng một trong: schedule," in problems[0]
    assert any("groups[schedule].cues[0].phrase: không có họ từ '@khong_co'" in line for line in problems)
    assert any("phần 'header' không có" in line for line in problems)


def test_a_wrong_field_and_a_wrong_type_name_the_way_to_them(tmp_path: Path, data: dict[str, Any]) -> None:
    data["groups"][2]["cues"][0]["wieght"] = 3
    data["groups"][2]["cues"][1]["weight"] = "nặng"
    del data["version"]
    problems = _problems(tmp_path, data)
    assert any("groups[result].cues[0].wieght" in line and "chính tả" in line for line in problems)
    assert any("groups[result].cues[1].weight" in line and "'nặng'" in line for line in problems)
    assert any("version: thiếu trường này" in line for line in problems)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("groups: [a, b", "không đọc được YAML"),
        ("", "tệp trống"),
        ("id: thu\nid: thu\n", "viết hai lần"),
    ],
)
def test_a_file_that_is_no_programme_is_one_line(tmp_path: Path, text: str, hint: str) -> None:
    problems = _problems(tmp_path, text)
    assert len(problems) == 1
    assert hint in problems[0]
    assert "\n" not in problems[0]


def test_an_id_unlike_its_file_and_a_group_named_other_are_refused(tmp_path: Path, data: dict[str, Any]) -> None:
    data["id"] = "khac"
    data["groups"][4]["id"] = "other"
    problems = _problems(tmp_path, data)
    assert any("khác tên tệp" in line for line in problems)
    assert any("'other' là nhóm ngoài chương trình" in line for line in problems)


def test_a_mark_without_a_group_is_refused(tmp_path: Path, data: dict[str, Any]) -> None:
    del data["layouts"][0]["tables"][0]["columns"][2]["group"]
    assert "cột mark cần một nhóm" in _problems(tmp_path, data)[0]


def test_an_unknown_programme_names_those_there_are() -> None:
    with pytest.raises(ProgrammeError, match="citizen_reception"):
        load("khong-co")


def test_a_programme_that_extends_another_replaces_whole_fields_and_single_numbers_of_its_policy(
    tmp_path: Path, data: dict[str, Any]
) -> None:
    data |= {"policy": {"rechecks": 3}, "findings": []}  # its findings stand in the appendix that is left out
    (tmp_path / "goc.yaml").write_text(yaml.safe_dump({**data, "id": "goc"}, allow_unicode=True), encoding="utf-8")
    layouts = data["layouts"][:1]
    made = load("thu", _write(tmp_path, {"extends": "goc", "id": "thu", "layouts": layouts,
                                         "policy": {"overlap_days": 40}}))
    assert [layout.id for layout in made.layouts] == ["phu-luc-1"]
    assert made.groups == load("citizen_reception").groups
    assert (made.policy.rechecks, made.policy.overlap_days) == (3, 40)


def test_a_programme_cannot_extend_itself_or_what_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "kia.yaml").write_text("extends: thu\nid: kia\n", encoding="utf-8")
    for base in ("thu", "kia", "khong-co"):
        assert "extends: không có chương trình" in _problems(tmp_path, f"extends: {base}\nid: thu\n")[0]
        load.cache_clear()
