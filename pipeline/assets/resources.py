"""What the assets work on: the workspace and its warehouse.

What belongs here: Dagster resources. What does not: loads and transactions (`warehouse.store`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import duckdb

from pipeline.problems import UserError
from pipeline.workspace import Workspace, load_workspace
from warehouse.store import open_writer

WAREHOUSE_POOL = "duckdb_writer"


class Office(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The workspace folder, loaded anew in each step, so that a corrected file counts at once."""

    folder: str

    def load(self) -> Workspace:
        """Return the workspace; the step fails with every problem of its files."""
        try:
            return load_workspace(Path(self.folder))
        except UserError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error


class Warehouse(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The DuckDB file. One process writes, and while it does nobody reads: each step that opens it is in the pool."""

    path: str

    @contextmanager
    def opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the file for the block; it is closed whatever happens."""
        con = open_writer(Path(self.path))
        try:
            yield con
        finally:
            con.close()
