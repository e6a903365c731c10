"""Locks of a workspace, freed by the system when their process ends, however it ends.

What belongs here: one holder a name. What does not: the warehouse's own lock (DuckDB) and pools (Dagster).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Try to hold the lock `path`; yield whether it is ours. It is freed on leaving."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        ours = _take(file)
        try:
            yield ours
        finally:
            if ours:
                _free(file)


def is_held(path: Path) -> bool:
    """Tell whether another process (or another opening of this one) holds the lock."""
    with held(path) as ours:
        return not ours


if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> bool:
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _free(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _take(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        os.set_inheritable(file.fileno(), False)
        return True

    def _free(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
