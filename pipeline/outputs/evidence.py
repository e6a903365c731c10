"""The sheets behind an appendix: the postings that its figures and marks stand on, and what was covered.

What belongs here: which postings prove which cell, and drawing coverage. What does not: the figures (`appendix`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from pipeline.months import Month
from pipeline.outputs.figures import (
    NOT_CRAWLED,
    STRUCTURE_CHANGED,
    cause_in_words,
    commune_names,
    local_moment,
    rows,
    yes_or_no,
)
from pipeline.outputs.lists import Record, list_footer, list_sheet
from pipeline.outputs.options import RenderOptions
from pipeline.outputs.sheets import Sheet
from pipeline.outputs.wording import wording
from pipeline.programmes.model import Layout, Programme
from pipeline.registry.model import Registry, UnitVersion
from warehouse.issued import standing
from warehouse.vocabularies import text

_BATCH = 2_000
# A month's figure counts what was seen while the month was watched; what turned up later belongs to no shown figure.
# Behind the figure of an issued month stand the postings that were issued, whatever became of them.
_POSTINGS = """
    WITH issued AS (
        SELECT k.* EXCLUDE (release_id) FROM released_posting k SEMI JOIN {standing} USING (release_id)
    ), marked AS (
        SELECT DISTINCT unnest(evidence) AS posting_id FROM fact_checklist_monthly
        WHERE month = $month AND programme_id = $programme AND status = 'published' AND $marks
    ), latest AS (
        SELECT unit_id, latest_posting_date FROM fact_unit_monthly
        WHERE month = $month AND programme_id = $programme AND latest_posting_date IS NOT NULL AND $latest
    ), used AS (
        SELECT p.*, list_contains($months, p.counted_month) AND CASE
                 WHEN p.counted_month IN (SELECT month FROM {standing})
                   THEN p.posting_id IN (SELECT posting_id FROM issued i WHERE i.counted_month = p.counted_month)
                 ELSE coalesce(p.first_seen <= c.observed_until, false) END AS counted,
               m.posting_id IS NOT NULL AS marked,
               coalesce(p.posted_on = l.latest_posting_date, false) AS is_latest
        FROM posting_as_of p LEFT JOIN marked m USING (posting_id) LEFT JOIN latest l USING (unit_id)
        LEFT JOIN fact_coverage_monthly c ON c.unit_id = p.unit_id AND c.month = p.counted_month AND c.assessed
        WHERE p.programme_id = $programme AND list_contains($groups, p.group_id)
          AND list_contains($units, p.unit_id) AND epoch_us(p.first_seen) < $until
        UNION ALL BY NAME
        SELECT i.*, true AS counted, false AS marked, false AS is_latest
        FROM issued i ANTI JOIN posting_as_of p ON p.posting_id = i.posting_id AND p.counted_month = i.counted_month
          AND p.unit_id = i.unit_id AND p.group_id <> 'other'
        WHERE list_contains($months, i.counted_month) AND list_contains($units, i.unit_id)
    )
    SELECT unit_id, counted_month, group_id, level, commune_id, title, url, displayed_on, posted_on,
           posted_on_source, epoch_us(first_seen), first_capture_id, counted, marked, is_latest
    FROM used WHERE counted OR marked OR is_latest
    ORDER BY list_position($units, unit_id), counted_month NULLS LAST, posted_on NULLS LAST, group_id, posting_id"""


@dataclass(frozen=True)
class Proof:
    """Of which appendix, month and units the evidence is wanted; `units` in the appendix's order."""

    programme: Programme
    registry: Registry
    month: Month
    options: RenderOptions
    layout: Layout
    units: tuple[UnitVersion, ...]

    @property
    def months(self) -> list[Month]:
        """The months whose counted postings stand in the appendix: those of its columns, and the month itself."""
        columns = [c for table in self.layout.tables for c in table.columns]
        return sorted({self.month, *(self.month.shift(c.month_offset) for c in columns if c.show == "postings")})

    def shows(self, *kinds: str) -> bool:
        """Tell whether the appendix has a column of one of these kinds."""
        return any(column.show in kinds for table in self.layout.tables for column in table.columns)


def postings_sheet(con: duckdb.DuckDBPyConnection, proof: Proof) -> Sheet:
    """Return the sheet of every posting that a count, a mark or a latest date of the appendix stands on."""
    spec = wording().sheets.evidence
    label = proof.layout.label.capitalize()
    heading = spec.heading.format(label=label, month=wording().in_words(proof.month))
    footer = list_footer(spec, proof.options, proof.month)
    return list_sheet(spec, heading, _postings(con, proof), proof.options, footer)


def _postings(con: duckdb.DuckDBPyConnection, proof: Proof) -> Iterator[Record]:
    found = con.execute(_POSTINGS.replace("{standing}", standing(proof.month.first_day)), {
        "month": proof.month.first_day,
        "months": [month.first_day for month in proof.months],
        "programme": proof.programme.id,
        "groups": [group.id for group in proof.programme.groups],
        "units": [unit.unit_id for unit in proof.units],
        "until": int(proof.options.observed_until.timestamp()) * 1_000_000,
        "marks": proof.shows("mark", "ratio"),
        "latest": proof.shows("latest_posting"),
    })
    names = {unit.unit_id: unit.name for unit in proof.units}
    groups = {group.id: group.name for group in proof.programme.groups}
    communes = commune_names(proof.registry, proof.month)
    words = wording()
    while batch := found.fetchmany(_BATCH):
        for (unit, month, group, level, commune, title, url, displayed, posted, source, seen, capture,
             counted, marked, latest) in batch:
            uses = [(counted, words.uses.counted), (marked, words.uses.marked), (latest, words.uses.latest)]
            yield {
                "counted_month": month if month is not None else words.undated,
                "unit": names[unit], "group": groups[group], "level": level_text(level, commune, communes),
                "title": title, "url": url, "displayed_on": displayed, "posted_on": posted,
                "source": text("posted_on_source", source) if source else None,
                "first_seen": local_moment(seen), "capture_id": capture,
                "use": "; ".join(word for used, word in uses if used),
            }


def level_text(level: str, commune: str | None, communes: dict[str, str]) -> str:
    """Return the commune's name (as written where it is not of the registry), or the word for the level."""
    return communes.get(commune, commune) if commune else text("level", level)


def coverage_sheet(con: duckdb.DuckDBPyConnection, proof: Proof) -> Sheet:
    """Return the sheet that says of every unit whether it could be assessed, why, and on what observation."""
    spec = wording().sheets.coverage
    heading = spec.heading.format(month=wording().in_words(proof.month))
    footer = list_footer(spec, proof.options, proof.month)
    return list_sheet(spec, heading, _coverage(con, proof), proof.options, footer)


def _coverage(con: duckdb.DuckDBPyConnection, proof: Proof) -> Iterator[Record]:
    found = {unit: rest for unit, *rest in rows(con, """
        SELECT unit_id, assessed, cause, sections, pages, pagination_complete, observations, crawl_id, coverage_id
        FROM fact_coverage_monthly WHERE month = ?""", [proof.month.first_day])}
    missing = [False, NOT_CRAWLED, 0, 0, False, 0, None, None]
    for number, unit in enumerate(proof.units, 1):
        assessed, cause, sections, pages, complete, observations, crawl, coverage = found.get(unit.unit_id, missing)
        yield {
            "position": number, "unit": unit.name, "assessed": yes_or_no(assessed), "cause": cause_in_words(cause),
            "sections": sections, "pages": pages, "complete": yes_or_no(complete), "observations": observations,
            "crawl_id": crawl, "coverage_id": coverage,
        }


def sections_sheet(con: duckdb.DuckDBPyConnection, proof: Proof) -> Sheet:
    """Return the sheet of every list behind the coverage, with the captures that prove it."""
    spec = wording().sheets.section_coverage
    heading = spec.heading.format(month=wording().in_words(proof.month))
    footer = list_footer(spec, proof.options, proof.month)
    return list_sheet(spec, heading, _sections(con, proof), proof.options, footer)


def _sections(con: duckdb.DuckDBPyConnection, proof: Proof) -> Iterator[Record]:
    names = {unit.unit_id: unit.name for unit in proof.units}
    found = rows(con, """
        SELECT unit_id, trail, section_url, pages, items, oldest, complete, to_end, cause, detail, coverage_id,
               captures[1], len(captures)
        FROM fact_section_coverage_monthly WHERE month = ? AND list_contains(?, unit_id)
        ORDER BY list_position(?, unit_id), portal_id, section_url""",
        [proof.month.first_day, list(names), list(names)])
    for unit, trail, url, pages, items, oldest, complete, to_end, cause, detail, coverage, capture, count in found:
        why = cause_in_words(cause)
        yield {
            "unit": names[unit], "trail": trail, "url": url, "pages": pages, "items": items, "oldest": oldest,
            "complete": yes_or_no(complete), "to_end": yes_or_no(to_end),
            "cause": f"{why} ({detail})" if why and cause == STRUCTURE_CHANGED and detail else why,
            "coverage_id": coverage, "captures": f"{capture} (+{count - 1})" if count > 1 else capture,
        }
