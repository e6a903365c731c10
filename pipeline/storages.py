"""Dagster's SQLite files, kept open while a run of this process writes to them.

What belongs here: how this process reaches those files. What does not: where they are (`pipeline.instance`), what
is written (Dagster).
"""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
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


class _Engines:
    """One engine a file and way of connecting; closed with `stack`."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._known: dict[tuple[str, str], sqlalchemy.Engine] = {}
        self._open: set[str] = set()

    def get(self, url: str, **options: Any) -> sqlalchemy.Engine:
        """Return the engine that `sqlalchemy.create_engine` would make, the same one each time."""
        key = (url, repr(sorted(options.items())))
        engine = self._known.get(key)
        if engine is None:
            engine = self._known[key] = sqlalchemy.create_engine(url, **options)
            sqlalchemy.event.listen(engine, "connect", _lighter)
            self._stack.callback(engine.dispose)
        else:
            self._keep(engine.url.database or "")
        return engine

    def _keep(self, path: str) -> None:
        """Hold a file open that was made by now: then closing another connection to it costs nothing."""
        if path and path not in self._open:
            self._open.add(path)
            keeper = self._stack.enter_context(closing(sqlite3.connect(path, check_same_thread=False)))
            keeper.execute("SELECT count(*) FROM sqlite_master").fetchall()


def _lighter(connection: sqlite3.Connection, _record: object) -> None:
    """In WAL a commit need not reach the disk at once: after a power cut the log of runs may lack its last lines,
    and is whole."""
    connection.execute("PRAGMA synchronous = NORMAL")
