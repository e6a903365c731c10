"""Captures: one row of a crawl's manifest, as written by the crawler and read by the pipeline.

What belongs here: the values and the closed vocabularies of outcomes and causes. What does not: writing WARC
(`scrapy_project.landing`) and reading it (`pipeline.snapshots.store`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """What a fetch returned (METHOD: observation)."""

    CAPTURED = "captured"          # a 2xx response landed whole
    UNCHANGED = "unchanged"        # 304; a revisit record refers to the earlier capture
    GONE = "gone"                  # 404 or 410
    MOVED = "moved"                # redirected off the portal
    BLOCKED = "blocked"            # 401, 403, 429, robots.txt, challenge
    FAILED = "failed"              # any other status, or no response
    TRUNCATED = "truncated"        # cut or over the cap
    NOT_ATTEMPTED = "not_attempted"


class Cause(StrEnum):
    """Why an observation failed; the Vietnamese text of each lives in `warehouse/` vocabularies."""

    NONE = "none"
    UNREACHABLE = "unreachable"          # DNS, refused, reset, no route
    TIMEOUT = "timeout"
    TLS = "tls"
    BLOCKED = "blocked"
    ROBOTS = "robots"
    MOVED = "moved"
    HTTP_ERROR = "http_error"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    INVALID_PAGE = "invalid_page"        # status 200 but a challenge, maintenance, parked, login or empty page
    STRUCTURE_CHANGED = "structure_changed"
    BUDGET = "budget"
    CRASHED = "crashed"
    NOT_CRAWLED = "not_crawled"
    NO_SECTION = "no_section"
    NEEDS_BROWSER = "needs_browser"      # a script would fill the list: render=browser in portals.csv shows it
    UNREAD_LIST = "unread_list"          # a pager, and no list that could be told from the page's other links
    STUCK_PAGER = "stuck_pager"          # only a script leads from a list's first page to its others
    NO_BROWSER = "no_browser"            # the portal needs a browser and the machine has none


@dataclass(frozen=True)
class Capture:
    """One fetch. `capture_id` = `<crawl_id>/<portal_id>/<seq>`; moments are UTC.

    `method`/`form` tell a POST of a pager. `file` is relative to the snapshots folder; `offset`/`length` are
    bytes of the gzip member. `digest` is `sha256:<hex>` of the decompressed body. A revisit (`unchanged`)
    carries `refers_to`, the capture id whose record holds the body. `rendered`: the body is the page as it stood
    after its scripts had run in a browser; what the server sent lies in the capture before it (role `unrendered`).
    `role` is the want's role
    (`pipeline.extraction.navigation.Role`), or `imported`.
    """

    capture_id: str
    crawl_id: str
    unit_id: str
    portal_id: str
    url: str
    final_url: str
    fetched_at: datetime
    status: int | None
    outcome: Outcome
    cause: Cause = Cause.NONE
    detail: str = ""
    digest: str | None = None
    content_type: str = ""
    size: int = 0
    file: str | None = None
    offset: int | None = None
    length: int | None = None
    refers_to: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    method: str = "GET"
    form: tuple[tuple[str, str], ...] = ()
    role: str = ""
    rendered: bool = False
