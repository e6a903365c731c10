"""Other provinces, from seeds: the same run gives the cells that METHOD gives for what stood on their pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.simulator.generate import generate
from tests.e2e.province import UNKNOWN, Province, appendix_cells, figures_only, make_province, total_cells


def check(province: Province) -> None:
    """Run every month and compare every cell of both appendices, their totals and notes."""
    for month, report in province.run_all().items():
        assert not report.failed_steps and report.success, report
        made, expected = appendix_cells(province.workspace, month), province.expected(month)
        unlike = {
            f"{unit_id} ({province.scenario.unit(unit_id).portal.family})": {  # type: ignore[union-attr]
                name: f"expected {cell!r}, made {made[unit_id].get(name)!r}"
                for name, cell in cells.items() if made[unit_id].get(name) != cell
            }
            for unit_id, cells in expected.items() if figures_only(made[unit_id]) != cells
        }
        assert unlike == {}, f"{province.scenario.province} {month}"
        totals = total_cells(province.workspace, month)
        for name in (str(month), "results"):
            assert totals[name] == total_of([cells[name] for cells in expected.values()])
        unseen = [unit_id for unit_id, cells in expected.items() if cells[str(month)] == UNKNOWN]
        assert [check for _, check, _ in report.failed_checks] == (["coverage"] if unseen else [])
        assert all(made[unit_id]["note of phu-luc-2"].startswith("Không đánh giá được: ") for unit_id in unseen)


def total_of(cells: list[str]) -> str:
    known = [int(cell) for cell in cells if cell.isdigit()]
    return str(sum(known)) if known else UNKNOWN


@pytest.mark.parametrize("seed", range(1, 21))
def test_a_few_units_of_a_province_from_a_seed(seed: int, tmp_path: Path) -> None:
    scenario, _ = generate(seed, units=3 + seed % 3, months=2 if seed % 4 == 0 else 1)
    check(make_province(scenario, tmp_path / "w"))


def test_a_whole_province_from_a_seed(tmp_path: Path) -> None:
    scenario, _ = generate(2026, units=27, months=3)
    check(make_province(scenario, tmp_path / "w"))
