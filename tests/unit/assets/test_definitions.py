"""What Dagster sees: the same assets with and without a workspace, described, in groups, pooled, scheduled."""

from datetime import date, datetime
from pathlib import Path

import dagster as dg
import pytest

from pipeline.assembly import build_definitions
from pipeline.months import ZONE, Month
from pipeline.schedules import (
    MONTH_JOB,
    MONTH_SCHEDULE,
    OBSERVED,
    RECHECK_JOB,
    RECHECK_SCHEDULE,
    WATCH_JOB,
    WATCH_SCHEDULE,
    previous_month_key,
)
from pipeline.workspace import create_workspace, load_workspace
from tests.unit.assets.conftest import Made
from warehouse import description

WORKBOOKS = {"phu_luc_1", "phu_luc_2", "bien_dong", "kien_nghi"}


def workspace_definitions(folder: Path) -> dg.Definitions:
    create_workspace(folder, None, date(2026, 6, 1))
    return build_definitions(load_workspace(folder))


def specs(definitions: dg.Definitions) -> dict[str, dg.AssetSpec]:
    return {
        spec.key.to_user_string(): spec
        for asset in definitions.assets or [] if isinstance(asset, dg.AssetsDefinition) for spec in asset.specs
    }


def test_definitions_load_without_and_with_a_workspace(tmp_path: Path) -> None:
    bare, full = build_definitions(None), workspace_definitions(tmp_path / "w")
    dg.Definitions.validate_loadable(bare)
    dg.Definitions.validate_loadable(full)
    assert set(specs(bare)) == set(specs(full))


def test_every_table_and_every_workbook_is_one_asset() -> None:
    assert set(specs(build_definitions(None))) == set(description.load()) | WORKBOOKS | {"portal_snapshots"}


def test_assets_say_what_they_are() -> None:
    for name, spec in specs(build_definitions(None)).items():
        assert spec.description and spec.group_name and spec.owners and spec.kinds, name
        if name in description.load():
            columns = spec.metadata["dagster/column_schema"].columns
            assert [c.name for c in columns] == list(description.table(name).column_names)
            assert all(column.description for column in columns)


def test_groups_follow_the_street() -> None:
    found = specs(build_definitions(None))
    order = ["registry", "reviews", "release", "snapshots", "postings", "facts", "findings", "outputs"]
    for spec in found.values():
        for dep in spec.deps:
            before = found[dep.asset_key.to_user_string()].group_name
            assert order.index(before or "") <= order.index(spec.group_name or ""), (spec.key, dep.asset_key)


def test_each_step_that_opens_the_warehouse_waits_for_the_pool() -> None:
    definitions = build_definitions(None)
    steps = [a for a in definitions.assets or [] if isinstance(a, dg.AssetsDefinition)]
    assert {key.to_user_string() for step in steps for key in step.keys} == set(specs(definitions))
    for step in steps:
        assert step.op.pool == "duckdb_writer", step.op.name


def test_months_begin_with_the_workspace_and_hold_the_current_one(tmp_path: Path) -> None:
    months = specs(workspace_definitions(tmp_path / "w"))["portal_snapshots"].partitions_def
    assert isinstance(months, dg.MonthlyPartitionsDefinition)
    assert months.get_first_partition_key() == "2025-01-01"
    assert months.get_last_partition_key() == str(Month.of(datetime.now(ZONE).date()).first_day)


@pytest.mark.parametrize(
    ("moment", "key"),
    [
        (datetime(2026, 6, 6, 6, tzinfo=ZONE), "2026-05-01"),
        (datetime(2026, 1, 6, 6, tzinfo=ZONE), "2025-12-01"),
        # 23:30 UTC on the 31st is the 1st in Vietnam.
        (datetime.fromisoformat("2026-05-31T23:30:00+00:00"), "2026-05-01"),
    ],
)
def test_the_month_before_is_told_by_local_time(moment: datetime, key: str) -> None:
    assert previous_month_key(moment) == key


def test_the_schedule_of_day_6_asks_for_the_previous_month(tmp_path: Path) -> None:
    definitions = workspace_definitions(tmp_path / "w")
    schedule = definitions.resolve_schedule_def(MONTH_SCHEDULE)
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 6 6 * *", "Asia/Ho_Chi_Minh")
    assert schedule.job_name == MONTH_JOB
    context = dg.build_schedule_context(
        scheduled_execution_time=datetime(2026, 6, 6, 6, tzinfo=ZONE), repository_def=definitions.get_repository_def()
    )
    requests = schedule.evaluate_tick(context).run_requests
    assert [request.partition_key for request in requests or []] == ["2026-05-01"]


def tick(definitions: dg.Definitions, name: str, moment: datetime) -> tuple[list[dg.RunRequest], str]:
    context = dg.build_schedule_context(
        scheduled_execution_time=moment, repository_def=definitions.get_repository_def())
    found = definitions.resolve_schedule_def(name).evaluate_tick(context)
    return list(found.run_requests or []), found.skip_message or ""


def snapshots_config(request: dg.RunRequest) -> dict[str, object]:
    config: dict[str, object] = request.run_config["ops"]["portal_snapshots"]["config"]
    return config


def test_a_month_is_crawled_while_it_is_watched_early_enough_to_confirm_what_is_gone(tmp_path: Path) -> None:
    definitions = workspace_definitions(tmp_path / "w")
    watch = definitions.resolve_schedule_def(WATCH_SCHEDULE)
    assert (watch.cron_schedule, watch.job_name) == ("0 18 2,5 * *", WATCH_JOB)
    [request], _ = tick(definitions, WATCH_SCHEDULE, datetime(2026, 6, 5, 18, tzinfo=ZONE))
    assert request.partition_key == "2026-05-01"
    assert datetime(2026, 6, 5, 22, tzinfo=ZONE) < Month(2026, 5).observed_until()
    assert not {name for name in OBSERVED if name.startswith(("fact_", "phu_luc"))}
    assert set(OBSERVED) <= set(specs(definitions))


@pytest.mark.parametrize("crawled", [True, False])
def test_on_day_6_the_month_is_made_of_what_was_captured_in_time(tmp_path: Path, crawled: bool) -> None:
    definitions = workspace_definitions(tmp_path / "w")
    if crawled:
        (tmp_path / "w/data/snapshots/2026-05/20260605T110000Z-01").mkdir(parents=True)
    [request], _ = tick(definitions, MONTH_SCHEDULE, datetime(2026, 6, 6, 6, tzinfo=ZONE))
    assert snapshots_config(request) == {"from_snapshots": crawled}


def test_rechecks_are_skipped_where_nothing_is_due(tmp_path: Path) -> None:
    definitions = workspace_definitions(tmp_path / "w")
    requests, skipped = tick(definitions, RECHECK_SCHEDULE, datetime(2026, 6, 6, 8, tzinfo=ZONE))
    assert requests == [] and "không có gì đến hạn" in skipped
    assert definitions.resolve_schedule_def(RECHECK_SCHEDULE).job_name == RECHECK_JOB


def test_what_is_due_is_asked_for_in_the_month_being_watched(made: Made) -> None:
    definitions = build_definitions(made.workspace)
    [request], _ = tick(definitions, RECHECK_SCHEDULE, datetime(2018, 3, 5, 22, tzinfo=ZONE))
    assert request.partition_key == "2018-02-01" and snapshots_config(request) == {"recheck": True}
    assert tick(definitions, RECHECK_SCHEDULE, datetime(2018, 3, 6, 8, tzinfo=ZONE))[0] == []


def test_the_schedule_skips_months_before_the_workspace(tmp_path: Path) -> None:
    schedule = workspace_definitions(tmp_path / "w").resolve_schedule_def(MONTH_SCHEDULE)
    context = dg.build_schedule_context(scheduled_execution_time=datetime(2025, 1, 6, 6, tzinfo=ZONE))
    evaluated = schedule.evaluate_tick(context)
    assert not evaluated.run_requests and "2024-12" in (evaluated.skip_message or "")


def test_all_checks_block_except_coverage_and_what_waits() -> None:
    definitions = build_definitions(None)
    checks = [spec for asset in definitions.assets or [] if isinstance(asset, dg.AssetsDefinition)
              for spec in asset.check_specs]
    assert {spec.name for spec in checks if not spec.blocking} == {"coverage", "nothing_waits"}
    assert {spec.asset_key.to_user_string() for spec in checks if spec.name == "appendix_equals_facts"} == {
        "phu_luc_1", "phu_luc_2",
    }


def test_a_fact_may_be_made_alone_and_only_a_builder_of_two_makes_both() -> None:
    together = [a for a in build_definitions(None).assets or [] if isinstance(a, dg.AssetsDefinition)
                and len(list(a.keys)) > 1 and not a.can_subset]
    made = [{key.to_user_string() for key in asset.keys} for asset in together if "release" not in asset.op.name]
    assert made == [{"posting", "posting_edit", "posting_location", "recheck_waiting"}]
