"""From captures to the month's tables, by the real navigator, extraction and classification."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest
from desk import Desk
from tiny_site import PROGRAMME, Posting, Site, crawl

from pipeline.facts import posting
from pipeline.facts.known import known_portal, known_portals
from pipeline.facts.observations import observe
from pipeline.facts.summary import series, summarise
from pipeline.months import Month
from pipeline.navigation.model import Known
from pipeline.snapshots.store import SnapshotStore
from warehouse import store as warehouse

LATER = datetime(2030, 1, 1, tzinfo=UTC)

SITE = Site([
    Posting("lich-thang-2", "Lịch tiếp công dân tháng 02 năm 2018", "02/02/2018", "02/02/2018"),
    Posting("ket-qua-thang-1", "Thông báo kết quả tiếp công dân tháng 01 năm 2018", "", "05/02/2018"),
    Posting("noi-quy", "Nội quy tiếp công dân của Sở A", "05/08/2016", ""),
])


def without(site: Site, *paths: str) -> Site:
    return replace(site, postings=[p for p in site.postings if p.path not in paths])


def test_a_month_follows_from_its_captures(desk: Desk) -> None:
    desk.crawl(SITE, "2018-02", "2018-03-05T00:00")
    assert desk.unit("2018-02") == (2, 1, date(2018, 2, 5), "dated")
    assert desk.marks("2018-02") == {"schedule": "published", "regulation": "published", "result": "published"}
    assert desk.rows("SELECT assessed FROM fact_coverage_monthly WHERE unit_id = 'so-a'") == [(True,)]
    assert desk.rows("SELECT title, posted_on, posted_on_source FROM posting WHERE group_id = 'regulation'") == [
        ("Nội quy tiếp công dân của Sở A", date(2016, 8, 5), "article")]


def test_every_live_posting_leads_to_a_capture(desk: Desk) -> None:
    desk.crawl(SITE, "2018-02", "2018-03-05T00:00")
    assert desk.rows("SELECT count(*) FROM posting_sighting") != [(0,)]
    assert not desk.rows("FROM posting_sighting ANTI JOIN capture USING (capture_id)")
    assert not desk.rows("FROM posting p ANTI JOIN capture c ON c.capture_id = p.first_capture_id")


def test_the_next_crawl_knows_sections_and_postings(desk: Desk) -> None:
    desk.crawl(SITE, "2018-02", "2018-03-05T00:00")
    known = known_portal(desk.con, "so-a", LATER)
    assert known.sections == {"http://so-a.test/tiep-cong-dan": ("Tiếp công dân",)}
    assert known.walked == {"http://so-a.test/tiep-cong-dan"}
    assert set(known.postings) == {f"http://so-a.test/{p.path}" for p in SITE.postings}
    assert known_portal(desk.con, "so-a", datetime(2018, 3, 5, tzinfo=UTC)).sections == {}
    assert known_portals(desk.con, ["so-a", "nobody"], LATER) == {"so-a": known, "nobody": Known()}


def test_a_posting_that_is_gone_is_suspected_then_confirmed_and_removed(desk: Desk) -> None:
    desk.crawl(SITE, "2018-01", "2018-02-05T10:00")
    later = without(SITE, "ket-qua-thang-1")
    desk.crawl(later, "2018-02", "2018-03-02T10:00")
    state = "SELECT state FROM posting WHERE group_id = 'result'"
    assert desk.rows(state) == [("suspected_gone",)]
    assert desk.marks("2018-02")["result"] == "not_assessable"
    desk.crawl(later, "2018-02", "2018-03-03T11:00")
    desk.crawl(later, "2018-02", "2018-03-04T12:00")
    assert desk.rows(state) == [("gone",)]
    assert desk.marks("2018-02")["result"] == "removed"
    assert desk.rows("SELECT change, title FROM delta_posting_monthly WHERE month = '2018-02-01'") == [
        ("removed", "Thông báo kết quả tiếp công dân tháng 01 năm 2018")]
    known = known_portal(desk.con, "so-a", LATER)
    assert "http://so-a.test/ket-qua-thang-1" not in known.postings


def test_unlisted_is_not_removed(desk: Desk) -> None:
    desk.crawl(SITE, "2018-01", "2018-02-06T10:00")
    hidden = without(SITE, "lich-thang-2")
    kept = SITE.postings[0]
    hidden.standing = {}
    page = hidden.page

    def still_there(url: str) -> tuple[int, str]:
        return Site([kept]).page(url) if url.endswith(kept.path) else page(url)

    hidden.page = still_there  # type: ignore[method-assign]
    desk.crawl(hidden, "2018-02", "2018-03-05T00:00")
    assert desk.rows("SELECT state FROM posting WHERE group_id = 'schedule'") == [("unlisted",)]
    assert desk.marks("2018-02")["schedule"] == "published"


def test_a_portal_that_is_down_gives_no_zero_and_removes_nothing(desk: Desk) -> None:
    desk.crawl(SITE, "2018-01", "2018-02-05T10:00")
    down = Site(broken=dict.fromkeys(("", "tiep-cong-dan", *(p.path for p in SITE.postings)), 503))
    desk.crawl(down, "2018-02", "2018-03-05T00:00")
    assert desk.unit("2018-02") == (None, None, None, "not_assessable")
    assert set(desk.marks("2018-02").values()) == {"not_assessable"}
    assert {row[0] for row in desk.rows("SELECT state FROM posting")} == {"live"}


def test_pages_answering_gone_on_a_dead_portal_prove_nothing(desk: Desk) -> None:
    desk.crawl(SITE, "2018-01", "2018-02-05T10:00")
    desk.crawl(Site(broken={"": 404, "tiep-cong-dan": 404}), "2018-02", "2018-03-05T00:00")
    assert desk.unit("2018-02")[3] == "not_assessable"
    assert {row[0] for row in desk.rows("SELECT state FROM posting")} == {"live"}


def test_articles_that_fail_leave_no_false_zero_where_the_list_shows_no_dates(desk: Desk) -> None:
    site = Site([Posting("a", "Lịch tiếp công dân tháng 02 năm 2018", "02/02/2018")], broken={"a": 500})
    desk.crawl(site, "2018-02", "2018-03-05T00:00")
    assert desk.unit("2018-02")[3] == "not_assessable"
    assert desk.rows("SELECT cause FROM fact_coverage_monthly WHERE unit_id = 'so-a'") == [("http_error",)]
    assert desk.marks("2018-02")["schedule"] == "published"


@pytest.mark.parametrize("stop_after", [1, 2, 3])
def test_a_crawl_that_died_early_proves_no_zero(desk: Desk, stop_after: int) -> None:
    site = Site([replace(p, listed="") for p in SITE.postings])
    desk.crawl(site, "2018-02", "2018-03-05T00:00", stop_after=stop_after)
    assert desk.unit("2018-02")[0] is None
    assert desk.rows("SELECT cause FROM fact_coverage_monthly WHERE unit_id = 'so-a'") == [("crashed",)]


def test_a_block_of_latest_postings_does_not_lend_its_pages_sections_to_them(desk: Desk) -> None:
    latest = "".join(
        f"<li class='item'><h3><a href='/tin-tuc/bai-{n}'>Giá nông sản trên địa bàn tỉnh tuần thứ {n}</a></h3>"
        f"<span class='date'>0{n}/02/2018</span></li>" for n in (1, 2, 3))
    site = Site([replace(SITE.postings[0], path="tiep-cong-dan/lich")])
    for path, label in (("lich-tiep-dan", "Lịch tiếp công dân"), ("ket-qua-tiep-dan", "Kết quả tiếp công dân"),
                        ("noi-quy-tiep-dan", "Nội quy tiếp công dân")):
        site.lists[path] = (label, latest)
    desk.crawl(site, "2018-02", "2018-03-05T00:00")
    assert desk.rows("SELECT DISTINCT title FROM posting WHERE group_id <> 'other'") == [(site.postings[0].title,)]


def test_undated_postings_count_where_an_earlier_crawl_bounds_them(desk: Desk) -> None:
    undated = Site([replace(p, day="", listed="") for p in SITE.postings])
    desk.crawl(without(undated, "lich-thang-2"), "2018-01", "2018-02-05T10:00")
    desk.crawl(undated, "2018-02", "2018-03-05T00:00")
    assert desk.unit("2018-01") == (0, 0, None, "not_displayed")
    assert desk.unit("2018-02") == (1, 0, None, "not_displayed")


def test_a_standing_page_is_published_but_nothing_to_date(desk: Desk) -> None:
    text = "Công dân đến trụ sở tiếp công dân phải xuất trình giấy tờ tùy thân, giữ trật tự. " * 8
    site = Site(standing={"noi-quy-tiep-cong-dan": ("Nội quy tiếp công dân", text)})
    desk.crawl(site, "2018-02", "2018-03-05T00:00")
    assert desk.rows("SELECT form, counted_by FROM posting WHERE group_id = 'regulation'") == [
        ("standing", "undated_stock")]
    assert desk.unit("2018-02")[3] == "nothing_to_date"


def test_a_standing_page_that_tells_the_titles_of_postings_is_no_posting(desk: Desk) -> None:
    text = f"{SITE.postings[0].title} được niêm yết tại trụ sở. " + "Công dân đến theo lịch để được tiếp. " * 12
    site = Site(SITE.postings, standing={"lich-tiep-cong-dan": ("Lịch tiếp công dân", text)})
    desk.crawl(site, "2018-02", "2018-03-05T00:00")
    assert desk.rows("SELECT count(*) FROM posting WHERE group_id = 'schedule'") == [(1,)]


def test_a_row_that_has_the_name_of_a_list_of_the_menu_is_that_list_whatever_date_it_shows(desk: Desk) -> None:
    row = "<li class='item'><h3><a href='/{}'>{}</a></h3><span class='date'>{}</span></li>"
    newest = row.format("lich-thang-2", "Lịch tiếp công dân tháng 02 năm 2018", "02/02/2018")
    by_tag = row.format("tag-lich", "Lịch tiếp dân", "02/02/2018") + newest
    site = replace(SITE, lists={"tag-lich": ("Lịch tiếp dân", newest), "luu-tru": ("Tin tức", by_tag)})
    desk.crawl(site, "2018-02", "2018-03-05T13:00")
    assert desk.rows("SELECT count(*) FROM posting WHERE url LIKE '%tag-lich'") == [(0,)]
    assert desk.rows("SELECT count(*) FROM posting WHERE url LIKE '%lich-thang-2'") == [(1,)]


def test_what_changed_on_a_page_is_no_posting(desk: Desk) -> None:
    """Wikis list their latest changes, with addresses that show the difference."""
    row = "<li class='item'><h3><a href='/tiep-cong-dan?rev={}&amp;do=diff'>Lịch tiếp công dân tháng {}</a></h3></li>"
    rows = row.format(1520000000, "02") + row.format(1520000001, "03")
    desk.crawl(replace(SITE, lists={"thay-doi": ("Tin tức", rows)}), "2018-02", "2018-03-05T13:00")
    assert desk.rows("SELECT count(*) FROM posting WHERE url LIKE '%do=diff%'") == [(0,)]


def test_captures_that_nothing_asked_for_are_read_too(desk: Desk) -> None:
    desk.crawl(SITE, "2018-02", "2018-03-05T00:00")
    (job,) = desk.snapshots.rglob("*.job.json")
    job.write_text(job.read_text(encoding="utf-8").replace("http://so-a.test/", "http://so-a.test/elsewhere"),
                   encoding="utf-8")
    desk.build("2018-02")
    assert desk.marks("2018-02") == {"schedule": "published", "regulation": "published", "result": "published"}


def test_the_same_captures_give_the_same_tables_with_and_without_cache(desk: Desk) -> None:
    desk.crawl(SITE, "2018-02", "2018-03-05T00:00")
    cached = observe(desk.context("2018-02"))
    assert observe(desk.context("2018-02")) == cached
    assert observe(replace(desk.context("2018-02"), cache=None)) == cached


def test_a_kept_replay_that_is_damaged_is_made_anew(desk: Desk) -> None:
    desk.crawl(SITE, "2018-02", "2018-03-05T00:00")
    before = observe(desk.context("2018-02"))
    for file in (desk.folder / "cache").rglob("*.json.gz"):
        file.write_bytes(file.read_bytes()[:40])
    assert observe(desk.context("2018-02")) == before


def test_an_unchanged_month_reads_no_body(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.crawl(SITE, "2018-02", "2018-03-05T00:00")

    def refuse(*_: object) -> bytes:
        raise AssertionError("a body was read")

    monkeypatch.setattr(SnapshotStore, "body", refuse)
    desk.build("2018-02")
    for kept in (desk.folder / "cache" / "replays").rglob("*.json.gz"):
        kept.unlink()
    desk.build("2018-02")
    assert desk.unit("2018-02")[0] == 2


def test_a_month_that_nobody_watched_in_time_was_watched_until_its_late_crawl(desk: Desk) -> None:
    desk.crawl(SITE, "2018-02", "2018-06-01T00:00")
    context = desk.context("2018-02")
    last = desk.rows("SELECT max(fetched_at) FROM capture")[0][0]
    assert context.observed_until == last > Month.parse("2018-02").observed_until() + timedelta(days=80)
    assert desk.unit("2018-02")[0] == 2


def test_a_late_crawl_does_not_prolong_a_month_that_was_watched_in_time(desk: Desk) -> None:
    desk.crawl(SITE, "2018-02", "2018-03-05T00:00")
    desk.crawl(SITE, "2018-02", "2018-06-01T00:00")
    assert desk.context("2018-02").observed_until == Month.parse("2018-02").observed_until()


def test_the_summary_tells_the_month(desk: Desk) -> None:
    desk.crawl(SITE, "2018-02", "2018-03-05T00:00")
    summary = summarise(desk.con, Month(2018, 2), PROGRAMME.id)
    assert summary is not None
    assert (summary.units, summary.assessed, summary.units_posting) == (3, 1, 1)
    assert (summary.postings, summary.results, summary.results_open) == (2, 1, 0)
    assert (summary.top_units, summary.top_postings, summary.others) == (("so-a",), 2, None)
    assert summary.causes == (("huyen-c", "not_crawled"), ("so-b", "not_crawled"))
    assert series(desk.con, Month(2018, 2), PROGRAMME.id) == [None, None, summary]


def test_the_warehouse_may_be_read_while_nothing_writes(desk: Desk) -> None:
    desk.crawl(SITE, "2018-02", "2018-03-05T00:00")
    desk.con.close()
    with warehouse.open_reader(desk.folder / "warehouse.duckdb") as con:
        assert summarise(con, Month(2018, 2), PROGRAMME.id) is not None
        with pytest.raises(duckdb.Error):
            con.execute("DELETE FROM posting")


def test_a_page_that_the_menu_and_a_pager_lead_to_shows_its_rows_once(desk: Desk) -> None:
    def page(first: int, pager: str) -> str:
        return "".join(
            f"<li class='item'><h3><a href='/kq-{n}'>Thông báo kết quả giải quyết khiếu nại số {n}/TB</a></h3>"
            f"<span class='date'>{n:02d}/02/2018</span></li>" for n in range(first, first + 5)
        ) + f"</ul><div class='pagination'>{pager}</div><ul>"

    site = Site([], lists={
        "ket-qua": ("Kết quả tiếp công dân", page(1, "<span>1</span> <a href='/ket-qua?page=2'>2</a>")),
        "ket-qua?page=2": ("Kết quả giải quyết khiếu nại", page(6, "<a href='/ket-qua'>1</a> <span>2</span>")),
    })
    desk.crawl(site, "2018-02", "2018-03-05T00:00")
    walked = desk.rows(
        "SELECT section_url, pages FROM section_observation WHERE section_url LIKE '%ket-qua%' ORDER BY 1")
    assert walked == [("http://so-a.test/ket-qua", 2), ("http://so-a.test/ket-qua?page=2", 1)]
    assert desk.unit("2018-02")[0] == 10


def test_what_a_month_shows_of_a_posting_is_what_was_known_when_its_watching_ended(desk: Desk) -> None:
    first = Posting("kq-1", "Thông báo kết quả giải quyết khiếu nại của ông A", "05/01/2018", "05/01/2018")
    desk.crawl(Site([first]), "2018-01", "2018-02-05T00:00")
    edited = replace(first, title="Thông báo kết quả giải quyết khiếu nại của ông B")
    desk.crawl(Site([edited]), "2018-02", "2018-03-05T00:00")
    assert desk.rows("SELECT title FROM posting") == [(edited.title,)]
    posting.as_of(desk.con, desk.context("2018-01"))
    assert desk.rows("SELECT title, programme_id FROM posting_as_of") == [(first.title, "citizen_reception")]


def test_a_month_that_was_looked_at_late_ends_with_that_look_whatever_was_asked_again_before(desk: Desk) -> None:
    desk.crawl(SITE, "2018-01", "2018-02-04T10:00")
    gone = Known(postings={"http://so-a.test/ket-qua-thang-1": SITE.postings[1].title})
    crawl(without(SITE, "ket-qua-thang-1"), desk.snapshots, "2018-02", "2018-02-20T10:00", gone, recheck=True)
    desk.crawl(SITE, "2018-02", "2018-03-20T10:00")
    assert datetime(2018, 3, 20, tzinfo=UTC) < desk.context("2018-02").observed_until
    assert desk.rows("SELECT month, kind, observed FROM portal_observation WHERE month = '2018-02-01' ORDER BY 2") == [
        (date(2018, 2, 1), "recheck", True), (date(2018, 2, 1), "watch", True)]
    assert desk.rows("SELECT role, presence FROM posting_sighting WHERE crawl_id LIKE '20180220%'") == [
        ("recheck", "gone")]
    assert not desk.rows("FROM section_observation WHERE crawl_id LIKE '20180220%'")
