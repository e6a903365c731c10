"""The server: one moment, real HTTP, copies that stay fresh, hosts that are switched off."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.simulator.reference import reference
from pipeline.simulator.scenario import Scenario, moment_of
from pipeline.simulator.server import Served, serve

EXAMPLE = Path(__file__).parents[3] / "examples" / "dak-nong-2018"
HOST = "so-van-hoa-the-thao-du-lich.dak-nong.test"
RESULTS = "/vi/news/ket-qua-tiep-cong-dan/"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return reference()


@pytest.fixture(scope="module")
def served(scenario: Scenario) -> Iterator[Served]:
    with serve(scenario, moment_of("2018-01-05T20:00")) as running:
        yield running


def ask(
    port: int, path: str = "/", host: str = HOST, method: str = "GET", **headers: str
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers={"Host": host, **named})
    return connection.getresponse()


def test_what_is_removed_answers_404_from_the_moment_of_its_removal(scenario: Scenario) -> None:
    portal = scenario.unit("so-van-hoa-the-thao-du-lich").portal
    assert portal is not None
    removed = next(p for p in portal.postings if p.live_to is not None)
    statuses = {}
    for moment in ("2018-01-19T23:59", "2018-01-20T00:00"):
        with serve(scenario, moment_of(moment)) as running:
            article = f"/vi/news/ket-qua-tiep-cong-dan/x-{removed.number}.html"
            statuses[moment] = [ask(running.port, path).status for path in (RESULTS, article)]
    assert statuses == {"2018-01-19T23:59": [200, 200], "2018-01-20T00:00": [404, 404]}


def test_a_backdated_posting_appears_only_when_it_went_live(scenario: Scenario) -> None:
    def listed(moment: str) -> bool:
        with serve(scenario, moment_of(moment)) as running:
            portal = scenario.unit("gia-nghia").portal
            assert portal is not None
            section = next(s for s in portal.sections if s.id == "ket-qua")
            page = ask(running.port, f"/index.php?mod=list&cat={section.number}", portal.host).read()
            return b"(05/01/2018)" in page

    assert [listed(m) for m in ("2018-01-05T20:00", "2018-02-05T20:00", "2018-03-05T20:00")] == [False, False, True]


def test_a_page_keeps_its_bytes_and_its_etag(served: Served) -> None:
    first, second = ask(served.port), ask(served.port)
    assert first.read() == second.read()
    assert first.getheader("ETag") == second.getheader("ETag")


def test_a_fresh_copy_is_answered_304_without_a_body(served: Served) -> None:
    etag = ask(served.port).getheader("ETag") or ""
    answer = ask(served.port, If_None_Match=etag)
    assert (answer.status, answer.read()) == (304, b"")
    assert ask(served.port, If_None_Match='"other"').status == 200


def test_a_copy_from_a_later_moment_is_not_taken_for_fresh(scenario: Scenario, served: Served) -> None:
    with serve(scenario, moment_of("2018-03-05T20:00")) as later:
        copy = ask(later.port)
    stale = {"If_None_Match": copy.getheader("ETag") or "", "If_Modified_Since": copy.getheader("Last-Modified") or ""}
    assert ask(served.port, **stale).status == 200
    assert ask(served.port, If_Modified_Since=stale["If_Modified_Since"]).status == 200


def test_gzip_is_used_where_the_client_takes_it(served: Served) -> None:
    plain, packed = ask(served.port), ask(served.port, Accept_Encoding="gzip")
    assert packed.getheader("Content-Encoding") == "gzip"
    assert plain.getheader("Content-Encoding") is None
    assert gzip.decompress(packed.read()) == plain.read()


def test_head_has_the_headers_of_get_and_no_body(served: Served) -> None:
    head, get = ask(served.port, method="HEAD"), ask(served.port)
    assert head.getheader("Content-Length") == get.getheader("Content-Length")
    assert head.read() == b""


def test_robots_txt_says_the_delay_and_what_is_off_limits(served: Served) -> None:
    assert b"Crawl-delay: 0.05" in ask(served.port, "/robots.txt", "so-tu-phap.dak-nong.test").read()
    assert b"Disallow: /tim-kiem" in ask(served.port, "/robots.txt", "so-lao-dong-tbxh.dak-nong.test").read()


def test_unknown_hosts_and_addresses_answer_404(served: Served) -> None:
    assert ask(served.port, host="nowhere.test").status == 404
    assert ask(served.port, "/vi/news/khong-co/").status == 404


def test_nonsense_is_answered_400(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as raw:
        raw.sendall(b"nonsense\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 400")


def test_a_host_that_is_switched_off_fails_while_the_others_answer(scenario: Scenario) -> None:
    down = {HOST: "reset", "so-noi-vu.dak-nong.test": "503"}
    with serve(scenario, moment_of("2018-01-05T20:00"), down=down) as running:
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            ask(running.port)
        assert ask(running.port, host="so-noi-vu.dak-nong.test").status == 503
        assert ask(running.port, host="so-y-te.dak-nong.test").status == 200


def test_an_outage_of_the_scenario_lasts_as_long_as_it_says(scenario: Scenario) -> None:
    data = scenario.model_dump(mode="json")
    data["units"][0]["portal"]["outages"] = [{"since": "2018-01-01T00:00+07:00", "until": "2018-01-10T00:00+07:00",
                                              "mode": "503"}]
    host = data["units"][0]["portal"]["host"]
    broken = Scenario.model_validate(data)

    def status(moment: str) -> int:
        with serve(broken, moment_of(moment)) as running:
            return ask(running.port, host=host).status

    assert (status("2018-01-05T20:00"), status("2018-02-05T20:00")) == (503, 200)


def test_a_name_that_is_not_in_the_scenario_cannot_be_switched_off(scenario: Scenario) -> None:
    down = {"no-such": "reset"}
    with pytest.raises(ValueError, match="no-such"), serve(scenario, moment_of("2018-01-05"), down=down):
        pass


def test_a_taken_port_is_an_error(scenario: Scenario, served: Served) -> None:
    with pytest.raises(OSError), serve(scenario, moment_of("2018-01-05T20:00"), port=served.port):
        pass


def test_the_command_announces_its_port_and_ends_when_told() -> None:
    command = [sys.executable, "-m", "pipeline.simulator", "serve", "--scenario", str(EXAMPLE / "scenario.json"),
               "--as-of", "2018-03-05T20:00"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = json.loads(process.stdout.readline())["port"]
        assert ask(port).status == 200
        process.terminate()
        assert process.wait(10) == 0
