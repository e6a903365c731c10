"""Dagster's files stay open while a run writes to them, and nothing is left changed afterwards."""

import importlib

import pytest
import sqlalchemy

from pipeline import storages
from pipeline.storages import kept_open

EVENTS = importlib.import_module("dagster._core.storage.event_log.sqlite.sqlite_event_log")


def test_the_pinned_release_makes_its_engines_as_expected() -> None:
    for name in storages._STORAGES:
        assert importlib.import_module(name).create_engine is sqlalchemy.create_engine


def test_one_engine_a_file_whose_connection_outlives_a_disposal(tmp_path: object) -> None:
    url = f"sqlite:///{tmp_path}/events.db"
    with kept_open():
        engine = EVENTS.create_engine(url, poolclass=sqlalchemy.pool.NullPool)
        with engine.connect() as first:
            held = first.connection.dbapi_connection
        engine.dispose()
        assert EVENTS.create_engine(url) is engine
        with engine.connect() as again:
            assert again.connection.dbapi_connection is held
            assert again.exec_driver_sql("PRAGMA synchronous").scalar() == 1
    assert EVENTS.create_engine is sqlalchemy.create_engine


def test_a_release_of_another_shape_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    other = object()
    monkeypatch.setattr(EVENTS, "create_engine", other)
    monkeypatch.setattr(storages, "_STORAGES", (*storages._STORAGES, "dagster._no_such_module"))
    with kept_open():
        assert EVENTS.create_engine is other
