"""A posting's own page that a link made look like a section: it is gone, and no list has failed."""

from __future__ import annotations

from typing import Any

from world import World

PAGE = "http://so-a.test/noi-quy-cua-so"


def as_section(**changes: Any) -> dict[str, Any]:
    return {"section_url": PAGE, "trail": "Nội quy của Sở", "items": 0, **changes}


def coverage(world: World) -> tuple[Any, ...]:
    return world.rows("SELECT assessed, cause FROM fact_coverage_monthly WHERE month = '2018-02-01' "
                      "AND unit_id = 'so-a'")[0]


def lived(items: int) -> World:
    """The page read like a section, with so many items on it, and then answers that there is nothing."""
    world = World()
    first = world.crawl("2018-01", "2018-02-05", sections=({}, as_section(items=items)))
    world.see(first, "Nội quy của Sở", group="regulation", path="noi-quy-cua-so", posted="2017-03-03")
    failed = as_section(complete=False, valid_pages=0, to_end=False, cause="invalid_page")
    world.missing(world.crawl("2018-02", "2018-03-05", sections=({}, failed)), PAGE)
    world.build("2018-01", "2018-02")
    return world


def test_it_leaves_the_unit_assessable_and_the_posting_suspected() -> None:
    world = lived(items=0)
    assert coverage(world) == (True, "none")
    assert world.status("2018-02", "regulation")[0] == "not_assessable"
    assert world.postings()[0]["state"] == "suspected_gone"


def test_a_list_that_once_had_items_has_failed() -> None:
    assert coverage(lived(items=3)) == (False, "invalid_page")
