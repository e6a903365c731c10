from __future__ import annotations

from typing import Any

import pytest

from pipeline.classification import Classifier
from pipeline.classification.contract import classify_line

FIELDS = ["id", "group", "level", "commune", "topic", "confidence", "cues", "needs_review"]


def test_a_line_gets_exactly_the_contracts_fields(classifier: Classifier) -> None:
    answer = classify_line(classifier, {"id": 7, "title": "Nội quy tiếp công dân"})
    assert list(answer) == FIELDS
    assert (answer["id"], answer["group"], answer["level"]) == (7, "regulation", "own")


@pytest.mark.parametrize(
    ("unit", "level", "commune"),
    [
        ("UBND xã Tây Sơn (Gia Lai)", "commune", "Tây Sơn"),
        ("Cổng TTĐT phường Uông Bí", "commune", "Uông Bí"),
        ("UBND Phường 7, quận Gò Vấp", "commune", "Phường 7"),
        ("UBND xã Đắk Sin, huyện Đắk R'lấp", "commune", "dak-sin"),
        ("UBND thị xã Điện Bàn", "own", None),
        ("Sở Nội vụ", "own", None),
        ("so-noi-vu", "own", None),
        ("Thanh tra thành phố Tam Kỳ", "own", None),
        ("", "own", None),
    ],
)
def test_what_a_commune_publishes_counts_at_its_level(
    classifier: Classifier, unit: str, level: str, commune: str | None
) -> None:
    answer = classify_line(classifier, {"id": "a", "title": "Lịch tiếp công dân năm 2025", "unit": unit})
    assert (answer["level"], answer["commune"]) == (level, commune)


def test_another_communes_posting_keeps_its_name(classifier: Classifier) -> None:
    line = {"id": "a", "title": "Thay đổi địa điểm tiếp công dân tại xã Phú Lộc", "unit": "UBND xã Tây Sơn"}
    assert classify_line(classifier, line)["commune"] == "Phú Lộc"


def test_a_commune_is_known_by_its_host_where_the_unit_is_not_given(classifier: Classifier) -> None:
    line = {
        "id": "a",
        "title": "Lịch tiếp công dân năm 2025",
        "text": "Thực hiện quy định, tại trụ sở UBND xã Bình Tân, Chủ tịch tiếp công dân vào thứ năm hàng tuần",
        "url": "https://binhtan.tinh.gov.vn/lich",
    }
    assert classify_line(classifier, line)["commune"] == "Bình Tân"
    of_district = {**line, "title": "Lịch tiếp công dân của huyện Bình Tân"}
    assert classify_line(classifier, of_district)["level"] == "own"


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ([], "đối tượng JSON"),
        ({"title": "x"}, "'id'"),
        ({"id": 1}, "'title'"),
        ({"id": [1], "title": "x"}, "'id'"),
        ({"id": 1, "title": 5}, "'title'"),
        ({"id": 1, "title": "x", "sections": "Tin tức"}, "'sections'"),
        ({"id": 1, "title": "x", "tilte": "y"}, "'tilte'"),
    ],
)
def test_a_bad_line_is_refused_with_what_to_mend(classifier: Classifier, line: Any, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        classify_line(classifier, line)
