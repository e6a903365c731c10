"""A workspace whose month was made once by the real run: one portal that answers, one that does not."""

import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from pipeline.months import ZONE, Month
from pipeline.runs import RunReport, run_month
from pipeline.workspace import Workspace, create_workspace, load_workspace

ROWS = "".join(
    f'<li><a href="/tin/{n}.html">Thông báo lịch tiếp công dân tuần {n} của Giám đốc Sở</a> '
    f"<span>0{n}/02/2018</span></li>"
    for n in range(1, 8)
)
HEAD = '<html><head><meta charset="utf-8"><title>Sở A</title></head><body><h1>Sở A</h1>'
MENU = '<ul class="menu"><li><a href="/">Trang chủ</a></li><li><a href="/lich.html">Lịch tiếp công dân</a></li></ul>'
PAGES = {
    "/": f"{HEAD}{MENU}<p>{'Chào mừng đến với trang thông tin điện tử của Sở A. ' * 10}</p></body></html>",
    "/lich.html": f'{HEAD}{MENU}<div class="content"><h2>Lịch tiếp công dân</h2><ul>{ROWS}</ul></div></body></html>',
    **{
        f"/tin/{n}.html": f"{HEAD}{MENU}<h2>Thông báo lịch tiếp công dân tuần {n} của Giám đốc Sở</h2>"
        f"<div>Ngày đăng: 0{n}/02/2018</div><p>{'Giám đốc Sở tiếp công dân vào thứ hai. ' * 20}</p></body></html>"
        for n in range(1, 8)
    },
}


class Portal(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = PAGES.get(self.path)
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write((body or "<p>Không có</p>").encode())

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@dataclass(frozen=True)
class Made:
    workspace: Workspace
    month: Month
    report: RunReport


def make_workspace(folder: Path, port: int) -> Workspace:
    create_workspace(folder, None, date(2019, 6, 1))
    (folder / "congkhai.toml").write_text(
        'title = "T"\nprovince = "P"\nfirst_month = "2018-01"\n[politeness]\ndelay_seconds = 0\n'
        f'timeout_seconds = 5\n[simulation.resolve]\n"so-a.test" = "127.0.0.1:{port}"\n"so-b.test" = "127.0.0.1:9"\n',
        encoding="utf-8",
    )
    (folder / "units.csv").write_text(
        "unit_id,name,kind\nso-a,Sở A,department\nso-b,Sở B,department\n", encoding="utf-8"
    )
    (folder / "portals.csv").write_text(
        "unit_id,url\nso-a,http://so-a.test/\nso-b,http://so-b.test/\n", encoding="utf-8"
    )
    return load_workspace(folder)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        workspace = make_workspace(tmp_path_factory.mktemp("made") / "w", server.server_address[1])
        month = Month(2018, 2)
        report = run_month(workspace, month, as_of=datetime(2018, 3, 5, 20, tzinfo=ZONE))
        yield Made(workspace, month, report)
    finally:
        server.shutdown()
        server.server_close()
