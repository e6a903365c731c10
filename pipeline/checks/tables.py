"""Asset checks of the fact tables.

What belongs here: which rule stands on which table, and whether it blocks. What does not: the rules
(`pipeline.checks.rules`).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import dagster as dg
import duckdb

from pipeline.checks import rules
from pipeline.months import Month
from pipeline.workspace import Workspace

Rule = Callable[[duckdb.DuckDBPyConnection, Workspace, Month], list[str]]
_SHOWN = 60


def _units_complete(table: str) -> Rule:
    aside = ("province",) if table == "fact_delta_monthly" else ()

    def rule(con: duckdb.DuckDBPyConnection, workspace: Workspace, month: Month) -> list[str]:
        owes = workspace.programme.owes
        watched = [unit.unit_id for unit in workspace.registry.watched(month.last_day, owes)]
        return rules.units_complete(con, table, month, watched, aside)

    return rule


def _coverage(con: duckdb.DuckDBPyConnection, workspace: Workspace, month: Month) -> list[str]:
    names = {unit.unit_id: unit.name for unit in workspace.registry.units(month.last_day)}
    return [f"{names.get(unit, unit)}: không đánh giá được, {why}" for unit, why in rules.not_assessed(con, month)]


def _waiting(con: duckdb.DuckDBPyConnection, workspace: Workspace, month: Month) -> list[str]:
    names = {unit.unit_id: unit.name for unit in workspace.registry.units(month.last_day)}
    return [f"{names.get(unit, unit)}: {line}" for unit, line in rules.waiting(con)]


def _of_month(rule: Callable[[duckdb.DuckDBPyConnection, Month], list[str]]) -> Rule:
    return lambda con, _workspace, month: rule(con, month)


@dataclass(frozen=True)
class _Check:
    """A rule that stands on a table; a blocking one stops what is downstream."""

    table: str
    name: str
    description: str
    rule: Rule
    blocking: bool = True
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR


_FACTS = (
    "fact_coverage_monthly", "fact_section_coverage_monthly", "fact_postings_monthly", "fact_unit_monthly",
    "fact_checklist_monthly", "fact_delta_monthly",
)
_COMPLETE = "Mỗi đơn vị theo dõi có dòng trong bảng, và không có đơn vị nào khác."
# A unit that could not be assessed fails `coverage` visibly, but its row in the workbook says so itself.
_CHECKS = (
    *(_Check(table, "units_complete", _COMPLETE, _units_complete(table)) for table in _FACTS),
    _Check("fact_section_coverage_monthly", "coverage_is_proven",
           "Đơn vị đánh giá được khi các chuyên mục đã duyệt có bản chụp mở lại được.",
           _of_month(rules.coverage_is_proven)),
    _Check("fact_known_monthly", "known_equals_month",
           "Của chính tháng này, số liệu nay biết bằng số liệu của tháng.", _of_month(rules.known_agrees)),
    _Check("fact_unit_monthly", "totals_equal_sum",
           "Số lượt và số kết quả của đơn vị bằng tổng các nhóm.", _of_month(rules.unit_totals_agree)),
    _Check("fact_unit_monthly", "zeros_are_proven",
           "Con số (kể cả 0) chỉ có khi độ phủ và các bản chụp chứng minh.", _of_month(rules.zeros_are_proven)),
    _Check("fact_checklist_monthly", "missing_is_proven",
           "Mỗi kết luận “chưa đăng tải”, “đã gỡ” kèm độ phủ và bản chụp chứng minh.",
           _of_month(rules.missing_is_proven)),
    _Check("fact_checklist_monthly", "causes_are_known",
           "Mọi nguyên nhân không đánh giá được thuộc danh mục đóng.", _of_month(rules.causes_are_known)),
    _Check("fact_delta_monthly", "totals_equal_sum",
           "Dòng toàn tỉnh bằng tổng các đơn vị.", _of_month(rules.province_totals_agree)),
    _Check("fact_coverage_monthly", "coverage",
           "Mọi đơn vị theo dõi đều đánh giá được trong tháng.", _coverage, blocking=False),
    _Check("recheck_waiting", "nothing_waits",
           "Không còn tin hay trang nào chờ kiểm tra lại.", _waiting, blocking=False,
           severity=dg.AssetCheckSeverity.WARN),
)


CHECKED = tuple(dict.fromkeys(check.table for check in _CHECKS))
"""The tables that have checks."""


def check_specs(table: str, months: dg.PartitionsDefinition[str]) -> list[dg.AssetCheckSpec]:
    """Return the checks that the step which makes a table runs on it, right after its load."""
    return [
        partitioned_check(months, table, check.name, check.description, blocking=check.blocking)
        for check in _CHECKS if check.table == table
    ]


def check_results(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, month: Month, table: str
) -> Iterator[tuple[bool, dg.AssetCheckResult]]:
    """Yield what each check of a table found, and whether it blocks."""
    for check in _CHECKS:
        if check.table == table:
            yield check.blocking, result(check.rule(con, workspace, month), table, check.name, check.severity)


def partitioned_check(
    months: dg.PartitionsDefinition[str], asset: str, name: str, description: str, *, blocking: bool = True
) -> dg.AssetCheckSpec:
    """Return a check of an asset, month by month."""
    with warnings.catch_warnings():
        # Partitions of checks are a preview in this pinned release of Dagster.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return dg.AssetCheckSpec(
            name, asset=asset, description=description, blocking=blocking, partitions_def=months)


def result(
    broken: list[str], asset: str, name: str, severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR
) -> dg.AssetCheckResult:
    """Return what a rule's lines come to: none is good."""
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=name,
        passed=not broken,
        severity=severity,
        description="; ".join(broken[:_SHOWN]) if broken else "đạt",
        metadata={
            "count": len(broken),
            "lines": dg.MetadataValue.table(
                records=[dg.TableRecord({"line": line[:300]}) for line in broken[:_SHOWN]],
                schema=dg.TableSchema(columns=[dg.TableColumn(name="line")]),
            ),
        },
    )
