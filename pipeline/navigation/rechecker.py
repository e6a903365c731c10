"""Asking again for postings that are suspected gone, and for a sign that their portal is up; nothing else.

What belongs here: that short walk, as a state machine like the navigator's, run live by the spider and replayed over
captures. What does not: which postings are due (`pipeline.facts.recheck_waiting`), what an answer means for a posting
(`pipeline.facts.sightings`).
"""

from __future__ import annotations

from pipeline.extraction.addresses import same_site
from pipeline.navigation.model import Arrival, Known, PageRead, PortalReport, Role, Want
from pipeline.snapshots.model import Cause, Outcome

_READABLE = (Outcome.CAPTURED, Outcome.UNCHANGED)


class Rechecker:
    """Decides what to ask of one portal. Feed every want's outcome to `arrive`; it returns the wants that follow.

    First the home page is asked for; where it cannot be read (a splash page, a script), the lists of `known`, one
    after another. Only a portal of which one of these is a valid page is up: then each posting of `known` is asked
    for once. A portal that is down is left alone, and its silence says nothing about its postings.
    """

    def __init__(self, root: str, known: Known) -> None:
        self._postings = dict(sorted(known.postings.items()))
        self._signs = [
            Want(root, Role.HOME),
            *(Want(url, Role.SECTION, section=url, trail=trail) for url, trail in sorted(known.sections.items())),
        ]
        self._sites = [root]
        self._read: list[PageRead] = []
        self._up = False
        self._cause, self._detail = Cause.NOT_CRAWLED, ""
        self._failed = 0

    def start(self) -> list[Want]:
        """Return the first want: the home page."""
        return [self._signs.pop(0)]

    def arrive(self, arrival: Arrival) -> list[Want]:
        """Take the outcome of a want and return the wants that follow from it."""
        reading = arrival.reading
        valid = arrival.outcome in _READABLE and reading is not None and reading.valid
        if arrival.want.role is Role.RECHECK:
            if valid and reading is not None:
                self._read.append(PageRead(arrival.want, arrival.capture_id, Role.RECHECK, "", (), reading))
            self._failed += not valid
            return []
        if arrival.want.role is Role.IMPORTED or self._up:
            return []
        if valid:
            self._up = True
            self._sites.append(arrival.final_url)
            return [
                Want(url, Role.RECHECK, title=title) for url, title in self._postings.items()
                if any(same_site(url, site) for site in self._sites)
            ]
        if arrival.want.role is Role.HOME:
            invalid = arrival.reading.invalid_reason if arrival.reading else None
            self._cause = arrival.cause if arrival.cause is not Cause.NONE else Cause.INVALID_PAGE
            self._detail = invalid or arrival.final_url
        return [self._signs.pop(0)] if self._signs else []

    def pages(self) -> tuple[PageRead, ...]:
        """Return the valid pages of postings, in order of arrival."""
        return tuple(self._read)

    def report(self) -> PortalReport:
        """Return what was covered: no list, and `observed` where the portal was up."""
        return PortalReport(
            observed=self._up,
            cause=Cause.NONE if self._up else self._cause,
            detail="" if self._up else self._detail,
            sections=(),
            pages=0,
            articles=len(self._read),
            failed_articles=self._failed,
        )
