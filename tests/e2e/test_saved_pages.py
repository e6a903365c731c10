"""Pages that portals once served, as the how-to says: served here, captured by wget, imported, made into a month."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline.extraction.addresses import canonical, identity
from pipeline.imports import import_captures
from pipeline.months import Month
from pipeline.runs import run_month
from pipeline.snapshots.model import Capture
from pipeline.snapshots.store import SnapshotStore
from pipeline.text import key
from pipeline.workspace import Workspace, create_workspace, load_workspace
from tests.e2e.province import UNKNOWN, WORKBOOKS, appendix_cells
from warehouse.store import open_reader

ROOT = Path(__file__).parents[2]
PAGES = ROOT.parent / "shared" / "corpus" / "pages"
RECIPE = ROOT / "docs" / "how-to" / "run-over-saved-pages.md"
MONTH = Month.of(datetime.now(UTC).date()).shift(-1)
Label = dict[str, Any]

pytestmark = [
    pytest.mark.skipif(not PAGES.is_dir(), reason="the saved pages are not here"),
    pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not there"),
]


@dataclass(frozen=True)
class Imported:
    """The workspace after its run, with the labels of its pages by address."""

    workspace: Workspace
    labels: dict[str, Label]

    def captures(self) -> dict[str, Capture]:
        """Return the captures of saved pages by address."""
        store = SnapshotStore(self.workspace.snapshots)
        return {c.url: c for c in store.captures(str(MONTH)) if c.url in self.labels}

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return rows of the warehouse."""
        con = open_reader(self.workspace.warehouse)
        try:
            return con.sql(sql).fetchall()
        finally:
            con.close()


def address_of(label: Label) -> str:
    """Return the address a page is served under."""
    told = label["page_url"] or f"http://{label['host']}/{label['file']}"
    return str(told).replace("https://", "http://", 1)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    folder = tmp_path_factory.mktemp("saved")
    lines = (PAGES / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    labels = {address_of(label): label for label in map(json.loads, lines)}
    warc = capture(labels, folder)
    workspace = make_workspace(labels, folder / "w")
    taken = import_captures(workspace, MONTH, [warc])
    assert set(taken.captures) == {label["host"] for label in labels.values()} and not taken.unknown_hosts
    report = run_month(workspace, MONTH, from_snapshots=True)
    assert report.success, report
    return Imported(workspace, labels)


def capture(labels: dict[str, Label], folder: Path) -> Path:
    """Serve the pages by the recipe's own program and let wget capture them."""
    program = re.search(r"```python\n(.*?)```", RECIPE.read_text(encoding="utf-8"), re.DOTALL)
    assert program is not None
    (folder / "serve.py").write_text(program[1], encoding="utf-8")
    saved = folder / "pages"
    shutil.copytree(PAGES, saved)
    (saved / "addresses.tsv").write_text(
        "".join(f"{label['file']}\t{address}\n" for address, label in labels.items()), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "serve.py", str(saved), str(port)], cwd=folder, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None and server.stdout.readline().strip() == f"http://127.0.0.1:{port}"
        subprocess.run(
            ["wget", "--quiet", "--no-config", "-e", "use_proxy=yes", "-e", f"http_proxy=http://127.0.0.1:{port}",
             "-e", "robots=off", "--input-file", "addresses.txt", "--warc-file", "saved", "--delete-after",
             "--no-directories", "--tries=2", "--timeout=20"],
            cwd=folder, check=True,
        )
    finally:
        server.kill()
        server.wait()
    return folder / "saved.warc.gz"


def make_workspace(labels: dict[str, Label], folder: Path) -> Workspace:
    """Make a workspace with a unit and a portal for each host; its address is the home page that was saved."""
    create_workspace(folder, None, date.today())
    homes = {label["host"]: address for address, label in labels.items() if label["kind"] == "home"}
    hosts = sorted({label["host"] for label in labels.values()})
    with (folder / "units.csv").open("a", encoding="utf-8") as units:
        units.writelines(f"{host},Đơn vị {host},department,\n" for host in hosts)
    with (folder / "portals.csv").open("a", encoding="utf-8") as portals:
        portals.writelines(f"{host},{homes.get(host, f'http://{host}/')}\n" for host in hosts)
    return load_workspace(folder)


def test_every_saved_page_is_in_the_workspace_byte_for_byte(imported: Imported) -> None:
    store, captures = SnapshotStore(imported.workspace.snapshots), imported.captures()
    assert len(captures) == len(imported.labels)
    assert store.verify() == []
    for address, label in imported.labels.items():
        assert store.body(captures[address]) == (PAGES / label["file"]).read_bytes(), address


def test_the_workbooks_are_made_and_nothing_is_said_to_be_simulated(imported: Imported) -> None:
    for name in WORKBOOKS:
        workbook = openpyxl.load_workbook(imported.workspace.outputs(MONTH) / name)
        text = " ".join(str(v) for sheet in workbook for row in sheet.iter_rows(values_only=True) for v in row if v)
        assert "mô phỏng" not in text.lower()


def test_no_unit_is_judged_by_a_few_of_its_pages(imported: Imported) -> None:
    cells = appendix_cells(imported.workspace, MONTH)
    rows = imported.query("SELECT unit_id, assessed, cause FROM fact_coverage_monthly")
    assert {row[0] for row in rows} == set(cells)
    for unit_id, assessed, cause in rows:
        assert not assessed and cause not in ("", "none"), unit_id
        assert cells[unit_id][str(MONTH)] == UNKNOWN
        assert cells[unit_id]["note of phu-luc-2"].startswith("Không đánh giá được: ")


def test_a_posting_that_is_read_has_the_title_and_the_date_that_its_page_shows(imported: Imported) -> None:
    shown = labelled_postings(imported)
    rows = imported.query("SELECT s.url, s.title, s.displayed_on, c.url FROM posting_sighting s "
                          "JOIN capture c USING (capture_id) WHERE s.presence = 'live'")
    told = [(page, identity(url), title, day) for url, title, day, page in rows if (page, identity(url)) in shown]
    assert len(told) >= 15
    wrong_titles = [title for page, at, title, _ in told if key(title) not in {key(t) for t, _ in shown[page, at]}]
    wrong_days = [
        (title, str(day)) for page, at, title, day in told
        if (day.isoformat() if day else None) not in {d for _, d in shown[page, at]}
    ]
    assert len(wrong_titles) <= len(told) * 0.02 and len(wrong_days) <= len(told) * 0.01, (wrong_titles, wrong_days)


def labelled_postings(imported: Imported) -> dict[tuple[str, str], set[tuple[str, str | None]]]:
    """Return (page, identity of the posting) → the titles and days that the page shows for it."""
    found: dict[tuple[str, str], set[tuple[str, str | None]]] = defaultdict(set)
    for address, label in imported.labels.items():
        for posting in label["postings"]:
            at = canonical(posting["href"], address)
            if at is not None:
                issued = posting.get("date_kind") == "issue"
                found[address, identity(at)].add((posting["title"], None if issued else posting["date_iso"]))
        article = label["article"]
        if article:
            found[address, identity(address)].add((article["title"], article["date_iso"]))
    return found
