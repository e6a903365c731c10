"""Appendices across a reform: which units stand in them, and which figures of earlier months."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from small_province import MONTH, SINCE, Province, texts, values

from pipeline.checks.workbooks import differences
from pipeline.programmes.loader import load
from pipeline.registry.model import Registry, Succession, UnitVersion

REFORM = date(2018, 2, 10)
OLD, NOW = MONTH.shift(-1), MONTH
PREVIOUS = f"Lượt thông tin đăng tải trong tháng {OLD.number:02d}/{OLD.year}"


@pytest.fixture
def reformed(province: Province) -> Province:
    """Sở A and Sở B became Sở AB, Huyện C was abolished, its communes answer for themselves."""
    versions = (
        UnitVersion("so-a", "Sở A", "department", 1, SINCE, REFORM),
        UnitVersion("so-b", "Sở B", "department", 2, SINCE, REFORM),
        UnitVersion("so-ab", "Sở AB", "department", 1, REFORM),
        UnitVersion("huyen-c", "Huyện C", "district", 3, SINCE, REFORM),
        UnitVersion("xa-cu", "Xã cũ", "commune", 1, SINCE, REFORM, "huyen-c"),
        UnitVersion("tinh", "Tỉnh", "province", 1, SINCE),
        UnitVersion("xa-moi", "Xã mới", "commune", 1, REFORM, None, "tinh"),
    )
    told = tuple(Succession(old, new, REFORM, kind, "Nghị quyết số 7") for old, new, kind in (
        ("so-a", "so-ab", "merge"), ("so-b", "so-ab", "merge"), ("huyen-c", None, "abolish"),
        ("xa-cu", "xa-moi", "merge")))
    for table in ("fact_unit_monthly", "fact_coverage_monthly", "fact_checklist_monthly"):
        province.con.execute(f"DELETE FROM {table}")
    made = replace(province, programme=load("citizen_reception_two_tier"), registry=Registry(versions, told, (), ()))
    for unit, n in (("so-a", 3), ("so-b", 4), ("huyen-c", 5)):
        made.covered(unit, month=OLD)
        made.unit_month(unit, n, OLD)
    for unit, n in (("so-ab", 2), ("xa-moi", 1)):
        made.covered(unit)
        made.unit_month(unit, n, latest_posting_date=date(2018, 2, 20))
    made.add("fact_series_monthly", month=NOW.first_day, series_month=OLD.first_day, unit_id="so-ab",
             programme_id=made.programme.id, n_postings=7, n_results=0, origins=["so-a", "so-b"])
    return made


def test_the_month_of_a_reform_shows_the_units_of_its_last_day_and_no_empty_block(reformed: Province) -> None:
    sheet = reformed.open("phu-luc-2").worksheets[0]
    assert list(values(sheet)) == ["Sở AB", "Xã mới"]
    assert "UBND CÁC HUYỆN, THỊ XÃ" not in texts(sheet)


def test_the_month_before_shows_its_districts_and_not_their_communes(reformed: Province) -> None:
    before = replace(reformed, month=OLD)
    sheet = before.open("phu-luc-2").worksheets[0]
    assert list(values(sheet)) == ["Sở A", "Sở B", "Huyện C"]
    assert "UBND CÁC XÃ, PHƯỜNG, ĐẶC KHU" not in texts(sheet)
    first = before.open("phu-luc-1").worksheets[0]
    assert list(values(first)) == ["Sở A", "Sở B", "Huyện C"]
    assert "UBND CÁC XÃ, PHƯỜNG, ĐẶC KHU" not in texts(first)


def test_a_merged_unit_shows_what_it_took_over_and_says_from_whom_and_by_what(reformed: Province) -> None:
    sheet = reformed.open("phu-luc-2").worksheets[0]
    assert values(sheet)["Sở AB"][PREVIOUS] == 7
    assert values(sheet)["Xã mới"][PREVIOUS] == "–"
    assert "Số liệu các tháng trước của Sở AB là tổng của: Sở A, Sở B (Nghị quyết số 7)." in texts(sheet)


def test_by_the_structure_of_its_time_a_new_unit_has_no_past(reformed: Province) -> None:
    layout = reformed.programme.layouts[1]
    table = layout.tables[0]
    then = tuple(column.model_copy(update={"structure": "then"}) for column in table.columns)
    changed = layout.model_copy(update={"tables": (table.model_copy(update={"columns": then}),)})
    made = replace(reformed, programme=reformed.programme.model_copy(
        update={"layouts": (reformed.programme.layouts[0], changed)}))
    sheet = made.open("phu-luc-2").worksheets[0]
    assert values(sheet)["Sở AB"][PREVIOUS] == "–"
    assert not any("là tổng của" in text for text in texts(sheet))


def test_the_total_of_an_earlier_month_is_over_the_units_it_had_then(reformed: Province) -> None:
    sheet = reformed.open("phu-luc-2").worksheets[0]
    total = next(row for row in sheet.iter_rows(values_only=True) if str(row[0]).startswith("Tổng lượt"))
    assert total[2:5] == ("–", 12, 3)


@pytest.mark.parametrize("month", [OLD, NOW])
def test_the_finished_workbook_agrees_with_the_facts(reformed: Province, tmp_path, month) -> None:  # type: ignore[no-untyped-def]
    made = replace(reformed, month=month)
    path = tmp_path / "phu-luc-2.xlsx"
    path.write_bytes(made.render("phu-luc-2"))
    assert differences(made.con, path, made.programme, made.programme.layouts[1], made.registry, month) == []
    made.con.execute("UPDATE fact_unit_monthly SET n_postings = n_postings + 1")
    found = differences(made.con, path, made.programme, made.programme.layouts[1], made.registry, month)
    assert any("dòng tổng, cột 4" in line for line in found) is (month == NOW)
