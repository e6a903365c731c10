"""Findings about single postings: removed, backdated, with a changed date. Each is told once.

What belongs here: kinds whose subject is a posting. What does not: its state and edits (`pipeline.facts.timeline`,
`pipeline.facts.posting_edit`).
"""

from __future__ import annotations

import duckdb

from pipeline.facts import posting_edit
from pipeline.facts.context import MonthContext
from pipeline.findings.model import Raised, day
from pipeline.programmes.findings import Backdated, DateEdited, PostingsRemoved
from warehouse.issued import shown

# Where nothing of the group is left, `removed` says so of the group.
_REMOVED = """
SELECT p.unit_id, p.posting_id, p.group_id, p.title, p.last_seen, p.first_missed, p.missed_capture_id
FROM ctx_posting p JOIN ctx_since s USING (unit_id)
WHERE p.state = 'gone' AND p.group_id <> 'other' AND p.gone_confirmed_at > s.moment AND NOT EXISTS (
  FROM fact_checklist_monthly k
  WHERE k.month = $month AND k.programme_id = $programme AND k.unit_id = p.unit_id AND k.group_id = p.group_id
    AND k.level = p.level AND k.status = 'removed')
ORDER BY p.unit_id, p.posting_id
"""

# A person may confirm a removal after the watching of the month that tells of it.
_TOLD = """
SELECT subject, facts ->> 'last_seen' FROM {findings}
WHERE month < $month AND programme_id = $programme AND rule_id = $rule
"""

_BACKDATED = """
SELECT p.unit_id, p.posting_id, p.group_id, p.title, p.displayed_on, p.posted_on, p.first_seen, p.bounded_from
FROM ctx_posting p JOIN ctx_since s USING (unit_id)
WHERE p.backdated AND p.group_id <> 'other' AND p.first_seen > s.moment
ORDER BY p.unit_id, p.posting_id
"""

# The edits as the month knew them: what later crawls tell of them, or which postings these join, changes none.
_DATE_EDITED = f"""
SELECT e.unit_id, e.posting_id, p.group_id, p.title, e.old, e.new, e.capture_before, e.capture_after
FROM {posting_edit.MADE} e JOIN ctx_since s USING (unit_id) JOIN ctx_posting p USING (posting_id)
WHERE e.field = 'displayed_on' AND e.seen_after > s.moment AND e.seen_after <= $until AND p.group_id <> 'other'
QUALIFY row_number() OVER (PARTITION BY e.posting_id ORDER BY e.seen_after DESC, e.capture_after DESC) = 1
ORDER BY e.unit_id, e.posting_id
"""  # noqa: S608 - a constant


def postings_removed(con: duckdb.DuckDBPyConnection, context: MonthContext, rule: PostingsRemoved) -> list[Raised]:
    """Postings whose removal was confirmed since the unit was last assessed, and of which no earlier month told."""
    values = {"month": context.month.first_day, "programme": context.programme.id}
    found = con.execute(_REMOVED, values).fetchall()
    sql = _TOLD.format(findings=shown("finding", context.month.first_day))
    told = set(con.execute(sql, {**values, "rule": rule.id}).fetchall())
    return [
        Raised(unit, posting, {
            "groups": [group], "n": 1, "titles": [title], "last_seen": day(seen), "first_missed": day(missed),
        }, (posting, *((capture,) if capture else ())))
        for unit, posting, group, title, seen, missed, capture in found if (posting, day(seen)) not in told
    ]


def backdated(con: duckdb.DuckDBPyConnection, _: MonthContext, __: Backdated) -> list[Raised]:
    """Postings first seen since the unit was last assessed, with a date at which their list did not show them."""
    return [
        Raised(unit, posting, {
            "groups": [group], "n": 1, "titles": [title], "displayed": day(displayed or posted),
            "first_seen": day(seen), "not_there": day(before),
        }, (posting,))
        for unit, posting, group, title, displayed, posted, seen, before in con.execute(_BACKDATED).fetchall()
    ]


def date_edited(con: duckdb.DuckDBPyConnection, context: MonthContext, _: DateEdited) -> list[Raised]:
    """Postings whose displayed date was seen changed since the unit was last assessed: the last change of each."""
    posting_edit.compare(con, context.observed_until)
    return [
        Raised(unit, posting, {"groups": [group], "n": 1, "titles": [title], "old": old or None, "new": new or None},
               (posting, before, after))
        for unit, posting, group, title, old, new, before, after in con.execute(
            _DATE_EDITED, {"until": context.observed_until}).fetchall()
    ]
