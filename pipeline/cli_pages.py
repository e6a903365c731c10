"""Commands on single pages and postings: `extract` and `classify`, contracts for other tools.

What belongs here: reading files and standard input, printing JSON. What does not: reading pages
(`pipeline.extraction`), deciding (`pipeline.classification`).
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.classification.classifier import Classifier
from pipeline.classification.contract import classify_line
from pipeline.classification.sections import SectionLabels
from pipeline.cli_options import parse_moment, say
from pipeline.extraction.addresses import identity
from pipeline.extraction.model import Article, Page, Reading, Row
from pipeline.extraction.page import read_page
from pipeline.problems import UserError, refusal
from pipeline.programmes import loader as programmes
from pipeline.programmes.model import Programme

HELP = {
    "extract": "Đọc một trang đã lưu, in một đối tượng JSON.",
    "classify": "Phân loại tin đăng, mỗi dòng JSON một tin.",
}
_SECTION_WORDS = 9
_MAX_BYTES = 64 * 1024 * 1024
ProgrammeOption = Annotated[str, typer.Option("--programme", metavar="ID", help="Chương trình theo dõi.")]


def extract(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp HTML, XML hoặc JSON đã lưu; - là đầu vào chuẩn.")],
    url: Annotated[str, typer.Option("--url", metavar="URL", help="Địa chỉ của trang.")],
    content_type: Annotated[str, typer.Option("--content-type", help="Kiểu nội dung máy chủ khai.")] = "",
    fetched_at: Annotated[
        str | None, typer.Option("--fetched-at", metavar="T", help="Thời điểm tải, để hiểu “hôm qua”, “2 giờ trước”.")
    ] = None,
    programme: ProgrammeOption = "citizen_reception",
) -> None:
    """Print what is read from one page."""
    if not url.startswith(("http://", "https://")):
        raise UserError(f"--url {url!r}: viết đủ như https://sonoivu.tinh.gov.vn/tin-tuc")
    moment: datetime | None = parse_moment(fetched_at) if fetched_at else None
    reading = read_page(Page(url=url, body=_read(file), content_type=content_type, fetched_at=moment))
    say(json.dumps(extract_object(reading, SectionLabels(_programme(programme))), ensure_ascii=False))


def classify(programme: ProgrammeOption = "citizen_reception") -> None:
    """Classify JSON lines from standard input; a bad line is told and the others go on (exit code 2)."""
    classifier = Classifier(_programme(programme))
    wrong = 0
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        if not raw.strip():
            continue
        try:
            answer = classify_line(classifier, json.loads(raw))
        except (ValueError, RecursionError) as error:
            say(f"dòng {number}: {_json_problem(error)}", to_stderr=True)
            wrong += 1
            continue
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        # A reader that sends one line and waits for its answer gets it.
        sys.stdout.flush()
    if wrong:
        raise UserError(f"{wrong} dòng không đọc được; các dòng khác đã được phân loại")


def extract_object(reading: Reading, labels: SectionLabels) -> dict[str, Any]:
    """Return the contract's object of a reading."""
    return {
        "kind": reading.kind.value,
        "postings": [_posting(row) for row in reading.rows],
        "article": _article(reading.article) if reading.article else None,
        "next_pages": list(dict.fromkeys(page.url for page in reading.next_pages)),
        "sections": _sections(reading, labels),
        "valid": reading.valid,
        "invalid_reason": reading.invalid_reason,
    }


def _posting(row: Row) -> dict[str, Any]:
    return {"title": row.title, "url": row.url, **_dates(row)}


def _article(article: Article) -> dict[str, Any]:
    return {"title": article.title, **_dates(article)}


def _dates(read: Row | Article) -> dict[str, Any]:
    return {
        "displayed_on": _iso(read.displayed_on),
        "posted_on": _iso(read.posted_on),
        "posted_on_raw": read.posted_on_raw,
        "posted_on_source": read.posted_on_source.value if read.posted_on_source else None,
        "attachments": [attachment.url for attachment in read.attachments],
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _sections(reading: Reading, labels: SectionLabels) -> list[dict[str, Any]]:
    taken = {identity(row.url) for row in reading.rows}
    sections = []
    for link in reading.links:
        here = identity(link.url)
        if here in taken or len(link.label.split()) > _SECTION_WORDS or labels.kind(link.label) != "own":
            continue
        taken.add(here)
        sections.append({"label": link.label, "url": link.url, "group": labels.group(link.label)})
    return sections


def _programme(programme_id: str) -> Programme:
    known = sorted(path.stem for path in programmes.FOLDER.glob("*.yaml"))
    if programme_id not in known:
        raise UserError(f"--programme {programme_id!r}: không có; dùng {', '.join(known)}")
    return programmes.load(programme_id)


def _read(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read(_MAX_BYTES)
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise UserError(f"{file}: lớn hơn {_MAX_BYTES // 1024 // 1024} MB")
        return file.read_bytes()
    except OSError as error:
        raise UserError(f"{file}: không đọc được ({refusal(error)})") from error


def _json_problem(error: Exception) -> str:
    return f"không phải JSON ({error})" if isinstance(error, json.JSONDecodeError | RecursionError) else str(error)
