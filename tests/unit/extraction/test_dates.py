"""Which date of a text is a posting's, in every form that portals write."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extraction.dates import (
    address_date,
    article_date,
    is_date_only,
    metadata_date,
    parse_iso,
    row_date,
    split_date,
    strip_date,
    us_order_proven,
)
from pipeline.extraction.model import DateSource

FETCHED = datetime(2018, 3, 5, 3, 0, tzinfo=UTC)
FEBRUARY_5 = date(2018, 2, 5)
CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "postings" / "dates.jsonl"

FORMS = [
    "05/02/2018", "5/2/2018", "05-02-2018", "05.02.2018", "05.02.2018 08:15", "(05/02/2018)", "[05/02/2018]",
    "08:15 05/02/2018", "00:00 05/02/2018", "05/02/2018 08:15:59", "05/02/2018 | 08:15 AM", "5-2-2018, 8:5 GMT+7",
    "Thứ hai, 05/02/2018 08:15", "Thứ 2, Ngày 05/02/2018, 15:00", "Thứ hai - 05/02/2018 17:00350",
    "Ngày đăng 05/02/2018 | 09:52", "Ngày đăng: 05/02/2018 - Lượt xem: 87", "Đăng ngày 05 - 02 - 2018",
    "Đăng ngày 05-02-2018 02:17", "Đăng lúc: 17:00:00 05/02/2018 (GMT+7)", "Ngày đưa:  05/02/2018 04:25:07 PM",
    "cms-publish-date 05/02/2018 | 08:39", "Publish date 05/02/2018 | 10:38 AM | View count: 2171",
    "05/02/2018 4:24:PM", "05/02/2018 18 lượt xem", "05/02/2018 15:15    91", "Ngày 05/02/2018 10:52:02",
    "thứ hai, 05 02 2018 09:59", "Thứ hai, 5/2/2018, 22h04", "5 tháng 2, 2018", "05 Tháng Hai 2018",
    "Ngày 5 tháng 2 năm 2018", "Ngày 05 Tháng 02 Năm 2018", "Tháng Hai 5, 2018", "Th2 05, 2018", "5 thg 2, 2018",
    "Feb 5, 2018", "Feb. 5, 2018, 10:15 a.m.", "February 5th, 2018", "5 February 2018", "Mon 05 February 2018",
    "05-Feb-2018", "Mon Feb 05 2018 07:00:00 GMT+0700", "2018-02-05", "2018/02/05", "2018.02.05 10:00",
    "2018-02-05T08:15:00Z", "2018-02-05T08:15:00+07:00", "Monday, 05/02/2018", "Mon, 02/05/2018 - 08:15",
    "Posted on February 5, 2018 by admin", "05/02/201808:15", "False 5628Ngày đăng 05/02/2018", "٠٥/٠٢/٢٠١٨",
    "Admin | 05/02/2018 08:15", "Ban biên tập - 05/02/2018", '"date":"2018-02-05T17:18:52"',
]


@pytest.mark.parametrize("text", FORMS)
def test_every_written_form_gives_its_day(text: str) -> None:
    reading = row_date([text], FETCHED)
    assert reading is not None
    assert reading.day == FEBRUARY_5
    assert reading.displayed
    assert reading.source is DateSource.LISTING
    assert reading.raw


@pytest.mark.parametrize("text", [
    "Ngày ban hành: 05/02/2018", "Ngày ký 05/02/2018", "Hiệu lực: 05/02/2018", "Ngày văn bản: 05/02/2018",
    "Số 12/TB-UBND ngày 05/02/2018", "Hạn nộp: 05/02/2018", "Từ 05/02/2018", "Từ ngày 05/02/2018 đến ngày 10/02/2018",
    "(01/01/1993 -01/01/2017)", "Hôm nay, Thứ bảy ngày 05/02/2018", "161/201 người", "01/2016/QH14", "Ngày 25/7",
    "Lượt truy cập: 1400172", "vào ngày 05/02/2018", "07 giờ 30 ngày 05/02/2018", "ngày 1525 hàng tháng", "Ngày 12-12",
    "_ubnd-17-02-2018_09h52p28(17.02.2018_13h28p38)_signed.pdf", "IMG_20180205_071126.jpg", "ngày tháng năm 2018",
    "Deadline: 05/02/2018", "Event date: 05/02/2018", "Trong 2 ngày 20 và 21-2-2018, đồng chí", "", "   ", "Thg 08 31",
    "2 tuần trước", "3 months ago", "2 months, 1 week ago", "1 month, 3 days ago", "1 năm, 2 tháng trước", "1 week ago",
    "1 tháng và 3 ngày trước",
])
def test_other_dates_and_numbers_are_no_posting_date(text: str) -> None:
    reading = row_date([text], FETCHED)
    assert reading is None or reading.day is None


@pytest.mark.parametrize("text", [
    "31/02/2018", "05/02/0218", "31/12/9999", "05/02/2561", "05/02/2019", "13/13/2018", "125/02/2018", "05/02/1999",
])
def test_what_cannot_be_meant_is_kept_raw_and_not_repaired(text: str) -> None:
    reading = row_date([text], FETCHED)
    assert reading is not None
    assert reading.implausible
    assert reading.day is None
    assert reading.raw == text


def test_one_day_of_clock_skew_is_allowed() -> None:
    assert row_date(["06/03/2018"], FETCHED).day == date(2018, 3, 6)
    assert row_date(["07/03/2018"], FETCHED).implausible


@pytest.mark.parametrize(("text", "day"), [
    ("2 giờ trước", date(2018, 3, 5)), ("11 giờ trước", date(2018, 3, 4)), ("hôm qua", date(2018, 3, 4)),
    ("3 days ago", date(2018, 3, 2)), ("an hour ago", date(2018, 3, 5)), ("Cách đây 5 ngày", None),
    ("1 week, 3 days ago", date(2018, 2, 23)), ("3 weeks, 6 days ago", date(2018, 2, 6)),
    ("1 tuần, 3 ngày trước", date(2018, 2, 23)), ("một tuần và 1 ngày trước", date(2018, 2, 25)),
    ("2 days, 11 hours ago", date(2018, 3, 2)), ("1\u00a0week, 1\u00a0day ago", date(2018, 2, 25)),
    ("Đăng 2 ngày trước", date(2018, 3, 3)), ("Yesterday", date(2018, 3, 4)),
    ("1 giờ 99999999999999999999 phút trước", None),
])
def test_relative_dates_are_anchored_to_the_fetch(text: str, day: date | None) -> None:
    reading = row_date([text], FETCHED)
    assert (reading.day if reading else None) == day


def test_relative_dates_are_unknown_without_a_fetch_time() -> None:
    assert row_date(["2 giờ trước"], None) is None


def test_a_posting_label_beats_a_clock_and_a_modification() -> None:
    assert row_date(["Thursday, 18/01/2018 | Ngày đăng: 05/02/2018 - Lượt xem: 87"], FETCHED).day == FEBRUARY_5
    assert row_date(["Cập nhật: 03/03/2018", "05/02/2018"], FETCHED).day == FEBRUARY_5
    assert row_date(["Ngày ban hành", "01/02/2018", "Ngày đăng", "05/02/2018"], FETCHED).day == FEBRUARY_5


def test_a_modification_alone_is_read_and_said_so() -> None:
    for text in ("Ngày cập nhật : 05/02/2018", "Last modified 2018-02-05", "Sửa lần cuối: 05/02/2018"):
        reading = row_date([text], FETCHED)
        assert reading is not None
        assert (reading.day, reading.source, reading.displayed) == (FEBRUARY_5, DateSource.MODIFIED, True)


def test_a_label_in_a_piece_of_its_own_belongs_to_the_next_piece() -> None:
    assert row_date(["Ngày ban hành", "05/02/2018"], FETCHED) is None
    assert row_date(["Ngày hiệu lực:", "05/02/2018"], FETCHED) is None
    assert row_date(["Ngày cập nhật:", "05/02/2018"], FETCHED).source is DateSource.MODIFIED
    assert row_date(["Ban tổ chức", "05/02/2018"], FETCHED).day == FEBRUARY_5


@pytest.mark.parametrize("pieces", [
    ["05", "02/2018"], ["05", "Tháng 2, 2018"], ["05", "Th2", "2018"], ["05", "02", "2018"], ["Feb", "05", "2018"],
])
def test_day_month_and_year_may_be_pieces_of_their_own(pieces: list[str]) -> None:
    assert row_date(pieces, FETCHED).day == FEBRUARY_5


def test_decomposed_letters_read_like_composed_ones() -> None:
    import unicodedata
    assert row_date([unicodedata.normalize("NFD", "Ngày ký: 05/02/2018")], FETCHED) is None
    assert row_date([unicodedata.normalize("NFD", "Đăng ngày 05/02/2018")], FETCHED).day == FEBRUARY_5


def test_instants_are_read_in_vietnam() -> None:
    for text in ("2018-01-31T18:15Z", "2018-01-31T18:15:00.000+00:00", "Wed, 31 Jan 2018 18:15:00 GMT",
                 "20180131T181500Z",
                 "2018-01-31 18:15:00 +0000 UTC", "2018-01-31T13:15:00-05:00"):
        reading = parse_iso(text, FETCHED)
        assert reading is not None
        assert reading.day == date(2018, 2, 1), text
        assert (reading.source, reading.displayed) == (DateSource.METADATA, False)
    assert metadata_date("2018-02-05", FETCHED).day == FEBRUARY_5
    assert parse_iso("soon", FETCHED) is None


def test_month_first_order_needs_proof_by_the_page() -> None:
    assert row_date(["02/05/2018 9:00 AM"], FETCHED).implausible
    assert row_date(["02/05/2018 9:00 AM"], FETCHED, us_order=True).day == FEBRUARY_5
    assert row_date(["2/17/2018 3:01:22 PM"], FETCHED).day == date(2018, 2, 17)
    assert us_order_proven(["2/5/2018 9:00 AM", "2/17/2018 9:00 AM"])
    assert us_order_proven(["2/5/2018", "2/17/2018", "2/18/2018", "1/30/2018"])
    assert not us_order_proven(["2/5/2018 9:00 AM", "17/2/2018 9:00 AM", "2/17/2018 9:00 AM"])
    assert not us_order_proven(["05/02/2018", "02/13/2018", "06/02/2018"])
    assert not us_order_proven(["05/02/2018", "06/02/2018"])
    assert not us_order_proven([])


@pytest.mark.parametrize(("url", "day"), [
    ("http://a.vn/Post.aspx?ItemID=1424&PublishedDate=2017-02-28 08:50:00", date(2017, 2, 28)),
    ("http://a.vn/Post.aspx?PublishedDate=2013-04-01T18%3a15%3a00Z", date(2013, 4, 2)),
    ("http://a.vn/2018/02/05/lich/", FEBRUARY_5), ("http://a.vn/portal/pages/2018-2-5/slug-1.aspx", FEBRUARY_5),
    ("http://a.vn/3cms/Ban-in-507.htm?art=1616085657672", None), ("http://a.vn/tin_1652748389.htm", None),
    ("http://a.vn/2018/02/", None),
])
def test_an_address_may_carry_the_date_but_ids_are_no_clocks(url: str, day: date | None) -> None:
    reading = address_date(url, FETCHED)
    assert (reading.day if reading else None) == day
    assert reading is None or (reading.source is DateSource.ADDRESS and not reading.displayed)


@pytest.mark.parametrize(("text", "expected"), [
    ("05/02/2018", True), ("Ngày đăng: 05/02/2018 08:15", True), ("(05/02/2018)", True), ("2 giờ trước", True),
    ("2 months, 1 week ago", True), ("Thứ hai, 05/02/2018 | Lượt xem: 12", True), ("25/7", True), ("08:15", True),
    ("Lịch tiếp công dân ngày 05/02/2018", False), ("Từ ngày 24/8/2018 đến ngày 30/8/2018", False), ("", False),
    ("Thông báo số 12/TB-UBND", False), ("Xem chi tiết", False),
])
def test_text_that_is_only_a_date_is_told_from_titles(text: str, expected: bool) -> None:
    assert is_date_only(text) is expected


@pytest.mark.parametrize(("title", "expected"), [
    ("Thông báo lịch tiếp công dân (20/01/2018)", "Thông báo lịch tiếp công dân"),
    ("Thông báo lịch tiếp công dân (19:51 18/06/2018)", "Thông báo lịch tiếp công dân"),
    ("Thông báo lịch tiếp công dân - 05/02/2018", "Thông báo lịch tiếp công dân"),
    ("Thông báo lịch tiếp công dân | 05/02/2018 08:15 | Lượt xem: 12", "Thông báo lịch tiếp công dân"),
    ("Thông báo lịch tiếp công dân05/02/2018", "Thông báo lịch tiếp công dân"),
    ("Thông báo lịch tiếp công dân (125 lượt xem)", "Thông báo lịch tiếp công dân"),
    ("[05/02/2018] Thông báo lịch tiếp công dân", "Thông báo lịch tiếp công dân"),
    ("05/02/2018 08:15 - Thông báo lịch", "Thông báo lịch"),
    ("Thông báo kết quả tiếp công dân ngày 05/02/2018", "Thông báo kết quả tiếp công dân ngày 05/02/2018"),
    ("Lịch tiếp công dân tháng 2 năm 2018", "Lịch tiếp công dân tháng 2 năm 2018"),
    ("Kế hoạch (từ 05/02/2018)", "Kế hoạch (từ 05/02/2018)"),
    ("Thông báo số 12/TB-UBND ngày 05/02/2018", "Thông báo số 12/TB-UBND ngày 05/02/2018"),
    ("05/02/2018", "05/02/2018"), ("Từ ngày 24/8/2018 đến ngày 30/8/2018", "Từ ngày 24/8/2018 đến ngày 30/8/2018"),
])
def test_only_a_glued_date_leaves_the_title(title: str, expected: str) -> None:
    assert strip_date(title) == expected


def test_the_date_taken_off_a_title_is_given_back() -> None:
    assert split_date("Thông báo (20/01/2018)") == ("Thông báo", "20/01/2018")
    assert split_date("Thông báo") == ("Thông báo", None)


def test_lines_after_a_text_count_only_with_a_label() -> None:
    assert article_date(["05/02/2018"], FETCHED, labelled_only=True) is None
    assert article_date(["Ngày đăng: 05/02/2018"], FETCHED, labelled_only=True).source is DateSource.ARTICLE


_EN = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
       "November", "December"]
_VI = ["Một", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười Một", "Mười Hai"]
_WRITERS = [
    lambda d: f"{d:%d/%m/%Y}", lambda d: f"{d.day}-{d.month}-{d.year}", lambda d: f"{d:%d.%m.%Y} 08:15",
    lambda d: f"{d:%Y-%m-%d}", lambda d: f"{d:%Y/%m/%d}", lambda d: f"{d:%Y-%m-%d}T23:59:00+07:00",
    lambda d: f"Ngày đăng: {d:%d/%m/%Y} | 09:52", lambda d: f"Đăng lúc: 17:00:00 {d:%d/%m/%Y} (GMT+7)",
    lambda d: f"Ngày {d.day} tháng {d.month} năm {d.year}", lambda d: f"{d.day} tháng {d.month}, {d.year}",
    lambda d: f"{d.day:02} Tháng {_VI[d.month - 1]} {d.year}", lambda d: f"Tháng {_VI[d.month - 1]} {d.day}, {d.year}",
    lambda d: f"{_EN[d.month - 1]} {d.day}, {d.year}", lambda d: f"{d.day} {_EN[d.month - 1][:3]} {d.year}",
    lambda d: f"{d.day:02} - {d.month:02} - {d.year}", lambda d: f"Th{d.month} {d.day:02}, {d.year}",
]


@given(st.dates(date(2000, 1, 1), date(2030, 12, 31)), st.sampled_from(_WRITERS))
def test_reading_undoes_writing(day: date, write) -> None:
    fetched = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(days=3)
    reading = row_date([write(day)], fetched)
    assert reading is not None
    assert reading.day == day


@given(st.lists(st.text(max_size=120), max_size=5))
def test_no_text_breaks_the_reader(texts: list[str]) -> None:
    row_date(texts, FETCHED)
    for text in texts:
        is_date_only(text)
        strip_date(text)
        parse_iso(text, FETCHED)
        address_date(text, FETCHED)
    us_order_proven(texts)


_PARTS = st.sampled_from(["05/02/2018", "ngày", "Ngày đăng:", " - ", "(", ")", "31/12/9999", "hôm qua", "08:15", "Số",
                          "tháng", "Feb", "2018", "05", "²", "٣", "từ", "đến", "\n", "Z", "+0700", "T", "99:99", "-",
                          "|"])


@given(st.lists(_PARTS, max_size=12).map("".join))
def test_no_mixture_of_date_parts_breaks_the_reader(text: str) -> None:
    reading = row_date([text], FETCHED)
    assert reading is None or reading.implausible == (reading.day is None)
    assert strip_date(text) or not text.strip()
    is_date_only(text)
    parse_iso(text, FETCHED)


def test_a_long_text_costs_no_more_than_its_length() -> None:
    assert row_date(["(" * 200_000 + " - " * 50_000 + "1/" * 100_000], FETCHED) is None
    strip_date("| " * 2_000 + "- " * 2_000)


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of real postings is not here")
def test_real_date_strings_are_read_as_labelled() -> None:
    fetched = datetime(2026, 6, 1, tzinfo=UTC)
    right = wrong = none = 0
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if case["kind"] != "posting" and case["expected_posting_date"]:
            continue
        text = case["raw"] if case["kind"] == "posting" else case["context"]
        reading = row_date([text], fetched)
        got = reading.day.isoformat() if reading and reading.day else None
        right += got == case["expected_posting_date"]
        none += 1
        wrong += got is not None and got != case["expected_posting_date"]
    assert right / none >= 0.98
    assert wrong == 0


@pytest.mark.parametrize(
    "line",
    ["Nguyễn Văn An 05/02/2018 08:15", "Gửi bởi: Quản trị viên, ngày 05/02/2018", "Người đăng: Văn phòng Sở 05/02/2018",
     "Tác giả: Ban biên tập tin Sở Tư pháp - 05/02/2018 08:15"],
)
def test_a_line_that_names_who_posted_gives_the_posting_date(line: str) -> None:
    reading = article_date([line], FETCHED)
    assert reading is not None and reading.day == FEBRUARY_5


@pytest.mark.parametrize("line", ["Ngày tham gia: 05/02/2018", "Gia nhập: 05/02/2018", "Tác giả sinh ngày 05/02/1960"])
def test_what_is_said_of_a_person_is_no_posting_date(line: str) -> None:
    assert article_date([line], FETCHED) is None
