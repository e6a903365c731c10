"""What the assets of a month share: from a workspace to the context of facts and the options of workbooks.

What belongs here: translation between the workspace and the layers to its left. What does not: any figure.
"""

from __future__ import annotations

from importlib.metadata import version

from pipeline.facts.context import MonthContext, watching_ended
from pipeline.months import Month
from pipeline.outputs.options import RenderOptions
from pipeline.snapshots.store import SnapshotStore
from pipeline.workspace import Workspace


def month_context(workspace: Workspace, month: Month) -> MonthContext:
    """Return what the facts of a month are made from."""
    programme = workspace.programme
    store = SnapshotStore(workspace.snapshots)
    until = watching_ended(month, programme, store)
    return MonthContext(
        month=month,
        programme=programme,
        registry=workspace.registry,
        observed_until=until,
        store=store,
        cache=workspace.data / "cache",
        excluded=workspace.overrides.all_excluded(),
        named=workspace.overrides.named_before(until),
    )


def render_options(workspace: Workspace, context: MonthContext, layout_id: str) -> RenderOptions:
    """Return the options of one workbook of the month."""
    settings = workspace.settings
    return RenderOptions(
        province=settings.province,
        observed_until=context.observed_until,
        version=version("congkhai"),
        issuer=settings.issuer,
        positions=settings.positions.get(layout_id, {}),
        simulated=workspace.simulated,
    )

