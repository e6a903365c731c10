from __future__ import annotations

import pytest

from pipeline.classification.headline import Headlines, without_number
from pipeline.classification.lexicon import Lexicon

LEXICON = Lexicon(
    {
        "reception": ["tiếp công dân", "tiếp nhân dân", "tiếp cd"],
        "petition": ["khiếu nại", "giải quyết khiếu nại"],
        "outcome": ["trả lời đơn", "kết quả"],
        "court": ["vụ án", "đăng tải"],
    },
    {"TCD": "tiếp công dân"},
)
HEADLINES = Headlines(LEXICON, ["tiếp công dân", "kết quả"])


def _read(title: str) -> str:
    return " ".join(HEADLINES.words(title)[1:])


@pytest.mark.parametrize(
    "title",
    [
        "15/TB-UBND: Kết quả tiếp công dân",
        "Số 15/TB-UBND ngày 03/01/2023 - Kết quả tiếp công dân",
        "[15/2023/TB-VP] Kết quả tiếp công dân",
        "102 / QĐ - STP. Kết quả tiếp công dân",
    ],
)
def test_a_number_that_a_list_prints_before_a_title_is_no_part_of_it(title: str) -> None:
    assert without_number(title) == "Kết quả tiếp công dân"


@pytest.mark.parametrize(
    "title",
    [
        "64/2014/NĐ-CP: quy định chi tiết Luật Tiếp công dân",
        "Thông báo số 05/TB-TTr",
        "05/TB-TTr",
        "12/TB-UBND về việc tiếp công dân",
        "12/TB-UBND V/v tiếp công dân",
        "10/3/2023 tiếp công dân",
    ],
)
def test_numbers_of_laws_bare_numbers_and_those_a_subject_hangs_on_stay(title: str) -> None:
    assert without_number(title) == title


@pytest.mark.parametrize(
    "title",
    [
        "tếp công dân",
        "tiếp côg dân",
        "tiếp công dnâ",
        "tiép công dânn",
        "tiếpcông dân",
        "tiếp côngdân",
    ],
)
def test_one_slip_in_a_phrase_of_the_programme_is_read_as_meant(title: str) -> None:
    assert _read(title) == "tiep cong dan"


@pytest.mark.parametrize("title", ["tiếp công an", "tiếp cận dân", "tiếp Công Đăng", "Krông dân", "tiếp cử tri"])
def test_words_of_their_own_and_names_are_left_alone(title: str) -> None:
    assert not f"{_read(title)} ".startswith("tiep cong dan ")


def test_a_slip_is_left_where_two_words_could_be_meant() -> None:
    two = Lexicon({"a": ["đơn thư", "đến thư"]}, {})
    assert Headlines(two, []).words("đcn thư")[1:] == ["dcn", "thu"]
    assert Headlines(two, []).words("đơnn thư")[1:] == ["don", "thu"]


def test_numbers_glued_to_words_come_apart() -> None:
    assert _read("Kết quả2018của xã") == "ket qua # cua xa"


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("Trả lời đơ...", "tra loi don …"),
        ("Giải quyết khiế…", "giai quyet khieu nai …"),
        ("Lịch tiếp công d...", "lich tiep cong dan …"),
        ("Lịch tiếp công...", "lich tiep cong dan …"),
        ("Lịch tiếp c...", "lich tiep …"),
        ("Họp về đơ...", "hop ve do …"),
    ],
)
def test_what_was_cut_is_completed_where_one_phrase_alone_goes_on_so(title: str, read: str) -> None:
    assert _read(title) == read


def test_nothing_is_completed_in_a_title_that_was_not_cut() -> None:
    assert _read("Trả lời đơ") == "tra loi do"


@pytest.mark.parametrize("title", ["", "…", "...", "15/TB-UBND", "?", "…!…"])
def test_titles_of_nothing_break_nothing(title: str) -> None:
    assert HEADLINES.words(title)[0] == "^"
