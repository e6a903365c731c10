"""The document that a posting is, through sightings and time."""

from __future__ import annotations

from dataclasses import replace

from desk import Desk
from tiny_site import Posting, Site
from world import World

_TEXT = Posting("", "").text


def test_number_and_type_come_from_the_page_or_from_the_row(desk: Desk) -> None:
    notice = Posting("a", "Kết quả tiếp công dân tháng 02", "02/03/2018", "02/03/2018",
                     f"SỞ A</p><p>Số: 12/TB-SA</p><p>{_TEXT}")
    plan = Posting("b", "15/KH-SA về tiếp công dân năm 2018", "05/02/2018", "05/02/2018")
    rules = Posting("c", "Quy chế tiếp công dân của Sở A", "05/08/2016", "05/08/2016")
    timetable = Posting("d", "Lịch tiếp công dân năm 2018", "05/01/2018", "05/01/2018")
    desk.crawl(Site([notice, plan, rules, timetable]), "2018-02", "2018-03-05T00:00")
    assert desk.rows("SELECT document_number, document_type FROM posting ORDER BY url") == [
        ("12/TB-SA", "TB"), ("15/KH-SA", "KH"), (None, "QC"), (None, None)]
    assert desk.rows("SELECT DISTINCT document_number, document_type FROM posting_sighting "
                     "WHERE title LIKE 'Kết%'") == [("12/TB-SA", "TB")]


def test_the_row_alone_gives_number_and_type_where_the_page_cannot_be_read(desk: Desk) -> None:
    plan = Posting("b", "15/KH-SA về tiếp công dân năm 2018", "", "05/02/2018")
    desk.crawl(replace(Site([plan]), broken={"b": 500}), "2018-02", "2018-03-05T00:00")
    assert desk.rows("SELECT document_number, document_type FROM posting") == [("15/KH-SA", "KH")]


def test_a_posting_keeps_the_number_that_a_later_sighting_does_not_show() -> None:
    world = World()
    world.see(world.crawl("2018-01", "2018-02-05"), path="x", document_number="3/KH-SA", document_type="KH")
    world.see(world.crawl("2018-02", "2018-03-05"), path="x")
    world.build("2018-02")
    assert [(p["document_number"], p["document_type"]) for p in world.postings()] == [("3/KH-SA", "KH")]
