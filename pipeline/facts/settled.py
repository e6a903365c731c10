"""Which verdicts of people hold for which postings, and what they change in what is told of them.

What belongs here: matching a verdict with today's content (METHOD: observation is not verdict), and its effect on
`ctx_posting`. What does not: recording verdicts (`pipeline.reviews`); identity, sightings and captures, which no
verdict changes.
"""

from __future__ import annotations

from datetime import datetime

import duckdb

from pipeline.programmes.model import Policy
from pipeline.reviews.model import Ruling, Subject

# What each address says now: its list's title before that of its own page, which may be longer.
CONTENT = """
content AS (
  SELECT m.posting_id, s.location_id,
    any_value(s.unit_id) AS unit_id,
    arg_max(s.title_key, (s.role IN ('listing', 'standing'), s.crawl_id, s.capture_id)) AS title_key,
    arg_max(s.group_id, (s.role IN ('listing', 'standing'), s.crawl_id, s.capture_id)) AS group_id,
    arg_max(s.text_digest, (s.crawl_id, s.capture_id)) AS text_digest
  FROM posting_sighting s JOIN ctx_location m USING (location_id)
  WHERE s.presence = 'live' AND s.seen_at <= $until AND {wanted}
  GROUP BY m.posting_id, s.location_id
),
-- What was read of a posting's dates; a modification time is in conflict with nothing.
dates AS (
  SELECT posting_id, list_sort(list_distinct(list(said))) AS dates
  FROM (
    SELECT m.posting_id,
      unnest([CASE WHEN s.posted_on_source <> 'modified' THEN s.posted_on::VARCHAR END, s.implausible_date]) AS said
    FROM posting_sighting s JOIN ctx_location m USING (location_id)
    WHERE s.presence = 'live' AND s.seen_at <= $until AND {wanted}
  ) WHERE said IS NOT NULL GROUP BY posting_id
)"""
RULED_SECTIONS = f"""(
  SELECT portal_id, url AS section_url,
    CASE arg_max(ruling, place) WHEN '{Ruling.SECTION}' THEN 'section' ELSE 'general' END AS role
  FROM review_verdict WHERE subject = '{Subject.SECTION}' GROUP BY portal_id, url
)"""  # noqa: S608 - put together from constants
"""What people say that lists are: portal_id, section_url, role."""
MISSED = "strftime(timezone('UTC', p.first_missed), '%Y-%m-%dT%H:%M:%SZ')"
"""A suspicion is told apart by the moment it began."""

# A verdict on a group holds for the same title with the same text wherever it stands, and at its address; where the
# text there was changed so that another group is read out of it, it no longer does. One on a date holds while no
# date is read that the person did not know. One on a removal holds for that absence.
_HELD = f"""
CREATE OR REPLACE TEMP TABLE ctx_review AS
WITH named AS (
  SELECT DISTINCT m.posting_id
  FROM posting_sighting s JOIN ctx_location m USING (location_id)
  SEMI JOIN review_verdict v ON v.unit_id = s.unit_id AND v.title_key = s.title_key
  WHERE s.presence = 'live'
),
{CONTENT.format(wanted="m.posting_id IN (SELECT posting_id FROM named)")},
held AS (
  SELECT p.posting_id, v.*,
    CASE v.subject
      WHEN '{Subject.GROUP}' THEN v.about = c.group_id OR v.text_digest = ''
        OR coalesce(c.text_digest = v.text_digest, true)
      WHEN '{Subject.DATE}' THEN list_has_all(string_split(v.about, '; '), coalesce(d.dates, []))
      WHEN '{Subject.REMOVAL}' THEN v.about = {MISSED} AND p.state = 'suspected_gone'
      ELSE false END AS holds
  FROM content c
  JOIN ctx_posting p USING (posting_id)
  JOIN review_verdict v ON v.unit_id = c.unit_id AND v.title_key = c.title_key
    AND (v.location_id = c.location_id OR (v.text_digest <> '' AND v.text_digest = c.text_digest))
  LEFT JOIN dates d USING (posting_id)
)
SELECT posting_id,
  arg_max(held, place) FILTER (holds AND subject = '{Subject.GROUP}') AS grouped,
  arg_max(held, place) FILTER (holds AND subject = '{Subject.DATE}') AS dated,
  arg_max(held, place) FILTER (holds AND subject = '{Subject.REMOVAL}') AS seen
FROM held GROUP BY posting_id HAVING bool_or(holds)
"""  # noqa: S608 - put together from constants

_SETTLED = f"""
CREATE OR REPLACE TEMP TABLE ctx_posting AS
SELECT p.* REPLACE (
  CASE WHEN r.grouped IS NULL THEN p.group_id WHEN r.grouped.ruling = '{Ruling.OTHER}' THEN 'other'
       ELSE r.grouped.group_id END AS group_id,
  CASE WHEN r.grouped.ruling = '{Ruling.GROUP}' THEN r.grouped.level ELSE p.level END AS level,
  CASE WHEN r.grouped.ruling = '{Ruling.GROUP}' THEN nullif(r.grouped.commune_id, '') ELSE p.commune_id END
    AS commune_id,
  CASE WHEN r.grouped IS NULL THEN p.confidence ELSE 1.0 END AS confidence,
  CASE WHEN r.grouped IS NULL THEN p.candidates WHEN r.grouped.ruling = '{Ruling.OTHER}' THEN ['other']
       ELSE [r.grouped.group_id] END AS candidates,
  list_concat(p.cues, list_transform(
    list_filter([r.grouped.verdict_id, r.dated.verdict_id, r.seen.verdict_id], lambda v: v IS NOT NULL),
    lambda v: 'review:' || v)) AS cues,
  len(list_filter(p.review_reasons, lambda x: CASE x WHEN 'group' THEN r.grouped IS NULL ELSE r.dated IS NULL END)) > 0
    AS needs_review,
  list_filter(p.review_reasons, lambda x: CASE x WHEN 'group' THEN r.grouped IS NULL ELSE r.dated IS NULL END)
    AS review_reasons,
  CASE WHEN r.dated IS NULL THEN p.posted_on ELSE r.dated.posted_on END AS posted_on,
  CASE WHEN r.dated IS NULL OR r.dated.posted_on = p.posted_on THEN p.posted_on_raw END AS posted_on_raw,
  CASE WHEN r.dated IS NULL OR r.dated.posted_on = p.posted_on THEN p.posted_on_source
       WHEN r.dated.posted_on IS NOT NULL THEN 'review' END AS posted_on_source,
  CASE WHEN r.dated IS NULL THEN p.counted_month WHEN r.dated.posted_on IS NULL THEN part.counted_month
       ELSE date_trunc('month', r.dated.posted_on)::DATE END AS counted_month,
  CASE WHEN r.dated IS NULL THEN p.counted_by WHEN r.dated.posted_on IS NOT NULL THEN 'date'
       WHEN part.counted_month IS NOT NULL THEN 'first_seen' ELSE 'undated_stock' END AS counted_by,
  CASE r.seen.ruling WHEN '{Ruling.GONE}' THEN 'gone' WHEN '{Ruling.LIVE}' THEN 'live' ELSE p.state END AS state,
  CASE WHEN r.seen.ruling IS DISTINCT FROM '{Ruling.LIVE}' THEN p.first_missed END AS first_missed,
  CASE WHEN r.seen.ruling IS DISTINCT FROM '{Ruling.LIVE}' THEN p.missed_capture_id END AS missed_capture_id,
  CASE WHEN r.seen.ruling = '{Ruling.GONE}' THEN r.seen.made_at ELSE p.gone_confirmed_at END AS gone_confirmed_at
)
FROM ctx_posting p LEFT JOIN ctx_review r USING (posting_id) LEFT JOIN ctx_part part USING (posting_id)
"""  # noqa: S608 - put together from constants


def larger_part(spans: str) -> str:
    """Return SQL that gives posting_id and counted_month: the month that an undated posting belongs to.

    The interval in which it came (`spans`: a SELECT of posting_id, since and until, local times) belongs to the month
    that holds its larger part; of two equal parts, to the earlier.
    """
    return f"""
  SELECT posting_id, arg_max(start, (overlap, -epoch(start)))::DATE AS counted_month
  FROM (
    SELECT posting_id, start, least(until, start + INTERVAL 1 MONTH) - greatest(since, start) AS overlap
    FROM (
      SELECT posting_id, since, until,
        unnest(generate_series(date_trunc('month', since), until, INTERVAL 1 MONTH)) AS start
      FROM ({spans})
    )
  ) GROUP BY posting_id"""  # noqa: S608 - put together from constants


# Only those that a person took the date from: all others know their month already.
_PART = larger_part("""
SELECT p.posting_id, timezone('Asia/Ho_Chi_Minh', p.bounded_from) AS since,
  timezone('Asia/Ho_Chi_Minh', p.first_seen) AS until
FROM ctx_posting p JOIN ctx_review r USING (posting_id)
WHERE r.dated IS NOT NULL AND r.dated.posted_on IS NULL AND p.bounded_from IS NOT NULL
  AND $by_first_sighting""")


def settle(con: duckdb.DuckDBPyConnection, until: datetime, policy: Policy) -> None:
    """Let the verdicts that hold speak in `ctx_posting` (made by `timeline`), whenever they were made."""
    if not con.execute("SELECT count(*) FROM review_verdict").fetchall()[0][0]:
        return
    con.execute(_HELD, {"until": until})
    con.execute(f"CREATE OR REPLACE TEMP TABLE ctx_part AS {_PART}",
                {"by_first_sighting": policy.undated == "first_sighting"})
    con.execute(_SETTLED)
