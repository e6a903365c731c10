"""Assets of the registry: the workspace's CSV files as tables.

What belongs here: loading what is validated already. What does not: validation (`pipeline.registry.loader`).
"""
# Dagster reads the annotations of assets and checks as objects: no `from __future__ import annotations` here.


from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

import dagster as dg

from pipeline.assets.described import loaded_metadata, table_spec
from pipeline.assets.resources import WAREHOUSE_POOL, Office, Warehouse
from pipeline.registry.model import Registry
from warehouse.description import table
from warehouse.schema import rows_to_arrow
from warehouse.store import replace_all

_ROWS: dict[str, Callable[[Registry], Iterable[Mapping[str, Any]]]] = {
    "unit_version": lambda registry: map(asdict, registry.versions),
    "unit_succession": lambda registry: map(asdict, registry.successions),
    "portal": lambda registry: map(asdict, registry.portals),
}


def registry_assets() -> list[dg.AssetsDefinition]:
    """Return one asset for each table of the registry; one step loads them."""

    @dg.multi_asset(
        name="registry",
        specs=[dg.AssetSpec(name, skippable=True, **table_spec(name)) for name in _ROWS],
        can_subset=True,
        pool=WAREHOUSE_POOL,
    )
    def load(
        context: dg.AssetExecutionContext, office: Office, warehouse: Warehouse
    ) -> Iterator[dg.MaterializeResult[None]]:
        registry = office.load().registry
        wanted = {key.to_user_string() for key in context.selected_asset_keys}
        with warehouse.opened() as con:
            for name in (name for name in _ROWS if name in wanted):
                replace_all(con, name, rows_to_arrow(table(name), _ROWS[name](registry)))
                yield dg.MaterializeResult(asset_key=name, metadata=loaded_metadata(con, name, None))

    return [load]
