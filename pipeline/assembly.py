"""Everything that Dagster knows of one workspace: its assets and their checks, its jobs and schedules.

What belongs here: putting together. What does not: assets, which carry their checks (`pipeline.assets`), jobs and
schedules (`pipeline.schedules`), and which
workspace it is (`pipeline.definitions` for Dagster's tools, `pipeline.runs` for the command line).
"""

from pathlib import Path

import dagster as dg

from pipeline.assets.facts import fact_assets
from pipeline.assets.outputs import output_assets
from pipeline.assets.registry import registry_assets
from pipeline.assets.release import release_assets, release_job
from pipeline.assets.resources import Office, Warehouse
from pipeline.assets.reviews import review_assets
from pipeline.assets.snapshots import snapshots_asset
from pipeline.months import ZONE, Month
from pipeline.programmes import loader as programmes
from pipeline.schedules import month_jobs, month_schedules
from pipeline.terminal import LOGGER, terminal_logger
from pipeline.workspace import DEFAULT_PROGRAMME, Workspace

NO_WORKSPACE = Path("demo")
"""Where Dagster looks for a workspace that nobody names."""
_FIRST_MONTH = Month(2017, 12)


def monthly_partitions(first: Month) -> dg.MonthlyPartitionsDefinition:
    """Return the months from `first` to the current one, which may be looked at while it runs."""
    return dg.MonthlyPartitionsDefinition(
        start_date=first.first_day.isoformat(), timezone=str(ZONE), end_offset=1
    )


def build_definitions(workspace: Workspace | None) -> dg.Definitions:
    """Return everything that Dagster knows of a workspace; a plain default where there is none."""
    first = workspace.first_month if workspace else _FIRST_MONTH
    programme = workspace.programme if workspace else programmes.load(DEFAULT_PROGRAMME)
    months = monthly_partitions(first)
    folder = workspace.folder if workspace else NO_WORKSPACE.resolve()
    warehouse = workspace.warehouse if workspace else folder / "data" / "warehouse.duckdb"
    return dg.Definitions(
        assets=[
            *registry_assets(), *review_assets(), *release_assets(), snapshots_asset(months), *fact_assets(months),
            *output_assets(programme, months),
        ],
        jobs=[*month_jobs(), release_job()],
        schedules=month_schedules(workspace, first),
        resources={
            "office": Office(folder=str(folder)),
            "warehouse": Warehouse(path=str(warehouse)),
            "crawler": dg.PipesSubprocessClient(),
        },
        loggers={"console": dg.colored_console_logger, LOGGER: terminal_logger},
        executor=dg.in_process_executor,
    )
