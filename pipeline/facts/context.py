"""What a month's facts are made from, and the small tables of the registry and programme that SQL joins with.

What belongs here: `MonthContext`, the end of watching, `ctx_*` temporary tables. What does not: postings through
time (`pipeline.facts.timeline`), any figure (one module a table).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.months import ZONE, Month
from pipeline.programmes.model import Programme
from pipeline.registry.lineage import Origin, origins
from pipeline.registry.model import Registry
from pipeline.snapshots.store import SnapshotStore
from warehouse.arrow import column


@dataclass(frozen=True)
class MonthContext:
    """Everything a builder may know besides the warehouse.

    `observed_until`: the moment the month's watching ended; facts use nothing seen later. `cache`: a folder for
    readings that may be deleted at any time, None for no cache. `excluded`: portal → addresses that the office has
    crawls leave out, `named`: portal → address → label of lists of the programme that it named by then
    (`pipeline.overrides`).
    """

    month: Month
    programme: Programme
    registry: Registry
    observed_until: datetime
    store: SnapshotStore
    cache: Path | None = None
    excluded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    named: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def month_start(self) -> datetime:
        """The UTC moment at which the month begins."""
        return datetime.combine(self.month.first_day, time.min, ZONE).astimezone(UTC)

    @property
    def month_end(self) -> datetime:
        """The UTC moment at which the month itself is over."""
        return datetime.combine(self.month.shift(1).first_day, time.min, ZONE).astimezone(UTC)


def watching_ended(month: Month, programme: Programme, store: SnapshotStore) -> datetime:
    """Return when the watching of `month` ended.

    By default the end of the programme's day of the next month. A month that nobody watched in time (every crawl
    made for it began later) was watched until the last capture of those crawls. Re-checks watch no month.
    """
    by_rule = month.observed_until(programme.policy.observation_ends_on_day)
    latest = by_rule
    for crawl_id in store.crawls(str(month)):
        for portal_id in store.portals(str(month), crawl_id):
            if not _is_recheck(store, month, crawl_id, portal_id):
                for capture in store.captures(str(month), crawl_id, portal_id):
                    if capture.fetched_at <= by_rule:
                        return by_rule
                    latest = max(latest, capture.fetched_at)
    return latest


def _is_recheck(store: SnapshotStore, month: Month, crawl_id: str, portal_id: str) -> bool:
    """Say whether a portal's crawl asked for suspects alone; captures without a job are of a whole portal."""
    try:
        told = json.loads(store.job(str(month), crawl_id, portal_id))
    except (FileNotFoundError, ValueError):
        return False
    return any(bool(portal.get("recheck")) for portal in told.get("portals", ()))


SERIES_MONTHS = 12
"""So many earlier months are told by the structure of a month (`fact_series_monthly`)."""


def prepare(con: duckdb.DuckDBPyConnection, context: MonthContext) -> None:
    """Make `ctx_unit`, `ctx_portal`, `ctx_commune`, `ctx_group` and `ctx_owed` as of the month's last day, and
    `ctx_origin`: from which units of an earlier month (`series_month`) a unit comes, where it is not itself alone."""
    day = context.month.last_day
    watched = context.registry.watched(day, context.programme.owes)
    ids = {u.unit_id for u in watched}
    _temp(con, "ctx_unit", {
        "unit_id": [u.unit_id for u in watched],
        "kind": [u.kind for u in watched],
        "place": list(range(len(watched))),
    }, {"place": pa.int32()})
    portals = [p for p in context.registry.portals_on(day) if p.unit_id in ids]
    _temp(con, "ctx_portal", {
        "portal_id": [p.portal_id for p in portals], "unit_id": [p.unit_id for p in portals]})
    communes = [v for v in context.registry.units(day, ("commune",)) if v.parent_id in ids]
    _temp(con, "ctx_commune", {
        "commune_id": [c.unit_id for c in communes], "unit_id": [str(c.parent_id) for c in communes]})
    groups = [g.id for g in context.programme.groups if g.counted]
    _temp(con, "ctx_group", {"group_id": groups, "place": list(range(len(groups)))}, {"place": pa.int32()})
    owed = sorted({(o.kind, str(o.level), g) for o in context.programme.obligations for g in o.groups})
    _temp(con, "ctx_owed", {
        "kind": [o[0] for o in owed], "level": [o[1] for o in owed], "group_id": [o[2] for o in owed]})
    _prepare_origins(con, context)


def _prepare_origins(con: duckdb.DuckDBPyConnection, context: MonthContext) -> None:
    """Make `ctx_origin` (series_month, unit_id, unit_then, shared); a unit without any origin has a NULL unit_then."""
    rows: list[tuple[date, str, str | None, bool]] = []
    day = context.month.last_day
    for back in range(1, SERIES_MONTHS + 1) if context.registry.successions else ():
        month = context.month.shift(-back)
        for unit_id, origin in origins(context.registry, month.last_day, day).items():
            if origin != Origin((unit_id,), False):
                rows += [(month.first_day, unit_id, old, origin.shared) for old in origin.unit_ids or (None,)]
    _temp(con, "ctx_origin", {
        "series_month": [row[0] for row in rows], "unit_id": [row[1] for row in rows],
        "unit_then": [row[2] for row in rows], "shared": [row[3] for row in rows],
    }, {"series_month": pa.date32(), "shared": pa.bool_()})


def was_observed(con: duckdb.DuckDBPyConnection, context: MonthContext) -> bool:
    """Say whether any crawl was made for the month up to the end of its watching; re-checks alone observe nothing."""
    found = con.execute(
        "SELECT count(*) FROM portal_observation WHERE month = $month AND observed_at <= $until AND kind = 'watch'",
        {"month": context.month.first_day, "until": context.observed_until}).fetchall()
    return bool(found[0][0])


def parameters(context: MonthContext) -> dict[str, object]:
    """Return the parameters that every fact's SQL takes: month, until, programme."""
    return {
        "month": context.month.first_day,
        "until": context.observed_until,
        "programme": context.programme.id,
    }


def _temp(con: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, Sequence[object]],
          types: Mapping[str, pa.DataType] | None = None) -> None:
    known = types or {}
    arrays = [column(list(values), known.get(name, pa.string())) for name, values in columns.items()]
    con.register("_ctx", pa.Table.from_arrays(arrays, names=list(columns)))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM _ctx")  # noqa: S608 - names of this module
    con.unregister("_ctx")
