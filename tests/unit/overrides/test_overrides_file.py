"""What `overrides.csv` may say, and how everything wrong in it is told at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pipeline.extraction.override import Override
from pipeline.overrides import COLUMNS, Line, Overrides, as_csv, load_overrides
from pipeline.problems import Problem
from pipeline.registry.model import Portal
from pipeline.registry.sheet import ALWAYS

PORTALS = (
    Portal("so-noi-vu", "so-noi-vu", "http://so.test/", ALWAYS),
    Portal("so-y-te", "so-y-te", "https://www.yte.test/trang-chu", ALWAYS),
)
WHO = ",Văn phòng,21/11/2026,trang dùng mẫu riêng"


def load(folder: Path, *rows: str) -> tuple[Overrides, list[Problem]]:
    (folder / "overrides.csv").write_text(",".join(COLUMNS) + "\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return load_overrides(folder, PORTALS)


def told(folder: Path, *rows: str) -> list[str]:
    return [str(problem) for problem in sorted(load(folder, *rows)[1])]


def test_a_workspace_without_the_file_has_no_overrides(tmp_path: Path) -> None:
    assert load_overrides(tmp_path, PORTALS) == (Overrides(), [])


def test_rows_of_a_portal_become_what_a_crawl_is_told(tmp_path: Path) -> None:
    overrides, problems = load(
        tmp_path,
        f'so-noi-vu,/tiep-dan,row_selector,"div.tin, li.tin",{WHO}',
        f"so-noi-vu,http://so.test/tiep-dan,date_selector,span.ngay,{WHO}",
        f"so-noi-vu,,date_form,dd.mm.yy,{WHO}",
        f"so-noi-vu,,extra_section,/kho/7,Kết quả tiếp công dân{WHO}",
        f"so-noi-vu,,exclude,/en/*,{WHO}",
        f"so-y-te,,exclude,http://yte.test/cu.html,{WHO}",
    )
    assert not problems
    assert overrides.reading("so-noi-vu") == (
        Override(date_form="dd.mm.yy"),
        Override(section="http://so.test/tiep-dan", row="div.tin, li.tin", date="span.ngay"),
    )
    assert overrides.extra_sections("so-noi-vu") == {"http://so.test/kho/7": "Kết quả tiếp công dân"}
    assert overrides.excluded("so-noi-vu") == ("http://so.test/en/*",)
    assert overrides.excluded("so-y-te") == ("http://yte.test/cu.html",) and not overrides.reading("so-y-te")
    assert {line.decided_on for line in overrides.lines} == {date(2026, 11, 21)}
    assert overrides.all_excluded() == {
        "so-noi-vu": ("http://so.test/en/*",), "so-y-te": ("http://yte.test/cu.html",)}
    midnight = datetime(2026, 11, 20, 17, tzinfo=UTC)
    assert overrides.named_before(midnight) == {}
    assert overrides.named_before(midnight + timedelta(seconds=1)) == {
        "so-noi-vu": {"http://so.test/kho/7": "Kết quả tiếp công dân"}}


def test_everything_wrong_is_told_at_once_with_its_row(tmp_path: Path) -> None:
    found = told(
        tmp_path,
        f"so-la,,row_selector,li,{WHO}",
        f"so-noi-vu,,row_selektor,li,{WHO}",
        f"so-noi-vu,,row_selector,li[,{WHO}",
        f"so-noi-vu,tiep-dan,title_selector,a,{WHO}",
        f"so-noi-vu,http://khac.test/x,title_selector,a,{WHO}",
        f"so-noi-vu,,extra_section,//khac.test/x,Tên{WHO}",
        f"so-noi-vu,,extra_section,/x,{WHO}",
        f"so-noi-vu,,date_form,hh:mm dd/mm,{WHO}",
        "so-noi-vu,,date_selector,span,,,31/02/2026,",
        f"so-noi-vu,,exclude,/*,{WHO}",
        f"so-noi-vu,,extra_section,/lich.pdf,Lịch{WHO}",
        f"so-noi-vu,/x,exclude,/y,nhãn{WHO}",
    )
    words = {
        2: "so-la", 3: "row_selektor", 4: "li[", 5: "tiep-dan", 6: "khac.test", 7: "khac.test", 8: "thiếu label",
        9: "hh:mm", 11: "trang chủ", 12: "là một tệp",
    }
    for row, word in words.items():
        place = f"overrides.csv, dòng {row}: "
        assert [line for line in found if line.startswith(place) and word in line], (row, found)
    assert sum("dòng 10:" in line for line in found) == 3, "who, a real day and why are owed"
    assert sum("dòng 13:" in line for line in found) == 2
    assert all("; " in line for line in found)


def test_one_thing_is_said_once_of_one_place(tmp_path: Path) -> None:
    found = told(
        tmp_path,
        f"so-noi-vu,/tiep-dan,row_selector,li,{WHO}",
        f"so-noi-vu,https://www.so.test/tiep-dan/,row_selector,div,{WHO}",
        f"so-noi-vu,,row_selector,div,{WHO}",
        f"so-noi-vu,,exclude,/a,{WHO}",
        f"so-noi-vu,,exclude,/b,{WHO}",
    )
    assert len(found) == 1 and "dòng 3: trùng với dòng 2" in found[0]


def test_a_section_cannot_be_opened_and_excluded(tmp_path: Path) -> None:
    [found] = told(tmp_path, f"so-noi-vu,,exclude,/kho/*,{WHO}", f"so-noi-vu,,extra_section,/kho/7,Lịch{WHO}")
    assert "dòng 3: chuyên mục bị loại ở dòng 2" in found


def test_proposed_rows_are_valid_as_they_are(tmp_path: Path) -> None:
    lines = (
        Line("so-noi-vu", "row_selector", 'div[class="a, b"] > p', "http://so.test/x?a=1", "", "Phòng, ban",
             date(2026, 1, 2), 'thấy "3" tin'),
        Line("so-noi-vu", "extra_section", "http://so.test/y", "", "Lịch tiếp dân", "P", date(2026, 1, 2), "menu"),
    )
    overrides, problems = load(tmp_path, *as_csv(lines))
    assert not problems and overrides.lines == lines
