"""Findings of the reference month from the crawl alone: what its notes said, and what they should have said too."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.months import Month
from tests.e2e.province import Province, appendix_cells, sheet_lines
from warehouse.store import open_reader

MONTH = Month(2018, 2)
GOLDEN: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[1] / "golden" / "dak_nong_2018_02_findings.yaml").read_text(encoding="utf-8"))
_ROWS = """
SELECT unit_id, rule_id, state, strftime(first_raised, '%Y-%m'), subject FROM finding WHERE month = ?
ORDER BY unit_id, rule_id, subject"""


def rows(province: Province, sql: str) -> list[tuple[Any, ...]]:
    con = open_reader(province.workspace.warehouse)
    try:
        found: list[tuple[Any, ...]] = con.execute(sql, [MONTH.first_day]).fetchall()
        return found
    finally:
        con.close()


def lines(found: list[tuple[Any, ...]], groups: set[str]) -> dict[str, list[str]]:
    """Return unit → "rule state since" lines as the golden file has them; postings are not named."""
    told: dict[tuple[str, str], list[str]] = defaultdict(list)
    for unit, rule, state, since, subject in found:
        told[unit, f"{rule} {state} {since}"] += [subject] if subject in groups else []
    by_unit: dict[str, list[str]] = defaultdict(list)
    for (unit, line), subjects in told.items():
        by_unit[unit].append(f"{line}: {', '.join(subjects)}" if subjects else line)
    return {unit: sorted(some) for unit, some in by_unit.items()}


def golden_lines() -> dict[str, list[str]]:
    return {
        unit: sorted(line if isinstance(line, str) else ": ".join(next(iter(line.items()))) for line in some)
        for unit, some in GOLDEN["findings"].items()
    }


def test_every_unit_has_the_findings_that_its_pages_give_and_no_other(reference: Province) -> None:
    groups = {group.id for group in reference.workspace.programme.groups}
    assert lines(rows(reference, _ROWS), groups) == golden_lines()


@pytest.mark.parametrize("layout", sorted(GOLDEN["notes"]))
def test_the_units_that_were_noted_are_noted_for_the_same_and_no_other_is(layout: str, reference: Province) -> None:
    cells = appendix_cells(reference.workspace, MONTH)
    noted = {unit: told[f"note of {layout}"] for unit, told in cells.items() if told[f"note of {layout}"]}
    assert sorted(noted) == sorted(GOLDEN["notes"][layout])
    for unit, words in GOLDEN["notes"][layout].items():
        for word in words:
            assert word in noted[unit].lower(), unit


def test_a_note_has_three_sentences_at_most(reference: Province) -> None:
    for unit, told in appendix_cells(reference.workspace, MONTH).items():
        assert told["note of phu-luc-1"].count(". ") <= 2 and told["note of phu-luc-2"].count(". ") <= 2, unit


def test_every_finding_stands_in_the_workbook_with_evidence_that_can_be_found(reference: Province) -> None:
    path = reference.workspace.outputs(MONTH) / "kien-nghi.xlsx"
    told = [line[1] for line in sheet_lines(path) if line[0].isdigit()]
    found = rows(reference, "SELECT note, evidence FROM finding WHERE month = ?")
    assert sorted(told) == sorted(note for note, _ in found)
    assert all(evidence for _, evidence in found)
    known = {row[0] for row in rows(reference, """
        SELECT posting_id FROM posting WHERE $1 IS NOT NULL
        UNION SELECT coverage_id FROM fact_coverage_monthly WHERE $1 IS NOT NULL
        UNION SELECT crawl_id FROM portal_observation WHERE $1 IS NOT NULL""")}
    unknown = {one for _, evidence in found for one in evidence} - known
    assert not unknown
