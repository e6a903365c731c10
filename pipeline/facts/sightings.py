"""From the pages of a replay to rows of `posting_sighting`: what was on show, where, dated how, of which group.

What belongs here: joining what list and article say of one address within one crawl. What does not: one posting at
two addresses and through time (`pipeline.facts.timeline`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from pipeline.attachments import AttachmentText
from pipeline.classification import Classifier, Item, Verdict
from pipeline.extraction.addresses import identity, same_site
from pipeline.extraction.attachments import file_name, is_file
from pipeline.extraction.documents import document_number, document_type
from pipeline.extraction.model import Article, DateSource, PageKind, Row
from pipeline.extraction.postbacks import is_row_address
from pipeline.facts.replay import Replay
from pipeline.navigation.fallback import shows_changes
from pipeline.navigation.model import Arrival, PageRead, Role
from pipeline.snapshots.model import Capture, Cause, Outcome
from pipeline.text import clean, key
from scrapy_project.job import PortalJob

TRAIL = " › "
"""Stands between the labels of a trail in tables."""

_OTHER = "other"
_LISTS = frozenset({Role.SECTION, Role.GENERAL, Role.HOME, Role.HUB, Role.FEED, Role.IMPORTED})
_TEXTS = frozenset({Role.ARTICLE, Role.RECHECK})
_PERHAPS_TEXTS = frozenset({Role.IMPORTED, Role.SECTION, Role.GENERAL})
_COMPARED = 4000
_OF_A_FILE = re.compile(r"[^.]\.(?!as[hpm]x$|axd$|php$|jsp$|do$)\w{2,5}$", re.I)
ENOUGH_TEXT = 60
"""So many characters (as a comparison key) are a text; less is compared by the names of its files."""
_SAME_TITLE = 60.0
_LABEL_WORDS = 9
_TITLE_WORDS = 6
_CROWD = 3
"""A row on the lists of so many sections stands in a block of latest postings, not in all of those sections."""


@dataclass(frozen=True)
class Appearance:
    """One place where a posting stands: a row of a page's list, or a page that is its text."""

    page: PageRead
    role: str
    position: int
    title: str
    url: str
    told: Row | Article

    @property
    def trail(self) -> tuple[str, ...]:
        """Labels of the sections it stands in, outermost first, each once."""
        return tuple(dict.fromkeys((*self.page.trail, *self.told.section_path)))


@dataclass
class Location:
    """All appearances of one address in one crawl."""

    location_id: str
    own_address: bool
    appearances: list[Appearance] = field(default_factory=list)
    documents: list[AttachmentText] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The posting's own text, empty where it was not read."""
        return next((a.told.text for a in self.appearances if isinstance(a.told, Article) and a.told.text), "")

    @property
    def said(self) -> str:
        """What the posting says: its own text, and that of its documents where those were asked for."""
        return "\n".join(text for text in (self.text, *(d.text for d in self.documents if not d.scanned)) if text)

    @property
    def title(self) -> str:
        """The title that a list gives it, else its own page's."""
        listed = [a for a in self.appearances if a.role == "listing"]
        return _whole_title((listed or self.appearances)[0], self)


def location_id(unit_id: str, url: str, within: str = "") -> str:
    """Return the id of an address of a posting; `within` tells postings apart that have no address of their own."""
    return hashlib.sha256(f"{unit_id}\x1f{identity(url)}\x1f{within}".encode()).hexdigest()[:20]


def text_digest(article: Article) -> str | None:
    """Return the digest of what a posting says, by its words alone; None where that is too little to compare."""
    words = key(article.text[:_COMPARED])
    if len(words) < ENOUGH_TEXT:
        names = sorted(identity(a.url).rsplit("/", 1)[-1] for a in article.attachments)
        words = " ".join(names)
    return hashlib.sha256(words.encode()).hexdigest()[:16] if words else None


def files_digest(article: Article) -> str | None:
    """Return the digest of the names of a posting's files; None where it has none.

    Software may keep one file once more for each posting: its name is what stays. Where an address has no name of a
    file (`download.ashx?id=5`), its last part stands for it.
    """
    names = sorted(_file_key(a.url) for a in article.attachments)
    return hashlib.sha256("\x1f".join(names).encode()).hexdigest()[:16] if names else None


def _file_key(url: str) -> str:
    name = file_name(url)
    return name if _OF_A_FILE.search(name) else identity(url).rsplit("/", 1)[-1]


def locations(replay: Replay, portal: PortalJob) -> list[Location]:
    """Return the addresses that stood on the portal's pages, in order of first appearance."""
    # a hub's row that leads to a standing page is its menu entry again
    lists = _lists(replay.pages) | {identity(p.want.url) for p in replay.pages if p.standing}
    names = _names(replay.pages)
    found: dict[str, Location] = {}
    for page in replay.pages:
        for one in _on_page(page, portal, lists, names):
            within = _within(page, one.told) if isinstance(one.told, Row) else ""
            at = location_id(portal.unit_id, one.url, within)
            found.setdefault(at, Location(at, not within)).appearances.append(one)
    for location in found.values():
        location.documents = _documents(location, replay)
    titles = {at: key(location.title) for at, location in found.items()}
    return [location for at, location in found.items() if not _is_list_in_disguise(at, location, titles)]


def _documents(location: Location, replay: Replay) -> list[AttachmentText]:
    """Return the documents that were read of a posting: itself where it is one, else its page's attachments."""
    if not replay.files:
        return []
    offered = [a.url for a in location.appearances if location.own_address]
    offered += [file.url for a in location.appearances if isinstance(a.told, Article) for file in a.told.attachments]
    places = dict.fromkeys(identity(url) for url in offered)
    return [replay.files[place] for place in places if place in replay.files]


def shown_by_section(replay: Replay, portal: PortalJob) -> dict[str, list[str]]:
    """Return, by a section's address, the ids of all addresses that its pages listed, of whatever group."""
    found: dict[str, set[str]] = {}
    for page in replay.pages:
        if page.section:
            ids = found.setdefault(page.section, set())
            ids.update(location_id(portal.unit_id, row.url, _within(page, row)) for row in page.reading.rows)
    return {section: sorted(ids) for section, ids in found.items()}


def _within(page: PageRead, row: Row) -> str:
    """Return what tells a row apart that has no address of its own, empty where it has one."""
    if identity(row.url) in _here(page):
        return f"{key(clean(row.title))}|{row.posted_on or ''}"
    return ""


def _here(page: PageRead) -> set[str]:
    return {identity(page.want.url), identity(page.reading.url), identity(page.section or page.want.url)}


def _lists(pages: Iterable[PageRead]) -> set[str]:
    """Return the addresses of lists, also empty ones. A page whose rows are all in blocks of latest postings, that
    stand on every page, is a posting that was taken for a list."""
    shown: dict[str, set[str]] = {}
    for page in pages:
        for row in page.reading.rows:
            shown.setdefault(identity(row.url), set()).add(_list_of(page))
    return {
        identity(page.want.url) for page in pages
        if page.role in (Role.SECTION, Role.GENERAL, Role.HUB) and page.reading.kind is not PageKind.ARTICLE
        and (not page.reading.rows or any(len(shown[identity(r.url)]) < _CROWD for r in page.reading.rows))
    }


def _names(pages: Iterable[PageRead]) -> set[tuple[str, str]]:
    """Return address and label of the lists that menus led to: a row of that name, also a dated one, is the list's."""
    return {
        (identity(page.want.url), key(page.want.trail[-1])) for page in pages
        if page.want.role in (Role.SECTION, Role.GENERAL) and page.want.page_no == 1 and page.want.trail
        and page.reading.kind is PageKind.LISTING and not any(char.isdigit() for char in page.want.trail[-1])
    }


def _is_list_in_disguise(at: str, location: Location, titles: dict[str, str]) -> bool:
    """A standing page that tells the titles of other postings is a list of them, and no posting itself."""
    if any(a.role != "standing" for a in location.appearances):
        return False
    text = key(location.text)
    return any(
        other != at and len(title.split()) >= _TITLE_WORDS and title in text for other, title in titles.items())


def _on_page(
    page: PageRead, portal: PortalJob, lists: set[str], names: set[tuple[str, str]]
) -> Iterator[Appearance]:
    here = _here(page)
    if page.role in _LISTS:
        for position, row in enumerate(page.reading.rows, 1):
            at = identity(row.url)
            elsewhere = page.role is not Role.SECTION and not same_site(row.url, page.want.url)
            a_section = at in lists and at not in here and row.posted_on is None and _short(row.title)
            named = at not in here and (at, key(row.title)) in names
            if a_section or named or shows_changes(row.url) or (elsewhere and not row.is_file):
                continue
            yield Appearance(page, "listing", position, clean(row.title), row.url, row)
    article = page.reading.article
    is_text = page.role in _TEXTS or (page.role in _PERHAPS_TEXTS and page.reading.kind is PageKind.ARTICLE)
    if is_text and article is not None:
        role = "standing" if page.standing else "recheck" if page.role is Role.RECHECK else "article"
        known = portal.known.postings.get(page.want.url, page.want.title)
        asked = role == "recheck" or bool(page.want.form)  # what a form is sent for may be another posting
        if not asked or _still_says(page, known):
            yield Appearance(page, role, 0, clean(article.title or known), page.want.url, article)


def _short(title: str) -> bool:
    """A link to a list has a label; what has a date or a sentence for a title is a posting."""
    return len(title.split()) <= _LABEL_WORDS


def _still_says(page: PageRead, title: str) -> bool:
    """An address that was asked again must still show the posting, not what a portal shows in its stead."""
    article = page.reading.article
    expected = key(title)
    if article is None or not expected:
        return article is not None
    if fuzz.ratio(expected, key(article.title)) >= _SAME_TITLE or expected in key(article.text):
        return True
    return expected in key(page.reading.title)


# -- one location ------------------------------------------------------------------------------------------------


def verdict_of(location: Location, classifier: Classifier, portal: PortalJob) -> Verdict:
    """Return the surest verdict over the ways a posting is shown: one section may say what another does not."""
    text = location.said
    texts = [a.told for a in location.appearances if isinstance(a.told, Article)]
    kind = _type(_number(location, texts), location, texts)
    asked: dict[tuple[str, tuple[str, ...]], Item] = {}
    for one, trail in _trails(location, portal.url):
        summary = one.told.summary if isinstance(one.told, Row) else ""
        asked.setdefault((one.title, trail), Item(
            one.title, text or summary, trail, one.url, portal.unit_id, portal.unit_kind, kind))
    verdicts = [classifier.classify(item) for item in asked.values()]
    return min(verdicts, key=lambda v: (v.group == _OTHER, v.needs_review, -v.confidence))


def _trails(location: Location, root: str) -> list[tuple[Appearance, tuple[str, ...]]]:
    """Return the appearances with the section labels that speak for the posting.

    A row that stands on the lists of many sections is in a block of latest postings: the sections it passes by say
    nothing. Then only its home does: the section whose address its own address continues, else the breadcrumbs of
    its own page.
    """
    appearances = location.appearances
    lists = {_list_of(a.page) for a in appearances if a.role == "listing"} - {identity(root)}
    if len(lists) < _CROWD:
        return [(a, a.trail) for a in appearances]
    home = [a for a in appearances if a.role == "listing" and _continues(appearances[0].url, a.page)]
    if home:
        return [(a, a.trail) for a in home]
    own = [a for a in appearances if isinstance(a.told, Article)]
    return [(a, a.told.section_path) for a in own] or [(appearances[0], ())]


def _list_of(page: PageRead) -> str:
    return identity(page.section or page.want.url)


def _continues(url: str, page: PageRead) -> bool:
    """Say whether an address lies below that of a list: `…/tin-tuc/bai-1` below `…/tin-tuc` or `…/tin-tuc.html`."""
    start = urlsplit(page.section or page.want.url).path.removesuffix(".html").removesuffix(".aspx").rstrip("/")
    return bool(start) and urlsplit(url).path.startswith(start + "/")


def date_reasons(location: Location, conflict_days: int) -> list[str]:
    """Return why the dates of a posting need a person: too far apart, or impossible."""
    told = [a.told for a in location.appearances]
    days: list[date] = [
        t.posted_on for t in told if t.posted_on is not None and t.posted_on_source is not DateSource.MODIFIED]
    reasons = []
    if days and (max(days) - min(days)).days > conflict_days:
        reasons.append("date_conflict")
    if any(t.implausible_date for t in told):
        reasons.append("implausible_date")
    return reasons


def unread_cause(location: Location, tried: dict[str, Arrival], root: str) -> str | None:
    """Return why a posting's page was not read, where no list tells its date; None where nothing is unread."""
    if any(a.told.posted_on or isinstance(a.told, Article) for a in location.appearances):
        return None
    url = location.appearances[0].url
    sent = any(isinstance(a.told, Row) and a.told.event for a in location.appearances)
    readable = location.own_address and (sent or not is_row_address(url))
    if not readable or is_file(url) or not same_site(url, root):
        return None
    arrival = tried.get(identity(url))
    if arrival is None:
        return str(Cause.BUDGET)
    if arrival.outcome is Outcome.GONE or (arrival.reading is not None and arrival.reading.valid):
        return None
    if arrival.reading is not None:
        return None if arrival.reading.invalid_reason == "not_html" else str(Cause.INVALID_PAGE)
    return str(arrival.cause if arrival.cause is not Cause.NONE else Cause.HTTP_ERROR)


# -- rows --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Making:
    """What rows are made with."""

    portal: PortalJob
    classifier: Classifier
    captures: dict[str, Capture]
    conflict_days: int


def sightings(replay: Replay, making: Making) -> list[dict[str, Any]]:
    """Return rows of `posting_sighting` without `month` and `crawl_id`: what is live, then what is gone.

    Postings outside the programme are left out, unless a person must say whether they are, or the address was
    asked again because it was of the programme.
    """
    tried = {identity(a.want.url): a for a in replay.arrivals}
    rows: list[dict[str, Any]] = []
    for location in locations(replay, making.portal):
        verdict = verdict_of(location, making.classifier, making.portal)
        asked_again = any(a.role == "recheck" for a in location.appearances)
        if verdict.group != _OTHER or verdict.needs_review or asked_again:
            unread = unread_cause(location, tried, making.portal.url)
            rows += [_live_row(one, location, verdict, unread, making) for one in location.appearances]
    if replay.report.observed:
        live = {row["location_id"] for row in rows}
        rows += [row for row in _gone_rows(replay.arrivals, making) if row["location_id"] not in live]
    return rows


def _live_row(one: Appearance, location: Location, verdict: Verdict, unread: str | None,
              making: Making) -> dict[str, Any]:
    told = one.told
    reasons = (["group"] if verdict.needs_review else []) + date_reasons(location, making.conflict_days)
    commune = verdict.commune if verdict.commune in making.portal.communes else None
    own = verdict.level == "commune" and verdict.commune == making.portal.unit_id
    texts = [a.told for a in location.appearances if isinstance(a.told, Article)]
    number = _number(location, texts)
    return {
        **_where(one.page.capture_id, making), "posting_id": location.location_id, "presence": "live",
        "role": one.role, "section_url": one.page.section, "trail": _trail(one.page.trail),
        "position": one.position, "url": one.url, "title": _whole_title(one, location),
        "displayed_on": told.displayed_on, "posted_on": told.posted_on, "posted_on_raw": told.posted_on_raw,
        "posted_on_source": str(told.posted_on_source) if told.posted_on_source else None,
        "implausible_date": told.implausible_date,
        "document_number": number, "document_type": _type(number, location, texts),
        "attachments": max(len(a.told.attachments) for a in location.appearances),
        "group_id": verdict.group, "level": "own" if own else verdict.level, "commune_id": None if own else commune,
        "topic": verdict.topic, "confidence": verdict.confidence, "needs_review": bool(reasons),
        "candidates": list(verdict.candidates), "cues": [*verdict.cues, *_file_cues(location)],
        "location_id": location.location_id,
        "title_key": key(location.title), "text_digest": next((d for t in texts if (d := text_digest(t))), None),
        "form": _form(one, location), "review_reasons": reasons, "unread_cause": unread,
        "text_length": max((len(key(t.text[:_COMPARED])) for t in texts), default=None),
        "files_digest": next((d for t in texts if (d := files_digest(t))), None),
        "moved_to": _moved_to(one, location, making.portal.unit_id),
    }


def _moved_to(one: Appearance, location: Location, unit_id: str) -> str | None:
    """Return the id of the address that a posting's address leads on to, where that shows the posting still."""
    final = one.page.reading.url
    if one.role not in ("article", "recheck") or identity(final) == identity(one.url):
        return None
    return location_id(unit_id, final) if _still_says(one.page, location.title) else None


def _number(location: Location, texts: list[Article]) -> str | None:
    """Return the number of the document that is the posting: its page, the document itself or a row tells it."""
    told = [t.document_number for t in texts]
    told += [document_number("", document.text) for document in location.documents]
    told += [a.told.document_number for a in location.appearances if isinstance(a.told, Row)]
    return next((number for number in told if number), None)


def _type(number: str | None, location: Location, texts: list[Article]) -> str | None:
    """Return the type of that document: by its number, else as its page, its title or the document itself says."""
    told = [document_type(number, location.title)] if number else []
    told += [t.document_type for t in texts]
    told += [document_type(None, location.title)]
    told += [document_type(None, "", document.text) for document in location.documents]
    return next((kind for kind in told if kind), None)


def _file_cues(location: Location) -> list[str]:
    """Return what a person should know of the documents: that they were read, or why they could not be."""
    cues = []
    for document in location.documents:
        state = "scanned" if document.scanned else str(document.problem) or "read"
        cues.append(f"file[{document.kind}]: {state}")
    return list(dict.fromkeys(cues))


def _form(one: Appearance, location: Location) -> str:
    if one.role == "standing":
        return "standing"
    files = any(isinstance(a.told, Row) and a.told.is_file for a in location.appearances)
    return "file" if files else "item"


def _whole_title(one: Appearance, location: Location) -> str:
    """A list may cut a title; the article has it whole."""
    start = one.title.removesuffix("…").removesuffix("...").rstrip()
    if start != one.title:
        for other in location.appearances:
            if isinstance(other.told, Article) and key(other.title).startswith(key(start)):
                return other.title
    return one.title


def _gone_rows(arrivals: Iterable[Arrival], making: Making) -> Iterator[dict[str, Any]]:
    known = {identity(url): title for url, title in making.portal.known.postings.items()}
    for arrival in arrivals:
        at = identity(arrival.want.url)
        if at not in known or not arrival.capture_id or not _is_gone(arrival):
            continue
        location = location_id(making.portal.unit_id, arrival.want.url)
        yield {
            **_where(arrival.capture_id, making), "posting_id": location, "presence": "gone", "role": "recheck",
            "section_url": "", "trail": "", "position": 0, "url": arrival.want.url, "title": known[at],
            "displayed_on": None, "posted_on": None, "posted_on_raw": None, "posted_on_source": None,
            "implausible_date": None, "document_number": None, "document_type": None, "attachments": 0,
            "group_id": _OTHER, "level": "own", "commune_id": None, "topic": None, "confidence": 0.0,
            "needs_review": False, "candidates": [], "cues": [], "location_id": location, "title_key": key(known[at]),
            "text_digest": None, "form": "item", "review_reasons": [], "unread_cause": None,
            "text_length": None, "files_digest": None, "moved_to": None,
        }


def _is_gone(arrival: Arrival) -> bool:
    """404, 410, a page that says so with status 200, or a redirect to something that is not the posting."""
    if arrival.outcome in (Outcome.GONE, Outcome.MOVED):
        return True
    reading = arrival.reading
    if reading is None:
        return False
    if not reading.valid:
        return reading.invalid_reason == "not_found"
    redirected = identity(arrival.final_url) != identity(arrival.want.url)
    return redirected and reading.kind is not PageKind.ARTICLE


def _where(capture_id: str, making: Making) -> dict[str, Any]:
    capture = making.captures[capture_id]
    return {"capture_id": capture_id, "portal_id": making.portal.portal_id, "unit_id": making.portal.unit_id,
            "seen_at": capture.fetched_at}


def _trail(labels: tuple[str, ...]) -> str:
    return TRAIL.join(label.replace(TRAIL, " ") for label in labels)
