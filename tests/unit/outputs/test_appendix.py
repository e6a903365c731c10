"""Phụ lục 1 and Phụ lục 2, opened again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet
from small_province import MONTH, SINCE, Province, cells, records, texts, values

from pipeline.outputs.metrics import column_points
from pipeline.outputs.page import text_height
from pipeline.outputs.sheets import Style
from pipeline.registry.model import Registry, UnitVersion

FIRST, SECOND = "phu-luc-1", "phu-luc-2"
UNKNOWN = "không đánh giá được"
DECEMBER, JANUARY, FEBRUARY = (f"Lượt thông tin đăng tải trong tháng {m}" for m in ("12/2017", "01/2018", "02/2018"))
RESULTS = "Số lượng kết quả tiếp công dân và giải quyết đơn thư"
LATEST = "Ngày đăng tải gần nhất"
COMMUNE_SCHEDULE = "Lịch tiếp dân cấp xã/ thị trấn"
SIMULATED = "MÔ PHỎNG – số liệu không có thật"


def unplug(province: Province, unit: str, cause: str = "unreachable", detail: str = "") -> None:
    """Make a unit one that could not be observed this month."""
    for name in ("fact_coverage_monthly", "fact_unit_monthly", "fact_checklist_monthly"):
        province.con.execute(f"DELETE FROM {name} WHERE unit_id = ? AND month = ?", [unit, MONTH.first_day])
    province.covered(unit, assessed=False, cause=cause, detail=detail)
    province.unit_month(unit, None, latest_posting_state="not_assessable")
    for group in ("schedule", "regulation", "result"):
        for level in ("own", "commune"):
            province.check(unit, group, "not_assessable", level, m=9)


def test_figures_dates_and_numbers_stand_where_the_layout_puts_them(province: Province) -> None:
    row = cells(province.open(SECOND).worksheets[0])["Sở Y tế"]
    assert row["STT"].value == 2
    assert [row[head].value for head in (JANUARY, FEBRUARY, RESULTS)] == [20, 2, 1]
    assert row[LATEST].value == datetime(2018, 2, 2) and row[LATEST].number_format == "dd/mm/yyyy"
    assert all(isinstance(row[head].value, int) for head in (JANUARY, FEBRUARY, RESULTS))


def test_a_list_that_changed_says_what_changed_and_a_technical_detail_stays_out(province: Province) -> None:
    unplug(province, "so-y-te", "structure_changed", "Tiếp công dân: danh sách còn 0 tin, từng có 10")
    unplug(province, "so-noi-vu", "unreachable", "Connection reset by peer")
    rows = values(province.open(SECOND).worksheets[0])
    assert rows["Sở Y tế"]["Ghi chú"] == (
        "Không đánh giá được: cấu trúc thay đổi (Tiếp công dân: danh sách còn 0 tin, từng có 10)")
    assert rows["Sở Nội vụ"]["Ghi chú"] == "Không đánh giá được: không truy cập được"


def test_totals_are_numbers_under_their_columns(province: Province) -> None:
    sheet = province.open(SECOND).worksheets[0]
    row = next(r for r in sheet.iter_rows() if r[0].value == "Tổng lượt thông tin đăng tải")
    assert [cell.value for cell in row[2:6]] == ["–", 150, 15, 10]
    assert not any(cell.data_type == "f" for r in sheet.iter_rows() for cell in r)


def test_a_month_never_observed_shows_a_dash_not_a_zero(province: Province) -> None:
    assert {row[DECEMBER] for row in values(province.open(SECOND).worksheets[0]).values()} == {"–"}


def test_a_unit_that_did_not_exist_then_shows_a_dash(province: Province) -> None:
    province.unit_month("so-y-te", 4, MONTH.shift(-2))
    rows = values(province.open(SECOND).worksheets[0])
    assert (rows["Sở Y tế"][DECEMBER], rows["Sở Nội vụ"][DECEMBER]) == (4, "–")


def test_both_blocks_have_their_group_row_and_numbers_of_their_own(province: Province) -> None:
    sheet = province.open(SECOND).worksheets[0]
    firsts = [row[0].value for row in sheet.iter_rows()]
    start = firsts.index("CÁC SỞ, BAN, NGÀNH")
    assert firsts[start:start + 7] == ["CÁC SỞ, BAN, NGÀNH", 1, 2, 3, "UBND CÁC HUYỆN, THỊ XÃ", 1, 2]


def test_an_office_may_order_an_appendix_its_own_way(province: Province) -> None:
    rows = values(province.open(SECOND, positions={"gia-nghia": 2, "dak-song": 1}).worksheets[0])
    assert (rows["Đắk Song"]["STT"], rows["Gia Nghĩa"]["STT"]) == (1, 2)
    assert list(rows)[:3] == ["Sở Nội vụ", "Sở Y tế", "Cổng Thông tin điện tử tỉnh"]


def test_a_result_count_that_is_not_known_is_blank_and_not_zero(province: Province) -> None:
    province.con.execute("UPDATE fact_unit_monthly SET n_results = NULL WHERE unit_id = 'so-y-te'")
    sheet = province.open(SECOND).worksheets[0]
    assert values(sheet)["Sở Y tế"][RESULTS] is None
    assert next(r for r in sheet.iter_rows(values_only=True) if str(r[0]).startswith("Tổng"))[5] == 9


@pytest.mark.parametrize(("state", "said"), [
    ("not_displayed", "Không hiển thị ngày đăng"), ("nothing_to_date", "Không xác định được"),
])
def test_a_unit_without_a_latest_date_says_why(province: Province, state: str, said: str) -> None:
    province.con.execute("UPDATE fact_unit_monthly SET latest_posting_date = NULL, latest_posting_state = ? "
                         "WHERE unit_id = 'so-y-te'", [state])
    assert values(province.open(SECOND).worksheets[0])["Sở Y tế"][LATEST] == said


def test_a_unit_that_could_not_be_observed_has_no_figure_and_says_why(province: Province) -> None:
    unplug(province, "so-y-te")
    row = values(province.open(SECOND).worksheets[0])["Sở Y tế"]
    assert [row[head] for head in (FEBRUARY, RESULTS, LATEST)] == [UNKNOWN] * 3
    assert row[JANUARY] == 20 and row["Ghi chú"] == "Không đánh giá được: không truy cập được"
    marks = values(province.open(FIRST).worksheets[0])["Sở Y tế"]
    assert [marks[head] for head in list(marks)[2:]] == [UNKNOWN] * 3 + [row["Ghi chú"]]


def test_an_uncovered_unit_shows_no_count_even_where_a_table_holds_one(province: Province) -> None:
    province.con.execute("DELETE FROM fact_coverage_monthly WHERE unit_id = 'so-y-te'")
    row = values(province.open(SECOND).worksheets[0])["Sở Y tế"]
    assert row[FEBRUARY] == UNKNOWN and row["Ghi chú"] == "Không đánh giá được: chưa thu thập"


def test_totals_say_over_how_many_units_they_are(province: Province) -> None:
    unplug(province, "so-y-te")
    sheet = province.open(SECOND).worksheets[0]
    row = next(r for r in sheet.iter_rows(values_only=True) if str(r[0]).startswith("Tổng"))
    assert row[0] == "Tổng lượt thông tin đăng tải (4/5 đơn vị đánh giá được)" and row[4] == 13


def test_totals_name_the_month_where_an_earlier_one_is_incomplete(province: Province) -> None:
    province.con.execute("UPDATE fact_unit_monthly SET n_postings = NULL, n_results = NULL "
                         "WHERE unit_id = 'cong' AND month = ?", [MONTH.shift(-1).first_day])
    sheet = province.open(SECOND).worksheets[0]
    label = next(t for t in texts(sheet) if t.startswith("Tổng"))
    assert label == "Tổng lượt thông tin đăng tải (đánh giá được: 4/5 đơn vị tháng 01/2018)"
    assert values(sheet)["Cổng Thông tin điện tử tỉnh"][JANUARY] == UNKNOWN


def test_totals_over_nothing_are_not_a_zero(province: Province) -> None:
    province.con.execute("UPDATE fact_coverage_monthly SET assessed = false, cause = 'tls'")
    row = next(r for r in province.open(SECOND).worksheets[0].iter_rows(values_only=True) if str(r[0]).startswith("Tổ"))
    assert row[4:6] == (UNKNOWN, UNKNOWN)


@pytest.mark.parametrize("status", ["missing", "removed"])
def test_a_group_that_is_not_published_is_blank_and_one_that_is_has_a_mark(province: Province, status: str) -> None:
    province.con.execute("UPDATE fact_checklist_monthly SET status = ?, n = 0 WHERE unit_id = 'so-y-te' "
                         "AND group_id = 'result'", [status])
    row = values(province.open(FIRST).worksheets[0])["Sở Y tế"]
    assert row["Lịch tiếp công dân"] == "✓" and row["Kết quả tiếp công dân, trả lời đơn thư"] is None


def test_communes_are_shown_of_all_communes_as_text_and_none_as_zero(province: Province) -> None:
    province.con.execute("UPDATE fact_checklist_monthly SET n = 0, status = 'missing' WHERE unit_id = 'gia-nghia' "
                         "AND level = 'commune'")
    rows = cells(province.open(FIRST).worksheets[0])
    cell = rows["Đắk Song"][COMMUNE_SCHEDULE]
    assert (cell.value, cell.data_type, cell.number_format) == ("4/9", "s", "@")
    assert rows["Gia Nghĩa"][COMMUNE_SCHEDULE].value == "0"
    assert rows["Đắk Song"]["Kết quả cấp xã"].value == "✓" and rows["Gia Nghĩa"]["Kết quả cấp xã"].value is None


def test_a_district_whose_communes_were_not_counted_shows_no_figure(province: Province) -> None:
    province.con.execute("UPDATE fact_checklist_monthly SET n = NULL WHERE unit_id = 'dak-song' AND level = 'commune'")
    row = values(province.open(FIRST).worksheets[0])["Đắk Song"]
    assert row[COMMUNE_SCHEDULE] == UNKNOWN and row["Lịch tiếp công dân"] == "✓"


def test_title_block_says_what_of_which_month_watched_until_when(province: Province) -> None:
    issuer = ("UBND TỈNH ĐẮK NÔNG", "VĂN PHÒNG")
    first, second = (texts(province.open(layout, issuer=issuer).worksheets[0]) for layout in (FIRST, SECOND))
    assert first[:3] == [*issuer, "PHỤ LỤC 1"] and second[2] == "PHỤ LỤC 2"
    assert first[4] == "(Tháng 02 năm 2018; số liệu theo dõi đến hết ngày 05/3/2018)"
    assert second[3].endswith("của các đơn vị tháng 02 năm 2018")
    assert second[4] == "(Số liệu theo dõi đến hết ngày 05/3/2018)"


def test_signs_are_explained_under_the_table(province: Province) -> None:
    first, second = (texts(province.open(layout).worksheets[0]) for layout in (FIRST, SECOND))
    assert any(t.startswith("✓ :") for t in first) and any(t.startswith("n/m :") for t in first)
    assert any(t.startswith("– :") for t in second) and not any(t.startswith("n/m :") for t in second)


@pytest.mark.parametrize("layout", [FIRST, SECOND])
def test_simulated_figures_say_so_on_every_sheet_and_every_page(province: Province, layout: str) -> None:
    simulated, real = province.open(layout, simulated=True), province.open(layout)
    for sheet in simulated:
        assert texts(sheet)[0] == SIMULATED
        assert SIMULATED in sheet.oddHeader.center.text and SIMULATED in sheet.oddFooter.center.text
    assert SIMULATED in simulated.properties.description
    assert not any(SIMULATED in texts(sheet) or sheet.oddHeader.center.text for sheet in real)


@pytest.mark.parametrize("layout", [FIRST, SECOND])
def test_every_sheet_prints_on_a4_landscape_one_page_wide_with_repeated_heading_and_page_numbers(
        province: Province, layout: str) -> None:
    for sheet in province.open(layout):
        setup = sheet.page_setup
        assert (setup.orientation, int(setup.paperSize), setup.fitToWidth, setup.fitToHeight) == ("landscape", 9, 1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows and sheet.freeze_panes
        assert "&P" in sheet.oddFooter.right.text
        assert 0.3 <= sheet.page_margins.left <= 0.8


def test_the_heading_of_a_single_table_is_what_is_repeated(province: Province) -> None:
    sheet = province.open(SECOND).worksheets[0]
    first, last = (int(n) for n in re.findall(r"\d+", sheet.print_title_rows))
    assert first == last and sheet.cell(first, 1).value == "STT" and sheet.freeze_panes == f"C{first + 1}"


def test_two_tables_share_columns_and_repeat_the_title(province: Province) -> None:
    sheet = province.open(FIRST).worksheets[0]
    heads = [row[0].row for row in sheet.iter_rows() if row[0].value == "STT"]
    assert len(heads) == 2 and sheet.cell(heads[0] - 1, 1).value == "CÁC SỞ, BAN, NGÀNH"
    assert [sheet.cell(row, 3).value for row in heads] == ["Lịch tiếp công dân"] * 2
    first = int(re.findall(r"\d+", sheet.print_title_rows)[0])
    assert sheet.cell(first, 1).value == "PHỤ LỤC 1"


def many_departments(province: Province, count: int) -> None:
    """Add departments, all observed, until there are `count`."""
    added = [UnitVersion(f"so-{n}", f"Sở thứ {n}", "department", n, SINCE) for n in range(3, count + 1)]
    province.registry = Registry((*province.registry.versions, *added), (), (), ())
    for unit in added:
        province.covered(unit.unit_id)
        province.unit_month(unit.unit_id, 1, latest_posting_date=date(2018, 2, 1))
        province.unit_month(unit.unit_id, 1, MONTH.shift(-1))
        for group in ("schedule", "regulation", "result"):
            province.check(unit.unit_id, group, "published", n=1)


def test_a_block_that_does_not_fit_begins_a_new_page(province: Province) -> None:
    many_departments(province, 20)
    for layout in (FIRST, SECOND):
        sheet = province.open(layout).worksheets[0]
        group = next(r[0].row for r in sheet.iter_rows() if r[0].value == "UBND CÁC HUYỆN, THỊ XÃ")
        assert [b.id for b in sheet.row_breaks.brk] == [group - 1]


def test_a_table_among_several_that_is_longer_than_a_page_shows_its_heading_on_each(province: Province) -> None:
    many_departments(province, 60)
    sheet = province.open(FIRST).worksheets[0]
    breaks = [b.id for b in sheet.row_breaks.brk]
    assert len(breaks) == 2
    assert [sheet.cell(after + 1, 1).value for after in breaks] == ["STT", "STT"]
    assert len(values(sheet)) == 63


@pytest.mark.parametrize("layout", [FIRST, SECOND])
def test_every_word_fits_its_cell(province: Province, layout: str) -> None:
    unplug(province, "so-y-te")
    book = province.open(layout, simulated=True)
    province.posting("p1", "so-noi-vu", title="Thông báo kết luận " * 12, url="http://a.test/" + "tin-" * 40)
    for sheet in (*book, province.open(layout).worksheets[1]):
        assert not list(unfit(sheet))


def unfit(sheet: Worksheet) -> list[str]:
    """Return cells whose text needs more height than their row has."""
    spans = {bounds[0:2]: bounds[2] for bounds in (range_boundaries(str(m)) for m in sheet.merged_cells.ranges)}
    found = []
    for row in sheet.iter_rows():
        for cell in row:
            if not isinstance(cell.value, str):
                continue
            last = spans.get((cell.column, cell.row), cell.column)
            width = sum(sheet.column_dimensions["ABCDEFGHIJKLMN"[c - 1]].width for c in range(cell.column, last + 1))
            style = Style(size=cell.font.size, bold=bool(cell.font.bold))
            need = text_height(cell.value, column_points(width, cell.alignment.indent), style)
            if need > sheet.row_dimensions[cell.row].height + 4:
                found.append(f"{sheet.title}!{cell.coordinate}")
    return found


def test_the_evidence_holds_each_counted_posting_with_its_proof(province: Province) -> None:
    province.posting("p1", "so-y-te", title="=Lịch tiếp công dân", url="http://so-y-te.test/1")
    january = {"counted_month": date(2018, 1, 1), "posted_on": date(2018, 1, 9)}
    province.posting("p2", "so-y-te", first_seen=datetime(2018, 2, 5, 16, 59, tzinfo=UTC), **january)
    province.posting("p6", "so-y-te", first_seen=datetime(2018, 2, 5, 17, 0, 1, tzinfo=UTC), **january)
    province.posting("p3", "so-y-te", counted_month=date(2017, 11, 1), posted_on=date(2017, 11, 9))
    province.posting("p4", "so-y-te", group_id="other")
    province.posting("p5", "so-y-te", first_seen=datetime(2018, 3, 5, 17, 0, tzinfo=UTC))
    sheet = province.open(SECOND)["Bằng chứng"]
    found = records(sheet)
    assert [(r["Tháng tính"], r["Tiêu đề"]) for r in found] == [
        (datetime(2018, 1, 1), "Tin p2"), (datetime(2018, 2, 1), "=Lịch tiếp công dân"),
    ]
    assert found[1] | {} == {
        "Tháng tính": datetime(2018, 2, 1), "Tên đơn vị": "Sở Y tế", "Nhóm thông tin": "Lịch tiếp công dân",
        "Cấp": "đơn vị", "Tiêu đề": "=Lịch tiếp công dân", "Địa chỉ": "http://so-y-te.test/1", "Mở": "mở",
        "Ngày hiển thị": datetime(2018, 2, 6), "Ngày đăng": datetime(2018, 2, 6), "Nguồn ngày": "danh sách",
        "Lần đầu thấy": datetime(2018, 2, 7, 8, 30), "Mã bản chụp": "c/p1", "Chứng minh cho": "lượt thông tin",
    }
    assert sheet.auto_filter.ref.startswith("A") and sheet.cell(sheet.max_row, 7).hyperlink.target.endswith("/1")


def test_the_evidence_of_marks_is_the_live_postings_that_carry_them(province: Province) -> None:
    undated = {"counted_month": None, "counted_by": "undated_stock", "posted_on": None, "displayed_on": None,
               "posted_on_source": None}
    province.posting("p1", "dak-song", level="commune", commune_id="xa-1", **undated)
    province.posting("p2", "dak-song", **undated)
    province.con.execute("UPDATE fact_checklist_monthly SET evidence = ['p1'] WHERE unit_id = 'dak-song' "
                         "AND level = 'commune' AND group_id = 'schedule'")
    found = records(province.open(FIRST)["Bằng chứng"])
    assert [(r["Tháng tính"], r["Cấp"], r["Chứng minh cho"]) for r in found] == [
        ("không rõ ngày", "Xã Đắk N’Drung", "dấu ✓"),
    ]


def test_the_posting_behind_a_latest_date_is_in_the_evidence_however_old(province: Province) -> None:
    province.con.execute("UPDATE fact_unit_monthly SET latest_posting_date = DATE '2016-08-05' WHERE unit_id = 'cong'")
    province.posting("p1", "cong", counted_month=date(2016, 8, 1), posted_on=date(2016, 8, 5))
    assert [r["Chứng minh cho"] for r in records(province.open(SECOND)["Bằng chứng"])] == ["ngày gần nhất"]


def test_an_address_that_must_not_be_opened_stays_text_without_a_link(province: Province) -> None:
    province.posting("p1", "so-y-te", url="javascript:alert(1)")
    sheet = province.open(SECOND)["Bằng chứng"]
    assert records(sheet)[0]["Địa chỉ"] == "javascript:alert(1)" and records(sheet)[0]["Mở"] is None
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


def test_no_evidence_says_that_there_is_none(province: Province) -> None:
    assert [r["Tháng tính"] for r in records(province.open(SECOND)["Bằng chứng"])] == ["không có"]


def test_coverage_names_each_unit_and_why_it_could_not_be_assessed(province: Province) -> None:
    unplug(province, "so-y-te")
    found = {r["Tên đơn vị"]: r for r in records(province.open(SECOND)["Độ phủ"])}
    assert len(found) == 5
    assert (found["Sở Y tế"]["Đánh giá được"], found["Sở Y tế"]["Nguyên nhân"]) == ("Không", "không truy cập được")
    assert (found["Sở Nội vụ"]["Đánh giá được"], found["Sở Nội vụ"]["Số trang"]) == ("Có", 7)
    assert found["Sở Nội vụ"]["Mã độ phủ"] == "2018-02/so-noi-vu"


def test_each_list_behind_the_coverage_is_named_with_its_capture(province: Province) -> None:
    told = {"month": MONTH.first_day, "unit_id": "so-y-te", "coverage_id": "2018-02/so-y-te", "portal_id": "so-y-te"}
    province.add("fact_section_coverage_monthly", **told, section_url="http://so-y-te.test/a", trail="Tiếp công dân",
                 complete=True, cause="none", items=3, captures=["c/so-y-te/2", "c/so-y-te/3"])
    province.add("fact_section_coverage_monthly", **told, section_url="http://so-y-te.test/b", complete=False,
                 cause="structure_changed", detail="danh sách còn 0 tin, từng có 9", captures=["c/so-y-te/4"])
    first, second = records(province.open(SECOND)["Độ phủ theo chuyên mục"])
    assert (first["Chuyên mục"], first["Duyệt đủ"], first["Nguyên nhân"], first["Bản chụp"], first["Mã độ phủ"]) == (
        "Tiếp công dân", "Có", None, "c/so-y-te/2 (+1)", "2018-02/so-y-te")
    assert second["Duyệt đủ"] == "Không" and second["Bản chụp"] == "c/so-y-te/4"
    assert second["Nguyên nhân"] == "cấu trúc thay đổi (danh sách còn 0 tin, từng có 9)"


@pytest.mark.parametrize("layout", [FIRST, SECOND])
def test_the_same_month_gives_the_same_bytes(province: Province, layout: str) -> None:
    for number in range(20):
        province.posting(f"p{number}", "so-y-te")
    once = province.render(layout)
    province.con.execute("CREATE TABLE other AS FROM posting ORDER BY posting_id DESC")
    province.con.execute("DELETE FROM posting; INSERT INTO posting FROM other")
    assert province.render(layout) == once


def test_another_programme_lays_out_its_own_appendix(province: Province) -> None:
    layout = province.programme.layouts[1]
    block = layout.tables[0].blocks[0].model_copy(update={"heading": None, "kinds": ("department", "district")})
    kept = tuple(c for c in layout.tables[0].columns if c.show in ("position", "name", "postings"))
    tables = (layout.tables[0].model_copy(update={"blocks": (block,), "columns": kept, "total_label": None}),)
    own = layout.model_copy(update={"id": "own", "label": "PHỤ LỤC", "title": "Tỉnh {province}", "tables": tables})
    province.programme = province.programme.model_copy(update={"layouts": (own,)})
    sheet = province.open("own").worksheets[0]
    assert list(values(sheet)) == ["Sở Nội vụ", "Đắk Song", "Sở Y tế"]
    assert "Tỉnh Tỉnh Đắk Nông" in texts(sheet) and not any(t.startswith("Tổng") for t in texts(sheet))


def test_an_unknown_layout_is_refused(province: Province) -> None:
    with pytest.raises(KeyError, match="phu-luc-9"):
        province.render("phu-luc-9")


def test_a_unit_of_before_is_not_listed(province: Province) -> None:
    ended = [replace(v, valid_to=date(2018, 2, 1)) if v.unit_id == "so-y-te" else v for v in province.registry.versions]
    province.registry = Registry(tuple(ended), (), (), ())
    assert "Sở Y tế" not in values(province.open(SECOND).worksheets[0])


def test_a_mark_without_verdict_says_why_in_the_note_of_its_unit(province: Province) -> None:
    province.con.execute("DELETE FROM fact_checklist_monthly WHERE unit_id = 'so-y-te' AND group_id <> 'schedule'")
    for group in ("regulation", "result"):
        province.check("so-y-te", group, "not_assessable", cause="awaiting_recheck")
    told = values(province.open("phu-luc-1").worksheets[0])
    assert told["Sở Y tế"]["Kết quả tiếp công dân, trả lời đơn thư"] == UNKNOWN
    assert told["Sở Y tế"]["Ghi chú"] == (
        "Không đánh giá được “Quy chế/nội quy tiếp công dân”, “Kết quả tiếp công dân, trả lời đơn thư”: "
        "chờ kiểm tra lại.")
    assert told["Sở Nội vụ"]["Ghi chú"] is None
    assert values(province.open("phu-luc-2").worksheets[0])["Sở Y tế"]["Ghi chú"] is None
