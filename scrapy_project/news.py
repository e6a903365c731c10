"""One line from a worker to its supervisor.

What belongs here: the form. What does not: the pipe and what follows from the news.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class News(BaseModel):
    """`counts`: portal → (wants served so far, wants waiting), those that changed since the last news."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    what: Literal["start", "end", "error", "beat"]
    portal: str = ""
    detail: str = ""
    counts: dict[str, tuple[int, int]] = {}
