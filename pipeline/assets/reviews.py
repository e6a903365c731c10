"""Assets of the reviews: the workspace's verdicts and notes as tables.

What belongs here: loading what is validated already. What does not: validation (`pipeline.reviews.journal`), asking
and answering (`pipeline.reviewing`).
"""
# Dagster reads the annotations of assets and checks as objects: no `from __future__ import annotations` here.


from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg

from pipeline.assets.described import loaded_metadata, table_spec
from pipeline.assets.resources import WAREHOUSE_POOL, Office, Warehouse
from pipeline.reviews.model import Reviews
from pipeline.reviews.tables import note_rows, verdict_rows
from warehouse.description import table
from warehouse.schema import rows_to_arrow
from warehouse.store import replace_all

VERDICTS, NOTES = "review_verdict", "review_note"
_ROWS: dict[str, Callable[[Reviews], list[dict[str, Any]]]] = {VERDICTS: verdict_rows, NOTES: note_rows}


def review_assets() -> list[dg.AssetsDefinition]:
    """Return one asset for each table of reviews; one step loads them."""

    @dg.multi_asset(
        name="reviews",
        specs=[dg.AssetSpec(name, skippable=True, **table_spec(name)) for name in _ROWS],
        can_subset=True,
        pool=WAREHOUSE_POOL,
    )
    def load(
        context: dg.AssetExecutionContext, office: Office, warehouse: Warehouse
    ) -> Iterator[dg.MaterializeResult[None]]:
        reviews = office.load().reviews
        wanted = {key.to_user_string() for key in context.selected_asset_keys}
        with warehouse.opened() as con:
            for name in (name for name in _ROWS if name in wanted):
                replace_all(con, name, rows_to_arrow(table(name), _ROWS[name](reviews)))
                yield dg.MaterializeResult(asset_key=name, metadata=loaded_metadata(con, name, None))

    return [load]
