"""The command line as a user meets it: processes, exit codes, what is said and what is left alone."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest

from pipeline.months import Month
from pipeline.simulator.families import FAMILIES
from pipeline.simulator.reference import reference as reference_scenario
from pipeline.simulator.scenario import evening_after
from pipeline.simulator.server import Served, serve
from pipeline.simulator.site import Site
from tests.e2e.province import WORKBOOKS, Province

MONTH = Month(2017, 12)
MOMENT = evening_after(MONTH)


def congkhai(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *arguments], input=stdin, capture_output=True, text=True,
        encoding="utf-8", check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("user") / "cong-khai"
    made = congkhai("init", str(folder), "--example", "dak-nong-2018")
    assert made.returncode == 0, made.stderr
    return folder


def test_an_example_is_valid_as_it_comes(folder: Path) -> None:
    checked = congkhai("check", "-w", str(folder))
    assert checked.returncode == 0 and checked.stderr == ""
    assert "hợp lệ — 98 đơn vị, 27 trang của 27 đơn vị, từ tháng 2017-12 (mô phỏng)" in checked.stdout


def test_a_month_of_two_units_is_run_and_summed_up(folder: Path) -> None:
    run = congkhai("run", "-w", str(folder), "--month", "2017-12", "--as-of", MOMENT.isoformat(),
                   "--unit", "so-noi-vu", "--unit", "so-tu-phap")
    assert run.returncode == 0, run.stderr
    assert "Đánh giá được 2/27 đơn vị" in run.stdout and "MÔ PHỎNG" in run.stdout
    assert "Kiểm tra không đạt trong Dagster: fact_coverage_monthly / coverage" in run.stdout
    assert "✓ phu_luc_2" in run.stderr and "Traceback" not in run.stderr
    books = [folder.resolve() / "outputs" / "2017-12" / name for name in WORKBOOKS]
    assert all(book.is_file() and str(book.name) in run.stdout for book in books)
    told = congkhai("summary", "-w", str(folder), "--month", "2017-12")
    assert told.returncode == 0 and told.stdout.splitlines()[0] in run.stdout


def test_the_whole_province_is_summed_up(reference: Province) -> None:
    told = congkhai("summary", "-w", str(reference.workspace.folder), "--month", "2018-02")
    assert told.returncode == 0
    assert "Lượt thông tin: 57 → 42 → 28" in told.stdout and "Đơn vị có đăng tải: 17 → 12 → 13" in told.stdout


def test_a_broken_registry_is_told_whole_and_nothing_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    assert congkhai("init", str(folder), "--example", "dak-nong-2018").returncode == 0
    rows = (folder / "portals.csv").read_text(encoding="utf-8").splitlines()
    rows[1] = rows[1].replace("http://", "htp:/")
    rows[2] = rows[2].replace("so-tu-phap,http", "so-la-nao,http")
    rows[3] = rows[3].replace(",,,http", ",31/02/2018,,http")
    rows.append(rows[4])
    (folder / "portals.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    for command in (["check"], ["run", "--month", "2017-12"], ["crawl", "--month", "2017-12"], ["probe"]):
        told = congkhai(command[0], "-w", str(folder), *command[1:])
        assert (told.returncode, told.stdout) == (2, ""), command
        found = {line.split(": ")[0]: line for line in told.stderr.splitlines() if line.startswith("portals.csv")}
        assert list(found) == [f"portals.csv, dòng {n}" for n in (2, 3, 4, 29)], told.stderr
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve(reference_scenario(), MOMENT) as server:
        yield server


@pytest.mark.parametrize("unit_id", ["so-noi-vu", "krong-no"])
def test_saved_lists_are_extracted_and_their_postings_classified(
    unit_id: str, served: Served, tmp_path: Path
) -> None:
    scenario = reference_scenario()
    portal = scenario.unit(unit_id).portal
    assert portal is not None
    site = Site(portal, MOMENT)
    family = FAMILIES[portal.family](site, portal.host)
    for section in site.sections.values():
        listed = [posting for posting in site.page(section, 1) if posting.form == "article"]
        if len(listed) < 4 or section.standing is not None:
            continue
        url = urljoin(f"http://{portal.host}/", family.section_path(section))
        saved = tmp_path / f"{section.id}.html"
        saved.write_bytes(fetch(url, served.port))
        extracted = congkhai("extract", "--url", url, str(saved))
        assert extracted.returncode == 0, extracted.stderr
        page = json.loads(extracted.stdout)
        assert (page["kind"], page["valid"]) == ("listing", True), url
        assert {posting.title for posting in listed} <= {posting["title"] for posting in page["postings"]}, url
        truth = {posting.title: posting.truth.group for posting in listed}
        lines = [{"id": n, "title": p["title"], "url": p["url"], "sections": [section.label]}
                 for n, p in enumerate(page["postings"])]
        told = congkhai("classify", stdin="".join(json.dumps(line) + "\n" for line in lines))
        assert told.returncode == 0, told.stderr
        answers = [json.loads(line) for line in told.stdout.splitlines()]
        assert [answer["id"] for answer in answers] == [line["id"] for line in lines]
        wrong = [(lines[a["id"]]["title"], a["group"]) for a in answers
                 if not a["needs_review"] and truth.get(str(lines[a["id"]]["title"])) not in (None, a["group"])]
        assert wrong == []


def fetch(url: str, port: int) -> bytes:
    """Return the body of a simulated page, by the server as a proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": f"http://127.0.0.1:{port}"}))
    with opener.open(url, timeout=20) as response:
        body: bytes = response.read()
    return body
