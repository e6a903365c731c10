"""What METHOD says a scenario's figures are, counted from the scenario's truth and the moments of the crawls.

What belongs here: the counting of tests, independent of `pipeline.facts`. What does not: reading pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from pipeline.months import ZONE, Month, local_date
from pipeline.simulator.scenario import Dates, Portal, Posting, Scenario, Unit

GROUPS = ("schedule", "regulation", "result")
NOT_DISPLAYED = "not_displayed"
NOTHING_TO_DATE = "nothing_to_date"


@dataclass(frozen=True)
class UnitFigures:
    """A unit's cells of one month. None: not assessable (for `results` also: nobody can say)."""

    postings: int | None
    results: int | None
    latest: date | str | None
    marks: dict[str, bool] = field(default_factory=dict)
    communes: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def assessed(self) -> bool:
        """Whether the unit could be observed for the month."""
        return self.postings is not None


def figures(scenario: Scenario, month: Month, crawls: Iterable[datetime]) -> dict[str, UnitFigures]:
    """Return unit id → figures of `month` as of its `observed_until`, had the crawls been at these moments."""
    until = month.observed_until()
    moments = sorted(c for c in crawls if c < until)
    return {unit.unit_id: _unit(scenario, unit, unit.portal, month, moments)
            for unit in scenario.units if unit.portal is not None}


def _unit(
    scenario: Scenario, unit: Unit, portal: Portal, month: Month, moments: Sequence[datetime]
) -> UnitFigures:
    valid = [m for m in moments if portal.outage(m) is None]
    if not valid or local_date(valid[-1]) <= month.last_day:
        return UnitFigures(None, None, None)
    owed = [p for p in portal.postings if p.truth.group != "other"]
    seen = [p for p in owed if any(portal.reachable(p, m) for m in valid)]
    counted = [p for p in seen if _month(portal, p, valid) == month]
    unclear = any(p.truth.undecidable for p in counted)
    results = sum(p.truth.group == "result" for p in counted)
    live = [p for p in owed if portal.reachable(p, valid[-1])]
    communes = scenario.communes(unit.unit_id)
    return UnitFigures(
        postings=len(counted),
        results=None if unclear else results,
        latest=_latest(portal, seen),
        marks={g: any(p.truth.group == g and p.truth.level == "own" for p in live) for g in GROUPS},
        communes={g: (_communes_with(live, g), len(communes)) for g in GROUPS} if communes else {},
    )


def _communes_with(live: Sequence[Posting], group: str) -> int:
    return len({p.truth.commune_id for p in live if p.truth.group == group and p.truth.level == "commune"})


def _posted_on(portal: Portal, posting: Posting) -> date | None:
    """The day that can be known from what the portal shows: a file has no page, a page of text no row."""
    if posting.posted_at is None or posting.hide_date:
        return None
    has_page, has_row = posting.form == "article", bool(posting.sections)
    known = {
        Dates.BOTH: True, Dates.LISTING: has_row, Dates.ARTICLE: has_page, Dates.METADATA: has_page,
        Dates.ADDRESS: has_page and has_row, Dates.NONE: False,
    }[portal.dates]
    return local_date(posting.posted_at) if known else None


def _latest(portal: Portal, seen: Sequence[Posting]) -> date | str:
    days = [day for p in seen if (day := _posted_on(portal, p)) is not None]
    if days:
        return max(days)
    listed = any(p.sections for p in seen)
    return NOT_DISPLAYED if listed else NOTHING_TO_DATE


def _month(portal: Portal, posting: Posting, valid: Sequence[datetime]) -> Month | None:
    """Return the posting's month; None for the undated stock."""
    day = _posted_on(portal, posting)
    if day is not None:
        return Month.of(day)
    first = next(m for m in valid if portal.reachable(posting, m))
    before = [m for m in valid if m < first]
    return _larger_part(before[-1], first) if before else None


def _larger_part(start: datetime, end: datetime) -> Month:
    """Return the month that holds most of the interval; the earlier one on a tie."""
    month, shares = Month.of(local_date(start)), []
    while month <= Month.of(local_date(end)):
        left = datetime.combine(month.first_day, time(), ZONE)
        right = datetime.combine(month.shift(1).first_day, time(), ZONE)
        shares.append((min(end, right) - max(start, left), month))
        month = month.shift(1)
    longest = max(share for share, _ in shares)
    return next(m for share, m in shares if share == longest)
