"""Pages that break readers: what each costs in seconds and memory, read in a process of its own.

What belongs here: making such pages, and a process with limits. What does not: keeping extraction safe
(`pipeline.extraction.guard`).
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 60
_ROW = '<div><h3><a href="/tin/{n}.html">Thông báo lịch tiếp công dân số {n}</a></h3><p>05/02/2018</p></div>'
HOSTILE: dict[str, Callable[[], str]] = {
    "50 MB of rows": lambda: _html("".join(_ROW.format(n=n) for n in range(420_000))),
    "40,000 elements deep": lambda: _html("<div>" * 40_000 + "x" + "</div>" * 40_000),
    "20,000 attributes": lambda: _html("<p " + " ".join(f"a{n}=1" for n in range(20_000)) + ">x"),
    "200,000 unclosed tags": lambda: _html("<p><b><i>" * 66_000),
    "a title of 5 MB": lambda: _html("x", "Lịch tiếp công dân " * 260_000),
    "200,000 dates in a line": lambda: _html("<h1>Lịch tiếp công dân</h1><p>" + "05/02/2018 " * 200_000 + "</p>"),
    "200,000 links in a line": lambda: _html("<h1>Lịch</h1>" + '<a href="/x">Lịch tiếp dân của huyện</a> ' * 100_000),
    "a table of 100,000 cells": lambda: _html("<table><tr>" + "<td>ngày 05/02/2018</td>" * 100_000 + "</tr></table>"),
    "20,000 nested lists": lambda: _html("<ul><li>" * 20_000),
    "no markup, 5 MB": lambda: "Lịch tiếp công dân ngày 05/02/2018 " * 140_000,
    "bytes without meaning": lambda: "\x00\ufffd<a <a <<<>>&#x0;&amp;&#99999999;" * 100_000,
}


@dataclass(frozen=True)
class Cost:
    """What reading one hostile page came to. `fault`: empty, or how the process ended."""

    name: str
    seconds: float
    megabytes: float
    fault: str = ""


def read_hostile(name: str) -> Cost:
    """Read one of `HOSTILE` in a process of its own; at most a minute."""
    command = [sys.executable, "-c", f"from pipeline.evaluation import hostile; hostile.main({name!r})"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return Cost(name, float(_SECONDS), 0.0, "no end")
    if done.returncode:
        return Cost(name, 0.0, 0.0, (done.stderr.strip().splitlines() or ["crash"])[-1][:80])
    seconds, megabytes = (float(word) for word in done.stdout.split())
    return Cost(name, seconds, megabytes)


def main(name: str) -> None:
    """Read the page; print the seconds and the megabytes of the process at its largest."""
    import time

    from pipeline.evaluation.pages import READ_AT
    from pipeline.extraction import read_page
    from pipeline.extraction.model import Page

    body = HOSTILE[name]().encode("utf-8", "surrogatepass")
    began = time.perf_counter()
    read_page(Page("http://so.test/lich", body, "text/html; charset=utf-8", 200, READ_AT))
    print(time.perf_counter() - began, _peak())


def _peak() -> float:
    """Return the megabytes of this process at its largest; what `getrusage` says, the process that started it has
    left there."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024


def _html(body: str, title: str = "x") -> str:
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>"
