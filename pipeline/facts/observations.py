"""Every crawl of a month replayed: the rows of `capture`, `portal_observation`, `section_observation` and
`posting_sighting`.

What belongs here: going through crawls and portals, and keeping the rows of a crawl that did not change. What does
not: replaying one portal (`replay`), sightings (`sightings`), loading (the table modules).
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.classification import Classifier
from pipeline.classification.cues import CueBook
from pipeline.extraction.override import override_for
from pipeline.facts.context import MonthContext
from pipeline.facts.files import with_documents
from pipeline.facts.readings import CachedReader, PlainReader, Reader
from pipeline.facts.replay import Replay, replay
from pipeline.facts.sightings import TRAIL, Making, shown_by_section, sightings
from pipeline.facts.versions import replay_version
from pipeline.navigation.model import SectionReport
from pipeline.programmes.model import Programme
from pipeline.registry.model import Portal
from pipeline.snapshots.layout import End
from pipeline.snapshots.manifest import to_line
from pipeline.snapshots.model import Capture, Cause
from scrapy_project.guide import navigator_for
from scrapy_project.job import CrawlJob, PortalJob

Row = dict[str, Any]
_MISSING = {End.STOPPED: Cause.NOT_CRAWLED, End.TIMEOUT: Cause.TIMEOUT, End.CRASHED: Cause.CRASHED,
            End.FINISHED: Cause.NOT_CRAWLED, End.IMPORTED: Cause.NOT_CRAWLED}


@dataclass
class Observations:
    """Rows of the month by table, in order of crawl, portal and place."""

    capture: list[Row] = field(default_factory=list)
    portal_observation: list[Row] = field(default_factory=list)
    section_observation: list[Row] = field(default_factory=list)
    posting_sighting: list[Row] = field(default_factory=list)


def observe(context: MonthContext) -> Observations:
    """Return everything that the month's captures say. Portals of units that the registry does not know are
    left out."""
    found = Observations()
    with _reader(context) as reader:
        for crawl_id, portal in _crawled(context):
            rows = _observe_portal(context, crawl_id, portal, reader)
            first = {"month": context.month.first_day}
            found.capture += [{**first, **_capture_row(c)} for c in _captures(context, crawl_id, portal.portal_id)]
            found.portal_observation += [{**first, **row} for row in rows["portal_observation"]]
            found.section_observation += [{**first, **row} for row in rows["section_observation"]]
            found.posting_sighting += [{**first, **row} for row in rows["posting_sighting"]]
    return found


def gone_in(context: MonthContext, crawl_id: str) -> dict[str, dict[str, str]]:
    """Return, by portal, the postings (address → title) that a crawl of the month asked for and found gone."""
    found: dict[str, dict[str, str]] = {}
    with _reader(context) as reader:
        for crawl, portal in _crawled(context):
            if crawl == crawl_id and _job(context, crawl, portal).portals[0].known.postings:
                rows = _observe_portal(context, crawl, portal, reader)["posting_sighting"]
                gone = {row["url"]: row["title"] for row in rows if row["presence"] == "gone"}
                found.update({portal.portal_id: gone} if gone else {})
    return found


def capture_rows(context: MonthContext) -> list[Row]:
    """Return the rows of `capture` alone; nothing is read or replayed."""
    return [
        {"month": context.month.first_day, **_capture_row(capture)}
        for crawl_id, portal in _crawled(context)
        for capture in _captures(context, crawl_id, portal.portal_id)
    ]


def _crawled(context: MonthContext) -> Iterator[tuple[str, Portal]]:
    portals = {p.portal_id: p for p in context.registry.portals}
    for crawl_id in context.store.crawls(str(context.month)):
        for portal_id in context.store.portals(str(context.month), crawl_id):
            if portal_id in portals:
                yield crawl_id, portals[portal_id]


def _captures(context: MonthContext, crawl_id: str, portal_id: str) -> list[Capture]:
    """Return the captures of a portal's crawl, each id once (a manifest may name a capture twice after a kill)."""
    found = {c.capture_id: c for c in context.store.captures(str(context.month), crawl_id, portal_id)}
    return list(found.values())


# -- one portal --------------------------------------------------------------------------------------------------


def _observe_portal(context: MonthContext, crawl_id: str, portal: Portal, reader: Reader) -> dict[str, list[Row]]:
    captures = _captures(context, crawl_id, portal.portal_id)
    job = _job(context, crawl_id, portal)
    done = context.store.done(str(context.month), crawl_id, portal.portal_id)
    missing = _MISSING[done.end] if done else Cause.CRASHED

    def make() -> dict[str, list[Row]]:
        told = job.portals[0]
        classifier = Classifier(context.programme, told.communes, cue_book(context.programme))
        replayed = replay(navigator_for(job, told, classifier), captures,
                          lambda capture: reader.read(capture, context.store.body,
                                                      override_for(capture.final_url, told.overrides)), missing)
        replayed = with_documents(replayed, captures, context.store.body,
                                  context.cache and context.cache / "documents.sqlite")
        making = Making(told, classifier, {c.capture_id: c for c in captures},
                        context.programme.policy.date_conflict_days)
        shown = shown_by_section(replayed, told)
        return {
            "portal_observation": [_portal_row(replayed, crawl_id, told)],
            "section_observation": [
                {**_section_row(s, crawl_id, told), "shown": shown.get(s.url, [])} for s in replayed.report.sections],
            "posting_sighting": [{"crawl_id": crawl_id, **row} for row in _once(sightings(replayed, making))],
        }

    if context.cache is None:
        return make()
    stamp = _stamp(context, job, captures, missing)
    return _kept(context.cache / "replays" / crawl_id / f"{portal.portal_id}.json.gz", stamp, make)


def _job(context: MonthContext, crawl_id: str, portal: Portal) -> CrawlJob:
    """Return what the crawler was told; for captures without a job, what it would have been told."""
    month = str(context.month)
    try:
        return CrawlJob.model_validate_json(context.store.job(month, crawl_id, portal.portal_id)).only(portal.portal_id)
    except (FileNotFoundError, ValidationError, KeyError):
        day = context.month.last_day
        unit = context.registry.unit(portal.unit_id, day)
        communes = {c.unit_id: c.name for c in context.registry.communes(portal.unit_id, day)}
        overlap = timedelta(days=context.programme.policy.overlap_days)
        return CrawlJob(
            snapshots=Path(), month=month, crawl_id=crawl_id, programme_id=context.programme.id,
            window_from=context.month.first_day - overlap,
            portals=(PortalJob(portal_id=portal.portal_id, unit_id=portal.unit_id, unit_kind=unit.kind,
                               url=portal.url, communes=communes),))


@lru_cache(maxsize=4)
def _compiled(programme_json: str) -> CueBook:
    return CueBook(Programme.model_validate_json(programme_json))


def cue_book(programme: Programme) -> CueBook:
    """Compile a programme's cues once a process: it costs more than a page."""
    return _compiled(programme.model_dump_json())


# -- rows --------------------------------------------------------------------------------------------------------


def _capture_row(capture: Capture) -> Row:
    return {
        "capture_id": capture.capture_id, "crawl_id": capture.crawl_id, "unit_id": capture.unit_id,
        "portal_id": capture.portal_id, "url": capture.url, "final_url": capture.final_url,
        "fetched_at": capture.fetched_at, "status": capture.status, "outcome": str(capture.outcome),
        "cause": str(capture.cause), "detail": capture.detail, "digest": capture.digest,
        "content_type": capture.content_type, "size": capture.size, "file": capture.file, "offset": capture.offset,
        "length": capture.length, "refers_to": capture.refers_to, "role": capture.role,
    }


def _portal_row(replayed: Replay, crawl_id: str, portal: PortalJob) -> Row:
    report = replayed.report
    return {
        "crawl_id": crawl_id, "portal_id": portal.portal_id, "unit_id": portal.unit_id,
        "observed_at": moment_of(crawl_id), "observed": report.observed, "cause": str(report.cause),
        "detail": report.detail, "sections": len(report.sections), "pages": report.pages,
        "articles": report.articles, "failed_articles": report.failed_articles,
        "kind": "recheck" if portal.recheck else "watch",
    }


def _once(rows: list[Row]) -> list[Row]:
    """Return each row of a page once: a page that is reached as part of two lists is still one page."""
    found: dict[tuple[str, str, int], Row] = {}
    for row in rows:
        found.setdefault((row["capture_id"], row["location_id"], row["position"]), row)
    return list(found.values())


def _section_row(section: SectionReport, crawl_id: str, portal: PortalJob) -> Row:
    return {
        "crawl_id": crawl_id, "portal_id": portal.portal_id, "unit_id": portal.unit_id,
        "section_url": section.url, "trail": TRAIL.join(section.trail), "role": str(section.role),
        "pages": section.pages, "valid_pages": section.valid_pages, "items": section.items, "dated": section.dated,
        "titles": section.titles, "platform": section.platform, "oldest": section.oldest,
        "complete": section.complete, "ended": section.ended, "to_end": section.to_end,
        "cause": str(section.cause), "captures": list(section.captures),
    }


def moment_of(crawl_id: str) -> datetime:
    """Return the moment a crawl stands at, which its id begins with."""
    return datetime.strptime(crawl_id[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


# -- what did not change -------------------------------------------------------------------------------------------


def _reader(context: MonthContext) -> AbstractContextManager[Reader]:
    if context.cache is None:
        return nullcontext(PlainReader())
    return CachedReader(context.cache / "readings.sqlite")


def _stamp(context: MonthContext, job: CrawlJob, captures: list[Capture], missing: Cause) -> str:
    """Return a digest of everything that the rows of one portal's crawl depend on."""
    found = hashlib.sha256()
    for part in (replay_version(), context.programme.model_dump_json(), job.model_dump_json(), str(missing)):
        found.update(part.encode() + b"\x1f")
    for capture in captures:
        found.update(to_line(capture).encode())
    return found.hexdigest()


def _kept(path: Path, stamp: str, make: Callable[[], dict[str, list[Row]]]) -> dict[str, list[Row]]:
    """Return the rows kept under `stamp`, or make and keep them."""
    if path.exists():
        try:
            kept = json.loads(gzip.decompress(path.read_bytes()), object_hook=_revive)
            if kept["stamp"] == stamp:
                rows: dict[str, list[Row]] = kept["rows"]
                return rows
        except (OSError, EOFError, ValueError, KeyError):
            path.unlink(missing_ok=True)
    rows = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"stamp": stamp, "rows": rows}, ensure_ascii=False, default=_plain)
    temporary = path.with_name(path.name + ".part")
    temporary.write_bytes(gzip.compress(text.encode(), compresslevel=1, mtime=0))
    temporary.replace(path)
    return rows


def _plain(value: object) -> dict[str, str]:
    if isinstance(value, datetime):
        return {"$moment": value.isoformat()}
    if isinstance(value, date):
        return {"$day": value.isoformat()}
    raise TypeError(f"{type(value)} cannot be kept")


def _revive(value: dict[str, Any]) -> Any:
    if "$moment" in value:
        return datetime.fromisoformat(value["$moment"])
    if "$day" in value:
        return date.fromisoformat(value["$day"])
    return value
