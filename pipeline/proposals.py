"""Rows for `overrides.csv` where the reading of a portal is in doubt, each shown with what it finds.

What belongs here: when to doubt, what to propose, and applying it to the page just fetched. What does not: candidates
of a page (`pipeline.extraction.suggest`), the file (`pipeline.overrides`), fetching and printing (`pipeline.probe`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.classification import Classifier
from pipeline.classification.model import Item
from pipeline.extraction.addresses import identity, same_site
from pipeline.extraction.attachments import is_file
from pipeline.extraction.dates import us_order_proven
from pipeline.extraction.model import Link, Page, PageKind, Reading
from pipeline.extraction.override import Override, override_for
from pipeline.extraction.page import read_page
from pipeline.extraction.suggest import Shown, links_in_content, lists_of
from pipeline.navigation.fallback import is_view_of, slug_words
from pipeline.navigation.leads import Lead, lead_of, short
from pipeline.navigation.model import PageRead, Role
from pipeline.overrides import DATE_FORM, EXTRA, Line, reading_of

PROBE = "congkhai probe"
_MANY_LINKS = 8
_MOST = 3
_TITLES = 3


@dataclass(frozen=True)
class Finds:
    """What a page gives: postings, how many with a displayed date, the first titles, oldest and newest day."""

    rows: int
    dated: int
    titles: tuple[str, ...]
    oldest: date | None
    newest: date | None


@dataclass(frozen=True)
class Proposal:
    """Rows that go together, why, and what the page gives by them."""

    why: str
    lines: tuple[Line, ...]
    finds: Finds


@dataclass(frozen=True)
class Portal:
    """The portal that is looked at: its id and address, and what its office says of it already."""

    portal_id: str
    url: str
    told: tuple[Override, ...]
    today: date


def finds_of(reading: Reading) -> Finds:
    """Return what a reading holds, in figures."""
    days = [row.displayed_on for row in reading.rows if row.displayed_on is not None]
    return Finds(
        len(reading.rows), len(days), tuple(row.title for row in reading.rows[:_TITLES]),
        min(days, default=None), max(days, default=None),
    )


@dataclass(frozen=True)
class Around:
    """What the portal shows besides a section's page: lists of its other pages, and the addresses of its lists."""

    lists: tuple[Shown, ...]
    sections: frozenset[str]

    def repeats(self, one: Shown) -> bool:
        """Tell a block that stands on other pages too (newest, most read), or that only leads to sections."""
        again = any(one.row == other.row and 2 * len(one.urls & other.urls) >= len(one.urls) for other in self.lists)
        return again or 2 * len(one.urls & self.sections) >= len(one.urls)


def for_section(
    portal: Portal, section: str, page: Page, reading: Reading, around: Around
) -> tuple[Proposal, ...]:
    """Return what may mend the reading of a section's first page, the likeliest first; nothing where no doubt is.

    A section that leads straight to a text has no list; it is doubted only where rows with dates stand on its page.
    """
    here = finds_of(reading)
    shown = [one for one in lists_of(page) if not one.aside and not around.repeats(one)]
    if not here.rows:
        if reading.article is not None:
            shown = [one for one in shown if one.form or one.dated > 0.5]
        if not shown or links_in_content(page) < _MANY_LINKS // (2 if reading.article else 1):
            return ()
        return _lists(portal, section, page, shown, "trang chuyên mục có nhiều liên kết nhưng không đọc được tin nào")
    forms = _date_forms(portal, section, page, reading, here)
    if forms:
        return forms
    read = {identity(row.url) for row in reading.rows}
    full = [one for one in shown if one.score >= 1.5 and one.records >= 3 and one.words >= 4]
    if len({one.row for one in full}) < 2 or not any(one.urls & read for one in full):
        return ()
    why = "trang có hơn một danh sách; nếu đọc lẫn, chỉ giữ một dòng, đúng với danh sách của chuyên mục"
    return _lists(portal, section, page, sorted(full, key=lambda one: not one.urls & read), why)


def _lists(portal: Portal, section: str, page: Page, shown: Sequence[Shown], why: str) -> tuple[Proposal, ...]:
    """Return the ways to read a list that give something on this page, by rows first, then by the list's place."""
    out: list[Proposal] = []
    for one in shown:
        for kind, value in (("row_selector", one.row), ("listing_selector", one.listing)):
            told = [(kind, value), ("date_selector", one.date), (DATE_FORM, one.form)] if value else []
            lines = tuple(Line(portal.portal_id, k, v, section) for k, v in told if v)
            proven = _proven(portal, page, lines, why) if lines else None
            if proven is not None and proven.finds.rows > 1 and proven.finds not in [p.finds for p in out]:
                out.append(proven)
                break
    return tuple(out[:_MOST])


def _date_forms(portal: Portal, section: str, page: Page, reading: Reading, here: Finds) -> tuple[Proposal, ...]:
    """Return the date forms that give more rows a date than the generic reading."""
    raws = [raw for row in reading.rows if (raw := row.posted_on_raw or row.implausible_date)]
    read = {identity(row.url) for row in reading.rows}
    tried: list[tuple[str, list[tuple[str, str]]]] = []
    if us_order_proven(raws):
        tried.append(("ngày viết theo thứ tự tháng trước", [(DATE_FORM, "mm/dd/yyyy")]))
    if 2 * here.dated < here.rows:
        why = "tin không có ngày, nhưng trong danh sách có chữ giống ngày"
        for one in lists_of(page):
            if one.form and one.urls & read:
                tried += [(why, [(DATE_FORM, one.form)]), (why, [("date_selector", one.date), (DATE_FORM, one.form)])]
    for why, told in tried:
        lines = tuple(Line(portal.portal_id, kind, value, section) for kind, value in told if value)
        proven = _proven(portal, page, lines, why)
        if proven is not None and proven.finds.dated > here.dated:
            return (proven,)
    return ()


def _proven(portal: Portal, page: Page, lines: tuple[Line, ...], why: str) -> Proposal | None:
    """Return the proposal with what it finds on the page; None where the page does not take it."""
    section = lines[0].section
    reading = read_page(page, override_for(page.url, [*(o for o in portal.told if o.section != section),
                                                      *reading_of(lines)]))
    if reading.problems or not reading.valid or reading.kind is not PageKind.LISTING:
        return None
    return signed(Proposal(why, lines, finds_of(reading)), portal.today)


def signed(proposal: Proposal, today: date) -> Proposal:
    """Return a proposal whose rows the file takes as they are: by whom, when, and what they found."""
    finds = proposal.finds
    reason = f"đề xuất tự động: {finds.rows} tin, {finds.dated} có ngày"
    lines = tuple(replace(line, decided_by=PROBE, decided_on=today, reason=reason) for line in proposal.lines)
    return replace(proposal, lines=lines)


# -- sections -----------------------------------------------------------------------------------------------------


def hidden_sections(portal: Portal, pages: Sequence[PageRead], classifier: Classifier) -> tuple[Proposal, ...]:
    """Return the lists read on the way that show the programme's postings, though no label told so."""
    out = []
    for read in pages:
        reading = read.reading
        if read.role is not Role.GENERAL or read.want.page_no != 1 or identity(reading.url) == identity(portal.url):
            continue
        ours = sum(classifier.classify(Item(row.title, row.summary)).group != "other" for row in reading.rows)
        if ours < 2 or 2 * ours < len(reading.rows):
            continue
        label = next(iter([*reading.section_path[-1:], *read.trail[-1:], reading.title]), "")[:120]
        line = Line(portal.portal_id, EXTRA, read.want.url, label=label or "Chuyên mục")
        why = f"danh sách này có {ours}/{len(reading.rows)} tin thuộc chương trình nhưng tên không cho biết"
        out.append(signed(Proposal(why, (line,), finds_of(reading)), portal.today))
    return tuple(out)


def unopened(
    portal: Portal, pages: Iterable[PageRead], asked: frozenset[str], classifier: Classifier
) -> tuple[list[Link], list[Link]]:
    """Return the links with the programme's words in label or address that nothing opened: of the portal, and of
    other sites. `asked`: identities of the addresses that were asked for.

    A link of the portal that is labelled like a section is left out: a whole crawl opens it, if a short one did not.
    """
    found: dict[str, Link] = {}
    rows: set[str] = set()
    for read in pages:
        rows |= {identity(row.url) for row in read.reading.rows}
        for link in read.reading.links:
            words = link.label or slug_words(link.url)
            own = classifier.labels.kind(words) == "own" or classifier.labels.kind(slug_words(link.url)) == "own"
            if own and short(words) and not is_file(link.url) and not is_view_of(read.reading.url, link.url):
                found.setdefault(identity(link.url), replace(link, label=words))
    left = [link for ident, link in found.items() if ident not in asked | rows]
    here = [link for link in left if same_site(link.url, portal.url)]
    away = [link for link in left if link not in here]
    here = [link for link in here if lead_of(link, classifier.labels) is not Lead.SECTION]
    return here[: _MOST * 2], away[:_MOST]


def named_section(portal: Portal, link: Link, reading: Reading) -> Proposal | None:
    """Return the proposal to open a link as a section, given what its page shows."""
    if not reading.valid or not reading.rows:
        return None
    line = Line(portal.portal_id, EXTRA, link.url, label=link.label)
    why = "liên kết có tên của chương trình nhưng chưa được mở như chuyên mục"
    return signed(Proposal(why, (line,), finds_of(reading)), portal.today)
