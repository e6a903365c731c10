"""`posting`, `posting_location` and `posting_edit`: postings through time as known now, rebuilt from all sightings; and
the postings behind a month's figures, as known when its watching ended.

What does not belong here: how a posting is told (`pipeline.facts.timeline`); the facts of a month.
"""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb

from pipeline.facts import posting_edit, recheck_waiting, timeline
from pipeline.facts.context import MonthContext
from warehouse.store import Select, replace_all

TABLE = "posting"
AS_OF = "posting_as_of"
"""The temporary table of `as_of`, with the columns of `posting`."""

_POSTINGS = """
SELECT p.* EXCLUDE (missed_capture_id), coalesce(e.edits, 0)::INTEGER AS edits, $programme AS programme_id
FROM ctx_posting p
LEFT JOIN (SELECT posting_id, count(*) AS edits FROM ctx_edit GROUP BY posting_id) e USING (posting_id)
ORDER BY p.unit_id, p.posting_id
"""
_LOCATIONS = """
SELECT posting_id, location_id, unit_id, url, first_seen, last_seen, portal_id, posted_on, state
FROM ctx_location ORDER BY unit_id, posting_id, location_id
"""
_FOLLOW = """
UPDATE posting_sighting SET posting_id = l.posting_id
FROM ctx_location l
WHERE l.location_id = posting_sighting.location_id AND l.posting_id <> posting_sighting.posting_id
"""
_ALL_TIME = datetime(9999, 1, 1, tzinfo=UTC)


def build(con: duckdb.DuckDBPyConnection, context: MonthContext) -> int:
    """Rebuild these tables and `recheck_waiting`, let sightings follow their posting's id; return how many postings
    there are."""
    timeline.materialise(con, _ALL_TIME, context.programme.policy)
    posting_edit.compare(con, _ALL_TIME)
    posting_edit.build(con)
    replace_all(con, "posting_location", Select(_LOCATIONS), audit=_follow)
    count = replace_all(con, TABLE, Select(_POSTINGS, {"programme": context.programme.id}))
    recheck_waiting.build(con, context)
    return count


def as_of(con: duckdb.DuckDBPyConnection, context: MonthContext) -> None:
    """Make `posting_as_of`: what was known of every posting when the month's watching ended.

    What a workbook shows of a posting does not change when the month is made again after later crawls.
    """
    timeline.materialise(con, context.observed_until, context.programme.policy)
    posting_edit.compare(con, context.observed_until)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {AS_OF} AS {_POSTINGS}", {"programme": context.programme.id})


def _follow(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(_FOLLOW)
