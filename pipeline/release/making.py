"""A month made from frozen inputs and listed captures in a warehouse of its own, and compared with what was issued.

What belongs here: making and comparing. What does not: what is made (the tables' modules, through `pipeline.assets`),
freezing (`issuing`), putting the result into the workspace (`reproducing`).
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.assets.facts import make_tables
from pipeline.assets.outputs import render_month
from pipeline.facts.versions import replay_version
from pipeline.months import Month
from pipeline.problems import UserError
from pipeline.release import folder, loading
from pipeline.release.frozen import FrozenStore, capture_line, context_of, read_inputs, read_table, store_of
from pipeline.release.model import Release
from pipeline.reviews.tables import note_rows, verdict_rows
from pipeline.snapshots.bodies import CaptureError
from pipeline.workspace import Workspace
from warehouse.description import load, table
from warehouse.schema import quote, rows_to_arrow
from warehouse.store import add_together, open_writer, replace_all

MONTHLY = tuple(one.name for one in load().values() if one.partitioned and one.layer in ("fact", "finding"))
"""The tables that are compared, and whose earlier months a month may read."""
OBSERVATIONS = ("capture", "portal_observation", "section_observation", "posting_sighting")
_SHOWN = 3
_SCRATCH = ".remaking-"


@dataclass(frozen=True)
class Remade:
    """A release made again. `con`: the warehouse it was made in. `tables`, `workbooks`: what is not as it was issued,
    a line each; `versions`: why that may be so."""

    con: duckdb.DuckDBPyConnection
    contents: dict[str, bytes]
    tables: tuple[str, ...]
    workbooks: tuple[str, ...]
    versions: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether every figure and every byte is as issued."""
        return not self.tables and not self.workbooks


@contextmanager
def remade(
    workspace: Workspace, place: Path, release: Release, tell: Callable[[str], None] = lambda _: None
) -> Iterator[Remade]:
    """Make the release frozen in `place` again and yield what came of it; its warehouse is thrown away afterwards.

    UserError where captures of its list are missing or are others by now, or an earlier release is missing.
    """
    frozen = read_inputs(workspace, place / folder.INPUTS)
    store = store_of(workspace, place, release)
    _refuse_other_captures(store, place, release)
    workspace.data.mkdir(parents=True, exist_ok=True)
    for left in workspace.data.glob(f"{_SCRATCH}*"):  # of a process that was killed; ours holds the run lock
        shutil.rmtree(left, ignore_errors=True)
    scratch = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=workspace.data))
    try:
        con = open_writer(scratch / "warehouse.duckdb")
        try:
            _load_inputs(con, workspace, frozen, place, release)
            for month in sorted(release.crawls):
                tell(f"đọc lại bản chụp của tháng {month}")
                make_tables(con, context_of(frozen, Month.parse(month), store), "observations")
            context = context_of(frozen, release.of_month, store)
            make_tables(con, context, "postings")
            tell(f"làm lại số liệu và bảng tính của tháng {release.month}")
            make_tables(con, context, "facts")
            contents = render_month(con, frozen, context)
            yield Remade(con, contents, _other_tables(con, place, release), _other_workbooks(contents, release),
                         _other_versions(release))
        finally:
            con.close()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _refuse_other_captures(store: FrozenStore, place: Path, release: Release) -> None:
    """The manifests must still say of every listed capture what they said."""
    listed = read_table(place / folder.TABLES, loading.CAPTURES).to_pylist()
    wanted = {row["capture_id"]: capture_line(*(row[name] for name in _LINE)) for row in listed}
    try:
        found = {
            c.capture_id: capture_line(c.capture_id, c.digest, c.file, c.offset, c.length)
            for month in release.crawls for c in store.captures(month)
        }
    except CaptureError as error:
        raise UserError(f"bản phát hành {release.release_id}: {error}") from error
    wrong = sorted(one for one, line in wanted.items() if found.get(one) != line)
    if wrong:
        raise UserError(
            f"bản phát hành {release.release_id}: {len(wrong)} bản chụp thiếu hoặc khác trong {store.folder} "
            f"({', '.join(wrong[:_SHOWN])}…); khôi phục thư mục bản chụp từ bản sao lưu")


_LINE = ("capture_id", "digest", "file", "offset", "length")


def _load_inputs(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, frozen: Workspace, place: Path, release: Release
) -> None:
    """Load registry and reviews, the releases that are shown, and the earlier months as they stood."""
    load_files(con, frozen)
    known = {one.release_id: one for one in folder.read_releases(workspace)} if release.earlier else {}
    for earlier in release.earlier:
        if earlier not in known:
            raise UserError(f"bản phát hành {release.release_id} trình bày số liệu của {earlier}, mà thư mục "
                            f"{folder.place_of(workspace, earlier)} không có; khôi phục từ bản sao lưu")
        loading.add(con, folder.place_of(workspace, earlier), known[earlier])
    for name in MONTHLY:
        rows = frozen_rows(place, name)
        before = pc.less(rows.column("month"), pa.scalar(release.of_month.first_day))
        add_together(con, {name: rows.filter(before)})


def load_files(con: duckdb.DuckDBPyConnection, workspace: Workspace) -> None:
    """Load the tables that are a workspace's files: registry and reviews."""
    registry, reviews = workspace.registry, workspace.reviews
    for name, rows in {
        "unit_version": [asdict(one) for one in registry.versions],
        "unit_succession": [asdict(one) for one in registry.successions],
        "portal": [asdict(one) for one in registry.portals],
        "review_verdict": verdict_rows(reviews),
        "review_note": note_rows(reviews),
    }.items():
        replace_all(con, name, rows_to_arrow(table(name), rows))


def frozen_rows(place: Path, name: str) -> pa.Table:
    """Return a monthly table's rows as they stood when the month was issued: of that month and the earlier ones."""
    return loading.as_described(name, read_table(place / folder.FACTS, name))


def _other_tables(con: duckdb.DuckDBPyConnection, place: Path, release: Release) -> tuple[str, ...]:
    """Return a line for each table of the month whose rows are not those that were frozen."""
    lines = []
    month = f"month = DATE '{release.of_month.first_day.isoformat()}'"
    for name in MONTHLY:
        frozen = frozen_rows(place, name)
        con.register("_frozen", frozen)
        key = ", ".join(quote(part) for part in table(name).key)
        old, new = f"SELECT * FROM _frozen WHERE {month}", f"SELECT * FROM {quote(name)} WHERE {month}"  # noqa: S608
        other = con.execute(
            f"SELECT DISTINCT {key} FROM (({old} EXCEPT {new}) UNION ALL ({new} EXCEPT {old})) ORDER BY ALL"  # noqa: S608
        ).fetchall()
        con.unregister("_frozen")
        if other:
            shown = "; ".join("/".join(str(part) for part in row[1:]) for row in other[:_SHOWN])
            lines.append(f"{name}: {len(other)} dòng khác ({shown}{'…' if len(other) > _SHOWN else ''})")
    return tuple(lines)


def _other_workbooks(contents: dict[str, bytes], release: Release) -> tuple[str, ...]:
    made = {file: hashlib.sha256(content).hexdigest() for file, content in contents.items()}
    return tuple(
        f"{file}: {'khác' if file in made and file in release.workbooks else 'không có ở cả hai bên'}"
        for file in sorted(made.keys() | release.workbooks.keys()) if made.get(file) != release.workbooks.get(file)
    )


def _other_versions(release: Release) -> tuple[str, ...]:
    found = []
    if release.tool_version != version("congkhai"):
        found.append(f"phát hành bằng Công khai {release.tool_version}, nay là {version('congkhai')}")
    if release.replay_version != replay_version():
        found.append(f"cách đọc bản chụp khác (phát hành: {release.replay_version}, nay: {replay_version()})")
    if not release.reproduced:
        found.append("lúc phát hành bản này cũng chưa dựng lại được như cũ")
    return tuple(found)
