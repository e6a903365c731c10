"""Findings about dates that visitors miss, and about how often a unit publishes."""

from __future__ import annotations

from datetime import date

import pytest
from office import PROGRAMME, Office, section

LISTS = (section("Lịch tiếp công dân"), section("Kết quả tiếp công dân", "kq"))
KQ = {"section_url": "http://so-a.test/kq", "group": "result"}


def crawl(office: Office, month: str, at: str) -> str:
    return office.crawl(month, at, sections=LISTS)


def test_postings_without_a_date_on_list_and_page_are_told() -> None:
    office = Office()
    seen = crawl(office, "2018-02", "2018-03-05")
    for title in ("Lịch tiếp công dân một", "Lịch tiếp công dân hai"):
        for role in ("listing", "article"):
            office.see(seen, title, role=role)
    office.see(seen, "Lịch tiếp công dân ba", posted="2018-02-01")
    office.build("2018-02")
    row = office.row("2018-02", "dates-not-displayed")
    assert (row["state"], row["facts"]) == ("open", {"n": 2, "m": 3})


def test_a_posting_whose_page_was_not_read_may_show_its_date_there() -> None:
    office = Office()
    seen = crawl(office, "2018-02", "2018-03-05")
    for n in range(3):
        office.see(seen, f"Lịch tiếp công dân số {n}")
    office.build("2018-02")
    assert "dates-not-displayed" not in office.found("2018-02")


def test_one_undated_posting_is_no_habit() -> None:
    office = Office()
    office.see(crawl(office, "2018-02", "2018-03-05"), role="article")
    office.build("2018-02")
    assert "dates-not-displayed" not in office.found("2018-02")


def test_a_date_that_is_known_but_not_displayed_is_not_displayed() -> None:
    office = Office()
    seen = crawl(office, "2018-02", "2018-03-05")
    for n in (1, 2):
        office.see(seen, f"Lịch tiếp công dân {n}", role="article", posted=f"2018-02-0{n}", displayed_on=None,
                   posted_on_source="metadata")
    office.build("2018-02")
    assert office.found("2018-02") == {"dates-not-displayed": "open"}


def test_one_result_ever_is_told_until_there_are_two() -> None:
    office = Office()
    for month, at, last in (("2018-01", "2018-02-05", 1), ("2018-02", "2018-03-05", 2)):
        seen = crawl(office, month, at)
        for n in range(1, last + 1):
            office.see(seen, f"Kết quả tiếp công dân {n}", posted=f"2018-0{n}-15", **KQ)
    office.build("2018-01", "2018-02")
    assert office.found("2018-01") == {"one-result/result": "open"}
    assert office.found("2018-02") == {"one-result/result": "resolved"}


def test_the_only_result_that_seems_gone_leaves_open_whether_there_is_one() -> None:
    office = Office()
    place = office.see(crawl(office, "2018-01", "2018-02-05"), "Kết quả tiếp công dân", posted="2018-01-15", **KQ)
    office.missing(crawl(office, "2018-02", "2018-03-05"), place)
    for at in ("2018-04-03", "2018-04-05"):
        office.missing(crawl(office, "2018-03", at), place)
    office.build("2018-01", "2018-02", "2018-03")
    assert [office.found(month) for month in ("2018-01", "2018-02", "2018-03")] == [
        {"one-result/result": "open"}, {}, {"one-result/result": "resolved", "removed/result": "open"}]


def test_one_result_is_not_said_where_another_may_be_one_or_the_lists_have_more_pages() -> None:
    doubtful, short = Office(), Office()
    seen = crawl(doubtful, "2018-02", "2018-03-05")
    doubtful.see(seen, "Kết quả tiếp công dân", posted="2018-02-01", **KQ)
    doubtful.see(seen, "Thông báo số 6", posted="2018-02-02", group="notice", candidates=["notice", "result"],
                 review_reasons=["group"], needs_review=True)
    seen = short.crawl("2018-02", "2018-03-05", sections=tuple({**s, "to_end": False} for s in LISTS))
    short.see(seen, "Kết quả tiếp công dân", posted="2018-02-01", **KQ)
    for office in (doubtful, short):
        office.build("2018-02")
        assert "one-result/result" not in office.found("2018-02")


def test_an_old_single_result_is_stale_and_not_also_single() -> None:
    office = Office()
    office.see(crawl(office, "2018-02", "2018-03-05"), "Kết quả tiếp công dân", posted="2017-05-16", **KQ)
    office.build("2018-02")
    assert office.found("2018-02") == {"stale-results/result": "open"}
    assert office.row("2018-02", "stale-results")["facts"] == {
        "groups": ["result"], "latest": "2017-05-16", "months": 9, "n": 1}


def test_results_are_not_called_stale_while_an_undated_one_may_be_new() -> None:
    office = Office()
    seen = crawl(office, "2018-02", "2018-03-05")
    office.see(seen, "Kết quả tiếp công dân", posted="2017-05-16", **KQ)
    office.see(seen, "Kết quả giải quyết đơn của ông A", **KQ)
    office.build("2018-02")
    assert "stale-results/result" not in office.found("2018-02")


@pytest.mark.parametrize(("title", "posted", "state"), [
    ("Lịch tiếp công dân năm 2017", "2018-01-05", {"schedule-of-an-earlier-year/schedule": "open"}),
    ("Lịch tiếp công dân", "2017-06-01", {"schedule-of-an-earlier-year/schedule": "open"}),
    ("Lịch tiếp công dân năm 2018", "2017-12-28", {}),
    ("Lịch tiếp công dân", "2017-12-28", {}),
    ("Lịch tiếp công dân", None, {}),
])
def test_a_schedule_is_of_the_year_of_its_title_or_else_of_its_date(
    title: str, posted: str | None, state: dict[str, str]
) -> None:
    office = Office()
    office.see(crawl(office, "2018-02", "2018-03-05"), title, posted=posted)
    office.build("2018-02")
    assert office.found("2018-02", rule="schedule-of-an-earlier-year") == state


def test_notices_of_the_month_are_praised_month_by_month() -> None:
    office = Office()
    for month, at, days in (("2018-01", "2018-02-05", ("2018-01-08",)), ("2018-02", "2018-03-05", ("2018-01-08",)),
                            ("2018-03", "2018-04-05", ("2018-01-08", "2018-03-08"))):
        seen = crawl(office, month, at)
        for day in days:
            office.see(seen, f"Thông báo buổi tiếp công dân {day}", group="notice", posted=day)
    office.build("2018-01", "2018-02", "2018-03")
    assert [office.found(month) for month in ("2018-01", "2018-02", "2018-03")] == [
        {"notices/notice": "noted"}, {}, {"notices/notice": "noted"}]
    assert office.since("2018-03", "notices") == date(2018, 3, 1)


def test_results_in_most_of_the_last_months_are_praised_since_when_it_began() -> None:
    office = Office()
    months = ("2017-06", "2017-07", "2017-09", "2017-10", "2017-12", "2018-01")
    for made, at in (("2018-01", "2018-02-05"), ("2018-02", "2018-03-05")):
        seen = crawl(office, made, at)
        for month in months:
            office.see(seen, f"Kết quả tiếp công dân {month}", posted=f"{month}-09", **KQ)
    office.build("2018-01", "2018-02")
    assert office.found("2018-02") == {"results-often/result": "noted"}
    row = office.row("2018-02", "results-often")
    assert (row["facts"]["months"], row["recommendation"], row["first_raised"]) == (6, "", date(2018, 1, 1))
    assert len(row["evidence"]) == 6


def test_a_rule_for_some_kinds_of_unit_leaves_the_others_alone() -> None:
    rules = tuple(
        rule.model_copy(update={"kinds": ("district",)}) if rule.id == "missing" else rule
        for rule in PROGRAMME.findings)
    office = Office(programme=PROGRAMME.model_copy(update={"findings": rules}))
    crawl(office, "2018-02", "2018-03-05")
    office.crawl("2018-02", "2018-03-05", "huyen-c", sections=(section("Tiếp công dân", unit="huyen-c"),))
    office.build("2018-02")
    assert office.found("2018-02", rule="missing") == {}
    assert len(office.found("2018-02", "huyen-c", rule="missing")) == 3


def test_a_growing_stock_of_undated_postings_is_told_against_the_month_before() -> None:
    office = Office()
    for month, at, last in (("2018-01", "2018-02-05", 1), ("2018-02", "2018-03-05", 3), ("2018-03", "2018-04-05", 3)):
        # one page of the list was never read whole: what came on it is bounded by nothing
        seen = office.crawl(month, at, sections=(*LISTS, section("Tin tức", "tin", role="general", complete=False)))
        for n in range(last):
            office.see(seen, f"Lịch tiếp công dân số {n}", section_url="http://so-a.test/tin")
    office.build("2018-01", "2018-02", "2018-03")
    assert [office.found(month).get("undated-stock") for month in ("2018-01", "2018-02", "2018-03")] == [
        None, "open", "resolved"]
    assert office.row("2018-02", "undated-stock")["facts"] == {"n": 3, "previous": 1, "grew": 2}
