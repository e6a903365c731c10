"""Progress for whoever started a crawl: Dagster through its pipes, or a person at a terminal.

What belongs here: showing. What does not: knowing (`progress`, `supervisor`).
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from dagster_pipes import PipesContext, PipesEnvVarParamsLoader, open_dagster_pipes

from pipeline.snapshots.layout import End
from scrapy_project.job import CrawlJob
from scrapy_project.progress import Progress
from scrapy_project.summary import END_WORDS, CrawlSummary

_LOG_SECONDS = 5.0


class Announcer(Protocol):
    """Shows a crawl."""

    def progress(self, progress: Progress) -> None:
        """Show how far it is."""

    def summary(self, summary: CrawlSummary) -> None:
        """Show what it came to."""


@contextmanager
def announcer(job: CrawlJob) -> Iterator[Announcer]:
    """Give the announcer that fits the way this process was started."""
    if PipesEnvVarParamsLoader().is_dagster_pipes_process():  # type: ignore[no-untyped-call]
        with open_dagster_pipes() as context:
            yield PipesAnnouncer(context)
    else:
        yield TerminalAnnouncer(job.crawl_id, sys.stderr)


class TerminalAnnouncer:
    """One line that renews itself; where there is no terminal, a line now and then."""

    def __init__(self, crawl_id: str, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._shown = 0.0
        stream.write(f"Thu thập {crawl_id}\n")

    def progress(self, progress: Progress) -> None:
        """Write the line."""
        if self._live:
            self._stream.write(f"\r\x1b[K{progress.line()}")
        elif time.monotonic() - self._shown >= _LOG_SECONDS:
            self._shown = time.monotonic()
            self._stream.write(progress.line() + "\n")
        self._stream.flush()

    def summary(self, summary: CrawlSummary) -> None:
        """Write the end, and a line for each portal that did not finish."""
        self._stream.write("\r\x1b[K" if self._live else "")
        self._stream.write(_headline(summary) + "\n")
        for portal in summary.portals:
            if portal.end is not End.FINISHED:
                self._stream.write(f"  {portal.portal_id}: {END_WORDS[portal.end]} {portal.detail}".rstrip() + "\n")
        self._stream.flush()


class PipesAnnouncer:
    """Dagster's log of the run, and the materialisation's metadata."""

    def __init__(self, context: PipesContext) -> None:
        self._context = context
        self._shown = 0.0
        self._last = ""

    def progress(self, progress: Progress) -> None:
        """Log now and then, and whenever a portal is through."""
        if progress.last != self._last or time.monotonic() - self._shown >= _LOG_SECONDS:
            self._shown, self._last = time.monotonic(), progress.last
            self._context.log.info(f"{progress.line()}; {progress.last}" if progress.last else progress.line())

    def summary(self, summary: CrawlSummary) -> None:
        """Report the crawl as metadata (numbers and plain text alone: scraped text never goes into markdown)."""
        self._context.log.info(_headline(summary))
        self._context.report_custom_message(summary.model_dump(mode="json"))
        if self._context.is_asset_step:
            ends = Counter(END_WORDS[portal.end] for portal in summary.portals)
            self._context.report_asset_materialization(
                metadata={
                    "crawl_id": summary.crawl_id,
                    "captures": summary.captures,
                    "seconds": summary.seconds,
                    "portals": len(summary.portals),
                    "ends": {"raw_value": dict(ends), "type": "json"},
                }
            )


def _headline(summary: CrawlSummary) -> str:
    finished = sum(portal.end is End.FINISHED for portal in summary.portals)
    return (
        f"Thu thập {summary.crawl_id}: {summary.captures} lượt tải, {finished}/{len(summary.portals)} "
        f"trang TTĐT trọn vẹn, {summary.seconds:.0f} giây" + (" (dừng giữa chừng)" if summary.stopped else "")
    )


def stop_on_signals(stop: threading.Event) -> None:
    """Let SIGINT and SIGTERM ask for a clean end; a second one ends the process at once."""

    def handle(number: int, _: object) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handle)
