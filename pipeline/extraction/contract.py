"""The JSON object that the `extract` command prints for one page.

What belongs here: the shape promised to other tools. What does not: reading a page (`page`), groups of sections
(passed in as a function).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from pipeline.extraction.model import Article, Attachment, DateSource, Reading, Row


def extract_json(reading: Reading, label_group: Callable[[str], str | None] | None = None) -> dict[str, Any]:
    """Return a reading as the object of the `extract` command: dates ISO or null, addresses absolute.

    `label_group` names the information group of a navigation label, or None; `sections` holds the navigation
    links for which it answers (none without it).
    """
    return {
        "kind": reading.kind.value,
        "postings": [_row(row) for row in reading.rows],
        "article": _article(reading.article) if reading.article is not None else None,
        "next_pages": [page.url for page in reading.next_pages],
        "sections": _sections(reading, label_group) if label_group is not None else [],
        "valid": reading.valid,
        "invalid_reason": reading.invalid_reason,
    }


def _row(row: Row) -> dict[str, Any]:
    return {"title": row.title, "url": row.url,
            **_dates(row.displayed_on, row.posted_on, row.posted_on_raw, row.posted_on_source),
            "attachments": _attachments(row.attachments)}


def _article(article: Article) -> dict[str, Any]:
    return {"title": article.title,
            **_dates(article.displayed_on, article.posted_on, article.posted_on_raw, article.posted_on_source),
            "attachments": _attachments(article.attachments),
            "document_number": article.document_number, "document_type": article.document_type}


def _dates(displayed: date | None, posted: date | None, raw: str | None, source: DateSource | None
           ) -> dict[str, str | None]:
    return {"displayed_on": displayed.isoformat() if displayed else None,
            "posted_on": posted.isoformat() if posted else None,
            "posted_on_raw": raw, "posted_on_source": source.value if source else None}


def _attachments(found: tuple[Attachment, ...]) -> list[str]:
    return [attachment.url for attachment in found]


def _sections(reading: Reading, label_group: Callable[[str], str | None]) -> list[dict[str, str]]:
    sections = []
    for link in reading.links:
        group = label_group(link.label)
        if group is not None:
            sections.append({"label": link.label, "url": link.url, "group": group})
    return sections
