"""Findings about what is owed, through months: raised, still open, resolved, and silent where nothing was seen."""

from __future__ import annotations

from datetime import date

from office import Office, section
from world import moment


def test_a_missing_group_is_open_until_it_is_published() -> None:
    office = Office()
    office.see(office.crawl("2018-01", "2018-02-05"), posted="2018-01-10")
    crawl = office.crawl("2018-02", "2018-03-05")
    office.see(crawl, posted="2018-01-10")
    office.see(crawl, "Kết quả tiếp công dân tháng 2", group="result", posted="2018-02-20")
    office.build("2018-01", "2018-02")
    assert office.found("2018-01", rule="missing") == {"missing/regulation": "open", "missing/result": "open"}
    assert office.found("2018-02", rule="missing") == {"missing/regulation": "open", "missing/result": "resolved"}
    assert office.since("2018-02", "missing", subject="regulation") == date(2018, 1, 1)
    resolved = office.row("2018-02", "missing", subject="result")
    assert (resolved["first_raised"], resolved["resolved_in"]) == (date(2018, 1, 1), date(2018, 2, 1))


def test_a_finding_carries_its_words_and_its_proof() -> None:
    office = Office()
    office.see(office.crawl("2018-02", "2018-03-05"), posted="2018-01-10")
    office.build("2018-02")
    row = office.row("2018-02", "missing", subject="result")
    assert row["finding_id"] == "2018-02/so-a/missing/result"
    assert row["note"] == "Chưa đăng tải kết quả tiếp công dân, giải quyết đơn thư."
    assert row["recommendation"] == "Đăng tải kết quả tiếp công dân, giải quyết đơn thư."
    assert row["facts"] == {"groups": ["result"], "have": ["schedule"]}
    assert row["severity"] == "major"
    assert "2018-02/so-a" in row["evidence"]


def test_nothing_is_found_at_a_unit_that_could_not_be_assessed_and_what_was_open_stays_so() -> None:
    office = Office()
    office.see(office.crawl("2018-01", "2018-02-05"), posted="2018-01-10")
    office.crawl("2018-02", "2018-03-05", observed=False, cause="unreachable")
    office.see(office.crawl("2018-03", "2018-04-05"), posted="2018-01-10")
    office.build("2018-01", "2018-02", "2018-03")
    assert office.found("2018-02") == office.found("2018-02", rule="missing") == {}
    assert office.found("2018-03", rule="missing") == {"missing/regulation": "open", "missing/result": "open"}
    assert office.since("2018-03", "missing", subject="result") == date(2018, 1, 1)


def test_a_month_made_again_says_the_same_and_leaves_later_months_alone() -> None:
    office = Office()
    for month, day in (("2018-01", "2018-02-05"), ("2018-02", "2018-03-05")):
        office.see(office.crawl(month, day), posted="2018-01-10")
    office.build("2018-01", "2018-02")
    before = office.history()
    office.build("2018-02", "2018-01", "2018-01")
    assert office.history() == before


def backfilled(office: Office) -> Office:
    """February and March were made before anybody thought of January, which is observed now."""
    for month, day in (("2018-01", "2018-02-05"), ("2018-02", "2018-03-05"), ("2018-03", "2018-04-05")):
        office.see(office.crawl(month, day), posted="2018-01-10")
    office.build("2018-02", "2018-03")
    assert office.since("2018-03", "missing", subject="result") == date(2018, 2, 1)
    return office


def test_a_month_that_is_made_late_says_since_when_in_the_months_after_it() -> None:
    office = backfilled(Office())
    office.build("2018-01")
    for month in ("2018-02", "2018-03"):
        assert office.since(month, "missing", subject="result") == date(2018, 1, 1), month
    after = office.history()
    office.build("2018-02", "2018-03")
    assert office.history() == after


def test_a_finding_that_was_resolved_in_between_begins_anew_whatever_is_made_late() -> None:
    office = Office()
    result = {"title": "Kết quả tiếp công dân", "group": "result", "posted": "2018-01-10"}
    for month, day in (("2018-01", "2018-02-05"), ("2018-02", "2018-03-05"), ("2018-03", "2018-04-05")):
        crawl = office.crawl(month, day)
        office.see(crawl, posted="2018-01-10")
        if month == "2018-02":
            place = office.see(crawl, **result)
    for day in ("2018-03-10", "2018-03-12", "2018-03-14"):
        office.missing(office.crawl("2018-03", day, kind="recheck", sections=()), place)
    office.build("2018-02", "2018-03", "2018-01")
    assert office.found("2018-03", rule="removed") == {"removed/result": "open"}
    assert office.since("2018-03", "removed", subject="result") == date(2018, 3, 1)


def test_an_issued_month_keeps_since_when_it_said_and_hands_it_on() -> None:
    office = backfilled(Office())
    office.put("release", {
        "release_id": "2018-02/v1", "month": date(2018, 2, 1), "vintage": 1, "issued_at": moment("2018-03-20"),
        "issued_by": "An", "reason": "", "obstacles": [], "observed_until": moment("2018-03-05"), "programme_id": "p",
        "programme_version": 1, "programme_digest": "", "registry_digest": "", "reviews_digest": "",
        "tool_version": "1", "replay_version": "1", "n_captures": 0, "captures_digest": "", "earlier": [],
        "workbooks": [], "reproduced": True})
    office.con.execute("INSERT INTO released_finding BY NAME SELECT '2018-02/v1' AS release_id, * FROM finding "
                       "WHERE month = '2018-02-01'")
    before = office.history()
    office.build("2018-01")
    assert [row for row in office.history() if row[0] != date(2018, 1, 1)] == before


def test_a_group_of_which_everything_is_confirmed_gone_is_removed_until_it_is_back() -> None:
    office = Office()
    place = office.see(office.crawl("2018-01", "2018-02-01"), posted="2018-01-10")
    for day in ("2018-03-01", "2018-03-03", "2018-03-05"):
        office.missing(office.crawl("2018-02", day), place)
    office.see(office.crawl("2018-03", "2018-04-05"), posted="2018-01-10")
    office.build("2018-01", "2018-02", "2018-03")
    assert office.found("2018-02", rule="removed") == {"removed/schedule": "open"}
    row = office.row("2018-02", "removed")
    assert row["facts"] == {"groups": ["schedule"], "n": 1, "last_seen": "2018-02-01", "first_missed": "2018-03-01"}
    assert office.found("2018-02") == {"removed/schedule": "open"}, "told of the group, not of the posting again"
    assert office.found("2018-03", rule="removed") == {"removed/schedule": "resolved"}


def test_a_suspected_removal_is_neither_removed_nor_missing_nor_does_it_resolve_anything() -> None:
    office = Office()
    place = office.see(office.crawl("2018-01", "2018-02-01"), posted="2018-01-10")
    office.missing(office.crawl("2018-02", "2018-03-05"), place)
    office.build("2018-01", "2018-02")
    assert "removed/schedule" not in office.found("2018-02")
    assert "missing/schedule" not in office.found("2018-02", rule="missing")


def test_communes_without_a_posting_are_named() -> None:
    office = Office()
    crawl = office.crawl("2018-02", "2018-03-05", "huyen-c")
    office.see(crawl, "Lịch tiếp công dân xã Hai", portal="huyen-c", posted="2018-01-10", level="commune",
               commune_id="xa-2")
    office.build("2018-02")
    row = office.row("2018-02", "communes-incomplete", "huyen-c", "schedule")
    assert row["note"] == "Mới có 1/2 xã, phường, thị trấn có lịch tiếp công dân; còn thiếu: Xã Một."
    none = office.row("2018-02", "communes-incomplete", "huyen-c", "result")
    assert none["note"].endswith("của xã, phường, thị trấn nào (0/2).")
    assert none["facts"]["communes"] == ["xa-1", "xa-2"]


def test_the_first_to_publish_for_communes_is_named_as_long_as_it_is_alone() -> None:
    office = Office()
    crawl = office.crawl("2018-02", "2018-03-05", "huyen-c", sections=(section("Tiếp công dân", unit="huyen-c"),))
    office.see(crawl, "Kết quả tiếp công dân xã Hai", portal="huyen-c", group="result", posted="2018-02-10",
               level="commune", commune_id="xa-2")
    office.build("2018-02")
    assert office.found("2018-02", "huyen-c") == {"first-commune-results/result": "noted"}
    assert office.row("2018-02", "first-commune-results", "huyen-c")["facts"]["earliest"] == "2018-02-10"


def test_a_month_that_nobody_watched_has_no_findings() -> None:
    office = Office()
    office.see(office.crawl("2018-01", "2018-02-05"), posted="2018-01-10")
    office.build("2018-01", "2018-02")
    assert {row[0] for row in office.rows("SELECT DISTINCT month FROM finding")} == {date(2018, 1, 1)}
