"""What a crawl is told follows from the workspace: window, communes, politeness, clock, where names lead."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.crawls import crawl_moment, plan_crawl, simulated_portals, write_job
from pipeline.months import ZONE, Month
from pipeline.problems import UserError
from pipeline.workspace import Workspace, create_workspace, load_workspace
from scrapy_project.job import CrawlJob

MONTH = Month(2026, 2)
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def workspace(folder: Path, extra: str = "") -> Workspace:
    create_workspace(folder, None, date(2026, 6, 1))
    settings = folder / "congkhai.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + extra, encoding="utf-8")
    (folder / "units.csv").write_text(
        "unit_id,name,kind,parent_id,valid_to\nso-a,Sở A,department,,\nhuyen-b,Huyện B,district,,\n"
        "xa-c,Xã C,commune,huyen-b,\nxa-d,Xã D,commune,huyen-b,2020-01-01\nso-cu,Sở cũ,department,,2020-01-01\n",
        encoding="utf-8",
    )
    (folder / "portals.csv").write_text(
        "unit_id,url\nso-a,https://a.gov.vn/\nhuyen-b,https://b.gov.vn/\nso-cu,https://cu.gov.vn/\n", encoding="utf-8"
    )
    return load_workspace(folder)


def plan(made: Workspace, *units: str, moment: datetime | None = None) -> CrawlJob:
    return plan_crawl(made, MONTH, None, moment=moment, units=units, resolve={"*.test": "127.0.0.1:1"})


def test_a_job_holds_the_portals_and_communes_of_the_month(tmp_path: Path) -> None:
    job = plan(workspace(tmp_path / "w"))
    assert [(p.portal_id, p.unit_kind, p.communes) for p in job.portals] == [
        ("huyen-b", "district", {"xa-c": "Xã C"}), ("so-a", "department", {}),
    ]
    assert job.window_from == date(2026, 1, 1)
    assert (job.month, job.simulation, job.as_of) == ("2026-02", None, None)
    assert job.politeness.delay_seconds == 2.0 and job.memory_mb == 900


def test_units_choose_portals_and_none_is_told(tmp_path: Path) -> None:
    made = workspace(tmp_path / "w")
    assert [p.portal_id for p in plan(made, "so-a").portals] == ["so-a"]
    with pytest.raises(UserError, match="không có trang nào"):
        plan(made, "so-cu")


def test_crawls_of_one_moment_count_up(tmp_path: Path) -> None:
    made = workspace(tmp_path / "w", "\n[simulation]\n")
    moment = datetime(2026, 3, 5, 20, tzinfo=ZONE)
    first = plan(made, moment=moment)
    first.files("so-a").place.mkdir(parents=True)
    assert [first.crawl_id, plan(made, moment=moment).crawl_id] == ["20260305T130000Z-01", "20260305T130000Z-02"]


def test_the_workspace_s_own_names_come_before_the_simulator_s(tmp_path: Path) -> None:
    made = workspace(tmp_path / "w", '\n[simulation.resolve]\n"*.x.test" = "127.0.0.1:8080"\n')
    simulation = plan(made).simulation
    assert simulation is not None
    assert list(simulation.resolve.items()) == [("*.x.test", "127.0.0.1:8080"), ("*.test", "127.0.0.1:1")]


def test_the_written_job_is_read_back_as_it_was(tmp_path: Path) -> None:
    job = plan(workspace(tmp_path / "w"))
    assert CrawlJob.model_validate_json(write_job(job).read_text(encoding="utf-8")) == job


def test_the_clock_is_the_real_one_but_for_a_scenario(tmp_path: Path) -> None:
    made = workspace(tmp_path / "w")
    assert crawl_moment(made, MONTH, None, NOW) is None
    (tmp_path / "s").mkdir()
    (tmp_path / "s.json").write_text("{}")
    scenario = workspace(tmp_path / "s", f'\n[simulation]\nscenario = "{tmp_path / "s.json"}"\n')
    assert crawl_moment(scenario, MONTH, None, NOW) == datetime(2026, 3, 5, 20, tzinfo=ZONE)
    assert crawl_moment(scenario, Month(2026, 6), None, NOW) == NOW
    told = datetime(2026, 2, 1, tzinfo=UTC)
    assert crawl_moment(scenario, MONTH, told, NOW) == told


def test_a_simulator_that_does_not_start_is_told(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text("{}")
    made = workspace(tmp_path / "w", f'\n[simulation]\nscenario = "{tmp_path / "s.json"}"\n')
    with pytest.raises(UserError, match="mô phỏng không khởi động"), simulated_portals(made, NOW):
        pass
