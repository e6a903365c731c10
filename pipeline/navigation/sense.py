"""What labels, rows and texts on a portal's pages mean for where to go: the programme's words and cues, asked.

What belongs here: questions that pages and the programme answer without the state of a crawl. What does not: reading
one label (`leads`), what to fetch next (`navigator`).
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.classification import Classifier, SectionLabels
from pipeline.classification.model import Item, Verdict
from pipeline.extraction.addresses import identity
from pipeline.extraction.documents import document_type
from pipeline.extraction.model import Link, Reading, Row
from pipeline.navigation.leads import Lead, lead_of, short
from pipeline.navigation.model import Role
from pipeline.navigation.section import Section
from pipeline.text import key


class Sense:
    """The programme's view of one unit's pages."""

    def __init__(self, labels: SectionLabels, classifier: Classifier, unit_kind: str) -> None:
        self._labels = labels
        self._classifier = classifier
        self._unit_kind = unit_kind

    def lead(self, link: Link) -> Lead:
        """Return what a link promises."""
        return lead_of(link, self._labels)

    def own(self, trail: tuple[str, ...]) -> bool:
        """Say whether any label names a section of the programme."""
        return any(self._labels.kind(label) == "own" for label in trail)

    def verdict(self, item: Item) -> Verdict:
        """Classify an item of this unit."""
        return self._classifier.classify(replace(item, unit_kind=self._unit_kind))

    def of_row(self, row: Row, trail: tuple[str, ...]) -> Verdict:
        """Classify a row of a list by what the list shows of it."""
        kind = document_type(row.document_number, "") if row.document_number else None
        trail = (*trail, *row.section_path)
        return self.verdict(Item(row.title, row.summary, trail, row.url, document_type=kind))

    def names_a_section(self, label: str) -> bool:
        """A short label, or one with the programme's words that carries no number as postings' titles do."""
        return short(label) or (self._labels.kind(label) == "own" and not _numbered(label))

    def names_commune(self, label: str) -> bool:
        """Say whether a label is a commune's."""
        return self._classifier.classify(Item(label)).level == "commune"

    def without_menu(self, reading: Reading) -> tuple[Row, ...]:
        """Return a page's rows without those that are its menu's entries again: headings of blocks that show the
        newest postings of each section, with their dates."""
        sections = {
            (identity(link.url), key(link.label)) for link in reading.links
            if link.where == "menu" and self.lead(link) in (Lead.SECTION, Lead.GENERAL, Lead.HUB)
        }
        return tuple(row for row in reading.rows if (identity(row.url), key(row.title)) not in sections)

    def is_teaser(self, reading: Reading, trail: tuple[str, ...]) -> bool:
        """Say whether a text is a posting that a side block teased, rather than a section's part: the link told its
        very title, and it has a date of its own or is filed under another section."""
        article, label = reading.article, key(trail[-1])
        if article is None or key(article.title) != label:
            return False
        path = tuple(name for name in reading.section_path if key(name) != label)
        above = {key(name) for name in trail[:-1]}
        elsewhere = bool(path) and not self.own(path) and not any(key(name) in above for name in path)
        return article.posted_on is not None or elsewhere

    def promote(self, section: Section, reading: Reading) -> None:
        """A list reached by a general or unspeaking link is the programme's own where its breadcrumbs and its own
        title say so; breadcrumbs alone may be a menu misread."""
        if section.role is Role.GENERAL and self.own(reading.section_path[-1:]) and self.own((reading.title,)):
            section.role = Role.SECTION
            section.trail = (*section.trail, *reading.section_path[-1:])

    def check_part(self, section: Section, reading: Reading) -> None:
        """A list linked from a section's page is a part of it where it is a commune's or a period's, or where most
        titles are the programme's by themselves; an author's or a tag's list beside the section is a general one."""
        label = section.trail[-1]
        if _numbered(label) or self.names_commune(label):
            return
        ours = sum(self.of_row(row, ()).group != "other" for row in reading.rows)
        if 2 * ours < len(reading.rows):
            section.role, section.trail = Role.GENERAL, (label,)


def _numbered(label: str) -> bool:
    return any(char.isdigit() for char in label)
