"""The description of the warehouse: one source for schema, dictionary and vocabularies."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.extraction.model import DateSource
from pipeline.snapshots.model import Cause, Outcome
from warehouse import description, dictionary, vocabularies
from warehouse.description import DescriptionError

ROOT = Path(__file__).parents[3]


def test_the_data_dictionary_is_up_to_date() -> None:
    assert (ROOT / "docs/data-dictionary.md").read_text(encoding="utf-8") == dictionary.markdown()


def test_every_cause_outcome_and_date_source_has_a_vietnamese_text() -> None:
    assert {str(c) for c in Cause} == set(vocabularies.load()["cause"])
    assert {str(o) for o in Outcome} == set(vocabularies.load()["outcome"])
    assert {str(s) for s in DateSource} | {"review"} == set(vocabularies.load()["posted_on_source"])
    assert all(vocabularies.cause_text(c) for c in Cause if c is not Cause.NONE)


def test_an_unreachable_portal_is_said_in_vietnamese() -> None:
    assert vocabularies.cause_text("unreachable") == "không truy cập được"
    assert vocabularies.latest_posting_text("not_displayed") == "Không hiển thị ngày đăng"
    with pytest.raises(KeyError, match=r"status\.perhaps"):
        vocabularies.status_text("perhaps")


@pytest.mark.parametrize(("change", "message"), [
    ("type: DATE", "kiểu 'MONTHISH'"),
    ("key: [month]", "không phải là cột"),
    ("header: Tháng", "thiếu header"),
    ("grain:", "không biết"),
])
def test_a_description_that_contradicts_itself_is_refused(tmp_path: Path, change: str, message: str) -> None:
    good = (
        "tables:\n  t:\n    layer: fact\n    grain: month\n    description: Bảng.\n    partitioned: true\n"
        "    key: [month]\n    columns:\n      month: {type: DATE, description: Tháng., header: Tháng}\n"
    )
    bad = {"type: DATE": "type: MONTHISH", "key: [month]": "key: [week]", "header: Tháng": 'header: ""',
           "grain:": "grains: x\n    grain:"}[change]
    (tmp_path / "t.yaml").write_text(good.replace(change, bad), encoding="utf-8")
    with pytest.raises(DescriptionError, match=message):
        description.load(tmp_path)
