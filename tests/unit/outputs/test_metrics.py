"""Widths of texts and the lines they take."""

from __future__ import annotations

import pytest

from pipeline.outputs.metrics import column_points, lines, width


@pytest.mark.parametrize(("accented", "plain"), [
    ("ấ", "a"), ("Ễ", "E"), ("ị", "i"), ("đ", "d"), ("ợ", "ơ"), ("Ữ", "Ư"),
])
def test_a_letter_with_accents_is_as_wide_as_its_base(accented: str, plain: str) -> None:
    assert width(accented, 12) == width(plain, 12)


def test_widths_are_those_of_times_new_roman() -> None:
    assert width("Sở Nội vụ", 12) == pytest.approx(4.085 * 12, rel=0.01)


def test_a_text_that_fits_takes_one_line_and_a_narrower_column_more() -> None:
    text = "Kết quả tiếp công dân, trả lời đơn thư"
    counts = [lines(text, room, 12) for room in (400, 120, 80, 60)]
    assert counts[0] == 1 and counts == sorted(counts) and counts[-1] >= 4


def test_no_line_is_promised_more_words_than_it_holds() -> None:
    assert lines("mười mười mười mười", width("mười mười", 12) * 1.1, 12) == 2
    assert lines("mười mười mười mười", width("mười mười", 12) * 0.95, 12) == 4


def test_bold_needs_at_least_as_many_lines() -> None:
    text = "Số lượng kết quả tiếp công dân và giải quyết đơn thư"
    assert lines(text, 90, 12, bold=True) >= lines(text, 90, 12)


def test_a_long_address_breaks_after_slashes_and_hyphens_or_anywhere() -> None:
    assert lines("http://so-noi-vu.test/tiep-cong-dan/chi-tiet", 100, 10) >= 2
    assert lines("x" * 200, 100, 10) >= 10
    assert lines("Xem " + "x" * 200, 100, 10) >= 11


def test_a_column_has_room_for_its_digits_less_the_padding() -> None:
    assert column_points(10) == 54 and column_points(10, indent=1) < column_points(10)
