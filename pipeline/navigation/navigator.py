"""Where to go on a portal that nobody tuned for: from its home page to its sections, lists and postings.

What belongs here: the one policy of navigation, as a state machine without network, clock or database, so that
the spider runs it live and the pipeline replays it over captures. What does not: HTTP (`scrapy_project`),
reading pages (`pipeline.extraction`), the month's figures (`pipeline.facts`).

Wants are served first in, first out, one at a time; then live run and replay ask for the same addresses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from pipeline.classification import Classifier, SectionLabels
from pipeline.classification.model import Item, Verdict
from pipeline.extraction.addresses import identity, same_site
from pipeline.extraction.attachments import is_file
from pipeline.extraction.model import STUCK, Link, NextPage, PageKind, Reading, Row
from pipeline.extraction.platforms import feeds_for
from pipeline.extraction.postbacks import is_row_address, sent
from pipeline.navigation.fallback import is_sitemap, is_view_of, sitemap_urls, slug_words
from pipeline.navigation.files import documents_of
from pipeline.navigation.leads import Lead, short
from pipeline.navigation.model import (
    Arrival,
    Known,
    Limits,
    PageRead,
    PortalReport,
    Role,
    Want,
)
from pipeline.navigation.section import Section, leaves, lies_before
from pipeline.navigation.sense import Sense
from pipeline.navigation.told import Told
from pipeline.snapshots.model import Cause, Outcome

_FEEDS = 2
_FRAMES = 2  # frames within frames
"""Feeds that are tried for one list."""


class Navigator:
    """Decides what to fetch on one portal, and reports what was covered.

    `root` is the portal's address, `window_from` the day back to which lists must be read (the first day of the
    month less the overlap), `known` what earlier crawls found, `told` what the office says of where to go. Feed every
    want's outcome to `arrive`; it returns the wants that follow, and those of the later stages (fallbacks, re-checks)
    once nothing is pending.
    """

    def __init__(
        self,
        root: str,
        labels: SectionLabels,
        classifier: Classifier,
        unit_kind: str,
        window_from: date,
        known: Known | None = None,
        limits: Limits | None = None,
        told: Told | None = None,
    ) -> None:
        self._root = root
        self._sense = Sense(labels, classifier, unit_kind)
        self._window_from = window_from
        self._known = known or Known()
        self._limits = limits or Limits()
        self._told = told or Told()
        self._promised = {*self._known.sections, *self._told.extra}
        self._problems: set[str] = set()
        self._sites = [root]
        self._wanted: set[str] = set()
        self._pending = 0
        self._sections: dict[str, Section] = {}
        self._counts: dict[Role, int] = {}
        self._home_links: set[str] = set()
        self._has_menu = False
        self._unlabelled: dict[str, Link] = {}
        self._seen_postings: set[str] = set()
        self._listed: set[str] = set()
        self._read: list[PageRead] = []
        self._failed_articles = 0
        self._home_cause: Cause | None = Cause.NOT_CRAWLED
        self._home_detail = ""
        self._stages: list[Callable[[], list[Want]]] = [self._try_site_map, self._try_unlabelled, self._recheck]

    # -- the two calls of spider and replay ------------------------------------------------------------

    def start(self) -> list[Want]:
        """Return the first wants: the home page, the sections that the office names, those known from before."""
        wants = self._ask(Want(self._root, Role.HOME))
        for url, label in self._told.extra.items():
            wants += self._open_section(url, (label,), depth=1)
        for url, trail in sorted(self._known.sections.items()):
            wants += self._open_section(url, trail, depth=1)
        return wants

    def arrive(self, arrival: Arrival) -> list[Want]:
        """Take the outcome of a want and return the wants that follow from it."""
        if arrival.want.role is not Role.IMPORTED:
            self._pending -= 1
        reading = arrival.reading
        wants: list[Want] = []
        if arrival.want.role is Role.FILE:
            pass  # what a document says leads nowhere: a live run does not read it
        elif reading is None or not reading.valid or arrival.outcome not in (Outcome.CAPTURED, Outcome.UNCHANGED):
            wants = self._failed(arrival)
        else:
            wants = self._read_page(arrival, reading)
        while self._pending == 0 and not wants and self._stages:
            wants = self._stages.pop(0)()
        return wants

    def pages(self) -> tuple[PageRead, ...]:
        """Return every valid page read so far, in order of arrival, with the role and trail it really has."""
        return tuple(
            replace(page, standing=page.standing and identity(page.want.url) not in self._listed)
            for page in self._read
        )

    def report(self) -> PortalReport:
        """Return the coverage of this crawl of the portal."""
        sections = tuple(s.report(self._known) for _, s in sorted(self._sections.items()) if not s.is_text)
        own = [s for s in sections if s.role is Role.SECTION and s.complete]
        observed = self._home_cause is None or bool(own)
        return PortalReport(
            observed=observed,
            cause=Cause.NONE if observed else (self._home_cause or Cause.NONE),
            detail=self._home_detail,
            sections=sections,
            pages=sum(s.pages for s in sections),
            articles=sum(1 for p in self._read if p.role in (Role.ARTICLE, Role.RECHECK)),
            failed_articles=self._failed_articles,
            extra=tuple(self._told.extra),
            excluded=tuple(sorted(self._told.left_out)),
            problems=tuple(sorted(self._problems)),
        )

    # -- asking ---------------------------------------------------------------------------------------

    def _ask(self, want: Want) -> list[Want]:
        """Return [want] unless it was asked for before, leaves the portal, is a file, or is excluded."""
        if not any(same_site(want.url, site) for site in self._sites):
            return []
        if (is_file(want.url) and want.role is not Role.FILE) or self._told.excludes(want.url):
            return []
        here = identity(want.url)
        if here in self._wanted:
            return []
        self._wanted.add(here)
        self._pending += 1
        return [want]

    def _ask_counted(self, want: Want, limit: int) -> list[Want]:
        if self._counts.get(want.role, 0) >= limit:
            return []
        wants = self._ask(want)
        self._counts[want.role] = self._counts.get(want.role, 0) + len(wants)
        return wants

    def _open_section(
        self, url: str, trail: tuple[str, ...], depth: int, role: Role = Role.SECTION, trial: bool = False
    ) -> list[Want]:
        want = Want(url, role, section=url, trail=trail, depth=depth)
        wants = self._ask_counted(want, self._limits.sections)
        if wants:
            self._sections[url] = Section(url, role, trail, depth, trial=trial)
        return wants

    # -- arrivals -------------------------------------------------------------------------------------

    def _failed(self, arrival: Arrival) -> list[Want]:
        want = arrival.want
        cause = arrival.cause
        if cause is Cause.NONE:
            cause = Cause.INVALID_PAGE if arrival.reading is not None else Cause.HTTP_ERROR
            if arrival.reading is not None and arrival.reading.invalid_reason == "scripted":
                cause = Cause.NEEDS_BROWSER
        section = self._sections.get(want.section)
        if want.role is Role.HOME:
            self._home_cause = cause
            invalid = arrival.reading.invalid_reason if arrival.reading else None
            self._home_detail = invalid or arrival.final_url
        elif want.role in (Role.SECTION, Role.GENERAL) and section is not None:
            section.lose_page(cause, arrival.capture_id)
            if want.page_no == 1 and arrival.outcome is Outcome.GONE and want.url not in self._promised:
                del self._sections[want.section]
        elif want.role is Role.ARTICLE:
            self._failed_articles += 1
        return []

    def _read_page(self, arrival: Arrival, reading: Reading) -> list[Want]:
        want = arrival.want
        if want.role is Role.IMPORTED and self._told.excludes(want.url):
            return []
        self._problems |= {f"{want.url}: {problem}" for problem in reading.problems}
        if want.role in (Role.HOME, Role.HUB):
            reading = replace(reading, rows=self._sense.without_menu(reading))
        if want.role is Role.HOME:
            return self._read_home(arrival, reading)
        if want.role is Role.FEED and is_sitemap(want.url):
            return self._read_site_map(reading, want.depth)
        if want.role in (Role.FEED, Role.HUB):
            self._keep(arrival, reading, want.role, want.trail)
            wants = self._rows(None, want.trail, reading) + self._follow_links(reading, want.depth)
            return wants + (self._frames(reading, want.depth) if want.role is Role.HUB else [])
        if want.role in (Role.SECTION, Role.GENERAL):
            return self._read_section(arrival, reading)
        return self._read_article(arrival, reading)

    def _read_home(self, arrival: Arrival, reading: Reading) -> list[Want]:
        self._home_cause = None
        self._sites.append(arrival.final_url)
        self._home_links = {identity(link.url) for link in reading.links}
        self._has_menu = any(
            link.where == "menu" and self._sense.lead(link) not in (Lead.UNKNOWN, Lead.NOTHING)
            for link in reading.links
        )
        wants = self._follow_links(reading, depth=0) + self._frames(reading, depth=0)
        for feed in reading.feeds[:3]:
            wants += self._ask(Want(feed, Role.FEED, depth=1))
        if reading.rows:
            home = Section(arrival.want.url, Role.GENERAL, (), 0)
            self._sections[home.url] = home
            wants += self._walk(home, arrival, reading)
        else:
            self._keep(arrival, reading, Role.HOME, ())
        return wants

    def _frames(self, reading: Reading, depth: int) -> list[Want]:
        """Ask for the pages of which a front page consists."""
        found = reading.frames if depth < _FRAMES else ()
        return [want for link in found for want in self._ask(Want(link.url, Role.HUB, depth=depth + 1))]

    def _read_section(self, arrival: Arrival, reading: Reading) -> list[Want]:
        want = arrival.want
        section = self._sections[want.section]
        wants: list[Want] = []
        if want.page_no == 1:
            self._sense.promote(section, reading)
            if section.part:
                self._sense.check_part(section, reading)
            wants += self._follow_links(reading, want.depth)
            if section.role is Role.SECTION and reading.kind is not PageKind.ARTICLE:
                wants += self._subsections(section, reading)
        return wants + self._walk(section, arrival, reading)

    def _read_article(self, arrival: Arrival, reading: Reading) -> list[Want]:
        """An article link may lead to a list: then it is a section of its own (a commune's, for instance)."""
        want = arrival.want
        wants = self._follow_links(reading, want.depth, own_only=True)
        lists = reading.kind is PageKind.LISTING and want.role is Role.ARTICLE and not want.form
        if lists and self._sense.names_a_section(want.title):
            trail = (*want.trail, want.title) if want.title else want.trail
            role = Role.SECTION if self._sense.own(trail) else Role.GENERAL
            section = Section(want.url, role, trail, want.depth + 1, part=bool(want.trail))
            self._sections[want.url] = section
            if section.part:
                self._sense.check_part(section, reading)
            role, trail = section.role, section.trail
            opened = Arrival(
                replace(want, role=role, section=want.url, trail=trail), arrival.outcome, arrival.cause,
                arrival.capture_id, arrival.final_url, reading,
            )
            return wants + self._walk(section, opened, reading)
        self._keep(arrival, reading, want.role, want.trail)
        self._seen_postings.add(identity(want.url))
        if reading.article is not None and (documents := documents_of(want, reading.article)):
            path = (*want.trail, *reading.article.section_path)
            verdict = self._sense.verdict(Item(documents[0].title, reading.article.text, path, want.url))
            wants += self._ask_documents(documents[: self._limits.files_per_posting], verdict)
        if want.role is Role.IMPORTED:
            wants += self._rows(None, want.trail, reading)
        return wants

    def _keep(self, arrival: Arrival, reading: Reading, role: Role, trail: tuple[str, ...]) -> None:
        want = arrival.want
        standing = want.role is Role.SECTION and want.page_no == 1 and reading.kind is PageKind.ARTICLE
        section = want.section or (want.url if role in (Role.SECTION, Role.GENERAL) else "")
        self._read.append(PageRead(want, arrival.capture_id, role, section, trail, reading, standing))

    # -- walking a list -------------------------------------------------------------------------------

    def _walk(self, section: Section, arrival: Arrival, reading: Reading) -> list[Want]:
        want = arrival.want
        role, trail = section.role, section.trail
        if reading.kind is PageKind.ARTICLE and want.page_no == 1:
            teaser = section.part and self._sense.is_teaser(reading, trail)
            titled = teaser or (bool(trail) and not short(trail[-1]))
            section.is_text = titled or role is Role.GENERAL
            role = Role.ARTICLE if titled else role
            trail = () if teaser else trail
        self._keep(arrival, reading, role, trail)
        section.take_page(reading, arrival.capture_id)
        wants = self._rows(section, section.trail, reading)
        section.pager.offer(self._own_pages(reading.next_pages))
        if section.trial and section.fresh == 0 and not reading.frames:
            section.is_text = True
            return wants
        section.trial = section.trial and section.fresh == 0
        wants += self._next_page(section, reading)
        return wants + (self._dates_elsewhere(section, reading) if section.complete else [])

    def _dates_elsewhere(self, section: Section, reading: Reading) -> list[Want]:
        """Ask for feeds of a list of the programme whose rows show no date: they may tell them to machines."""
        if section.role is not Role.SECTION or section.dated or not section.items:
            return []
        feeds = feeds_for(reading.platform, section.url, reading.feeds)
        return [want for url in feeds[:_FEEDS] for want in self._ask(Want(url, Role.FEED, depth=section.depth))]

    def _next_page(self, section: Section, reading: Reading) -> list[Want]:
        """Ask for the list's next page, or close the section as complete or cut by its budget.

        Portals that are asked beyond their end show the last page again: two pages without a new item end a list.
        """
        taken = section.pager.take() if section.stale_pages < 2 else None
        if taken is None:
            stuck = any(problem.startswith(STUCK) for problem in reading.problems)
            section.complete, section.to_end = not stuck or leaves(reading.rows, self._window_from), not stuck
            if not section.complete:
                section.cause = Cause.STUCK_PAGER
            return []
        first_visit = section.url not in self._known.walked
        deep = first_visit and (section.role is Role.SECTION or section.pages < self._limits.general_pages)
        if lies_before(reading.rows, self._window_from) and not deep:
            section.complete = True
            return []
        if section.pages >= self._limits.pages_per_section:
            section.complete = leaves(reading.rows, self._window_from)
            if not section.complete:
                section.cause = Cause.BUDGET
            return []
        number, page = taken
        self._pending += 1
        return [
            Want(page.url, section.role, section.url, section.trail, number, section.depth, page.form)
        ]

    def _own_pages(self, pages: tuple[NextPage, ...]) -> tuple[NextPage, ...]:
        own = (p for p in pages if any(same_site(p.url, site) for site in self._sites))
        return tuple(p for p in own if not self._told.excludes(p.url))

    # -- rows -----------------------------------------------------------------------------------------

    def _rows(self, section: Section | None, trail: tuple[str, ...], reading: Reading) -> list[Want]:
        own = section is not None and section.role is Role.SECTION
        wants: list[Want] = []
        for row in reading.rows:
            verdict = self._sense.of_row(row, trail)
            if verdict.group == "other" and not own and not verdict.needs_review:
                continue
            there = identity(row.url)
            if section is not None:
                section.articles += 1
                section.fresh += there not in self._listed
            self._seen_postings.add(there)
            if there not in self._home_links:
                self._listed.add(there)
            if section is not None and section.articles > self._limits.articles_per_section:
                continue
            if self._worth_reading(row, verdict):
                depth = section.depth if section is not None else 1
                url = section.url if section is not None else ""
                want = Want(row.url, Role.ARTICLE, url, trail, 1, depth, _sent(reading, row), row.title)
                if is_row_address(row.url) and not want.form:
                    continue
                if not is_file(row.url):
                    wants += self._ask(want)
                elif row.posted_on is None or verdict.needs_review:
                    wants += self._ask_documents([replace(want, role=Role.FILE)], verdict)
        return wants

    def _ask_documents(self, documents: list[Want], verdict: Verdict) -> list[Want]:
        """Ask for documents of a posting that is, or may be, of the programme."""
        if verdict.group == "other" and not verdict.needs_review:
            return []
        return [want for document in documents for want in self._ask_counted(document, self._limits.files)]

    def _worth_reading(self, row: Row, verdict: Verdict) -> bool:
        """The row alone does not settle date and group, or it may belong to the window."""
        if row.posted_on is None or row.displayed_on is None or verdict.needs_review:
            return True
        return row.posted_on >= self._window_from

    # -- links ----------------------------------------------------------------------------------------

    def _follow_links(self, reading: Reading, depth: int, own_only: bool = False) -> list[Want]:
        """Follow a page's navigation. An article's (`own_only`) adds the sections it is filed under.

        Where a page shows no list, what looks like its next page is the next of a tour through the menu.
        """
        listed = {identity(row.url) for row in reading.rows} | {identity(url) for url in reading.feeds}
        if reading.rows:
            listed |= {identity(page.url) for page in reading.next_pages}
        wants: list[Want] = []
        for link in reading.links:
            if link.where == "frame":
                continue
            lead = self._sense.lead(link)
            speaks = lead is Lead.SECTION or (lead is Lead.POSTING and short(link.label))
            if identity(link.url) in listed or (own_only and not speaks):
                continue
            if lead is Lead.SECTION or not is_view_of(reading.url, link.url):
                wants += self._follow_link(link, lead, depth)
        return wants

    def _follow_link(self, link: Link, lead: Lead, depth: int) -> list[Want]:
        trail = (link.label,)
        if lead is Lead.SECTION:
            return self._open_section(link.url, trail, depth + 1)
        if lead is Lead.POSTING:
            return self._ask(Want(link.url, Role.ARTICLE, depth=depth + 1, title=link.label))
        if depth >= self._limits.depth:
            return []
        if lead is Lead.GENERAL:
            return self._open_section(link.url, trail, depth + 1, Role.GENERAL)
        if lead is Lead.HUB:
            return self._ask_counted(Want(link.url, Role.HUB, trail=trail, depth=depth + 1), self._limits.hubs)
        if lead is Lead.UNKNOWN and link.where in ("menu", "content", "sidebar"):
            self._unlabelled.setdefault(identity(link.url), link)
        return []

    def _subsections(self, section: Section, reading: Reading) -> list[Want]:
        """Short links that the section's page adds to the home page's: its communes, its years, its parts."""
        if section.depth >= self._limits.depth:
            return []
        rows = {identity(row.url) for row in reading.rows}
        pages = {identity(page.url) for page in reading.next_pages} | {identity(url) for url in reading.feeds}
        wants: list[Want] = []
        for link in reading.links:
            there = identity(link.url)
            if (
                link.where in ("content", "menu")
                and there not in self._home_links | rows | pages
                and not is_view_of(reading.url, link.url)
                and self._sense.lead(link) is Lead.UNKNOWN
            ):
                opened = self._open_section(link.url, (*section.trail, link.label), section.depth + 1)
                for want in opened:
                    self._sections[want.url].part = True
                wants += opened
        return wants

    # -- later stages ---------------------------------------------------------------------------------

    def _try_site_map(self) -> list[Want]:
        wants: list[Want] = []
        if self._home_cause is None:
            for url in sitemap_urls(self._sites[-1]):
                wants += self._ask(Want(url, Role.FEED, depth=1))
        return wants

    def _read_site_map(self, reading: Reading, depth: int) -> list[Want]:
        """Ask for what the words of its address say is the programme's; follow a site map's children."""
        wants: list[Want] = []
        urls = [row.url for row in reading.rows] + [link.url for link in reading.links]
        for url in urls + [page.url for page in reading.next_pages]:
            words = slug_words(url)
            if is_sitemap(url) and url.endswith((".xml", ".xml.gz")):
                if depth < self._limits.depth:
                    wants += self._ask_counted(Want(url, Role.FEED, depth=depth + 1), self._limits.hubs)
            elif self._sense.own((words,)):
                wants += self._ask_counted(Want(url, Role.ARTICLE, depth=depth), self._limits.articles_per_section)
        return wants

    def _try_unlabelled(self) -> list[Want]:
        """Look behind links whose labels say nothing (a commune's name, `Nội quy, quy chế`): menu entries, and links
        wherever they stand where no section of the programme was found. Where a list showed the programme before,
        one page of each must show more of it to be walked on.

        A home page whose menu names no list has its menu in a side bar or in its text; communes are in any."""
        own = any(section.role is Role.SECTION for section in self._sections.values())
        found = own or any(section.articles for section in self._sections.values())
        anywhere = not own or not self._has_menu
        links = [
            link for link in self._unlabelled.values()
            if link.where == "menu" or anywhere or self._sense.names_commune(link.label)
        ]
        wants: list[Want] = []
        for link in links[: self._limits.hubs]:
            wants += self._open_section(link.url, (link.label,), 1, Role.GENERAL, trial=found)
        return wants

    def _recheck(self) -> list[Want]:
        """Ask again for live postings of earlier crawls that no list showed this time, where they can be asked for."""
        wants: list[Want] = []
        for url, title in sorted(self._known.postings.items()):
            if identity(url) not in self._seen_postings and not is_row_address(url):
                wants += self._ask(Want(url, Role.RECHECK, title=title))
        return wants


def _sent(reading: Reading, row: Row) -> tuple[tuple[str, str], ...]:
    """Return what is sent for a row without an address, empty for any other."""
    return sent(reading.row_form, row.event) if reading.row_form and row.event else ()
