"""A month's inputs as they were frozen: the workspace's files, the programme, the captures of the list and no others.

What belongs here: copying them and reading them back. What does not: making tables of them (`making`).
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from pipeline.facts.context import MonthContext, watching_ended
from pipeline.months import Month
from pipeline.overrides import SHEET as OVERRIDES
from pipeline.problems import UserError
from pipeline.programmes.model import Programme
from pipeline.registry.loader import SHEETS
from pipeline.release import folder
from pipeline.release.model import Release, digest_of_lines
from pipeline.reviews.journal import NOTES, VERDICTS
from pipeline.snapshots.model import Capture
from pipeline.snapshots.store import SnapshotStore
from pipeline.workspace import SETTINGS_FILE, Workspace, load_frozen

REGISTRY_FILES = (SETTINGS_FILE, *(sheet.file for sheet in SHEETS), OVERRIDES.file)
REVIEW_FILES = (VERDICTS.file, NOTES.file)
Crawls = Mapping[str, Mapping[str, tuple[str, ...]]]


class FrozenStore(SnapshotStore):
    """The captures of a list, whatever else the folder holds by now."""

    def __init__(self, snapshots: Path, crawls: Crawls, captures: frozenset[str]) -> None:
        """`crawls`: month → crawl → portals; `captures`: their ids."""
        super().__init__(snapshots)
        self._crawls, self._listed = crawls, captures

    def crawls(self, month: str) -> list[str]:
        """Return the listed crawls of a month, oldest first."""
        return sorted(self._crawls.get(month, {}))

    def portals(self, month: str, crawl_id: str) -> list[str]:
        """Return the listed portals of a crawl."""
        return sorted(self._crawls.get(month, {}).get(crawl_id, ()))

    def captures(self, month: str, crawl_id: str | None = None, portal_id: str | None = None) -> Iterator[Capture]:
        """Yield the listed captures in order of crawl, portal, landing."""
        yield from (c for c in super().captures(month, crawl_id, portal_id) if c.capture_id in self._listed)


def copy_inputs(workspace: Workspace, place: Path) -> None:
    """Copy the workspace's files and write the programme, resolved, into `place`."""
    for name in (*REGISTRY_FILES, *REVIEW_FILES):
        if (workspace.folder / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(workspace.folder / name, place / name)
    (place / folder.PROGRAMME).write_text(workspace.programme.model_dump_json(indent=1) + "\n", encoding="utf-8")


def read_inputs(workspace: Workspace, place: Path) -> Workspace:
    """Return the workspace as its files were when they were copied into `place`; its data are today's.

    UserError for files that this version cannot use.
    """
    try:
        programme = Programme.model_validate_json((place / folder.PROGRAMME).read_bytes())
    except ValidationError as error:
        raise UserError(f"{place / folder.PROGRAMME}: phiên bản này không dùng được chương trình đã cố định; "
                        "tái lập bằng phiên bản ghi trong release.json") from error
    return load_frozen(workspace.folder, place, programme)


def digest_of_files(place: Path, names: Iterable[str]) -> str:
    """Return a digest of the named files of a folder; a file that is not there counts as such."""
    there = [name for name in names if (place / name).is_file()]
    return digest_of_lines(f"{name} {hashlib.sha256((place / name).read_bytes()).hexdigest()}" for name in there)


def capture_line(capture_id: str, digest: str | None, file: str | None, offset: int | None, length: int | None) -> str:
    """Return what stands for a capture in the digest of the list."""
    return " ".join("-" if part is None else str(part) for part in (capture_id, digest, file, offset, length))


def context_of(workspace: Workspace, month: Month, store: SnapshotStore) -> MonthContext:
    """Return what a month's tables are made from: the frozen workspace and the listed captures."""
    until, told = watching_ended(month, workspace.programme, store), workspace.overrides
    return MonthContext(month, workspace.programme, workspace.registry, until, store, workspace.data / "cache",
                        told.all_excluded(), told.named_before(until))


def store_of(workspace: Workspace, place: Path, release: Release) -> FrozenStore:
    """Return the captures that the release in `place` stands on."""
    listed = read_table(place / folder.TABLES, "released_capture").column("capture_id").to_pylist()
    return FrozenStore(workspace.snapshots, release.crawls, frozenset(listed))


def write_table(place: Path, name: str, rows: pa.Table) -> None:
    """Write `<name>.parquet`."""
    place.mkdir(parents=True, exist_ok=True)
    pq.write_table(rows, place / f"{name}.parquet", compression="zstd")


def read_table(place: Path, name: str) -> pa.Table:
    """Return the rows of `<name>.parquet`."""
    return pq.read_table(place / f"{name}.parquet")


def rows_of(con: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, object] | None = None) -> pa.Table:
    """Return the rows of a query."""
    found: pa.Table = con.sql(sql, params=dict(parameters or {})).to_arrow_table()
    return found
