"""Prepare a month's crawl: what the crawler is told, and the simulated portals that stand up for its time.

What belongs here: from a workspace to a `CrawlJob`. What does not: fetching (`scrapy_project`), and when to crawl
(`pipeline.runs`, `pipeline.assets`).
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from pipeline.facts.known import known_portals
from pipeline.facts.observations import moment_of
from pipeline.months import Month, local_date
from pipeline.navigation.model import Known, Limits
from pipeline.problems import UserError
from pipeline.registry.model import Portal
from pipeline.snapshots.layout import next_crawl_id
from pipeline.workspace import Workspace, evening_of
from scrapy_project.job import CrawlJob, Politeness, PortalJob, Simulation

_READY_SECONDS = 60.0


def crawl_moment(workspace: Workspace, month: Month, as_of: datetime | None, now: datetime) -> datetime | None:
    """Return where the crawl's clock stands; None means the real clock.

    A workspace with a scenario has no other time than the scenario's: without `as_of` it is crawled on the evening
    of the last day of the month's watching, and never after `now`.
    """
    if as_of is not None or workspace.scenario is None:
        return as_of
    last_day = month.observed_until(workspace.programme.policy.observation_ends_on_day) - timedelta(seconds=1)
    return min(evening_of(local_date(last_day)).astimezone(UTC), now)


def portals_of(workspace: Workspace, month: Month, units: Sequence[str] = ()) -> list[Portal]:
    """Return the portals of a month (of `units`, all where empty); UserError where there is none."""
    there = {unit.unit_id for unit in workspace.registry.units(month.last_day)}
    wanted = there & set(units) if units else there
    found = [portal for portal in workspace.registry.portals_on(month.last_day) if portal.unit_id in wanted]
    if not found:
        raise UserError(f"tháng {month}: không có trang nào để thu thập; ghi unit_id,url vào portals.csv")
    return found


def plan_crawl(
    workspace: Workspace,
    month: Month,
    con: duckdb.DuckDBPyConnection | None,
    *,
    moment: datetime | None,
    units: Sequence[str],
    resolve: dict[str, str],
    limits: Limits | None = None,
) -> CrawlJob:
    """Return the job of a new crawl of the workspace's portals for a month.

    `con` gives what earlier crawls know; None where there is no warehouse yet. `moment`: a simulation's clock.
    `resolve`: where the simulator's names lead, beside those of the workspace. UserError where nothing is to crawl.
    """
    portals = portals_of(workspace, month, units)
    crawl_id = next_crawl_id(workspace.snapshots, moment or datetime.now(UTC))
    job = with_names(crawl_job(workspace, month, con, crawl_id, portals, as_of=moment), resolve)
    return job.model_copy(update={"limits": limits or job.limits})


def with_names(job: CrawlJob, resolve: Mapping[str, str]) -> CrawlJob:
    """Return the job told where the simulator's names lead; what the workspace says itself comes first."""
    if job.simulation is None:
        return job
    # The first pattern that fits counts.
    known = job.simulation.resolve
    names = {**known, **{name: target for name, target in resolve.items() if name not in known}}
    return job.model_copy(update={"simulation": job.simulation.model_copy(update={"resolve": names})})


def crawl_job(
    workspace: Workspace, month: Month, con: duckdb.DuckDBPyConnection | None, crawl_id: str,
    portals: Sequence[Portal], *, as_of: datetime | None = None,
) -> CrawlJob:
    """Return what a crawl with this id is told; a replay of captures that others made is told the same."""
    programme, settings = workspace.programme, workspace.settings
    simulation = settings.simulation
    ids = [portal.portal_id for portal in portals]
    known = known_portals(con, ids, moment_of(crawl_id), programme.policy) if con is not None else {}
    return CrawlJob(
        snapshots=workspace.snapshots,
        month=str(month),
        crawl_id=crawl_id,
        programme_id=programme.id,
        window_from=month.first_day - timedelta(days=programme.policy.overlap_days),
        as_of=as_of,
        simulation=Simulation(loopback=simulation.loopback, resolve=simulation.resolve) if simulation else None,
        politeness=Politeness(
            user_agent=settings.politeness.user_agent,
            delay_seconds=settings.politeness.delay_seconds,
            timeout_seconds=settings.politeness.timeout_seconds,
        ),
        processes=settings.politeness.processes,
        memory_mb=settings.politeness.memory_mb,
        portals=tuple(
            _portal_job(workspace, portal, month, known.get(portal.portal_id, Known()))
            for portal in portals
        ),
    )


def _portal_job(workspace: Workspace, portal: Portal, month: Month, known: Known) -> PortalJob:
    registry, programme, told = workspace.registry, workspace.programme, workspace.overrides
    unit = registry.unit(portal.unit_id, month.last_day)
    owes_for_communes = any(level == "commune" for level, _ in programme.owed(unit.kind))
    communes = registry.communes(unit.unit_id, month.last_day) if owes_for_communes else ()
    return PortalJob(
        portal_id=portal.portal_id,
        unit_id=portal.unit_id,
        unit_kind=unit.kind,
        url=portal.url,
        robots_exemption=portal.robots_exemption,
        tls_exemption=portal.tls_exemption,
        render="browser" if portal.render == "browser" else "http",
        known=known,
        communes={commune.unit_id: commune.name for commune in communes},
        overrides=told.reading(portal.portal_id),
        extra_sections=told.extra_sections(portal.portal_id),
        excluded=told.excluded(portal.portal_id),
    )


def write_job(job: CrawlJob) -> Path:
    """Write the whole job beside the crawl's folder; return its path."""
    path = job.snapshots / job.month / f"{job.crawl_id}.job.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(job.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return path


@contextmanager
def simulated_portals(workspace: Workspace, moment: datetime | None) -> Iterator[dict[str, str]]:
    """Serve the workspace's scenario, if it has one, while the block runs; yield where its names lead."""
    if workspace.scenario is None or moment is None:
        yield {}
        return
    process = subprocess.Popen(
        [
            sys.executable, "-m", "pipeline.simulator", "serve", "--scenario", str(workspace.scenario),
            "--as-of", moment.isoformat(), "--port", "0",
        ],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        yield {"*.test": f"127.0.0.1:{_announced_port(process)}"}
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _announced_port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    overdue = threading.Timer(_READY_SECONDS, process.kill)
    overdue.start()
    try:
        line = process.stdout.readline()
    finally:
        overdue.cancel()
    try:
        return int(json.loads(line)["port"])
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"máy chủ mô phỏng không khởi động được ({line.strip() or 'không trả lời'})") from error
