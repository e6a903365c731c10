"""What the kinds of findings look at besides the facts: lists as sections of groups, postings as filed in them.

What belongs here: the temporary tables `ctx_own_list`, `ctx_filed`, `ctx_since`, `ctx_shown`. What does not: any rule
(one module a family), and the tables of the facts (`pipeline.facts.loading.ready`), which are needed before.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from pipeline.classification.sections import SectionLabels
from pipeline.facts.context import MonthContext
from pipeline.facts.observations import cue_book
from pipeline.facts.sightings import TRAIL, location_id

_LISTS = """
SELECT e.unit_id, s.portal_id, s.section_url, s.trail
FROM ctx_section s
JOIN ctx_evidence e ON e.crawl_id = s.crawl_id AND e.portal_id = s.portal_id
WHERE s.role = 'section' AND s.valid_pages > 0
ORDER BY e.unit_id, s.portal_id, s.section_url
"""

# A menu entry that leads to a posting's own page is no list, whatever its label says; a standing page is one.
_DISGUISED = """
DELETE FROM ctx_own_list WHERE EXISTS (
  FROM ctx_location l JOIN posting_sighting v USING (location_id)
  WHERE l.location_id = ctx_own_list.location_id AND v.presence = 'live' AND v.seen_at <= $until
    AND v.form <> 'standing')
"""

# On show and of a settled group: what a list is judged by.
_SHOWN = """
CREATE OR REPLACE TEMP TABLE ctx_shown AS
SELECT p.* FROM ctx_posting p
JOIN fact_coverage_monthly v ON v.unit_id = p.unit_id AND v.month = $month AND v.assessed
WHERE p.group_id <> 'other' AND p.state IN ('live', 'unlisted') AND NOT list_contains(p.review_reasons, 'group')
"""

# Where a posting stood when it was last on a list: one that moved stands in its new place alone. A row on three lists
# and more stands in a block of latest postings, which files it nowhere.
_FILED = """
CREATE OR REPLACE TEMP TABLE ctx_filed AS
WITH listed AS (
  SELECT p.posting_id, p.unit_id, p.group_id, p.level, v.portal_id, v.section_url, v.crawl_id,
    max(v.crawl_id) OVER (PARTITION BY p.posting_id) AS latest
  FROM posting_sighting v JOIN ctx_location l USING (location_id) JOIN ctx_shown p ON p.posting_id = l.posting_id
  WHERE v.presence = 'live' AND v.seen_at <= $until AND v.section_url <> '' AND v.role IN ('listing', 'standing')
),
filed AS (
  SELECT DISTINCT f.posting_id, f.unit_id, f.group_id, f.level, s.portal_id, s.section_url, s.label, s.groups
  FROM listed f JOIN ctx_own_list s USING (unit_id, portal_id, section_url)
  WHERE f.crawl_id = f.latest
)
SELECT * FROM filed QUALIFY count(*) OVER (PARTITION BY posting_id) < 3
"""

# An event is told once, in the first assessed month that knows of it.
_SINCE = """
CREATE OR REPLACE TEMP TABLE ctx_since AS
SELECT u.unit_id, coalesce(max(v.observed_until), $month_start) AS moment
FROM ctx_unit u
LEFT JOIN fact_coverage_monthly v ON v.unit_id = u.unit_id AND v.assessed AND v.month < $month
GROUP BY u.unit_id
"""


def prepare(con: duckdb.DuckDBPyConnection, context: MonthContext) -> None:
    """Make the tables; those of `pipeline.facts.loading.ready` and `fact_coverage_monthly` must be there.

    `ctx_own_list` (unit_id, portal_id, section_url, label, groups): the programme's own lists of the crawl that the
    month stands on, each with the groups its labels speak of, none where they speak of no single one.
    `ctx_filed`: a posting on show in such a list. `ctx_shown`: postings on show whose group is settled, of units that
    were assessed. `ctx_since` (unit_id, moment): up to when a unit's events were told by earlier months.
    """
    labels = SectionLabels(context.programme, cue_book(context.programme))
    found = con.execute(_LISTS).fetchall()
    trails = [tuple(trail.split(TRAIL)) for *_, trail in found]
    con.register("_lists", pa.table({
        "unit_id": pa.array([row[0] for row in found], pa.string()),
        "portal_id": pa.array([row[1] for row in found], pa.string()),
        "section_url": pa.array([row[2] for row in found], pa.string()),
        "location_id": pa.array([location_id(row[0], row[2]) for row in found], pa.string()),
        "label": pa.array([trail[-1] for trail in trails], pa.string()),
        "groups": pa.array([_groups(labels, trail) for trail in trails], pa.list_(pa.string())),
    }))
    con.execute("CREATE OR REPLACE TEMP TABLE ctx_own_list AS SELECT * FROM _lists")
    con.unregister("_lists")
    until = {"until": context.observed_until}
    month = {"month": context.month.first_day}
    con.execute(_DISGUISED, until)
    con.execute(_SHOWN, month)
    con.execute(_FILED, until)
    con.execute(_SINCE, {**month, "month_start": context.month_start})


def _groups(labels: SectionLabels, trail: tuple[str, ...]) -> list[str]:
    """Return the groups that the innermost label with any speaks of."""
    return next((list(groups) for label in reversed(trail) if (groups := labels.groups(label))), [])
