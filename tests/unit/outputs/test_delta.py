"""bien-dong.xlsx, opened again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from small_province import MONTH, SINCE, WATCHED, Province, cells, records, texts, values

from pipeline.outputs import delta
from pipeline.registry.model import UnitVersion

UNKNOWN = "không đánh giá được"


@pytest.fixture
def changed(province: Province) -> Province:
    """The province with a change of +1 in each unit, all in its schedule."""
    for unit in WATCHED:
        for group in ("all", "schedule", "regulation", "result", "notice", "legal_text"):
            counts = (3, 2, 1, 1, 0) if group in ("all", "schedule") else (0, 0, 0, 0, 0)
            put(province, unit, group, *counts)
    put(province, "province", "schedule", 15, 10, 5, 5, 0)
    put(province, "province", "all", 15, 10, 5, 5, 0, n_units_posting=5, n_units_posting_previous=4, n_units_assessed=5)
    return province


def put(province: Province, unit: str, group: str, this: int | None, previous: int | None, change: int | None,
        new: int, removed: int, **more: int) -> None:
    province.add("fact_delta_monthly", month=MONTH.first_day, programme_id=province.programme.id, unit_id=unit,
                 group_id=group, n_postings=this, n_postings_previous=previous, change=change, n_new=new,
                 n_removed=removed, **more)


def listed(province: Province, posting_id: str, change: str, title: str = "Tin") -> None:
    province.add("delta_posting_monthly", month=MONTH.first_day, unit_id="so-y-te", posting_id=posting_id,
                 change=change, group_id="schedule", level="own", title=title, url=f"http://a.test/{posting_id}",
                 posted_on=date(2018, 2, 6), capture_id=f"c/{posting_id}")


def row_of(province: Province, start: str) -> tuple[object, ...]:
    sheet = province.deltas()["Theo đơn vị"]
    return next(r for r in sheet.iter_rows(values_only=True) if str(r[0]).startswith(start))


def test_each_unit_shows_both_months_and_a_signed_change(changed: Province) -> None:
    row = cells(changed.deltas()["Theo đơn vị"])["Sở Y tế"]
    assert [c.value for c in list(row.values())[2:7]] == [2, 3, 1, 1, 0]
    assert row["Tăng/giảm"].number_format == "+0;-0;0"
    assert "Lượt thông tin tháng 01/2018" in row and "Lượt thông tin tháng 02/2018" in row


def test_the_province_has_its_rows(changed: Province) -> None:
    assert row_of(changed, "Toàn tỉnh: lượt thông tin")[2:7] == (10, 15, 5, 5, 0)
    assert row_of(changed, "Toàn tỉnh: số đơn vị có đăng tải")[2:5] == (4, 5, 1)


def test_every_group_and_every_unit_of_it_is_there(changed: Province) -> None:
    book = changed.deltas()
    assert values(book["Theo nhóm"])["Lịch tiếp công dân"]["Tăng/giảm"] == 5
    assert len(records(book["Đơn vị và nhóm"])) == len(WATCHED) * len(changed.programme.groups)


def test_a_unit_that_cannot_be_compared_shows_no_change_and_no_zero(changed: Province) -> None:
    changed.con.execute("UPDATE fact_delta_monthly SET n_postings = NULL, change = NULL, n_new = 0 "
                        "WHERE unit_id = 'so-y-te'")
    changed.con.execute("UPDATE fact_coverage_monthly SET assessed = false, cause = 'tls' WHERE unit_id = 'so-y-te'")
    row = list(values(changed.deltas()["Theo đơn vị"])["Sở Y tế"].values())
    assert row[2:7] == [2, UNKNOWN, "–", UNKNOWN, UNKNOWN]
    assert row[7] == "Không đánh giá được: chứng thư TLS không hợp lệ"


def test_a_first_month_has_nothing_to_compare_with(changed: Province) -> None:
    changed.con.execute("DELETE FROM fact_unit_monthly WHERE month < ?", [MONTH.first_day])
    changed.con.execute("UPDATE fact_delta_monthly SET n_postings_previous = NULL, change = NULL, "
                        "n_units_posting_previous = NULL")
    assert list(values(changed.deltas()["Theo đơn vị"])["Sở Y tế"].values())[2:5] == ["–", 3, "–"]
    assert row_of(changed, "Toàn tỉnh: số đơn vị")[2:5] == ("–", 5, "–")


def test_a_change_over_other_units_is_not_shown_for_units_either(changed: Province) -> None:
    changed.con.execute("UPDATE fact_delta_monthly SET change = NULL, n_units_assessed = 4 WHERE unit_id = 'province'")
    assert row_of(changed, "Toàn tỉnh: lượt thông tin (4/5 đơn vị đánh giá được)")[4] == "–"
    assert row_of(changed, "Toàn tỉnh: số đơn vị")[4] == "–"


def test_the_postings_behind_the_numbers_are_listed(changed: Province) -> None:
    listed(changed, "p1", "new", "=Tin mới")
    listed(changed, "p2", "removed", "Tin cũ")
    book = changed.deltas()
    assert [(r["Tiêu đề"], r["Mã bản chụp"]) for r in records(book["Tin mới"])] == [("=Tin mới", "c/p1")]
    assert [(r["Tên đơn vị"], r["Tiêu đề"]) for r in records(book["Tin bị gỡ"])] == [("Sở Y tế", "Tin cũ")]
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_an_empty_list_says_so(changed: Province) -> None:
    assert [r["Tên đơn vị"] for r in records(changed.deltas()["Tin bị gỡ"])] == ["không có"]


def test_the_same_month_gives_the_same_bytes(changed: Province) -> None:
    def made() -> bytes:
        return delta.render(changed.con, changed.programme, changed.registry, MONTH, changed.options)

    assert made() == made()


def test_simulated_changes_say_so_on_every_sheet(changed: Province) -> None:
    changed.options = replace(changed.options, simulated=True)
    for sheet in changed.deltas():
        assert texts(sheet)[0].startswith("MÔ PHỎNG") and "MÔ PHỎNG" in sheet.oddFooter.center.text
        assert sheet.print_title_rows and sheet.freeze_panes


def test_a_block_that_does_not_fit_begins_a_new_page_with_its_heading(changed: Province) -> None:
    more = tuple(UnitVersion(f"so-{n}", f"Sở {n}", "department", 10 + n, SINCE) for n in range(11))
    changed.registry = replace(changed.registry, versions=changed.registry.versions + more)
    sheet = changed.deltas()["Theo đơn vị"]
    [heading] = [row[0].row for row in sheet.iter_rows() if row[0].value == "UBND CÁC HUYỆN, THỊ XÃ"]
    assert [one.id for one in sheet.row_breaks.brk] == [heading - 1]


def test_results_that_wait_for_a_person_are_said_to_be_counted_as_proposed(changed: Province) -> None:
    assert not [text for text in texts(changed.deltas()["Theo nhóm"]) if "đề xuất" in text]
    changed.con.execute("UPDATE fact_unit_monthly SET n_results = NULL WHERE unit_id = 'so-y-te'")
    [line] = [text for text in texts(changed.deltas()["Theo nhóm"]) if "đề xuất" in text]
    assert line.endswith("chương trình đề xuất: Sở Y tế.")
