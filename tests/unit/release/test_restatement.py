"""An issued figure stands; where later knowledge differs, both are told, and why."""

from __future__ import annotations

from datetime import date

from bureau import Bureau

from pipeline.text import key

JAN, FEB, MAR = "2018-01", "2018-02", "2018-03"


def january_with_one_posting() -> tuple[Bureau, str]:
    bureau = Bureau()
    crawl = bureau.crawl(JAN, "2018-02-05")
    posting = bureau.see(crawl, "Lịch tiếp công dân tháng 1", posted="2018-01-10")
    bureau.build(JAN)
    return bureau, posting


def shown_in(bureau: Bureau, month: str, earlier: str) -> int | None:
    """Return the previous month's postings as the deltas of a month show them."""
    [(n,)] = bureau.rows("SELECT n_postings_previous FROM fact_delta_monthly "
                         f"WHERE month = '{month}-01' AND unit_id = 'so-a' AND group_id = 'all'")
    return n  # type: ignore[no-any-return]


def test_nothing_is_restated_where_nothing_was_issued_or_nothing_changed() -> None:
    bureau, posting = january_with_one_posting()
    bureau.see(bureau.crawl(FEB, "2018-03-05"), "Lịch tiếp công dân tháng 1", path="x", posted="2018-01-10",
               location_id=posting)
    bureau.build(FEB)
    assert bureau.restated(FEB) == []
    bureau.issue(JAN)
    bureau.build(FEB)
    assert bureau.restated(FEB) == []


def test_a_backdated_posting_is_restated_with_its_reason_and_proof_and_the_issued_figure_stands() -> None:
    bureau, _ = january_with_one_posting()
    bureau.issue(JAN)
    late = bureau.see(bureau.crawl(FEB, "2018-03-05"), "Nội quy tiếp công dân", group="regulation", posted="2018-01-20")
    bureau.build(FEB)
    assert bureau.restated(FEB) == [(JAN, "so-a", 1, 2, ["backdated"], [late])]
    bureau.build(JAN)
    assert shown_in(bureau, FEB, JAN) == 1


def test_a_result_that_came_late_restates_both_figures() -> None:
    bureau, _ = january_with_one_posting()
    bureau.issue(JAN)
    late = bureau.see(bureau.crawl(FEB, "2018-03-05"), "Kết quả tiếp dân", group="result", posted="2018-01-20")
    bureau.build(FEB)
    assert bureau.restated(FEB, "n_results") == [(JAN, "so-a", 0, 1, ["backdated"], [late])]


def test_a_verdict_that_takes_a_posting_out_is_the_reason() -> None:
    bureau, posting = january_with_one_posting()
    bureau.issue(JAN)
    bureau.crawl(FEB, "2018-03-05")
    verdict = bureau.review(posting, key("Lịch tiếp công dân tháng 1"), "other")
    bureau.build(FEB)
    assert bureau.restated(FEB) == [(JAN, "so-a", 1, 0, ["review"], [posting, verdict])]


def test_a_verdict_that_agrees_with_the_proposal_is_why_a_figure_can_be_told() -> None:
    bureau = Bureau()
    posting = bureau.see(bureau.crawl(JAN, "2018-02-05"), "Thông báo", group="result", posted="2018-01-10",
                         needs_review=True, review_reasons=["group"], candidates=["result", "notice"])
    bureau.build(JAN)
    bureau.issue(JAN)
    bureau.crawl(FEB, "2018-03-05")
    verdict = bureau.review(posting, key("Thông báo"), "group", read="result", group="result")
    bureau.build(FEB)
    assert bureau.restated(FEB, "n_results") == [(JAN, "so-a", None, 1, ["review"], [posting, verdict])]


def test_a_unit_that_could_not_be_seen_when_issued_and_can_be_told_now_is_restated() -> None:
    bureau = Bureau()
    bureau.crawl(JAN, "2018-02-05", observed=False, cause="unreachable")
    bureau.build(JAN)
    bureau.issue(JAN)
    crawl = bureau.crawl(FEB, "2018-03-05", sections=({"oldest": date(2017, 12, 20), "ended": True},))
    seen = bureau.see(crawl, posted="2018-01-16")
    bureau.build(FEB)
    [(month, unit, issued, known, reasons, evidence)] = bureau.restated(FEB)
    assert (month, unit, issued, known) == (JAN, "so-a", None, 1)
    assert reasons == ["observed_later", "found_later"] and evidence == [f"{FEB}/so-a", seen]


def test_a_second_issue_is_what_stands_then() -> None:
    bureau, _ = january_with_one_posting()
    bureau.issue(JAN)
    bureau.see(bureau.crawl(FEB, "2018-03-05"), "Nội quy tiếp công dân", group="regulation", posted="2018-01-20")
    bureau.build(FEB)
    bureau.con.execute("UPDATE fact_unit_monthly SET n_postings = 2 WHERE month = '2018-01-01' AND unit_id = 'so-a'")
    bureau.con.execute("UPDATE fact_postings_monthly SET n_postings = 1 WHERE month = '2018-01-01' "
                       "AND unit_id = 'so-a' AND group_id = 'regulation' AND level = 'own'")
    bureau.issue(JAN, vintage=2)
    bureau.build(FEB)
    assert bureau.restated(FEB) == []
    assert shown_in(bureau, FEB, JAN) == 2


def test_a_later_month_shows_the_issued_figure_whatever_became_of_the_facts() -> None:
    bureau, _ = january_with_one_posting()
    bureau.issue(JAN)
    bureau.crawl(FEB, "2018-03-05")
    bureau.con.execute("UPDATE fact_postings_monthly SET n_postings = 9 "
                       "WHERE month = '2018-01-01' AND unit_id = 'so-a' AND n_postings = 1")
    bureau.build(FEB)
    assert shown_in(bureau, FEB, JAN) == 1


def test_two_issued_postings_that_turn_out_to_be_one_are_told_as_duplicates() -> None:
    bureau, _ = january_with_one_posting()
    other = bureau.see(bureau.crawl(FEB, "2018-03-05", sections=({"section_url": "http://so-a.test/tin"},)),
                       "Lịch tiếp công dân tháng 1", path="ban-sao", posted="2018-01-10",
                       section_url="http://so-a.test/tin")
    release = bureau.issue(JAN)
    bureau.con.execute(f"INSERT INTO released_posting SELECT * REPLACE ('{other}' AS posting_id) FROM released_posting")
    bureau.con.execute("UPDATE released_unit_monthly SET n_postings = 2 WHERE release_id = ? AND unit_id = 'so-a'",
                       [release])
    bureau.build(FEB)
    assert bureau.restated(FEB) == [(JAN, "so-a", 2, 1, ["duplicate"], [other])]


def test_a_posting_that_is_another_units_restates_both_units() -> None:
    bureau, posting = january_with_one_posting()
    bureau.crawl(JAN, "2018-02-05", "so-b")
    bureau.build(JAN)
    bureau.issue(JAN)
    bureau.con.execute("UPDATE posting_sighting SET unit_id = 'so-b'")
    bureau.crawl(FEB, "2018-03-05")
    bureau.crawl(FEB, "2018-03-05", "so-b")
    bureau.build(FEB)
    assert bureau.restated(FEB) == [
        (JAN, "so-a", 1, 0, ["restructured"], [posting]), (JAN, "so-b", 0, 1, ["restructured"], [posting])]
