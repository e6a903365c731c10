"""Findings about how a portal arranges its lists: no section of its own, misfiled, scattered.

What belongs here: these kinds. What does not: which list speaks of which group (`pipeline.findings.scene`).
"""

from __future__ import annotations

import duckdb

from pipeline.facts.context import MonthContext
from pipeline.findings.model import Raised
from pipeline.programmes.findings import Misfiled, NoSection, Scattered

_NO_LIST = """
SELECT v.unit_id, v.coverage_id, count(p.posting_id), list_sort(list(p.posting_id) FILTER (p.posting_id IS NOT NULL))
FROM fact_coverage_monthly v LEFT JOIN ctx_shown p USING (unit_id)
WHERE v.month = $month AND v.assessed AND NOT EXISTS (FROM ctx_own_list s WHERE s.unit_id = v.unit_id)
GROUP BY ALL ORDER BY v.unit_id
"""

# A list is a group's own by its label, or because two postings and more of the programme stand there, all of it.
_NO_LIST_OF_GROUP = """
WITH own AS (
  SELECT unit_id FROM ctx_own_list WHERE list_contains(groups, $group)
  UNION
  SELECT unit_id FROM ctx_filed GROUP BY unit_id, portal_id, section_url
  HAVING bool_and(group_id = $group) AND count(*) >= 2
),
beside AS (
  SELECT f.unit_id, list_sort(list(DISTINCT o.group_id) FILTER (o.group_id <> $group)) AS others,
    list_sort(list(DISTINCT f.label)) AS labels
  FROM ctx_filed f JOIN ctx_filed o USING (unit_id, portal_id, section_url)
  WHERE f.group_id = $group AND f.level = 'own' AND o.level = 'own' GROUP BY f.unit_id
)
SELECT p.unit_id, any_value(v.coverage_id), count(*), list_sort(list(p.posting_id)), any_value(b.others),
  any_value(b.labels)
FROM ctx_shown p
JOIN fact_coverage_monthly v ON v.unit_id = p.unit_id AND v.month = $month
LEFT JOIN beside b ON b.unit_id = p.unit_id
ANTI JOIN own ON own.unit_id = p.unit_id
WHERE p.group_id = $group AND p.level = 'own'
GROUP BY p.unit_id ORDER BY p.unit_id
"""

_MISFILED = """
WITH each AS (
  SELECT unit_id, group_id, posting_id, list_sort(list(DISTINCT label) FILTER (len(groups) > 0)) AS labels
  FROM ctx_filed WHERE level = 'own' AND list_contains($groups, group_id)
  GROUP BY ALL
  HAVING bool_and(NOT list_contains(groups, group_id)) AND bool_and(len(groups) > 0)
)
SELECT unit_id, group_id, count(*), list_sort(list(posting_id)), list_sort(list_distinct(flatten(list(labels))))
FROM each GROUP BY unit_id, group_id ORDER BY unit_id, group_id
"""

# Two lists of which each has a posting of the group that the other has not, and not each a list of its own kind:
# a list that holds several groups is one of them.
_SCATTERED = """
WITH list AS (
  SELECT unit_id, group_id, portal_id, section_url, any_value(label) AS label,
    list_sort(list(posting_id)) AS ids, any_value(groups) AS groups
  FROM ctx_filed WHERE level = 'own' GROUP BY unit_id, group_id, portal_id, section_url
),
mixed AS (
  SELECT unit_id, portal_id, section_url FROM ctx_filed WHERE level = 'own'
  GROUP BY ALL HAVING count(DISTINCT group_id) > 1
),
pair AS (
  SELECT a.unit_id, a.group_id, a.label AS one, b.label AS other, list_concat(a.ids, b.ids) AS ids
  FROM list a JOIN list b USING (unit_id, group_id)
  WHERE (a.portal_id, a.section_url) < (b.portal_id, b.section_url)
    AND len(list_filter(a.ids, lambda x: NOT list_contains(b.ids, x))) > 0
    AND len(list_filter(b.ids, lambda x: NOT list_contains(a.ids, x))) > 0
    AND (EXISTS (FROM mixed m WHERE m.unit_id = a.unit_id AND m.portal_id = a.portal_id
                 AND m.section_url = a.section_url)
      OR EXISTS (FROM mixed m WHERE m.unit_id = b.unit_id AND m.portal_id = b.portal_id
                 AND m.section_url = b.section_url))
)
SELECT unit_id, group_id, list_sort(list_distinct(flatten(list(ids)))) AS ids,
  list_sort(list_distinct(flatten(list([one, other])))) AS labels
FROM pair WHERE list_contains($groups, group_id)
GROUP BY unit_id, group_id ORDER BY unit_id, group_id
"""


def no_section(con: duckdb.DuckDBPyConnection, context: MonthContext, rule: NoSection) -> list[Raised]:
    """Units without a list of the programme, or without one of the rule's group though it is on show."""
    month = context.month.first_day
    if rule.group is None:
        found = con.execute(_NO_LIST, {"month": month}).fetchall()
        return [Raised(unit, facts={"n": n}, evidence=(coverage, *(ids or ()))) for unit, coverage, n, ids in found]
    found = con.execute(_NO_LIST_OF_GROUP, {"month": month, "group": rule.group}).fetchall()
    order = [group.id for group in context.programme.groups]
    return [
        Raised(unit, rule.group, {
            "groups": [rule.group], "n": n, "others": [name for name in order if name in (others or ())],
            "sections": labels or [],
        }, (coverage, *ids))
        for unit, coverage, n, ids, others, labels in found
    ]


def misfiled(con: duckdb.DuckDBPyConnection, _: MonthContext, rule: Misfiled) -> list[Raised]:
    """Postings whose every list speaks of another group."""
    found = con.execute(_MISFILED, {"groups": list(rule.groups)}).fetchall()
    return [
        Raised(unit, group, {"groups": [group], "n": n, "sections": labels}, tuple(ids))
        for unit, group, n, ids, labels in found
    ]


def scattered(con: duckdb.DuckDBPyConnection, _: MonthContext, rule: Scattered) -> list[Raised]:
    """Groups spread over several lists of which one at least holds other groups too."""
    found = con.execute(_SCATTERED, {"groups": list(rule.groups)}).fetchall()
    return [
        Raised(unit, group, {"groups": [group], "n": len(ids), "sections": labels}, tuple(ids))
        for unit, group, ids, labels in found
    ]
