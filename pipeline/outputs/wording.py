"""The workbooks' own words and columns, from `wording.yaml`.

What belongs here: their shape and how months and days are said. What does not: programmes' layouts
(`pipeline.programmes`), words of closed vocabularies and headers of tables (`warehouse`).
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from pipeline.months import Month
from warehouse.description import table

_FILE = Path(__file__).parent / "wording.yaml"
Kind = Literal["text", "centre", "number", "change", "month", "date", "moment", "link"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ListColumn(_Strict):
    """A column of a list: the record's field, what kind of value it is, and whose header it carries.

    `of`: table.column of `warehouse/`, whose Vietnamese header stands above unless `header` says otherwise.
    """

    field: str
    of: str | None = None
    header: str | None = None
    kind: Kind = "text"
    width: float

    @property
    def heading(self) -> str:
        """The text above the column; KeyError for a table or column that is not described."""
        if self.header is not None:
            return self.header
        name, _, column = (self.of or "").partition(".")
        return table(name).column(column).header


class ListSheet(_Strict):
    """A sheet that is one list."""

    title: str
    heading: str
    columns: tuple[ListColumn, ...]


class ListSheets(_Strict):
    """Every list that a workbook may hold."""

    evidence: ListSheet
    coverage: ListSheet
    section_coverage: ListSheet
    unit_groups: ListSheet
    new: ListSheet
    removed: ListSheet
    restatement: ListSheet
    finding_evidence: ListSheet


class Footnotes(_Strict):
    """Lines under a table that say how to read its signs."""

    heading: str
    mark: str
    ratio: str
    never_observed: str
    results: str
    structure: str
    issued: str
    proposed: str
    not_assessable: str
    no_comparison: str
    listed: str


class Uses(_Strict):
    """What a posting of the evidence sheet stands behind."""

    counted: str
    marked: str
    latest: str


class DeltaWords(_Strict):
    """Words of the workbook of changes."""

    label: str
    title: str
    units_sheet: str
    groups_sheet: str
    province: str
    province_postings: str
    province_units: str
    unit: str
    group: str
    previous: str
    this: str
    note: str
    position: str


class RestatementWords(_Strict):
    """Words of the block of restatements."""

    heading: str
    month_of: str
    blank: str
    unsettled: str


class RecommendationWords(_Strict):
    """Words of the workbook of findings and recommendations."""

    label: str
    sheet: str
    title: str
    units: str
    nothing_found: str
    dismissed: str


class Wording(_Strict):
    """Everything of `wording.yaml`."""

    simulated: str
    mark: str
    never_observed: str
    no_comparison: str
    not_assessable_note: str
    not_assessable_columns: str
    observed: str
    month_observed: str
    month: str
    month_short: str
    assessed: str
    assessed_by_month: str
    assessed_in_month: str
    page: str
    foot: str
    made_by: str
    yes_word: str
    no_word: str
    open_word: str
    nothing: str
    footnotes: Footnotes
    uses: Uses
    undated: str
    delta: DeltaWords
    restatement: RestatementWords
    recommendations: RecommendationWords
    sheets: ListSheets

    def in_words(self, month: Month) -> str:
        """Return "tháng 02 năm 2018"."""
        return self.month.format(number=month.number, year=month.year)

    def short(self, month: Month) -> str:
        """Return "02/2018"."""
        return self.month_short.format(number=month.number, year=month.year)


@lru_cache(maxsize=1)
def wording() -> Wording:
    """Return the words; raise ValidationError where the file and the model differ."""
    return Wording.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def day_in_text(day: date) -> str:
    """Return a day as documents write it: "05/3/2018", a zero before days 1–9 and months 1–2 only."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"
