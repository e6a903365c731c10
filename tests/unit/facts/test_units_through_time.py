"""Figures across merges and splits: old months by the structure of their time, the series also by today's."""

from __future__ import annotations

from datetime import date

import pytest
from world import PROGRAMME, START, World

from pipeline.registry.model import Portal, Registry, Succession, UnitVersion

REFORM = date(2018, 2, 10)


def unit(unit_id: str, start: date = START, end: date | None = None) -> UnitVersion:
    return UnitVersion(unit_id, unit_id, "department", 1, start, end)


def portal(unit_id: str, start: date = START, end: date | None = None) -> Portal:
    return Portal(unit_id, unit_id, f"http://{unit_id}.test/", start, end)


def world(
    versions: tuple[UnitVersion, ...], portals: tuple[Portal, ...], *successions: tuple[str, str | None, str]
) -> World:
    told = tuple(Succession(old, new, REFORM, kind, "Nghị quyết số 1") for old, new, kind in successions)
    return World(registry=Registry(versions, told, portals, ()), programme=PROGRAMME)


def merged() -> World:
    """Sở A and Sở B are merged into Sở AB in the middle of February."""
    return world(
        (unit("so-a", end=REFORM), unit("so-b", end=REFORM), unit("so-ab", REFORM), unit("so-c")),
        (portal("so-a", end=REFORM), portal("so-b", end=REFORM), portal("so-ab", REFORM), portal("so-c")),
        ("so-a", "so-ab", "merge"), ("so-b", "so-ab", "merge"))


def post(made: World, month: str, at: str, unit_id: str, days: list[str], group: str = "schedule") -> None:
    crawl = made.crawl(month, at, unit_id)
    for day in days:
        made.see(crawl, f"Tin ngày {day} của {unit_id}", portal=unit_id, posted=day, group=group)


@pytest.fixture
def merger() -> World:
    made = merged()
    post(made, "2018-01", "2018-02-05", "so-a", ["2018-01-03", "2018-01-04"])
    post(made, "2018-01", "2018-02-05", "so-b", ["2018-01-08"], "result")
    post(made, "2018-01", "2018-02-05", "so-c", [])
    post(made, "2018-02", "2018-03-05", "so-ab", ["2018-02-20"])
    post(made, "2018-02", "2018-03-05", "so-c", ["2018-02-21"])
    made.build("2018-01", "2018-02")
    return made


def test_an_old_month_keeps_the_units_of_its_own_time(merger: World) -> None:
    units = merger.rows("SELECT month, list(unit_id ORDER BY unit_id) FROM fact_unit_monthly "
                        "GROUP BY month ORDER BY month")
    assert units == [(date(2018, 1, 1), ["so-a", "so-b", "so-c"]), (date(2018, 2, 1), ["so-ab", "so-c"])]


def test_the_series_of_a_merged_unit_is_the_sum_of_what_it_took_over(merger: World) -> None:
    series = merger.rows("SELECT unit_id, n_postings, n_results, origins FROM fact_series_monthly "
                         "WHERE month = '2018-02-01' AND series_month = '2018-01-01' ORDER BY unit_id")
    assert series == [("so-ab", 3, 1, ["so-a", "so-b"]), ("so-c", 0, 0, ["so-c"])]


def test_a_merged_unit_is_compared_with_what_its_predecessors_had_together(merger: World) -> None:
    changes = merger.rows("SELECT unit_id, n_postings, n_postings_previous, change FROM fact_delta_monthly "
                          "WHERE month = '2018-02-01' AND group_id = 'all' ORDER BY unit_id")
    assert changes == [("province", 2, 3, -1), ("so-ab", 1, 3, -2), ("so-c", 1, 0, 1)]


def test_what_one_predecessor_had_is_not_known_where_it_was_not_assessed() -> None:
    made = merged()
    post(made, "2018-01", "2018-02-05", "so-a", ["2018-01-03"])
    made.crawl("2018-01", "2018-02-05", "so-b", observed=False, cause="unreachable")
    post(made, "2018-02", "2018-03-05", "so-ab", [])
    made.build("2018-01", "2018-02")
    assert made.rows("SELECT n_postings FROM fact_series_monthly WHERE unit_id = 'so-ab'") == [(None,)]
    assert made.rows("SELECT n_postings_previous, change FROM fact_delta_monthly WHERE month = '2018-02-01' "
                     "AND unit_id = 'so-ab' AND group_id = 'all'") == [(None, None)]


def test_the_past_of_a_split_unit_is_given_to_none_of_its_parts_but_stays_the_province_s() -> None:
    made = world((unit("so-a", end=REFORM), unit("so-x", REFORM), unit("so-y", REFORM)),
                 (portal("so-a", end=REFORM), portal("so-x", REFORM), portal("so-y", REFORM)),
                 ("so-a", "so-x", "split"), ("so-a", "so-y", "split"))
    post(made, "2018-01", "2018-02-05", "so-a", ["2018-01-03", "2018-01-04"])
    post(made, "2018-02", "2018-03-05", "so-x", ["2018-02-20"])
    post(made, "2018-02", "2018-03-05", "so-y", [])
    made.build("2018-01", "2018-02")
    assert made.rows("SELECT unit_id, n_postings, origins FROM fact_series_monthly ORDER BY unit_id") == [
        ("so-x", None, ["so-a"]), ("so-y", None, ["so-a"])]
    assert made.rows("SELECT n_postings, n_postings_previous, change FROM fact_delta_monthly "
                     "WHERE month = '2018-02-01' AND unit_id = 'province' AND group_id = 'all'") == [(1, 2, -1)]


def test_without_the_heirs_of_an_abolished_unit_the_province_is_not_compared() -> None:
    made = world((unit("so-a"), unit("so-b", end=REFORM)), (portal("so-a"), portal("so-b", end=REFORM)),
                 ("so-b", None, "abolish"))
    post(made, "2018-01", "2018-02-05", "so-a", ["2018-01-03"])
    post(made, "2018-01", "2018-02-05", "so-b", ["2018-01-04"])
    post(made, "2018-02", "2018-03-05", "so-a", ["2018-02-20"])
    made.build("2018-01", "2018-02")
    assert made.rows("SELECT n_postings, n_postings_previous, change FROM fact_delta_monthly "
                     "WHERE month = '2018-02-01' AND unit_id = 'province' AND group_id = 'all'") == [(1, 2, None)]
