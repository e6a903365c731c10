"""Portals whose lists a script fills: seen with a browser, and never taken for empty without one."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.snapshots.layout import End
from pipeline.snapshots.model import Cause, Outcome
from scrapy_project.chromium import EXECUTABLE, find_chromium
from scrapy_project.exchange import FetchFailed
from scrapy_project.job import CrawlJob
from tests.spiders.conftest import AS_OF, QUICK, Crawl
from tests.spiders.site import Answer, Asked, Site
from tests.spiders.test_crawl import children_of
from tests.spiders.test_posted_files import facts, observed


def _has_chromium() -> bool:
    try:
        return bool(find_chromium())
    except FetchFailed:
        return False


needs_chromium = pytest.mark.skipif(not _has_chromium(), reason="no Chromium on this machine (apt install chromium)")
TITLES = [f"Lịch tiếp công dân định kỳ tháng {n} năm 2018 của Giám đốc Sở" for n in range(1, 13)]
PATIENT = QUICK.model_copy(update={"timeout_seconds": 20, "portal_seconds": 200})
SHELL = """<html><head><title>Sở Nội vụ tỉnh</title><script src="/app.js" defer></script></head><body>
<div id="menu"><a href="/">Trang chủ</a> <a href="/tiep-dan">Tiếp công dân</a></div>
<h1>Tiếp công dân</h1><div id="app"></div><noscript>Hãy bật JavaScript để xem trang này.</noscript></body></html>"""
APP = """
document.addEventListener('DOMContentLoaded', async () => {
  const app = document.getElementById('app');
  if (location.pathname === '/') {
    app.innerHTML = '<p>' + 'Trang thông tin điện tử của Sở. '.repeat(20) + '</p>';
    return;
  }
  let page = 1, more = true;
  const list = document.createElement('ul');
  list.className = 'list';
  while (more) {
    const answer = await fetch('/api/list.json', {method: 'POST', headers: {'Content-Type': 'application/json'},
                                                  body: JSON.stringify({page})});
    const told = await answer.json();
    for (const one of told.items) {
      const li = document.createElement('li');
      li.innerHTML = '<a></a> <span class="date"></span>';
      li.firstChild.href = one.link;
      li.firstChild.textContent = one.title;
      li.lastChild.textContent = one.day;
      list.append(li);
    }
    more = told.more; page += 1;
  }
  app.append(list);
});"""


@pytest.fixture
def scripted(site: Site) -> Callable[..., str]:
    """A portal whose list is an API's; `api` replaces its answer, `more` is added to the script."""

    def make(api: Answer | None = None, more: str = "") -> str:
        def items(asked: Asked) -> Answer:
            page = json.loads(asked.body)["page"]
            shown = [
                {"title": title, "link": f"/tin-{n}.html", "day": f"{n:02}/02/2018"}
                for n, title in enumerate(TITLES, 1)
            ][6 * page - 6 : 6 * page]
            told = json.dumps({"items": shown, "more": page < 2}).encode()
            return Answer(told, headers={"Content-Type": "application/json"})

        for path in ("/", "/tiep-dan"):
            site.page(f"so.test{path}", SHELL)
        site.routes["so.test/app.js"] = Answer(
            (APP + more).encode(), headers={"Content-Type": "text/javascript; charset=utf-8"})
        site.routes["so.test/api/list.json"] = api or items
        for n, title in enumerate(TITLES, 1):
            site.page(f"so.test/tin-{n}.html", f"<html><body><h1>{title}</h1><p>Ngày đăng: {n:02}/02/2018</p>"
                                               f"<p>{'Giám đốc Sở tiếp công dân. ' * 30}</p></body></html>")
        return "http://so.test/"

    return make


def in_browser(job: CrawlJob) -> CrawlJob:
    return job.model_copy(update={"portals": tuple(p.model_copy(update={"render": "browser"}) for p in job.portals)})


def test_without_a_browser_a_scripted_list_is_no_empty_list(crawl: Crawl, scripted: Callable[..., str]) -> None:
    crawl.run(crawl.job(scripted()))
    assert facts(crawl) == {}
    [section] = [s for s in observed(crawl).section_observation if s["section_url"] == "http://so.test/tiep-dan"]
    assert (section["complete"], section["cause"]) == (False, "needs_browser"), "the analyst is told to ask for one"


@needs_chromium
def test_a_list_that_a_browser_shows_to_be_empty_is_empty(crawl: Crawl, scripted: Callable[..., str]) -> None:
    nothing = Answer(b'{"items": [], "more": false}', headers={"Content-Type": "application/json"})
    crawl.run(in_browser(crawl.job(scripted(api=nothing), politeness=PATIENT)))
    [section] = [s for s in observed(crawl).section_observation if s["section_url"] == "http://so.test/tiep-dan"]
    assert (section["complete"], section["cause"], section["items"]) == (True, "none", 0)


@needs_chromium
def test_with_a_browser_every_row_is_read_and_later_from_captures_alone(
    crawl: Crawl, scripted: Callable[..., str], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl.run(in_browser(crawl.job(scripted(), politeness=PATIENT)))
    captures = {c.url: c for c in crawl.captures() if c.role in ("home", "section")}
    section = captures["http://so.test/tiep-dan"]
    assert (section.outcome, section.rendered) == (Outcome.CAPTURED, True), section.detail
    assert b"noscript" not in crawl.store.body(section)
    [sent] = [c for c in crawl.captures() if c.role == "unrendered" and c.url == section.url]
    assert crawl.store.body(sent) == SHELL.encode()
    record = crawl.store.record(section)
    assert (record.type, record.headers["warc-refers-to"]) == (
        "conversion", crawl.store.record(sent).headers["warc-record-id"])
    assert crawl.store.verify() == []
    assert site.paths("so.test").count("/app.js") == 1, "a portal's scripts are fetched once"
    monkeypatch.setenv(EXECUTABLE, "/no/such/browser")
    told = facts(crawl)
    assert sorted(told) == sorted(TITLES)
    assert {row["group_id"] for row in told.values()} == {"schedule"}
    assert told[TITLES[4]]["posted_on"] == date(2018, 2, 5)


def test_without_chromium_the_portal_is_not_assessable_and_says_why(
    crawl: Crawl, scripted: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(EXECUTABLE, "/no/such/browser")
    crawl.run(in_browser(crawl.job(scripted())))
    home = next(c for c in crawl.captures() if c.role == "home")
    assert (home.outcome, home.cause) == (Outcome.FAILED, Cause.NO_BROWSER)
    assert "chromium" in home.detail and EXECUTABLE in home.detail
    [portal] = observed(crawl).portal_observation
    assert (portal["observed"], portal["cause"]) == (False, "no_browser")


@needs_chromium
@pytest.mark.parametrize("status", [500, 503])
def test_a_list_whose_data_did_not_come_is_no_empty_list(
    crawl: Crawl, scripted: Callable[..., str], status: int
) -> None:
    crawl.run(in_browser(crawl.job(scripted(api=Answer(b"{}", status)), politeness=PATIENT)))
    section = next(c for c in crawl.captures() if c.role == "section")
    assert (section.outcome, section.cause) == (Outcome.FAILED, Cause.HTTP_ERROR)
    assert "/api/list.json" in section.detail


@needs_chromium
def test_robots_and_delay_hold_for_scripts_too(crawl: Crawl, scripted: Callable[..., str], site: Site) -> None:
    url = scripted()
    site.routes["so.test/robots.txt"] = Answer(b"User-agent: *\nDisallow: /api/\n")
    crawl.run(in_browser(crawl.job(url, politeness=PATIENT.model_copy(update={"delay_seconds": 0.2}))))
    assert not [path for path in site.paths() if path.startswith("/api/")]
    section = next(c for c in crawl.captures() if c.role == "section")
    assert (section.outcome, section.cause) == (Outcome.BLOCKED, Cause.ROBOTS)
    moments = sorted(a.at for a in site.asked if a.host == "so.test")
    assert moments[-1] - moments[0] >= 0.2 * (len(moments) - 1) - 0.1


@needs_chromium
def test_scripts_reach_nothing_but_their_portal(
    crawl: Crawl, scripted: Callable[..., str], site: Site
) -> None:
    for path in ("/secret", "/ws", "/frame", "/image.png", "/beacon", "/form"):
        site.routes[path] = Answer(b"secret")
    away = f"http://127.0.0.1:{site.port}"
    more = f"""
    fetch('{away}/secret').catch(() => 0); fetch('http://other.test/secret').catch(() => 0);
    new Image().src = '{away}/image.png'; navigator.sendBeacon('{away}/beacon', 'x');
    try {{ new WebSocket('ws://127.0.0.1:{site.port}/ws'); }} catch (e) {{}}
    const f = document.createElement('iframe'); f.src = '{away}/frame'; document.documentElement.append(f);
    new Worker(URL.createObjectURL(new Blob([`fetch('{away}/secret')`])));
    window.open('{away}/secret'); alert('đứng lại'); Notification.requestPermission();
    const a = document.createElement('a'); a.href = '{away}/secret'; a.download = 'x';
    document.body?.append(a); a.click();
    """
    crawl.run(in_browser(crawl.job(scripted(more=more), politeness=PATIENT)))
    assert {a.host for a in site.asked} == {"so.test"}
    assert sorted(facts(crawl)) == sorted(TITLES), "what is refused does not hurt the page"


@needs_chromium
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("/api/list.json", "http://api.other.test/list"), "api.other.test"),
        (("/api/list.json", "/api/gone.json"), "/api/gone.json: HTTP 404"),
        (("document.addEventListener('DOM", "jQuery.noConflict(); document.addEventListener('DOM"), "jQuery"),
    ],
)
def test_a_list_whose_scripts_want_for_something_is_no_empty_list(
    crawl: Crawl, scripted: Callable[..., str], change: tuple[str, str], said: str
) -> None:
    url = scripted()
    app = APP.replace(*change).encode()
    crawl.site.routes["so.test/app.js"] = Answer(app, headers={"Content-Type": "text/javascript"})
    crawl.run(in_browser(crawl.job(url, politeness=PATIENT)))
    section = next(c for c in crawl.captures() if c.role == "section")
    assert (section.outcome, section.cause) == (Outcome.FAILED, Cause.INVALID_PAGE)
    assert said in section.detail


@needs_chromium
def test_a_page_that_never_rests_is_bounded(crawl: Crawl, scripted: Callable[..., str]) -> None:
    url = scripted(more="setInterval(() => { document.body.append('x') }, 50);")
    politeness = PATIENT.model_copy(update={"render_seconds": 3})
    crawl.run(in_browser(crawl.job(url, politeness=politeness)))
    home = next(c for c in crawl.captures() if c.role == "home")
    assert (home.outcome, home.cause) == (Outcome.FAILED, Cause.TIMEOUT)


@needs_chromium
@pytest.mark.parametrize("killed", ["nobody", "worker", "browser"])
def test_no_browser_and_no_profile_is_left_behind(
    crawl: Crawl, scripted: Callable[..., str], site: Site, killed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    url = scripted()
    answer, done = site.routes["so.test/api/list.json"], []

    def kill_once(asked: Asked) -> Answer:
        if not done and killed != "nobody":
            done.append(killed)
            for pid in children_of(os.getpid()) if killed == "worker" else browsers(tmp_path):
                os.kill(pid, signal.SIGKILL)
        assert callable(answer)
        return answer(asked)

    site.routes["so.test/api/list.json"] = kill_once
    summary = crawl.run(in_browser(crawl.job(url, politeness=PATIENT)))
    assert [p.end for p in summary.portals] == [End.FINISHED]
    until = time.monotonic() + 10
    while browsers(tmp_path) and time.monotonic() < until:
        time.sleep(0.1)
    assert browsers(tmp_path) == []
    assert [p.name for p in tmp_path.rglob("congkhai-chromium-*")] == []
    section = next(c for c in crawl.captures() if c.role == "section")
    assert section.outcome is (Outcome.FAILED if killed == "browser" else Outcome.CAPTURED)


def browsers(place: Path) -> list[int]:
    """Processes of browsers whose profile lies under `place`."""
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if f"--user-data-dir={place}".encode() in line.read_bytes():
                found.append(int(line.parent.name))
    return found


@needs_chromium
def test_an_unchanged_shell_is_rendered_again(crawl: Crawl, scripted: Callable[..., str], site: Site) -> None:
    url = scripted(api=Answer(b'{"items": [], "more": false}', headers={"Content-Type": "application/json"}))
    for path in ("/", "/tiep-dan"):
        site.stable(f"so.test{path}", SHELL)
    crawl.run(in_browser(crawl.job(url, politeness=PATIENT)))
    assert facts(crawl) == {}
    new = {"title": TITLES[0], "link": "/tin-1.html", "day": "01/02/2018"}
    told = json.dumps({"items": [new], "more": False}).encode()
    site.routes["so.test/api/list.json"] = Answer(told, headers={"Content-Type": "application/json"})
    crawl.run(in_browser(crawl.job(url, politeness=PATIENT, as_of=AS_OF + timedelta(hours=1))))
    sent = {c.url: c.outcome for c in crawl.captures() if c.role == "unrendered"}
    assert sent["http://so.test/tiep-dan"] is Outcome.UNCHANGED
    assert crawl.store.verify() == []
    assert list(facts(crawl)) == [TITLES[0]]


@needs_chromium
def test_a_posting_that_is_a_shell_is_rendered_and_one_that_is_a_page_is_not(
    crawl: Crawl, scripted: Callable[..., str], site: Site
) -> None:
    url = scripted()
    text = "Giám đốc Sở tiếp công dân tại trụ sở Sở Nội vụ. " * 20
    fill = f"""document.addEventListener('DOMContentLoaded', () => {{
      document.body.innerHTML = '<h1>{TITLES[0]}</h1><p>Ngày đăng: 01/02/2018</p><p>{text}</p>' }})"""
    site.page("so.test/tin-1.html", f"<html><head></head><body><script>{fill}</script></body></html>")
    crawl.run(in_browser(crawl.job(url, politeness=PATIENT)))
    read = {c.url: c.rendered for c in crawl.captures() if c.role == "article"}
    assert (read["http://so.test/tin-1.html"], read["http://so.test/tin-2.html"]) == (True, False)
    assert {r["role"] for r in observed(crawl).posting_sighting if r["title"] == TITLES[0]} == {"listing", "article"}
