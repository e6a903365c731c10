"""Findings told once: postings removed, backdated, with another date; and portals that failed for days."""

from __future__ import annotations

from datetime import date
from typing import Any

from office import Office, section

LISTS = (section("Lịch tiếp công dân"), section("Kết quả tiếp công dân", "kq"))


def test_a_removed_posting_is_told_in_the_month_of_its_confirmation_and_never_again() -> None:
    office = Office()
    seen = office.crawl("2018-01", "2018-02-01", sections=LISTS)
    stays = "Lịch tiếp công dân tháng 1"
    office.see(seen, stays, posted="2018-01-10")
    place = office.see(seen, "Lịch tiếp công dân tháng 2", posted="2018-01-20")
    for day in ("2018-03-01", "2018-03-03", "2018-03-05"):
        again = office.crawl("2018-02", day, sections=LISTS)
        office.see(again, stays, posted="2018-01-10")
        office.missing(again, place)
    last = office.crawl("2018-03", "2018-04-05", sections=LISTS)
    office.see(last, stays, posted="2018-01-10")
    office.missing(last, place)
    office.build("2018-01", "2018-02", "2018-03")
    assert office.found("2018-02") == {f"postings-removed/{place}": "noted"}
    facts = office.row("2018-02", "postings-removed")["facts"]
    assert (facts["last_seen"], facts["first_missed"]) == ("2018-02-01", "2018-03-01")
    assert office.found("2018-03") == {}


def test_a_backdated_posting_is_told_with_what_its_list_did_not_show() -> None:
    office = Office()
    old = {"oldest": date(2017, 6, 1)}
    for month, at, late in (("2018-01", "2018-02-05", False), ("2018-02", "2018-03-05", True)):
        seen = office.crawl(month, at, sections=tuple({**s, **old} for s in LISTS))
        office.see(seen, "Lịch tiếp công dân tháng 12", posted="2017-12-10")
        if late:
            place = office.see(seen, "Lịch tiếp công dân tháng 1", posted="2018-01-05")
    office.build("2018-01", "2018-02")
    assert office.found("2018-02") == {f"backdated/{place}": "noted"}
    facts = office.row("2018-02", "backdated")["facts"]
    assert (facts["displayed"], facts["not_there"], facts["first_seen"]) == ("2018-01-05", "2018-02-05", "2018-03-05")


def test_a_changed_date_is_told_with_the_old_and_the_new_day() -> None:
    office = Office()
    for month, at, day in (("2018-01", "2018-02-05", "2018-01-10"), ("2018-02", "2018-03-05", "2018-02-20")):
        place = office.see(office.crawl(month, at, sections=LISTS), posted=day)
    office.build("2018-01", "2018-02")
    assert office.found("2018-02") == {f"date-edited/{place}": "noted"}
    facts = office.row("2018-02", "date-edited")["facts"]
    assert (facts["old"], facts["new"]) == ("2018-01-10", "2018-02-20")


def test_a_changed_date_is_told_as_its_month_knew_it_whatever_later_crawls_join() -> None:
    office = Office()
    title, first = "Lịch tiếp công dân", "2018-01-10"

    def see(month: str, at: str, day: str, **read: Any) -> str:
        crawl = office.crawl(month, at, sections=LISTS)
        office.see(crawl, title, posted=first, path="a", minutes=4, **read)
        return office.see(crawl, title, posted=day, path="b", **read)

    see("2018-01", "2018-02-05", first)
    place = see("2018-02", "2018-03-05", "2018-02-20")
    office.build("2018-01", "2018-02")
    before = office.found("2018-02")
    assert before == {f"date-edited/{place}": "noted"}
    # Their texts are read at last, and they are one: the posting that was seen first.
    see("2018-03", "2018-04-05", "2018-02-20", text_digest="x", text_length=400)
    office.build("2018-03", "2018-02")
    assert office.found("2018-02") == before


def test_an_event_of_a_month_that_could_not_be_assessed_is_told_by_the_next_one() -> None:
    office = Office()
    office.see(office.crawl("2018-01", "2018-02-05", sections=LISTS), posted="2018-01-10")
    office.see(office.crawl("2018-02", "2018-02-20", sections=LISTS), posted="2018-02-15")
    office.crawl("2018-02", "2018-03-05", observed=False, cause="unreachable")
    place = office.see(office.crawl("2018-03", "2018-04-05", sections=LISTS), posted="2018-02-15")
    office.build("2018-01", "2018-02", "2018-03")
    assert office.found("2018-02") == {}
    assert office.found("2018-03") == {f"date-edited/{place}": "noted"}


def test_a_portal_that_failed_for_days_is_unreachable_though_nothing_else_can_be_said() -> None:
    office = Office()
    for day in ("2018-03-02", "2018-03-03", "2018-03-05"):
        office.crawl("2018-02", day, observed=False, cause="timeout")
    office.build("2018-02")
    assert office.found("2018-02") == {"unreachable": "open"} and not office.found("2018-02", rule="missing")
    facts = office.row("2018-02", "unreachable")["facts"]
    assert (facts["days"], facts["attempts"], facts["first"], facts["last"], facts["cause"]) == (
        4, 3, "2018-03-02", "2018-03-05", "timeout")


def test_one_failure_is_not_days_and_our_own_failures_are_not_the_portals() -> None:
    once, ours = Office(), Office()
    once.crawl("2018-02", "2018-03-05", observed=False, cause="timeout")
    for day in ("2018-03-01", "2018-03-05"):
        ours.crawl("2018-02", day, observed=False, cause="crashed")
    for office in (once, ours):
        office.build("2018-02")
        assert office.found("2018-02") == {}


def test_a_portal_that_came_back_within_the_month_is_told_as_resolved() -> None:
    office = Office()
    for day in ("2018-02-25", "2018-02-28"):
        office.crawl("2018-02", day, observed=False, cause="unreachable")
    office.see(office.crawl("2018-02", "2018-03-05", sections=LISTS), posted="2018-02-15")
    office.build("2018-02")
    assert office.found("2018-02")["unreachable"] == "resolved"


def test_a_portal_down_over_two_months_is_one_finding() -> None:
    office = Office()
    for month, day in (("2018-01", "2018-02-01"), ("2018-01", "2018-02-05"), ("2018-02", "2018-03-05")):
        office.crawl(month, day, observed=False, cause="unreachable")
    office.see(office.crawl("2018-03", "2018-04-05", sections=LISTS), posted="2018-03-15")
    office.build("2018-01", "2018-02", "2018-03")
    assert office.since("2018-02", "unreachable") == date(2018, 1, 1)
    assert office.row("2018-02", "unreachable")["facts"]["days"] == 33
    assert office.found("2018-03")["unreachable"] == "resolved"
