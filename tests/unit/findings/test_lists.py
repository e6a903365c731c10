"""Findings about how a portal arranges its lists."""

from __future__ import annotations

from office import Office, section

SCHEDULES, RESULTS = section("Lịch tiếp công dân", "lich"), section("Kết quả tiếp công dân", "kq")
ALL = section("Tiếp công dân")
RESULT = "Kết quả tiếp công dân tháng 1"


def url(path: str) -> str:
    return f"http://so-a.test/{path}"


def test_a_portal_without_any_list_of_the_programme_has_no_section_of_its_own() -> None:
    office = Office()
    news = section("Tin tức", "tin", role="general")
    crawl = office.crawl("2018-02", "2018-03-05", sections=(news,))
    for n in (1, 2):
        office.see(crawl, f"Kết quả tiếp công dân tháng {n}", group="result", posted=f"2018-02-0{n}",
                   section_url=url("tin"))
    office.build("2018-02")
    assert office.found("2018-02") == {"no-section": "open"}, "that results have none follows"


def test_a_menu_entry_that_leads_to_a_posting_is_no_section() -> None:
    office = Office()
    place = url("noi-quy-tiep-cong-dan")
    crawl = office.crawl("2018-02", "2018-03-05", sections=(
        section("Nội quy tiếp công dân", "noi-quy-tiep-cong-dan", items=0), section("Tin tức", "tin", role="general")))
    location = office.see(crawl, "Nội quy tiếp công dân", group="regulation", posted="2018-02-01", url=place,
                          section_url=url("tin"), **as_location(place))
    office.build("2018-02")
    assert location and office.found("2018-02") == {"no-section": "open"}


def test_a_standing_page_is_a_section() -> None:
    office = Office()
    place = url("ket-qua")
    crawl = office.crawl("2018-02", "2018-03-05", sections=(section("Kết quả tiếp công dân", "ket-qua", items=0),))
    office.see(crawl, RESULT, group="result", form="standing", role="standing", section_url=place, url=place,
               **as_location(place))
    office.build("2018-02")
    assert "no-section" not in office.found("2018-02") and "no-result-section/result" not in office.found("2018-02")


def test_results_that_share_a_list_have_no_section_of_their_own() -> None:
    office = Office()
    crawl = office.crawl("2018-02", "2018-03-05", sections=(ALL,))
    office.see(crawl, posted="2018-02-01")
    office.see(crawl, RESULT, group="result", posted="2018-02-02")
    office.see(crawl, "Kết quả tiếp công dân tháng 2", group="result", posted="2018-02-03")
    office.build("2018-02")
    assert office.found("2018-02") == {"no-result-section/result": "open"}
    row = office.row("2018-02", "no-result-section")
    assert row["note"] == ("Chưa có mục riêng để đăng tải kết quả tiếp công dân, giải quyết đơn thư, "
                           "còn đăng chung với lịch tiếp công dân.")


def test_a_list_is_the_results_own_by_its_label_or_by_what_it_holds() -> None:
    for label in ("Kết quả tiếp công dân", "Tiếp công dân"):
        office = Office()
        crawl = office.crawl("2018-02", "2018-03-05", sections=(SCHEDULES, section(label, "kq")))
        office.see(crawl, posted="2018-02-01", section_url=url("lich"))
        for n in (1, 2):
            office.see(crawl, f"Kết quả tiếp công dân tháng {n}", group="result", posted=f"2018-02-0{n}",
                       section_url=url("kq"))
        office.build("2018-02")
        assert office.found("2018-02") == {}, label


def test_results_under_the_label_of_schedules_are_to_be_taken_out() -> None:
    office = Office()
    crawl = office.crawl("2018-02", "2018-03-05", sections=(SCHEDULES,))
    office.see(crawl, posted="2018-02-01", section_url=url("lich"))
    for n in (1, 2):
        office.see(crawl, f"Kết quả tiếp công dân tháng {n}", group="result", posted=f"2018-02-0{n}",
                   section_url=url("lich"))
    office.build("2018-02")
    assert office.found("2018-02") == {"results-misfiled/result": "open"}
    assert office.row("2018-02", "results-misfiled")["facts"] == {
        "groups": ["result"], "n": 2, "sections": ["Lịch tiếp công dân"]}


def test_results_that_also_stand_in_their_own_list_are_not_misfiled() -> None:
    office = Office()
    crawl = office.crawl("2018-02", "2018-03-05", sections=(SCHEDULES, RESULTS))
    for n in (1, 2):
        for path in ("lich", "kq"):
            office.see(crawl, f"Kết quả tiếp công dân tháng {n}", group="result", posted=f"2018-02-0{n}",
                       section_url=url(path))
    office.build("2018-02")
    assert office.found("2018-02") == {}


def test_what_was_misfiled_and_moved_is_resolved() -> None:
    office = Office()
    for month, day, path in (("2018-01", "2018-02-05", "lich"), ("2018-02", "2018-03-05", "kq")):
        crawl = office.crawl(month, day, sections=(SCHEDULES, RESULTS))
        for n in (1, 2):
            office.see(crawl, f"Kết quả tiếp công dân tháng {n}", group="result", posted=f"2018-01-0{n}",
                       section_url=url(path))
    office.build("2018-01", "2018-02")
    assert office.found("2018-01") == {"results-misfiled/result": "open"}
    assert office.found("2018-02") == {"results-misfiled/result": "resolved"}


def test_a_group_spread_over_a_mixed_list_and_another_is_scattered() -> None:
    office = Office()
    crawl = office.crawl("2018-02", "2018-03-05", sections=(ALL, SCHEDULES, RESULTS))
    office.see(crawl, "Nội quy tiếp công dân", group="regulation", posted="2018-02-01")
    office.see(crawl, "Lịch tiếp công dân tháng 1", posted="2018-02-01")
    office.see(crawl, "Lịch tiếp công dân tháng 2", posted="2018-02-02", section_url=url("lich"))
    office.build("2018-02")
    assert office.found("2018-02") == {"scattered/schedule": "open"}
    assert office.row("2018-02", "scattered")["facts"]["sections"] == ["Lịch tiếp công dân", "Tiếp công dân"]


def test_a_list_that_gathers_what_others_hold_scatters_nothing() -> None:
    office = Office()
    crawl = office.crawl("2018-02", "2018-03-05", sections=(ALL, SCHEDULES, RESULTS))
    for path in ("tcd", "lich"):
        for n in (1, 2):
            office.see(crawl, f"Lịch tiếp công dân tháng {n}", posted=f"2018-02-0{n}", section_url=url(path))
    office.see(crawl, "Nội quy tiếp công dân", group="regulation", posted="2018-02-01")
    office.build("2018-02")
    assert office.found("2018-02") == {}


def as_location(place: str) -> dict[str, str]:
    """Return the id that the replay gives an address of so-a."""
    from pipeline.facts.sightings import location_id

    return {"location_id": location_id("so-a", place), "posting_id": location_id("so-a", place)}
