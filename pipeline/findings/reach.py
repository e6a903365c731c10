"""Findings about reachability: the one thing that can be said of a unit which could not be assessed.

What belongs here: portals that failed for days. What does not: why a unit is not assessable in a month
(`pipeline.facts.evidence`), whose cause stands in Ghi chú by itself.
"""

from __future__ import annotations

import duckdb

from pipeline.facts.context import MonthContext
from pipeline.findings.model import Raised, day
from pipeline.months import local_date
from pipeline.programmes.findings import Unreachable

# Failures in a row, of any month's crawls: what a portal was between two looks is not claimed, only that each failed.
_FAILURES = """
WITH look AS (
  SELECT p.portal_id, t.unit_id, p.crawl_id, p.observed_at, p.observed, p.cause, p.month,
    NOT p.observed AND list_contains($causes, p.cause) AS failed,
    count(*) FILTER (p.observed OR NOT list_contains($causes, p.cause))
      OVER (PARTITION BY p.portal_id ORDER BY p.observed_at, p.crawl_id) AS run
  FROM portal_observation p JOIN ctx_portal t USING (portal_id) WHERE p.observed_at <= $until
),
run AS (
  SELECT portal_id, unit_id, run, min(observed_at) AS first, max(observed_at) AS last, count(*) AS attempts,
    arg_max(cause, (observed_at, crawl_id)) AS cause, list_sort(list(crawl_id)) AS crawls,
    bool_or(month = $month) AS in_month,
    (SELECT max(observed_at) FROM look l WHERE l.portal_id = look.portal_id) > max(observed_at) AS over
  FROM look WHERE failed GROUP BY portal_id, unit_id, run
)
SELECT unit_id, portal_id, first, last, attempts, cause, crawls, over
FROM run WHERE in_month
QUALIFY row_number() OVER (PARTITION BY unit_id, portal_id ORDER BY last - first DESC, last DESC) = 1
ORDER BY unit_id, portal_id
"""


def unreachable(con: duckdb.DuckDBPyConnection, context: MonthContext, rule: Unreachable) -> list[Raised]:
    """Portals that failed at every look over `days` local days and more, the month's looks among them."""
    raised = []
    for unit, portal, start, end, attempts, cause, crawls, over in con.execute(_FAILURES, {
            "month": context.month.first_day, "until": context.observed_until, "causes": list(rule.causes),
    }).fetchall():
        facts = {"first": day(start), "last": day(end), "attempts": attempts, "cause": cause}
        days = (local_date(end) - local_date(start)).days + 1
        if days >= rule.days:
            subject = "" if portal == unit else portal
            raised.append(Raised(unit, subject, {**facts, "days": days}, tuple(crawls), over=over))
    return raised
