"""The number and the type of the document that a posting is."""

from __future__ import annotations

import pytest

from pipeline.extraction.documents import document_number, document_type, row_number, type_ids


def _type(title: str, text: str = "") -> str | None:
    return document_type(document_number(title, text), title, text)


def test_numbers_come_from_the_head_of_the_document_or_the_title() -> None:
    assert document_number("Thông báo số 5/TB-TTr về tiếp dân", "") == "5/TB-TTr"
    assert document_number("", "ỦY BAN NHÂN DÂN Số: 12 /KL-UBND\nCăn cứ Luật số 42/2013/QH13") == "12/KL-UBND"
    assert document_number("Lịch tiếp dân", "Căn cứ Luật tiếp công dân số 42/2013/QH13 ngày 25/11/2013") is None


@pytest.mark.parametrize(("text", "number"), [
    ("UBND HUYỆN MẪU SƠN\nSố: 15/KH-UBND\nMẫu Sơn, ngày 02 tháng 02 năm 2018", "15/KH-UBND"),
    ("Số ký hiệu\n27/2018/QĐ-UBND\nNgày ban hành", "27/2018/QĐ-UBND"),
    ("Số/Ký hiệu: 36-HD/VPTW", "36-HD/VPTW"),
    ("SỞ TƯ PHÁP Số: 839/STP-HCTP V/v tiếp công dân", "839/STP-HCTP"),
    ("Số: 12 / KL - UBND", "12/KL-UBND"),
    ("Số 45/TB-UBND\nVề việc tiếp công dân", "45/TB-UBND"),
    ("Số: 7/TB-UBND.", "7/TB-UBND"),
])
def test_the_number_is_read_however_its_line_is_written(text: str, number: str) -> None:
    assert document_number("", text) == number


@pytest.mark.parametrize("text", [
    "(Ban hành kèm theo Quyết định số: 12/QĐ-UBND ngày 05/02/2018)",
    "Căn cứ Quyết định số: 12/QĐ-UBND ngày 05/02/2018 của UBND huyện",
    "Ngày 05/02/2018, UBND huyện có Công văn số: 12/UBND-NC về tiếp dân",
    "Giấy phép số: 05/GP-TTĐT do Sở cấp",
    "Số: 02/2018, số 12/A đường Trần Phú",
])
def test_a_number_that_a_sentence_names_is_another_documents(text: str) -> None:
    assert document_number("Quy chế tiếp công dân", text) is None


@pytest.mark.parametrize(("title", "number"), [
    ("15/TB-UBND: Kết quả tiếp công dân tháng 2", "15/TB-UBND"),
    ("Số 15-KH/TU về tiếp công dân", "15-KH/TU"),
    ("Quyết định giải quyết khiếu nại số 45/QĐ-UBND", "45/QĐ-UBND"),
    ("V/v ban hành Kế hoạch số 3/KH-UBND", "3/KH-UBND"),
    ("Luật Tiếp công dân số 42/2013/QH13", "42/2013/QH13"),
    ("Thông báo thu hồi Quyết định số 45/QĐ-UBND", None),
    ("Quyết định sửa đổi Quyết định số 45/QĐ-UBND", None),
    ("Báo cáo thực hiện Công văn số 12/UBND-NC", None),
    ("Người dân nói về Quyết định số 45/QĐ-UBND", None),
    ("Thông báo số 5 - Phường Mẫu", None),
    ("Hỗ trợ 24/7 cho công dân", None),
])
def test_a_title_gives_the_number_that_is_its_own(title: str, number: str | None) -> None:
    assert document_number(title, "") == number


@pytest.mark.parametrize(("number", "kind"), [
    ("15/KH-UBND", "KH"), ("27/2018/QĐ-UBND", "QĐ"), ("36-HD/VPTW", "HD"), ("05/TTr-UBND", "TTr"),
    ("12/HĐ-KT", "HĐ"), ("64/2014/NĐ-CP", "NĐ"), ("42/2022/ND-CP", "NĐ"), ("04/2021/TT-TTCP", "TT"),
    ("09/2016/TTLT-BGTVT-BTC", "TTLT"), ("839/STP-HCTP", "CV"), ("5303/UBND-NC", "CV"), ("4847/BYT-DP", "CV"),
    ("3261-CV/TU", "CV"), ("2303/QDD-UBND", "QĐ"), ("18/KL-TTr", "KL"), ("35/CT-TTg", "CT"), ("8/CTr-UBND", "CTr"),
    ("42/2013/QH13", None), ("01/GXN-UBND", None),
])
def test_the_abbreviation_in_the_number_tells_the_type(number: str, kind: str | None) -> None:
    assert document_type(number, "") == kind


@pytest.mark.parametrize(("title", "kind"), [
    ("Thông báo kết quả tiếp công dân tháng 02/2018", "TB"), ("THÔNG BÁO", "TB"), ("THÔNG BÁO", "TB"),
    ("Kế hoạch tiếp công dân năm 2018", "KH"), ("Giấy mời dự buổi tiếp công dân", "GM"),
    ("Quyết định về việc giải quyết khiếu nại của ông A", "QĐ"), ("Quy chế tiếp công dân", "QC"),
    ("Công văn về việc tiếp dân", "CV"), ("Luật Tiếp công dân số 42/2013/QH13", "Luật"),
    ("Hướng dẫn số 5/HD-STP về tiếp công dân", "HD"),
    ("Hướng dẫn người dân gửi đơn", None), ("Nghị định mới về tiếp công dân", None), ("Luật sư tư vấn", None),
    ("Dự án hồ Mẫu Sơn: công dân khiếu nại", None), ("Báo cáo viên pháp luật của huyện", None),
    ("Kế hoạch và Đầu tư: lịch tiếp dân", None), ("Lịch tiếp công dân theo Quyết định của UBND", None),
    ("UBND huyện ra thông báo", None), ("", None),
])
def test_a_title_tells_the_type_that_it_begins_with_and_no_other(title: str, kind: str | None) -> None:
    assert _type(title) == kind


def test_a_label_or_a_line_in_capitals_tells_the_type_where_number_and_title_do_not() -> None:
    assert _type("Về việc tiếp công dân", "Loại văn bản: Quyết định\nLĩnh vực: Thanh tra") == "QĐ"
    assert _type("Lịch tiếp công dân", "Loại văn bản\nKế hoạch") == "KH"
    assert _type("Về việc tiếp công dân", "UBND HUYỆN MẪU SƠN\nTHÔNG BÁO\nVề việc tiếp công dân") == "TB"
    assert _type("Về việc tiếp công dân", "UBND huyện ra Thông báo\nvề việc này") is None
    assert _type("Về việc tiếp công dân", "Số: 12/KH-UBND\nTHÔNG BÁO") == "KH"


def test_a_row_has_the_number_that_stands_alone_in_it_or_begins_its_title() -> None:
    assert row_number("Về việc tiếp công dân", ["1", "12/TB-UBND", "05/02/2018"]) == "12/TB-UBND"
    assert row_number("Về việc tiếp công dân", ["Số: 839/STP-HCTP"]) == "839/STP-HCTP"
    assert row_number("15/TB-UBND về việc tiếp công dân", []) == "15/TB-UBND"
    assert row_number("Về việc tiếp công dân", ["05/02/2018", "12/AB", "theo 12/TB-UBND"]) is None


def test_the_list_of_types_is_closed() -> None:
    assert {"NQ", "QĐ", "QyĐ", "CTr", "TTr", "PB", "CV", "Luật", "NĐ"} <= type_ids()
    assert len(type_ids()) == 36
