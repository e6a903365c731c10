"""Laws that hold for whatever was seen: months, identity, order of loading, crawls that come later."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from world import FACTS, World

from pipeline.facts import (
    fact_coverage_monthly,
    fact_known_monthly,
    fact_postings_monthly,
    fact_section_coverage_monthly,
    posting,
)
from pipeline.facts.loading import ready
from warehouse.description import table

MONTHS = ("2018-01", "2018-02", "2018-03")
DAYS = ("2018-02-05", "2018-03-05", "2018-04-05")
LAW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True)
class Item:
    """A posting of a portal: what it says at an address, from one crawl to another."""

    path: str
    title: str
    words: str
    day: int | None
    since: int
    until: int
    page: int


ITEMS = st.lists(
    st.builds(
        Item, path=st.sampled_from("abcdef"), title=st.sampled_from(("Lịch", "Kết quả")),
        words=st.sampled_from(("", "x", "y")), day=st.none() | st.integers(1, 89), since=st.integers(0, 2),
        until=st.integers(0, 2), page=st.integers(0, 1)),
    max_size=6, unique_by=lambda item: item.path)


def lived(items: list[Item], crawls: int = 3, order: Any = None) -> World:
    """Return the world after some of the three crawls; `order` sorts how its rows were loaded."""
    world = World()
    steps = []
    for n in range(crawls):
        crawl = world.crawl(MONTHS[n], DAYS[n], sections=tuple(
            {"section_url": f"http://so-a.test/list-{page}",
             "shown": [f"http://so-a.test/{i.path}" for i in items if i.since <= n <= i.until and i.page == page]}
            for page in (0, 1)))
        for place, item in enumerate(items):
            if item.since <= n:
                steps.append((crawl, place, item, n <= item.until))
    for crawl, place, item, there in order(steps) if order else steps:
        capture = f"{crawl}/so-a/{place:04}"
        if there:
            day = str(date(2018, 1, 1) + timedelta(days=item.day)) if item.day is not None else None
            text = {"text_digest": item.words, "text_length": 900} if item.words else {}
            world.see(crawl, item.title, path=item.path, posted=day, position=place, capture_id=capture,
                      section_url=f"http://so-a.test/list-{item.page}", **text)
        elif item.until >= item.since:
            world.see(crawl, item.title, path=item.path, group="other", presence="gone", role="recheck",
                      section_url="", capture_id=capture)
    return world


def make(world: World) -> None:
    """Make what the laws look at, of every month."""
    for month in MONTHS:
        context = world.context(month)
        posting.build(world.con, context)
        ready(world.con, context)
        for module in (fact_coverage_monthly, fact_section_coverage_monthly, fact_postings_monthly, fact_known_monthly):
            module.build(world.con, context, prepared=True)


def told(world: World) -> list[dict[str, Any]]:
    posting.build(world.con, world.context(MONTHS[-1]))
    return world.postings()


def shares(world: World) -> set[frozenset[str]]:
    """Return the pairs of addresses that are one posting."""
    told(world)
    same: dict[str, list[str]] = {}
    for posting_id, location_id in world.rows("SELECT posting_id, location_id FROM posting_location"):
        same.setdefault(posting_id, []).append(location_id)
    return {frozenset(pair) for places in same.values() for pair in combinations(places, 2)}


@LAW
@given(ITEMS)
def test_every_posting_is_in_one_month_or_in_the_undated_stock(items: list[Item]) -> None:
    world = lived(items)
    make(world)
    postings = world.postings()
    for found in postings:
        assert (found["counted_month"] is None) == (found["counted_by"] == "undated_stock")
    known = world.rows("SELECT coalesce(sum(n_postings), 0) FROM fact_known_monthly WHERE month = '2018-03-01'")[0][0]
    within = [p for p in postings if p["counted_month"] and date(2018, 1, 1) <= p["counted_month"] <= date(2018, 3, 1)]
    assert known == len(within)
    seen = world.rows("SELECT count(DISTINCT location_id) FROM posting_sighting WHERE presence = 'live'")[0][0]
    assert sum(p["locations"] for p in postings) == seen


@LAW
@given(ITEMS)
def test_a_dated_posting_is_counted_by_the_facts_of_one_month_at_the_most(items: list[Item]) -> None:
    """Though each month counts by what was known when its watching ended."""
    world = lived([item for item in items if item.day is not None])
    by_month = []
    for n, month in enumerate(MONTHS):
        posting.as_of(world.con, world.context(month))
        by_month += world.rows("SELECT location_id FROM ctx_location JOIN posting_as_of p USING (posting_id) "
                               f"WHERE p.counted_month = '{MONTHS[n]}-01'")
    assert all(count == 1 for count in Counter(by_month).values())


@LAW
@given(ITEMS, st.randoms(use_true_random=False))
def test_the_order_in_which_anything_was_loaded_does_not_matter(items: list[Item], random: Any) -> None:
    names = ("posting", "posting_location", "posting_edit")

    def tables(world: World) -> list[list[tuple[Any, ...]]]:
        told(world)
        return [world.rows(f"FROM {name} ORDER BY ALL") for name in names]

    assert tables(lived(items)) == tables(lived(items, order=lambda steps: random.sample(steps, len(steps))))


@LAW
@given(ITEMS, st.permutations(range(6)))
def test_the_order_in_which_one_crawl_fetched_its_pages_does_not_matter(items: list[Item], places: list[int]) -> None:
    """Only what the captures are called may differ."""
    def figures(names: list[int]) -> list[tuple[Any, ...]]:
        world = lived(items)
        renamed = " ".join(f"WHEN '{n:04}' THEN '{name:04}'" for n, name in enumerate(names))
        world.con.execute("UPDATE posting_sighting SET capture_id = capture_id[:-5] || '/' || CASE capture_id[-4:] "
                          f"{renamed} END")
        told(world)
        columns = [c.name for c in table("posting").columns if "capture" not in c.name and c.name != "posting_id"]
        shown = ", ".join(f'"{name}"' for name in columns)
        edits = "SELECT field, old, new, seen_before, seen_after FROM posting_edit ORDER BY ALL"
        return [*world.rows(f"SELECT {shown} FROM posting ORDER BY ALL"), *world.rows(edits)]

    assert figures(list(range(6))) == figures(places)


@LAW
@given(ITEMS)
def test_identity_is_an_equivalence_that_building_again_does_not_change(items: list[Item]) -> None:
    world = lived(items)
    once = shares(world)
    assert once == shares(world)
    ids = dict(world.rows("SELECT location_id, posting_id FROM posting_location"))
    assert all(ids[posting_id] == posting_id for posting_id in ids.values())


@LAW
@given(ITEMS)
def test_later_crawls_may_join_postings_but_part_none(items: list[Item]) -> None:
    """What is learned of texts and lists later may part them; here nothing new is learned of an old address."""
    steady = [item for item in items if item.until >= 1 or item.since > 1]
    early = shares(lived([item for item in steady if item.since <= 1], 2))
    assert early <= shares(lived(steady, 3))


def test_months_may_be_made_in_any_order() -> None:
    items = [Item("a", "Lịch", "x", 10, 0, 1, 0), Item("b", "Lịch", "x", 40, 1, 2, 0),
             Item("c", "Kết quả", "", None, 2, 2, 0)]
    forward, other = lived(items), lived(items)
    forward.build(*MONTHS)
    other.build(*MONTHS[:1:-1])
    other.build(*MONTHS)
    for name in ("posting", *(module.TABLE for module in FACTS)):
        assert forward.rows(f"FROM {name} ORDER BY ALL") == other.rows(f"FROM {name} ORDER BY ALL"), name
