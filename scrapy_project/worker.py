"""A process that crawls some portals of a job side by side: `python -m scrapy_project.worker JOBFILE --since T`.

What belongs here: the process (memory cap, event loop, signals, news on stdout). What does not: which portals it
gets and what happens when it dies (`supervisor`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.settings import Settings

from pipeline.extraction.model import Page, Reading
from pipeline.extraction.page import read_page
from pipeline.snapshots.layout import End
from pipeline.snapshots.writer import SnapshotWriter
from scrapy_project.chromium import SharedBrowser
from scrapy_project.clock import Clock
from scrapy_project.guide import guide_for, reader_for
from scrapy_project.job import CrawlJob, PortalJob
from scrapy_project.landing import Landing
from scrapy_project.spiders.portal import Guide, PortalSpider

HEARTBEAT_SECONDS = 1.0
_log = logging.getLogger(__name__)


@dataclass
class Worker:
    """Crawls the portals of `job` and writes news to `news`, one JSON object a line.

    `guide_for` decides where to go on a portal, `read` what a page says.
    """

    job: CrawlJob
    clock: Clock
    news: TextIO
    guide_for: Callable[[CrawlJob, PortalJob], Guide] = guide_for
    read: Callable[[Page], Reading] = read_page
    spiders: dict[str, PortalSpider] = field(default_factory=dict)
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    stopping: bool = False
    browser: SharedBrowser = field(default_factory=SharedBrowser)

    async def run(self) -> None:
        """Crawl all portals; return when each came to its end or could not."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        beat = asyncio.ensure_future(self._heartbeat())
        room = asyncio.Semaphore(self.job.politeness.portals_at_once)
        try:
            await asyncio.gather(*(self._host(portals, room) for portals in by_host(self.job.portals)))
        finally:
            beat.cancel()
            await self.browser.close()

    def stop(self) -> None:
        """Stop every portal cleanly; what was landed is kept and closed."""
        self.stopping = True
        for spider in self.spiders.values():
            spider.stop()

    async def _host(self, portals: Sequence[PortalJob], room: asyncio.Semaphore) -> None:
        """Crawl the portals of one host one after another: it is asked by one of us at a time."""
        for portal in portals:
            async with room:
                if not self.stopping:
                    await self._portal(portal)

    async def _portal(self, portal: PortalJob) -> None:
        self._tell("start", portal.portal_id)
        try:
            end = await self._crawl(portal)
        except MemoryError:
            raise
        except Exception as error:
            _log.exception("%s: không thu thập được", portal.portal_id)
            self._tell("error", portal.portal_id, detail=f"{type(error).__name__}: {error}")
        else:
            self._tell("end", portal.portal_id, detail=end.value)
        finally:
            self.spiders.pop(portal.portal_id, None)

    async def _crawl(self, portal: PortalJob) -> End:
        files = self.job.files(portal.portal_id)
        writer = SnapshotWriter(files, self.clock.now(), about(self.job))
        landing = Landing(writer, portal, self.clock)
        crawler = Crawler(PortalSpider, _settings())
        try:
            await crawler.crawl_async(
                job=self.job,
                portal=portal,
                landing=landing,
                guide=self.guide_for(self.job, portal),
                read=reader_for(portal, self.read),
                browser=self.browser,
                on_page=lambda pages, pending: self.counts.__setitem__(portal.portal_id, (pages, pending)),
                on_start=lambda spider: self.spiders.__setitem__(portal.portal_id, spider),
            )
        except BaseException:
            writer.abandon()
            raise
        spider: PortalSpider = self.spiders[portal.portal_id]
        if not spider.served:
            writer.abandon()
            raise RuntimeError("spider ended before its guide did")
        landing.close(spider.end)
        return spider.end

    async def _heartbeat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            self._tell("beat", "")

    def _tell(self, what: str, portal_id: str, detail: str = "") -> None:
        """Write news; a reader that is gone means that nobody waits for this crawl any more."""
        line = {"what": what, "portal": portal_id, "detail": detail, "counts": self.counts}
        try:
            self.news.write(json.dumps(line, ensure_ascii=False) + "\n")
            self.news.flush()
        except BrokenPipeError:
            self.stop()
        self.counts = {}


def by_host(portals: Sequence[PortalJob]) -> list[list[PortalJob]]:
    """Return portals grouped by host, in order of first appearance."""
    groups: dict[str, list[PortalJob]] = {}
    for portal in portals:
        groups.setdefault(urlsplit(portal.url).netloc.lower().removeprefix("www."), []).append(portal)
    return list(groups.values())


def about(job: CrawlJob) -> dict[str, str]:
    """Return the fields of the warcinfo record."""
    fields = {
        "software": f"congkhai (Scrapy {version('scrapy')})",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "robots": "obey",
        "http-header-user-agent": job.politeness.user_agent,
    }
    if job.simulation is not None:
        fields["description"] = "mô phỏng (simulated portals)"
    return fields


def cap_memory(megabytes: int) -> None:
    """Let this process have no more address space than that, where the system can say so."""
    try:
        import resource
    except ImportError:  # Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, hard))  # a browser may lift it for itself


@lru_cache(maxsize=1)
def _settings() -> Settings:
    """Return Scrapy's settings for every portal; a crawler takes its own copy."""
    settings = Settings()
    settings.setmodule("scrapy_project.settings", priority="project")
    return settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Crawl what the command line says; 0 unless the process itself failed."""
    parser = argparse.ArgumentParser(prog="scrapy_project.worker")
    parser.add_argument("jobfile", type=Path)
    parser.add_argument("--since", type=float, required=True)
    options = parser.parse_args(arguments)
    job = CrawlJob.model_validate_json(options.jobfile.read_bytes())
    cap_memory(job.memory_mb)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s: %(message)s")
    # Whatever prints must not fall among the news.
    news = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    worker = Worker(job, Clock(job.as_of, options.since), news, browser=SharedBrowser(options.jobfile.parent))
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(worker.run())
    return 0


def loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    """Return the fastest event loop there is; None means the standard one."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.Loop


if __name__ == "__main__":
    sys.exit(main())
