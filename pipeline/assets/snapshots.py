"""The asset that fetches: one crawl of the month, in a process of its own.

What belongs here: starting the crawler and showing its progress. What does not: what it is told
(`pipeline.crawls`, `pipeline.rechecks`), fetching (`scrapy_project`).
"""
# Dagster reads the annotations of assets and checks as objects: no `from __future__ import annotations` here.


import os
import sys
from datetime import UTC, datetime

import dagster as dg
from pydantic import Field

from pipeline.assets.described import OWNERS
from pipeline.assets.resources import WAREHOUSE_POOL, Office, Warehouse
from pipeline.crawls import crawl_moment, plan_crawl, simulated_portals, with_names, write_job
from pipeline.months import Month
from pipeline.problems import UserError
from pipeline.rechecks import agenda, look_back, plan_recheck
from pipeline.snapshots.layout import crawl_ids
from pipeline.terminal import SNAPSHOTS
from pipeline.workspace import Workspace
from scrapy_project.job import CrawlJob


class CrawlConfig(dg.Config):
    """How the month is captured.

    `from_snapshots`: fetch nothing, work from the captures that are there. `recheck`: ask only for what is due
    (`recheck_waiting`). `look_back`: a scenario's suspects are asked as they stood on the evenings before, too.
    `as_of`: the moment a simulation stands at (ISO), empty for its own default. `units`: only these units, all where
    empty.
    """

    from_snapshots: bool = False
    recheck: bool = False
    look_back: bool = True
    as_of: str = ""
    units: list[str] = Field(default_factory=list)


def snapshots_asset(months: dg.PartitionsDefinition[str]) -> dg.AssetsDefinition:
    """Return the asset that captures the portals of a month."""

    @dg.asset(
        name=SNAPSHOTS,
        partitions_def=months,
        deps=["unit_version", "portal"],
        group_name="snapshots",
        description=(
            "Bản chụp của các trang thông tin điện tử cho một tháng (WARC và danh mục), "
            "thu thập lịch sự: tuân thủ robots.txt, mỗi lần một yêu cầu cho mỗi máy chủ."
        ),
        kinds={"scrapy"},
        owners=list(OWNERS),
        metadata={"folder": dg.MetadataValue.text("data/snapshots/<tháng>/<lần thu thập>")},
        # It reads what earlier crawls know; and two crawls at once would be one too many for a portal.
        pool=WAREHOUSE_POOL,
    )
    def portal_snapshots(
        context: dg.AssetExecutionContext,
        config: CrawlConfig,
        office: Office,
        warehouse: Warehouse,
        crawler: dg.PipesSubprocessClient,
    ) -> dg.MaterializeResult[None]:
        workspace, month = office.load(), Month.parse(context.partition_key)
        if config.from_snapshots:
            return _from_snapshots(workspace, month)
        try:
            if config.recheck:
                return _recheck(context, config, workspace, warehouse, crawler)
            return _crawl(context, config, workspace, warehouse, month, crawler)
        except UserError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error

    return portal_snapshots


def _from_snapshots(workspace: Workspace, month: Month) -> dg.MaterializeResult[None]:
    crawls = crawl_ids(workspace.snapshots, str(month))
    if not crawls:
        raise dg.Failure(
            description=f"tháng {month} chưa có bản chụp nào; chạy lại không có --from-snapshots",
            allow_retries=False,
        )
    return dg.MaterializeResult(metadata={"crawls": len(crawls), "last_crawl": crawls[-1], "fetched": False})


def _crawl(
    context: dg.AssetExecutionContext, config: CrawlConfig, workspace: Workspace, warehouse: Warehouse,
    month: Month, crawler: dg.PipesSubprocessClient,
) -> dg.MaterializeResult[None]:
    moment = crawl_moment(workspace, month, _given(config, workspace), datetime.now(UTC))
    with simulated_portals(workspace, moment) as resolve:
        with warehouse.opened() as con:
            job = plan_crawl(workspace, month, con, moment=moment, units=config.units, resolve=resolve)
        made = _run(context, crawler, job)
    if config.look_back and workspace.scenario is not None:
        with warehouse.opened() as con:
            earlier = look_back(workspace, month, con, job.crawl_id)
        for one in earlier:
            with simulated_portals(workspace, one.as_of) as resolve:
                _run(context, crawler, with_names(one, resolve))
    return made


def _recheck(
    context: dg.AssetExecutionContext, config: CrawlConfig, workspace: Workspace, warehouse: Warehouse,
    crawler: dg.PipesSubprocessClient,
) -> dg.MaterializeResult[None]:
    given = _given(config, workspace)
    with simulated_portals(workspace, given) as resolve:
        with warehouse.opened() as con:
            told = agenda(workspace, con, given or datetime.now(UTC))
            job = plan_recheck(workspace, con, told, as_of=given, resolve=resolve)
        if str(told.month.first_day) != context.partition_key:
            raise UserError(f"lúc này đang theo dõi tháng {told.month}; chạy kiểm tra lại cho tháng đó")
        if job is None:
            return dg.MaterializeResult(metadata={"fetched": False, "waiting": len(told.waiting)})
        return _run(context, crawler, job)


def _given(config: CrawlConfig, workspace: Workspace) -> datetime | None:
    given = datetime.fromisoformat(config.as_of) if config.as_of else None
    if given is not None and not workspace.simulated:
        raise UserError("as_of chỉ dùng được trong workspace mô phỏng")
    return given


def _run(
    context: dg.AssetExecutionContext, crawler: dg.PipesSubprocessClient, job: CrawlJob
) -> dg.MaterializeResult[None]:
    """Crawl in a process of its own; return what it reported."""
    return crawler.run(
        context=context,
        command=[sys.executable, "-m", "scrapy_project.supervisor", str(write_job(job))],
        env=dict(os.environ),
    ).get_materialize_result()
