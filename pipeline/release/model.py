"""A release: what `release.json` says of a frozen month.

What belongs here: its shape and its seal. What does not: files (`folder`), freezing (`issuing`), tables (`loading`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from pipeline.months import Month


class Release(BaseModel):
    """One issue of a month. Moments are UTC; digests are sha256 in hex.

    `reason`: why an incomplete month, or a month for a second time, is issued; `obstacles`: what was incomplete.
    `earlier`: the releases of earlier months whose figures are shown. `crawls`: month → crawl → portals whose
    captures the month stands on. `workbooks`: file → digest. `files`: every other file of the folder → digest.
    `reproduced`: whether the month was made again from the frozen inputs and captures before it was issued, and was
    the same. `seal`: the digest of the sheet without it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    release_id: str
    month: str
    vintage: int
    issued_at: datetime
    issued_by: str
    reason: str
    obstacles: tuple[str, ...]
    observed_until: datetime
    programme_id: str
    programme_version: int
    programme_digest: str
    registry_digest: str
    reviews_digest: str
    tool_version: str
    replay_version: str
    n_captures: int
    captures_digest: str
    earlier: tuple[str, ...]
    crawls: dict[str, dict[str, tuple[str, ...]]]
    workbooks: dict[str, str]
    files: dict[str, str]
    reproduced: bool = False
    seal: str = ""

    @property
    def of_month(self) -> Month:
        """The month that was issued."""
        return Month.parse(self.month)

    def sealed(self) -> Release:
        """Return the sheet with its seal."""
        bare = self.model_copy(update={"seal": ""}).model_dump_json()
        return self.model_copy(update={"seal": hashlib.sha256(bare.encode()).hexdigest()})

    def row(self) -> dict[str, Any]:
        """Return the row of the table `release`."""
        kept = self.model_dump(exclude={"crawls", "files", "seal"})
        workbooks = [f"{file} sha256:{digest}" for file, digest in self.workbooks.items()]
        return {**kept, "month": self.of_month.first_day, "obstacles": list(self.obstacles),
                "earlier": list(self.earlier), "workbooks": workbooks}


def release_id(month: Month, vintage: int) -> str:
    """Return `2018-02/v1`."""
    return f"{month}/v{vintage}"


def digest_of_lines(lines: Iterable[str]) -> str:
    """Return the sha256 of sorted lines."""
    return hashlib.sha256("".join(f"{line}\n" for line in sorted(lines)).encode()).hexdigest()
