from __future__ import annotations

import pytest

from pipeline.classification import Classifier, Item
from pipeline.classification.places import Places
from pipeline.classification.wording import Line
from pipeline.programmes.model import Programme


@pytest.mark.parametrize(
    ("written", "unit_id"),
    [
        ("Đắk Sin", "dak-sin"),
        ("Đăk Sin", "dak-sin"),
        ("Đắc Sin", "dak-sin"),
        ("ĐẮK RU", "dak-ru"),
        ("Đắk R'u", "dak-ru"),
        ("Quảng Tín", "quang-tin"),
        ("Quảng Tâm", None),
        ("Nhân Cơ", "nhan-co"),
        ("Nhan Dao", "nhan-dao"),
    ],
)
def test_a_name_means_a_known_commune_through_its_spellings(places: Places, written: str, unit_id: str | None) -> None:
    assert places.known(written) == unit_id


@pytest.mark.parametrize(
    ("title", "commune"),
    [
        ("Lịch tiếp công dân xã Đắk Sin tháng 2", "dak-sin"),
        ("LỊCH TIẾP CÔNG DÂN CỦA CHỦ TỊCH UBND XÃ NHÂN CƠ NĂM 2018", "nhan-co"),
        ("lich tiep cong dan xa nhan co nam 2018", "nhan-co"),
        ("Xã Tâm Thắng_Lịch tiếp công dân quý III", "Tâm Thắng"),
        ("Lịch tiếp công dân Phường 7", "Phường 7"),
        ("Phường Nghĩa Đức tổ chức tiếp công dân", "Nghĩa Đức"),
        ("HĐND xã Nhân Đạo tổ chức kỳ họp thứ 7", "nhan-dao"),
    ],
)
def test_a_commune_that_acts_is_named(classifier: Classifier, title: str, commune: str) -> None:
    verdict = classifier.classify(Item(title))
    assert (verdict.level, verdict.commune) == ("commune", commune)


@pytest.mark.parametrize(
    "title",
    [
        "Trả lời đơn của bà Lò Thị Mây, thôn 3, xã Đắk Sin",
        "UBND huyện trả lời công dân xã Đắk Sin",
        "Kết luận nội dung tố cáo đối với Chủ tịch UBND xã Đắk Ru",
        "Kiểm tra công tác tiếp công dân tại các xã, thị trấn",
        "Lịch tiếp công dân của Chủ tịch UBND huyện và Chủ tịch UBND các xã, thị trấn",
        "Lịch tiếp công dân của Chủ tịch UBND thị xã Gia Nghĩa",
        "Sửa chữa đường giao thông xã Nghĩa Thắng",
        "Tiếp công dân về chính sách xã hội",
        "Công khai số liệu địa phương 6 tháng năm 2023",
    ],
)
def test_a_commune_that_is_only_an_address_a_target_or_a_homograph_leaves_the_level_own(
    classifier: Classifier, title: str
) -> None:
    verdict = classifier.classify(Item(title))
    assert (verdict.level, verdict.commune) == ("own", None)


def test_all_communes_in_one_posting_are_of_communes_without_a_name(classifier: Classifier) -> None:
    verdict = classifier.classify(Item("Lịch tiếp công dân của Chủ tịch UBND các xã, thị trấn năm 2018"))
    assert (verdict.level, verdict.commune) == ("commune", None)


def test_the_trail_names_the_commune_where_the_title_does_not(classifier: Classifier) -> None:
    verdict = classifier.classify(Item("Lịch tiếp dân tháng 2", sections=("Lịch tiếp dân cấp xã", "Xã Đắk Sin")))
    assert (verdict.level, verdict.commune) == ("commune", "dak-sin")


def test_the_districts_own_title_stays_own_in_a_trail_of_communes(classifier: Classifier) -> None:
    item = Item("Lịch tiếp công dân của Chủ tịch UBND huyện", sections=("Lịch tiếp dân cấp xã", "Xã Đắk Sin"))
    assert classifier.classify(item).level == "own"


def test_a_commune_that_speaks_at_the_head_of_the_text_owns_a_silent_title(classifier: Classifier) -> None:
    text = "Chủ tịch UBND xã Đắk Sin tiếp công dân vào thứ năm hàng tuần tại phòng tiếp công dân."
    verdict = classifier.classify(Item("Lịch tiếp công dân năm 2018", text=text))
    assert (verdict.level, verdict.commune) == ("commune", "dak-sin")


def test_communes_in_the_text_of_a_districts_schedule_change_nothing(classifier: Classifier) -> None:
    text = "Chủ tịch UBND huyện tiếp ngày 15 hàng tháng. Chủ tịch UBND xã Đắk Sin tiếp vào thứ năm."
    assert classifier.classify(Item("Lịch tiếp công dân năm 2018", text=text)).level == "own"


def test_a_commune_units_own_postings_are_own(classifier: Classifier) -> None:
    item = Item("Lịch tiếp công dân của Chủ tịch UBND xã Đắk Sin", unit_kind="commune")
    assert (classifier.classify(item).level, classifier.classify(item).commune) == ("own", None)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Trả lời đơn khiếu nại của công dân - UBND xã Hòa An", "Hòa An"),
        ("Ban Chấp hành Đảng bộ xã Hòa An: quy chế tiếp công dân", "Hòa An"),
        ("ĐU xã Hòa An: lịch tiếp dân", "Hòa An"),
        ("HỘI ĐỒNG NHÂN DÂN XÃ HÒA AN BÁO CÁO KẾT QUẢ TIẾP CÔNG DÂN", "HÒA AN"),
    ],
)
def test_a_commune_acts_by_its_party_its_council_and_its_signature(places: Places, title: str, name: str) -> None:
    mention = places.actor(title)
    assert mention is not None
    assert mention.name == name


def test_a_district_that_receives_citizens_at_a_commune_is_the_one_that_acts(places: Places) -> None:
    assert places.actor("Chủ tịch UBND huyện tiếp công dân tại xã Hòa An") is None
    assert places.actor("UBND huyện: lịch tiếp công dân tại xã Hòa An") is not None


@pytest.mark.parametrize(
    "text",
    ["UBND xã Hòa An báo cáo", "Uỷ ban nhân dân - Xã Hòa An", "U\u0309y ban nhân dân xã Hòa An",
     "UBND: THỊ TRẤN HÒA AN", "uy ban nhan dan phuong Hoa An", "Ngày 3/5, «UBND» phường Hòa An"],
)
def test_a_communes_body_speaks_however_its_name_is_written(places: Places, text: str) -> None:
    mention = places.speaker(text)
    assert mention is not None
    assert (mention.name or "").lower() in ("hòa an", "hoa an")


@pytest.mark.parametrize(
    "title",
    ["Sở Nội vụ", "số 15", "THANH TRA tỉnh", "tp. Mẫu Sơn", "Tp.Mẫu Sơn", "thị-xã An Hòa", "thị xã An Hòa",
     "UBND_huyện X", "R'lấp huyện", "huyện’ X", "Thành ủy", "thành uỷ", "thanh uy an hoa", "quân đội", "Quận 3",
     "quan 3", "", "«Tỉnh»"],
)
def test_a_quick_look_for_higher_units_finds_what_a_reading_of_the_line_finds(places: Places, title: str) -> None:
    assert places.names_higher(title) == (Line(title).higher_at() is not None)


def test_rules_for_all_communes_and_communes_that_are_invited_are_no_communes_own(places: Places) -> None:
    assert places.actor("Hướng dẫn tiếp công dân tại xã, phường, thị trấn") is None
    assert places.actor("Thẩm quyền giải quyết khiếu nại của Chủ tịch UBND cấp xã") is None
    assert places.actor("Giấy mời tiếp công dân - thành phần: Thanh tra huyện, UBND xã Hòa An") is None
    assert places.actor("Lịch tiếp công dân của các xã") is not None


def test_a_text_names_the_commune_that_its_section_does_not(programme: Programme) -> None:
    item = Item("Lịch năm 2018", text="Lịch tiếp công dân của Chủ tịch UBND xã Hòa An: thứ năm.",
                sections=("Tiếp công dân", "Lịch tiếp công dân cấp xã"))
    verdict = Classifier(programme).classify(item)
    assert (verdict.level, verdict.commune) == ("commune", "Hòa An")
