"""Sheets that are one list: a heading row with a filter, and rows that may be a hundred thousand.

What belongs here: drawing a `ListSheet` from records. What does not: which records (`evidence`, `delta`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipeline.months import Month
from pipeline.outputs import styles
from pipeline.outputs.metrics import column_points
from pipeline.outputs.options import RenderOptions
from pipeline.outputs.page import Page, text_height
from pipeline.outputs.sheets import Cell, Row, Sheet, Value, safe_link
from pipeline.outputs.wording import ListColumn, ListSheet, wording

Record = Mapping[str, Value]
"""A row of a list: field → value; a missing field is an empty cell."""

_MARGIN_INCHES = 0.4
_MIN_HEIGHT = 15.0
_TALLEST = 409.0
"""Excel's limit of a row's height, in points."""


def list_sheet(spec: ListSheet, heading: str, records: Iterable[Record], options: RenderOptions,
               footer: tuple[str, str, str]) -> Sheet:
    """Return the sheet of `records`, which are drawn while the workbook is written, one at a time."""
    page = Page([column.width for column in spec.columns])
    words = wording()
    if options.simulated:
        page.line(words.simulated, styles.BANNER)
    page.line(heading, styles.TITLE)
    page.gap()
    each = [(n, n) for n in range(len(spec.columns))]
    page.row([Cell(column.heading, styles.LIST_HEADER) for column in spec.columns], each)
    head = page.last
    return Sheet(
        title=spec.title,
        widths=page.widths,
        rows=_rows(page.rows, spec.columns, records),
        merges=page.merges,
        repeat=(head, head),
        freeze=f"A{head + 1}",
        filter_row=head,
        margin=_MARGIN_INCHES,
        header=options.header(),
        footer=footer,
    )


def list_footer(spec: ListSheet, options: RenderOptions, month: Month) -> tuple[str, str, str]:
    """Return the foot of a list's pages."""
    return options.footer(spec.title, month)


def _rows(head: Iterable[Row], columns: tuple[ListColumn, ...], records: Iterable[Record]) -> Iterator[Row]:
    yield from head
    drawn = [(c.field, c.kind, styles.LISTED[c.kind], column_points(c.width)) for c in columns]
    empty: Record = {columns[0].field: wording().nothing}
    for record in _or_empty(records, empty):
        cells, height = [], _MIN_HEIGHT
        for name, kind, style, room in drawn:
            value = record.get(name)
            if kind == "link":
                cells.append(_link(value))
                continue
            if isinstance(value, str):
                height = max(height, text_height(value, room, style))
            cells.append(Cell(value, style))
        yield Row(cells, min(round(height * 4) / 4, _TALLEST))


def _or_empty(records: Iterable[Record], empty: Record) -> Iterator[Record]:
    """Yield the records, or `empty` where there is none: an empty list says so."""
    nothing = True
    for record in records:
        nothing = False
        yield record
    if nothing:
        yield empty


def _link(address: Value) -> Cell:
    """Return a short link to an address that may be opened, else an empty cell.

    The address itself stands as text in a column of its own: LibreOffice neither wraps nor shows whole a linked text.
    """
    target = safe_link(address) if isinstance(address, str) else None
    return Cell(wording().open_word if target else None, styles.LISTED["link"], target)
