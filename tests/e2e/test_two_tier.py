"""A province across the reform of 1 July 2025: months by the structure of their time, series by today's."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.months import Month
from pipeline.simulator.reference import two_tier
from tests.e2e.province import Province, make_province, sheet_lines

JUNE, JULY, AUGUST = Month(2025, 6), Month(2025, 7), Month(2025, 8)
Rows = dict[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Province:
    made = make_province(two_tier(), tmp_path_factory.mktemp("two-tier") / "w")
    for month, report in made.run_all().items():
        assert report.success, (month, report)
    return made


def rows(province: Province, month: Month, file: str) -> Rows:
    """Return unit name → the cells after it, of every table of the first sheet."""
    lines = sheet_lines(province.workspace.outputs(month) / file)
    return {line[1]: line[2:] for line in lines if line[0].isdigit()}


def texts(province: Province, month: Month, file: str) -> list[str]:
    return [cell for line in sheet_lines(province.workspace.outputs(month) / file) for cell in line if cell]


def test_before_the_reform_departments_and_districts_stand_in_the_appendices(province: Province) -> None:
    found = rows(province, JUNE, "phu-luc-1.xlsx")
    assert list(found) == [
        "Cổng Thông tin điện tử tỉnh Lâm Đồng", "Sở Nội vụ tỉnh Đắk Nông", "Sở Nội vụ tỉnh Lâm Đồng (trước 01/7/2025)",
        "Sở Nội vụ tỉnh Bình Thuận", "Sở Tài chính tỉnh Đắk Nông", "Sở Tài chính tỉnh Bình Thuận", "Đắk Mil",
        "Gia Nghĩa"]
    assert found["Đắk Mil"][:6] == ("✓", "✓", "", "2/3", "0", "")
    assert found["Gia Nghĩa"][:6] == ("✓", "", "✓", "0", "2/2", "")
    assert "UBND CÁC XÃ, PHƯỜNG, ĐẶC KHU" not in texts(province, JUNE, "phu-luc-1.xlsx")


def test_after_it_communes_stand_where_districts_stood(province: Province) -> None:
    found = rows(province, AUGUST, "phu-luc-1.xlsx")
    assert {name: cells[:3] for name, cells in found.items()} == {
        "Sở Nội vụ tỉnh Lâm Đồng": ("✓", "✓", "✓"),
        "Sở Tài chính tỉnh Lâm Đồng": ("✓", "✓", ""),
        "Cổng Thông tin điện tử tỉnh Lâm Đồng": ("✓", "✓", "✓"),
        "Phường Bắc Gia Nghĩa": ("✓", "✓", "✓"),
        "Phường Nam Gia Nghĩa": ("✓", "", ""),
        "Xã Đức Lập": ("✓", "✓", ""),
        "Xã Đắk Mil": ("✓", "", ""),
    }
    assert "UBND CÁC HUYỆN, THỊ XÃ" not in texts(province, AUGUST, "phu-luc-1.xlsx")


def test_the_series_of_a_merged_department_is_what_the_old_ones_had_together(province: Province) -> None:
    found = rows(province, AUGUST, "phu-luc-2.xlsx")
    assert {name: cells[:3] for name, cells in found.items()} == {
        "Sở Nội vụ tỉnh Lâm Đồng": ("5", "3", "2"),
        "Sở Tài chính tỉnh Lâm Đồng": ("2", "2", "2"),
        "Cổng Thông tin điện tử tỉnh Lâm Đồng": ("2", "1", "1"),
        "Phường Bắc Gia Nghĩa": ("–", "2", "2"),
        "Phường Nam Gia Nghĩa": ("–", "1", "1"),
        "Xã Đức Lập": ("–", "2", "0"),
        "Xã Đắk Mil": ("–", "0", "0"),
    }
    total = next(line for line in sheet_lines(province.workspace.outputs(AUGUST) / "phu-luc-2.xlsx")
                 if line[0].startswith("Tổng lượt"))
    assert total[2:5] == ("14", "11", "8")
    assert any(text.startswith("Số liệu các tháng trước của Sở Nội vụ tỉnh Lâm Đồng là tổng của:")
               for text in texts(province, AUGUST, "phu-luc-2.xlsx"))


def test_the_change_of_july_compares_the_new_departments_with_the_old_ones(province: Province) -> None:
    found = rows(province, JULY, "bien-dong.xlsx")
    assert found["Sở Nội vụ tỉnh Lâm Đồng"][:3] == ("5", "3", "-2")
    assert found["Phường Bắc Gia Nghĩa"][0] == "–" and found["Phường Bắc Gia Nghĩa"][2] == "–"
    totals = next(line for line in sheet_lines(province.workspace.outputs(JULY) / "bien-dong.xlsx")
                  if line[0].startswith("Toàn tỉnh: lượt"))
    assert totals[2:5] == ("14", "11", "–")


def test_june_made_again_after_the_reform_is_as_it_was(province: Province) -> None:
    from pipeline.runs import run_month

    path: Path = province.workspace.outputs(JUNE) / "phu-luc-2.xlsx"
    before = path.read_bytes()
    assert run_month(province.workspace, JUNE, from_snapshots=True).success
    assert path.read_bytes() == before
