"""A portal as it stands at one moment: which sections and postings are there, in what order.

What belongs here: everything that depends on the moment. What does not: addresses and markup (`families`).
"""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from pipeline.months import ZONE
from pipeline.simulator.scenario import Dates, Portal, Posting, Section

_SOURCES_IN_ARTICLE = (Dates.BOTH, Dates.ARTICLE)
_SOURCES_IN_LISTING = (Dates.BOTH, Dates.LISTING)


class Site:
    """The live part of a portal at `as_of` (aware): its name and software, sections and postings of that moment, as
    they read then. Postings and sections that are not live do not exist."""

    def __init__(self, portal: Portal, as_of: datetime) -> None:
        self.portal = portal.at(as_of)
        self.as_of = as_of.astimezone(ZONE)
        self.sections = {s.id: s for s in portal.sections if s.live(as_of)}
        self.postings = {p.number: p.at(as_of) for p in portal.postings if p.live(as_of)}

    @cached_property
    def by_number(self) -> dict[int, Section]:
        """Sections by their number."""
        return {s.number: s for s in self.sections.values()}

    def children(self, section_id: str | None) -> list[Section]:
        """Return the sections under one (None: the top), in the scenario's order."""
        return [s for s in self.sections.values() if s.parent == section_id]

    def menu(self) -> list[tuple[Section, list[Section]]]:
        """Return the menu: top entries, each with the children that the menu shows."""
        return [(top, [c for c in self.children(top.id) if c.menu == "menu"])
                for top in self.children(None) if top.menu == "menu"]

    def elsewhere(self, where: str) -> list[Section]:
        """Return the sections linked from the side bar (`side`) or the `footer`."""
        return [s for s in self.sections.values() if s.menu == where]

    def trail(self, section: Section) -> list[Section]:
        """Return the section with those above it, outermost first."""
        found = [section]
        while found[0].parent is not None and found[0].parent in self.sections:
            found.insert(0, self.sections[found[0].parent])
        return found

    def below(self, section: Section) -> set[str]:
        """Return the ids of the section and of all sections under it."""
        found = {section.id}
        for child in self.children(section.id):
            found |= self.below(child)
        return found

    def listing(self, section: Section) -> list[Posting]:
        """Return what a section lists: pinned first, then the newest."""
        ids = self.below(section) if section.gathers else {section.id}
        found = [p for p in self.postings.values() if ids.intersection(p.sections) and p.listed(self.as_of)]
        return sorted(found, key=lambda p: (not p.pinned, *_newest(p)))

    def page(self, section: Section, number: int) -> list[Posting]:
        """Return the postings of a page of the list, counted from 1."""
        size = self.portal.per_page
        return self.listing(section)[(number - 1) * size: number * size]

    def pages(self, section: Section) -> int:
        """Return how many pages the list has, at least 1."""
        return max(1, -(-len(self.listing(section)) // self.portal.per_page))

    @cached_property
    def newest(self) -> list[Posting]:
        """Postings that lists show, newest first (block "tin mới")."""
        listed = (p for p in self.postings.values() if set(p.sections) & self.sections.keys() and p.listed(self.as_of))
        return sorted(listed, key=_newest)

    @cached_property
    def most_read(self) -> list[Posting]:
        """Postings in an order that has nothing to do with time (block "đọc nhiều")."""
        return sorted(self.newest, key=lambda p: (p.number * 7919) % 104729)

    def home_section(self, posting: Posting) -> Section | None:
        """Return the section whose name a posting's page carries."""
        for section_id in posting.sections:
            if section_id in self.sections:
                return self.sections[section_id]
        return next((s for s in self.sections.values() if s.standing == posting.number), None)

    def date_in_listing(self, posting: Posting) -> datetime | None:
        """Return the local posting moment that a row shows, or None."""
        return self._date(posting, _SOURCES_IN_LISTING)

    def date_in_article(self, posting: Posting) -> datetime | None:
        """Return the local posting moment that the posting's page shows, or None."""
        return self._date(posting, _SOURCES_IN_ARTICLE)

    def date_in_metadata(self, posting: Posting) -> datetime | None:
        """Return the local posting moment that only machines read, or None."""
        return self._date(posting, (Dates.METADATA,))

    def date_in_address(self, posting: Posting) -> datetime | None:
        """Return the local posting moment that the address carries, or None."""
        return self._date(posting, (Dates.ADDRESS,))

    def shows_any_date(self) -> bool:
        """Return whether side bars, feeds and home blocks of this portal may show dates of postings."""
        return self.portal.dates in (Dates.BOTH, Dates.LISTING)

    def _date(self, posting: Posting, modes: tuple[Dates, ...]) -> datetime | None:
        if posting.posted_at is None or posting.hide_date or self.portal.dates not in modes:
            return None
        return posting.posted_at.astimezone(ZONE)


def _newest(posting: Posting) -> tuple[float, int]:
    moment = posting.posted_at or posting.live_from
    return (-moment.timestamp() if moment else 0.0, -posting.number)
