"""Everything that Dagster knows of one workspace: its assets and their checks, the month's job, its schedule.

What belongs here: putting together. What does not: assets, which carry their checks (`pipeline.assets`), and which
workspace it is (`pipeline.definitions` for Dagster's tools, `pipeline.runs` for the command line).
"""

from datetime import datetime
from pathlib import Path

import dagster as dg

from pipeline.assets.facts import fact_assets
from pipeline.assets.outputs import output_assets
from pipeline.assets.registry import registry_assets
from pipeline.assets.release import release_assets, release_job
from pipeline.assets.resources import Office, Warehouse
from pipeline.assets.reviews import review_assets
from pipeline.assets.snapshots import snapshots_asset
from pipeline.months import ZONE, Month, local_date
from pipeline.programmes import loader as programmes
from pipeline.terminal import LOGGER, terminal_logger
from pipeline.workspace import DEFAULT_PROGRAMME, Workspace

MONTH_JOB = "thang"
SCHEDULE = "thang_ngay_6"
NO_WORKSPACE = Path("demo")
"""Where Dagster looks for a workspace that nobody names."""
_FIRST_MONTH = Month(2017, 12)


def monthly_partitions(first: Month) -> dg.MonthlyPartitionsDefinition:
    """Return the months from `first` to the current one, which may be looked at while it runs."""
    return dg.MonthlyPartitionsDefinition(
        start_date=first.first_day.isoformat(), timezone=str(ZONE), end_offset=1
    )


def previous_month_key(moment: datetime) -> str:
    """Return the partition of the month before the one that holds an aware `moment`."""
    return Month.of(local_date(moment)).shift(-1).first_day.isoformat()


def build_definitions(workspace: Workspace | None) -> dg.Definitions:
    """Return everything that Dagster knows of a workspace; a plain default where there is none."""
    first = workspace.first_month if workspace else _FIRST_MONTH
    programme = workspace.programme if workspace else programmes.load(DEFAULT_PROGRAMME)
    months = monthly_partitions(first)
    job = dg.define_asset_job(
        MONTH_JOB,
        selection=dg.AssetSelection.all(),
        description="Cả tháng: thu thập, đọc, đếm, lập phụ lục và bảng biến động.",
        executor_def=dg.in_process_executor,
    )
    folder = workspace.folder if workspace else NO_WORKSPACE.resolve()
    warehouse = workspace.warehouse if workspace else folder / "data" / "warehouse.duckdb"
    return dg.Definitions(
        assets=[
            *registry_assets(), *review_assets(), *release_assets(), snapshots_asset(months), *fact_assets(months),
            *output_assets(programme, months),
        ],
        jobs=[job, release_job()],
        schedules=[_month_schedule(first)],
        resources={
            "office": Office(folder=str(folder)),
            "warehouse": Warehouse(path=str(warehouse)),
            "crawler": dg.PipesSubprocessClient(),
        },
        loggers={"console": dg.colored_console_logger, LOGGER: terminal_logger},
        executor=dg.in_process_executor,
    )


def _month_schedule(first: Month) -> dg.ScheduleDefinition:
    """Return the schedule of day 6: a built one with `end_offset=1` would ask for the current month."""

    @dg.schedule(
        name=SCHEDULE,
        job_name=MONTH_JOB,
        cron_schedule="0 6 6 * *",
        execution_timezone=str(ZONE),
        description="06:00 ngày 6 hằng tháng: làm tháng trước, sau khi hết thời gian theo dõi.",
    )
    def schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        key = previous_month_key(context.scheduled_execution_time)
        if Month.parse(key) < first:
            return dg.SkipReason(f"tháng {key} trước tháng đầu tiên của workspace ({first})")
        return dg.RunRequest(run_key=key, partition_key=key)

    return schedule
