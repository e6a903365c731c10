"""`congkhai review`: what it prints and how it ends."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipeline import cli
from pipeline.months import Month
from pipeline.outputs.review import of_month, render
from pipeline.reviewing import desk_of
from pipeline.workspace import Workspace, create_workspace, load_workspace
from tests.unit.reviews.office import OPTIONS, WORDS, columns_of, opened, question, saved, write
from warehouse.description import table
from warehouse.schema import rows_to_arrow
from warehouse.store import open_writer, replace_month

MONTH = "2026-02"


def congkhai(*arguments: str) -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["congkhai", *arguments])
        return cli._run()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """One unit that was watched in February: a posting of an uncertain group."""
    folder = tmp_path / "w"
    create_workspace(folder, None, date(2026, 6, 1))
    (folder / "units.csv").write_text("unit_id,name,kind\nso-a,Sở A,department\n", encoding="utf-8")
    (folder / "portals.csv").write_text("unit_id,url\nso-a,https://a.gov.vn/\n", encoding="utf-8")
    loaded = load_workspace(folder)
    with open_writer(loaded.warehouse) as con:
        for name, rows in sighted().items():
            replace_month(con, name, date(2026, 2, 1), rows_to_arrow(table(name), [rows]))
    return loaded


def sighted() -> dict[str, dict[str, object]]:
    """A crawl that saw one posting, as rows; what a column's type says nothing about is empty."""
    at = datetime(2026, 3, 5, 2, tzinfo=UTC)
    crawl = {"month": date(2026, 2, 1), "crawl_id": "20260305T020000Z-01", "portal_id": "so-a", "unit_id": "so-a"}
    told = {
        "portal_observation": {"observed_at": at, "observed": True, "cause": "none", "kind": "watch"},
        "posting_sighting": {
            "capture_id": "20260305T020000Z-01/so-a/000001", "posting_id": "p", "location_id": "p", "seen_at": at,
            "presence": "live", "role": "listing", "url": "https://a.gov.vn/tin", "title": "Thông báo",
            "title_key": "thong bao", "group_id": "result", "level": "own", "confidence": 0.1, "needs_review": True,
            "review_reasons": ["group"], "candidates": ["result", "notice"], "posted_on": date(2026, 2, 3),
            "posted_on_source": "listing", "form": "item"},
    }
    empty = {"VARCHAR": "", "VARCHAR[]": [], "INTEGER": 0, "DOUBLE": 0.0, "BOOLEAN": False}
    return {
        name: {c.name: {**crawl, **values}.get(c.name, None if c.nullable else empty.get(c.type))
               for c in table(name).columns}
        for name, values in told.items()
    }


def change(path: Path, edit: Callable[[object], None]) -> None:
    book = load_workbook(path)
    edit(book)
    book.save(path)


def answered(path: Path, **cells: str) -> None:
    change(path, lambda book: write(book, WORDS.sheets.questions, 1, cells))  # type: ignore[arg-type]


def file_of(workspace: Workspace) -> Path:
    return workspace.outputs(Month.parse(MONTH)) / "ra-soat.xlsx"


def export(workspace: Workspace, *more: str) -> int:
    return congkhai("review", "export", "-w", str(workspace.folder), "--month", MONTH, *more)


def bring_back(workspace: Workspace, *more: str) -> int:
    return congkhai("review", "import", "-w", str(workspace.folder), "--month", MONTH, str(file_of(workspace)), *more)


def test_a_question_goes_out_and_its_answer_comes_back(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(workspace) == 0
    assert "1 câu hỏi (nhóm thông tin 1), 0 câu đã kết luận" in capsys.readouterr().out
    answered(file_of(workspace), **{"Kết luận": WORDS.keep})
    assert bring_back(workspace, "--by", "Nguyễn Văn A") == 0
    said = capsys.readouterr().out
    assert "Đã ghi 1 kết luận, 0 ghi chú mới" in said and "--from-snapshots" in said
    (verdict,) = load_workspace(workspace.folder).reviews.verdicts
    assert (verdict.made_by, verdict.month, verdict.decision.group_id) == ("Nguyễn Văn A", MONTH, "result")
    assert bring_back(workspace) == 0
    assert "Đã ghi 0 kết luận, 0 ghi chú mới; 1 dòng đã có từ trước" in capsys.readouterr().out
    assert congkhai("check", "-w", str(workspace.folder)) == 0
    assert "reviews: 1 kết luận, 0 ghi chú" in capsys.readouterr().out


def test_a_bad_row_ends_with_exit_code_2_after_the_good_ones_were_taken(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = [question(title=f"Tin {n}") for n in range(3)]
    month = Month.parse(MONTH)
    review = of_month(desk_of(workspace, month), month, workspace.programme, questions, workspace.reviews)
    book = opened(render(review, OPTIONS))
    for number, said in enumerate((WORDS.keep, "NA", WORDS.keep), 1):
        write(book, WORDS.sheets.questions, number, {"Kết luận": said})
    file_of(workspace).parent.mkdir(parents=True)
    file_of(workspace).write_bytes(saved(book))
    assert bring_back(workspace) == 2
    told = capsys.readouterr()
    assert "Đã ghi 2 kết luận, 0 ghi chú mới; 0 dòng đã có từ trước; 1 dòng không nhận" in told.out
    head, _ = columns_of(opened(file_of(workspace).read_bytes()), WORDS.sheets.questions)
    assert f"ra-soat.xlsx, Cần rà soát, dòng {head + 2}: kết luận 'NA'" in told.err
    assert "Traceback" not in told.err
    assert len(load_workspace(workspace.folder).reviews.verdicts) == 2


def test_a_workbook_with_answers_is_not_written_over(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(workspace) == 0
    assert export(workspace) == 0
    answered(file_of(workspace), **{"Kết luận": WORDS.keep})
    before = file_of(workspace).read_bytes()
    assert export(workspace) == 2
    assert "1 dòng đã điền mà chưa nhập" in capsys.readouterr().err
    assert file_of(workspace).read_bytes() == before
    assert export(workspace, "--out", str(workspace.folder / "khac.xlsx")) == 0
    assert bring_back(workspace) == 0
    assert export(workspace) == 0


def test_what_is_no_review_workbook_is_not_written_over(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    file_of(workspace).parent.mkdir(parents=True)
    file_of(workspace).write_bytes(b"mine")
    assert export(workspace) == 2
    assert "không phải bảng rà soát" in capsys.readouterr().err
    assert file_of(workspace).read_bytes() == b"mine"


@pytest.mark.parametrize(("arguments", "says"), [
    (["review", "export", "-w", "{w}", "--month", "2026-01"], "chưa có số liệu"),
    (["review", "export", "-w", "{w}"], "thiếu --month"),
    (["review", "import", "-w", "{w}", "--month", "2026-02", "{w}/none.xlsx"], "không có tệp này"),
    (["review", "import", "-w", "{w}", "--month", "2026-02", "{w}/units.csv"], "không phải bảng tính xlsx"),
    (["review", "import", "-w", "{w}", "--month", "2026-02", "{w}/units.csv", "--by", "x" * 99], "tên dài quá"),
    (["review", "nonsense"], "Lệnh chưa đúng"),
])
def test_what_the_user_can_mend_is_said_in_vietnamese(
    workspace: Workspace, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert congkhai(*(a.replace("{w}", str(workspace.folder)) for a in arguments)) == 2
    told = capsys.readouterr().err
    assert says in told and "Traceback" not in told


def test_the_same_month_gives_the_same_bytes(workspace: Workspace) -> None:
    export(workspace)
    first = file_of(workspace).read_bytes()
    file_of(workspace).unlink()
    export(workspace)
    assert file_of(workspace).read_bytes() == first
    assert io.BytesIO(first).read(2) == b"PK"


def test_a_workbook_goes_to_a_file_that_is_named_as_one(
        workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "ra-soat.csv"
    assert congkhai("review", "export", "-w", str(workspace.folder), "--month", MONTH, "--out", str(out)) == 2
    assert f"{out}: tên tệp phải kết thúc bằng .xlsx" in capsys.readouterr().err and not out.exists()


def test_a_workbook_of_another_month_is_refused_by_name(
        workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(workspace.folder)
    assert congkhai("review", "export", "-w", folder, "--month", MONTH) == 0
    file = str(file_of(workspace))
    assert congkhai("review", "import", "-w", folder, "--month", "2026-03", file) == 2
    assert f"{file}: bảng rà soát của tháng 2026-02" in capsys.readouterr().err


def test_units_stand_in_the_order_of_the_appendices(workspace: Workspace) -> None:
    (workspace.folder / "units.csv").write_text(
        "unit_id,name,kind,position\nhuyen-a,Huyện A,district,1\nso-b,Sở B,department,2\nso-a,Sở A,department,1\n",
        encoding="utf-8")
    (workspace.folder / "portals.csv").write_text(
        "unit_id,url\nhuyen-a,https://h.gov.vn/\nso-b,https://b.gov.vn/\nso-a,https://a.gov.vn/\n", encoding="utf-8")
    desk = desk_of(load_workspace(workspace.folder), Month.parse(MONTH))
    assert list(desk.units.values()) == ["Sở A", "Sở B", "Huyện A"]
