"""A workspace is loaded whole, or every problem of every file is told at once."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.months import Month
from pipeline.problems import UserError, WorkspaceError
from pipeline.workspace import create_workspace, load_workspace


def fill(folder: Path, **files: str) -> Path:
    create_workspace(folder, None, date(2026, 6, 1))
    for name, text in {
        "units": "unit_id,name,kind\nso-noi-vu,Sở Nội vụ,department\nhuyen-a,Huyện A,district\n",
        "portals": "unit_id,url\nso-noi-vu,https://sonoivu.tinh.gov.vn/\nhuyen-a,https://huyena.tinh.gov.vn\n",
    }.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    for name, text in files.items():
        path = folder / ("congkhai.toml" if name == "settings" else f"{name}.csv")
        path.write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path) -> list[str]:
    with pytest.raises(WorkspaceError) as caught:
        load_workspace(folder)
    return [str(problem) for problem in caught.value.problems]


def settings(extra: str = "", *, first_month: str = "2026-01") -> str:
    return f'title = "T"\nprovince = "P"\nfirst_month = "{first_month}"\n{extra}'


def test_blank_workspace_with_two_rows_a_file_loads(tmp_path: Path) -> None:
    workspace = load_workspace(fill(tmp_path / "w"))
    assert [v.name for v in workspace.registry.units(date(2020, 1, 1))] == ["Sở Nội vụ", "Huyện A"]
    assert [p.portal_id for p in workspace.registry.portals] == ["so-noi-vu", "huyen-a"]
    assert workspace.first_month == Month(2025, 1)
    assert not workspace.simulated


def test_loading_writes_nothing(tmp_path: Path) -> None:
    folder = fill(tmp_path / "w")
    before = sorted(folder.rglob("*"))
    load_workspace(folder)
    assert sorted(folder.rglob("*")) == before


def test_init_into_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(UserError, match="không trống"):
        create_workspace(tmp_path, None, date(2026, 6, 1))
    assert [p.name for p in tmp_path.iterdir()] == ["note.txt"]


def test_init_of_an_unknown_example_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="không có ví dụ"):
        create_workspace(tmp_path / "w", "nowhere", date(2026, 6, 1))
    assert not (tmp_path / "w").exists()


def test_a_folder_without_settings_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="congkhai init"):
        load_workspace(tmp_path)


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ("[politeness]\ndeley_seconds = 1", "congkhai.toml, dòng 5: không biết khoá politeness.deley_seconds"),
        ("[politeness]\ndelay_seconds = -1", "congkhai.toml, dòng 5: politeness.delay_seconds = -1 ngoài khoảng"),
        ("[politeness]\ndelay_seconds = 0", "politeness.delay_seconds = 0"),
        ('[politeness]\nuser_agent = "Sở\\nX"', "politeness.user_agent không hợp lệ"),
        ('timezone = "Europe/Paris"', "dòng 4: timezone = 'Europe/Paris' không hợp lệ"),
        ('programmes = ["nothing"]', "không có chương trình 'nothing'"),
        ("[positions.phu-luc-9]\nso-noi-vu = 1", "[positions.phu-luc-9]: không có phụ lục này"),
        ("[positions.phu-luc-2]\nso-x = 1", "'so-x' không có trong units.csv"),
        ('[simulation]\nscenario = "gone.json"', "không có tệp 'gone.json'"),
        ('[simulation.resolve]\n"*.x.test" = "10.0.0.1:80"', "phải dẫn tới máy này"),
        ('[mail]\nhost = "h"\nsender = "s"\npassword_env = "hunter2 secret"', "không ghi mật khẩu"),
        ("oops", "không đọc được TOML"),
    ],
)
def test_each_wrong_setting_is_told_with_its_line(tmp_path: Path, extra: str, says: str) -> None:
    assert any(says in line for line in problems(fill(tmp_path / "w", settings=settings(extra))))


def test_a_bad_first_month_is_told(tmp_path: Path) -> None:
    lines = problems(fill(tmp_path / "w", settings=settings(first_month="2026-13")))
    assert any("first_month không hợp lệ" in line and "2018-02" in line for line in lines)


def test_problems_of_all_files_come_together(tmp_path: Path) -> None:
    lines = problems(fill(
        tmp_path / "w",
        settings=settings("colour = 1"),
        portals="unit_id,url\nso-noi-vu,nowhere\nso-y,https://y.gov.vn/\n",
        recipients="unit_id,name,email\nso-z,Ai,a@b.vn\n",
    ))
    assert [line.split(":")[0] for line in lines] == [
        "congkhai.toml, dòng 4", "portals.csv, dòng 2", "portals.csv, dòng 3", "recipients.csv, dòng 2",
    ]


def test_a_simulation_may_use_reserved_names_loopback_and_no_delay(tmp_path: Path) -> None:
    folder = fill(
        tmp_path / "w",
        settings=settings(
            '[politeness]\ndelay_seconds = 0\n[simulation.resolve]\n"*.x.test" = "127.0.0.1:8080"\n'
        ),
        portals="unit_id,url\nso-noi-vu,http://so.x.test/\nhuyen-a,http://127.0.0.1:9000/\n",
    )
    workspace = load_workspace(folder)
    assert workspace.simulated
    assert workspace.settings.simulation is not None
    assert workspace.settings.simulation.resolve == {"*.x.test": "127.0.0.1:8080"}
