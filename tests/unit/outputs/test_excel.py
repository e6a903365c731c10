"""The workbook as bytes, opened again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from pipeline.outputs import excel
from pipeline.outputs.sheets import Cell, Properties, Row, Sheet, Style, Value, cell_text, safe_link

PLAIN = Style()
PROPERTIES = Properties("Tên", "Chủ đề", "Cơ quan", "Mô tả", datetime(2018, 3, 5, 17))


def written(*values: Value) -> bytes:
    return sheet_of([Row([Cell(value, PLAIN)]) for value in values])


def sheet_of(rows: Iterable[Row], widths: tuple[float, ...] = (20,)) -> bytes:
    return excel.render([Sheet("Tờ", widths, rows)], PROPERTIES)


def read(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


@pytest.mark.parametrize("text", ["=1+1", "+84", "-5", "@SUM(A1)", "=HYPERLINK(\"http://x\")", "0123", "1/2"])
def test_what_looks_like_a_formula_or_number_stays_the_text_it_is(text: str) -> None:
    cell = read(written(text))["Tờ"]["A1"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_numbers_days_and_moments_are_real_ones() -> None:
    moment = datetime(2018, 3, 5, 20, 59, 59)
    rows = [
        Row([Cell(28, PLAIN)]), Row([Cell(0.5, PLAIN)]),
        Row([Cell(date(2018, 2, 6), Style(number_format="dd/mm/yyyy"))]),
        Row([Cell(moment, Style(number_format="dd/mm/yyyy hh:mm"))]),
    ]
    sheet = read(sheet_of(rows))["Tờ"]
    assert [sheet[f"A{n}"].value for n in (1, 2, 3, 4)] == [28, 0.5, datetime(2018, 2, 6), moment]


def test_a_day_before_excel_knows_days_is_written_out() -> None:
    assert read(written(date(1899, 5, 1)))["Tờ"]["A1"].value == "01/05/1899"


def test_another_type_of_value_is_refused() -> None:
    with pytest.raises(TypeError, match="A1"):
        written(True)


def test_control_characters_go_and_accents_are_composed() -> None:
    text = unicodedata.normalize("NFD", "Lịch\x0b tiếp\x00 dân") + "\ud800\ufffe"
    assert read(written(text))["Tờ"]["A1"].value == "Lịch tiếp dân"


def test_a_text_too_long_for_a_cell_ends_visibly() -> None:
    value = read(written("ấ" * 40_000))["Tờ"]["A1"].value
    assert value == "ấ" * 32_766 + "…"


def test_a_long_text_of_wide_characters_is_measured_as_excel_measures_it() -> None:
    cut = cell_text("😀" * 20_000)
    assert cut.endswith("…") and len(cut.encode("utf-16-le")) // 2 <= 32_767


def test_what_excel_would_read_as_an_escape_is_escaped() -> None:
    content = written("Số _x003D_1+1")
    xml = ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "_x005F_x003D_1+1" in xml


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=20))
def test_no_text_becomes_a_formula_or_breaks_the_file(found: list[str]) -> None:
    sheet = read(written(*found))["Tờ"]
    for number, text in enumerate(found, 1):
        cell = sheet.cell(number, 1)
        assert cell.data_type != "f"
        if "_x" not in text:
            assert (cell.value or "") == cell_text(text)


@pytest.mark.parametrize("address", [
    "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "ftp://a.vn/x", "\\\\host\\share", "mailto:a@b.vn",
    "http://user@a.vn/", "http://[bad", "http://a b.vn/", "http:///x", "", "http://a.vn/" + "x" * 3_000,
])
def test_only_plain_web_addresses_can_be_opened(address: str) -> None:
    assert safe_link(address) is None


def test_an_address_with_spaces_accents_or_quotes_becomes_a_valid_target() -> None:
    target = safe_link('http://a.vn/lịch tiếp.aspx?a=1&b="<2>"#x#y')
    assert target == "http://a.vn/l%E1%BB%8Bch%20ti%E1%BA%BFp.aspx?a=1&b=%22%3C2%3E%22#x%23y"
    content = sheet_of([Row([Cell("mở", PLAIN, target)])])
    cell = read(content)["Tờ"]["A1"]
    assert cell.value == "mở" and cell.hyperlink.target == target


def test_more_links_than_excel_opens_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "MAX_LINKS", 2)
    link = safe_link("http://a.vn/")
    sheet = read(sheet_of([Row([Cell("mở", PLAIN, link)])] * 3))["Tờ"]
    assert [bool(sheet[f"A{n}"].hyperlink) for n in (1, 2, 3)] == [True, True, False]


def test_the_same_rows_give_the_same_bytes_whenever_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    first = written("Lịch tiếp công dân", 28, date(2018, 2, 6))
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setenv("TZ", "America/New_York")
    assert written("Lịch tiếp công dân", 28, date(2018, 2, 6)) == first


def test_no_part_carries_a_clock_and_small_ones_do_not_depend_on_zlib() -> None:
    parts = ZipFile(BytesIO(written("x"))).infolist()
    assert {(part.date_time, part.compress_type) for part in parts} == {((1980, 1, 1, 0, 0, 0), ZIP_STORED)}


def test_large_parts_are_compressed() -> None:
    content = written(*(f"Thông báo số {n}" for n in range(20_000)))
    part = ZipFile(BytesIO(content)).getinfo("xl/worksheets/sheet1.xml")
    assert part.compress_type == ZIP_DEFLATED and len(content) < part.file_size / 4
    assert read(content)["Tờ"]["A20000"].value == "Thông báo số 19999"


def test_the_documents_own_dates_are_the_moment_given() -> None:
    own = read(written("x")).properties
    assert own.created == own.modified == datetime(2018, 3, 5, 17)
    assert (own.title, own.creator, own.description) == ("Tên", "Cơ quan", "Mô tả")


def test_rows_are_drawn_one_at_a_time_while_the_file_is_written() -> None:
    seen: list[int] = []

    def rows() -> Iterable[Row]:
        for number in range(3):
            seen.append(number)
            yield Row([Cell(number, PLAIN)], 20)

    sheet = Sheet("Tờ", (20,), rows(), filter_row=1)
    assert seen == []
    found = read(excel.render([sheet], PROPERTIES))["Tờ"]
    assert seen == [0, 1, 2] and found.auto_filter.ref == "A1:A3" and found.row_dimensions[2].height == 20


def test_times_new_roman_is_the_normal_style_that_widths_are_measured_in() -> None:
    book = read(written("x"))
    assert book._fonts[0].name == "Times New Roman" and book["Tờ"]["A1"].font.name == "Times New Roman"


def test_readers_that_trust_the_stated_size_see_every_row() -> None:
    book = load_workbook(BytesIO(written(1, 2, 3)), read_only=True)
    assert [row[0] for row in book["Tờ"].iter_rows(values_only=True)] == [1, 2, 3]


def test_merges_stand_in_the_order_they_were_given() -> None:
    merges = [f"A{n}:C{n}" for n in range(40, 0, -1)]
    content = excel.render([Sheet("Tờ", (20, 20, 20), [Row([Cell("x", PLAIN)])], merges)], PROPERTIES)
    xml = ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert re.findall(r'mergeCell ref="([^"]+)"', xml) == merges


def test_parts_of_a_sheet_stand_in_the_order_that_excel_insists_on() -> None:
    rows = [Row([Cell("x", PLAIN, safe_link("http://a.vn/"))])] * 3
    sheet = Sheet("Tờ", (20,), rows, ["A2:B2"], (1, 1), "A2", 1, [2], footer=("", "", "&P"))
    xml = ZipFile(BytesIO(excel.render([sheet], PROPERTIES))).read("xl/worksheets/sheet1.xml")
    assert [child.tag.split("}")[1] for child in ElementTree.fromstring(xml)] == [
        "sheetPr", "sheetViews", "sheetFormatPr", "cols", "sheetData", "autoFilter", "mergeCells", "hyperlinks",
        "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "ignoredErrors",
    ]
