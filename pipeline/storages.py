"""Dagster's SQLite files, kept open while a run of this process writes to them.

What belongs here: how this process reaches those files. What does not: where they are (`pipeline.instance`), what
is written (Dagster).
"""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any

import sqlalchemy

_STORAGES = (
    "dagster._core.storage.event_log.sqlite.sqlite_event_log",
    "dagster._core.storage.runs.sqlite.sqlite_run_storage",
)


@contextmanager
def kept_open() -> Iterator[None]:
    """While the block runs, Dagster's storages of this process share one engine a file, and the file stays open.

    Dagster makes an engine for each of the many small transactions of a run: nothing that SQLAlchemy compiled is used
    twice, and the last connection to close moves its log into the file and syncs, every time. That is half of what a
    small month costs. It concerns two modules of the pinned release; where one is not as it was, it is left alone.
    """
    with ExitStack() as stack:
        engines = _Engines(stack)
        for name in _STORAGES:
            module = _module(name)
            if module is not None and getattr(module, "create_engine", None) is sqlalchemy.create_engine:
                stack.callback(setattr, module, "create_engine", sqlalchemy.create_engine)
                setattr(module, "create_engine", engines.get)  # noqa: B010 - the name is not the module's to export
        yield


def _module(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


class _Kept(sqlalchemy.pool.QueuePool):
    """Connections that stay open when Dagster disposes of the engine they belong to, until `shut`."""

    def dispose(self) -> None:
        """Keep what is open."""

    def recreate(self) -> _Kept:
        """Stay the same."""
        return self

    def shut(self) -> None:
        """Close what is open."""
        super().dispose()


class _Engines:
    """One engine a file; closed with `stack`."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._known: dict[str, sqlalchemy.Engine] = {}

    def get(self, url: str, poolclass: object = None, **options: Any) -> sqlalchemy.Engine:
        """Return the engine that `sqlalchemy.create_engine` would make, the same one each time, and pooled."""
        engine = self._known.get(url)
        if engine is None:
            engine = self._known[url] = sqlalchemy.create_engine(url, poolclass=_Kept, **options)
            sqlalchemy.event.listen(engine, "connect", _lighter)
            pool = engine.pool
            assert isinstance(pool, _Kept)
            self._stack.callback(pool.shut)
        return engine


def _lighter(connection: sqlite3.Connection, _record: object) -> None:
    """In WAL a commit need not reach the disk at once: after a power cut the log of runs may lack its last lines,
    and is whole."""
    connection.execute("PRAGMA synchronous = NORMAL")
