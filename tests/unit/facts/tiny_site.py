"""A portal of a few pages in memory, crawled by the real navigator into real captures."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.classification import Classifier
from pipeline.extraction.page import read_page
from pipeline.facts.readings import page_of
from pipeline.months import Month
from pipeline.navigation.model import Arrival, Known
from pipeline.programmes.loader import load
from pipeline.snapshots.bodies import digest_of
from pipeline.snapshots.layout import End, PortalFiles
from pipeline.snapshots.model import Capture
from pipeline.snapshots.outcomes import of_status
from pipeline.snapshots.warc import build_record, http_head
from pipeline.snapshots.writer import SnapshotWriter
from scrapy_project.guide import navigator_for
from scrapy_project.job import CrawlJob, PortalJob

ROOT = "http://so-a.test/"
PROGRAMME = load("citizen_reception")


@dataclass
class Posting:
    """A posting of the site: `day` is what its own page shows, `listed` what the list shows."""

    path: str
    title: str
    day: str = ""
    listed: str = ""
    text: str = "Thực hiện Luật Tiếp công dân, cơ quan thông báo nội dung sau đây để công dân được biết. " * 6


@dataclass
class Site:
    """One section "Tiếp công dân" on an ordinary portal. `broken` maps addresses to a status."""

    postings: list[Posting] = field(default_factory=list)
    standing: dict[str, tuple[str, str]] = field(default_factory=dict)
    broken: dict[str, int] = field(default_factory=dict)
    lists: dict[str, tuple[str, str]] = field(default_factory=dict)

    def page(self, url: str) -> tuple[int, str]:
        path = url.removeprefix(ROOT)
        if path in self.broken:
            return self.broken[path], "<html><body><h1>Lỗi</h1></body></html>"
        if path == "":
            return 200, self._frame("Sở A", "<p>Chào mừng đến với trang thông tin điện tử của Sở A.</p>")
        if path == "tiep-cong-dan":
            return 200, self._frame("Tiếp công dân", "<ul class='news'>" + "".join(
                f"<li class='item'><h3><a href='/{p.path}'>{p.title}</a></h3>"
                f"<span class='date'>{p.listed}</span><p>Tóm tắt nội dung của tin.</p></li>"
                for p in self.postings) + "</ul>")
        if path in self.lists:
            label, rows = self.lists[path]
            return 200, self._frame(label, f"<ul class='news'>{rows}</ul>")
        if path in self.standing:
            label, text = self.standing[path]
            return 200, self._frame(label, f"<h1>{label}</h1><div class='content'><p>{text}</p></div>")
        for posting in self.postings:
            if path == posting.path:
                shown = f"<div class='date'>Ngày đăng: {posting.day}</div>" if posting.day else ""
                return 200, self._frame(posting.title, f"<h1>{posting.title}</h1>{shown}"
                                        f"<div class='content'><p>{posting.text}</p></div>")
        return 404, "<html><body><h1>404</h1></body></html>"

    def _frame(self, title: str, body: str) -> str:
        more = {**self.standing, **self.lists}
        menu = "".join(f"<li><a href='/{path}'>{label}</a></li>" for path, (label, _) in more.items())
        return (f"<!DOCTYPE html><html><head><title>{title}</title></head><body><nav><ul>"
                "<li><a href='/'>Trang chủ</a></li><li><a href='/tiep-cong-dan'>Tiếp công dân</a></li>"
                f"{menu}</ul></nav><main>{body}</main><footer>Bản quyền Sở A</footer></body></html>")


def crawl(site: Site, snapshots: Path, month: str, at: str, known: Known | None = None,
          stop_after: int | None = None, recheck: bool = False) -> str:
    """Crawl the site as the spider does, one want at a time, into a snapshots folder; return the crawl id.

    `stop_after` wants the process dies: no closing sheet is written.
    """
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    crawl_id = f"{moment:%Y%m%dT%H%M%SZ}-01"
    portal = PortalJob(portal_id="so-a", unit_id="so-a", unit_kind="department", url=ROOT, known=known or Known(),
                       recheck=recheck)
    job = CrawlJob(snapshots=snapshots, month=month, crawl_id=crawl_id, programme_id="citizen_reception",
                   window_from=Month.parse(month).first_day - timedelta(days=31), portals=(portal,))
    job.write_portal_jobs()
    writer = SnapshotWriter(PortalFiles(snapshots, month, crawl_id, "so-a"), moment, {"software": "test"})
    navigator = navigator_for(job, portal, Classifier(PROGRAMME, {}))
    wants = deque(navigator.start())
    asked = 0
    while wants:
        want = wants.popleft()
        asked += 1
        if stop_after is not None and asked > stop_after:
            writer.abandon()
            return crawl_id
        status, html = site.page(want.url)
        body = html.encode()
        outcome, cause = of_status(status)
        when = moment + timedelta(seconds=asked)
        head = http_head(status, "", ((b"Content-Type", b"text/html; charset=utf-8"),))
        record = build_record("response", want.url, when, "application/http;msgtype=response", head + body, ())
        extent = writer.write(record)
        capture = Capture(
            writer.next_id(), crawl_id, "so-a", "so-a", want.url, want.url, when, status, outcome, cause,
            digest=digest_of(body), content_type="text/html; charset=utf-8", size=len(body), file=extent.file,
            offset=extent.offset, length=extent.length, form=want.form, role=str(want.role))
        writer.add(capture)
        reading = read_page(page_of(capture, body)) if status == 200 else None
        wants.extend(navigator.arrive(Arrival(want, outcome, cause, capture.capture_id, want.url, reading)))
    writer.close(End.FINISHED, moment + timedelta(seconds=asked))
    return crawl_id
