"""Rows of `review_verdict` and `review_note` out of a workspace's reviews.

What belongs here: that. What does not: loading them (`pipeline.assets.reviews`), what holds for which posting
(`pipeline.facts.settled`).
"""

from __future__ import annotations

from typing import Any

from pipeline.months import Month
from pipeline.reviews.model import Note, Reviews, Verdict

Row = dict[str, Any]


def verdict_rows(reviews: Reviews) -> list[Row]:
    """Return every verdict in the order it was made; later ones prevail."""
    return [{"place": place, **_verdict(verdict)} for place, verdict in enumerate(reviews.verdicts, 1)]


def note_rows(reviews: Reviews) -> list[Row]:
    """Return the notes that stand, by month, unit and subject."""
    return [_note(note) for _, note in sorted(reviews.standing_notes().items())]


def _verdict(verdict: Verdict) -> Row:
    said, ruled = verdict.content, verdict.decision
    return {
        "verdict_id": verdict.verdict_id, "month": Month.parse(verdict.month).first_day, "subject": str(said.subject),
        "unit_id": said.unit_id, "portal_id": said.portal_id, "url": said.url, "title": said.title,
        "location_id": said.location_id, "title_key": said.title_key, "text_digest": said.text_digest,
        "about": said.about, "ruling": str(ruled.ruling), "group_id": ruled.group_id, "level": ruled.level,
        "commune_id": ruled.commune_id, "posted_on": ruled.posted_on, "reason": verdict.reason,
        "made_by": verdict.made_by, "made_at": verdict.made_at, "supersedes": verdict.supersedes,
    }


def _note(note: Note) -> Row:
    return {
        "month": Month.parse(note.month).first_day, "unit_id": note.unit_id, "kind": str(note.kind),
        "subject": note.subject, "text": note.text, "reason": note.reason, "made_by": note.made_by,
        "made_at": note.made_at, "note_id": note.note_id,
    }
