"""Assets of the tables of a month: the replay of its captures, postings, and one fact table each.

What belongs here: which builder makes which table, and that a refused load is a failed check. What does not: what
the rows are (`pipeline.facts`).
"""
# Dagster reads the annotations of assets and checks as objects: no `from __future__ import annotations` here.


from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import dagster as dg
import duckdb

from pipeline.assets.described import loaded_metadata, table_spec
from pipeline.assets.month import month_context
from pipeline.assets.resources import WAREHOUSE_POOL, Office, Warehouse
from pipeline.facts import (
    capture,
    delta_posting_monthly,
    fact_checklist_monthly,
    fact_coverage_monthly,
    fact_delta_monthly,
    fact_postings_monthly,
    fact_unit_monthly,
    portal_observation,
    posting,
    posting_sighting,
    section_observation,
)
from pipeline.facts.context import MonthContext
from pipeline.months import Month
from pipeline.terminal import SNAPSHOTS
from warehouse.store import WarehouseError

LOADED = "loaded_whole"
_LOADED_SAYS = (
    "Tháng được thay trọn trong một giao dịch: đủ cột, không trùng khoá, đúng tháng, không rỗng; "
    "nếu không, số liệu cũ được giữ nguyên."
)
Build = Callable[[duckdb.DuckDBPyConnection, MonthContext], object]


@dataclass(frozen=True)
class _Step:
    """One builder and the tables it replaces."""

    name: str
    build: Build
    tables: tuple[str, ...]
    deps: tuple[str, ...]


_CAPTURES = (SNAPSHOTS, "unit_version", "portal")
_STEPS = (
    _Step("capture", capture.build, ("capture",), (SNAPSHOTS,)),
    _Step("portal_observation", portal_observation.build, ("portal_observation",), _CAPTURES),
    _Step("section_observation", section_observation.build, ("section_observation",), _CAPTURES),
    _Step("posting_sighting", posting_sighting.build, ("posting_sighting",), _CAPTURES),
    _Step("posting", posting.build, ("posting", "posting_location"), ("posting_sighting", "section_observation")),
    _Step(
        "fact_coverage_monthly", fact_coverage_monthly.build, ("fact_coverage_monthly",),
        ("unit_version", "portal", "portal_observation", "section_observation", "posting_sighting"),
    ),
    _Step(
        "fact_postings_monthly", fact_postings_monthly.build, ("fact_postings_monthly",),
        ("posting", "fact_coverage_monthly"),
    ),
    _Step(
        "fact_unit_monthly", fact_unit_monthly.build, ("fact_unit_monthly",),
        ("posting", "fact_postings_monthly", "fact_coverage_monthly"),
    ),
    _Step(
        "fact_checklist_monthly", fact_checklist_monthly.build, ("fact_checklist_monthly",),
        ("posting", "fact_coverage_monthly"),
    ),
    _Step(
        "delta_posting_monthly", delta_posting_monthly.build, ("delta_posting_monthly",),
        ("posting", "fact_coverage_monthly"),
    ),
    _Step(
        "fact_delta_monthly", fact_delta_monthly.build, ("fact_delta_monthly",),
        ("fact_postings_monthly", "fact_unit_monthly", "fact_coverage_monthly", "delta_posting_monthly"),
    ),
)


def fact_assets(months: dg.PartitionsDefinition[str]) -> list[dg.AssetsDefinition]:
    """Return the assets of all tables that a month's run replaces."""
    return [_step_assets(step, months) for step in _STEPS]


def _step_assets(step: _Step, months: dg.PartitionsDefinition[str]) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=step.name,
        specs=[
            dg.AssetSpec(table, deps=step.deps, partitions_def=months, **table_spec(table))
            for table in step.tables
        ],
        check_specs=[dg.AssetCheckSpec(LOADED, asset=table, description=_LOADED_SAYS) for table in step.tables],
        pool=WAREHOUSE_POOL,
    )
    def build(
        context: dg.AssetExecutionContext, office: Office, warehouse: Warehouse
    ) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[Any]]:
        workspace, month = office.load(), Month.parse(context.partition_key)
        with warehouse.opened() as con:
            try:
                step.build(con, month_context(workspace, month))
            except WarehouseError as error:
                for table in step.tables:
                    yield dg.AssetCheckResult(
                        asset_key=table, check_name=LOADED, passed=False, description=str(error)
                    )
                raise dg.Failure(description=str(error), allow_retries=False) from error
            for table in step.tables:
                yield dg.MaterializeResult(asset_key=table, metadata=loaded_metadata(con, table, month))
                yield dg.AssetCheckResult(asset_key=table, check_name=LOADED, passed=True, description="đạt")

    return build
