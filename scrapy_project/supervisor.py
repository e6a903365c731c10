"""A crawl: a few worker processes, what becomes of those that die, progress, the end.

What belongs here: processes and news. What does not: crawling (`worker`, `spiders.portal`), terminal and Dagster
(`__main__` part below only forwards what happens).
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from pipeline.snapshots.layout import Done, End
from pipeline.snapshots.model import Cause, Outcome
from pipeline.snapshots.writer import salvage
from scrapy_project.clock import Clock
from scrapy_project.exchange import FetchFailed
from scrapy_project.job import CrawlJob, PortalJob
from scrapy_project.landing import Asked, Landing
from scrapy_project.news import News
from scrapy_project.progress import PortalState, Progress, Tally
from scrapy_project.summary import END_WORDS, CrawlSummary, PortalEnd
from scrapy_project.worker import about, by_host

SILENCE_SECONDS = 120.0
"""A worker that gives no sign of life for so long is killed."""
GRACE_SECONDS = 20.0
_PROGRESS_SECONDS = 0.5


@dataclass
class _Crew:
    """One worker process and the portals it was given."""

    process: subprocess.Popen[str]
    portals: tuple[PortalJob, ...]
    alone: bool
    heard: float
    unfinished: set[str] = field(default_factory=set)


def run_crawl(
    job: CrawlJob,
    on_progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
) -> CrawlSummary:
    """Crawl all portals of a job; return when each has its closing sheet.

    A worker that dies takes nobody with it: each portal it left is tried once more in a process of its own, then
    recorded as failed (`crashed`). Portals that have a closing sheet already are left as they are, so that a crawl
    whose supervisor was killed can be run again. Set `stop` to end early; what was landed is kept.
    """
    job.write_portal_jobs()
    supervisor = _Supervisor(job, on_progress or _ignore, stop or threading.Event())
    return supervisor.run()


class _Supervisor:
    def __init__(self, job: CrawlJob, on_progress: Callable[[Progress], None], stop: threading.Event) -> None:
        self._job = job
        self._on_progress = on_progress
        self._stop = stop
        self._since = time.time()
        self._clock = Clock(job.as_of, self._since)
        self._open = tuple(p for p in job.portals if not job.files(p.portal_id).done.exists())
        self._tally = Tally({p.portal_id: PortalState() for p in self._open})
        self._news: queue.Queue[tuple[_Crew, str | None]] = queue.Queue()
        self._waiting: list[tuple[tuple[PortalJob, ...], bool]] = [(s, False) for s in self._shards()]
        self._crews: list[_Crew] = []
        self._shown = 0.0

    def run(self) -> CrawlSummary:
        with tempfile.TemporaryDirectory(prefix="congkhai-") as scratch:
            try:
                self._loop(Path(scratch))
            finally:
                self._dismiss()
        self._on_progress(self._tally.progress(self._elapsed()))
        return self._summary()

    # -- processes ------------------------------------------------------------------------------------

    def _loop(self, scratch: Path) -> None:
        asked_to_stop: float | None = None
        while self._crews or (self._waiting and not self._stop.is_set()):
            while self._waiting and len(self._crews) < self._job.processes and not self._stop.is_set():
                self._launch(scratch, *self._waiting.pop(0))
            self._hear()
            self._kill_silent()
            if self._stop.is_set() and asked_to_stop is None:
                asked_to_stop = time.monotonic()
                for crew in self._crews:
                    crew.process.terminate()
            if asked_to_stop is not None and time.monotonic() - asked_to_stop > GRACE_SECONDS:
                for crew in self._crews:
                    crew.process.kill()

    def _launch(self, scratch: Path, portals: tuple[PortalJob, ...], alone: bool) -> None:
        path = scratch / f"job-{time.monotonic_ns()}.json"
        told = self._job.model_copy(update={"portals": portals, "snapshots": self._job.snapshots.resolve()})
        path.write_text(told.model_dump_json(), encoding="utf-8")
        command = [sys.executable, "-m", "scrapy_project.worker", str(path), "--since", repr(self._since)]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, encoding="utf-8",
            env=_environment(), start_new_session=True,
        )
        crew = _Crew(process, portals, alone, time.monotonic(), {p.portal_id for p in portals})
        self._crews.append(crew)
        threading.Thread(target=self._listen, args=(crew,), daemon=True).start()

    def _listen(self, crew: _Crew) -> None:
        assert crew.process.stdout is not None
        with crew.process.stdout as stream:
            for line in stream:
                self._news.put((crew, line))
        crew.process.wait()
        self._news.put((crew, None))

    def _kill_silent(self) -> None:
        for crew in self._crews:
            if time.monotonic() - crew.heard > SILENCE_SECONDS:
                crew.process.kill()

    def _dismiss(self) -> None:
        """Leave no process behind, whatever happened here."""
        for crew in self._crews:
            crew.process.kill()
            crew.process.wait()

    # -- news -----------------------------------------------------------------------------------------

    def _hear(self) -> None:
        try:
            crew, line = self._news.get(timeout=0.2)
        except queue.Empty:
            pass
        else:
            if line is None:
                self._bury(crew)
            else:
                self._take(crew, line)
        now = time.monotonic()
        if now - self._shown >= _PROGRESS_SECONDS:
            self._shown = now
            self._on_progress(self._tally.progress(self._elapsed()))

    def _take(self, crew: _Crew, line: str) -> None:
        crew.heard = time.monotonic()
        try:
            news = News.model_validate_json(line)
        except ValidationError:
            return
        for portal_id, (pages, pending) in news.counts.items():
            state = self._tally.portals[portal_id]
            state.pages, state.pending = pages, pending
        if news.what == "start":
            self._tally.portals[news.portal].started = self._elapsed()
        elif news.what == "end":
            crew.unfinished.discard(news.portal)
            self._ended(news.portal, failed=False, end=End(news.detail))

    def _bury(self, crew: _Crew) -> None:
        """A worker has ended: whatever it left unfinished is tried alone, or given up."""
        self._crews.remove(crew)
        code = crew.process.returncode
        for portal in crew.portals:
            if portal.portal_id not in crew.unfinished:
                continue
            if self._stop.is_set():
                self._give_up(portal, End.STOPPED, "")
            elif crew.alone:
                self._give_up(portal, End.CRASHED, f"tiến trình thu thập hỏng hai lần (mã {code})")
            else:
                self._waiting.append(((portal,), True))

    def _give_up(self, portal: PortalJob, end: End, detail: str) -> None:
        """Keep what was landed whole, and say how it ended."""
        files = self._job.files(portal.portal_id)
        if end is End.STOPPED and not files.manifest.exists():
            return
        if not files.done.exists():
            writer = salvage(files, self._clock.now(), about(self._job))
            landing = Landing(writer, portal, self._clock)
            if end is End.CRASHED:
                landing.failure(Asked(portal.url, "home"), Outcome.FAILED, FetchFailed(Cause.CRASHED, detail))
            landing.close(end, detail)
        self._ended(portal.portal_id, failed=end is End.CRASHED, end=end)

    def _ended(self, portal_id: str, *, failed: bool, end: End) -> None:
        state = self._tally.portals[portal_id]
        state.ended, state.pending, state.failed = self._elapsed(), 0, failed
        self._tally.last = f"{portal_id}: {END_WORDS[end]}"

    # -- the sum --------------------------------------------------------------------------------------

    def _shards(self) -> list[tuple[PortalJob, ...]]:
        """Deal the hosts out to the processes, the hosts with most portals first."""
        hosts = sorted(by_host(self._open), key=len, reverse=True)
        shards: list[list[PortalJob]] = [[] for _ in range(min(self._job.processes, len(hosts)))]
        for portals in hosts:
            min(shards, key=len).extend(portals)
        return [tuple(shard) for shard in shards]

    def _elapsed(self) -> float:
        return time.time() - self._since

    def _summary(self) -> CrawlSummary:
        ends = tuple(self._portal_end(p.portal_id) for p in self._job.portals)
        return CrawlSummary(
            month=self._job.month,
            crawl_id=self._job.crawl_id,
            seconds=round(self._elapsed(), 3),
            captures=sum(e.captures for e in ends),
            stopped=self._stop.is_set(),
            portals=ends,
        )

    def _portal_end(self, portal_id: str) -> PortalEnd:
        path = self._job.files(portal_id).done
        if not path.exists():
            return PortalEnd(portal_id=portal_id, end=None)
        done = Done.model_validate_json(path.read_bytes())
        return PortalEnd(
            portal_id=portal_id, end=done.end, captures=done.captures, outcomes=done.outcomes, detail=done.detail
        )


def _ignore(_: Progress) -> None:
    """Show nothing."""


def _environment() -> dict[str, str]:
    """Return the environment in which a worker finds this very code."""
    root = str(Path(__file__).resolve().parents[1])
    paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Crawl the job of a file, showing progress to whoever started this."""
    from scrapy_project.announce import announcer, stop_on_signals

    [jobfile] = sys.argv[1:] if arguments is None else arguments
    job = CrawlJob.model_validate_json(Path(jobfile).read_bytes())
    stop = threading.Event()
    stop_on_signals(stop)
    with announcer(job) as tell:
        summary = run_crawl(job, tell.progress, stop)
        tell.summary(summary)
    return 130 if summary.stopped else 0


if __name__ == "__main__":
    sys.exit(main())
