"""One crawl of many portals, most of them hostile: each outcome is told as it is, and the healthy ones are whole."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.snapshots.model import Capture, Cause, Outcome
from scrapy_project.job import CrawlJob, Politeness, PortalJob
from scrapy_project.summary import CrawlSummary
from tests.spiders.conftest import AS_OF, QUICK, Crawl
from tests.spiders.site import Answer, Asked, Site

PAGE = ("<html><body><h1>Sở</h1><p>" + "Trang thông tin điện tử của Sở. " * 40 + "</p></body></html>").encode()
POLITE = QUICK.model_copy(
    update={"timeout_seconds": 1.0, "max_retry_after": 3.0, "html_bytes": 300_000, "other_bytes": 400_000}
)


def closed_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def once(first: Answer) -> Callable[[Asked], Answer]:
    """Answer `first` the first time, a page from then on."""
    seen: list[Asked] = []

    def answer(asked: Asked) -> Answer:
        seen.append(asked)
        return first if len(seen) == 1 else Answer(PAGE)

    return answer


def redirect(to: str, status: int = 302, **headers: str) -> Answer:
    return Answer(status=status, headers={"Location": to, **{k.replace("_", "-"): v for k, v in headers.items()}})


def set_up(site: Site) -> None:
    routes = site.routes
    routes["forbidden.test/robots.txt"] = Answer(b"User-agent: *\nDisallow: /", headers={"Content-Type": "text/plain"})
    routes["forbidden.test/"] = Answer(PAGE)
    routes["exempt.test/robots.txt"] = routes["forbidden.test/robots.txt"]
    routes["exempt.test/"] = Answer(PAGE)
    routes["robots500.test/robots.txt"] = Answer(b"oops", 500)
    routes["robots500.test/"] = Answer(PAGE)
    routes["moved.test/"] = redirect("http://new-home.example/x")
    routes["moved-inside.test/"] = redirect("http://169.254.169.254/latest/meta-data/")
    routes["moved-port.test/"] = redirect("http://127.0.0.1:1/")
    routes["moved-file.test/"] = redirect("file:///etc/passwd")
    routes["loop.test/"] = redirect("/a")
    routes["loop.test/a"] = redirect("/")
    routes["cookie.test/"] = lambda a: (
        Answer(PAGE) if "seen=1" in a.headers.get("cookie", "") else redirect("/", Set_Cookie="seen=1; Path=/")
    )
    routes["refresh.test/"] = Answer(b'<meta http-equiv="refresh" content="0;url=/trang-chu">')
    routes["refresh.test/trang-chu"] = Answer(PAGE)
    routes["short.test/"] = Answer(
        raw=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000\r\n\r\n" + PAGE
    )
    routes["chunk.test/"] = Answer(
        raw=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"400\r\n" + PAGE[:1024] + b"\r\n"
    )
    packed = gzip.compress(PAGE * 20)
    routes["gzip.test/"] = Answer(packed, headers={"Content-Encoding": "gzip"})
    routes["gzip-cut.test/"] = Answer(packed[:-20], headers={"Content-Encoding": "gzip"})
    routes["bomb.test/"] = Answer(gzip.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"})
    routes["big.test/"] = Answer(b"x" * 600_000)
    routes["slow.test/"] = Answer(PAGE, wait=5)
    routes["busy.test/"] = once(Answer(b"later", 429, {"Retry-After": "1"}))
    routes["blocked.test/"] = Answer(b"no", 429, {"Retry-After": "9999"})
    routes["stumbles.test/"] = once(Answer(b"oops", 503))
    routes["broken.test/"] = Answer(b"oops", 500)
    routes["headers.test/"] = Answer(raw=b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"y" * 100_000 + b"\r\n\r\nhi")
    routes["file.test/"] = Answer(b"%PDF-1.4 ...", headers={"Content-Type": "application/pdf"})
    routes["not-http.test/"] = Answer(raw=b"SSH-2.0-OpenSSH_9.2\r\n")
    routes["delayed.test/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 0.4")
    routes["delayed.test/"] = Answer(PAGE)


HOSTS = [
    "forbidden", "exempt", "robots500", "moved", "moved-inside", "moved-port", "moved-file", "loop", "cookie",
    "refresh", "short", "chunk", "gzip", "gzip-cut", "bomb", "big", "slow", "busy", "blocked", "stumbles", "broken",
    "headers", "file", "not-http", "down", "delayed",
]


class World:
    def __init__(self, site: Site, crawl: Crawl, job: CrawlJob, summary: CrawlSummary) -> None:
        self.site, self.crawl, self.job, self.summary = site, crawl, job, summary

    def home(self, host: str) -> Capture:
        return self.crawl.capture(f"http://{host}.test/", host)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with Site() as site:
        set_up(site)
        crawl = Crawl(site, tmp_path_factory.mktemp("world") / "snapshots")
        portals = [
            PortalJob(
                portal_id=host, unit_id=f"u-{host}", unit_kind="department", url=f"http://{host}.test/",
                robots_exemption="2018-01-02, Nguyễn A: được phép bằng văn bản" if host == "exempt" else "",
            )
            for host in HOSTS
        ]
        base = crawl.job("http://x.test/", politeness=POLITE)
        simulation = base.simulation.model_copy(  # type: ignore[union-attr]
            update={"resolve": {"down.test": f"127.0.0.1:{closed_port()}", **base.simulation.resolve}}  # type: ignore[union-attr]
        )
        job = base.model_copy(update={"portals": tuple(portals), "simulation": simulation})
        yield World(site, crawl, job, crawl.run(job))


@pytest.mark.parametrize(
    ("host", "outcome", "cause"),
    [
        ("forbidden", Outcome.BLOCKED, Cause.ROBOTS),
        ("exempt", Outcome.CAPTURED, Cause.NONE),
        ("robots500", Outcome.FAILED, Cause.HTTP_ERROR),
        ("moved", Outcome.MOVED, Cause.MOVED),
        ("moved-inside", Outcome.MOVED, Cause.MOVED),
        ("moved-port", Outcome.MOVED, Cause.MOVED),
        ("moved-file", Outcome.FAILED, Cause.HTTP_ERROR),
        ("loop", Outcome.FAILED, Cause.HTTP_ERROR),
        ("cookie", Outcome.CAPTURED, Cause.NONE),
        ("refresh", Outcome.CAPTURED, Cause.NONE),
        ("short", Outcome.TRUNCATED, Cause.TRUNCATED),
        ("chunk", Outcome.TRUNCATED, Cause.TRUNCATED),
        ("gzip", Outcome.CAPTURED, Cause.NONE),
        ("gzip-cut", Outcome.TRUNCATED, Cause.TRUNCATED),
        ("bomb", Outcome.TRUNCATED, Cause.TOO_LARGE),
        ("big", Outcome.TRUNCATED, Cause.TOO_LARGE),
        ("slow", Outcome.FAILED, Cause.TIMEOUT),
        ("busy", Outcome.CAPTURED, Cause.NONE),
        ("blocked", Outcome.BLOCKED, Cause.BLOCKED),
        ("stumbles", Outcome.CAPTURED, Cause.NONE),
        ("broken", Outcome.FAILED, Cause.HTTP_ERROR),
        ("headers", Outcome.FAILED, Cause.HTTP_ERROR),
        ("file", Outcome.CAPTURED, Cause.NONE),
        ("not-http", Outcome.FAILED, Cause.HTTP_ERROR),
        ("down", Outcome.FAILED, Cause.UNREACHABLE),
        ("delayed", Outcome.CAPTURED, Cause.NONE),
    ],
)
def test_each_portal_is_told_as_it_is(world: World, host: str, outcome: Outcome, cause: Cause) -> None:
    home = world.home(host)
    assert (home.outcome, home.cause) == (outcome, cause), home


def test_every_portal_comes_to_its_end_and_its_files_are_whole(world: World) -> None:
    assert [p.portal_id for p in world.summary.portals if p.end != "finished"] == []
    assert world.crawl.store.verify() == []


def test_what_robots_txt_forbids_is_never_asked_for(world: World) -> None:
    assert world.site.paths("forbidden.test") == ["/robots.txt"]
    assert set(world.site.paths("robots500.test")) == {"/robots.txt"}


def test_robots_txt_is_landed_as_evidence(world: World) -> None:
    robots = world.crawl.capture("http://forbidden.test/robots.txt", "forbidden")
    assert (robots.role, world.crawl.store.body(robots)) == ("robots", b"User-agent: *\nDisallow: /")


def test_nothing_off_the_portal_is_followed(world: World) -> None:
    assert world.home("moved").final_url == "http://new-home.example/x"
    assert {a.host for a in world.site.asked} <= {f"{host}.test" for host in HOSTS}


def test_a_redirect_on_the_portal_lands_under_the_address_that_was_wanted(world: World) -> None:
    home = world.home("refresh")
    assert home.final_url == "http://refresh.test/trang-chu"
    assert world.crawl.store.body(home) == PAGE


def test_retry_after_is_waited_for_and_an_excessive_one_is_not(world: World) -> None:
    first, second = [a.at for a in world.site.asked if a.host == "busy.test" and a.path == "/"]
    assert second - first >= 1.0
    assert world.site.paths("blocked.test").count("/") == 1


def test_a_crawl_delay_of_robots_txt_is_kept(world: World) -> None:
    moments = [a.at for a in world.site.asked if a.host == "delayed.test" and a.path != "/robots.txt"]
    assert len(moments) > 1
    assert moments[-1] - moments[0] >= 0.4 * (len(moments) - 1) - 0.1


def test_a_file_is_noted_but_not_downloaded(world: World) -> None:
    home = world.home("file")
    assert home.digest is None and "application/pdf" in home.detail


def test_a_compressed_body_is_landed_as_it_came_and_read_as_it_is(world: World) -> None:
    home = world.home("gzip")
    assert world.crawl.store.body(home) == PAGE * 20
    assert world.crawl.store.record(home).http().header("content-encoding") == "gzip"


def test_the_clock_stands_at_the_moment_of_the_simulation(world: World) -> None:
    moments = [c.fetched_at for host in HOSTS for c in world.crawl.captures(host)]
    assert min(moments) >= AS_OF and max(moments) < AS_OF + timedelta(minutes=5)


def test_a_replay_needs_only_the_files_of_the_crawl(world: World) -> None:
    told = CrawlJob.model_validate_json(world.crawl.store.job("2018-02", world.job.crawl_id, "busy"))
    assert told == world.job.only("busy").model_copy(update={"snapshots": Path()})


def test_the_user_agent_is_named_and_one_host_is_asked_once_at_a_time(world: World) -> None:
    assert {a.headers["user-agent"] for a in world.site.asked} == {Politeness().user_agent}
