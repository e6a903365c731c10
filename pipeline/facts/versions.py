"""The version of everything that decides what is read out of a capture: a digest of the code and its data.

What belongs here: that digest. What does not: caches that carry it (`readings`, `observations`).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_READING = ("text.py", "months.py", "extraction")
_DOCUMENTS = ("text.py", "attachments")
_REPLAYING = (*_READING, "attachments", "classification", "navigation", "programmes", "facts", "snapshots")


@lru_cache(maxsize=4)
def _digest(parts: tuple[str, ...]) -> str:
    found = hashlib.sha256()
    for part in parts:
        place = _PACKAGE / part
        files = [place] if place.is_file() else sorted(place.rglob("*"))
        for file in files:
            if file.suffix in (".py", ".yaml", ".json", ".csv"):
                found.update(file.relative_to(_PACKAGE).as_posix().encode())
                found.update(file.read_bytes())
    return found.hexdigest()[:16]


def reader_version() -> str:
    """Return the version of extraction: a reading made by another may differ."""
    return _digest(_READING)


@lru_cache(maxsize=1)
def attachments_version() -> str:
    """Return the version of the readers of documents: our code and their libraries."""
    libraries = " ".join(version(name) for name in ("pypdfium2", "python-docx", "openpyxl"))
    return f"{_digest(_DOCUMENTS)} {libraries}"


def replay_version() -> str:
    """Return the version of the whole replay: extraction, classification, navigation, programmes, facts."""
    return _digest(_REPLAYING)
