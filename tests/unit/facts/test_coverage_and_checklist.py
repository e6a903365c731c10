"""METHOD: observation is not verdict. Only a valid capture can produce *missing* or 0."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pytest
from world import World, moved_portal, with_policy

from pipeline.registry.model import Portal


def coverage(world: World, month: str = "2018-02", unit: str = "so-a") -> tuple[Any, ...]:
    return world.rows(f"SELECT assessed, cause FROM fact_coverage_monthly WHERE month = '{month}-01' "
                      f"AND unit_id = '{unit}'")[0]


def not_a_single_figure(world: World, unit: str = "so-a") -> bool:
    return world.unit("2018-02", unit) == (None, None, None, "not_assessable") and not world.rows(
        f"FROM fact_postings_monthly WHERE unit_id = '{unit}' AND n_postings IS NOT NULL")


def test_a_month_never_observed_has_no_rows() -> None:
    world = World()
    world.see(world.crawl("2018-01", "2018-02-05"), posted="2018-01-05")
    world.build("2017-12", "2018-01", "2018-02")
    for name in ("fact_coverage_monthly", "fact_postings_monthly", "fact_unit_monthly", "fact_checklist_monthly",
                 "fact_delta_monthly"):
        assert world.rows(f"SELECT DISTINCT month FROM {name}") == [(date(2018, 1, 1),)], name


def test_zeros_are_present_for_every_group_of_an_assessed_unit() -> None:
    world = World()
    world.crawl("2018-02", "2018-03-05")
    world.crawl("2018-02", "2018-03-05", "huyen-c")
    world.build("2018-02")
    rows = world.rows("SELECT unit_id, level, count(*), sum(n_postings) FROM fact_postings_monthly GROUP BY ALL "
                      "ORDER BY ALL")
    assert rows == [("huyen-c", "commune", 4, 0), ("huyen-c", "own", 4, 0), ("so-a", "own", 4, 0),
                    ("so-b", "own", 4, None)]
    assert world.unit("2018-02") == (0, 0, None, "nothing_to_date")


@pytest.mark.parametrize("cause", ["unreachable", "tls", "blocked", "robots", "invalid_page", "crashed"])
def test_a_portal_that_could_not_be_observed_is_not_assessable_with_its_cause(cause: str) -> None:
    world = World()
    world.crawl("2018-02", "2018-03-05", observed=False, cause=cause)
    world.build("2018-02")
    assert coverage(world) == (False, cause)
    assert not_a_single_figure(world)
    assert world.status("2018-02", "schedule")[0] == "not_assessable"


def test_a_unit_that_nobody_crawled_says_so() -> None:
    world = World()
    world.crawl("2018-02", "2018-03-05", "so-b")
    world.build("2018-02")
    assert coverage(world) == (False, "not_crawled")


@pytest.mark.parametrize(("sections", "cause"), [
    (({"complete": False, "cause": "budget"},), "budget"),
    (({}, {"section_url": "http://so-a.test/b", "complete": False, "cause": "timeout"}), "timeout"),
    ((), "no_section"),
    (({"valid_pages": 0, "complete": False, "cause": "http_error"},), "http_error"),
])
def test_an_own_section_not_read_whole_makes_the_unit_not_assessable(
    sections: tuple[dict[str, Any], ...], cause: str
) -> None:
    world = World()
    world.crawl("2018-02", "2018-03-05", sections=sections)
    world.build("2018-02")
    assert coverage(world) == (False, cause)
    assert not_a_single_figure(world)


def test_a_general_section_cut_by_its_budget_does_not_hinder() -> None:
    world = World()
    world.crawl("2018-02", "2018-03-05", sections=(
        {}, {"section_url": "http://so-a.test/news", "role": "general", "complete": False, "cause": "budget"}))
    world.build("2018-02")
    assert coverage(world) == (True, "none")


def test_without_a_section_of_its_own_every_general_list_must_be_read() -> None:
    home = {"section_url": "http://so-a.test/", "role": "general"}
    news = {"section_url": "http://so-a.test/news", "role": "general", "complete": False, "cause": "not_crawled",
            "valid_pages": 0}
    world = World()
    world.crawl("2018-02", "2018-03-05", sections=(home, news))
    world.build("2018-02")
    assert coverage(world) == (False, "not_crawled")
    assert not_a_single_figure(world)


def test_a_section_that_is_gone_hinders_only_where_no_other_section_was_read() -> None:
    gone = {"section_url": "http://so-a.test/old", "complete": False, "cause": "http_error", "outcome": "gone",
            "valid_pages": 0, "to_end": False}
    world = World()
    world.crawl("2018-02", "2018-03-05", sections=({}, gone))
    world.crawl("2018-02", "2018-03-05", "so-b", sections=(
        gone, {"section_url": "http://so-b.test/news", "role": "general"}))
    world.build("2018-02")
    assert coverage(world) == (True, "none")
    assert coverage(world, unit="so-b") == (False, "http_error")


def test_one_good_crawl_within_the_window_is_enough() -> None:
    world = World()
    crawl = world.crawl("2018-02", "2018-03-02")
    world.see(crawl, posted="2018-02-10")
    world.crawl("2018-02", "2018-03-05", observed=False, cause="unreachable")
    world.build("2018-02")
    assert coverage(world) == (True, "none")
    assert world.rows("SELECT crawl_id FROM fact_coverage_monthly WHERE unit_id = 'so-a'") == [(crawl,)]


def test_a_crawl_within_the_month_proves_no_zero_where_the_one_after_its_end_failed() -> None:
    world = World()
    world.crawl("2018-02", "2018-02-10")
    world.crawl("2018-02", "2018-03-05", observed=False, cause="unreachable")
    world.build("2018-02")
    assert coverage(world) == (False, "unreachable")


def test_a_crawl_within_the_month_proves_no_zero_where_others_were_crawled_after_its_end() -> None:
    world = World()
    world.crawl("2018-02", "2018-02-10")
    world.crawl("2018-02", "2018-03-05", "so-b")
    world.build("2018-02")
    assert coverage(world) == (False, "not_crawled")
    assert coverage(world, unit="so-b") == (True, "none")
    assert not_a_single_figure(world)


def test_a_crawl_that_was_under_way_when_the_watching_ended_proves_no_zero() -> None:
    world = World()
    crawl = world.crawl("2018-02", "2018-03-05T16:58")
    world.capture(date(2018, 2, 1), crawl, "so-a", "a1", datetime(2018, 3, 5, 17, 3, tzinfo=UTC), "captured", "article")
    world.see(crawl, posted="2018-02-10")
    world.build("2018-02")
    assert coverage(world) == (False, "not_crawled")
    assert not_a_single_figure(world)


def test_a_crawl_after_the_watching_ended_does_not_make_a_unit_assessed() -> None:
    world = World()
    world.crawl("2018-02", "2018-03-05", observed=False, cause="unreachable")
    world.crawl("2018-02", "2018-03-10")
    world.build("2018-02")
    assert coverage(world) == (False, "unreachable")


def test_every_portal_of_a_unit_must_be_read() -> None:
    world = World()
    world.registry = moved_portal(world.registry, *world.registry.portals,
                                  Portal("so-a-2", "so-a", "http://a2.test/", date(2017, 1, 1)))
    world.crawl("2018-02", "2018-03-05")
    world.build("2018-02")
    assert coverage(world) == (False, "not_crawled")


def test_a_posting_whose_page_was_not_read_and_may_be_of_the_month_leaves_no_false_zero() -> None:
    world = World()
    world.see(world.crawl("2018-02", "2018-03-05"), unread_cause="http_error")
    world.build("2018-02")
    assert coverage(world) == (False, "http_error")
    assert not_a_single_figure(world)


def test_an_unread_page_hinders_no_longer_once_the_posting_is_known_to_be_older() -> None:
    world = World()
    world.see(world.crawl("2018-01", "2018-01-20"))
    world.see(world.crawl("2018-02", "2018-03-05"), unread_cause="http_error")
    world.build("2018-02")
    assert coverage(world) == (True, "none")


# -- the checklist -----------------------------------------------------------------------------------------------


def test_missing_and_zero_carry_the_crawl_that_proves_them() -> None:
    world = World()
    crawl = world.crawl("2018-02", "2018-03-05")
    world.build("2018-02")
    assert world.status("2018-02", "result") == ("missing", 0, None, [crawl])
    assert not world.rows("FROM fact_coverage_monthly WHERE assessed AND crawl_id IS NULL")


def test_every_figure_and_missing_leads_to_the_coverage_and_its_captures() -> None:
    world = World()
    crawl = world.crawl("2018-02", "2018-03-05", sections=(
        {}, {"section_url": "http://so-a.test/news", "role": "general", "complete": False, "cause": "budget"}))
    world.crawl("2018-02", "2018-03-05", "so-b", observed=False, cause="tls")
    world.build("2018-02")
    chain = world.rows("""
        SELECT DISTINCT k.status, s.section_url, s.complete, s.budget_hit, s.cause, c.capture_id
        FROM fact_checklist_monthly k JOIN fact_coverage_monthly v USING (coverage_id)
        JOIN fact_section_coverage_monthly s USING (coverage_id)
        CROSS JOIN unnest(s.captures) AS x(capture_id) JOIN capture c USING (capture_id)
        WHERE k.unit_id = 'so-a' ORDER BY ALL""")
    assert chain == [("missing", "http://so-a.test/news", False, True, "budget", f"{crawl}/so-a/s2"),
                     ("missing", "http://so-a.test/tcd", True, False, "none", f"{crawl}/so-a/s1")]
    for table in ("fact_postings_monthly", "fact_unit_monthly", "fact_checklist_monthly"):
        assert world.rows(f"SELECT DISTINCT unit_id, coverage_id FROM {table} WHERE unit_id <> 'huyen-c' ORDER BY ALL"
                          ) == [("so-a", "2018-02/so-a"), ("so-b", None)], table


def test_a_portal_without_any_list_has_one_row_that_says_why() -> None:
    world = World()
    crawl = world.crawl("2018-02", "2018-03-05", observed=False, cause="tls")
    world.capture(date(2018, 2, 1), crawl, "so-a", "h1", datetime(2018, 3, 5, tzinfo=UTC), "failed", role="home")
    world.build("2018-02")
    assert world.rows("SELECT portal_id, section_url, cause, complete, captures FROM fact_section_coverage_monthly "
                      "ORDER BY ALL") == [
        ("huyen-c", "", "not_crawled", False, []), ("so-a", "", "tls", False, [f"{crawl}/so-a/h1"]),
        ("so-b", "", "not_crawled", False, [])]


def test_a_list_that_looks_unlike_what_it_was_is_not_complete() -> None:
    world = World()
    world.crawl("2018-01", "2018-02-05", sections=({"items": 9, "shown": list("abcdefghi")},))
    world.crawl("2018-02", "2018-03-05", sections=({"items": 0},))
    world.build("2018-02")
    assert world.rows("SELECT complete, cause, detail FROM fact_section_coverage_monthly WHERE portal_id = 'so-a'"
                      ) == [(False, "structure_changed", "danh sách còn 0 tin, từng có 9")]


@pytest.mark.parametrize("change", [
    "fact_unit_monthly SET n_postings = 0", "fact_postings_monthly SET n_postings = 0",
    "fact_checklist_monthly SET status = 'missing', cause = 'none'",
    "fact_checklist_monthly SET n = 0", "fact_coverage_monthly SET cause = 'none'",
])
def test_the_database_refuses_a_figure_or_a_missing_without_its_coverage(change: str) -> None:
    world = World()
    world.crawl("2018-02", "2018-03-05", observed=False, cause="tls")
    world.build("2018-02")
    with pytest.raises(duckdb.ConstraintException):
        world.con.execute(f"UPDATE {change}")


def test_published_carries_its_postings() -> None:
    world = World()
    posting = world.see(world.crawl("2018-02", "2018-03-05"), posted="2016-08-05")
    world.build("2018-02")
    assert world.status("2018-02", "schedule") == ("published", 1, None, [posting])


def test_missing_needs_lists_read_to_their_end() -> None:
    world = World()
    world.crawl("2018-02", "2018-03-05", sections=({"to_end": False},))
    world.build("2018-02")
    assert world.status("2018-02", "result")[:2] == ("not_assessable", None)
    assert world.unit("2018-02")[0] == 0


def test_a_mark_seen_this_month_stays_though_the_unit_is_not_assessable() -> None:
    world = World()
    crawl = world.crawl("2018-02", "2018-03-05", sections=({"complete": False, "cause": "timeout"},))
    posting = world.see(crawl, posted="2016-08-05")
    world.build("2018-02")
    assert world.status("2018-02", "schedule") == ("published", None, None, [posting])
    assert world.status("2018-02", "result")[0] == "not_assessable"


def test_a_mark_of_last_month_says_nothing_of_a_portal_that_is_down() -> None:
    world = World()
    world.see(world.crawl("2018-01", "2018-02-05"), posted="2016-08-05")
    world.crawl("2018-02", "2018-03-05", observed=False, cause="unreachable")
    world.build("2018-01", "2018-02")
    assert world.status("2018-01", "schedule")[0] == "published"
    assert world.status("2018-02", "schedule")[:2] == ("not_assessable", None)


def test_what_was_live_and_is_confirmed_gone_is_removed() -> None:
    world = World()
    posting = world.see(world.crawl("2018-01", "2018-02-05"), group="result", posted="2017-09-09")
    world.missing(world.crawl("2018-02", "2018-03-02"), posting)
    for day in ("2018-03-03", "2018-03-04"):
        world.missing(world.crawl("2018-02", day, kind="recheck", sections=()), posting)
    world.build("2018-02")
    assert world.status("2018-02", "result") == ("removed", 0, None, [posting])
    assert why(world, "result") == ("2018-02/so-a", "none")


def test_what_is_only_suspected_gone_is_neither_removed_nor_missing() -> None:
    world = World()
    posting = world.see(world.crawl("2018-01", "2018-02-05"), group="result", posted="2017-09-09")
    world.missing(world.crawl("2018-02", "2018-03-04"), posting)
    world.missing(world.crawl("2018-02", "2018-03-05", kind="recheck", sections=()), posting)
    world.missing(world.crawl("2018-03", "2018-03-06", kind="recheck", sections=()), posting)
    world.build("2018-02")
    assert world.status("2018-02", "result") == ("not_assessable", None, None, [posting])
    assert why(world, "result")[1] == "awaiting_recheck"
    assert world.postings()[0]["state"] == "gone"


def test_one_suspect_beside_a_confirmed_one_leaves_the_group_open() -> None:
    world = World()
    first = world.crawl("2018-01", "2018-02-05")
    gone, suspect = (world.see(first, f"Kết quả {n}", group="result", path=str(n)) for n in (1, 2))
    world.missing(world.crawl("2018-02", "2018-03-02"), gone)
    for day in ("2018-03-03", "2018-03-04"):
        world.missing(world.crawl("2018-02", day, kind="recheck", sections=()), gone)
    world.missing(world.crawl("2018-02", "2018-03-05"), suspect)
    world.build("2018-02")
    assert world.status("2018-02", "result") == ("not_assessable", None, None, [suspect])


def test_a_recheck_is_no_evidence_of_a_month_and_hides_none() -> None:
    world = World()
    crawl = world.crawl("2018-02", "2018-03-02")
    world.crawl("2018-02", "2018-03-04", kind="recheck", sections=())
    world.crawl("2018-02", "2018-03-05", kind="recheck", sections=(), observed=False, cause="unreachable")
    world.crawl("2018-03", "2018-04-02", kind="recheck", sections=())
    world.build("2018-02", "2018-03")
    assert world.rows("SELECT month, assessed, crawl_id, observations FROM fact_coverage_monthly WHERE unit_id = 'so-a'"
                      ) == [(date(2018, 2, 1), True, crawl, 1)]


def why(world: World, group: str) -> tuple[Any, ...]:
    """(coverage, cause) of a checklist cell of so-a in 2018-02."""
    return world.rows("SELECT coverage_id, cause FROM fact_checklist_monthly WHERE month = '2018-02-01' "
                      f"AND unit_id = 'so-a' AND group_id = '{group}'")[0]


def test_unlisted_but_readable_is_still_published() -> None:
    world = World()
    world.see(world.crawl("2018-01", "2018-02-05"), posted="2018-01-09", path="a")
    world.see(world.crawl("2018-02", "2018-03-05"), path="a", role="recheck", section_url="")
    world.build("2018-02")
    assert world.postings()[0]["state"] == "unlisted"
    assert world.status("2018-02", "schedule")[0] == "published"


def test_a_doubtful_result_leaves_the_number_of_results_open_but_not_the_postings() -> None:
    world = World()
    crawl = world.crawl("2018-02", "2018-03-05")
    world.see(crawl, "Thông báo", group="notice", posted="2018-02-05", needs_review=True,
              candidates=["notice", "result"], review_reasons=["group"])
    world.build("2018-02")
    assert world.unit("2018-02") == (1, None, date(2018, 2, 5), "dated")
    assert world.rows("SELECT n_doubtful FROM fact_postings_monthly WHERE unit_id = 'so-a' AND group_id = 'notice'"
                      ) == [(1,)]


@pytest.mark.parametrize("changes", [
    {"posted": "2018-01-05"},
    {"posted": "2018-02-05", "candidates": ["notice", "schedule"]},
    {"posted": "2018-02-05", "review_reasons": ["date_conflict"]},
    {"posted": "2018-02-05", "group": "other"},
])
def test_other_doubts_leave_the_number_of_results_known(changes: dict[str, Any]) -> None:
    world = World()
    world.see(world.crawl("2018-02", "2018-03-05"), "Thông báo", **{
        "group": "notice", "needs_review": True, "candidates": ["notice", "result"], "review_reasons": ["group"],
        **changes})
    world.build("2018-02")
    assert world.unit("2018-02")[1] == 0


def test_a_posting_of_an_unsettled_group_proves_no_mark_and_leaves_none_missing() -> None:
    world = World()
    world.see(world.crawl("2018-02", "2018-03-05"), "Thông báo", group="result", posted="2018-02-05",
              needs_review=True, candidates=["result", "schedule"], review_reasons=["group"])
    world.build("2018-02")
    marks = {group: world.status("2018-02", group)[:2] for group in ("result", "schedule", "regulation")}
    assert marks == {"result": ("not_assessable", None), "schedule": ("not_assessable", None),
                     "regulation": ("missing", 0)}


def test_postings_outside_the_programme_are_in_no_figure() -> None:
    world = World()
    world.see(world.crawl("2018-02", "2018-03-05"), "Tuyển dụng", group="other", posted="2018-02-05",
              needs_review=True, review_reasons=["group"], candidates=["other", "notice"])
    world.build("2018-02")
    assert world.unit("2018-02") == (0, 0, None, "nothing_to_date")
    assert not world.rows("FROM fact_postings_monthly WHERE group_id = 'other'")


def test_only_standing_pages_leave_nothing_to_date() -> None:
    world = World()
    world.see(world.crawl("2018-02", "2018-03-05"), role="standing", form="standing")
    world.build("2018-02")
    assert world.unit("2018-02") == (0, 0, None, "nothing_to_date")
    assert world.status("2018-02", "schedule")[0] == "published"


def test_communes_are_counted_once_each_over_those_of_the_last_day() -> None:
    world = World()
    crawl = world.crawl("2018-02", "2018-03-05", "huyen-c")
    for path, commune in (("1", "xa-1"), ("2", "xa-1"), ("3", "xa-9"), ("4", None)):
        world.see(crawl, f"Lịch {path}", portal="huyen-c", path=path, level="commune", commune_id=commune,
                  posted="2018-02-01")
    world.build("2018-02")
    assert world.status("2018-02", "schedule", "huyen-c", "commune")[:3] == ("published", 1, 2)
    assert world.status("2018-02", "schedule", "huyen-c")[0] == "missing"
    assert world.unit("2018-02", "huyen-c")[0] == 4


def test_recheck_policy_is_the_programmes() -> None:
    world = World()
    world.programme = with_policy(world.programme, rechecks=0)
    posting = world.see(world.crawl("2018-01", "2018-02-05"))
    world.missing(world.crawl("2018-02", "2018-03-05"), posting)
    world.build("2018-02")
    assert world.postings()[0]["state"] == "gone"


def test_the_end_of_watching_is_the_end_of_day_five_in_vietnam() -> None:
    assert World().context("2018-02").observed_until == datetime(2018, 3, 5, 17, tzinfo=UTC)


def test_what_only_a_portal_showed_that_the_unit_has_left_is_not_on_show() -> None:
    world = World()
    old, *others = world.registry.portals
    january = world.crawl("2018-01", "2018-02-05")
    world.see(january, posted="2018-01-10")
    kept = world.see(january, "Nội quy", group="regulation", posted="2016-01-10", path="a")
    world.build("2018-01")
    world.registry = moved_portal(
        world.registry, replace(old, valid_to=date(2018, 2, 10)), *others,
        Portal("so-a-2", "so-a", "http://a2.test/", date(2018, 2, 10)))
    moved = world.crawl("2018-02", "2018-03-05", "so-a-2", sections=({"unit_id": "so-a"},))
    world.see(moved, "Nội quy", group="regulation", posted="2016-01-10", path="a", portal="so-a-2", unit_id="so-a")
    world.build("2018-02")
    assert world.status("2018-01", "schedule")[0] == "published"
    assert world.status("2018-02", "schedule")[0] == "missing"
    assert world.status("2018-02", "regulation")[::3] == ("published", [kept])
