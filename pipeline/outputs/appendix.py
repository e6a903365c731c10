"""Phụ lục 1 and Phụ lục 2: the appendices of a programme's layouts as workbooks.

What belongs here: which figure stands in which cell. What does not: computing figures (`pipeline.facts`), texts and
columns (the programme's layouts), the other sheets (`evidence`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import duckdb

from pipeline.months import Month
from pipeline.outputs import evidence, excel, restated, styles
from pipeline.outputs.figures import Figures, cause_in_words, load, structure_notes, units_of
from pipeline.outputs.options import RenderOptions
from pipeline.outputs.page import MARGIN_INCHES, Page
from pipeline.outputs.remarks import Remarks
from pipeline.outputs.remarks import load as load_remarks
from pipeline.outputs.sheets import Cell, Sheet
from pipeline.outputs.wording import day_in_text, wording
from pipeline.programmes.model import Column, Layout, LayoutTable, Programme, UnitBlock
from pipeline.registry.model import Registry, UnitVersion
from warehouse.vocabularies import latest_posting_text, status_text

NOT_ASSESSABLE = "not_assessable"
_DATED = "dated"
_UNDATABLE = "nothing_to_date"
_HEADER_MINIMUM = 24.0
_LEFT_COLUMNS = 2


@dataclass(frozen=True)
class _Scene:
    """What every cell of an appendix depends on."""

    layout: Layout
    programme: Programme
    registry: Registry
    month: Month
    options: RenderOptions
    figures: Figures
    remarks: Remarks
    restated: Sequence[restated.Restated]

    @property
    def earlier(self) -> list[Month]:
        """The earlier months whose postings the layout shows."""
        return [month for month in map(self.month.shift, _offsets(self.layout)) if month < self.month]

    def units(self, block: UnitBlock) -> list[UnitVersion]:
        return units_of(block, self.registry, self.month, self.options.positions)

    def tables(self) -> list[LayoutTable]:
        """Return the tables that have units to show; all where none has."""
        found = [table for table in self.layout.tables if any(map(self.units, table.blocks))]
        return found or list(self.layout.tables)

    def blocks(self, table: LayoutTable) -> list[UnitBlock]:
        """Return the blocks of a table that have units; all where none has."""
        return [block for block in table.blocks if self.units(block)] or list(table.blocks)

    def known(self, table: LayoutTable, month: Month) -> list[int | None]:
        """Return the postings of a month unit by unit, by the structure of that month: what its total is over."""
        if month == self.month:
            units = [unit.unit_id for block in table.blocks for unit in self.units(block)]
            return [None if self.figures.cause(unit) else self.n_postings(month, unit) for unit in units]
        then = [unit for b in table.blocks for unit in self.registry.listed(month.last_day, b.kinds, b.under)]
        return [self.n_postings(month, unit.unit_id) for unit in then]

    def n_postings(self, month: Month, unit_id: str) -> int | None:
        """Return what a unit had in a month, None where that is not known."""
        found = self.figures.units.get((month, unit_id))
        return None if found is None else found.n_postings

    def say(self, text: str, month: Month) -> str:
        words = wording()
        return text.format(month=words.in_words(month), month_short=words.short(month),
                           province=self.options.province)


def render(con: duckdb.DuckDBPyConnection, programme: Programme, layout_id: str, registry: Registry, month: Month,
           options: RenderOptions) -> bytes:
    """Return the workbook of one appendix: its tables, the evidence behind them, the coverage of every unit.

    The same tables, programme, registry, month and options give the same bytes. Raises KeyError for an unknown
    layout or a word outside the warehouse's vocabularies.
    """
    layout = layout_of(programme, layout_id)
    figures = load(con, programme.id, month, [month.shift(offset) for offset in _offsets(layout)])
    remarks = load_remarks(con, programme, registry, month)
    scene = _Scene(layout, programme, registry, month, options, figures, remarks, ())
    scene = replace(scene, restated=restated.load(con, programme.id, registry, month, scene.earlier))
    units = [unit for table in layout.tables for block in table.blocks for unit in scene.units(block)]
    proof = evidence.Proof(programme, registry, month, options, layout, tuple(units))
    sheets = [
        _main_sheet(scene), evidence.postings_sheet(con, proof), evidence.coverage_sheet(con, proof),
        evidence.sections_sheet(con, proof),
    ]
    if scene.restated:
        sheets.append(restated.sheet(con, scene.restated, month, options))
    return excel.render(sheets, options.properties(layout.label, programme.name, month))


def layout_of(programme: Programme, layout_id: str) -> Layout:
    """Return a layout of the programme; raise KeyError."""
    for layout in programme.layouts:
        if layout.id == layout_id:
            return layout
    raise KeyError(layout_id)


def _offsets(layout: Layout) -> list[int]:
    return sorted({0, *(c.month_offset for table in layout.tables for c in table.columns if c.show == "postings")})


def _main_sheet(scene: _Scene) -> Sheet:
    layout, options, words, tables = scene.layout, scene.options, wording(), scene.tables()
    page = Page(_grid(tables))
    title = scene.say(layout.title, scene.month)
    spoken = words.in_words(scene.month)
    under = words.observed if "{month}" in layout.title else words.month_observed
    day = day_in_text(options.last_day)
    subtitle = under.format(Month=spoken[0].upper() + spoken[1:], day=day)
    top = page.title_block(options, layout.label, title, subtitle, _LEFT_COLUMNS)
    several = len(tables) > 1
    repeat = page.repeat_from(top) if several else None
    for number, table in enumerate(tables):
        header = _draw_table(page, scene, table, several, first=number == 0)
        repeat = repeat or (header, header)
    freeze = "C1" if several else f"C{repeat[1] + 1}" if repeat else None
    restated.draw(page, scene.restated)
    page.footnotes(_footnotes(scene))
    return Sheet(
        title=layout.label.capitalize(), widths=page.widths, rows=page.rows, merges=page.merges, repeat=repeat,
        freeze=freeze, breaks=page.breaks, margin=MARGIN_INCHES, header=options.header(),
        footer=options.footer(layout.label.capitalize(), scene.month),
    )


def _grid(tables: Sequence[LayoutTable]) -> list[float]:
    """Return column widths that serve all tables: column k of each lies on k, a last column over what is left."""
    count = max(len(table.columns) for table in tables)
    widest = max(tables, key=lambda table: len(table.columns))
    grid = [column.width for column in widest.columns]
    for table in tables:
        for number, column in enumerate(table.columns[:-1]):
            grid[number] = max(grid[number], column.width)
    return grid[:count]


def _draw_table(page: Page, scene: _Scene, table: LayoutTable, several: bool, first: bool) -> int:
    """Draw one table; return the number of its header row.

    A block that does not fit on what is left of a page begins a new one. Where several tables share a sheet,
    no single row can be repeated by the printer, so the header is drawn anew on each page of a table.
    """
    spans = _spans(table, len(page.widths))
    header = [Cell(scene.say(c.header, scene.month.shift(c.month_offset)), styles.HEADER) for c in table.columns]
    header_height = page.height(header, spans, _HEADER_MINIMUM)
    blocks = _block_rows(scene, table)
    captioned = len(table.blocks) == 1
    if not first:
        whole = header_height + sum(page.height(cells, spans) for cells in blocks[0])
        if page.room_for(whole):
            page.gap()
        else:
            page.end_page()
    if captioned and table.blocks[0].heading:
        page.line(table.blocks[0].heading, styles.CAPTION)
    page.row(header, spans, _HEADER_MINIMUM)
    number = page.last
    if not several:
        page.repeat_from(number)
    for block, rows in zip(scene.blocks(table), blocks, strict=True):
        if not captioned:
            page.block_heading(block.heading, rows, spans)
        for cells in rows:
            if several and not page.room_for(page.height(cells, spans)):
                page.end_page()
                page.row(header, spans, _HEADER_MINIMUM)
            page.row(cells, spans)
    if table.total_label:
        page.row(*_total_row(scene, table, spans))
    return number


def _spans(table: LayoutTable, columns: int) -> list[tuple[int, int]]:
    last = len(table.columns) - 1
    return [(n, n if n < last else columns - 1) for n in range(last + 1)]


def _block_rows(scene: _Scene, table: LayoutTable) -> list[list[list[Cell]]]:
    """Return the rows of each block, a unit each; numbers begin anew where the block says so."""
    blocks, number = [], 0
    for block in scene.blocks(table):
        number = 0 if block.restart else number
        rows = []
        for unit in scene.units(block):
            number += 1
            rows.append([_SHOW[column.show](scene, column, unit, number) for column in table.columns])
        blocks.append(rows)
    return blocks


def _position(_: _Scene, __: Column, ___: UnitVersion, number: int) -> Cell:
    return Cell(number, styles.NUMBER)


def _name(_: _Scene, __: Column, unit: UnitVersion, ___: int) -> Cell:
    return Cell(unit.name, styles.NAME)


def _note(scene: _Scene, column: Column, unit: UnitVersion, _: int) -> Cell:
    cause = scene.figures.note(unit.unit_id) or _unsettled(scene, column, unit)
    return Cell(scene.remarks.note(unit, scene.layout.id, cause), styles.NOTE)


def _unsettled(scene: _Scene, note: Column, unit: UnitVersion) -> str | None:
    """Return which marks of an assessed unit have no verdict, and why: the columns beside `note`, by cause."""
    beside = next(table.columns for table in scene.layout.tables if any(c is note for c in table.columns))
    found: dict[str, list[str]] = {}
    for column in beside:
        check = scene.figures.checks.get((unit.unit_id, column.level, column.group or ""))
        if column.show in ("mark", "ratio") and check is not None and check.status == NOT_ASSESSABLE:
            found.setdefault(check.cause, []).append(f"“{scene.say(column.header, scene.month)}”")
    words = wording()
    return " ".join(words.not_assessable_columns.format(columns=", ".join(columns), cause=cause_in_words(cause))
                    for cause, columns in found.items()) or None


def _mark(scene: _Scene, column: Column, unit: UnitVersion, _: int) -> Cell:
    check = scene.figures.checks.get((unit.unit_id, column.level, column.group or ""))
    if check is None and _without_communes(scene, column, unit):
        return Cell(wording().never_observed, styles.MARK)
    if check is None or check.status == NOT_ASSESSABLE:
        return _unknown()
    return Cell(wording().mark if check.status == "published" else None, styles.MARK)


def _without_communes(scene: _Scene, column: Column, unit: UnitVersion) -> bool:
    """A district that the registry gives no communes owes nothing at their level."""
    return column.level == "commune" and scene.figures.cause(unit.unit_id) is None


def _ratio(scene: _Scene, column: Column, unit: UnitVersion, _: int) -> Cell:
    check = scene.figures.checks.get((unit.unit_id, column.level, column.group or ""))
    if check is None and _without_communes(scene, column, unit):
        return Cell(wording().never_observed, styles.MARK)
    known = check is not None and check.n is not None and check.status != NOT_ASSESSABLE
    if check is None or not known or scene.figures.cause(unit.unit_id) is not None:
        return _unknown()
    return Cell(f"{check.n}/{check.m}" if check.n else "0", styles.TEXT_FIGURE)


def _postings(scene: _Scene, column: Column, unit: UnitVersion, _: int) -> Cell:
    month = scene.month.shift(column.month_offset)
    if column.month_offset and column.structure == "now":
        return _inherited(scene, month, unit)
    found = scene.figures.units.get((month, unit.unit_id))
    if column.month_offset and found is None:
        return Cell(wording().never_observed, styles.MARK)
    unseen = column.month_offset == 0 and scene.figures.cause(unit.unit_id) is not None
    if found is None or found.n_postings is None or unseen:
        return _unknown()
    return Cell(found.n_postings, styles.NUMBER)


def _inherited(scene: _Scene, month: Month, unit: UnitVersion) -> Cell:
    """Return what the units had together that this one comes from; – where there was none, or where what they had
    went to several units."""
    found = scene.figures.inherited.get((month, unit.unit_id))
    if found is not None and found.n_postings is not None:
        return Cell(found.n_postings, styles.NUMBER)
    unseen = scene.figures.past_unseen(month, unit.unit_id)
    return _unknown() if unseen else Cell(wording().never_observed, styles.MARK)


def _results(scene: _Scene, _: Column, unit: UnitVersion, __: int) -> Cell:
    found = scene.figures.units.get((scene.month, unit.unit_id))
    if found is None or found.n_postings is None or scene.figures.cause(unit.unit_id) is not None:
        return _unknown()
    return Cell(found.n_results, styles.NUMBER)


def _latest(scene: _Scene, _: Column, unit: UnitVersion, __: int) -> Cell:
    found = scene.figures.units.get((scene.month, unit.unit_id))
    if found is None or found.latest_state == NOT_ASSESSABLE or scene.figures.cause(unit.unit_id) is not None:
        return _unknown()
    if found.latest_state == _DATED and found.latest_date is not None:
        return Cell(found.latest_date, styles.DATE)
    return Cell(latest_posting_text(_UNDATABLE if found.latest_state == _DATED else found.latest_state), styles.CENTRE)


def _unknown() -> Cell:
    return Cell(status_text(NOT_ASSESSABLE), styles.UNKNOWN)


_SHOW: dict[str, Callable[[_Scene, Column, UnitVersion, int], Cell]] = {
    "position": _position, "name": _name, "note": _note, "mark": _mark, "ratio": _ratio, "postings": _postings,
    "results": _results, "latest_posting": _latest,
}


def _total_row(scene: _Scene, table: LayoutTable, spans: Sequence[tuple[int, int]]) -> tuple[
        list[Cell], list[tuple[int, int]]]:
    """Return the totals: the label over the columns before the first figure, then sums of what is known."""
    summed = [n for n, column in enumerate(table.columns) if column.show in ("postings", "results")]
    units = [unit for block in table.blocks for unit in scene.units(block)]
    cells = [Cell(_total_label(scene, table), styles.TOTAL)]
    for number in range(summed[0], len(table.columns)):
        column = table.columns[number]
        if number not in summed:
            cells.append(Cell(None, styles.TOTAL))
            continue
        month = scene.month.shift(column.month_offset)
        shown = scene.known(table, month) if column.show == "postings" else [
            _SHOW[column.show](scene, column, unit, 0).value for unit in units]
        known = [value for value in shown if isinstance(value, int)]
        unseen = month not in scene.figures.observed_months
        nothing = wording().never_observed if unseen else status_text(NOT_ASSESSABLE)
        cells.append(Cell(sum(known), styles.TOTAL_NUMBER) if known else Cell(nothing, styles.TOTAL_CENTRE))
    return cells, [(0, summed[0] - 1), *spans[summed[0]:]]


def _total_label(scene: _Scene, table: LayoutTable) -> str:
    """Return the label, saying over how many units the totals are where not all could be assessed."""
    words, short = wording(), {}
    for column in (c for c in table.columns if c.show == "postings"):
        month = scene.month.shift(column.month_offset)
        values = scene.known(table, month)
        if None in values and month in scene.figures.observed_months:
            short[month] = (sum(value is not None for value in values), len(values))
    label = table.total_label or ""
    if not short:
        return label
    if set(short) == {scene.month}:
        assessed, units = short[scene.month]
        return words.assessed.format(label=label, assessed=assessed, units=units)
    parts = [
        words.assessed_in_month.format(assessed=assessed, units=units, month_short=words.short(month))
        for month, (assessed, units) in sorted(short.items())
    ]
    return words.assessed_by_month.format(label=label, months="; ".join(parts))


def _footnotes(scene: _Scene) -> list[str]:
    """Return the lines that explain the signs this layout can show."""
    words = wording().footnotes
    shown = {column.show for table in scene.layout.tables for column in table.columns}
    lines = [words.heading]
    if "mark" in shown:
        lines.append(words.mark)
    if "ratio" in shown:
        lines.append(words.ratio)
    if "postings" in shown:
        lines.append(words.never_observed)
    if "results" in shown:
        lines.append(words.results)
    earlier = {
        scene.month.shift(c.month_offset) for table in scene.layout.tables for c in table.columns
        if c.show == "postings" and c.month_offset and c.structure == "now"
    }
    units = [unit for table in scene.tables() for block in scene.blocks(table) for unit in scene.units(block)]
    lines += structure_notes(scene.figures, scene.registry, units, earlier)
    issued = sorted(month for month in scene.earlier if month in scene.figures.issued_months)
    if issued:
        lines.append(words.issued.format(months=", ".join(wording().short(month) for month in issued)))
    return [*lines, words.not_assessable]
