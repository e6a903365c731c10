"""The block of restatements says of each figure what was issued, also where that was no figure."""

from __future__ import annotations

import pytest
from small_province import MONTH, Province

JANUARY = MONTH.shift(-1)
RELEASE = "2018-01/v1"


def restate(province: Province, issued: int | None, known: int | None, *, then: int | None, now: int | None,
            figure: str = "n_results") -> None:
    """Restate a figure of January of a unit that had `then` postings as issued and has `now` as known."""
    own = {"unit_id": "so-y-te", "programme_id": province.programme.id}
    province.add("restatement", month=MONTH.first_day, earlier_month=JANUARY.first_day, figure=figure,
                 release_id=RELEASE, issued=issued, known=known, reasons=["review"], **own)
    province.add("released_unit_monthly", release_id=RELEASE, month=JANUARY.first_day, n_postings=then,
                 latest_posting_state="dated", coverage_id="2018-01/so-y-te" if then is not None else None, **own)
    province.add("fact_known_monthly", month=MONTH.first_day, counted_month=JANUARY.first_day, group_id="result",
                 level="own", n_postings=now, **own)


def block(province: Province) -> list[str]:
    """Return the cells of the block's one row, as texts."""
    found = province.open("phu-luc-2").worksheets[0].iter_rows(values_only=True)
    [line] = [[str(cell) for cell in row if cell is not None] for row in found if "kết luận rà soát" in row]
    return line


@pytest.mark.parametrize(("issued", "then", "said"), [
    (3, 5, "3"), (None, 5, "để trống"), (None, None, "không đánh giá được")])
def test_what_was_issued_is_told_as_the_appendix_showed_it(
    province: Province, issued: int | None, then: int | None, said: str
) -> None:
    restate(province, issued, 4, then=then, now=9)
    assert block(province) == ["Sở Y tế", "01/2018 (kết quả)", said, "4", "kết luận rà soát"]


@pytest.mark.parametrize(("known", "now", "said"), [(None, 9, "chưa rõ"), (None, None, "không đánh giá được")])
def test_what_is_not_known_today_says_whether_the_unit_is(
    province: Province, known: int | None, now: int | None, said: str
) -> None:
    restate(province, 3, known, then=5, now=now)
    assert block(province)[2:4] == ["3", said]
