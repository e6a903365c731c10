"""`recheck_waiting`: what is to be asked again, and from when on: postings that are suspected gone, and portals whose
crawl for the month still being watched came to no conclusion.

What belongs here: METHOD's re-checks as a list. What does not: asking (`pipeline.rechecks`), what an answer means
(`pipeline.facts.timeline`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

import duckdb

from pipeline.facts import evidence, timeline
from pipeline.facts.context import MonthContext, prepare
from pipeline.months import Month, local_date
from pipeline.programmes.model import Policy
from warehouse.description import table
from warehouse.schema import rows_to_arrow
from warehouse.store import replace_all

TABLE = "recheck_waiting"
POSTING, PORTAL = "posting", "portal"

# A row without an address of its own (`bare`) cannot be asked for: the next reading of its list looks for it.
_SUSPECTS = """
SELECT 'posting' AS kind, p.unit_id, l.portal_id, p.posting_id, l.location_id, l.url, p.title,
  'awaiting_recheck' AS cause, l.missed_at AS first_missed, (l.misses - 1)::INTEGER AS checks_done,
  l.checked_at AS last_checked, l.checked_at + to_hours($recheck_hours) AS due_at, NULL::DATE AS watched_month
FROM ctx_location l JOIN ctx_posting p USING (posting_id) SEMI JOIN ctx_portal t ON t.portal_id = l.portal_id
WHERE l.state = 'suspected_gone' AND p.state = 'suspected_gone' AND p.group_id <> 'other'
  AND NOT l.bare
"""

# A server that did not answer may do so in an hour; a page that could not be understood changes less often. What no
# second look can mend is left alone: a person decides.
_PORTALS = """
WITH tried AS (
  SELECT portal_id, max(observed_at) AS last_checked, count(*) - 1 AS checks_done
  FROM portal_observation WHERE month = $month AND kind = 'watch' AND observed_at <= $moment GROUP BY portal_id
), waiting AS (
  SELECT e.unit_id, e.portal_id, e.cause, t.last_checked, t.checks_done::INTEGER AS checks_done,
    t.last_checked + to_hours(CASE WHEN e.cause IN ('no_section', 'structure_changed') THEN $recheck_hours
                                   ELSE $retry_hours END) AS due_at
  FROM ctx_evidence e JOIN tried t USING (portal_id)
  WHERE NOT e.conclusive
    AND e.cause NOT IN ('robots', 'needs_browser', 'no_browser', 'unread_list', 'stuck_pager', 'too_large', 'budget')
)
SELECT 'portal' AS kind, w.unit_id, w.portal_id, NULL AS posting_id, NULL AS location_id, coalesce(r.url, '') AS url,
  '' AS title, w.cause, NULL::TIMESTAMPTZ AS first_missed, w.checks_done, w.last_checked, w.due_at,
  $month::DATE AS watched_month
FROM waiting w LEFT JOIN portal r USING (portal_id)
WHERE w.due_at < $ends
"""


@dataclass(frozen=True)
class Waiting:
    """One row of `recheck_waiting`; moments are UTC."""

    kind: str
    unit_id: str
    portal_id: str
    posting_id: str | None
    location_id: str | None
    url: str
    title: str
    cause: str
    first_missed: datetime | None
    checks_done: int
    last_checked: datetime
    due_at: datetime
    watched_month: date | None


def watched_month(moment: datetime, policy: Policy) -> Month:
    """Return the month that is being watched at an aware moment: the previous one while its watching is open, else
    the current one. Captures of re-checks are landed under it."""
    month = Month.of(local_date(moment))
    before = month.shift(-1)
    return before if moment < before.observed_until(policy.observation_ends_on_day) else month


def collect(con: duckdb.DuckDBPyConnection, context: MonthContext, moment: datetime) -> list[Waiting]:
    """Return what waits as of a moment, the soonest due first, out of what was observed up to then.

    `context` gives registry and programme; of any month. It replaces the temporary tables `ctx_*`.
    """
    timeline.materialise(con, moment, context.programme.policy)
    return _collect(con, context, moment)


def build(con: duckdb.DuckDBPyConnection, context: MonthContext) -> int:
    """Rebuild the table as of the last observation; return the number of rows.

    Needs `ctx_posting` and `ctx_location` of all sightings (`pipeline.facts.posting`, of which this is a part).
    """
    [[moment]] = con.execute(
        "SELECT greatest((SELECT max(seen_at) FROM posting_sighting), (SELECT max(fetched_at) FROM capture), "
        "(SELECT max(observed_at) FROM portal_observation))").fetchall()
    rows: Sequence[Waiting] = [] if moment is None else _collect(con, context, moment)
    return replace_all(con, TABLE, rows_to_arrow(table(TABLE), [asdict(row) for row in rows]))


def _collect(con: duckdb.DuckDBPyConnection, context: MonthContext, moment: datetime) -> list[Waiting]:
    policy = context.programme.policy
    month = watched_month(moment, policy)
    ends = month.observed_until(policy.observation_ends_on_day)
    watching = replace(context, month=month, observed_until=moment)
    prepare(con, watching)
    evidence.choose(con, watching)
    hours: dict[str, Any] = {"recheck_hours": policy.recheck_hours}
    found = con.execute(_SUSPECTS, hours).fetchall()
    found += con.execute(_PORTALS, {
        **hours, "retry_hours": policy.retry_hours, "month": month.first_day, "moment": moment, "ends": ends,
    }).fetchall()
    return sorted((Waiting(*row) for row in found), key=lambda row: (row.due_at, row.kind, row.portal_id, row.url))
