"""The guide and the reader of a portal's crawl, made from a job alone: by the spider now, by a replay later.

What belongs here: putting together programme, labels, classifier, navigator and overrides. What does not: their work.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from pipeline.classification import Classifier
from pipeline.classification.cues import CueBook
from pipeline.extraction.model import Page, Reading
from pipeline.extraction.override import override_for
from pipeline.extraction.page import read_page
from pipeline.navigation.navigator import Navigator
from pipeline.navigation.rechecker import Rechecker
from pipeline.navigation.told import Told
from pipeline.programmes.loader import load
from pipeline.programmes.model import Programme
from scrapy_project.job import CrawlJob, PortalJob


def classifier_for(job: CrawlJob, portal: PortalJob) -> Classifier:
    """Return the classifier of a portal's postings."""
    programme, book = _compiled(job.programme_id)
    return Classifier(programme, portal.communes, book)


def guide_for(job: CrawlJob, portal: PortalJob) -> Navigator | Rechecker:
    """Return a guide that has not started."""
    return navigator_for(job, portal, classifier_for(job, portal))


def navigator_for(job: CrawlJob, portal: PortalJob, classifier: Classifier) -> Navigator | Rechecker:
    """Return a guide that has not started, told what the crawl's job says: one for the portal, or for suspects."""
    if portal.recheck:
        return Rechecker(portal.url, portal.known)
    return Navigator(
        root=portal.url, labels=classifier.labels, classifier=classifier, unit_kind=portal.unit_kind,
        window_from=job.window_from, known=portal.known, limits=job.limits,
        told=Told(portal.extra_sections, portal.excluded),
    )


def reader_for(portal: PortalJob, plain: Callable[[Page], Reading] = read_page) -> Callable[[Page], Reading]:
    """Return what reads the portal's pages: `plain` where the job overrides nothing."""
    if not portal.overrides:
        return plain
    return lambda page: read_page(page, override_for(page.url, portal.overrides))


@lru_cache(maxsize=4)
def _compiled(programme_id: str) -> tuple[Programme, CueBook]:
    """Read a programme once a process: compiling its cues costs more than a page."""
    programme = load(programme_id)
    return programme, CueBook(programme)
