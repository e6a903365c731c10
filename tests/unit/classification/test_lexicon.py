from __future__ import annotations

import pytest

from pipeline.classification.lexicon import Lexicon

LEXICON = Lexicon(
    {"reception": ["tiếp công dân"], "session": ["buổi tiếp công dân"], "counted": ["# lượt"], "noise": ["# lượt xem"]},
    {"TCD": "tiếp công dân"},
    masks=["noise"],
)


def _found(text: str) -> set[str]:
    return set(LEXICON.features(LEXICON.words(text)))


def test_phrases_are_found_inside_longer_phrases() -> None:
    assert _found("Buổi tiếp công dân") == {"reception", "session"}


def test_a_phrase_that_breaks_off_lets_another_begin() -> None:
    assert _found("Buổi tiếp tiếp công dân") == {"reception"}


def test_only_whole_words_count() -> None:
    assert _found("tiếp công dânx") == set()


def test_abbreviations_are_written_out() -> None:
    assert _found("Lịch TCD") == {"reception"}


def test_any_number_fits_and_a_mask_hides_what_lies_inside_it() -> None:
    assert _found("1.647 lượt") == {"counted"}
    assert _found("87 lượt xem") == {"noise"}


def test_a_phrase_does_not_cross_the_end_of_a_sentence() -> None:
    assert _found("Kế hoạch năm 2018. Lượt đầu do huyện chủ trì") == set()
    assert _found("Ai tiếp? Công dân hỏi") == set()


def test_a_stop_within_a_sentence_ends_nothing() -> None:
    assert _found("Đã có 12. lượt") == {"counted"}
    mayors = Lexicon({"place": ["tp mẫu sơn"]}, {})
    assert set(mayors.features(mayors.words("Họp tại Tp. Mẫu Sơn"))) == {"place"}


def test_the_number_of_a_law_is_one_word_and_counts_nothing() -> None:
    laws = Lexicon({"law": ["64/2014/NĐ-CP"], "counted": ["# lượt"]}, {})
    assert set(laws.features(laws.words("Nghị định số 64/2014/NĐ-CP"))) == {"law"}
    assert set(laws.features(laws.words("Nghị định số 65/2014/NĐ-CP"))) == set()


def test_a_question_and_a_cut_are_words_of_their_own() -> None:
    ends = Lexicon({"asked": ["?"], "cut": ["…"]}, {})
    assert set(ends.features(ends.words("Ai được tiếp?"))) == {"asked"}
    assert set(ends.features(ends.words("Kết luận tại buổi..."))) == {"cut"}
    assert set(ends.features(ends.words("Kết luận tại buổi tiếp."))) == set()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Luật số 42/2013/QH13", ["luat", "42-2013-qh13"]),
        ("06/2014/TT-TTCP", ["6-2014-tt-ttcp"]),
        ("Chỉ thị 35-CT/TW", ["chi", "thi", "35-ct-tw", "ct", "tw"]),
        ("81/2014/QĐ-TTg", ["81-2014-qd-ttg", "qd", "ttg"]),
        ("Số 12 và TT số 5", ["so", "#", "va", "tt", "so", "#"]),
    ],
)
def test_numbers_of_laws_and_orders_are_named_and_other_numbers_are_not(text: str, words: list[str]) -> None:
    assert Lexicon({}, {}).words(text)[1:] == words
