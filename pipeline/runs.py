"""Materialise a month's assets from the command line, in this process, under the workspace's Dagster instance.

What belongs here: one run, the same that the UI would launch. What does not: the assets (`pipeline.assets`), options
and printing (`pipeline.cli_month`).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import dagster as dg

from pipeline.assembly import build_definitions
from pipeline.instance import CLI_TAG, close_orphans, open_instance, run_lock
from pipeline.locks import held
from pipeline.months import Month
from pipeline.problems import UserError
from pipeline.schedules import MONTH_JOB, RECHECK_JOB
from pipeline.terminal import LOGGER, SNAPSHOTS, failure_reason, is_check_failure, is_interruption
from pipeline.workspace import Workspace


@dataclass(frozen=True)
class RunReport:
    """What came of a run. `failed_steps`: step and reason; `failed_checks`: asset, check and what it found, without
    those that only warn."""

    run_id: str
    success: bool
    failed_steps: tuple[tuple[str, str], ...]
    failed_checks: tuple[tuple[str, str, str], ...]


def run_month(
    workspace: Workspace,
    month: Month,
    *,
    as_of: datetime | None = None,
    from_snapshots: bool = False,
    recheck: bool = False,
    look_back: bool = False,
    units: Sequence[str] = (),
    only: Iterable[str] | None = None,
    command: str = "run",
) -> RunReport:
    """Materialise the month (`only`: some of its assets) and return what came of it.

    `recheck`: crawl only what is due at `as_of` (now, where None), instead of the portals. `look_back`: a scenario's
    suspects are asked as they stood on the evenings before the crawl, too (`pipeline.rechecks.look_back`).
    Progress goes to stderr. UserError where another run of the workspace is under way, KeyboardInterrupt where
    this one was stopped; what was captured until then is kept.
    """
    definitions = build_definitions(workspace)
    with held(run_lock(workspace)) as ours:
        if not ours:
            raise UserError(f"một lần chạy khác của {workspace.folder} đang diễn ra; đợi xong rồi chạy lại")
        with open_instance(workspace) as instance, warnings.catch_warnings():
            close_orphans(workspace, instance, run_lock(workspace))
            # Pipes and checks by month are previews of this pinned release: nothing the user can act on.
            warnings.simplefilter("ignore", dg.PreviewWarning)
            result = definitions.resolve_job_def(RECHECK_JOB if recheck else MONTH_JOB).execute_in_process(
                instance=instance,
                partition_key=month.first_day.isoformat(),
                asset_selection=[dg.AssetKey(name) for name in only] if only is not None else None,
                run_config=_run_config({
                    "as_of": as_of.isoformat() if as_of else "", "from_snapshots": from_snapshots,
                    "recheck": recheck, "look_back": look_back, "units": list(units),
                }),
                tags={CLI_TAG: command},
                raise_on_error=False,
            )
    if any(is_interruption(event) for event in result.filter_events(lambda event: event.is_step_failure)):
        raise KeyboardInterrupt
    return _report(result)


def _run_config(crawl: dict[str, Any]) -> dict[str, Any]:
    return {"ops": {SNAPSHOTS: {"config": crawl}}, "loggers": {LOGGER: {}}}


def _report(result: dg.ExecuteInProcessResult) -> RunReport:
    failed = [
        (event.step_key or "", failure_reason(event))
        for event in result.filter_events(lambda event: event.is_step_failure)
        if not is_check_failure(event)
    ]
    checks = [
        (check.asset_key.to_user_string(), check.check_name, check.description or "")
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR
    ]
    return RunReport(result.run_id, result.success, tuple(failed), tuple(checks))
