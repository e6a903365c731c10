"""Vietnamese texts of the closed vocabularies, from `vocabularies.yaml`.

What belongs here: looking a word up. What does not: choosing it (facts) and drawing it (outputs).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

_FILE = Path(__file__).parent / "vocabularies.yaml"


@lru_cache(maxsize=1)
def load() -> dict[str, dict[str, str]]:
    """Return vocabulary → code → Vietnamese text."""
    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {str(name): {str(code): str(text) for code, text in words.items()} for name, words in content.items()}


def text(vocabulary: str, code: str) -> str:
    """Return the text of a code; raise KeyError naming vocabulary and code."""
    try:
        return load()[vocabulary][code]
    except KeyError:
        raise KeyError(f"{vocabulary}.{code}") from None


def cause_text(code: str) -> str:
    """Return why nothing is concluded: `unreachable` → "không truy cập được", `not_to_end` → …"""
    return text("open_cause" if code in load()["open_cause"] else "cause", code)


def causes() -> frozenset[str]:
    """Return the closed list of causes: of observations that failed, and of verdicts that are still open."""
    return frozenset(load()["cause"]) | frozenset(load()["open_cause"])


def outcome_text(code: str) -> str:
    """Return what a fetch gave."""
    return text("outcome", code)


def status_text(code: str) -> str:
    """Return a checklist status: `missing` → "chưa đăng tải"."""
    return text("status", code)


def latest_posting_text(code: str) -> str:
    """Return what stands where a unit has no latest date: `not_displayed` → "Không hiển thị ngày đăng"."""
    return text("latest_posting_state", code)
