"""The project's own labelled pages: an invented province's portals in every family of markup, with what they show.

What belongs here: labels of simulated pages, in the form of a labelled folder's. What does not: comparing
(`pipeline.evaluation.pages`). The pages are simulated and say so; figures on them show that nothing broke, not how
the reader fares on portals it never saw.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from pipeline.months import Month
from pipeline.simulator.families import FAMILIES
from pipeline.simulator.families.base import Family, Request
from pipeline.simulator.generate import generate
from pipeline.simulator.scenario import Section, evening_after
from pipeline.simulator.site import Site

_SEED, _UNITS = 41, 20
_SECTIONS, _ARTICLES = 4, 3
Labelled = tuple[dict[str, Any], bytes]


def simulated_pages() -> list[Labelled]:
    """Return labels and bytes of some sections and articles of each portal of one invented province."""
    scenario, _ = generate(_SEED, units=_UNITS, months=1)
    moment = evening_after(Month.parse(scenario.months[-1]))
    found: list[Labelled] = []
    for unit in scenario.units:
        if unit.portal is not None:
            family = FAMILIES[unit.portal.family](Site(unit.portal, moment), unit.portal.host)
            found += _lists(family, unit.portal.host)
            found += _articles(family, unit.portal.host)
    return found


def _lists(family: Family, host: str) -> Iterator[Labelled]:
    lists = [s for s in family.site.sections.values() if s.standing is None and family.site.listing(s)]
    for section in lists[-_SECTIONS:]:
        url = urljoin(f"http://{host}/", family.section_path(section))
        yield {**_label(family, url), "kind": "listing", "postings": _postings(family, section)}, _body(family, url)


def _articles(family: Family, host: str) -> Iterator[Labelled]:
    texts = [p for p in family.site.postings.values() if p.form == "article" and p.sections]
    for posting in texts[-_ARTICLES:]:
        url = urljoin(f"http://{host}/", family.posting_path(posting))
        article = {
            "title": posting.title,
            "date_iso": _day(family.site.date_in_article(posting)),
            "attachments": [urljoin(url, family.file_path(posting, n)) for n in range(len(posting.attachments))],
        }
        yield {**_label(family, url), "kind": "article", "postings": [], "article": article}, _body(family, url)


def _label(family: Family, url: str) -> dict[str, Any]:
    return {
        "file": f"{family.name}: {url}", "provenance": "simulated", "host": urlsplit(url).netloc, "page_url": url,
        "read_at": family.site.as_of.isoformat(),
    }


def _postings(family: Family, section: Section) -> list[dict[str, Any]]:
    return [
        {"title": p.title, "href": family.href(p), "date_iso": _day(family.site.date_in_listing(p)), "block": "main"}
        for p in family.site.page(section, 1)
    ]


def _day(moment: datetime | None) -> str | None:
    return moment.date().isoformat() if moment is not None else None


def _body(family: Family, url: str) -> bytes:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return family.respond(Request(unquote(parts.path), query)).body

