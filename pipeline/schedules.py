"""What Dagster does for a workspace by the calendar: its jobs, and when they run (Asia/Ho_Chi_Minh).

What belongs here: jobs and schedules. What does not: what a job makes (`pipeline.assets`), what is due
(`pipeline.rechecks`), issuing (`pipeline.assets.release`).

A month M is watched until the end of day 5 of M+1. It is crawled on the evening of day 2, so that two re-checks a day
apart can confirm what that crawl found gone, and on the evening of day 5, for its figures; what failed then is tried
again twice that evening. On the morning of day 6 its workbooks are made of these captures.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import dagster as dg

from pipeline.months import ZONE, Month, local_date
from pipeline.problems import UserError
from pipeline.rechecks import read_agenda
from pipeline.snapshots.layout import crawl_ids
from pipeline.terminal import SNAPSHOTS
from pipeline.workspace import Workspace

MONTH_JOB, MONTH_SCHEDULE = "thang", "thang_ngay_6"
WATCH_JOB, WATCH_SCHEDULE = "thu_thap", "thu_thap_ngay_2_va_5"
RECHECK_JOB, RECHECK_SCHEDULE = "kiem_tra_lai", "kiem_tra_lai_hang_ngay"
OBSERVED = (
    "unit_version", "unit_succession", "portal", "review_verdict", "review_note", SNAPSHOTS, "capture",
    "portal_observation", "section_observation", "posting_sighting", "posting", "posting_location", "posting_edit",
    "recheck_waiting",
)
"""The assets that a crawl fills, up to what waits to be asked again; no figure is among them."""


def month_jobs() -> list[Any]:
    """Return the jobs of a month: the whole, its crawl alone, and its re-checks."""
    return [
        dg.define_asset_job(
            MONTH_JOB, selection=dg.AssetSelection.all(), executor_def=dg.in_process_executor,
            description="Cả tháng: thu thập, đọc, đếm, lập phụ lục và bảng biến động.",
        ),
        dg.define_asset_job(
            WATCH_JOB, selection=dg.AssetSelection.assets(*OBSERVED), executor_def=dg.in_process_executor,
            description="Thu thập và đọc các trang cho một tháng, chưa đếm; cho biết những gì phải kiểm tra lại.",
        ),
        dg.define_asset_job(
            RECHECK_JOB, selection=dg.AssetSelection.all(), executor_def=dg.in_process_executor,
            config=_crawl_config(recheck=True),
            description=(
                "Tải lại những gì đến hạn: tin nghi đã gỡ, trang thu thập chưa được; rồi làm lại tháng đang theo dõi."
            ),
        ),
    ]


def month_schedules(workspace: Workspace | None, first: Month) -> list[dg.ScheduleDefinition]:
    """Return the schedules; months before `first` are skipped."""

    @dg.schedule(
        name=WATCH_SCHEDULE, job_name=WATCH_JOB, cron_schedule="0 18 2,5 * *", execution_timezone=str(ZONE),
        description="18:00 ngày 2 và ngày 5: thu thập cho tháng trước, khi còn trong thời gian theo dõi.",
    )
    def watch(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        moment = context.scheduled_execution_time
        return _request(previous_month_key(moment), first, run_key=f"{moment:%Y-%m-%d}")

    @dg.schedule(
        name=RECHECK_SCHEDULE, job_name=RECHECK_JOB, cron_schedule="0 8,20,22 * * *", execution_timezone=str(ZONE),
        description="08:00, 20:00 và 22:00 hằng ngày: tải lại những gì đến hạn; không có gì thì bỏ qua.",
    )
    def recheck(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        return _recheck_request(workspace, first, context.scheduled_execution_time)

    @dg.schedule(
        name=MONTH_SCHEDULE, job_name=MONTH_JOB, cron_schedule="0 6 6 * *", execution_timezone=str(ZONE),
        description="06:00 ngày 6 hằng tháng: làm tháng trước từ các bản chụp đã thu thập khi theo dõi.",
    )
    def month(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        key = previous_month_key(context.scheduled_execution_time)
        # Where nobody crawled in time a late look is better than none; the month then ends with it.
        there = workspace is not None and bool(crawl_ids(workspace.snapshots, str(Month.parse(key))))
        return _request(key, first, run_key=key, run_config=_crawl_config(from_snapshots=there))

    return [watch, recheck, month]


def previous_month_key(moment: datetime) -> str:
    """Return the partition of the month before the one that holds an aware `moment`."""
    return Month.of(local_date(moment)).shift(-1).first_day.isoformat()


def recheck_assets(made: bool) -> Sequence[str] | None:
    """Return which assets a re-check makes anew: all (None) where the month was made before, else no figures."""
    return None if made else OBSERVED


def _recheck_request(workspace: Workspace | None, first: Month, moment: datetime) -> dg.RunRequest | dg.SkipReason:
    if workspace is None:
        return dg.SkipReason("chưa có workspace")
    try:
        told = read_agenda(workspace, moment)
    except UserError as busy:
        return dg.SkipReason(f"để lần sau: {busy}")
    if not told.due:
        return dg.SkipReason(f"không có gì đến hạn; đang chờ: {len(told.waiting)}")
    assets = recheck_assets(told.made)
    selection = None if assets is None else [dg.AssetKey(name) for name in assets]
    return _request(told.month.first_day.isoformat(), first, run_key=f"{moment:%Y-%m-%dT%H:%M}",
                    run_config=_crawl_config(recheck=True), asset_selection=selection)


def _request(key: str, first: Month, **more: Any) -> dg.RunRequest | dg.SkipReason:
    if Month.parse(key) < first:
        return dg.SkipReason(f"tháng {key} trước tháng đầu tiên của workspace ({first})")
    return dg.RunRequest(partition_key=key, **more)


def _crawl_config(**told: bool) -> dict[str, Any]:
    return {"ops": {SNAPSHOTS: {"config": told}}}
