"""What the next crawl of a portal is told of the earlier ones: its lists, and postings that were live.

What belongs here: `known_portal` and of many. What does not: what the crawler does with it (`pipeline.navigation`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import duckdb

from pipeline.facts import timeline
from pipeline.facts.settled import RULED_SECTIONS
from pipeline.facts.sightings import TRAIL
from pipeline.navigation.model import Known
from pipeline.programmes.model import Policy

_SECTIONS = f"""
SELECT section_url, arg_max(trail, crawl_id) AS trail, bool_or(coalesce(r.role, s.role) = 'section') AS own,
  bool_or(CASE WHEN s.role = 'section' THEN to_end ELSE complete END) AS walked
FROM section_observation s JOIN portal_observation USING (crawl_id, portal_id)
LEFT JOIN {RULED_SECTIONS} r USING (portal_id, section_url)
WHERE portal_id = $portal AND observed_at < $before AND valid_pages > 0
GROUP BY section_url ORDER BY section_url
"""  # noqa: S608 - put together from constants

# Postings without an address of their own stand on their list's page: only the list can say whether they are live.
_POSTINGS = """
SELECT l.url, p.title
FROM ctx_location l JOIN ctx_posting p USING (posting_id)
WHERE p.group_id <> 'other' AND l.state <> 'gone' AND l.location_id IN (
  SELECT location_id FROM posting_sighting WHERE portal_id = $portal AND section_url <> url)
ORDER BY l.url
"""


def known_portal(con: duckdb.DuckDBPyConnection, portal_id: str, before: datetime,
                 policy: Policy | None = None) -> Known:
    """Return what was known of a portal just before a moment. An unknown portal gives an empty `Known`."""
    return known_portals(con, [portal_id], before, policy)[portal_id]


def known_portals(con: duckdb.DuckDBPyConnection, portal_ids: Iterable[str], before: datetime,
                  policy: Policy | None = None) -> dict[str, Known]:
    """Return what was known of each portal just before a moment: postings through time are made once for all."""
    timeline.materialise(con, before, policy or Policy())
    return {portal_id: _known(con, portal_id, before) for portal_id in portal_ids}


def _known(con: duckdb.DuckDBPyConnection, portal_id: str, before: datetime) -> Known:
    sections = con.execute(_SECTIONS, {"portal": portal_id, "before": before}).fetchall()
    postings = con.execute(_POSTINGS, {"portal": portal_id}).fetchall()
    return Known(
        sections={url: tuple(trail.split(TRAIL)) if trail else () for url, trail, own, _ in sections if own},
        walked=frozenset(url for url, _, _, walked in sections if walked),
        postings=dict(postings),
    )
