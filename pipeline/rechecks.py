"""Re-checks: what is due at a moment, and the crawls that ask for it.

What belongs here: from what waits (`pipeline.facts.recheck_waiting`) to a `CrawlJob`; the looks that a simulation
makes up for. What does not: fetching (`scrapy_project`), running (`pipeline.runs`, `pipeline.assets.snapshots`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb

from pipeline.crawls import crawl_job, with_names
from pipeline.facts.context import MonthContext
from pipeline.facts.observations import gone_in, moment_of
from pipeline.facts.recheck_waiting import PORTAL, POSTING, Waiting, collect, watched_month
from pipeline.months import Month
from pipeline.navigation.model import Known
from pipeline.problems import UserError
from pipeline.snapshots.layout import next_crawl_id
from pipeline.snapshots.store import SnapshotStore
from pipeline.workspace import Workspace
from scrapy_project.job import CrawlJob, PortalJob
from warehouse.migration import VersionError
from warehouse.store import WarehouseError, open_reader

_SLACK = timedelta(hours=1)
"""Within a crawl an address is asked sooner or later; two crawls exactly a day apart may ask it a second too soon."""
Postings = Mapping[str, dict[str, str]]
"""Portal → address → title of postings to ask for."""


@dataclass(frozen=True)
class Agenda:
    """What waits as of `moment`. `month`: the one being watched then, whose captures a re-check joins; `made`: it was
    crawled already, so that its figures depend on what the re-check finds."""

    moment: datetime
    month: Month
    made: bool
    waiting: tuple[Waiting, ...]

    @property
    def due(self) -> tuple[Waiting, ...]:
        """What may be asked now."""
        return tuple(one for one in self.waiting if one.due_at <= self.moment)

    @property
    def later(self) -> tuple[Waiting, ...]:
        """What has to wait, the soonest due first."""
        return tuple(one for one in self.waiting if one.due_at > self.moment)


def agenda(workspace: Workspace, con: duckdb.DuckDBPyConnection, moment: datetime) -> Agenda:
    """Return what waits as of an aware moment, by what the warehouse holds."""
    month = max(watched_month(moment, workspace.programme.policy), workspace.first_month)
    found = collect(con, _context(workspace, month, moment), moment)
    made = con.execute(
        "SELECT count(*) FROM portal_observation WHERE month = ? AND kind = 'watch' AND observed_at <= ?",
        [month.first_day, moment]).fetchall()[0][0] > 0
    return Agenda(moment, month, made, tuple(found))


def read_agenda(workspace: Workspace, moment: datetime) -> Agenda:
    """Return what waits as of a moment; nothing where no month was made yet. UserError for a file in use."""
    if not workspace.warehouse.exists():
        return Agenda(moment, max(watched_month(moment, workspace.programme.policy), workspace.first_month), False, ())
    try:
        with closing(open_reader(workspace.warehouse)) as con:
            return agenda(workspace, con, moment)
    except (WarehouseError, VersionError) as error:
        raise UserError(str(error)) from error


def plan_recheck(
    workspace: Workspace, con: duckdb.DuckDBPyConnection, told: Agenda, *, as_of: datetime | None,
    resolve: Mapping[str, str],
) -> CrawlJob | None:
    """Return the crawl of what is due: portals that failed in full, of others the suspects alone. None for nothing.

    `as_of`: a simulation's clock. `resolve`: where the simulator's names lead.
    """
    whole = {one.portal_id for one in told.due if one.kind == PORTAL}
    suspects: dict[str, dict[str, str]] = {}
    for one in told.due:
        if one.kind == POSTING:
            suspects.setdefault(one.portal_id, {})[one.url] = one.title
    crawl_id = next_crawl_id(workspace.snapshots, as_of or datetime.now(UTC))
    job = _job(workspace, told.month, con, crawl_id, suspects, as_of, whole)
    return None if job is None else with_names(job, resolve)


def look_back(
    workspace: Workspace, month: Month, con: duckdb.DuckDBPyConnection, crawl_id: str
) -> list[CrawlJob]:
    """Return the re-checks that an office's daily looks before this crawl of a simulation would have been.

    A scenario that is crawled once a month, on the last evening of its watching, leaves no day to confirm what that
    crawl found gone. So these addresses alone are asked as they stood on the evenings before, a little more than
    `recheck_hours` apart, later than the portal's crawl before this one.
    """
    moment, policy = moment_of(crawl_id), workspace.programme.policy
    gone = gone_in(_context(workspace, month, moment), crawl_id)
    if not gone:
        return []
    before = dict(con.execute(
        "SELECT portal_id, max(observed_at) FROM portal_observation WHERE kind = 'watch' AND observed_at < ? "
        "GROUP BY portal_id", [moment]).fetchall())
    jobs = []
    for back in range(policy.rechecks, 0, -1):
        at = moment - back * (timedelta(hours=policy.recheck_hours) + _SLACK)
        wanted = {
            portal_id: postings for portal_id, postings in gone.items()
            if (portal_id not in before or before[portal_id] < at)
            and not _asked(workspace, month, at, portal_id, postings)
        }
        job = _job(workspace, month, con, next_crawl_id(workspace.snapshots, at), wanted, at)
        jobs += [job] if job is not None else []
    return jobs


def _job(
    workspace: Workspace, month: Month, con: duckdb.DuckDBPyConnection, crawl_id: str, suspects: Postings,
    as_of: datetime | None, whole: Iterable[str] = (),
) -> CrawlJob | None:
    wanted = {*suspects, *whole}
    portals = [p for p in workspace.registry.portals_on(month.last_day) if p.portal_id in wanted]
    if not portals:
        return None
    job = crawl_job(workspace, month, con, crawl_id, portals, as_of=as_of)
    return job.model_copy(update={"portals": tuple(
        portal if portal.portal_id in whole else _only(portal, suspects[portal.portal_id]) for portal in job.portals
    )})


def _only(portal: PortalJob, postings: dict[str, str]) -> PortalJob:
    """Return a portal's job that asks for these postings alone; its lists are known as signs that it is up."""
    known = Known(sections=portal.known.sections, postings=postings)
    return portal.model_copy(update={"recheck": True, "known": known})


def _asked(workspace: Workspace, month: Month, at: datetime, portal_id: str, postings: Mapping[str, str]) -> bool:
    """Say whether a re-check at that very moment asked for these addresses before."""
    store = SnapshotStore(workspace.snapshots)
    for crawl_id in store.crawls(str(month)):
        if moment_of(crawl_id) == at and portal_id in store.portals(str(month), crawl_id):
            told = CrawlJob.model_validate_json(store.job(str(month), crawl_id, portal_id)).only(portal_id).portals[0]
            if told.recheck and set(postings) <= set(told.known.postings):
                return True
    return False


def _context(workspace: Workspace, month: Month, moment: datetime) -> MonthContext:
    told = workspace.overrides
    return MonthContext(month, workspace.programme, workspace.registry, moment, SnapshotStore(workspace.snapshots),
                        workspace.data / "cache", told.all_excluded(), told.named_before(moment))
