"""Try a workspace's portals: a short crawl that leaves nothing behind, and what it found of each.

What belongs here: a small crawl and reading it back. What does not: printing (`pipeline.cli_month`), and any other
way of fetching than the crawler's own (robots, TLS and addresses are judged as in a real crawl).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.classification import Classifier
from pipeline.crawls import crawl_moment, plan_crawl, simulated_portals
from pipeline.extraction.page import read_page
from pipeline.facts.readings import page_of
from pipeline.facts.replay import Replay, replay
from pipeline.months import ZONE, Month
from pipeline.navigation.model import Limits, Role, SectionReport
from pipeline.programmes.model import Programme
from pipeline.snapshots.model import Cause
from pipeline.snapshots.store import SnapshotStore
from pipeline.workspace import Workspace
from scrapy_project.guide import navigator_for
from scrapy_project.job import CrawlJob, PortalJob
from scrapy_project.supervisor import run_crawl

# Enough to see where the sections are, little enough for a portal to hardly notice.
_LIMITS = Limits(pages_per_section=1, sections=12, hubs=4, articles_per_section=0, depth=2)


@dataclass(frozen=True)
class Probed:
    """What was found of one portal. `cause` is NONE where it could be read; `sections` are the programme's own."""

    portal_id: str
    url: str
    cause: Cause
    detail: str
    platform: str | None
    sections: tuple[SectionReport, ...]


def probe(workspace: Workspace, units: Sequence[str], progress: Callable[[str], None]) -> list[Probed]:
    """Try the portals of `units` (all where empty); `progress` is told how far it is. Nothing is kept."""
    now = datetime.now(UTC)
    month = workspace.first_month if workspace.scenario else Month.of(now.astimezone(ZONE).date())
    moment = crawl_moment(workspace, month, None, now)
    with tempfile.TemporaryDirectory(prefix="congkhai-probe-") as scratch:
        with simulated_portals(workspace, moment) as resolve:
            planned = plan_crawl(
                workspace, month, None, moment=moment, units=units, resolve=resolve, limits=_LIMITS
            )
            job = planned.model_copy(update={"snapshots": Path(scratch)})
            run_crawl(job, lambda state: progress(state.line()))
        store = SnapshotStore(Path(scratch))
        return [_probed(store, workspace.programme, job, portal) for portal in job.portals]


def _probed(store: SnapshotStore, programme: Programme, job: CrawlJob, portal: PortalJob) -> Probed:
    navigator = navigator_for(job, portal, Classifier(programme, portal.communes))
    captures = store.captures(job.month, job.crawl_id, portal.portal_id)
    found = replay(navigator, captures, lambda c: read_page(page_of(c, store.body(c))), Cause.NOT_CRAWLED)
    cause, detail = _judged(found)
    return Probed(
        portal_id=portal.portal_id,
        url=portal.url,
        cause=cause,
        detail=detail,
        platform=next((a.reading.platform for a in found.arrivals if a.reading and a.reading.platform), None),
        sections=tuple(s for s in found.report.sections if s.role is Role.SECTION and s.valid_pages),
    )


def _judged(found: Replay) -> tuple[Cause, str]:
    """Return why the portal could not be read; a section that is cut short is what a short crawl is meant to do."""
    readable = any(arrival.reading is not None and arrival.reading.valid for arrival in found.arrivals)
    if readable and found.report.cause in (Cause.BUDGET, Cause.NOT_CRAWLED):
        return Cause.NONE, ""
    return found.report.cause, found.report.detail
