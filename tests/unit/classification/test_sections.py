from __future__ import annotations

import pytest

from pipeline.classification import SectionLabels


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Lịch tiếp công dân", "own"),
        ("LỊCH TIẾP DÂN", "own"),
        ("Tiep dan", "own"),
        ("Tiếp dân – KNTC", "own"),
        ("TCD", "own"),
        ("Giải quyết khiếu nại tố cáo", "own"),
        ("Trả lời đơn thư của công dân", "own"),
        ("Citizen reception", "own"),
        ("Complaints and denunciations", "own"),
        ("Tin tức – Sự kiện", "general"),
        ("Thông báo mới", "general"),
        ("Văn bản", "general"),
        ("Tin hoạt động", "general"),
        ("News", "general"),
        ("Blog", "general"),
        ("Articles", "general"),
        ("Archive", "general"),
        ("Lưu trữ", "general"),
        ("Danh mục", "hub"),
        ("Chuyên mục", "hub"),
        ("Công dân", "hub"),
        ("Sơ đồ cổng", "hub"),
        ("Đăng nhập", "never"),
        ("Thư viện ảnh", "never"),
        ("Thủ tục khiếu nại", None),
        ("Trả lời cử tri", None),
        ("Bản đồ hành chính", None),
        ("", None),
    ],
)
def test_a_label_says_where_its_link_leads(labels: SectionLabels, label: str, kind: str | None) -> None:
    assert labels.kind(label) == kind


@pytest.mark.parametrize(
    ("label", "group"),
    [
        ("Lịch tiếp công dân", "schedule"),
        ("Lịch TCD", "schedule"),
        ("Nội quy, quy chế tiếp công dân", "regulation"),
        ("Kết quả tiếp công dân", "result"),
        ("Trả lời đơn thư của công dân", "result"),
        ("Giải quyết đơn thư", "result"),
        ("Thông báo tiếp công dân", "notice"),
        ("Văn bản về khiếu nại, tố cáo", "legal_text"),
        ("Tiếp công dân", None),
        ("Tiếp dân – KNTC", None),
        ("Tin tức", None),
    ],
)
def test_a_label_hints_at_one_group_or_at_none(labels: SectionLabels, label: str, group: str | None) -> None:
    assert labels.group(label) == group


def test_a_long_title_is_no_menu_entry_unless_it_holds_the_programmes_words(labels: SectionLabels) -> None:
    assert labels.kind("Thông báo về việc treo cờ Tổ quốc và nghỉ lễ Quốc khánh năm 2018") is None
    assert labels.kind("Thông báo kết quả giải quyết khiếu nại của ông Trần Văn Khởi ở thôn 5") == "own"
