"""Re-checks over sockets: a removal is confirmed, what came back is cleared, a host that was down is tried again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.months import ZONE, Month
from pipeline.runs import run_month
from pipeline.simulator.notation import read
from pipeline.snapshots.store import SnapshotStore
from tests.e2e.province import Province, make_province
from tests.e2e.test_cli import congkhai
from warehouse.store import open_reader

SCENARIO = """
id: kiem-tra-lai
title: Kiểm tra lại (mô phỏng)
province: Kiểm Tra
domain: kiem-tra.test
months: ["2018-01", "2018-02"]
noise: {since: 2017-11-01, until: 2018-02-20, per_unit: 3}
units:
  - id: go-han
    name: Sở Gỡ hẳn
    kind: department
    family: nukeviet
    sections: &sections
      - [tiep-cong-dan, Tiếp công dân]
      - [lich-tiep, Lịch tiếp công dân, tiep-cong-dan]
      - [noi-quy, Nội quy tiếp công dân, tiep-cong-dan]
      - [ket-qua, Kết quả tiếp công dân, tiep-cong-dan]
    posts:
      lich-tiep: [2018-01-10 schedule]
      noi-quy: [2016-09-12 regulation]
      ket-qua: [{post: 2017-12-19 result until=2018-02-20, title: Kết quả tiếp công dân và giải quyết đơn thư năm 2017}]
  - id: tro-lai
    name: Sở Trở lại
    kind: department
    family: cards
    missing: soft
    sections: *sections
    posts:
      lich-tiep: [2018-02-08 schedule]
      noi-quy:
        - {post: 2016-05-12 regulation away=2018-03-02T12:00/2018-03-04T12:00, title: Nội quy tiếp công dân của Sở}
      ket-qua: [2017-11-03 result]
  - id: hong-hai-ngay
    name: Sở Hỏng hai ngày
    kind: department
    family: wordpress
    outages: [{since: 2018-03-01, until: 2018-03-03T12:00}]
    sections: *sections
    posts: {lich-tiep: [2018-01-05 schedule], noi-quy: [2016-03-18 regulation], ket-qua: [2018-02-06 result]}
  - id: hong-ca-thang
    name: Sở Hỏng cả tháng
    kind: department
    family: joomla
    outages: [{since: 2018-02-10, until: 2018-03-20, mode: "503"}]
    sections: *sections
    posts: {lich-tiep: [2018-01-03 schedule], noi-quy: [2016-09-05 regulation], ket-qua: [2018-01-15 result]}
"""
FEBRUARY = Month(2018, 2)
LOOK = "2018-03-02T18:00"
GONE, BACK, TWO_DAYS, ALL_MONTH = "go-han", "tro-lai", "hong-hai-ngay", "hong-ca-thang"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture(scope="module")
def january(tmp_path_factory: pytest.TempPathFactory) -> Province:
    folder = tmp_path_factory.mktemp("rechecks")
    (folder / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    province = make_province(read(folder / "scenario.yaml"), folder / "w")
    assert run_month(province.workspace, Month(2018, 1), as_of=at("2018-02-05T20:00")).success
    return province


@pytest.fixture(scope="module")
def office(january: Province) -> Iterator[dict[str, Any]]:
    """What stood in the tables, and was said, after each look of the office; the last key is the province."""
    assert run_month(january.workspace, FEBRUARY, as_of=at(LOOK)).success
    told: dict[str, Any] = {"first": state(january)}
    for name, moment in (("evening", "2018-03-02T19:30"), ("day 3", "2018-03-03T20:00"), ("day 4", "2018-03-04T20:30"),
                         ("day 8", "2018-03-08T20:00")):
        said = congkhai("recheck", "-w", str(january.workspace.folder), "--as-of", moment)
        assert said.returncode == 0, said.stderr
        told[name] = {**state(january), "said": said.stdout}
    yield {**told, "province": january}


def rows(province: Province, sql: str) -> list[tuple[Any, ...]]:
    con = open_reader(province.workspace.warehouse)
    try:
        return con.execute(sql).fetchall()
    finally:
        con.close()


def state(province: Province) -> dict[str, Any]:
    """Return the February of the province: checklist, coverage, states of postings, what waits."""
    return {
        "marks": {(unit, group): (status, cause) for unit, group, status, cause in rows(
            province, "SELECT unit_id, group_id, status, cause FROM fact_checklist_monthly "
            "WHERE month = '2018-02-01'")},
        "covered": dict(rows(province, "SELECT unit_id, cause FROM fact_coverage_monthly WHERE month = '2018-02-01'")),
        "gone": dict(rows(province, "SELECT unit_id, state FROM posting WHERE state LIKE '%gone'")),
        "waiting": dict(rows(province, "SELECT unit_id, checks_done FROM recheck_waiting")),
    }


def test_suspects_are_neither_removed_nor_missing_and_wait(office: dict[str, Any]) -> None:
    first = office["first"]
    assert first["gone"] == {GONE: "suspected_gone", BACK: "suspected_gone"}
    assert first["marks"][GONE, "result"] == ("not_assessable", "awaiting_recheck")
    assert first["marks"][BACK, "regulation"] == ("not_assessable", "awaiting_recheck")
    assert first["waiting"] == {GONE: 0, BACK: 0, TWO_DAYS: 0, ALL_MONTH: 0}


def test_before_a_day_has_passed_only_portals_that_failed_are_asked(office: dict[str, Any]) -> None:
    evening = office["evening"]
    assert "Đến hạn, tải lại: 2 trang thu thập chưa được." in evening["said"]
    assert evening["waiting"] == {GONE: 0, BACK: 0, TWO_DAYS: 1, ALL_MONTH: 1}
    assert evening["covered"] == {GONE: "none", BACK: "none", TWO_DAYS: "unreachable", ALL_MONTH: "http_error"}


def test_a_host_that_is_back_before_the_end_of_watching_is_assessed(office: dict[str, Any]) -> None:
    after = office["day 3"]
    assert after["covered"][TWO_DAYS] == "none" and after["marks"][TWO_DAYS, "result"][0] == "published"
    assert "Đã thu thập được: 1\n  Sở Hỏng hai ngày: " in after["said"]
    assert after["gone"] == {GONE: "suspected_gone", BACK: "suspected_gone"}
    assert (after["waiting"][GONE], after["waiting"][BACK]) == (1, 1)
    assert rows(office["province"], "SELECT n_postings FROM fact_unit_monthly WHERE month = '2018-02-01' "
                f"AND unit_id = '{TWO_DAYS}'") == [(1,)]


def test_a_removal_is_confirmed_and_one_that_came_back_is_cleared(office: dict[str, Any]) -> None:
    after = office["day 4"]
    assert after["gone"] == {GONE: "gone"} and set(after["waiting"]) == {ALL_MONTH}
    assert after["marks"][GONE, "result"] == ("removed", "none")
    assert after["marks"][BACK, "regulation"] == ("published", "none")
    assert "Đã xác nhận gỡ: 1\n  Sở Gỡ hẳn: Kết quả tiếp công dân" in after["said"]
    assert "Đã thấy lại: 1\n  Sở Trở lại: Nội quy" in after["said"]
    [[seen, missed, confirmed]] = rows(office["province"], """
        SELECT timezone('Asia/Ho_Chi_Minh', last_seen)::DATE::VARCHAR,
               timezone('Asia/Ho_Chi_Minh', first_missed)::DATE::VARCHAR,
               timezone('Asia/Ho_Chi_Minh', gone_confirmed_at)::DATE::VARCHAR
        FROM posting WHERE state = 'gone'""")
    assert (seen, missed, confirmed) == ("2018-02-05", "2018-03-02", "2018-03-04")


def test_a_host_that_is_down_all_month_stays_not_assessable_and_waits_no_longer(office: dict[str, Any]) -> None:
    last = office["day 8"]
    assert last["covered"][ALL_MONTH] == "http_error"
    assert {status for (unit, _), (status, _) in last["marks"].items() if unit == ALL_MONTH} == {"not_assessable"}
    assert "Không có gì đến hạn kiểm tra lại." in last["said"] and "đang theo dõi tháng 2018-03" in last["said"]


def test_rechecks_ask_for_suspects_and_a_sign_of_life_alone(office: dict[str, Any]) -> None:
    store = SnapshotStore(office["province"].workspace.snapshots)
    rechecks = rows(office["province"], "SELECT crawl_id, portal_id FROM portal_observation WHERE kind = 'recheck' "
                    "ORDER BY ALL")
    assert len(rechecks) == 4
    for crawl_id, portal_id in rechecks:
        captures = [c for c in store.captures("2018-02", crawl_id, portal_id) if c.role != "robots"]
        assert [c.role for c in captures] == ["home", "recheck"], portal_id


def test_from_the_captures_alone_all_is_the_same(office: dict[str, Any]) -> None:
    province = office["province"]
    before = {name: rows(province, f"FROM {name} ORDER BY ALL") for name in (
        "portal_observation", "posting_sighting", "posting", "fact_checklist_monthly", "recheck_waiting")}
    shutil.rmtree(province.workspace.data / "cache")
    province.workspace.warehouse.unlink()
    for month in province.months:
        assert run_month(province.workspace, month, from_snapshots=True).success
    assert {name: rows(province, f"FROM {name} ORDER BY ALL") for name in before} == before


def test_a_month_crawled_once_on_its_last_evening_asks_for_suspects_as_they_stood_before(
    january: Province, tmp_path: Path
) -> None:
    (tmp_path / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    province = make_province(read(tmp_path / "scenario.yaml"), tmp_path / "w")
    for month in province.months:
        run = congkhai(
            "run", "-w", str(province.workspace.folder), "--month", str(month), "--unit", GONE, "--unit", BACK)
        assert run.returncode == 0, run.stderr
    made = state(province)
    assert made["marks"][GONE, "result"] == ("removed", "none") and made["gone"] == {GONE: "gone"}
    assert made["marks"][BACK, "regulation"] == ("published", "none")
    assert rows(province, "SELECT DISTINCT crawl_id, kind FROM portal_observation WHERE month = '2018-02-01' "
                "ORDER BY ALL") == [
                      ("20180303T110000Z-01", "recheck"), ("20180304T120000Z-01", "recheck"),
                      ("20180305T130000Z-01", "watch")]


def test_a_scenario_has_no_now(january: Province) -> None:
    said = congkhai("recheck", "-w", str(january.workspace.folder))
    assert said.returncode == 2 and "--as-of" in said.stderr
