"""kien-nghi.xlsx: every finding of every unit, what to do, since when, and the evidence."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from small_province import WATCHED, Province, records, texts
from test_remarks import found, missing, noted

from pipeline.outputs import recommendations

HEADERS = ("STT", "Nhận xét", "Kiến nghị", "Mức độ", "Nêu từ tháng", "Tình trạng")


def made(province: Province) -> bytes:
    return recommendations.render(
        province.con, province.programme, province.registry, province.month, province.options)


def opened(province: Province) -> Workbook:
    return load_workbook(BytesIO(made(province)))


def rows(province: Province) -> dict[str, list[tuple[Any, ...]]]:
    """Return unit → its rows on the first sheet, without their numbers."""
    told: dict[str, list[tuple[Any, ...]]] = {}
    unit = ""
    for row in opened(province).worksheets[0].iter_rows(values_only=True):
        if isinstance(row[0], str):
            unit = row[0]
        elif any(row):
            told.setdefault(unit, []).append(row[1:])
    return told


def test_a_unit_has_a_row_for_each_finding_in_the_programmes_order(province: Province) -> None:
    found(province, "so-y-te", "notices", "notice", "noted", groups=["notice"], n=1)
    missing(province, "so-y-te", "result")
    sheet = opened(province).worksheets[0]
    assert HEADERS in list(sheet.iter_rows(values_only=True))
    assert rows(province)["Sở Y tế"] == [
        ("Nhận xét missing.", "Kiến nghị missing.", "nghiêm trọng", "01/2018", "chưa khắc phục"),
        ("Nhận xét notices.", "Kiến nghị notices.", "điểm tốt", "01/2018", "đã ghi nhận"),
    ]


def test_units_of_which_nothing_is_found_are_named_at_the_end(province: Province) -> None:
    missing(province, "so-y-te", "result")
    [line] = [text for text in texts(opened(province).worksheets[0]) if text.startswith("Không có nhận xét")]
    assert line == "Không có nhận xét: Sở Nội vụ; Cổng Thông tin điện tử tỉnh; Gia Nghĩa; Đắk Song."


def test_a_unit_that_could_not_be_assessed_says_why(province: Province) -> None:
    province.con.execute("DELETE FROM fact_coverage_monthly WHERE unit_id = 'so-y-te'")
    province.covered("so-y-te", assessed=False, cause="tls")
    assert rows(province)["Sở Y tế"][0][0] == "Không đánh giá được: chứng thư TLS không hợp lệ"


def test_a_dismissed_finding_stays_with_the_reason(province: Province) -> None:
    missing(province, "so-y-te", "result")
    noted(province, "dismiss_finding", about="missing")
    assert rows(province)["Sở Y tế"][0][-1] == "không nêu: vì sao"


def test_evidence_is_listed_with_addresses_or_its_id(province: Province) -> None:
    missing(province, "so-y-te", "result")
    province.posting("p1", "so-y-te")
    province.con.execute("UPDATE finding SET evidence = ['p1', '2018-02/so-y-te']")
    listed = records(opened(province).worksheets[1])
    assert [(row["Tên đơn vị"], row["Tiêu đề"], row["Địa chỉ"]) for row in listed] == [
        ("Sở Y tế", "Tin p1", "http://so-y-te.test/p1"), ("Sở Y tế", None, None)]
    assert [row["Mã bản chụp, độ phủ hoặc lần thu thập"] for row in listed] == ["c/p1", "2018-02/so-y-te"]


def test_the_same_tables_give_the_same_bytes(province: Province) -> None:
    missing(province, "so-y-te", "result")
    assert made(province) == made(province)


def test_the_heading_of_a_block_stays_with_its_first_unit(province: Province) -> None:
    for number in range(6):
        for subject in ("schedule", "regulation"):
            missing(province, WATCHED[number % 3], f"{subject}{number}")
    for extra in range(12):
        missing(province, "dak-song", f"group{extra}")
    sheet = opened(province).worksheets[0]
    [heading] = [row[0].row for row in sheet.iter_rows() if row[0].value == "UBND CÁC HUYỆN, THỊ XÃ"]
    assert heading - 1 in [one.id for one in sheet.row_breaks.brk]
    assert sheet.cell(heading + 1, 1).value == "Đắk Song"
