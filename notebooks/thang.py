"""A month at a glance, read-only: open with `marimo edit notebooks/thang.py`, or run as a script.

The workspace is the folder named by CONGKHAI_WORKSPACE (default: demo).
"""

import marimo

app = marimo.App(width="medium", app_title="Công khai: một tháng")


@app.cell
def _():
    import os
    from pathlib import Path

    import marimo as mo

    from warehouse.store import open_reader

    workspace = Path(os.environ.get("CONGKHAI_WORKSPACE", "demo"))
    con = open_reader(workspace / "data" / "warehouse.duckdb")
    return con, mo


@app.cell
def _(con, mo):
    months = con.execute(
        "SELECT month, sum(n_postings)::INTEGER AS postings, count(*) FILTER (n_postings > 0) AS units_posting, "
        "sum(n_results)::INTEGER AS results, count(n_postings) AS units_assessed, count(*) AS units "
        "FROM fact_unit_monthly GROUP BY month ORDER BY month"
    ).df()
    mo.vstack([mo.md("## Các tháng đã theo dõi"), mo.ui.table(months)])
    return (months,)


@app.cell
def _(con, mo, months):
    latest = months["month"].max()
    units = con.execute(
        "SELECT v.name, f.n_postings, f.n_results, f.latest_posting_date, f.latest_posting_state "
        "FROM fact_unit_monthly f JOIN unit_version v USING (unit_id) "
        "WHERE f.month = ? AND v.valid_from <= f.month + INTERVAL 1 MONTH "
        "AND (v.valid_to IS NULL OR v.valid_to > f.month) ORDER BY f.n_postings DESC NULLS LAST, v.position",
        [latest],
    ).df()
    mo.vstack([mo.md("## Các đơn vị trong tháng gần nhất"), mo.ui.table(units)])
    return (latest,)


@app.cell
def _(con, latest, mo):
    unseen = con.execute(
        "SELECT unit_id, cause, detail FROM fact_coverage_monthly WHERE month = ? AND NOT assessed ORDER BY unit_id",
        [latest],
    ).df()
    mo.vstack([mo.md("## Không đánh giá được"), mo.ui.table(unseen)])
    return


if __name__ == "__main__":
    app.run()
