"""Documents of postings over HTTP: which are asked for, what is kept of them, what they settle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.facts.context import MonthContext
from pipeline.facts.observations import Observations, observe
from pipeline.months import Month
from pipeline.programmes.loader import load
from pipeline.registry.model import Portal, Registry, UnitVersion
from pipeline.snapshots.model import Cause, Outcome
from tests.spiders.conftest import AS_OF, QUICK, Crawl
from tests.spiders.site import Answer, Site
from tests.unit.attachments import files

RESULT = files.word(
    "Số: 45/TB-SNV", "THÔNG BÁO", "Kết quả tiếp công dân định kỳ tháng 02 năm 2018 của Giám đốc Sở",
    "Ngày 15/02/2018 Giám đốc Sở đã tiếp 04 lượt công dân; kết quả giải quyết đơn thư khiếu nại, tố cáo như sau.")
NAV = '<div id="menu"><a href="/">Trang chủ</a> <a href="/tiep-dan">Tiếp công dân</a></div>'


def page(body: str) -> str:
    return f"<html><head><title>Sở Nội vụ</title></head><body>{NAV}{body}</body></html>"


@pytest.fixture
def office(site: Site) -> Callable[..., str]:
    """A portal whose section lists documents and postings that only offer documents. Returns its address."""

    def make(rows: dict[str, tuple[str, str]], bodies: dict[str, bytes], texts: dict[str, str] | None = None) -> str:
        listed = "".join(
            f'<li><a href="{path}">{title}</a> <span class="date">{day}</span></li>'
            for path, (title, day) in rows.items())
        site.page("so.test/", page(f"<h1>Sở</h1><p>{'Trang thông tin điện tử của Sở. ' * 12}</p>"))
        site.page("so.test/tiep-dan", page(f'<h1>Tiếp công dân</h1><ul class="list">{listed}</ul>'))
        for path, text in (texts or {}).items():
            title, day = rows[path]
            site.page(f"so.test{path}", page(
                f'<h1>{title}</h1><p class="date">Ngày đăng: {day}</p><div class="content">{text}</div>'))
        for path, body in bodies.items():
            kind = "application/pdf" if path.endswith("pdf") else "application/octet-stream"
            site.routes[f"so.test{path}"] = Answer(body, headers={"Content-Type": kind, "ETag": f'"{len(body)}"'})
        return "http://so.test/"

    return make


def observed(crawl: Crawl, cache: Path | None = None) -> Observations:
    """What the month's captures say, by themselves."""
    since = date(2010, 1, 1)
    unit = UnitVersion("u1", "Sở Nội vụ", "department", 1, since)
    registry = Registry((unit,), (), (Portal("p1", "u1", "http://so.test/", since),), ())
    until = datetime(2030, 1, 1, tzinfo=UTC)
    context = MonthContext(Month.parse("2018-02"), load("citizen_reception"), registry, until, crawl.store, cache)
    return observe(context)


def facts(crawl: Crawl, cache: Path | None = None) -> dict[str, dict[str, Any]]:
    """The sightings of the month out of captures alone, by title; a listing's row where there is one."""
    rows = observed(crawl, cache).posting_sighting
    return {row["title"]: row for row in sorted(rows, key=lambda row: row["role"])}


VAGUE = "Thông báo số 45 của Sở Nội vụ"


def test_a_document_settles_what_its_title_leaves_open(
    crawl: Crawl, office: Callable[..., str], tmp_path: Path
) -> None:
    rows = {
        "/tb45.docx": (VAGUE, "20/02/2018"), "/tb46.docx": ("Thông báo số 46 của Sở Nội vụ", "21/02/2018"),
        "/lich.docx": ("Lịch tiếp công dân tháng 02 năm 2018 của Giám đốc Sở", "01/02/2018"),
    }
    url = office(rows, {"/tb45.docx": RESULT, "/tb46.docx": b"spoiled", "/lich.docx": files.word("Lịch")})
    crawl.run(crawl.job(url))
    for cache in (None, tmp_path / "cache", tmp_path / "cache"):
        told = facts(crawl, cache)
        settled = told[VAGUE]
        assert (settled["group_id"], settled["needs_review"]) == ("result", False)
        assert settled["document_number"] == "45/TB-SNV"
        assert settled["posted_on"] == date(2018, 2, 20), "the date inside a document is never a posting date"
        assert "file[docx]: read" in settled["cues"]
        doubtful = told["Thông báo số 46 của Sở Nội vụ"]
        assert doubtful["needs_review"] and "file[unknown]: unsupported" in doubtful["cues"]


def test_documents_are_asked_for_only_where_they_can_settle_something(
    crawl: Crawl, office: Callable[..., str], site: Site
) -> None:
    rows = {
        "/lich.pdf": ("Lịch tiếp công dân tháng 02 năm 2018 của Giám đốc Sở", "01/02/2018"),
        "/ngan.html": ("Thông báo kết quả tiếp công dân tháng 02", "12/02/2018"),
        "/dai.html": ("Lịch tiếp công dân tháng 03 năm 2018 của Sở", "26/02/2018"),
    }
    links = '<a href="/x.doc">a.doc</a> <a href="/1.pdf">1</a> <a href="/2.docx">2</a> <a href="/3.xlsx">3</a>'
    url = office(rows, {}, {
        "/ngan.html": f"<p>Xem tệp đính kèm.</p>{links}",
        "/dai.html": f"<p>{'Giám đốc Sở tiếp công dân tại trụ sở vào các ngày trong tháng. ' * 9}</p>{links}",
    })
    crawl.run(crawl.job(url))
    asked = [path for path in site.paths("so.test") if path.rpartition(".")[2] in ("pdf", "doc", "docx", "xlsx")]
    assert asked == ["/1.pdf", "/2.docx"]
    assert {c.role for c in crawl.captures() if c.url.endswith((".pdf", ".docx"))} == {"file"}


def test_a_scan_is_said_to_be_one(crawl: Crawl, office: Callable[..., str]) -> None:
    rows = {"/qd.html": ("Thông báo kết quả tiếp công dân tháng 02 năm 2018", "12/02/2018")}
    url = office(rows, {"/qd.pdf": files.scanned_pdf()}, {"/qd.html": '<p>Chi tiết:</p><a href="/qd.pdf">Tải về</a>'})
    crawl.run(crawl.job(url))
    assert "file[pdf]: scanned" in facts(crawl)["Thông báo kết quả tiếp công dân tháng 02 năm 2018"]["cues"]


def test_a_document_lands_once_and_is_revisited(crawl: Crawl, office: Callable[..., str], site: Site) -> None:
    url = office({"/tb45.docx": (VAGUE, "20/02/2018")}, {"/tb45.docx": RESULT})
    answer = site.routes["so.test/tb45.docx"]
    assert isinstance(answer, Answer)
    site.routes["so.test/tb45.docx"] = lambda asked: (
        Answer(status=304, headers=answer.headers) if "if-none-match" in asked.headers else answer)
    crawl.run(crawl.job(url))
    landed = crawl.capture("http://so.test/tb45.docx")
    assert (landed.outcome, crawl.store.body(landed)) == (Outcome.CAPTURED, RESULT)
    crawl.run(crawl.job(url, as_of=AS_OF + timedelta(hours=1)))
    again = crawl.capture("http://so.test/tb45.docx")
    assert (again.outcome, crawl.store.body(again)) == (Outcome.UNCHANGED, RESULT)
    assert crawl.store.verify() == []
    assert facts(crawl)[VAGUE]["group_id"] == "result"


def test_a_document_over_the_cap_is_left(crawl: Crawl, office: Callable[..., str]) -> None:
    url = office({"/tb45.docx": (VAGUE, "20/02/2018")}, {"/tb45.docx": RESULT})
    crawl.run(crawl.job(url, politeness=QUICK.model_copy(update={"file_bytes": 1000})))
    landed = crawl.capture("http://so.test/tb45.docx")
    assert (landed.outcome, landed.cause) == (Outcome.TRUNCATED, Cause.TOO_LARGE)
    assert facts(crawl)[VAGUE]["needs_review"]


def test_traps_among_documents_hurt_nobody(crawl: Crawl, office: Callable[..., str]) -> None:
    traps = {
        "/1.docx": files.zip_bomb(200), "/2.docx": files.xml_bomb(), "/3.pdf": files.encrypted_pdf(),
        "/4.pdf": files.endless_pdf(), "/5.docx": RESULT,
    }
    url = office({path: (f"Thông báo số {n}", f"{n + 10}/02/2018") for n, path in enumerate(traps)}, traps)
    crawl.run(crawl.job(url))
    told = facts(crawl)
    cues = {title: [cue for cue in row["cues"] if cue.startswith("file[")] for title, row in told.items()}
    assert cues == {
        "Thông báo số 0": ["file[docx]: too_large"], "Thông báo số 1": ["file[docx]: damaged"],
        "Thông báo số 2": ["file[pdf]: encrypted"], "Thông báo số 3": ["file[pdf]: damaged"],
        "Thông báo số 4": ["file[docx]: read"],
    }
    assert told["Thông báo số 4"]["group_id"] == "result"
