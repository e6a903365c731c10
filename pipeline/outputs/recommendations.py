"""kien-nghi.xlsx: what was found at each unit, what it should do, since when, and the evidence behind it.

What belongs here: drawing `finding`. What does not: computing it (`pipeline.findings`), Ghi chú of the appendices
(`remarks`, `appendix`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from pipeline.months import Month
from pipeline.outputs import excel, remarks, styles
from pipeline.outputs.figures import counting_blocks, load, local_moment, units_of
from pipeline.outputs.lists import Record, list_footer, list_sheet
from pipeline.outputs.options import RenderOptions
from pipeline.outputs.page import MARGIN_INCHES, Page
from pipeline.outputs.remarks import Finding
from pipeline.outputs.sheets import Cell, Sheet
from pipeline.outputs.wording import day_in_text, wording
from pipeline.programmes.model import Programme, UnitBlock
from pipeline.registry.model import Registry, UnitVersion
from warehouse.description import table
from warehouse.vocabularies import text

_WIDTHS = (6, 52, 52, 16, 11, 17)
_HEADERS = ("note", "recommendation", "severity", "first_raised", "state")
_POSTINGS = """
    SELECT posting_id, title, url, displayed_on, epoch_us(first_seen), first_capture_id
    FROM posting_as_of WHERE list_contains(?, posting_id)"""


@dataclass(frozen=True)
class _Scene:
    """What every cell of the workbook depends on; `blocks` hold the units in order."""

    programme: Programme
    month: Month
    options: RenderOptions
    remarks: remarks.Remarks
    causes: dict[str, str | None]
    blocks: tuple[tuple[UnitBlock, tuple[UnitVersion, ...]], ...]

    @property
    def units(self) -> tuple[UnitVersion, ...]:
        return tuple(unit for _, units in self.blocks for unit in units)

    def findings(self, unit: UnitVersion) -> Sequence[Finding]:
        return self.remarks.findings.get(unit.unit_id, ())


def render(con: duckdb.DuckDBPyConnection, programme: Programme, registry: Registry, month: Month,
           options: RenderOptions) -> bytes:
    """Return the workbook: a printed page by unit, and the list of postings and observations behind each finding.

    The same tables, programme, registry, month and options give the same bytes.
    """
    blocks = tuple(
        (block, tuple(units_of(block, registry, month, options.positions))) for block in counting_blocks(programme))
    figures = load(con, programme.id, month, [month])
    causes = {unit.unit_id: figures.note(unit.unit_id) for _, units in blocks for unit in units}
    scene = _Scene(programme, month, options, remarks.load(con, programme, registry, month), causes, blocks)
    words = wording()
    evidence = words.sheets.finding_evidence
    sheets = [
        _main_sheet(scene),
        list_sheet(evidence, evidence.heading.format(month=words.in_words(month)), _evidence(con, scene), options,
                   list_footer(evidence, options, month)),
    ]
    return excel.render(sheets, options.properties(words.recommendations.label, programme.name, month))


def _main_sheet(scene: _Scene) -> Sheet:
    words, page = wording(), Page(_WIDTHS)
    own = words.recommendations
    title = own.title.format(month=words.in_words(scene.month))
    page.title_block(scene.options, own.label, title, words.observed.format(day=day_in_text(scene.options.last_day)), 2)
    header = [words.delta.position, *(table("finding").column(name).header for name in _HEADERS)]
    page.row([Cell(name, styles.HEADER) for name in header], _spans())
    page.repeat_from(page.last)
    head = page.last
    for block, units in scene.blocks:
        told = [unit for unit in units if scene.findings(unit) or scene.causes[unit.unit_id]]
        for unit in told:
            rows = _unit_rows(scene, unit)
            above = (block.heading or own.units) if unit is told[0] else None
            page.block_heading(unit.name, rows, _spans(), above)
            for cells in rows:
                page.row(cells, _spans())
    silent = [unit.name for unit in scene.units if not scene.findings(unit) and not scene.causes[unit.unit_id]]
    page.footnotes([own.nothing_found.format(units="; ".join(silent))] if silent else [])
    return Sheet(title=own.sheet, widths=page.widths, rows=page.rows, merges=page.merges, repeat=(head, head),
                 freeze=f"A{head + 1}", breaks=page.breaks, margin=MARGIN_INCHES, header=scene.options.header(),
                 footer=scene.options.footer(own.sheet, scene.month))


def _spans() -> list[tuple[int, int]]:
    return [(n, n) for n in range(len(_WIDTHS))]


def _unit_rows(scene: _Scene, unit: UnitVersion) -> list[list[Cell]]:
    """Return the rows of a unit: why it could not be assessed, then its findings."""
    rows = []
    if cause := scene.causes[unit.unit_id]:
        rows.append([Cell(None, styles.NUMBER), Cell(cause, styles.NOTE), *[Cell(None, styles.NOTE)] * 4])
    for number, finding in enumerate(scene.findings(unit), 1):
        rows.append([
            Cell(number, styles.NUMBER), Cell(finding.note, styles.NOTE),
            Cell(finding.recommendation or None, styles.NOTE),
            Cell(text("severity", finding.rule.severity), styles.NOTE),
            Cell(wording().short(Month.of(finding.first_raised)), styles.CENTRE), Cell(_state(finding), styles.NOTE),
        ])
    return rows


def _state(finding: Finding) -> str:
    if finding.dismissed is not None:
        return wording().recommendations.dismissed.format(reason=finding.dismissed)
    return text("finding_state", finding.state)


def _evidence(con: duckdb.DuckDBPyConnection, scene: _Scene) -> Iterator[Record]:
    """Yield a row for each piece of evidence; one that is no posting stands with its id alone."""
    wanted = sorted({one for unit in scene.units for finding in scene.findings(unit) for one in finding.evidence})
    postings = {row[0]: row[1:] for row in con.execute(_POSTINGS, [wanted]).fetchall()}
    for unit in scene.units:
        for finding in scene.findings(unit):
            for one in finding.evidence:
                said: Record = {"unit": unit.name, "finding": finding.rule.name, "note": finding.note}
                if one not in postings:
                    yield {**said, "evidence_id": one}
                    continue
                title, url, displayed, seen, capture = postings[one]
                yield {**said, "title": title, "url": url, "displayed_on": displayed,
                       "first_seen": local_moment(seen), "evidence_id": capture}
