"""The workbooks' own words."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.months import Month
from pipeline.outputs.wording import ListSheets, day_in_text, wording


@pytest.mark.parametrize("name", list(ListSheets.model_fields))
def test_every_column_of_a_list_has_a_heading_of_the_warehouse_or_its_own(name: str) -> None:
    headings = [column.heading for column in getattr(wording().sheets, name).columns]
    assert all(headings) and len(set(headings)) == len(headings)


@pytest.mark.parametrize(("day", "said"), [
    (date(2018, 3, 5), "05/3/2018"), (date(2018, 2, 28), "28/02/2018"), (date(2018, 10, 9), "09/10/2018"),
])
def test_a_day_is_written_as_documents_write_it(day: date, said: str) -> None:
    assert day_in_text(day) == said


def test_months_in_words_and_short() -> None:
    assert wording().in_words(Month(2018, 2)) == "tháng 02 năm 2018" and wording().short(Month(2018, 2)) == "02/2018"
