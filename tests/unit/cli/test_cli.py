"""The command line: what it prints is a contract, what the user can mend ends with exit code 2 and no traceback."""

import io
import json
from pathlib import Path

import pytest

from pipeline import cli
from pipeline.workspace import load_workspace
from warehouse.store import open_writer


def congkhai(*arguments: str) -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["congkhai", *arguments])
        return cli._run()


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "w"
    assert congkhai("init", str(folder)) == 0
    with (folder / "units.csv").open("a", encoding="utf-8") as units:
        units.write("so-a,Sở A,department,\n")
    with (folder / "portals.csv").open("a", encoding="utf-8") as portals:
        portals.write("so-a,https://a.gov.vn/\n")
    return folder


def test_init_then_two_rows_then_check(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert congkhai("check", "-w", str(workspace)) == 0
    assert "hợp lệ — 1 đơn vị, 1 trang" in capsys.readouterr().out


def test_check_names_who_owes_and_has_no_portal(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (workspace / "units.csv").open("a", encoding="utf-8") as units:
        units.write("huyen-b,Huyện B,district,\nxa-1,Xã Một,commune,huyen-b\ntinh,Tỉnh,province,\n")
    assert congkhai("check", "-w", str(workspace)) == 0
    assert "chưa có trang, nên không đánh giá được: Huyện B\n" in capsys.readouterr().out


def test_a_blank_workspace_says_what_to_fill_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    congkhai("init", str(tmp_path / "w"))
    assert congkhai("check", "-w", str(tmp_path / "w")) == 0
    assert "ghi unit_id,url vào portals.csv" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["init", "{folder}"], "không trống"),
        (["init", "{folder}-2", "--example", "nowhere"], "không có ví dụ"),
        (["check", "-w", "{folder}/reviews"], "không phải workspace"),
        (["run", "-w", "{folder}", "--month", "2018"], "viết như 2018-02"),
        (["run", "-w", "{folder}", "--month", "2010-01"], "sửa first_month"),
        (["run", "-w", "{folder}", "--month", "2999-01"], "tháng chưa tới"),
        (["run", "-w", "{folder}", "--month", "{month}", "--as-of", "2018-03-05"], "workspace mô phỏng"),
        (["crawl", "-w", "{folder}", "--month", "{month}", "--as-of", "2018-03-05"], "workspace mô phỏng"),
        (["crawl", "-w", "{folder}", "--month", "{month}", "--unit", "so-x"], "so-x: không có trang nào"),
        (["summary", "-w", "{folder}", "--month", "{month}"], "chưa có kho dữ liệu"),
        (["ui", "-w", "{folder}", "--host", "0.0.0.0"], "chỉ mở trên máy này"),
        (["run", "-w", "{folder}"], "thiếu --month"),
        (["run", "-w", "{folder}", "--month", "{month}", "--fast"], "không có tuỳ chọn --fast"),
        (["extract", "--url", "https://a.vn/", "{folder}/none.html"], "không đọc được"),
        (["extract", "--url", "a.vn", "{folder}/units.csv"], "viết đủ như https://"),
        (["classify", "--programme", "nothing"], "dùng citizen_reception"),
        (["nonsense"], "Lệnh chưa đúng: không có lệnh nonsense; có: init, check,"),
    ],
)
def test_what_the_user_can_mend_ends_with_2_and_writes_nothing(
    workspace: Path, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    month = (workspace / "congkhai.toml").read_text(encoding="utf-8").split('first_month = "')[1][:7]
    before = sorted(workspace.parent.rglob("*"))
    capsys.readouterr()
    assert congkhai(*(a.format(folder=workspace, month=month) for a in arguments)) == 2
    out, err = capsys.readouterr()
    assert says in err and "Traceback" not in err and out == ""
    assert sorted(workspace.parent.rglob("*")) == before


@pytest.mark.parametrize(("version", "says"), [(1, "nâng cấp"), (99, "cập nhật chương trình")])
def test_a_warehouse_of_another_version_is_told_as_such(
    workspace: Path, version: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    loaded = load_workspace(workspace)
    with open_writer(loaded.warehouse) as con:
        con.execute("DELETE FROM schema_version")
        con.execute("INSERT INTO schema_version (version) VALUES (?)", [version])
    capsys.readouterr()
    for command in (["summary", "--month", str(loaded.first_month)], ["recheck"]):
        assert congkhai(*command, "-w", str(workspace)) == 2
        out, err = capsys.readouterr()
        assert says in err and "Traceback" not in err and out == ""


def test_every_problem_of_a_workspace_is_one_line(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (workspace / "portals.csv").write_text("unit_id,url\nso-a,nowhere\nso-b,https://b.vn/\n", encoding="utf-8")
    capsys.readouterr()
    assert congkhai("check", "-w", str(workspace)) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Có lỗi:"
    assert lines[1].startswith("portals.csv, dòng 2: ") and lines[2].startswith("portals.csv, dòng 3: ")


def test_an_unexpected_error_ends_with_1(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_folder: Path) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(cli, "load_workspace", fail)
    assert congkhai("check", "-w", str(workspace)) == 1


def test_extract_prints_the_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(
        f'<li><a href="/tin/{n}.html">Thông báo lịch tiếp công dân tháng {n} năm 2018</a>'
        f"<span>0{n}/02/2018</span></li>"
        for n in range(1, 9)
    )
    page = tmp_path / "page.html"
    page.write_text(
        f'<html><head><meta charset="utf-8"><title>Tin</title></head><body><ul class="menu"><li>'
        f'<a href="/tiep-cong-dan">Lịch tiếp công dân</a></li></ul><div><h2>Tin</h2><ul>{rows}</ul></div></body>',
        encoding="utf-8",
    )
    assert congkhai("extract", "--url", "https://a.gov.vn/tin", str(page)) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["kind", "postings", "article", "next_pages", "sections", "valid", "invalid_reason"]
    assert found["valid"] is True and found["kind"] == "listing" and len(found["postings"]) == 8
    assert found["postings"][0] == {
        "title": "Thông báo lịch tiếp công dân tháng 1 năm 2018",
        "url": "https://a.gov.vn/tin/1.html",
        "displayed_on": "2018-02-01",
        "posted_on": "2018-02-01",
        "posted_on_raw": "01/02/2018",
        "posted_on_source": "listing",
        "attachments": [],
    }
    assert found["sections"] == [
        {"label": "Lịch tiếp công dân", "url": "https://a.gov.vn/tiep-cong-dan", "group": "schedule"}
    ]


def test_classify_answers_each_line_and_tells_the_bad_ones(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        '{"id": 1, "title": "Lịch tiếp công dân tháng 3/2018"}', "not json", "",
        '{"id": 2, "title": "Nội quy tiếp công dân"}',
    ]

    class Input:
        buffer = io.BytesIO("\n".join(lines).encode())

    monkeypatch.setattr("sys.stdin", Input())
    assert congkhai("classify") == 2
    out, err = capsys.readouterr()
    answers = [json.loads(line) for line in out.splitlines()]
    assert [(a["id"], a["group"]) for a in answers] == [(1, "schedule"), (2, "regulation")]
    assert set(answers[0]) == {"id", "group", "level", "commune", "topic", "confidence", "cues", "needs_review"}
    assert "dòng 2: không phải JSON" in err
