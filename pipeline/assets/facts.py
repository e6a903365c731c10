"""Assets of the tables of a month: the replay of its captures, postings, and the facts.

What belongs here: which builder makes which table, which tables one step makes, and that a refused load is a failed
step. What does not: what the rows are (`pipeline.facts`), what must hold of them (`pipeline.checks`).
"""
# Dagster reads the annotations of assets and checks as objects: no `from __future__ import annotations` here.


from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import dagster as dg
import duckdb

from pipeline.assets.described import loaded_metadata, table_spec
from pipeline.assets.month import month_context
from pipeline.assets.resources import WAREHOUSE_POOL, Office, Warehouse
from pipeline.checks.tables import check_results, check_specs
from pipeline.facts import (
    capture,
    delta_posting_monthly,
    fact_checklist_monthly,
    fact_coverage_monthly,
    fact_delta_monthly,
    fact_known_monthly,
    fact_postings_monthly,
    fact_section_coverage_monthly,
    fact_series_monthly,
    fact_unit_monthly,
    portal_observation,
    posting,
    posting_sighting,
    section_observation,
)
from pipeline.facts.context import MonthContext
from pipeline.facts.loading import ready
from pipeline.facts.observations import observe
from pipeline.findings import finding
from pipeline.months import Month
from pipeline.release import restatement
from pipeline.terminal import SNAPSHOTS
from pipeline.workspace import Workspace
from warehouse.store import WarehouseError

Build = Callable[[duckdb.DuckDBPyConnection, MonthContext], object]
Builds = Callable[[duckdb.DuckDBPyConnection, MonthContext], dict[str, Build]]


@dataclass(frozen=True)
class _Step:
    """Tables that are made together, in this order, on one connection: what they share is made once.

    `tables`: each with what it needs. `builds`: returns the builder of each; one builder may make the tables that
    come after it in `along`, too.
    """

    name: str
    tables: dict[str, tuple[str, ...]]
    builds: Builds
    along: tuple[str, ...] = ()


def _observing(_con: duckdb.DuckDBPyConnection, context: MonthContext) -> dict[str, Build]:
    seen = cache(lambda: observe(context))
    return {
        "capture": capture.build,
        "portal_observation": lambda con, month: portal_observation.build(con, month, seen()),
        "section_observation": lambda con, month: section_observation.build(con, month, seen()),
        "posting_sighting": lambda con, month: posting_sighting.build(con, month, seen()),
    }


def _counting(con: duckdb.DuckDBPyConnection, context: MonthContext) -> dict[str, Build]:
    ready(con, context)
    modules = {
        "fact_coverage_monthly": fact_coverage_monthly.build,
        "fact_section_coverage_monthly": fact_section_coverage_monthly.build,
        "fact_postings_monthly": fact_postings_monthly.build,
        "fact_known_monthly": fact_known_monthly.build,
        "fact_unit_monthly": fact_unit_monthly.build,
        "fact_checklist_monthly": fact_checklist_monthly.build,
        "delta_posting_monthly": delta_posting_monthly.build,
        "fact_delta_monthly": fact_delta_monthly.build,
        "fact_series_monthly": fact_series_monthly.build,
        "finding": finding.build,
        restatement.TABLE: restatement.build,
    }
    return {name: partial(build, prepared=True) for name, build in modules.items()}


_CAPTURES = (SNAPSHOTS, "unit_version", "portal")
_STEPS = (
    _Step("observations", {
        "capture": (SNAPSHOTS,),
        "portal_observation": _CAPTURES,
        "section_observation": _CAPTURES,
        "posting_sighting": _CAPTURES,
    }, _observing),
    _Step("postings", {
        "posting": ("posting_sighting", "section_observation", "review_verdict"),
        "posting_location": ("posting_sighting", "section_observation", "review_verdict"),
        "posting_edit": ("posting_sighting", "review_verdict"),
        "recheck_waiting": (
            "posting_sighting", "section_observation", "portal_observation", "portal", "review_verdict"),
    }, lambda _con, _context: {"posting": posting.build},
        along=("posting_location", "posting_edit", "recheck_waiting")),
    _Step("facts", {
        "fact_coverage_monthly": (
            "unit_version", "portal", "portal_observation", "section_observation", "posting_sighting",
            "review_verdict"),
        "fact_section_coverage_monthly": ("capture", "fact_coverage_monthly", "section_observation"),
        "fact_postings_monthly": ("posting", "fact_coverage_monthly"),
        "fact_known_monthly": (
            "posting", "fact_postings_monthly", "fact_coverage_monthly", "fact_section_coverage_monthly"),
        "fact_unit_monthly": ("posting", "fact_postings_monthly", "fact_coverage_monthly"),
        "fact_checklist_monthly": ("posting", "fact_coverage_monthly"),
        "delta_posting_monthly": ("posting", "fact_coverage_monthly"),
        "fact_delta_monthly": (
            "fact_postings_monthly", "fact_unit_monthly", "fact_coverage_monthly", "delta_posting_monthly"),
        "fact_series_monthly": ("fact_unit_monthly", "unit_succession"),
        "finding": (
            "posting", "posting_edit", "section_observation", "fact_coverage_monthly", "fact_unit_monthly",
            "fact_checklist_monthly"),
        restatement.TABLE: (
            "posting", "fact_known_monthly", "release", "released_unit_monthly", "released_posting", "review_verdict"),
    }, _counting),
)


def make_tables(con: duckdb.DuckDBPyConnection, context: MonthContext, step: str) -> None:
    """Make the tables of a step (observations, postings, facts) as its assets do; raise WarehouseError."""
    [found] = [one for one in _STEPS if one.name == step]
    for make in found.builds(con, context).values():
        make(con, context)


def fact_assets(months: dg.PartitionsDefinition[str]) -> list[dg.AssetsDefinition]:
    """Return the assets of all tables that a month's run replaces."""
    return [_step_assets(step, months) for step in _STEPS]


def _step_assets(step: _Step, months: dg.PartitionsDefinition[str]) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=step.name,
        specs=[
            dg.AssetSpec(table, deps=deps, partitions_def=months, skippable=not step.along, **table_spec(table))
            for table, deps in step.tables.items()
        ],
        check_specs=[spec for table in step.tables for spec in check_specs(table, months)],
        # Tables of one builder are made together; of others, any may be asked for alone.
        can_subset=not step.along,
        pool=WAREHOUSE_POOL,
    )
    def build(
        context: dg.AssetExecutionContext, office: Office, warehouse: Warehouse
    ) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[Any]]:
        workspace, month = office.load(), Month.parse(context.partition_key)
        wanted = {key.to_user_string() for key in context.selected_asset_keys}
        with warehouse.opened() as con:
            month_as_known = month_context(workspace, month)
            for table, make in step.builds(con, month_as_known).items():
                if table not in wanted:
                    continue
                try:
                    make(con, month_as_known)
                except WarehouseError as error:  # the month's rows are as they were
                    raise dg.Failure(description=str(error), allow_retries=False) from error
                for made in (table, *step.along):
                    if (yield from _made(con, workspace, month, made)):
                        return  # what comes after would stand on it

    return build


def _made(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, month: Month, table: str
) -> Generator[dg.AssetCheckResult | dg.MaterializeResult[Any], None, bool]:
    """Yield what there is to say of a table that was made; return whether a blocking check of it failed."""
    yield dg.MaterializeResult(asset_key=table, metadata=loaded_metadata(con, table, month))
    stops = False
    for blocking, found in check_results(con, workspace, month, table):
        yield found
        stops = stops or (blocking and not found.passed)
    return stops
