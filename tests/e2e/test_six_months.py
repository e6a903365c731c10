"""Six months in which everything happens that METHOD.md decides: every figure from the crawls alone."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from pipeline.months import Month, local_date
from pipeline.snapshots.store import SnapshotStore
from tests.e2e.six_months import GOLDEN, HalfYear, differences, half_year

MONTHS = sorted(GOLDEN["months"])
ALL_GROUPS = ("schedule", "regulation", "result", "notice", "legal_text")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> HalfYear:
    return half_year(tmp_path_factory.mktemp("six-months") / "w")


def named(told: dict[str, Any]) -> str:
    return f"{told['unit']}: {told['title'][:50]}"


def found(told: dict[str, Any], postings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [p for p in postings if p["unit_id"] == told["unit"] and p["title"] == told["title"]]


@pytest.mark.parametrize("month", MONTHS)
def test_every_figure_and_mark_of_a_month_is_as_worked_out_by_hand(month: str, lived: HalfYear) -> None:
    unlike = differences(GOLDEN["months"][month], lived.figures[month])
    assert not unlike, f"{month}:\n" + "\n".join(unlike)


@pytest.mark.parametrize("month", MONTHS)
def test_a_month_says_at_the_end_what_it_said_when_it_was_made(month: str, lived: HalfYear) -> None:
    unlike = differences(lived.figures[month], lived.month(Month.parse(month)))
    assert not unlike, f"{month}:\n" + "\n".join(unlike)


@pytest.mark.parametrize("told", GOLDEN["postings"], ids=named)
def test_a_posting_is_in_the_state_that_its_pages_showed(told: dict[str, Any], lived: HalfYear) -> None:
    state, wrong = None, []
    for month in MONTHS:
        state = told["states"].get(month, state)
        got = [p["state"] for p in found(told, lived.postings[month])]
        # Before an edit the posting bears its old title.
        if got != ([state] if state else []) and (got or month in told["states"]):
            wrong.append(f"{month}: expected {state}, got {got}")
    assert wrong == []


@pytest.mark.parametrize("told", GOLDEN["postings"], ids=named)
def test_a_posting_is_one_of_one_month(told: dict[str, Any], lived: HalfYear) -> None:
    [posting] = found(told, lived.known_postings())
    got = {"counted": str(Month.of(posting["counted_month"])), "locations": posting["locations"]}
    assert got == {"counted": told["counted"], "locations": told.get("locations", got["locations"])}
    if "displayed" in told:
        assert posting["displayed_on"] == told["displayed"]
    if "missed" in told:
        assert [local_date(posting["last_seen"]), local_date(posting["first_missed"])] == told["missed"]
        assert local_date(posting["gone_confirmed_at"]) == told["confirmed"]
    elif list(told["states"].values())[-1] == "live":
        assert posting["first_missed"] is posting["gone_confirmed_at"] is None


def test_nothing_is_doubled_and_nothing_lost(lived: HalfYear) -> None:
    counted: dict[str, int] = {}
    for posting in lived.known_postings():
        counted[posting["unit_id"]] = counted.get(posting["unit_id"], 0) + 1
    assert counted == GOLDEN["count"]


def test_backdated_are_those_that_a_look_at_their_list_proves(lived: HalfYear) -> None:
    told = {(p["unit"], p["title"]) for p in GOLDEN["postings"] if p.get("backdated")}
    assert {(p["unit_id"], p["title"]) for p in lived.known_postings() if p["backdated"]} == told


def test_every_change_of_a_posting_is_kept_between_the_two_looks_that_show_it(lived: HalfYear) -> None:
    rows = lived.rows("SELECT * FROM posting_edit")
    told = [(e["unit"], e["field"], e.get("old"), e.get("new"), *e["between"]) for e in GOLDEN["edits"]]
    got = [
        (e["unit_id"], e["field"], *((None, None) if e["field"] == "text" else (e["old"], e["new"])),
         local_date(e["seen_before"]), local_date(e["seen_after"]))
        for e in rows if e["field"] != "url"
    ]
    assert sorted(got, key=str) == sorted(told, key=str)


def test_what_stands_under_another_address_is_kept_as_moved_or_posted_again(lived: HalfYear) -> None:
    rows = lived.rows(
        "SELECT unit_id, count(DISTINCT posting_id) AS n FROM posting_edit WHERE field = 'url' GROUP BY ALL")
    assert {row["unit_id"]: row["n"] for row in rows} == GOLDEN["moved"]


def test_later_months_know_of_earlier_ones_what_was_found_since(lived: HalfYear) -> None:
    rows = lived.rows(
        "SELECT counted_month, unit_id, sum(n_postings) AS n FROM fact_known_monthly WHERE month = $month GROUP BY ALL",
        month=Month.parse(MONTHS[-1]).first_day)
    got = {(str(Month.of(row["counted_month"])), row["unit_id"]): row["n"] for row in rows}
    for month in MONTHS:
        for unit, told in GOLDEN["months"][month].items():
            if unit in GOLDEN["months"][MONTHS[-1]]:
                expected = GOLDEN["known"].get(month, {}).get(unit, told.get("postings"))
                assert got[month, unit] == expected, (month, unit)


@pytest.mark.parametrize("month", MONTHS)
def test_findings_are_raised_and_resolved_as_the_rules_say(month: str, lived: HalfYear) -> None:
    rows = lived.rows("SELECT * FROM finding WHERE month = $month", month=Month.parse(month).first_day)
    got: dict[str, list[str]] = {}
    for row in rows:
        words = [row["rule_id"], row["subject"] if row["subject"] in ALL_GROUPS else "",
                 "resolved" if row["state"] == "resolved" else ""]
        got.setdefault(row["unit_id"], []).append(" ".join(filter(None, words)))
    told = GOLDEN["findings"][month]
    unlike = [f"{unit}: expected {sorted(told.get(unit, []))}, got {sorted(got.get(unit, []))}"
              for unit in sorted(told.keys() | got.keys()) if sorted(told.get(unit, [])) != sorted(got.get(unit, []))]
    assert not unlike, f"{month}:\n" + "\n".join(unlike)


def test_what_is_known_since_of_an_issued_month_is_restated_with_its_reason(lived: HalfYear) -> None:
    rows = lived.rows("SELECT * FROM restatement ORDER BY ALL")
    got = [
        {"known_in": str(Month.of(row["month"])), "month": str(Month.of(row["earlier_month"])), "unit": row["unit_id"],
         row["figure"]: [row["issued"], row["known"]], "reasons": row["reasons"]}
        for row in rows
    ]
    told = [
        {"known_in": known_in, **{name: told[name] for name in ("month", "unit", "reasons")}, figure: told[figure]}
        for told in GOLDEN["restatements"] for known_in in told["known_in"] for figure in ("n_postings", "n_results")
    ]
    assert sorted(got, key=str) == sorted(told, key=str)


ZEROS = """
WITH claim AS (
  SELECT month, unit_id, coverage_id, 'zero of ' || group_id || '/' || level AS told
  FROM fact_postings_monthly WHERE n_postings = 0
  UNION ALL
  SELECT month, unit_id, coverage_id, 'zero' FROM fact_unit_monthly WHERE n_postings = 0 OR n_results = 0
  UNION ALL
  SELECT month, unit_id, coverage_id, status || ' ' || group_id || '/' || level
  FROM fact_checklist_monthly WHERE status IN ('missing', 'removed')
)
SELECT claim.month, claim.unit_id, claim.told, c.assessed, c.observed_until, s.section_url, s.role, s.complete,
  s.budget_hit, s.to_end, k.capture_id, k.digest, k.file, k.fetched_at,
  k.outcome = 'gone' OR EXISTS (
    FROM posting_sighting g WHERE g.crawl_id = k.crawl_id AND g.url = s.section_url AND g.presence = 'gone') AS gone
FROM claim
LEFT JOIN fact_coverage_monthly c USING (month, unit_id, coverage_id)
LEFT JOIN fact_section_coverage_monthly s USING (month, unit_id, coverage_id)
LEFT JOIN LATERAL (SELECT unnest(s.captures) AS capture_id) told ON true
LEFT JOIN capture k USING (capture_id)
"""


def test_every_zero_and_every_missing_is_walked_to_the_records_that_prove_it(lived: HalfYear) -> None:
    steps = lived.rows(ZEROS)
    claims: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for step in steps:
        claims.setdefault((step["month"], step["unit_id"], step["told"]), []).append(step)
    assert len(claims) > 300 and {told.split()[0] for _, _, told in claims} == {"zero", "missing", "removed"}
    for claim, walked in claims.items():
        assert all(step["assessed"] and step["capture_id"] and not step["budget_hit"] for step in walked), claim
        own = [step for step in walked if step["role"] == "section"]
        assert own and all(step["complete"] or step["gone"] for step in own), claim
        assert all(step["fetched_at"] <= step["observed_until"] for step in walked), claim
        if claim[2].startswith("missing"):
            assert all(step["to_end"] for step in own), claim


def test_the_records_behind_the_zeros_lie_in_their_files_byte_for_byte(lived: HalfYear) -> None:
    store = SnapshotStore(lived.workspace.snapshots)
    told = {step["capture_id"]: step["digest"] for step in lived.rows(ZEROS)}
    assert len(told) > 300
    for capture_id, digest in told.items():
        capture = store.by_id(capture_id)
        body = store.body(capture)
        assert (lived.workspace.snapshots / str(capture.file)).is_file()
        assert f"sha256:{hashlib.sha256(body).hexdigest()}" == digest == capture.digest, capture_id
