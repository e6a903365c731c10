"""A crawl that Dagster started tells Dagster."""

import sys
from collections.abc import Callable
from pathlib import Path

import dagster as dg

from tests.spiders.conftest import Crawl


def test_progress_and_metadata_arrive_in_dagster(
    crawl: Crawl, portal: Callable[[str], str], tmp_path: Path
) -> None:
    job = crawl.job(portal("a.test"))
    path = tmp_path / "job.json"
    path.write_text(job.model_dump_json())
    messages: list[object] = []

    @dg.asset
    def captures(context: dg.AssetExecutionContext, client: dg.PipesSubprocessClient) -> dg.MaterializeResult:
        command = [sys.executable, "-m", "scrapy_project.supervisor", str(path)]
        done = client.run(command=command, context=context)
        messages.extend(done.get_custom_messages())
        return done.get_materialize_result()

    result = dg.materialize([captures], resources={"client": dg.PipesSubprocessClient()})
    [materialization] = result.asset_materializations_for_node("captures")
    assert materialization.metadata["captures"].value == 7
    assert materialization.metadata["crawl_id"].value == job.crawl_id
    [summary] = messages
    assert isinstance(summary, dict) and summary["portals"][0]["end"] == "finished"
