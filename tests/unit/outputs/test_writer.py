"""Outputs on the disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.outputs.writer import write_atomic


def test_a_document_is_written_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "2018-02" / "phu-luc-1.xlsx"
    assert write_atomic(path, b"one") and path.read_bytes() == b"one"
    assert [p.name for p in path.parent.iterdir()] == ["phu-luc-1.xlsx"]


def test_equal_bytes_touch_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_atomic(path, b"one")
    os.utime(path, (1, 1))
    before = path.stat()
    assert not write_atomic(path, b"one")
    after = path.stat()
    assert (after.st_mtime, after.st_ino) == (before.st_mtime, before.st_ino)


def test_other_bytes_of_the_same_length_replace(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_atomic(path, b"one")
    assert write_atomic(path, b"two") and path.read_bytes() == b"two"


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    write_atomic(path, b"one")

    def full(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        write_atomic(path, b"two")
    assert path.read_bytes() == b"one" and [p.name for p in tmp_path.iterdir()] == ["a.xlsx"]
