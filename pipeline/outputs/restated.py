"""Restatements in an appendix: the block under its tables, and the sheet of the postings behind it.

What belongs here: drawing `restatement`. What does not: computing it (`pipeline.release`), the figures of the tables,
which stay as they were issued (`appendix`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from pipeline.months import Month
from pipeline.outputs import styles
from pipeline.outputs.figures import local_moment, rows
from pipeline.outputs.lists import Record, list_footer, list_sheet
from pipeline.outputs.options import RenderOptions
from pipeline.outputs.page import Page
from pipeline.outputs.sheets import Cell, Sheet
from pipeline.outputs.wording import wording
from pipeline.registry.model import Registry
from warehouse.description import table
from warehouse.vocabularies import status_text, text

_POSTINGS = "n_postings"
_HEADERS = ("earlier_month", "issued", "known", "reasons")
_SPANS = ((0, 1), (2, 2), (3, 3), (4, 4))
_COLUMNS = 6
"""A block over a narrower table is drawn as lines."""


@dataclass(frozen=True)
class Restated:
    """A row of `restatement`, with the unit's name in that month.

    `left_open`: the unit was assessed then, and the figure left blank, because a posting waited for a person;
    `still_open`: so it is today.
    """

    month: Month
    unit: str
    figure: str
    issued: int | None
    known: int | None
    reasons: tuple[str, ...]
    evidence: tuple[str, ...]
    left_open: bool = False
    still_open: bool = False

    @property
    def why(self) -> str:
        """The reasons in words."""
        return "; ".join(text("restatement_reason", code) for code in self.reasons)

    @property
    def month_text(self) -> str:
        """The month, and the figure where it is not the number of postings."""
        words = wording()
        if self.figure == _POSTINGS:
            return words.short(self.month)
        figure = text("restated_figure", self.figure)
        return words.restatement.month_of.format(month_short=words.short(self.month), figure=figure)


def load(con: duckdb.DuckDBPyConnection, programme_id: str, registry: Registry, month: Month,
         earlier: Iterable[Month]) -> list[Restated]:
    """Read the restatements of these earlier months, as known in `month`, in order of month and unit."""
    found = rows(con, """
        SELECT earlier_month, unit_id, figure, issued, known, reasons, evidence,
          issued IS NULL AND EXISTS (
            FROM released_unit_monthly u WHERE u.release_id = r.release_id AND u.unit_id = r.unit_id
              AND u.programme_id = r.programme_id AND u.n_postings IS NOT NULL),
          known IS NULL AND EXISTS (
            FROM fact_known_monthly k WHERE k.month = r.month AND k.counted_month = r.earlier_month
              AND k.unit_id = r.unit_id AND k.programme_id = r.programme_id AND k.n_postings IS NOT NULL)
        FROM restatement r
        WHERE month = ? AND programme_id = ? AND list_contains(?, earlier_month)
        ORDER BY earlier_month, unit_id, figure""", [month.first_day, programme_id, [m.first_day for m in earlier]])
    names: dict[tuple[date, str], tuple[int, str]] = {}
    for day in {row[0] for row in found}:
        for place, unit in enumerate(registry.units(Month.of(day).last_day)):
            names[day, unit.unit_id] = (place, unit.name)
    found.sort(key=lambda row: (row[0], names.get(row[:2], (len(names), ""))[0], row[1], row[2]))
    return [
        Restated(Month.of(day), names.get((day, unit), (0, unit))[1], figure, issued, known, tuple(reasons),
                 tuple(evidence), *left_open)
        for day, unit, figure, issued, known, reasons, evidence, *left_open in found
    ]


def draw(page: Page, restated: Sequence[Restated]) -> None:
    """Add the block: unit, month, what was issued, what is known now, why. Nothing where nothing is restated."""
    if not restated:
        return
    last = len(page.widths) - 1
    page.gap()
    page.line(wording().restatement.heading, styles.CAPTION)
    if last + 1 < _COLUMNS:
        for one in restated:
            issued, known = (_in_words(*figure) for figure in _figures(one))
            page.line(f"{one.unit}, {one.month_text}: {issued} → {known}: {one.why}", styles.FOOTNOTE)
        return
    spans = [*_SPANS, (5, last)]
    headers = [table("unit_version").column("name").header,
               *(table("restatement").column(name).header for name in _HEADERS)]
    page.row([Cell(header, styles.HEADER) for header in headers], spans)
    for one in restated:
        page.row([Cell(one.unit, styles.NAME), Cell(one.month_text, styles.CENTRE),
                  *(_cell(*figure) for figure in _figures(one)), Cell(one.why, styles.NOTE)], spans)


def _figures(one: Restated) -> tuple[tuple[int | None, str], ...]:
    """Return what was issued and what is known, each with what stands for a figure that is none."""
    words, unknown = wording().restatement, status_text("not_assessable")
    return ((one.issued, words.blank if one.left_open else unknown),
            (one.known, words.unsettled if one.still_open else unknown))


def _in_words(value: int | None, none: str) -> str:
    return none if value is None else str(value)


def _cell(value: int | None, none: str) -> Cell:
    return Cell(none, styles.UNKNOWN) if value is None else Cell(value, styles.NUMBER)


def sheet(con: duckdb.DuckDBPyConnection, restated: Sequence[Restated], month: Month, options: RenderOptions) -> Sheet:
    """Return the list of the postings, verdicts and observations behind each restatement."""
    spec = wording().sheets.restatement
    heading = spec.heading.format(month=wording().in_words(month))
    return list_sheet(spec, heading, _records(con, restated), options, list_footer(spec, options, month))


def _records(con: duckdb.DuckDBPyConnection, restated: Sequence[Restated]) -> Iterator[Record]:
    wanted = sorted({one for row in restated for one in row.evidence})
    # What is no posting any more is told as it was issued.
    postings = {row[0]: row[1:] for row in rows(con, """
        SELECT posting_id, title, url, displayed_on, epoch_us(first_seen), first_capture_id FROM released_posting
        WHERE list_contains(?, posting_id) ORDER BY release_id""", [wanted])}
    postings |= {row[0]: row[1:] for row in rows(con, """
        SELECT posting_id, title, url, displayed_on, epoch_us(first_seen), first_capture_id FROM posting_as_of
        WHERE list_contains(?, posting_id)""", [wanted])}
    for row in restated:
        said: Record = {
            "month": row.month.first_day, "unit": row.unit, "figure": text("restated_figure", row.figure),
            "issued": row.issued, "known": row.known, "reasons": row.why,
        }
        for one in row.evidence or ("",):
            if one not in postings:
                yield {**said, "evidence_id": one or None}
                continue
            title, url, displayed, seen, capture = postings[one]
            yield {**said, "title": title, "url": url, "displayed_on": displayed, "first_seen": local_moment(seen),
                   "evidence_id": capture}
