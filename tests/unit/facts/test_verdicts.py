"""What a person decided holds for that content: in later months, at other addresses; where it changed, it is asked
again. Observations stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from world import World, moment, with_policy

from pipeline.facts import posting
from pipeline.facts.known import known_portal
from pipeline.facts.loading import ready
from pipeline.facts.questions import open_questions
from pipeline.reviews.model import Content, Decision, Question, Reviews, Ruling, Subject, Verdict
from pipeline.reviews.tables import verdict_rows

DOUBT = {"review_reasons": ["group"], "needs_review": True, "candidates": ["notice", "result"], "confidence": 0.2}
LIST_B = "http://so-a.test/b"
RESULT = Decision(Ruling.GROUP, "result", "own")


def questions(world: World, month: str = "2018-02", subject: Subject | None = None) -> list[Question]:
    context = world.context(month)
    ready(world.con, context)
    return [q for q in open_questions(world.con, context) if subject in (None, q.content.subject)]


def decide(world: World, *answers: tuple[Question, Decision], reviews: Reviews | None = None) -> Reviews:
    """Record answers, as an import and the next run do."""
    verdicts = [Verdict(q.content, d, "2018-02", "đã đọc", "A", datetime(2018, 3, 9, tzinfo=UTC)) for q, d in answers]
    after = (reviews or Reviews()).with_new(verdicts, [])
    world.con.execute("DELETE FROM review_verdict")
    for row in verdict_rows(after):
        world.put("review_verdict", row)
    return after


def settle(world: World, decision: Decision, subject: Subject = Subject.GROUP, month: str = "2018-02") -> Reviews:
    (asked,) = questions(world, month, subject)
    return decide(world, (asked, decision))


def told(world: World, *columns: str, month: str = "2018-02") -> list[tuple[Any, ...]]:
    posting.build(world.con, world.context(month))
    return [tuple(p[c] for c in columns) for p in world.postings()]


def groups(world: World, month: str = "2018-02") -> list[tuple[Any, ...]]:
    return told(world, "group_id", "needs_review", month=month)


# -- groups --------------------------------------------------------------------------------------------------------


def test_a_doubtful_group_is_asked_with_its_evidence() -> None:
    world = World()
    world.see(world.crawl("2018-02", "2018-03-05"), "Thông báo", posted="2018-02-03", group="notice",
              cues=["title:thong bao +1"], **DOUBT)
    (asked,) = questions(world)
    assert (asked.content.subject, asked.proposal, asked.bears) == (
        Subject.GROUP, Decision(Ruling.GROUP, "notice", "own"), True)
    assert (asked.cues, asked.candidates, asked.reasons) == (
        ("title:thong bao +1",), ("notice", "result"), ("group",))
    assert asked.capture_id.endswith("/0001")


def test_a_verdict_gives_the_group_and_is_not_asked_again_whenever_it_was_made() -> None:
    world = World()
    world.see(world.crawl("2018-02", "2018-03-05"), "Thông báo", posted="2018-02-03", group="notice", **DOUBT)
    reviews = settle(world, RESULT)
    assert told(world, "group_id", "needs_review", "confidence", "candidates") == [("result", False, 1.0, ["result"])]
    assert f"review:{reviews.verdicts[0].verdict_id}" in world.postings()[0]["cues"]
    assert questions(world) == []
    assert world.rows("SELECT group_id, needs_review FROM posting_sighting") == [("notice", True)]


def test_what_is_no_posting_of_the_programme_leaves_every_figure() -> None:
    world = World()
    world.see(world.crawl("2018-02", "2018-03-05"), "Tập huấn", posted="2018-02-03", group="result", **DOUBT)
    settle(world, Decision(Ruling.OTHER))
    assert groups(world) == [("other", False)]


def test_level_and_commune_follow_the_verdict() -> None:
    world = World()
    world.see(world.crawl("2018-02", "2018-03-05", "huyen-c"), "Thông báo", portal="huyen-c", posted="2018-02-03",
              group="notice", **DOUBT)
    settle(world, Decision(Ruling.GROUP, "schedule", "commune", "xa-2"))
    assert told(world, "group_id", "level", "commune_id") == [("schedule", "commune", "xa-2")]


def see_again(world: World, at: str = "2018-04-05", **changes: Any) -> None:
    world.see(world.crawl("2018-03", at), **{
        "title": "Thông báo", "path": "a", "posted": "2018-02-03", "group": "notice", **DOUBT, **changes})


def once(**changes: Any) -> World:
    """A doubtful posting in February that a person called a result."""
    world = World()
    world.see(world.crawl("2018-02", "2018-03-05"), "Thông báo", path="a", posted="2018-02-03", group="notice",
              **{**DOUBT, **changes})
    settle(world, RESULT)
    return world


@pytest.mark.parametrize(("before", "after"), [
    ({}, {}),
    ({}, {"title": "THÔNG  BÁO"}),
    ({}, {"text_digest": "x"}),
    ({"text_digest": "x"}, {}),
    ({"text_digest": "x"}, {"text_digest": "y"}),
    ({"text_digest": "x"}, {"text_digest": "x", "path": "b", "section_url": LIST_B}),
    ({"text_digest": "x"}, {"text_digest": "x", "path": "b", "posted": "2018-03-20", "section_url": LIST_B}),
    ({}, {"path": "b", "section_url": LIST_B}),
])
def test_a_verdict_holds_in_later_months_and_for_the_same_at_another_address(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    world = once(**before)
    see_again(world, **after)
    assert {group for group, _ in groups(world, "2018-03")} == {"result"}
    assert questions(world, "2018-03") == []


@pytest.mark.parametrize(("before", "after"), [
    ({}, {"title": "Thông báo đã sửa"}),
    ({"text_digest": "x"}, {"text_digest": "y", "group": "schedule"}),
])
def test_what_was_changed_is_asked_again(before: dict[str, Any], after: dict[str, Any]) -> None:
    world = once(**before)
    see_again(world, **after)
    (asked,) = questions(world, "2018-03")
    assert asked.content.subject is Subject.GROUP
    assert groups(world, "2018-03")[0][1] is True
    assert questions(world, "2018-02") == []


@pytest.mark.parametrize("other", [
    {"portal": "so-b"}, {"text_digest": "z", "path": "b"}, {"title": "Thông báo khác", "path": "b"},
])
def test_a_verdict_says_nothing_of_other_content(other: dict[str, Any]) -> None:
    world = once(text_digest="x")
    crawl = world.crawl("2018-03", "2018-04-05", other.get("portal", "so-a"))
    world.see(crawl, **{"title": "Thông báo", "posted": "2018-03-03", "group": "notice", **DOUBT, **other})
    assert len(questions(world, "2018-03")) == 1


def test_the_last_verdict_prevails() -> None:
    world = World()
    world.see(world.crawl("2018-02", "2018-03-05"), "Thông báo", posted="2018-02-03", group="notice", **DOUBT)
    (asked,) = questions(world)
    first = decide(world, (asked, RESULT))
    second = decide(world, (asked, Decision(Ruling.OTHER)), reviews=first)
    assert groups(world) == [("other", False)]
    decide(world, (asked, RESULT), reviews=second)
    assert groups(world) == [("result", False)]


# -- dates ---------------------------------------------------------------------------------------------------------


def conflicting(world: World, crawl: str, *days: str | None, **changes: Any) -> None:
    for number, day in enumerate(days):
        world.see(crawl, "Lịch", path="a", posted=day, minutes=5 + number,
                  role="listing" if number == 0 else "article", position=number,
                  posted_on_source="listing" if number == 0 else "article",
                  review_reasons=changes.get("review_reasons", ["date_conflict"]), needs_review=True,
                  implausible_date=changes.get("implausible_date"))


def test_a_day_that_a_person_knows_moves_the_posting_to_its_month() -> None:
    world = World()
    conflicting(world, world.crawl("2018-02", "2018-03-05"), "2018-02-03", "2017-12-01")
    (asked,) = questions(world)
    assert (asked.content.subject, asked.proposal) == (
        Subject.DATE, Decision(Ruling.DATE, posted_on=date(2018, 2, 3)))
    assert [day for _, day in asked.dates] == ["2017-12-01", "2018-02-03"]
    decide(world, (asked, Decision(Ruling.DATE, posted_on=date(2018, 1, 9))))
    assert told(world, "posted_on", "posted_on_source", "counted_month", "counted_by", "needs_review") == [
        (date(2018, 1, 9), "review", date(2018, 1, 1), "date", False)]


def test_a_day_that_a_person_agrees_with_keeps_its_source() -> None:
    world = World()
    conflicting(world, world.crawl("2018-02", "2018-03-05"), "2018-02-03", "2017-12-01")
    settle(world, Decision(Ruling.DATE, posted_on=date(2018, 2, 3)), Subject.DATE)
    assert told(world, "posted_on", "posted_on_source", "posted_on_raw", "needs_review") == [
        (date(2018, 2, 3), "listing", "2018-02-03", False)]


@pytest.mark.parametrize(("undated", "counted"), [
    ("first_sighting", (date(2018, 2, 1), "first_seen")), ("not_updated", (None, "undated_stock")),
])
def test_a_posting_without_a_day_that_can_be_known_is_undated(undated: Any, counted: tuple[Any, ...]) -> None:
    world = World()
    world.programme = with_policy(world.programme, undated=undated)
    world.crawl("2018-01", "2018-02-05")
    conflicting(world, world.crawl("2018-02", "2018-03-05"), "2018-02-03", review_reasons=["implausible_date"],
                implausible_date="31/02/2018")
    settle(world, Decision(Ruling.UNDATED), Subject.DATE)
    assert told(world, "posted_on", "posted_on_source", "counted_month", "counted_by", "needs_review") == [
        (None, None, *counted, False)]


def test_a_date_verdict_holds_until_a_date_is_read_that_the_person_did_not_know() -> None:
    world = World()
    conflicting(world, world.crawl("2018-02", "2018-03-05"), "2018-02-03", "2017-12-01")
    settle(world, Decision(Ruling.DATE, posted_on=date(2018, 1, 9)), Subject.DATE)
    conflicting(world, world.crawl("2018-03", "2018-04-05"), "2018-02-03", "2017-12-01")
    assert questions(world, "2018-03") == []
    conflicting(world, world.crawl("2018-03", "2018-04-05T14:00"), "2018-03-20", "2017-12-01")
    assert [q.content.subject for q in questions(world, "2018-03")] == [Subject.DATE]
    assert questions(world, "2018-02") == []


def test_dates_that_were_read_at_another_address_were_known_too() -> None:
    world = World()
    crawl = world.crawl("2018-02", "2018-03-05")
    conflicting(world, crawl, "2018-02-03", "2017-12-01")
    world.see(crawl, "Lịch", path="b", posted="2018-02-03", section_url=LIST_B)
    world.see(crawl, "Lịch", path="b", posted="2017-11-11", section_url="", role="article", position=2, minutes=9,
              posted_on_source="article", review_reasons=["date_conflict"], needs_review=True)
    settle(world, Decision(Ruling.DATE, posted_on=date(2018, 2, 3)), Subject.DATE)
    assert told(world, "locations", "needs_review") == [(2, False)]
    assert questions(world) == []


# -- removals ------------------------------------------------------------------------------------------------------


def suspected(*later: str) -> World:
    world = World()
    seen = world.see(world.crawl("2018-02", "2018-02-20"), path="a", posted="2018-02-03")
    for at in ("2018-03-02", *later):
        world.missing(world.crawl("2018-02", at), seen)
    return world


def test_a_suspected_removal_is_asked_and_confirmed_by_a_person() -> None:
    world = suspected()
    (asked,) = questions(world)
    assert (asked.content.subject, asked.proposal) == (Subject.REMOVAL, None)
    assert asked.content.about == "2018-03-02T12:05:00Z"
    decide(world, (asked, Decision(Ruling.GONE)))
    assert told(world, "state", "gone_confirmed_at") == [("gone", datetime(2018, 3, 9, tzinfo=UTC))]
    assert questions(world) == []


@pytest.mark.parametrize(("made_again", "told_in"), [(("2018-02", "2018-03"), date(2018, 2, 1)),
                                                     (("2018-03",), date(2018, 3, 1))])
def test_a_removal_that_a_person_confirms_is_told_by_one_month(made_again: tuple[str, ...], told_in: date) -> None:
    """By the month whose suspicion it was, where that is made again; else by the next."""
    world = suspected()
    world.build("2018-02")
    settle(world, Decision(Ruling.GONE), Subject.REMOVAL)
    world.crawl("2018-03", "2018-04-02")
    world.build(*made_again)
    assert world.rows("SELECT month FROM delta_posting_monthly WHERE change = 'removed'") == [(told_in,)]


def test_a_suspicion_that_a_person_refutes_is_over() -> None:
    world = suspected()
    settle(world, Decision(Ruling.LIVE), Subject.REMOVAL)
    assert told(world, "state", "first_missed") == [("live", None)]
    assert questions(world) == []


def test_what_re_checks_confirm_is_gone_whatever_was_said_of_the_suspicion() -> None:
    world = suspected()
    settle(world, Decision(Ruling.LIVE), Subject.REMOVAL)
    for at in ("2018-03-03T14:00", "2018-03-04T16:00"):
        world.missing(world.crawl("2018-02", at), "http://so-a.test/a")
    assert told(world, "state") == [("gone",)]


def test_another_absence_is_another_question() -> None:
    world = suspected()
    settle(world, Decision(Ruling.LIVE), Subject.REMOVAL)
    world.see(world.crawl("2018-03", "2018-03-20"), path="a", posted="2018-02-03")
    world.missing(world.crawl("2018-03", "2018-04-02"), "http://so-a.test/a")
    assert [q.content.subject for q in questions(world, "2018-03")] == [Subject.REMOVAL]


# -- sections ------------------------------------------------------------------------------------------------------


def sections(world: World, at: str, *urls: tuple[str, str], month: str = "2018-03") -> str:
    return world.crawl(month, at, sections=tuple(
        {"section_url": f"http://so-a.test/{url}", "role": role, "trail": url} for url, role in urls))


def test_a_list_that_was_not_there_before_is_asked_once() -> None:
    world = World()
    sections(world, "2018-03-05", ("tcd", "section"), month="2018-02")
    crawl = sections(world, "2018-04-05", ("tcd", "section"), ("moi", "section"), ("tin", "general"),
                     ("khac", "general"))
    world.see(crawl, "Kết quả", group="result", posted="2018-03-03", section_url="http://so-a.test/tin")
    assert questions(world, "2018-02") == []
    asked = questions(world, "2018-03")
    assert [(q.content.url, q.proposal) for q in asked] == [
        ("http://so-a.test/moi", Decision(Ruling.SECTION)), ("http://so-a.test/tin", Decision(Ruling.NOT_SECTION))]
    decide(world, *((q, Decision(Ruling.SECTION)) for q in asked))
    assert questions(world, "2018-03") == []


def test_the_first_look_at_a_portal_asks_of_no_list() -> None:
    world = World()
    sections(world, "2018-03-05", ("tcd", "section"), ("moi", "section"), month="2018-02")
    assert questions(world, "2018-02") == []


def test_a_page_without_rows_is_no_list_to_ask_about() -> None:
    world = World()
    sections(world, "2018-03-05", ("tcd", "section"), month="2018-02")
    crawl = world.crawl("2018-03", "2018-04-05", sections=(
        {"section_url": "http://so-a.test/tcd", "role": "section"},
        {"section_url": "http://so-a.test/103-noi-quy", "role": "general", "items": 0}))
    world.see(crawl, "Nội quy", posted="2018-03-03", section_url="http://so-a.test/103-noi-quy")
    assert questions(world, "2018-03") == []


def rule(world: World, url: str, ruling: Ruling) -> None:
    asked = Question(Content(Subject.SECTION, "so-a", f"http://so-a.test/{url}", url, "so-a"), None, (), True)
    decide(world, (asked, Decision(ruling)))


def assessed(world: World) -> bool:
    context = world.context("2018-02")
    ready(world.con, context)
    return bool(world.rows("SELECT bool_and(conclusive) FROM ctx_evidence WHERE unit_id = 'so-a'")[0][0])


@pytest.mark.parametrize(("role", "ruling", "before", "after"), [
    ("section", Ruling.NOT_SECTION, False, True), ("general", Ruling.SECTION, True, False),
])
def test_coverage_asks_of_each_list_what_a_person_says_it_is(
    role: str, ruling: Ruling, before: bool, after: bool
) -> None:
    world = World()
    world.crawl("2018-02", "2018-03-05", sections=(
        {"section_url": "http://so-a.test/tcd"},
        {"section_url": "http://so-a.test/tin", "role": role, "complete": False, "cause": "budget"}))
    assert assessed(world) is before
    rule(world, "tin", ruling)
    assert assessed(world) is after


def test_the_next_crawl_is_told_of_the_lists_that_a_person_says_are_the_programmes() -> None:
    world = World()
    sections(world, "2018-03-05", ("tcd", "section"), ("tin", "general"), month="2018-02")
    before = moment("2018-04-05")
    assert set(known_portal(world.con, "so-a", before).sections) == {"http://so-a.test/tcd"}
    rule(world, "tin", Ruling.SECTION)
    assert set(known_portal(world.con, "so-a", before).sections) == {"http://so-a.test/tcd", "http://so-a.test/tin"}
    rule(world, "tcd", Ruling.NOT_SECTION)
    assert set(known_portal(world.con, "so-a", before).sections) == set()


# -- all of them ---------------------------------------------------------------------------------------------------


def order(asked: Sequence[Question]) -> list[tuple[str, bool]]:
    return [(str(q.content.subject), q.bears) for q in asked]


def test_questions_come_by_subject_and_those_of_the_month_first() -> None:
    world = World()
    world.see(world.crawl("2018-01", "2018-01-30"), "Cũ", posted="2016-02-03", group="notice", **DOUBT)
    crawl = world.crawl("2018-02", "2018-03-05", "so-b")
    world.see(crawl, "Mới", portal="so-b", posted="2018-02-03", group="notice", **DOUBT)
    world.see(crawl, "Ngày lạ", portal="so-b", posted="2018-02-03", review_reasons=["implausible_date"],
              needs_review=True)
    assert order(questions(world)) == [("group", True), ("group", False), ("date", True)]


def test_without_verdicts_nothing_is_settled() -> None:
    world = World()
    world.see(world.crawl("2018-02", "2018-03-05"), "Thông báo", posted="2018-02-03", group="notice", **DOUBT)
    assert groups(world) == [("notice", True)]
