"""What a crawl is told: everything the crawler and a later replay need, as one JSON file.

What belongs here: the shape of a job and its files. What does not: where the values come from (`pipeline.workspace`,
`pipeline.registry`, the facts of earlier months).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_serializer, model_validator

from pipeline.extraction.override import Override
from pipeline.navigation.model import Known, Limits
from pipeline.snapshots.layout import PortalFiles
from pipeline.snapshots.writer import replace_text

USER_AGENT = "congkhai/0.1"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Simulation(_Strict):
    """Leave to reach loopback, and nothing else. Only a workspace that declares itself a simulation has one.

    `resolve` maps name patterns (`*.dak-nong.test`) to `127.0.0.1` or `127.0.0.1:8123`: the name stays in the
    address and in Host, the connection goes there. `loopback` allows addresses such as http://127.0.0.1:8123/.
    """

    loopback: bool = False
    resolve: dict[str, str] = Field(default_factory=dict)


class Politeness(_Strict):
    """How portals are treated. Times in seconds, sizes in bytes.

    `retries`: further tries after a transient failure, with a pause that doubles from `backoff_seconds`.
    `max_retry_after`: the longest Retry-After that is waited for; what asks for more counts as blocked.
    `give_up_after`: failures in a row (no answer, 429, 503) after which a portal is asked no more.
    `render_seconds`: the longest that one page may take in a browser, turns at the host's door included.
    `portal_seconds`: wall time of one portal; what is wanted after that is recorded as not attempted.
    """

    user_agent: str = USER_AGENT
    delay_seconds: float = Field(default=1.0, ge=0)
    timeout_seconds: float = Field(default=30.0, gt=0)
    retries: int = Field(default=2, ge=0)
    backoff_seconds: float = Field(default=2.0, ge=0)
    max_retry_after: float = 120.0
    max_crawl_delay: float = 30.0
    max_redirects: int = 10
    give_up_after: int = Field(default=8, ge=1)
    portal_seconds: float = Field(default=3600.0, gt=0)
    render_seconds: float = Field(default=120.0, gt=0)
    html_bytes: int = 5 << 20
    other_bytes: int = 20 << 20
    file_bytes: int = 10 << 20
    portals_at_once: int = Field(default=64, ge=1)


class PortalJob(_Strict):
    """One portal: whose it is, where it begins, what earlier crawls know of it.

    The exemptions are texts of a recorded decision (who, when, why); empty means none. `communes` are the units
    whose postings the portal may carry: id → name. `recheck`: ask only for the postings of `known`, which are
    suspected gone, and for a sign that the portal itself is up. `render`: http, or browser for pages that scripts
    fill. What the office says of the portal: `overrides` of reading,
    `extra_sections` to open from the start (address → label), `excluded` addresses (a `*` at the end: all that begin
    so) that are never asked for.
    """

    portal_id: str
    unit_id: str
    unit_kind: str
    url: str = Field(pattern=r"^https?://[^/\s]+")
    robots_exemption: str = ""
    tls_exemption: str = ""
    render: Literal["http", "browser"] = "http"
    recheck: bool = False
    known: Known = Field(default_factory=Known)
    communes: dict[str, str] = Field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    extra_sections: dict[str, str] = Field(default_factory=dict)
    excluded: tuple[str, ...] = ()

    @field_serializer("known")
    def _known(self, known: Known) -> dict[str, object]:
        """Write the sets of `known` in order: the same job gives the same bytes."""
        return {
            "sections": dict(sorted(known.sections.items())),
            "walked": sorted(known.walked),
            "postings": dict(sorted(known.postings.items())),
        }


class CrawlJob(_Strict):
    """One crawl of some portals for a month. `as_of` sets the clock of the crawl (a simulation's alone)."""

    snapshots: Path
    month: str
    crawl_id: str
    programme_id: str
    window_from: date
    as_of: AwareDatetime | None = None
    simulation: Simulation | None = None
    politeness: Politeness = Politeness()
    limits: Limits = Limits()
    processes: int = Field(default=2, ge=1)
    memory_mb: int = Field(default=1024, ge=256)
    portals: tuple[PortalJob, ...]

    @model_validator(mode="after")
    def _real_world(self) -> CrawlJob:
        """Refuse in the real world what only a simulation may do, and portals that would share their files."""
        if self.simulation is None and self.as_of is not None:
            raise ValueError("as_of is for simulations")
        if self.simulation is None and self.politeness.delay_seconds <= 0:
            raise ValueError("a delay of zero is for simulations")
        ids = [portal.portal_id for portal in self.portals]
        if len(set(ids)) != len(ids):
            raise ValueError("two portals with one id")
        for portal_id in ids:
            self.files(portal_id)
        return self

    def files(self, portal_id: str) -> PortalFiles:
        """Return where the captures of a portal lie."""
        return PortalFiles(self.snapshots, self.month, self.crawl_id, portal_id)

    def only(self, portal_id: str) -> CrawlJob:
        """Return the job of one portal; raise KeyError."""
        for portal in self.portals:
            if portal.portal_id == portal_id:
                return self.model_copy(update={"portals": (portal,)})
        raise KeyError(portal_id)

    def write_portal_jobs(self) -> None:
        """Write `<portal_id>.job.json` beside the captures to come, so that a replay needs nothing else.

        The snapshots folder is written as `.`: it may be read on another machine. Closed crawls are left alone.
        """
        for portal in self.portals:
            files = self.files(portal.portal_id)
            if files.done.exists():
                continue
            files.place.mkdir(parents=True, exist_ok=True)
            told = self.only(portal.portal_id).model_copy(update={"snapshots": Path()})
            replace_text(files.job, told.model_dump_json(indent=1) + "\n")

