"""Asset checks of the fact tables.

What belongs here: which rule stands on which table, and whether it blocks. What does not: the rules
(`pipeline.checks.rules`).
"""
# Dagster reads the annotations of assets and checks as objects: no `from __future__ import annotations` here.


import warnings
from collections.abc import Callable

import dagster as dg
import duckdb

from pipeline.assets.resources import WAREHOUSE_POOL, Office, Warehouse
from pipeline.checks import rules
from pipeline.months import Month
from pipeline.workspace import Workspace

Rule = Callable[[duckdb.DuckDBPyConnection, Workspace, Month], list[str]]
_SHOWN = 60


def _units_complete(table: str) -> Rule:
    aside = ("province",) if table == "fact_delta_monthly" else ()

    def rule(con: duckdb.DuckDBPyConnection, workspace: Workspace, month: Month) -> list[str]:
        watched = [unit.unit_id for unit in workspace.registry.watched(month.last_day)]
        return rules.units_complete(con, table, month, watched, aside)

    return rule


def _coverage(con: duckdb.DuckDBPyConnection, workspace: Workspace, month: Month) -> list[str]:
    names = {unit.unit_id: unit.name for unit in workspace.registry.units(month.last_day)}
    return [f"{names.get(unit, unit)}: không đánh giá được, {why}" for unit, why in rules.not_assessed(con, month)]


def _of_month(rule: Callable[[duckdb.DuckDBPyConnection, Month], list[str]]) -> Rule:
    return lambda con, _workspace, month: rule(con, month)


_FACTS = (
    "fact_coverage_monthly", "fact_postings_monthly", "fact_unit_monthly", "fact_checklist_monthly",
    "fact_delta_monthly",
)


def table_checks(months: dg.PartitionsDefinition[str]) -> list[dg.AssetChecksDefinition]:
    """Return the checks of the fact tables; all block what is downstream, except coverage.

    A unit that could not be assessed fails `coverage` visibly, but its row in the workbook says so itself.
    """
    complete = "Mỗi đơn vị theo dõi có dòng trong bảng, và không có đơn vị nào khác."
    return [
        *(_check(months, table, "units_complete", complete, _units_complete(table)) for table in _FACTS),
        _check(months, "fact_unit_monthly", "totals_equal_sum",
               "Số lượt và số kết quả của đơn vị bằng tổng các nhóm.", _of_month(rules.unit_totals_agree)),
        _check(months, "fact_unit_monthly", "zeros_are_proven",
               "Con số (kể cả 0) chỉ có khi có lần thu thập chứng minh.", _of_month(rules.zeros_are_proven)),
        _check(months, "fact_checklist_monthly", "missing_is_proven",
               "Mỗi kết luận “chưa đăng tải” kèm lần thu thập chứng minh.", _of_month(rules.missing_is_proven)),
        _check(months, "fact_delta_monthly", "totals_equal_sum",
               "Dòng toàn tỉnh bằng tổng các đơn vị.", _of_month(rules.province_totals_agree)),
        _check(months, "fact_coverage_monthly", "coverage",
               "Mọi đơn vị theo dõi đều đánh giá được trong tháng.", _coverage, blocking=False),
    ]


def _check(
    months: dg.PartitionsDefinition[str], table: str, name: str, description: str, rule: Rule, *, blocking: bool = True
) -> dg.AssetChecksDefinition:
    def check(
        context: dg.AssetCheckExecutionContext, office: Office, warehouse: Warehouse
    ) -> dg.AssetCheckResult:
        with warehouse.opened() as con:
            return result(rule(con, office.load(), Month.parse(context.partition_key)))

    return partitioned_check(months, table, name, description, check, blocking=blocking)


def partitioned_check(
    months: dg.PartitionsDefinition[str], asset: str, name: str, description: str,
    check: Callable[..., dg.AssetCheckResult], *, blocking: bool,
) -> dg.AssetChecksDefinition:
    """Return an asset check that is told its month."""
    with warnings.catch_warnings():
        # Partitions of checks are a preview in this pinned release of Dagster.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return dg.asset_check(
            asset=asset, name=name, description=description, blocking=blocking,
            partitions_def=months, pool=WAREHOUSE_POOL,
        )(check)


def result(broken: list[str]) -> dg.AssetCheckResult:
    """Return what a rule's lines come to: none is good."""
    return dg.AssetCheckResult(
        passed=not broken,
        severity=dg.AssetCheckSeverity.ERROR,
        description="; ".join(broken[:_SHOWN]) if broken else "đạt",
        metadata={
            "count": len(broken),
            "lines": dg.MetadataValue.table(
                records=[dg.TableRecord({"line": line[:300]}) for line in broken[:_SHOWN]],
                schema=dg.TableSchema(columns=[dg.TableColumn(name="line")]),
            ),
        },
    )
