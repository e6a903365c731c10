"""What needs a person in a month, as known when its watching ended, less what people have settled already.

What belongs here: finding questions, with their evidence and what the program would say. What does not: what an
answer does (`pipeline.facts.settled`), how a question is put (`pipeline.outputs.review`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb

from pipeline.facts.context import MonthContext
from pipeline.facts.settled import CONTENT, MISSED
from pipeline.reviews.model import Content, Decision, Question, Ruling, Subject, dates_told

# Verdicts on a group or a date are asked of what was seen of the posting first, which gives it its id.
_POSTINGS = f"""
WITH {CONTENT.format(wanted="m.posting_id IN (SELECT posting_id FROM ctx_posting "
                            "WHERE needs_review OR state = 'suspected_gone')")},
read AS (
  SELECT m.posting_id, list_sort(list_distinct(list({{
    'source': coalesce(s.posted_on_source, ''),
    'said': coalesce(s.implausible_date, nullif(s.posted_on_raw, ''), s.posted_on::VARCHAR)}}))) AS dates
  FROM posting_sighting s JOIN ctx_location m USING (location_id)
  WHERE s.presence = 'live' AND s.seen_at <= $until AND coalesce(s.implausible_date, s.posted_on::VARCHAR) IS NOT NULL
    AND m.posting_id IN (SELECT posting_id FROM ctx_posting WHERE needs_review)
  GROUP BY m.posting_id
)
SELECT p.unit_id, p.url, p.title, c.location_id, c.title_key, coalesce(c.text_digest, '') AS text_digest,
  p.review_reasons, p.state = 'suspected_gone' AND p.group_id <> 'other' AS suspected,
  c.group_id AS read_group, p.group_id, p.level, coalesce(p.commune_id, '') AS commune_id, p.posted_on,
  coalesce(d.dates, []) AS known_dates, coalesce(r.dates, []) AS dates, {MISSED} AS missed,
  coalesce(p.counted_month = $month, false) OR p.first_seen >= $month_start AS bears,
  p.trail, p.cues, p.candidates, p.last_capture_id, p.missed_capture_id
FROM ctx_posting p
SEMI JOIN ctx_unit u ON u.unit_id = p.unit_id
JOIN content c ON c.location_id = p.posting_id
LEFT JOIN dates d ON d.posting_id = p.posting_id
LEFT JOIN read r ON r.posting_id = p.posting_id
WHERE p.needs_review OR p.state = 'suspected_gone'
ORDER BY p.unit_id, p.title, p.posting_id
"""  # noqa: S608 - put together from constants

# A list that was not there when the portal was read before. A page without rows, as a single posting's, is no list; one
# that holds nothing of the programme asks nothing.
_SECTIONS = f"""
WITH walked AS (
  SELECT s.*, min(s.crawl_id) OVER (PARTITION BY s.portal_id, s.section_url) AS first_crawl
  FROM section_observation s JOIN portal_observation p USING (crawl_id, portal_id)
  WHERE p.observed AND p.observed_at <= $until AND s.valid_pages > 0
),
told AS (
  SELECT portal_id, section_url, count(DISTINCT location_id) AS postings
  FROM posting_sighting WHERE presence = 'live' AND seen_at <= $until AND section_url <> '' GROUP BY ALL
)
SELECT s.unit_id, s.portal_id, s.section_url, s.trail, s.role, s.items, coalesce(t.postings, 0) AS postings,
  coalesce(s.captures[1], '') AS capture_id
FROM walked s
SEMI JOIN ctx_unit u ON u.unit_id = s.unit_id
LEFT JOIN told t USING (portal_id, section_url)
WHERE s.month = $month AND s.first_crawl >= (
    SELECT min(f.crawl_id) FROM section_observation f WHERE f.month = $month AND f.portal_id = s.portal_id)
  AND EXISTS (FROM portal_observation e
    WHERE e.portal_id = s.portal_id AND e.observed AND e.crawl_id < s.first_crawl)
  AND s.items > 0 AND (s.role = 'section' OR t.postings > 0)
  AND NOT EXISTS (FROM review_verdict v
    WHERE v.subject = '{Subject.SECTION}' AND v.portal_id = s.portal_id AND v.url = s.section_url)
QUALIFY row_number() OVER (PARTITION BY s.portal_id, s.section_url ORDER BY s.crawl_id DESC) = 1
ORDER BY s.unit_id, s.section_url
"""  # noqa: S608 - put together from constants


def open_questions(con: duckdb.DuckDBPyConnection, context: MonthContext) -> list[Question]:
    """Return what needs a person, by subject; within one what bears on the month comes first, then by unit.

    Needs the tables of `loading.ready`. A verdict that holds has answered its question.
    """
    values = {"month": context.month.first_day, "until": context.observed_until}
    found = [
        *(q for row in _rows(con, _POSTINGS, {**values, "month_start": context.month_start})
          for q in _of_posting(row)),
        *(_of_section(row) for row in _rows(con, _SECTIONS, values)),
    ]
    place = {unit: number for number, unit in enumerate(u.unit_id for u in context.registry.watched(
        context.month.last_day, context.programme.owes))}
    order = list(Subject)
    return sorted(found, key=lambda q: (order.index(q.content.subject), not q.bears, place[q.content.unit_id]))


def _rows(con: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    result = con.execute(sql, values)
    names = [column[0] for column in result.description]
    for row in result.fetchall():
        yield dict(zip(names, row, strict=True))


def _of_posting(row: dict[str, Any]) -> Iterator[Question]:
    reasons = tuple(row["review_reasons"])
    about_dates = tuple(reason for reason in reasons if reason != "group")
    if "group" in reasons:
        yield _question(row, Subject.GROUP, row["read_group"], _group_proposal(row), ("group",))
    if about_dates and row["group_id"] != "other":
        yield _question(row, Subject.DATE, dates_told(row["known_dates"]), _date_proposal(row["posted_on"]),
                        about_dates)
    if row["suspected"]:
        yield _question(row, Subject.REMOVAL, row["missed"], None, ("suspected_gone",))


def _group_proposal(row: dict[str, Any]) -> Decision:
    if row["group_id"] == "other":
        return Decision(Ruling.OTHER)
    return Decision(Ruling.GROUP, row["group_id"], row["level"], row["commune_id"])


def _date_proposal(day: date | None) -> Decision:
    return Decision(Ruling.DATE, posted_on=day) if day else Decision(Ruling.UNDATED)


def _question(row: dict[str, Any], subject: Subject, about: str, proposal: Decision | None,
              reasons: tuple[str, ...]) -> Question:
    content = Content(
        subject, row["unit_id"], row["url"], row["title"], location_id=row["location_id"],
        title_key=row["title_key"], text_digest=row["text_digest"], about=about)
    seen = row["missed_capture_id"] if subject is Subject.REMOVAL else row["last_capture_id"]
    return Question(
        content, proposal, reasons, row["bears"], row["trail"],
        tuple((str(d["source"]), str(d["said"])) for d in row["dates"]), tuple(row["cues"]),
        tuple(row["candidates"]), seen or "")


def _of_section(row: dict[str, Any]) -> Question:
    own = row["role"] == "section"
    content = Content(Subject.SECTION, row["unit_id"], row["section_url"], row["trail"], row["portal_id"])
    return Question(
        content, Decision(Ruling.SECTION if own else Ruling.NOT_SECTION), ("new_section",), True, row["trail"],
        cues=(f"items: {row['items']}", f"postings: {row['postings']}"), capture_id=row["capture_id"])
