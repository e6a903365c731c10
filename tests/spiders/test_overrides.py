"""A portal whose list no generic reading sees, crawled over HTTP with and without what its office says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.extraction.override import Override, override_for
from pipeline.facts.readings import CachedReader
from pipeline.facts.replay import replay
from pipeline.navigation.model import Role, SectionReport
from pipeline.snapshots.model import Cause
from scrapy_project.guide import classifier_for, navigator_for
from scrapy_project.job import CrawlJob
from tests.spiders.conftest import Crawl
from tests.spiders.site import Site

HOST = "la.test"
URL = f"http://{HOST}/"
SECTION, HIDDEN = URL + "tiep-dan", URL + "kho/7"
PROSE = "<p>" + "Trang thông tin điện tử của Sở, cơ quan chuyên môn của tỉnh. " * 12 + "</p>"
READ = (Override(SECTION, row="div.o", title="b", date="i", date_form="dd.mm.yy"),)


@pytest.fixture
def strange(site: Site) -> Site:
    """A home page, a section whose rows are short names with two-digit years, and a section that no menu names."""
    nav = '<div id="menu"><a href="/">Trang chủ</a> <a href="/tiep-dan">Tiếp công dân</a></div>'
    rows = "".join(
        f'<div class="o"><i>0{n}.02.18</i> <b><a href="/x{n}.html">Lịch {n}</a></b></div>' for n in (1, 2, 3, 4)
    )
    site.stable(f"{HOST}/", f"<html><body>{nav}<h1>Sở</h1>{PROSE}</body></html>")
    site.stable(f"{HOST}/tiep-dan", f'<html><body>{nav}<h1>Tiếp dân</h1>{PROSE}<div class="widget">{rows}</div></body>')
    item = '<li><a href="/k1.html">Kết quả giải quyết khiếu nại của công dân tại xã</a> <span>09/02/2018</span></li>'
    site.stable(f"{HOST}/kho/7", f"<html><body>{nav}<h1>Kho số 7</h1><ul>{item * 1}</ul></body></html>")
    for page in ("x1", "x2", "x3", "x4", "k1"):
        site.stable(f"{HOST}/{page}.html", f"<html><body>{nav}<h1>Thông báo {page}</h1>{PROSE}</body></html>")
    return site


def told(job: CrawlJob) -> CrawlJob:
    portal = job.portals[0].model_copy(update={
        "overrides": READ, "extra_sections": {HIDDEN: "Kết quả tiếp công dân"}, "excluded": (URL + "x4.html",),
    })
    return job.model_copy(update={"portals": (portal,)})


def replayed(crawl: Crawl, cache: Path) -> dict[str, SectionReport]:
    """Replay the crawl from its job file and captures alone, through the cache of readings."""
    job = CrawlJob.model_validate_json(crawl.store.job("2018-02", crawl.crawl_id, "p1"))
    portal = job.portals[0]
    navigator = navigator_for(job, portal, classifier_for(job, portal))
    with CachedReader(cache) as reader:
        found = replay(navigator, crawl.captures(), lambda c: reader.read(
            c, crawl.store.body, override_for(c.final_url, portal.overrides)), Cause.NOT_CRAWLED)
    return {s.url: s for s in found.report.sections if s.role is Role.SECTION}


def test_what_the_office_says_is_read_live_and_from_the_captures_alike(
    strange: Site, crawl: Crawl, tmp_path: Path
) -> None:
    cache = tmp_path / "readings.sqlite"
    crawl.run(crawl.job(URL))
    assert "/kho/7" not in strange.paths() and "/x1.html" not in strange.paths()
    plain = replayed(crawl, cache)
    assert HIDDEN not in plain and (SECTION not in plain or plain[SECTION].items == 0)

    strange.asked.clear()
    crawl.run(told(crawl.job(URL)))
    assert {"/kho/7", "/x1.html", "/x3.html", "/k1.html"} <= set(strange.paths()) and "/x4.html" not in strange.paths()
    found = replayed(crawl, cache)
    assert (found[SECTION].items, found[SECTION].oldest) == (4, date(2018, 2, 1)), "not the reading kept from before"
    assert found[HIDDEN].items == 1 and found[HIDDEN].trail == ("Kết quả tiếp công dân",)
    assert replayed(crawl, cache) == found


def test_selectors_that_fit_no_longer_leave_the_section_as_it_was(strange: Site, crawl: Crawl, tmp_path: Path) -> None:
    job = told(crawl.job(URL))
    wrong = tuple(replace(one, row="tr.khong-con") for one in READ)
    portal = job.portals[0].model_copy(update={"overrides": wrong})
    crawl.run(job.model_copy(update={"portals": (portal,)}))
    found = replayed(crawl, tmp_path / "readings.sqlite")
    assert SECTION not in found or found[SECTION].items == 0
    assert found[HIDDEN].items == 1
