"""The guide of a portal's crawl, made from a job alone: by the spider now, by a replay later.

What belongs here: putting together programme, labels, classifier and navigator. What does not: their work.
"""

from __future__ import annotations

from functools import lru_cache

from pipeline.classification import Classifier
from pipeline.classification.cues import CueBook
from pipeline.navigation.navigator import Navigator
from pipeline.programmes.loader import load
from pipeline.programmes.model import Programme
from scrapy_project.job import CrawlJob, PortalJob


def classifier_for(job: CrawlJob, portal: PortalJob) -> Classifier:
    """Return the classifier of a portal's postings."""
    programme, book = _compiled(job.programme_id)
    return Classifier(programme, portal.communes, book)


def guide_for(job: CrawlJob, portal: PortalJob) -> Navigator:
    """Return a navigator that has not started."""
    return navigator_for(job, portal, classifier_for(job, portal))


def navigator_for(job: CrawlJob, portal: PortalJob, classifier: Classifier) -> Navigator:
    """Return a navigator that has not started, told what the crawl's job says."""
    return Navigator(
        root=portal.url, labels=classifier.labels, classifier=classifier, unit_kind=portal.unit_kind,
        window_from=job.window_from, known=portal.known, limits=job.limits,
    )


@lru_cache(maxsize=4)
def _compiled(programme_id: str) -> tuple[Programme, CueBook]:
    """Read a programme once a process: compiling its cues costs more than a page."""
    programme = load(programme_id)
    return programme, CueBook(programme)
