"""`posting_edit`: what changed on a posting between two crawls that saw it, old and new kept.

What belongs here: comparing like with like (a list's row with that list's row, a posting's page with its page), and
what is no edit. What does not: which addresses are one posting (`pipeline.facts.same_posting`), findings about edits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import duckdb

from pipeline.facts.sightings import ENOUGH_TEXT
from pipeline.text import key
from warehouse.description import table
from warehouse.schema import rows_to_arrow
from warehouse.store import replace_all

TABLE = "posting_edit"
MADE = "ctx_edit"
"""The temporary table of `compare`, with the columns of `posting_edit`."""

_CUT = re.compile(r"\s*(?:…|\.\.\.)$")
_FEW_TEXTS = 4
_WITH_YEAR = r"(19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-]\d\d"

# One row for each value that a posting's address shows in one place (`place`: its page, or a list) in one crawl, of
# the few addresses that ever showed two. A day that is read from a relative text, or from a modification, is no day
# that an office wrote.
_CHANGES = f"""
WITH live AS (
  SELECT *, CASE WHEN role = 'listing' THEN 'list ' || section_url ELSE 'page' END AS place
  FROM posting_sighting WHERE presence = 'live' AND seen_at <= $until
),
restless AS (
  SELECT location_id, place FROM live GROUP BY ALL
  HAVING min(title) <> max(title) OR min(displayed_on) <> max(displayed_on) OR min(posted_on) <> max(posted_on)
    OR min(text_digest) <> max(text_digest)
),
looked_at AS (
  SELECT v.*, l.posting_id AS told_of,
    posted_on_source <> 'modified' AND regexp_matches(posted_on_raw, '{_WITH_YEAR}') AS written
  FROM live v SEMI JOIN restless USING (location_id, place) JOIN ctx_location l USING (location_id)
),
said AS (
  SELECT *, 'title' AS field, title AS value FROM looked_at WHERE title <> ''
  UNION ALL
  SELECT *, 'displayed_on', displayed_on::VARCHAR FROM looked_at WHERE displayed_on IS NOT NULL AND written
  UNION ALL
  SELECT * REPLACE (place || ' ' || posted_on_source AS place), 'posted_on', posted_on::VARCHAR FROM looked_at
  WHERE displayed_on IS NULL AND posted_on IS NOT NULL AND written
  UNION ALL
  SELECT *, 'text', text_digest FROM looked_at
  WHERE role <> 'listing' AND text_digest IS NOT NULL AND text_length >= {ENOUGH_TEXT}
),
shown AS (
  SELECT told_of AS posting_id, unit_id, portal_id, field, location_id, place, crawl_id,
    list_sort(list(DISTINCT value)) AS said, min(seen_at) AS seen_at, arg_min(capture_id, seen_at) AS capture_id
  FROM said GROUP BY ALL
),
pair AS (
  SELECT *, lag(said) OVER crawls AS said_before, lag(seen_at) OVER crawls AS seen_before,
    lag(capture_id) OVER crawls AS capture_before
  FROM shown WINDOW crawls AS (PARTITION BY location_id, place, field ORDER BY crawl_id)
)
SELECT posting_id, unit_id, portal_id, field, place, crawl_id, said_before, said, seen_before, seen_at, capture_before,
  capture_id
FROM pair WHERE said_before IS NOT NULL AND NOT list_has_any(said_before, said)
ORDER BY posting_id, field, crawl_id, place, location_id
"""  # noqa: S608 - put together from constants

# How many texts one crawl of a portal read again.
_TEXTS = f"""
SELECT portal_id, crawl_id, count(*) FROM (
  SELECT DISTINCT portal_id, crawl_id, location_id, min(crawl_id) OVER (PARTITION BY location_id) AS first
  FROM posting_sighting
  WHERE presence = 'live' AND role <> 'listing' AND seen_at <= $until AND text_digest IS NOT NULL
    AND text_length >= {ENOUGH_TEXT}
) WHERE crawl_id > first GROUP BY ALL
"""  # noqa: S608 - put together from constants

# An address that came after another of the same posting: in its place, or as the posting shown once more.
_SUCCESSORS = """
WITH several AS (SELECT * FROM ctx_location QUALIFY count(*) OVER (PARTITION BY posting_id) > 1),
pair AS (
  SELECT b.posting_id, b.unit_id, b.portal_id, b.first_crawl, a.location_id AS old_id, b.location_id AS new_id,
    a.url AS old_url, b.url AS new_url, a.posted_on AS old_day, b.posted_on AS new_day,
    coalesce(a.last_listed_crawl < b.first_crawl, true) AND (
      a.state IN ('suspected_gone', 'gone') OR a.portal_id <> b.portal_id OR EXISTS (
        FROM posting_sighting s
        WHERE s.location_id = a.location_id AND s.moved_to = b.location_id AND s.seen_at <= $until)) AS moved
  FROM several b JOIN several a ON a.posting_id = b.posting_id AND a.first_crawl < b.first_crawl
  QUALIFY row_number() OVER (PARTITION BY b.location_id ORDER BY a.first_crawl DESC, a.location_id) = 1
),
sighting AS (
  SELECT location_id, crawl_id, seen_at, capture_id FROM posting_sighting
  WHERE presence = 'live' AND seen_at <= $until AND location_id IN (FROM (SELECT location_id FROM several))
)
SELECT p.posting_id, p.unit_id, p.portal_id, p.first_crawl, p.old_url, p.new_url, p.old_day, p.new_day,
  max(o.seen_at) AS seen_before, arg_max(o.capture_id, o.seen_at) AS capture_before,
  (SELECT min(seen_at) FROM sighting n WHERE n.location_id = p.new_id) AS seen_after,
  (SELECT arg_min(capture_id, seen_at) FROM sighting n WHERE n.location_id = p.new_id) AS capture_after
FROM pair p JOIN sighting o ON o.location_id = p.old_id AND o.crawl_id < p.first_crawl
WHERE p.moved OR p.old_day <> p.new_day
GROUP BY ALL ORDER BY p.posting_id, p.first_crawl, p.new_url
"""


@dataclass(frozen=True)
class Edit:
    """One change. `place`: where it was seen (`list <address>` or `page`); `crawl_id`: the crawl that saw it new."""

    posting_id: str
    unit_id: str
    portal_id: str
    field: str
    place: str
    crawl_id: str
    old: str
    new: str
    seen_before: datetime
    seen_after: datetime
    capture_before: str
    capture_after: str


def compare(con: duckdb.DuckDBPyConnection, until: datetime) -> None:
    """Make `ctx_edit` of what was seen up to `until`. Needs `ctx_location` as of then (`timeline.materialise`)."""
    found = list(_changes(con.execute(_CHANGES, {"until": until}).fetchall()))
    frames = _frames(con, found, until)
    found = [edit for edit in found if edit.field != "text" or (edit.portal_id, edit.crawl_id) not in frames]
    found += _successions(con.execute(_SUCCESSORS, {"until": until}).fetchall())
    described = table(TABLE)
    edits = rows_to_arrow(described, [_row(edit) for edit in once(found)])
    con.register("_edits", edits)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {MADE} AS SELECT * FROM _edits")  # noqa: S608 - a constant
    con.unregister("_edits")


def build(con: duckdb.DuckDBPyConnection) -> int:
    """Replace `posting_edit` by what `compare` made; return the number of rows."""
    return replace_all(con, TABLE, con.sql(f"FROM {MADE} ORDER BY ALL").to_arrow_table())


def _frames(con: duckdb.DuckDBPyConnection, found: Iterable[Edit], until: datetime) -> set[tuple[str, str]]:
    """Return (portal, crawl) where most of the texts that were read again differ: the page around them changed."""
    other = Counter((edit.portal_id, edit.crawl_id) for edit in found if edit.field == "text")
    if max(other.values(), default=0) * 2 <= _FEW_TEXTS:
        return set()
    read_again = {(portal, crawl): n for portal, crawl, n in con.execute(_TEXTS, {"until": until}).fetchall()}
    return {at for at, n in other.items() if read_again[at] >= _FEW_TEXTS and 2 * n > read_again[at]}


def _changes(rows: Iterable[tuple[Any, ...]]) -> Iterator[Edit]:
    for posting, unit, portal, field, place, crawl, before, after, *seen in rows:
        if field == "title" and any(same_title(old, new) for old in before for new in after):
            continue
        pick: Callable[[list[str]], str] = (lambda said: max(said, key=len)) if field == "title" else min
        yield Edit(posting, unit, portal, field, place, crawl, pick(before), pick(after), *seen)


def same_title(one: str, other: str) -> bool:
    """Say whether a reader takes two titles for the same: the same words, or one is the other cut short with "…"."""
    if key(one) == key(other):
        return True
    for cut, whole in ((one, other), (other, one)):
        start = _CUT.sub("", cut)
        if start != cut and key(whole).startswith(key(start)):
            return True
    return False


def _successions(rows: Iterable[tuple[Any, ...]]) -> Iterator[Edit]:
    for posting, unit, portal, crawl, old_url, new_url, old_day, new_day, before, held, after, shown in rows:
        url = Edit(posting, unit, portal, "url", "page", crawl, old_url, new_url, before, after, held, shown)
        yield url
        if old_day is not None and new_day is not None and old_day != new_day:
            yield replace(url, field="posted_on", old=str(old_day), new=str(new_day))


def once(edits: Iterable[Edit]) -> list[Edit]:
    """Return each change once, though a list shows it in one crawl and the posting's page in another.

    Of several changes of one field in one crawl the list's stands, as with the date itself; addresses and reposts
    are told one by one.
    """
    kept: list[Edit] = []
    last: dict[tuple[str, str], Edit] = {}
    taken: Counter[tuple[str, ...]] = Counter()
    for edit in sorted(edits, key=lambda e: (e.posting_id, e.crawl_id, _ORDER[e.field], e.place, e.new)):
        change = (edit.posting_id, edit.field)
        earlier = last.get(change)
        at = (edit.posting_id, edit.crawl_id, edit.field, *((edit.new,) if edit.field == "url" else ()))
        told_as_displayed = edit.field == "posted_on" and _same(last.get((edit.posting_id, "displayed_on")), edit)
        if taken[at] or told_as_displayed or (edit.field != "url" and _same(earlier, edit)):
            continue
        taken[at] += 1
        last[change] = edit
        kept.append(edit)
    return kept


_ORDER = {"title": 0, "text": 1, "displayed_on": 2, "posted_on": 3, "url": 4}


def _same(one: Edit | None, other: Edit) -> bool:
    if one is None:
        return False
    if other.field == "title":
        return same_title(one.old, other.old) and same_title(one.new, other.new)
    return (one.old, one.new) == (other.old, other.new)


def _row(edit: Edit) -> dict[str, Any]:
    return {column.name: getattr(edit, column.name) for column in table(TABLE).columns}
