# ruff: noqa: E501 (markup in one line a case)
"""Whole portals of every simulated family are read without a miss: sections, dates, articles, standing pages."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urljoin

import pytest

from pipeline.extraction import read_page
from pipeline.extraction.model import Page, PageKind, Reading
from pipeline.simulator.families import FAMILIES
from pipeline.simulator.families.base import Request
from pipeline.simulator.reference import reference
from pipeline.simulator.scenario import Portal
from pipeline.simulator.site import Site
from pipeline.text import key
from tests.unit.extraction.markup import each, page, read

NOW = datetime(2018, 3, 5, 10, tzinfo=UTC)
PORTALS = {portal.family: portal for portal in reference().portals}


def visit(family: object, url: str) -> Reading:
    """Ask a family for a page and read it."""
    from urllib.parse import parse_qsl, unquote, urlsplit

    parts = urlsplit(url)
    answer = family.respond(Request(unquote(parts.path), dict(parse_qsl(parts.query)), {}, "GET"))  # type: ignore[attr-defined]
    return read_page(Page(url, answer.body, "text/html", answer.status, NOW))


@pytest.mark.parametrize("portal", PORTALS.values(), ids=PORTALS.keys())
def test_every_section_gives_its_postings_and_their_dates(portal: Portal) -> None:
    site = Site(portal, NOW)
    family = FAMILIES[portal.family](site, portal.host)
    for section in site.sections.values():
        reading = visit(family, urljoin(f"https://{portal.host}/", family.section_path(section, 1)))
        if section.standing is not None:
            assert (reading.kind, reading.rows) == (PageKind.ARTICLE, ()), section.label
            continue
        shown = [(key(p.title), d.date() if (d := site.date_in_listing(p)) else None) for p in site.page(section, 1)]
        assert sorted((key(r.title), r.displayed_on) for r in reading.rows) == sorted(shown), section.label
        assert bool(reading.next_pages) == (site.pages(section) > 1), section.label


@pytest.mark.parametrize("portal", PORTALS.values(), ids=PORTALS.keys())
def test_every_posting_s_page_is_an_article_without_rows(portal: Portal) -> None:
    site = Site(portal, NOW)
    family = FAMILIES[portal.family](site, portal.host)
    for posting in [p for p in site.postings.values() if p.form == "article"][:12]:
        reading = visit(family, urljoin(f"https://{portal.host}/", family.posting_path(posting)))
        moment = site.date_in_article(posting)
        assert reading.article is not None and not reading.rows, posting.title
        assert key(reading.article.title) == key(posting.title)
        assert reading.article.displayed_on == (moment.date() if moment else None), posting.title


def test_a_page_that_only_leads_to_sections_has_no_rows() -> None:
    links = "".join(f'<li><a href="/{n}/">{label}</a></li>' for n, label in enumerate(
        ("Lịch tiếp công dân", "Nội quy, quy chế tiếp công dân", "Kết quả tiếp công dân, giải quyết đơn thư")))
    reading = read(page(f"<div><h2>Tiếp công dân</h2><ul>{links}</ul></div>"))
    assert reading.rows == ()
    assert "Nội quy, quy chế tiếp công dân" in {link.label for link in reading.links}


def test_tickers_and_lists_of_the_newest_are_not_a_section_s_own() -> None:
    others = "".join(f'<li><a href="/khac/{n}-x">Bản tin khác của toàn ngành số {n} trong năm</a> 01/03/2018</li>' for n in range(5))
    rows = each(lambda p: f'<li><a href="/tin/{p.slug}">{p.title}</a> {p.day:%d/%m/%Y}</li>')
    reading = read(page(f'<div class="swiper headline"><ul>{others}</ul></div><div><h2>Tiếp công dân</h2><ul>{rows}</ul></div>'
                        f"<div><h3>Đọc nhiều nhất</h3><ul>{others}</ul></div>"))
    assert {row.url.split("/")[3] for row in reading.rows} == {"tin"}
