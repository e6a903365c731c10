"""The command of the benchmarks: what it prints and how it leaves; the stages themselves are not run here."""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import pytest

from pipeline.bench import __main__ as command
from pipeline.bench.ratios import Ratio


def run(monkeypatch: pytest.MonkeyPatch, rows: list[Ratio], *arguments: str) -> tuple[int, list[tuple[int, bool]]]:
    asked: list[tuple[int, bool]] = []

    def measure(pairs: int, quick: bool) -> list[Ratio]:
        asked.append((pairs, quick))
        return rows

    monkeypatch.setattr(command.importlib, "import_module", lambda name: SimpleNamespace(measure=measure))
    return command.main([*arguments]), asked


def test_a_row_within_reach_leaves_with_zero(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, asked = run(monkeypatch, [Ratio("reading ÷ parse", 1.5, 1.4, 1.6, 2.0)], "extraction")
    printed = capsys.readouterr().out
    assert code == 0 and asked == [(5, False)]
    assert all(part in printed for part in ("reading ÷ parse", "1.5", "1.4 – 1.6", "≤ 2", "yes", "Python", "duckdb"))


def test_a_row_missed_within_its_spread_is_said_and_forgiven(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, [Ratio("row", 2.1, 1.8, 2.4, 2.0)], "load")[0] == 0
    assert "within the spread" in capsys.readouterr().out


def test_a_row_missed_by_more_than_its_spread_leaves_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, [Ratio("row", 3.0, 2.9, 3.1, 2.0)], "load")[0] == 1


def test_a_quick_look_takes_fewer_pairs_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, [], "load", "--quick")[1] == [(2, True)]
    assert run(monkeypatch, [], "load", "facts", "--pairs", "3")[1] == [(3, False), (3, False)]


def test_an_unknown_stage_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        command.main(["everything"])
    assert left.value.code == 2 and "everything" in capsys.readouterr().err


@pytest.mark.parametrize("stage", command.STAGES)
def test_every_stage_is_a_module_that_measures(stage: str) -> None:
    assert callable(importlib.import_module(f"pipeline.bench.{stage}").measure)
