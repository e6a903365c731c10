"""Assets of the issued months, and the job that issues one.

What belongs here: loading what is frozen already, and asking for a confirmation. What does not: freezing
(`pipeline.release.issuing`); restatements, which are made with the facts (`pipeline.assets.facts`).
"""
# Dagster reads the annotations of assets and ops as objects: no `from __future__ import annotations` here.


from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dagster as dg
from pydantic import Field

from pipeline.assets.described import loaded_metadata, table_spec
from pipeline.assets.resources import WAREHOUSE_POOL, Office, Warehouse
from pipeline.months import Month
from pipeline.problems import UserError
from pipeline.release.issuing import Hand, issue
from pipeline.release.loading import KEPT, RELEASE, load_releases

RELEASE_JOB = "phat_hanh"


class IssueConfig(dg.Config):
    """What is issued, and by whom. `confirm` repeats the month, so that no month is issued by a slip."""

    month: str = Field(description="Tháng phát hành, như 2018-02.")
    confirm: str = Field(description="Ghi lại đúng tháng ấy để xác nhận.")
    by: str = Field(description="Người phát hành.")
    reason: str = Field(default="", description="Lý do; bắt buộc khi tháng chưa đầy đủ hoặc phát hành lại.")


def release_assets() -> list[dg.AssetsDefinition]:
    """Return one asset for each table of what was issued; one step loads the frozen folders that are not in yet."""
    names = (RELEASE, *KEPT)

    @dg.multi_asset(
        name="releases",
        specs=[dg.AssetSpec(name, skippable=True, **table_spec(name)) for name in names],
        can_subset=True,
        pool=WAREHOUSE_POOL,
    )
    def load(
        context: dg.AssetExecutionContext, office: Office, warehouse: Warehouse
    ) -> Iterator[dg.MaterializeResult[Any]]:
        wanted = {key.to_user_string() for key in context.selected_asset_keys}
        with warehouse.opened() as con:
            try:
                load_releases(con, office.load())
            except UserError as error:
                raise dg.Failure(description=str(error), allow_retries=False) from error
            for name in (name for name in names if name in wanted):
                yield dg.MaterializeResult(asset_key=name, metadata=loaded_metadata(con, name, None))

    return [load]


def release_job() -> dg.JobDefinition:
    """Return the job that issues a month, the same as `congkhai release`."""

    @dg.op(name="phat_hanh_thang", pool=WAREHOUSE_POOL)
    def issue_month(context: dg.OpExecutionContext, config: IssueConfig, office: Office) -> None:
        try:
            month, confirmed = Month.parse(config.month), Month.parse(config.confirm)
            if month != confirmed:
                raise UserError(f"confirm ghi {config.confirm}, không phải {config.month}: không phát hành")
            if not config.by.strip():
                raise UserError("thiếu người phát hành (by)")
            hand = Hand(config.by.strip(), config.reason, datetime.now(UTC).replace(microsecond=0))
            release = issue(office.load(), month, hand, context.log.info)
        except (UserError, ValueError) as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error
        context.log_event(dg.AssetMaterialization("release", metadata={
            "release_id": release.release_id, "n_captures": release.n_captures, "reproduced": release.reproduced}))

    @dg.job(
        name=RELEASE_JOB,
        description="Phát hành một tháng: ghi tháng hai lần (month, confirm), người phát hành, lý do nếu cần.",
        executor_def=dg.in_process_executor,
    )
    def job() -> None:
        issue_month()

    return job
