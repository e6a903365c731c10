"""Assets of the workbooks: one an appendix of the programme, and one for the deltas.

What belongs here: writing the bytes into the month's folder, and having them checked. What does not: the bytes
(`pipeline.outputs`), the check (`pipeline.checks.workbooks`).
"""
# Dagster reads the annotations of assets and checks as objects: no `from __future__ import annotations` here.


import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import duckdb

from pipeline.assets.described import OWNERS
from pipeline.assets.month import month_context, render_options
from pipeline.assets.resources import WAREHOUSE_POOL, Office, Warehouse
from pipeline.checks.workbooks import check_result, check_spec
from pipeline.facts.context import MonthContext
from pipeline.facts.posting import as_of
from pipeline.months import Month
from pipeline.outputs.appendix import render as render_appendix
from pipeline.outputs.delta import render as render_delta
from pipeline.outputs.recommendations import render as render_recommendations
from pipeline.programmes.model import Layout, Programme
from pipeline.workspace import Workspace

DELTA = "bien_dong"
DELTA_FILE = "bien-dong.xlsx"
RECOMMENDATIONS = "kien_nghi"
RECOMMENDATIONS_FILE = "kien-nghi.xlsx"
Render = Callable[[duckdb.DuckDBPyConnection, Workspace, MonthContext], bytes]


def appendix_name(layout_id: str) -> str:
    """Return the asset's name of a layout: `phu-luc-1` → `phu_luc_1`."""
    return layout_id.replace("-", "_")


def render_month(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, context: MonthContext
) -> dict[str, bytes]:
    """Return file → content of every workbook of the month, as its assets write them."""
    as_of(con, context)
    renders = {layout.file: _appendix(layout.id) for layout in context.programme.layouts}
    renders |= {DELTA_FILE: _delta, RECOMMENDATIONS_FILE: _recommendations}
    return {file: render(con, workspace, context) for file, render in sorted(renders.items())}


def output_assets(programme: Programme, months: dg.PartitionsDefinition[str]) -> list[dg.AssetsDefinition]:
    """Return one asset for each workbook of a month."""
    appendices = [
        _workbook(
            appendix_name(layout.id), layout.file,
            f"{layout.label.capitalize()}: {layout.title}".replace("{month}", "trong tháng"),
            [
                "posting", "fact_coverage_monthly", "fact_unit_monthly", "fact_checklist_monthly", "finding",
                "review_note",
            ],
            months, _appendix(layout.id), layout,
        )
        for layout in programme.layouts
    ]
    deltas = _workbook(
        DELTA, DELTA_FILE, "Biến động so với tháng trước: theo đơn vị, theo nhóm, toàn tỉnh, kèm tin mới và tin bị gỡ.",
        ["fact_coverage_monthly", "fact_delta_monthly", "delta_posting_monthly"], months, _delta,
    )
    recommendations = _workbook(
        RECOMMENDATIONS, RECOMMENDATIONS_FILE,
        "Nhận xét và kiến nghị với từng đơn vị: nêu từ tháng nào, đã khắc phục chưa, kèm bằng chứng.",
        ["posting", "fact_coverage_monthly", "finding", "review_note"], months, _recommendations,
    )
    return [*appendices, deltas, recommendations]


def _appendix(layout_id: str) -> Render:
    def render(con: duckdb.DuckDBPyConnection, workspace: Workspace, context: MonthContext) -> bytes:
        return render_appendix(
            con, context.programme, layout_id, context.registry, context.month,
            render_options(workspace, context, layout_id),
        )

    return render


def _delta(con: duckdb.DuckDBPyConnection, workspace: Workspace, context: MonthContext) -> bytes:
    return render_delta(
        con, context.programme, context.registry, context.month, render_options(workspace, context, DELTA)
    )


def _recommendations(con: duckdb.DuckDBPyConnection, workspace: Workspace, context: MonthContext) -> bytes:
    programme = context.programme
    return render_recommendations(
        con, programme, context.registry, context.month, render_options(workspace, context, programme.layouts[-1].id)
    )


def _workbook(
    name: str, file: str, description: str, deps: list[str], months: dg.PartitionsDefinition[str], render: Render,
    checked: Layout | None = None,
) -> dg.AssetsDefinition:
    @dg.asset(
        name=name, deps=deps, partitions_def=months, group_name="outputs", description=description,
        kinds={"excel"}, owners=list(OWNERS), pool=WAREHOUSE_POOL,
        metadata={"file": dg.MetadataValue.text(f"outputs/<tháng>/{file}")},
        check_specs=[check_spec(name, months)] if checked else [],
    )
    def make(
        context: dg.AssetExecutionContext, office: Office, warehouse: Warehouse
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        workspace, month = office.load(), Month.parse(context.partition_key)
        with warehouse.opened() as con:
            month_as_made = month_context(workspace, month)
            as_of(con, month_as_made)
            content = render(con, workspace, month_as_made)
            path = workspace.outputs(month) / file
            _write(path, content)
            yield dg.MaterializeResult(metadata={
                "path": dg.MetadataValue.path(str(path)),
                "size": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            })
            if checked:
                yield check_result(con, path, workspace, checked, month, name)

    return make


def _write(path: Path, content: bytes) -> None:
    """Write by a temporary name and a rename: nobody opens half a workbook."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(content)
    temporary.replace(path)
