"""Try a workspace's portals: a short crawl that leaves nothing behind, and what it found of each.

What belongs here: a small crawl, reading it back, and gathering what may mend a doubtful reading. What does not: when
to doubt (`pipeline.proposals`), printing (`pipeline.cli_probe`), and any other way of fetching than the crawler's own
(robots, TLS and addresses are judged as in a real crawl).
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from pipeline import proposals
from pipeline.classification import Classifier
from pipeline.classification.model import Item
from pipeline.crawls import crawl_moment, plan_crawl, simulated_portals
from pipeline.extraction.addresses import identity
from pipeline.extraction.model import Link, NextPage, Page, Reading
from pipeline.extraction.suggest import Shown, lists_of
from pipeline.facts.readings import page_of
from pipeline.facts.replay import Replay, replay
from pipeline.months import ZONE, Month
from pipeline.navigation.model import Limits, Role, SectionReport
from pipeline.programmes.model import Programme
from pipeline.proposals import Finds, Proposal, finds_of
from pipeline.snapshots.layout import next_crawl_id
from pipeline.snapshots.model import Capture, Cause
from pipeline.snapshots.store import SnapshotStore
from pipeline.workspace import Workspace
from scrapy_project.guide import navigator_for, reader_for
from scrapy_project.job import CrawlJob, PortalJob
from scrapy_project.supervisor import run_crawl

# Enough to see where the sections are, little enough for a portal to hardly notice.
_LIMITS = Limits(pages_per_section=1, sections=12, hubs=4, articles_per_section=0, depth=2)


@dataclass(frozen=True)
class ProbedSection:
    """One section of the programme: its labels, outermost first, what its first page gives, how many pages its pager
    names at least, and the group that label or titles hint at (None where they hint at none). `is_text`: it leads
    straight to one posting."""

    trail: tuple[str, ...]
    url: str
    cause: Cause
    platform: str | None
    finds: Finds
    pages: int
    group: str | None
    is_text: bool = False


@dataclass(frozen=True)
class Probed:
    """What was found of one portal. `cause` is NONE where it could be read; `sections` are the programme's own.

    `missing`: groups that the unit owes at its own level and no section's label hints at. `elsewhere`: links with the
    programme's words to other sites. `left_out` and `problems`: what the office's overrides did.
    """

    portal_id: str
    url: str
    cause: Cause
    detail: str
    platform: str | None
    sections: tuple[ProbedSection, ...]
    missing: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    elsewhere: tuple[Link, ...] = ()
    left_out: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Visit:
    """One portal of one short crawl, replayed."""

    job: PortalJob
    classifier: Classifier
    found: Replay
    captures: dict[str, Capture]
    store: SnapshotStore

    def page(self, capture_id: str) -> Page:
        capture = self.captures[capture_id]
        return page_of(capture, self.store.body(capture))


def probe(workspace: Workspace, units: Sequence[str], progress: Callable[[str], None]) -> list[Probed]:
    """Try the portals of `units` (all where empty); `progress` is told how far it is. Nothing is kept."""
    now = datetime.now(UTC)
    today = now.astimezone(ZONE).date()
    month = workspace.first_month if workspace.scenario else Month.of(today)
    moment = crawl_moment(workspace, month, None, now)
    with tempfile.TemporaryDirectory(prefix="congkhai-probe-") as scratch, simulated_portals(
        workspace, moment
    ) as resolve:
        planned = plan_crawl(workspace, month, None, moment=moment, units=units, resolve=resolve, limits=_LIMITS)
        job = planned.model_copy(update={"snapshots": Path(scratch)})
        visits = _visit(job, workspace.programme, progress)
        wanted = {visit.job.portal_id: _unopened(visit, today) for visit in visits}
        again = _job_of_links(job, {portal_id: here for portal_id, (here, _) in wanted.items() if here}, moment)
        opened = {v.job.portal_id: v for v in _visit(again, workspace.programme, progress)} if again else {}
        return [
            _probed(visit, workspace.programme, today, wanted[visit.job.portal_id],
                    opened.get(visit.job.portal_id))
            for visit in visits
        ]


def _visit(job: CrawlJob, programme: Programme, progress: Callable[[str], None]) -> list[_Visit]:
    """Crawl and replay every portal of a job."""
    run_crawl(job, lambda state: progress(state.line()))
    store = SnapshotStore(job.snapshots)
    visits = []
    for portal in job.portals:
        classifier = Classifier(programme, portal.communes)
        captures = {c.capture_id: c for c in store.captures(job.month, job.crawl_id, portal.portal_id)}
        read = reader_for(portal)
        found = replay(
            navigator_for(job, portal, classifier), captures.values(),
            lambda c, read=read: read(page_of(c, store.body(c))), Cause.NOT_CRAWLED,  # type: ignore[misc]
        )
        visits.append(_Visit(portal, classifier, found, captures, store))
    return visits


def _job_of_links(job: CrawlJob, wanted: dict[str, list[Link]], moment: datetime | None) -> CrawlJob | None:
    """Return the job that opens links as sections, and little else; None where there are none."""
    portals = tuple(
        portal.model_copy(update={"extra_sections": {link.url: link.label for link in wanted[portal.portal_id]}})
        for portal in job.portals if portal.portal_id in wanted
    )
    if not portals:
        return None
    most = max(len(links) for links in wanted.values())
    limits = replace(_LIMITS, sections=most, hubs=0, depth=0)
    crawl_id = next_crawl_id(job.snapshots, moment or datetime.now(UTC))
    return job.model_copy(update={"portals": portals, "limits": limits, "crawl_id": crawl_id})


# -- one portal ---------------------------------------------------------------------------------------------------


def _probed(
    visit: _Visit, programme: Programme, today: date, left: tuple[list[Link], list[Link]], opened: _Visit | None
) -> Probed:
    cause, detail = _judged(visit.found)
    firsts = _first_readings(visit)
    own = [s for s in visit.found.report.sections if s.role is Role.SECTION]
    sections = tuple(_section(visit, report, firsts.get(report.url)) for report in own)
    hinted = {section.group for section in sections}
    owed = [group for level, group in programme.owed(visit.job.unit_kind) if level == "own"]
    return Probed(
        portal_id=visit.job.portal_id,
        url=visit.job.url,
        cause=cause,
        detail=detail,
        platform=next((a.reading.platform for a in visit.found.arrivals if a.reading and a.reading.platform), None),
        sections=sections,
        missing=tuple(group for group in owed if group not in hinted),
        proposals=_proposals(visit, today, firsts, left[0], opened),
        elsewhere=tuple(left[1]),
        left_out=visit.found.report.excluded,
        problems=visit.found.report.problems,
    )


def _first_readings(visit: _Visit) -> dict[str, tuple[str, Reading]]:
    """Return the first page of every list: address → capture and reading."""
    return {
        page.section: (page.capture_id, page.reading)
        for page in reversed(visit.found.pages) if page.section and page.want.page_no == 1
    }


def _section(visit: _Visit, report: SectionReport, first: tuple[str, Reading] | None) -> ProbedSection:
    reading = first[1] if first else None
    return ProbedSection(
        trail=report.trail,
        url=report.url,
        cause=Cause.NONE if report.valid_pages else report.cause,
        platform=reading.platform if reading else None,
        finds=finds_of(reading) if reading else Finds(0, 0, (), None, None),
        pages=_pages(reading.next_pages) if reading else 0,
        group=_group(visit.classifier, report.trail, reading),
        is_text=reading is not None and not reading.rows and reading.article is not None,
    )


def _pages(further: Sequence[NextPage]) -> int:
    numbers = [int(page.label) for page in further if page.label.isdigit() and len(page.label) < 5]
    return max([1 + len(further), *numbers]) if further else 1


def _group(classifier: Classifier, trail: tuple[str, ...], reading: Reading | None) -> str | None:
    """Return the group that the innermost telling label hints at, else that of most rows."""
    for label in reversed(trail):
        hinted = classifier.labels.group(label)
        if hinted is not None:
            return hinted
    rows = reading.rows if reading else ()
    found = Counter(classifier.classify(Item(row.title, row.summary, trail)).group for row in rows)
    found.pop("other", None)
    group, times = found.most_common(1)[0] if found else (None, 0)
    return group if 2 * times > len(rows) else None


def _portal(visit: _Visit, today: date) -> proposals.Portal:
    return proposals.Portal(visit.job.portal_id, visit.job.url, visit.job.overrides, today)


def _unopened(visit: _Visit, today: date) -> tuple[list[Link], list[Link]]:
    asked = {identity(a.want.url) for a in visit.found.arrivals} | {identity(a.final_url) for a in visit.found.arrivals}
    asked |= {identity(url) for url in visit.found.report.excluded}
    return proposals.unopened(_portal(visit, today), visit.found.pages, frozenset(asked), visit.classifier)


def _proposals(
    visit: _Visit, today: date, firsts: dict[str, tuple[str, Reading]], links: list[Link], opened: _Visit | None
) -> tuple[Proposal, ...]:
    portal = _portal(visit, today)
    out: list[Proposal] = []
    lists = _lists(visit, firsts)
    sections = frozenset(identity(report.url) for report in visit.found.report.sections)
    for report in visit.found.report.sections:
        if report.role is Role.SECTION and report.url in firsts:
            capture_id, reading = firsts[report.url]
            others = tuple(one for url, shown in lists.items() if url != report.url for one in shown)
            around = proposals.Around(others, sections)
            out += proposals.for_section(portal, report.url, visit.page(capture_id), reading, around)
    out += proposals.hidden_sections(portal, visit.found.pages, visit.classifier)
    shown = _first_readings(opened) if opened is not None else {}
    for link in links:
        named = proposals.named_section(portal, link, shown[link.url][1]) if link.url in shown else None
        out += [named] if named is not None else []
    return tuple(out)


def _lists(visit: _Visit, firsts: dict[str, tuple[str, Reading]]) -> dict[str, tuple[Shown, ...]]:
    """Return the lists of the home page and of every section's first page, by address."""
    pages = {url: capture_id for url, (capture_id, _) in firsts.items()}
    pages |= {page.want.url: page.capture_id for page in visit.found.pages if page.want.role is Role.HOME}
    return {url: lists_of(visit.page(capture_id)) for url, capture_id in pages.items()}


def _judged(found: Replay) -> tuple[Cause, str]:
    """Return why the portal could not be read; a section that is cut short is what a short crawl is meant to do."""
    readable = any(arrival.reading is not None and arrival.reading.valid for arrival in found.arrivals)
    if readable and found.report.cause in (Cause.BUDGET, Cause.NOT_CRAWLED):
        return Cause.NONE, ""
    return found.report.cause, found.report.detail
