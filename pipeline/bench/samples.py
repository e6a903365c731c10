"""The pages that reading is measured on: simulated portals of every family, the fetch's pages, and real ones that
lie beside the checkout.

What belongs here: the sample. What does not: measuring (`extraction`, `month`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from pipeline.bench.portals import address, pages
from pipeline.evaluation.pages import labelled_pages
from pipeline.extraction import read_page
from pipeline.extraction.model import Page
from pipeline.simulator.families import FAMILIES
from pipeline.simulator.families.base import HTML, Request
from pipeline.simulator.reference import reference
from pipeline.simulator.scenario import Portal
from pipeline.simulator.site import Site

FETCHED = datetime(2018, 3, 5, 13, tzinfo=UTC)
_A_PORTAL, _FETCHED_PAGES = 10, 20
_CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "pages"


@lru_cache(maxsize=1)
def sample() -> tuple[Page, ...]:
    """Return some hundred pages, of every family, size and kind, the real ones among them."""
    found = [page for unit in reference().units if unit.portal for page in _walked(unit.portal)]
    chosen = list(pages().items())[:_FETCHED_PAGES]
    found += [Page(f"http://{address(0)}{path}", body, HTML, 200, FETCHED) for path, body in chosen]
    return (*found, *real_pages())


@lru_cache(maxsize=1)
def real_pages() -> tuple[Page, ...]:
    """Return the real pages beside the checkout: larger than simulated ones, and most of each is not the list; none
    where they are not there."""
    if not (_CORPUS / "labels.jsonl").exists():
        return ()
    return tuple(Page(label.get("page_url") or f"https://{label['host']}/", body, "text/html", 200, FETCHED)
                 for label, body in labelled_pages(_CORPUS))


def _walked(portal: Portal) -> Iterator[Page]:
    """Give the first pages of a portal that links lead to, from its front page on."""
    family = FAMILIES[portal.family](Site(portal, FETCHED), portal.host)
    left, seen, count = deque([f"http://{portal.host}/"]), set[str](), 0
    while left and count < _A_PORTAL:
        url = left.popleft()
        parts = urlsplit(url)
        if url in seen or parts.netloc != portal.host:
            continue
        seen.add(url)
        answer = family.respond(Request(unquote(parts.path), dict(parse_qsl(parts.query, keep_blank_values=True))))
        if answer.status != 200 or answer.content_type != HTML:
            continue
        page = Page(url, answer.body, answer.content_type, 200, FETCHED)
        reading = read_page(page)
        count += 1
        yield page
        left.extend(row.url for row in reading.rows)
        left.extend(link.url for link in reading.links)
