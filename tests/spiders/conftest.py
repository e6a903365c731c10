"""Fixtures of the crawler's tests: a site on loopback, and a crawl of portals on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.snapshots.layout import next_crawl_id
from pipeline.snapshots.model import Capture
from pipeline.snapshots.store import SnapshotStore
from scrapy_project.job import CrawlJob, Politeness, PortalJob, Simulation
from scrapy_project.summary import CrawlSummary
from scrapy_project.supervisor import run_crawl
from tests.spiders.site import Site

AS_OF = datetime(2018, 3, 5, 1, 0, tzinfo=UTC)
QUICK = Politeness(delay_seconds=0, timeout_seconds=5, backoff_seconds=0.05, retries=2)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        yield server


class Crawl:
    """Crawls portals of a site into one snapshots folder, as often as asked."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site = site
        self.store = SnapshotStore(folder)
        self.crawl_id = ""

    def job(self, *urls: str, politeness: Politeness = QUICK, as_of: datetime = AS_OF, **changes: object) -> CrawlJob:
        portals = tuple(
            PortalJob(portal_id=f"p{n}", unit_id=f"u{n}", unit_kind="department", url=url)
            for n, url in enumerate(urls, 1)
        )
        job = CrawlJob(
            snapshots=self.store.folder,
            month="2018-02",
            crawl_id=next_crawl_id(self.store.folder, as_of),
            programme_id="citizen_reception",
            window_from=date(2018, 1, 1),
            as_of=as_of,
            simulation=Simulation(loopback=True, resolve={"*.test": f"127.0.0.1:{self.site.port}"}),
            politeness=politeness,
            portals=portals,
            processes=1,
        )
        return job.model_copy(update=changes)

    def run(self, job: CrawlJob) -> CrawlSummary:
        self.crawl_id = job.crawl_id
        self.store = SnapshotStore(job.snapshots)
        return run_crawl(job)

    def captures(self, portal_id: str = "p1") -> list[Capture]:
        return list(self.store.captures("2018-02", self.crawl_id, portal_id))

    def capture(self, url: str, portal_id: str = "p1") -> Capture:
        [found] = [c for c in self.captures(portal_id) if c.url == url]
        return found


@pytest.fixture
def crawl(site: Site, tmp_path: Path) -> Crawl:
    return Crawl(site, tmp_path / "snapshots")


@pytest.fixture
def portal(site: Site) -> Callable[[str], str]:
    """Make a small portal under a name: home, a section of the programme, two postings. Returns its address."""

    def make(host: str) -> str:
        section = '<ul class="list">' + "".join(
            f'<li><a href="/tin-{n}.html">Lịch tiếp công dân định kỳ tháng {n} năm 2018 của Giám đốc Sở</a>'
            f' <span>0{n}/02/2018</span></li>'
            for n in (1, 2, 3)
        ) + "</ul>"
        nav = '<div id="menu"><a href="/">Trang chủ</a> <a href="/tiep-dan">Tiếp công dân</a></div>'
        site.stable(
            f"{host}/",
            f"<html><head><title>Sở {host}</title></head><body>{nav}<h1>Sở</h1>"
            f"<p>{'Trang thông tin điện tử của Sở, cơ quan chuyên môn của tỉnh. ' * 8}</p></body></html>",
        )
        site.stable(f"{host}/tiep-dan", f"<html><body>{nav}<h1>Tiếp công dân</h1>{section}</body></html>")
        for n in (1, 2, 3):
            site.stable(
                f"{host}/tin-{n}.html",
                f"<html><body>{nav}<h1>Lịch tiếp công dân định kỳ tháng {n} năm 2018 của Giám đốc Sở</h1>"
                f"<p class=date>Ngày đăng: 0{n}/02/2018</p><p>{'Nội dung lịch tiếp công dân. ' * 30}</p></body></html>",
            )
        return f"http://{host}/"

    return make
