"""bien-dong.xlsx: what changed against the month before, and the postings behind each number.

What belongs here: drawing `fact_delta_monthly` and `delta_posting_monthly`. What does not: computing them
(`pipeline.facts`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import duckdb

from pipeline.months import Month
from pipeline.outputs import excel, styles
from pipeline.outputs.evidence import level_text
from pipeline.outputs.figures import (
    Figures,
    commune_names,
    counting_blocks,
    load,
    local_moment,
    rows,
    structure_notes,
    units_of,
)
from pipeline.outputs.lists import Record, list_footer, list_sheet
from pipeline.outputs.options import RenderOptions
from pipeline.outputs.page import MARGIN_INCHES, Page
from pipeline.outputs.sheets import Cell, Sheet, Style, Value
from pipeline.outputs.wording import ListSheet, day_in_text, wording
from pipeline.programmes.model import Programme, UnitBlock
from pipeline.registry.model import Registry, UnitVersion
from warehouse.description import table
from warehouse.vocabularies import status_text

PROVINCE = "province"
ALL_GROUPS = "all"
_UNIT_WIDTHS = (6, 40, 14, 14, 11, 11, 11, 28)
_GROUP_WIDTHS = (6, 52, 16, 16, 13, 13, 13)
_NUMBERS = ("n_postings_previous", "n_postings", "change", "n_new", "n_removed")


@dataclass(frozen=True)
class _Change:
    """A row of `fact_delta_monthly`; None is not known, never zero."""

    this: int | None
    previous: int | None
    change: int | None
    new: int
    removed: int
    units_this: int | None
    units_previous: int | None
    units_assessed: int | None


@dataclass(frozen=True)
class _Scene:
    """What every cell of the workbook depends on; `blocks` hold the units in order."""

    programme: Programme
    registry: Registry
    month: Month
    options: RenderOptions
    figures: Figures
    changes: dict[tuple[str, str], _Change]
    blocks: tuple[tuple[UnitBlock, tuple[UnitVersion, ...]], ...]

    @property
    def units(self) -> tuple[UnitVersion, ...]:
        return tuple(unit for _, units in self.blocks for unit in units)

    def results_unknown(self, unit_id: str) -> bool:
        """Tell whether postings of a unit wait for a person to tell their group; changes count them as proposed."""
        found = self.figures.units.get((self.month, unit_id))
        return found is not None and found.n_postings is not None and found.n_results is None

    def say(self, text: str) -> str:
        words = wording()
        return text.format(month=words.in_words(self.month), previous=words.in_words(self.month.shift(-1)),
                           province=words.delta.province)

    def figures_of(self, unit_id: str, group_id: str) -> tuple[Value, Value, Value, Value, Value]:
        """Return previous, this, change, new and removed as they are shown: a number, or why there is none."""
        words, unknown = wording(), status_text("not_assessable")
        found = self.changes.get((unit_id, group_id))
        if found is None:
            return (unknown, unknown, words.no_comparison, unknown, unknown)
        before = self.month.shift(-1)
        nothing = before not in self.figures.observed_months or (
            unit_id != PROVINCE and not self.figures.past_unseen(before, unit_id))
        previous = words.never_observed if nothing else unknown
        seen = found.this is not None
        return (
            previous if found.previous is None else found.previous,
            unknown if found.this is None else found.this,
            words.no_comparison if found.change is None else found.change,
            found.new if seen or found.new else unknown,
            found.removed if seen or found.removed else unknown,
        )


def render(con: duckdb.DuckDBPyConnection, programme: Programme, registry: Registry, month: Month,
           options: RenderOptions) -> bytes:
    """Return the workbook of changes: per unit, per group, per unit and group, new and removed postings.

    The same tables, programme, registry, month and options give the same bytes.
    """
    blocks = tuple(
        (block, tuple(units_of(block, registry, month, options.positions))) for block in counting_blocks(programme)
    )
    scene = _Scene(programme, registry, month, options, load(con, programme.id, month, [month, month.shift(-1)]),
                   _changes(con, programme, month), blocks)
    lists = wording().sheets
    sheets = [
        _units_sheet(scene),
        _groups_sheet(scene),
        _list(scene, lists.unit_groups, _unit_groups(scene)),
        _list(scene, lists.new, _listed(con, scene, "new")),
        _list(scene, lists.removed, _listed(con, scene, "removed")),
    ]
    return excel.render(sheets, options.properties(wording().delta.label, programme.name, month))


def _changes(con: duckdb.DuckDBPyConnection, programme: Programme, month: Month) -> dict[tuple[str, str], _Change]:
    found = rows(con, """
        SELECT unit_id, group_id, n_postings, n_postings_previous, change, n_new, n_removed,
               n_units_posting, n_units_posting_previous, n_units_assessed
        FROM fact_delta_monthly WHERE programme_id = ? AND month = ?""", [programme.id, month.first_day])
    return {(unit, group): _Change(*rest) for unit, group, *rest in found}


def _number_headers(scene: _Scene) -> list[str]:
    words = wording()
    previous = words.delta.previous.format(month_short=words.short(scene.month.shift(-1)))
    this = words.delta.this.format(month_short=words.short(scene.month))
    described = table("fact_delta_monthly")
    return [previous, this, *(described.column(name).header for name in _NUMBERS[2:])]


def _units_sheet(scene: _Scene) -> Sheet:
    words = wording()
    page = Page(_UNIT_WIDTHS)
    header = [words.delta.position, words.delta.unit, *_number_headers(scene), words.delta.note]
    head = _open(page, scene, header)
    spans = [(n, n) for n in range(len(header))]
    for block, units in scene.blocks:
        drawn = [_unit_row(scene, unit, number) for number, unit in enumerate(units, 1)]
        page.block_heading(block.heading, drawn, spans)
        for cells in drawn:
            page.row(cells, spans)
    for label, values in _province_rows(scene):
        page.row([Cell(label, styles.TOTAL), *_cells(values, total=True), Cell(None, styles.TOTAL)],
                 [(0, 1), *spans[2:]])
    return _close(page, scene, words.delta.units_sheet, head)


def _unit_row(scene: _Scene, unit: UnitVersion, number: int) -> list[Cell]:
    note = scene.figures.note(unit.unit_id)
    return [Cell(number, styles.NUMBER), Cell(unit.name, styles.NAME),
            *_cells(scene.figures_of(unit.unit_id, ALL_GROUPS)), Cell(note, styles.NOTE)]


def _province_rows(scene: _Scene) -> Iterator[tuple[str, Sequence[Value]]]:
    """Yield label and values of the province's two rows: postings, and units that posted."""
    words, found = wording(), scene.changes.get((PROVINCE, ALL_GROUPS))
    label = scene.say(words.delta.province_postings)
    if found and found.units_assessed is not None and found.units_assessed < len(scene.units):
        label = words.assessed.format(label=label, assessed=found.units_assessed, units=len(scene.units))
    values = scene.figures_of(PROVINCE, ALL_GROUPS)
    yield label, values
    if found is None or found.units_this is None:
        return
    change: Value = words.no_comparison
    if found.units_previous is not None and found.change is not None:
        change = found.units_this - found.units_previous
    previous = values[0] if found.units_previous is None else found.units_previous
    yield scene.say(words.delta.province_units), (previous, found.units_this, change, None, None)


def _groups_sheet(scene: _Scene) -> Sheet:
    words = wording()
    page = Page(_GROUP_WIDTHS)
    header = [words.delta.position, words.delta.group, *_number_headers(scene)]
    head = _open(page, scene, header)
    spans = [(n, n) for n in range(len(header))]
    for number, group in enumerate(scene.programme.groups, 1):
        values = scene.figures_of(PROVINCE, group.id)
        page.row([Cell(number, styles.NUMBER), Cell(group.name, styles.NAME), *_cells(values)], spans)
    total = scene.figures_of(PROVINCE, ALL_GROUPS)
    page.row([Cell(words.delta.province, styles.TOTAL), *_cells(total, total=True)], [(0, 1), *spans[2:]])
    return _close(page, scene, words.delta.groups_sheet, head)


def _open(page: Page, scene: _Scene, header: Sequence[str]) -> int:
    """Add title block and header; return the header's row."""
    words = wording()
    subtitle = words.observed.format(day=day_in_text(scene.options.last_day))
    page.title_block(scene.options, words.delta.label, scene.say(words.delta.title), subtitle, 2)
    page.row([Cell(text, styles.HEADER) for text in header], [(n, n) for n in range(len(header))])
    page.repeat_from(page.last)
    return page.last


def _close(page: Page, scene: _Scene, title: str, head: int) -> Sheet:
    notes = wording().footnotes
    structure = structure_notes(scene.figures, scene.registry, scene.units, {scene.month.shift(-1)})
    previous = scene.month.shift(-1)
    issued = [notes.issued.format(months=wording().short(previous))] if previous in scene.figures.issued_months else []
    doubtful = [unit.name for unit in scene.units if scene.results_unknown(unit.unit_id)]
    proposed = [notes.proposed.format(units=", ".join(doubtful))] if doubtful else []
    page.footnotes([
        notes.heading, notes.no_comparison, *structure, *issued, *proposed, notes.not_assessable, notes.listed])
    return Sheet(title=title, widths=page.widths, rows=page.rows, merges=page.merges, repeat=(head, head),
                 freeze=f"C{head + 1}", breaks=page.breaks, margin=MARGIN_INCHES, header=scene.options.header(),
                 footer=scene.options.footer(title, scene.month))


def _cells(values: Sequence[Value], total: bool = False) -> list[Cell]:
    """Return previous, this, change, new and removed as cells: numbers as numbers, words in their own look."""
    number = styles.TOTAL_NUMBER if total else styles.NUMBER
    change = styles.TOTAL_CHANGE if total else styles.CHANGE
    word = styles.TOTAL_CENTRE if total else styles.CENTRE
    cells = []
    for place, value in enumerate(values):
        style: Style = change if place == 2 else number
        if isinstance(value, str):
            style = styles.UNKNOWN if value == status_text("not_assessable") and not total else word
        cells.append(Cell(value, style))
    return cells


def _list(scene: _Scene, spec: ListSheet, records: Iterator[Record]) -> Sheet:
    footer = list_footer(spec, scene.options, scene.month)
    return list_sheet(spec, scene.say(spec.heading), records, scene.options, footer)


def _unit_groups(scene: _Scene) -> Iterator[Record]:
    for unit in scene.units:
        for group in scene.programme.groups:
            previous, this, change, new, removed = scene.figures_of(unit.unit_id, group.id)
            yield {"unit": unit.name, "group": group.name, "previous": previous, "this": this, "change": change,
                   "new": new, "removed": removed}


def _listed(con: duckdb.DuckDBPyConnection, scene: _Scene, change: Literal["new", "removed"]) -> Iterator[Record]:
    names = {unit.unit_id: unit.name for unit in scene.units}
    groups = {group.id: group.name for group in scene.programme.groups}
    communes = commune_names(scene.registry, scene.month)
    found = con.execute("""
        SELECT d.unit_id, d.group_id, d.level, p.commune_id, d.title, d.url, d.displayed_on, d.posted_on,
               epoch_us(d.first_seen), epoch_us(d.last_seen), d.capture_id
        FROM delta_posting_monthly d LEFT JOIN posting_as_of p USING (posting_id)
        WHERE d.month = ? AND d.change = ? AND list_contains(?, d.unit_id) AND list_contains(?, d.group_id)
        ORDER BY list_position(?, d.unit_id), d.posted_on NULLS LAST, d.group_id, d.posting_id
        """, [scene.month.first_day, change, list(names), list(groups), list(names)])
    while batch := found.fetchmany(2_000):
        for unit, group, level, commune, title, url, displayed, posted, first, last, capture in batch:
            yield {
                "unit": names[unit], "group": groups[group], "level": level_text(level, commune, communes),
                "title": title, "url": url, "displayed_on": displayed, "posted_on": posted,
                "first_seen": local_moment(first), "last_seen": _local_day(last), "capture_id": capture,
            }


def _local_day(epoch_us: int | None) -> date | None:
    """Return the day of a moment: to look again on the same day and find nothing new changes no cell."""
    moment = local_moment(epoch_us)
    return moment.date() if moment else None
