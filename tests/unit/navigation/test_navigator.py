"""How a portal is walked, tried on portals made of readings."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import date

from pipeline.classification import Classifier, SectionLabels
from pipeline.extraction.model import STUCK, UNREAD, Article, DateSource, Link, NextPage, PageKind, Reading, Row
from pipeline.extraction.postbacks import row_address
from pipeline.navigation.model import Arrival, Known, Limits, PortalReport, Role, Want
from pipeline.navigation.navigator import Navigator
from pipeline.programmes.loader import load
from pipeline.snapshots.model import Cause, Outcome

ROOT = "http://so.test/"
PROGRAMME = load("citizen_reception")
LABELS = SectionLabels(PROGRAMME)
CLASSIFIER = Classifier(PROGRAMME)


def row(title: str, path: str, day: date | None = None) -> Row:
    source = DateSource.LISTING if day else None
    return Row(title, ROOT + path, day, day, str(day) if day else None, source)


def listing(*rows: Row, links: tuple[Link, ...] = (), pages: tuple[NextPage, ...] = ()) -> Reading:
    return Reading(ROOT, PageKind.LISTING, rows=rows, links=links, next_pages=pages)


def article(title: str, **more: object) -> Reading:
    return replace(Reading(ROOT, PageKind.ARTICLE, title=title, article=Article(title)), **more)  # type: ignore[arg-type]


def menu(label: str, path: str) -> Link:
    return Link(label, ROOT + path, "menu")


def walk(
    site: dict[str, Reading], known: Known | None = None, limits: Limits | None = None
) -> tuple[list[Want], PortalReport, Navigator]:
    """Serve wants first in, first out; an address without a reading answers 404."""
    navigator = Navigator(ROOT, LABELS, CLASSIFIER, "department", date(2018, 1, 1), known, limits)
    queue, asked = deque(navigator.start()), []
    while queue:
        want = queue.popleft()
        asked.append(want)
        reading = site.get(want.url)
        outcome = Outcome.CAPTURED if reading else Outcome.GONE
        cause = Cause.NONE if reading else Cause.HTTP_ERROR
        queue.extend(navigator.arrive(Arrival(want, outcome, cause, f"c{len(asked)}", want.url, reading)))
    return asked, navigator.report(), navigator


def test_documents_are_asked_for_within_their_budget_and_lead_nowhere() -> None:
    vague = [row(f"Thông báo số {n} của Sở", f"tb{n}.pdf", date(2018, 2, n)) for n in range(1, 8)]
    site = {ROOT: HOME, ROOT + "lich": listing(*vague), **{ROOT + f"tb{n}.pdf": HOME for n in range(1, 8)}}
    asked, report, navigator = walk(site, limits=Limits(files=3))
    files = [want for want in asked if want.role is Role.FILE]
    assert urls(files) == ["tb1.pdf", "tb2.pdf", "tb3.pdf"]
    assert all(page.want.role is not Role.FILE for page in navigator.pages())
    assert [section.items for section in report.sections] == [7]


def urls(wants: list[Want]) -> list[str]:
    return [want.url.removeprefix(ROOT) for want in wants]


HOME = Reading(ROOT, PageKind.OTHER, links=(menu("Giới thiệu", "gioi-thieu"), menu("Lịch tiếp công dân", "lich")))


def test_a_section_is_found_by_its_label_and_its_postings_are_read() -> None:
    site = {ROOT: HOME, ROOT + "lich": listing(row("Lịch tiếp công dân tháng 02/2018", "bai-1", date(2018, 2, 1)))}
    asked, report, _ = walk(site)
    assert urls(asked)[:3] == ["", "lich", "bai-1"]
    assert report.observed
    assert [(s.role, s.complete, s.to_end, s.items) for s in report.sections] == [(Role.SECTION, True, True, 1)]


def test_all_pages_of_a_section_are_walked_the_first_time_and_only_the_window_later() -> None:
    old = date(2016, 5, 5)
    site = {
        ROOT: HOME,
        ROOT + "lich": listing(row("Lịch tiếp dân 1", "a", old), pages=(NextPage(ROOT + "lich?p=2", label="2"),)),
        ROOT + "lich?p=2": listing(row("Lịch tiếp dân 2", "b", old)),
    }
    first, report, _ = walk(site)
    assert "lich?p=2" in urls(first) and report.sections[0].to_end
    known = Known(sections={ROOT + "lich": ("Lịch tiếp công dân",)}, walked=frozenset([ROOT + "lich"]))
    later, again, _ = walk(site, known)
    assert "lich?p=2" not in urls(later)
    assert again.sections[0].complete and again.sections[0].to_end


def test_a_failing_page_of_a_section_leaves_it_incomplete_with_the_cause() -> None:
    first = listing(row("Lịch tiếp dân", "a"), pages=(NextPage(ROOT + "lich/2", label="2"),))
    site = {ROOT: HOME, ROOT + "lich": first}
    _, report, _ = walk(site)
    assert not report.sections[0].complete
    assert report.sections[0].cause is Cause.HTTP_ERROR


def test_a_home_page_that_fails_is_no_observation() -> None:
    _, report, _ = walk({})
    assert not report.observed and report.cause is Cause.HTTP_ERROR and report.sections == ()


def test_an_invalid_home_page_is_no_observation_either() -> None:
    _, report, _ = walk({ROOT: replace(HOME, valid=False, invalid_reason="challenge")})
    assert not report.observed and report.cause is Cause.INVALID_PAGE and report.detail == "challenge"


def test_postings_among_general_news_are_picked_out_one_by_one() -> None:
    home = Reading(ROOT, PageKind.OTHER, links=(menu("Tin tức - Sự kiện", "tin"),))
    news = listing(
        row("Khai mạc hội thi nấu ăn", "n1", date(2018, 2, 2)),
        row("Kết quả tiếp công dân định kỳ tháng 02/2018", "n2", date(2018, 2, 3)),
    )
    asked, report, _ = walk({ROOT: home, ROOT + "tin": news})
    assert "n2" in urls(asked) and "n1" not in urls(asked)
    assert report.sections[0].role is Role.GENERAL


def test_a_menu_entry_that_leads_to_a_text_is_a_standing_page() -> None:
    _, _, navigator = walk({ROOT: HOME, ROOT + "lich": article("Lịch tiếp công dân")})
    assert [page.standing for page in navigator.pages()] == [False, True]


def test_a_link_to_a_list_inside_a_section_is_a_section_of_its_own() -> None:
    site = {
        ROOT: HOME,
        ROOT + "lich": listing(row("Xã Đắk Sin", "xa-dak-sin"), row("Xã Nhân Đạo", "xa-nhan-dao")),
        ROOT + "xa-dak-sin": listing(row("Lịch tiếp công dân năm 2018", "ds-1", date(2018, 1, 3))),
        ROOT + "xa-nhan-dao": listing(row("Lịch tiếp công dân năm 2018", "nd-1", date(2018, 1, 3))),
    }
    _, report, _ = walk(site)
    assert ("Lịch tiếp công dân", "Xã Đắk Sin") in [s.trail for s in report.sections]


def test_where_menus_say_nothing_every_entry_is_tried() -> None:
    home = Reading(ROOT, PageKind.OTHER, links=(menu("Mục A", "a"), menu("Mục B", "b")))
    site = {ROOT: home, ROOT + "b": listing(row("Nội quy tiếp công dân", "b1", date(2017, 1, 1)))}
    asked, _, navigator = walk(site)
    assert "a" in urls(asked) and "b" in urls(asked)
    assert any(r.url == ROOT + "b1" for page in navigator.pages() for r in page.reading.rows)


def test_a_posting_no_list_shows_any_more_is_asked_for_again() -> None:
    known = Known(postings={ROOT + "old": "Kết quả tiếp công dân tháng 9"})
    asked, _, _ = walk({ROOT: HOME, ROOT + "lich": listing()}, known)
    assert asked[-1] == Want(ROOT + "old", Role.RECHECK, title="Kết quả tiếp công dân tháng 9")


def test_a_posting_without_an_address_cannot_be_asked_for_again() -> None:
    known = Known(postings={row_address(ROOT + "lich", "Kết quả tiếp công dân tháng 9", None): "Kết quả"})
    asked, _, _ = walk({ROOT: HOME, ROOT + "lich": listing()}, known)
    assert Role.RECHECK not in {want.role for want in asked}


def test_the_portal_is_never_left() -> None:
    away = Reading(ROOT, PageKind.OTHER, links=(Link("Tiếp công dân", "http://khac.test/tcd", "menu"),))
    asked, _, _ = walk({ROOT: away})
    assert all(want.url.startswith(ROOT) for want in asked)


def test_a_list_without_end_stops_at_its_budget_and_says_so() -> None:
    class Endless(dict[str, Reading]):
        def get(self, url: str, default: object = None) -> Reading | None:  # type: ignore[override]
            if url == ROOT:
                return HOME
            if "lich" not in url:
                return None
            n = int(url.split("=")[1]) if "=" in url else 1
            following = NextPage(ROOT + f"lich?p={n + 1}", label="›")
            return listing(row(f"Lịch tiếp dân {n}", f"bai-{n}"), pages=(following,))

    _, report, _ = walk(Endless(), limits=Limits(pages_per_section=5))
    assert report.sections[0].pages == 5
    assert not report.sections[0].complete and report.sections[0].cause is Cause.BUDGET


def test_an_old_posting_that_sticks_on_top_does_not_make_a_list_whole_that_its_budget_cut() -> None:
    def cut_at(last: date) -> bool:
        def page(number: int) -> Reading:
            pinned = row("Nội quy tiếp công dân", "noi-quy", date(2014, 5, 6))
            day = last if number == 3 else date(2018, 3, 31 - number)
            following = NextPage(ROOT + f"lich?p={number + 1}", label="›")
            return listing(pinned, row(f"Lịch tiếp công dân {number}", f"bai-{number}", day), pages=(following,))

        site = {ROOT: HOME, ROOT + "lich": page(1)} | {ROOT + f"lich?p={n}": page(n) for n in range(2, 9)}
        _, report, _ = walk(site, limits=Limits(pages_per_section=3))
        return report.sections[0].complete

    assert not cut_at(date(2018, 3, 20))
    assert cut_at(date(2017, 12, 20))


def test_page_one_under_another_address_is_not_walked_again() -> None:
    pages = (NextPage(ROOT + "lich?p=1", label="1"), NextPage(ROOT + "lich?p=2", label="2"))
    site = {
        ROOT: HOME,
        ROOT + "lich": listing(row("Lịch tiếp dân 1", "a"), pages=pages),
        ROOT + "lich?p=2": listing(row("Lịch tiếp dân 2", "b"), pages=pages),
    }
    asked, report, _ = walk(site)
    assert "lich?p=1" not in urls(asked) and report.sections[0].pages == 2


def test_postings_in_a_menu_are_no_sections() -> None:
    """Systems that put the children of a section into its drop-down menu."""
    home = replace(HOME, links=(*HOME.links, menu("Lịch tiếp công dân quý 4 năm 2016", "q4"),
                                menu("Thông báo tuyển dụng viên chức đợt 3", "tb3")))
    site = {ROOT: home, ROOT + "lich": listing(row("Lịch tiếp công dân quý 4 năm 2016", "q4")),
            ROOT + "q4": article("Lịch tiếp công dân quý 4 năm 2016"), ROOT + "tb3": article("Thông báo 3")}
    asked, report, navigator = walk(site)
    assert [s.url for s in report.sections] == [ROOT + "lich"]
    assert "tb3" not in urls(asked)
    assert (ROOT + "q4", Role.ARTICLE) in [(page.want.url, page.role) for page in navigator.pages()]


def test_a_section_named_with_a_number_is_found_out_when_it_shows_a_list() -> None:
    home = replace(HOME, links=(menu("Khiếu nại, tố cáo11", "kn"),))
    site = {ROOT: home, ROOT + "kn": listing(row("Kết quả giải quyết đơn", "a"))}
    _, report, _ = walk(site)
    assert [(s.url, s.role) for s in report.sections] == [(ROOT + "kn", Role.SECTION)]


def test_a_general_entry_that_is_one_text_is_no_section() -> None:
    home = replace(HOME, links=(*HOME.links, menu("Hội nghị tuyên truyền pháp luật", "hn")))
    _, report, _ = walk({ROOT: home, ROOT + "lich": listing(), ROOT + "hn": article("Hội nghị")})
    assert [s.url for s in report.sections] == [ROOT + "lich"]


def test_behind_menu_entries_that_say_nothing_the_programme_is_looked_for() -> None:
    """Communes by their names, rules under a name of their own; the rest costs one page each."""
    home = replace(HOME, links=(*HOME.links, menu("UBND xã Đắk Ngo", "xa"), menu("Tổ chức bộ máy", "bm")))
    more = (NextPage(ROOT + "bm?p=2", label="2"),)
    site = {
        ROOT: home,
        ROOT + "lich": listing(row("Lịch tiếp dân", "a")),
        ROOT + "xa": listing(row("Lịch tiếp công dân tháng 2/2018 của UBND xã Đắk Ngo", "xa1"),
                             pages=(NextPage(ROOT + "xa?p=2", label="2"),)),
        ROOT + "bm": listing(row("Ban giám đốc", "bgd"), row("Văn phòng", "vp"), pages=more),
    }
    asked, report, _ = walk(site)
    assert {"xa", "xa1", "xa?p=2", "bm"} <= set(urls(asked))
    assert "bm?p=2" not in urls(asked)
    assert sorted(s.url for s in report.sections) == [ROOT + "lich", ROOT + "xa"]


def test_a_home_page_without_a_menu_has_it_in_its_side_bar_or_text() -> None:
    home = replace(HOME, links=(Link("Lịch tiếp công dân", ROOT + "lich", "sidebar"),
                                Link("Nội quy, quy chế", ROOT + "nq", "sidebar")))
    site = {ROOT: home, ROOT + "lich": listing(row("Lịch tiếp dân", "a")),
            ROOT + "nq": listing(row("Nội quy tiếp công dân", "nq1"))}
    asked, _, _ = walk(site)
    assert "nq1" in urls(asked)


def test_the_next_page_of_a_tour_through_the_menu_is_a_menu_entry() -> None:
    """Documentation systems name the first section as the home page's next."""
    home = replace(HOME, links=(menu("Tin tức", "tin"),), next_pages=(NextPage(ROOT + "tin", label="next"),))
    site = {ROOT: home, ROOT + "tin": listing(row("Kết quả tiếp công dân tháng 2", "k2"))}
    asked, report, _ = walk(site)
    assert "k2" in urls(asked) and report.sections[0].url == ROOT + "tin"


def test_the_feed_of_a_section_is_no_part_of_it() -> None:
    feed = Link("RSS", ROOT + "lich/index.rss", "content")
    lists = replace(listing(row("Lịch tiếp dân", "a", date(2018, 2, 1)), links=(feed,)), feeds=(feed.url,))
    asked, _, _ = walk({ROOT: HOME, ROOT + "lich": lists})
    assert "lich/index.rss" not in urls(asked)


def test_a_posting_teased_beside_a_section_is_no_part_of_it() -> None:
    """`Tin mới` blocks stand on the sections' pages too; their short titles look like names of parts."""
    beside = (Link("Ra quân trồng cây", ROOT + "cay", "content"), Link("Xã Đắk Sin", ROOT + "ds", "content"))
    news = article("Ra quân trồng cây")
    assert news.article is not None
    news = replace(news, article=replace(news.article, posted_on=date(2018, 2, 6)))
    site = {ROOT: HOME, ROOT + "lich": listing(row("Lịch tiếp dân", "a"), links=beside),
            ROOT + "cay": news, ROOT + "ds": article("Lịch tiếp dân hằng tuần")}
    _, _, navigator = walk(site)
    read = {page.want.url: (page.role, page.trail) for page in navigator.pages()}
    assert read[ROOT + "cay"] == (Role.ARTICLE, ())
    assert read[ROOT + "ds"] == (Role.SECTION, ("Lịch tiếp công dân", "Xã Đắk Sin"))


def test_a_teased_posting_without_a_date_is_known_by_the_section_it_is_filed_under() -> None:
    beside = (Link("Ra quân trồng cây", ROOT + "cay", "content"), Link("Nội quy phòng tiếp", ROOT + "nq", "content"))
    news = article("Ra quân trồng cây", section_path=("Thông tin tuyển dụng",))
    rules = article("Nội quy phòng tiếp", section_path=("Lịch tiếp công dân", "Nội quy phòng tiếp"))
    site = {ROOT: HOME, ROOT + "lich": listing(row("Lịch tiếp dân", "a"), links=beside),
            ROOT + "cay": news, ROOT + "nq": rules}
    _, _, navigator = walk(site)
    read = {page.want.url: page.role for page in navigator.pages()}
    assert read[ROOT + "cay"] is Role.ARTICLE
    assert read[ROOT + "nq"] is Role.SECTION


def test_headings_of_a_home_pages_blocks_are_its_menu_again() -> None:
    """Blocks of the newest postings have a section's name for a heading, and a date below it."""
    rows = (row("Lịch tiếp công dân", "lich", date(2018, 2, 6)), row("Lịch tiếp công dân tháng 2", "bai-1"))
    site = {ROOT: replace(HOME, kind=PageKind.LISTING, rows=rows),
            ROOT + "lich": listing(row("Lịch tiếp công dân tháng 2", "bai-1"))}
    asked, report, navigator = walk(site)
    assert [want.role for want in asked if want.url == ROOT + "lich"] == [Role.SECTION]
    assert [r.title for page in navigator.pages() if page.want.url == ROOT for r in page.reading.rows] == [
        "Lịch tiếp công dân tháng 2"]
    assert [s.role for s in report.sections if s.url == ROOT + "lich"] == [Role.SECTION]


def test_the_list_of_an_author_beside_a_section_is_a_general_one() -> None:
    """Systems name author and tags beside each row; what they list is not filed under the section."""
    beside = (Link("Ban biên tập", ROOT + "bbt", "content"), Link("Xã Đắk Sin", ROOT + "ds", "content"))
    site = {ROOT: HOME, ROOT + "lich": listing(row("Lịch tiếp dân", "a"), links=beside),
            ROOT + "bbt": listing(row("Lịch tiếp dân", "a"), row("Hội thi nấu ăn", "n1"), row("Gặp mặt", "n2")),
            ROOT + "ds": listing(row("Lịch tháng 2", "ds2"))}
    asked, report, _ = walk(site)
    assert {s.url: (s.role, s.trail) for s in report.sections} == {
        ROOT + "lich": (Role.SECTION, ("Lịch tiếp công dân",)),
        ROOT + "bbt": (Role.GENERAL, ("Ban biên tập",)),
        ROOT + "ds": (Role.SECTION, ("Lịch tiếp công dân", "Xã Đắk Sin")),
    }
    assert "n1" not in urls(asked)


def test_other_views_of_a_page_are_no_places_to_go() -> None:
    """Wikis link every page's edit form, history and index."""
    here = ROOT + "lich"
    views = (Link("Sửa đổi trang này", here + "?do=edit", "content"), Link("Sơ đồ trang", here + "?do=index", "menu"),
             Link("Các năm trước", here + "?nam=2017", "content"))
    site = {ROOT: HOME, here: replace(listing(row("Lịch tiếp dân", "a"), links=views), url=here)}
    asked, _, _ = walk(site)
    assert "lich?do=edit" not in urls(asked) and "lich?do=index" not in urls(asked)
    assert "lich?nam=2017" in urls(asked)


def test_communes_are_looked_for_in_side_bars_too() -> None:
    home = replace(HOME, links=(*HOME.links, Link("UBND xã Đắk Ngo", ROOT + "xa", "sidebar"),
                                Link("Thời tiết các vùng", ROOT + "tt", "sidebar")))
    site = {ROOT: home, ROOT + "lich": listing(row("Lịch tiếp dân", "a")),
            ROOT + "xa": listing(row("Lịch tiếp công dân tháng 2/2018", "xa1"))}
    asked, _, _ = walk(site)
    assert "xa1" in urls(asked) and "tt" not in urls(asked)


def test_addresses_shown_as_labels_are_read_as_words() -> None:
    """Indexes of wikis and file servers show names of files."""
    home = replace(HOME, links=(*HOME.links, menu("thong-bao-dau-gia-tai-san-dot-2", "dg"), menu("thong-bao", "tb")))
    asked, _, _ = walk({ROOT: home, ROOT + "lich": listing(), ROOT + "tb": listing()})
    assert "tb" in urls(asked) and "dg" not in urls(asked)


def test_tools_of_a_system_are_no_places_to_go() -> None:
    tools = (menu("Thay đổi gần đây", "start?do=recent"), menu("Lịch sử trang", "index.php?title=A&action=history"))
    home = replace(HOME, links=(*HOME.links, *tools, menu("Chuyên trang", "index.php?action=view&id=5")))
    asked, _, _ = walk({ROOT: home, ROOT + "lich": listing()})
    assert [url for url in urls(asked) if "?" in url] == ["index.php?action=view&id=5"]


def test_archives_that_repeat_a_list_cost_one_page_each() -> None:
    """Months, authors and tags of a blog that was read to its end."""
    months = (Link("Lưu trữ A", ROOT + "a", "sidebar"), Link("January", ROOT + "b", "sidebar"))
    news, more = row("Kết quả tiếp công dân tháng 2", "k2"), (NextPage(ROOT + "b?p=2", label="2"),)
    home = Reading(ROOT, PageKind.OTHER, links=(menu("Tin tức", "tin"), *months))
    site = {ROOT: home, ROOT + "tin": listing(news), ROOT + "a": listing(news), ROOT + "b": listing(news, pages=more)}
    asked, report, _ = walk(site)
    assert "b" in urls(asked) and "b?p=2" not in urls(asked)
    assert ROOT + "b" not in [s.url for s in report.sections]


def test_a_section_tells_how_its_rows_look_and_one_too_long_to_read_is_not_complete() -> None:
    rows = (row("Lịch tiếp dân", "a", date(2018, 2, 1)), row("Lịch tiếp dân", "b"), row("Nội quy", "c"))
    site = {ROOT: HOME, ROOT + "lich": replace(listing(*rows), platform="liferay")}
    _, report, _ = walk(site)
    [section] = report.sections
    assert (section.items, section.dated, section.titles, section.platform) == (3, 1, 2, "liferay")
    site[ROOT + "lich"] = replace(site[ROOT + "lich"], problems=("list cut: more than 20000 rows",))
    _, report, _ = walk(site)
    assert [(s.complete, s.cause) for s in report.sections] == [(False, Cause.TOO_LARGE)]


def test_an_undated_list_is_looked_up_in_the_feed_that_it_names_or_its_software_keeps() -> None:
    undated = (row("Lịch tiếp dân tháng một", "a"), row("Lịch tiếp dân tháng hai", "b"))
    told = replace(listing(*undated), url=ROOT + "lich", feeds=(ROOT + "rss?cat=1",))
    by_family = replace(listing(*undated), url=ROOT + "lich", platform="joomla")
    for reading, feed in ((told, "rss?cat=1"), (by_family, "lich?format=feed&type=rss")):
        asked, report, _ = walk({ROOT: HOME, ROOT + "lich": reading})
        assert feed in [url for url, want in zip(urls(asked), asked, strict=True) if want.role is Role.FEED]
        assert report.sections[0].complete
    dated = replace(told, rows=(row("Lịch tiếp dân", "a", date(2018, 2, 1)),))
    asked, _, _ = walk({ROOT: HOME, ROOT + "lich": dated})
    assert "rss?cat=1" not in urls(asked)


def test_a_list_whose_first_page_was_not_read_proves_nothing_and_a_page_too_far_does_no_harm() -> None:
    unread = replace(listing(), kind=PageKind.OTHER, problems=(f"{UNREAD} a pager and no rows",))
    site = {ROOT: HOME, ROOT + "lich": unread}
    assert [(s.complete, s.cause) for s in walk(site)[1].sections if s.url == ROOT + "lich"] == [
        (False, Cause.UNREAD_LIST)]
    site = {ROOT: HOME, ROOT + "lich?p=2": unread, ROOT + "lich": listing(
        row("Lịch tiếp công dân tháng 2", "l2", date(2018, 2, 1)), pages=(NextPage(ROOT + "lich?p=2", label="2"),))}
    assert [(s.complete, s.cause) for s in walk(site)[1].sections if s.url == ROOT + "lich"] == [(True, Cause.NONE)]


def test_a_list_that_only_a_script_pages_is_whole_only_where_it_leaves_the_window() -> None:
    def seen(day: date) -> list[tuple[bool, bool, Cause]]:
        list_ = replace(listing(row("Lịch tiếp công dân", "l1", day)), problems=(f"{STUCK} 2",))
        report = walk({ROOT: HOME, ROOT + "lich": list_})[1]
        return [(s.complete, s.to_end, s.cause) for s in report.sections if s.url == ROOT + "lich"]

    assert seen(date(2018, 2, 1)) == [(False, False, Cause.STUCK_PAGER)]
    assert seen(date(2017, 12, 1)) == [(True, False, Cause.NONE)]


def test_what_a_page_shows_in_frames_is_read_as_the_page() -> None:
    day = date(2018, 2, 1)
    frames = tuple(Link("", ROOT + path, "frame") for path in ("tren.html", "chinh.html"))
    front = Reading(ROOT, PageKind.OTHER, links=frames, next_pages=tuple(NextPage(f.url) for f in frames))
    inner = Link("", ROOT + "ds.aspx", "frame")
    section = Reading(ROOT, PageKind.OTHER, links=(inner,), next_pages=(NextPage(inner.url),))
    site = {ROOT: front, ROOT + "tren.html": Reading(ROOT, PageKind.OTHER, links=(menu("Lịch tiếp công dân", "lich"),)),
            ROOT + "chinh.html": listing(row("Khai mạc giải bóng chuyền", "tin1", day)), ROOT + "lich": section,
            ROOT + "ds.aspx": listing(row("Lịch tiếp công dân tháng 2", "l2", day))}
    asked, report, _ = walk(site)
    assert {want.url.removeprefix(ROOT) for want in asked} >= {"", "tren.html", "chinh.html", "lich", "ds.aspx", "l2"}
    assert [(s.items, s.complete) for s in report.sections if s.url == ROOT + "lich"] == [(1, True)]
