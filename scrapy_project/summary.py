"""What a crawl came to.

What belongs here: values. What does not: making them (`supervisor`), showing them (`announce`).
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from pipeline.snapshots.layout import End


class PortalEnd(BaseModel):
    """How the crawl of one portal ended. `end` is None where it was not begun."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    portal_id: str
    end: End | None
    captures: int = 0
    outcomes: dict[str, int] = {}
    detail: str = ""


class CrawlSummary(BaseModel):
    """What a crawl came to. `stopped`: it was asked to stop before its end."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    month: str
    crawl_id: str
    seconds: float
    captures: int
    stopped: bool
    portals: tuple[PortalEnd, ...]


END_WORDS = {
    End.FINISHED: "xong",
    End.STOPPED: "dừng theo yêu cầu",
    End.TIMEOUT: "hết thời gian",
    End.CRASHED: "hỏng",
    End.IMPORTED: "nhập từ tệp",
    None: "chưa thu thập",
}
"""How the crawl of a portal came to its end, as people read it."""
