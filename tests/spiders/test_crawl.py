"""What a crawl leaves behind: again and again, killed, stopped, read by others."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from pipeline.snapshots.layout import End
from pipeline.snapshots.model import Cause, Outcome
from pipeline.snapshots.store import SnapshotStore
from scrapy_project import supervisor
from scrapy_project.progress import Progress
from tests.spiders.conftest import AS_OF, QUICK, Crawl
from tests.spiders.site import Answer, Asked, Site

MakePortal = Callable[[str], str]
PAGE = ("<html><body><h1>Sở</h1><p>" + "Trang thông tin điện tử của Sở. " * 40 + "</p></body></html>").encode()


def pages_of(crawl: Crawl) -> dict[str, tuple[str, bytes]]:
    """Return address → (outcome, body) of the pages of a crawl."""
    return {
        c.url: (c.outcome, crawl.store.body(c))
        for c in crawl.captures() if c.outcome in (Outcome.CAPTURED, Outcome.UNCHANGED)
    }


def test_the_second_crawl_asks_conditionally_and_lands_revisits(crawl: Crawl, portal: MakePortal) -> None:
    url = portal("a.test")
    crawl.run(crawl.job(url))
    first = pages_of(crawl)
    assert len(first) == 5 and {o for o, _ in first.values()} == {Outcome.CAPTURED}
    crawl.run(crawl.job(url))
    second = pages_of(crawl)
    assert {o for o, _ in second.values()} == {Outcome.UNCHANGED}
    assert {u: body for u, (_, body) in second.items()} == {u: body for u, (_, body) in first.items()}
    crawl.run(crawl.job(url, as_of=AS_OF + timedelta(days=30)))
    assert pages_of(crawl) == second, "a revisit of a revisit leads to the body, too"
    assert all(c.refers_to.split("-")[1].startswith("01") for c in crawl.captures() if c.refers_to)


def test_a_crawl_that_stands_before_another_does_not_know_it(crawl: Crawl, portal: MakePortal) -> None:
    url = portal("a.test")
    crawl.run(crawl.job(url))
    crawl.run(crawl.job(url, as_of=AS_OF - timedelta(days=30)))
    assert {o for o, _ in pages_of(crawl).values()} == {Outcome.CAPTURED}


def test_where_the_earlier_capture_is_damaged_the_page_is_fetched_whole(crawl: Crawl, portal: MakePortal) -> None:
    url = portal("a.test")
    crawl.run(crawl.job(url))
    home = crawl.capture(url)
    path = crawl.store.folder / str(home.file)
    data = bytearray(path.read_bytes())
    data[int(home.offset or 0) + 40] ^= 1
    path.write_bytes(data)
    crawl.run(crawl.job(url))
    assert crawl.capture(url).outcome is Outcome.CAPTURED
    assert crawl.store.body(crawl.capture(url))


def test_validators_are_not_sent_where_a_redirect_leads_elsewhere(crawl: Crawl, site: Site) -> None:
    tag = {"ETag": '"1"', "Last-Modified": "Mon, 05 Feb 2018 00:00:00 GMT"}
    targets = iter(["/old", "/new"])
    site.routes["/"] = lambda _: Answer(status=302, headers={"Location": next(targets)})
    for path in ("/old", "/new"):
        site.routes[path] = lambda asked: Answer(
            PAGE + asked.path.encode(), status=304 if "if-modified-since" in asked.headers else 200, headers=tag
        )
    crawl.run(crawl.job("http://a.test/"))
    crawl.run(crawl.job("http://a.test/"))
    home = crawl.capture("http://a.test/")
    assert (home.outcome, home.final_url) == (Outcome.CAPTURED, "http://a.test/new")


def test_a_host_is_asked_one_at_a_time_with_its_delay(crawl: Crawl, site: Site, portal: MakePortal) -> None:
    urls = [portal("a.test"), portal("a.test") + "tiep-dan", portal("b.test")]
    crawl.run(crawl.job(*urls, politeness=QUICK.model_copy(update={"delay_seconds": 0.15})))
    moments = [a.at for a in site.asked if a.host == "a.test"]
    # A loaded machine may see one request late and the next in time: the pace as a whole is what counts.
    assert moments[-1] - moments[0] >= 0.15 * (len(moments) - 1) - 0.1
    assert median(later - earlier for earlier, later in pairwise(moments)) >= 0.14
    assert {"a.test", "b.test"} == {a.host for a in site.asked}


def test_other_tools_read_what_was_landed(crawl: Crawl, portal: MakePortal) -> None:
    url = portal("a.test")
    crawl.run(crawl.job(url))
    crawl.run(crawl.job(url))
    bodies = {c.final_url: crawl.store.body(c) for c in crawl.captures() if c.digest}
    for crawl_id in crawl.store.crawls("2018-02"):
        path = crawl.store.files("2018-02", crawl_id, "p1").warc
        with path.open("rb") as stream:
            by_warcio = [
                (r.rec_type, r.rec_headers.get_header("WARC-Target-URI"), r.content_stream().read())
                for r in ArchiveIterator(stream, check_digests="raise")
            ]
        with path.open("rb") as stream:
            by_fastwarc = [
                (r.headers.get("WARC-Type"), r.headers.get("WARC-Target-URI"), r.reader.read())
                for r in FastIterator(stream, parse_http=True)
            ]
        assert [(k, u) for k, u, _ in by_warcio] == [(k, u) for k, u, _ in by_fastwarc]
        for kind, uri, body in [*by_warcio, *by_fastwarc]:
            if kind == "response":
                assert body == bodies[uri]
    assert [k for k, _, _ in by_warcio].count("revisit") == 5


def test_a_killed_worker_takes_nobody_with_it(crawl: Crawl, site: Site, portal: MakePortal) -> None:
    urls = [portal(f"{name}.test") for name in "abcd"]
    killed: list[int] = []

    def kill_once(asked: Asked) -> Answer:
        if not killed:
            for pid in children_of(os.getpid()):
                killed.append(pid)
                os.kill(pid, signal.SIGKILL)
        return Answer(PAGE)

    site.routes["c.test/tin-2.html"] = kill_once
    summary = crawl.run(crawl.job(*urls))
    assert killed
    assert [p.end for p in summary.portals] == [End.FINISHED] * 4
    assert [p.captures for p in summary.portals] == [7] * 4
    assert crawl.store.verify() == []
    assert list(crawl.store.folder.rglob("*.torn-1")), "what the killed worker left is set aside, not appended to"


def test_a_portal_that_kills_every_worker_is_recorded_as_crashed(crawl: Crawl, site: Site, portal: MakePortal) -> None:
    urls = [portal(f"{name}.test") for name in "ab"]

    def kill(asked: Asked) -> Answer:
        for pid in children_of(os.getpid()):
            os.kill(pid, signal.SIGKILL)
        return Answer(PAGE)

    site.routes["a.test/tin-2.html"] = kill
    summary = crawl.run(crawl.job(*urls))
    ends = {p.portal_id: p.end for p in summary.portals}
    assert ends == {"p1": End.CRASHED, "p2": End.FINISHED}
    captures = crawl.captures("p1")
    assert (captures[-1].outcome, captures[-1].cause) == (Outcome.FAILED, Cause.CRASHED)
    assert "http://a.test/tiep-dan" in {c.url for c in captures}, "what was landed whole before is kept"
    assert crawl.store.verify() == []


def test_a_silent_worker_is_killed(
    crawl: Crawl, portal: MakePortal, monkeypatch: pytest.MonkeyPatch, site: Site
) -> None:
    frozen: list[int] = []

    def freeze_once(asked: Asked) -> Answer:
        if not frozen:
            for pid in children_of(os.getpid()):
                frozen.append(pid)
                os.kill(pid, signal.SIGSTOP)
        return Answer(PAGE)

    url = portal("a.test")
    site.routes["a.test/tin-1.html"] = freeze_once
    monkeypatch.setattr(supervisor, "SILENCE_SECONDS", 6.0)
    summary = crawl.run(crawl.job(url))
    assert [p.end for p in summary.portals] == [End.FINISHED]


def test_sigterm_keeps_what_was_landed(crawl: Crawl, site: Site, portal: MakePortal, tmp_path: Path) -> None:
    url = portal("a.test")
    reached = threading.Event()

    def hold(asked: Asked) -> Answer:
        reached.set()
        return Answer(PAGE, wait=3)

    site.routes["a.test/tin-2.html"] = hold
    job = crawl.job(url)
    crawl.crawl_id = job.crawl_id
    (tmp_path / "job.json").write_text(job.model_dump_json())
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy_project.supervisor", str(tmp_path / "job.json")],
        stderr=subprocess.PIPE, text=True,
    )
    assert reached.wait(20)
    process.terminate()
    _, shown = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "dừng" in shown
    outcomes = {c.url: c.outcome for c in crawl.captures()}
    assert outcomes["http://a.test/tin-1.html"] is Outcome.CAPTURED
    assert outcomes["http://a.test/tin-2.html"] is Outcome.NOT_ATTEMPTED
    assert crawl.store.verify() == []


def test_the_time_of_a_portal_is_bounded(crawl: Crawl, site: Site, portal: MakePortal) -> None:
    url = portal("a.test")
    site.routes["a.test/tin-1.html"] = Answer(PAGE, wait=1.5)
    began = time.monotonic()
    summary = crawl.run(crawl.job(url, politeness=QUICK.model_copy(update={"portal_seconds": 1.0})))
    assert time.monotonic() - began < 12
    assert [p.end for p in summary.portals] == [End.TIMEOUT]
    last = crawl.captures()[-1]
    assert (last.outcome, last.cause) == (Outcome.NOT_ATTEMPTED, Cause.TIMEOUT)


def test_a_portal_that_falls_silent_is_given_up(crawl: Crawl, site: Site, portal: MakePortal) -> None:
    url = portal("a.test")
    for n in (1, 2, 3):
        site.routes[f"a.test/tin-{n}.html"] = Answer(raw=b"")
    politeness = QUICK.model_copy(update={"give_up_after": 2, "retries": 0})
    crawl.run(crawl.job(url, politeness=politeness))
    assert crawl.capture("http://a.test/tin-2.html").outcome is Outcome.FAILED
    assert crawl.capture("http://a.test/tin-3.html").outcome is Outcome.NOT_ATTEMPTED


def test_progress_counts_pages_and_portals(crawl: Crawl, portal: MakePortal) -> None:
    seen: list[Progress] = []
    job = crawl.job(portal("a.test"), portal("b.test"))
    supervisor.run_crawl(job, seen.append)
    assert (seen[-1].portals_done, seen[-1].portals_total) == (2, 2)
    assert seen[-1].pages == 12
    assert seen[-1].eta_seconds == 0.0
    assert [p.pages for p in seen] == sorted(p.pages for p in seen)


def test_each_cut_and_each_flipped_bit_is_found(crawl: Crawl, portal: MakePortal, tmp_path: Path) -> None:
    crawl.run(crawl.job(portal("a.test")))
    files = crawl.store.files("2018-02", crawl.crawl_id, "p1")
    for path in (files.warc, files.manifest, files.job, files.done):
        whole = path.read_bytes()
        for at in range(0, len(whole), max(1, len(whole) // 60)):
            for spoiled in (whole[:at], whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :]):
                path.write_bytes(spoiled)
                assert crawl.store.verify(), (path, at)
        path.write_bytes(whole)
    assert crawl.store.verify() == []


def test_without_the_closing_sheet_the_walk_alone_finds_damage(crawl: Crawl, portal: MakePortal) -> None:
    crawl.run(crawl.job(portal("a.test")))
    files = crawl.store.files("2018-02", crawl.crawl_id, "p1")
    files.done.unlink()
    assert len(crawl.store.verify()) == 1
    whole = files.warc.read_bytes()
    for at in range(0, len(whole), 37):
        files.warc.write_bytes(whole[:at] + bytes([whole[at] ^ 16]) + whole[at + 1 :])
        assert len(SnapshotStore(crawl.store.folder).verify()) > 1, at


def test_a_crawl_run_again_leaves_closed_portals_alone(crawl: Crawl, portal: MakePortal) -> None:
    job = crawl.job(portal("a.test"), portal("b.test"))
    crawl.run(job.only("p1"))
    before = crawl.store.files("2018-02", job.crawl_id, "p1").warc.read_bytes()
    summary = crawl.run(job)
    assert [p.end for p in summary.portals] == [End.FINISHED] * 2
    assert crawl.store.files("2018-02", job.crawl_id, "p1").warc.read_bytes() == before


def test_captures_live_where_the_folder_lives(crawl: Crawl, portal: MakePortal, tmp_path: Path) -> None:
    crawl.run(crawl.job(portal("a.test")))
    before = pages_of(crawl)
    shutil.move(crawl.store.folder, tmp_path / "elsewhere")
    crawl.store = SnapshotStore(tmp_path / "elsewhere")
    assert pages_of(crawl) == before
    assert crawl.store.verify() == []


def children_of(pid: int) -> list[int]:
    """Return the processes that `pid` started (workers of the crawl under test)."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except OSError:
            continue
        if f"\nPPid:\t{pid}\n" in text:
            found.append(int(status.parent.name))
    return found

