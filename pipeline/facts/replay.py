"""Replay one portal of one crawl: the same navigator that led the crawler, over the captures it left.

What belongs here: looking captures up, feeding them in order, keeping what came of each want. What does not:
where to go (`pipeline.navigation`), what a page says (`pipeline.extraction`), sightings (`pipeline.facts.sightings`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.attachments import AttachmentText
from pipeline.extraction.addresses import identity
from pipeline.extraction.model import NextPage, Reading
from pipeline.navigation.model import Arrival, PageRead, PortalReport, Role, Want
from pipeline.navigation.navigator import Navigator
from pipeline.navigation.pager import page_key
from pipeline.navigation.rechecker import Rechecker
from pipeline.snapshots.bodies import CaptureError
from pipeline.snapshots.model import Capture, Cause, Outcome

Read = Callable[[Capture], Reading]
_READABLE = (Outcome.CAPTURED, Outcome.UNCHANGED)
_NOT_PAGES = frozenset({"robots", "unrendered"})


@dataclass(frozen=True)
class Replay:
    """What one crawl of a portal comes to: coverage, every valid page, the outcome of every want, and what the
    documents say that were asked for, by the identity of their addresses (`pipeline.facts.files` adds them)."""

    report: PortalReport
    pages: tuple[PageRead, ...]
    arrivals: tuple[Arrival, ...]
    files: Mapping[str, AttachmentText] = field(default_factory=dict)


def replay(navigator: Navigator | Rechecker, captures: Iterable[Capture], read: Read, missing: Cause) -> Replay:
    """Serve the navigator's wants from captures, first in, first out; then offer those it never asked for.

    `read` may raise CaptureError: then the capture counts as truncated. `missing` is the cause of a want that
    nobody fetched.
    """
    shelf = _Shelf(captures)
    arrivals: list[Arrival] = []

    def serve(wants: deque[Want]) -> None:
        while wants:
            want = wants.popleft()
            arrival = _arrival(want, shelf.take(want), read, missing)
            arrivals.append(arrival)
            wants.extend(navigator.arrive(arrival))

    serve(deque(navigator.start()))
    while (left := shelf.next_unasked()) is not None:
        arrival = _arrival(Want(left.url, Role.IMPORTED, form=left.form), left, read, missing)
        arrivals.append(arrival)
        serve(deque(navigator.arrive(arrival)))
    return Replay(navigator.report(), navigator.pages(), tuple(arrivals))


def _arrival(want: Want, capture: Capture | None, read: Read, missing: Cause) -> Arrival:
    if capture is None:
        return Arrival(want, Outcome.NOT_ATTEMPTED, missing, "", want.url, None)
    reading = None
    outcome, cause = capture.outcome, capture.cause
    if want.role is not Role.FILE and outcome in _READABLE and capture.digest is not None:
        try:
            reading = read(capture)
        except CaptureError:
            outcome, cause = Outcome.TRUNCATED, Cause.TRUNCATED
    return Arrival(want, outcome, cause, capture.capture_id, capture.final_url, reading)


class _Shelf:
    """The captures of one portal and crawl, by what was asked.

    An address is looked up as it was asked, then by its identity: other archivers write addresses in other ways.
    Of several captures of one address a readable one is better than a failure, and the last than the first.
    """

    def __init__(self, captures: Iterable[Capture]) -> None:
        self._order = [c for c in captures if c.role not in _NOT_PAGES]
        self._exact: dict[object, Capture] = {}
        self._alike: dict[object, Capture] = {}
        self._taken: set[str] = set()
        for capture in self._order:
            _put(self._exact, page_key(NextPage(capture.url, capture.form)), capture)
            if not capture.form:
                _put(self._alike, identity(capture.url), capture)
        for capture in self._order:
            if not capture.form:
                self._alike.setdefault(identity(capture.final_url), capture)

    def take(self, want: Want) -> Capture | None:
        """Return the capture of a want, None where nobody fetched it."""
        found = self._exact.get(page_key(NextPage(want.url, want.form)))
        if found is None and not want.form:
            found = self._alike.get(identity(want.url))
        if found is not None:
            self._taken.add(found.capture_id)
        return found

    def next_unasked(self) -> Capture | None:
        """Return the next readable capture that nothing asked for, in order of landing, once."""
        for capture in self._order:
            if capture.capture_id not in self._taken and capture.outcome in _READABLE and capture.digest:
                self._taken.add(capture.capture_id)
                if self._exact[page_key(NextPage(capture.url, capture.form))].capture_id == capture.capture_id:
                    return capture
        return None


def _put(place: dict[object, Capture], at: object, capture: Capture) -> None:
    held = place.get(at)
    if held is None or capture.outcome in _READABLE or held.outcome not in _READABLE:
        place[at] = capture
