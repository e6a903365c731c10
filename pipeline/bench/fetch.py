"""Our crawl against plain Scrapy and wget over the same portals in the same run: wall time, CPU, memory.

What belongs here: the sides of each row, each in a process of its own. What does not: printing and judging them
(`pipeline.bench`), the portals (`pipeline.bench.portals`).
"""

from __future__ import annotations

import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.bench.portals import PAGES_A_PORTAL, PORTALS, address, pages, served
from pipeline.bench.ratios import Ratio, over
from pipeline.extraction.model import Page, PageKind, Reading
from pipeline.navigation.model import Arrival, PortalReport, Role, Want
from pipeline.snapshots.model import Cause
from scrapy_project.job import CrawlJob, Politeness, PortalJob, Simulation

MEMORY_MB = 200
_POLITE_PORTALS, _POLITE_PAGES, _DELAY = 4, 40, 0.25


@dataclass(frozen=True)
class Side:
    """What one process took for all pages, from its first request to its last. Seconds and megabytes."""

    pages: int
    wall: float
    cpu: float
    peak_mb: float

    @property
    def wall_a_page(self) -> float:
        """Seconds a page."""
        return self.wall / self.pages


def measure(pairs: int = 5, quick: bool = False) -> list[Ratio]:
    """Return the rows; the sides run in turn, after one turn to warm up. `quick` leaves out the polite crawl."""
    turns = [_turn() for _ in range(pairs + 1)][1:]
    rows = [
        over("crawl with landing and discovery: time a page ÷ plain Scrapy following links",
             [t["ours"].wall_a_page / t["scrapy"].wall_a_page for t in turns], 1 / 0.80),
        over("crawl with landing, addresses given: time a page ÷ plain Scrapy following links",
             [t["given"].wall_a_page / t["scrapy"].wall_a_page for t in turns], 1.00),
        over(f"memory of a crawl process ÷ {MEMORY_MB} MB", [t["ours"].peak_mb / MEMORY_MB for t in turns], 1.00),
    ]
    if shutil.which("wget"):
        rows.append(over("crawl with landing, addresses given: CPU ÷ wget --warc-file",
                         [t["given"].cpu / t["wget"].cpu for t in turns], 0.80))
    if quick:
        return rows
    return [*rows, over("polite crawl: time ÷ the bound of its delays", [_polite() for _ in range(2)], 1.03)]


def _turn() -> dict[str, Side]:
    sides = ["scrapy", "ours", "given", *(["wget"] if shutil.which("wget") else [])]
    with served() as port, tempfile.TemporaryDirectory() as folder:
        found = {side: _run(side, port, Path(folder) / side) for side in sides}
    for side, taken in found.items():
        # Scrapy asks for its start pages twice: by themselves and by the menu's link.
        if not 0 <= taken.pages - PORTALS * PAGES_A_PORTAL <= PORTALS:
            raise RuntimeError(f"{side} took {taken.pages} pages, not {PORTALS * PAGES_A_PORTAL}")
    return found


def _run(side: str, port: int, folder: Path) -> Side:
    folder.mkdir()
    command = [sys.executable, "-m", __name__, side, str(port), str(folder)]
    printed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return Side(**json.loads(printed.splitlines()[-1]))


def _polite() -> float:
    with served() as port, tempfile.TemporaryDirectory() as folder:
        job = _job(port, Path(folder), _POLITE_PORTALS, _DELAY)
        side = _timed(lambda: _crawl(job, given=_POLITE_PAGES))
        # robots.txt is asked for, too; the first request of a host waits for nothing.
        return side.wall / (_POLITE_PAGES * _DELAY)


# -- the sides, each in its process --------------------------------------------------------------------


def _job(port: int, folder: Path, portals: int = PORTALS, delay: float = 0.0) -> CrawlJob:
    return CrawlJob(
        snapshots=folder, month="2018-02", crawl_id="20180305T000000Z-01", programme_id="citizen_reception",
        window_from=date(2018, 1, 1), simulation=Simulation(resolve={"*.test": f"127.0.0.1:{port}"}),
        politeness=Politeness(delay_seconds=delay),
        portals=tuple(
            PortalJob(portal_id=f"p{n}", unit_id=f"p{n}", unit_kind="department", url=f"http://p{n}.test/")
            for n in range(portals)
        ),
    )


class _Given:
    """A guide that knows every address beforehand."""

    def __init__(self, portal: PortalJob, count: int) -> None:
        self._wants = [Want(portal.url.rstrip("/") + path, Role.ARTICLE) for path in list(pages())[:count]]

    def start(self) -> list[Want]:
        return self._wants

    def arrive(self, arrival: Arrival) -> list[Want]:
        return []

    def report(self) -> PortalReport:
        return PortalReport(True, Cause.NONE, "", (), len(self._wants), 0, 0)


def _unread(page: Page) -> Reading:
    return Reading(page.url, PageKind.OTHER)


def _crawl(job: CrawlJob, given: int = 0) -> int:
    """Crawl in this process as a worker does; return the pages landed. `given`: no discovery, so many pages."""
    import asyncio
    import io

    from pipeline.snapshots.store import SnapshotStore
    from scrapy_project import worker
    from scrapy_project.clock import Clock

    crew = worker.Worker(job, Clock(None, time.time()), io.StringIO())
    if given:
        crew.guide_for = lambda _, portal: _Given(portal, given)
        crew.read = _unread
    with asyncio.Runner(loop_factory=worker.loop_factory()) as runner:
        runner.run(crew.run())
    captures = SnapshotStore(job.snapshots).captures(job.month)
    return sum(capture.status == 200 for capture in captures)


def _plain_scrapy(port: int) -> int:
    """Crawl with Scrapy as it comes, a CSS selector following links; return the pages parsed."""
    import scrapy
    from scrapy.crawler import CrawlerProcess

    class Plain(scrapy.Spider):
        name = "plain"
        start_urls = [f"http://{address(n)}:{port}/" for n in range(PORTALS)]  # noqa: RUF012
        count = 0

        def parse(self, response: Any) -> Any:
            type(self).count += 1
            for href in response.css("#menu a::attr(href), ul.list a::attr(href), .pager a::attr(href)").getall():
                yield response.follow(href, self.parse)

    process = CrawlerProcess({"LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False})
    process.crawl(Plain)
    process.start()
    return Plain.count


def _timed(work: Callable[[], int]) -> Side:
    wall, cpu = time.monotonic(), _cpu()
    count = work()
    return Side(count, time.monotonic() - wall, _cpu() - cpu, _peak_mb())


def _cpu() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _peak_mb() -> float:
    """Return this process's largest size. Not `getrusage`: its figure begins with the size of the parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024


def main(side: str, port: int, folder: Path) -> Side:
    """Run one side; importing and compiling the programme's cues are not measured."""
    import scrapy_project.worker  # noqa: F401
    from scrapy_project.guide import guide_for

    pages()
    job = _job(port, folder)
    guide_for(job, job.portals[0])
    return _timed({
        "ours": lambda: _crawl(job),
        "given": lambda: _crawl(job, given=PAGES_A_PORTAL),
        "scrapy": lambda: _plain_scrapy(port),
        "wget": lambda: _wget(port, folder),
    }[side])


def _wget(port: int, folder: Path) -> int:
    urls = [f"http://{address(n)}:{port}{path}" for n in range(PORTALS) for path in pages()]
    (folder / "urls").write_text("\n".join(urls))
    options = ["-q", "--tries=1", "--timeout=10", "--no-proxy", "--warc-file", "w", "-i", "urls", "-O", "out"]
    subprocess.run(["wget", *options], cwd=folder, check=False)
    return len(urls)


if __name__ == "__main__":
    taken = main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
    sys.stdout.write(json.dumps(taken.__dict__) + "\n")
