# ruff: noqa: E501 (markup in one line a case)
"""Navigation is read with clean labels and its place on the page, wherever a portal hides it."""

from __future__ import annotations

from tests.unit.extraction.markup import HOST, MENU, page, read, wordpress_classic


def found(html: str) -> dict[str, tuple[str, str]]:
    """Read a page's links by label."""
    return {link.label: (link.url.removeprefix(HOST), link.where) for link in read(html, "/khac/").links}


def test_menu_entries_come_with_label_and_place() -> None:
    links = found(page("<main><p>x</p></main>"))
    assert {label: links[label] for label, _ in MENU} == {label: (url, "menu") for label, url in MENU}


def test_options_areas_and_scripted_entries_are_links() -> None:
    links = found(page('<main><select onchange="location=this.value"><option value="/lich/">Lịch tiếp dân</option></select>'
                       '<map><area href="/so-do/" alt="Sơ đồ cổng"></map>'
                       "<div onclick=\"location.href='/noi-quy/'\">Nội quy tiếp dân</div></main>"))
    assert links["Lịch tiếp dân"][0] == "/lich/"
    assert links["Sơ đồ cổng"][0] == "/so-do/"
    assert links["Nội quy tiếp dân"][0] == "/noi-quy/"


def test_labels_lose_bullets_and_counters_and_pictures_speak_by_their_alt() -> None:
    links = found(page('<main><a href="/a/">» Tiếp công dân (12)</a><a href="/b/"><img src="b.png" alt="Hỏi đáp"></a></main>'))
    assert links["Tiếp công dân"] == ("/a/", "content")
    assert links["Hỏi đáp"] == ("/b/", "content")


def test_see_all_takes_the_name_of_its_block() -> None:
    assert found(page('<main><div><h3>Tiếp công dân xã</h3><a href="/tcd-xa/">Xem tất cả</a></div></main>'))[
        "Tiếp công dân xã"] == ("/tcd-xa/", "content")


def test_postings_of_the_list_are_not_navigation() -> None:
    reading = read(wordpress_classic())
    assert not {row.url for row in reading.rows} & {link.url for link in reading.links if link.where == "content"}


def test_breadcrumbs_give_the_section_of_the_page_and_of_its_rows() -> None:
    trail = '<ol class="breadcrumb"><li><a href="/">Trang chủ</a></li><li><a href="/t/">Tiếp dân</a></li><li>Lịch</li></ol>'
    reading = read(wordpress_classic().replace("<main", trail + "<main"))
    assert reading.section_path == ("Tiếp dân", "Lịch")
    assert {row.section_path for row in reading.rows} == {("Tiếp dân", "Lịch")}


def test_a_trail_without_a_telling_name_is_found_by_its_way_from_home() -> None:
    reading = read(page('<div><p><a href="/">Trang chủ</a> » <a href="/t/">Tiếp dân</a> » Lịch</p><h2>Lịch</h2></div>'))
    assert reading.section_path == ("Tiếp dân", "Lịch")


def test_a_list_of_wordpress_names_its_postings_as_data() -> None:
    head = ('<link rel="https://api.w.org/" href="/wp-json/"><link rel="alternate" title="JSON" '
            'type="application/json" href="/wp-json/wp/v2/categories/5">'
            '<link rel="alternate" type="application/json+oembed" href="/wp-json/oembed/1.0/embed?url=x">')
    assert read(page("<p>x</p>", head=head)).feeds == (
        f"{HOST}/wp-json/wp/v2/posts?categories=5&per_page=100&_fields=link,title,date,modified", f"{HOST}/rss.xml")


def test_feeds_are_those_of_the_head_and_those_linked() -> None:
    head = '<link rel="alternate" type="application/rss+xml" href="/feed/">'
    assert read(page("<p>x</p>", head=head)).feeds == (f"{HOST}/feed/", f"{HOST}/rss.xml")


def test_own_pages_in_frames_are_what_a_page_without_rows_shows() -> None:
    old = ("<html><head><title>Sở Mẫu</title></head><frameset cols='20%,80%'><frame src='menu.html' name='menu'>"
           "<frame src='chinh.html'></frameset></html>")
    reading = read(old, "/")
    assert reading.valid
    assert [(x.label, x.url, x.where) for x in reading.links] == [
        ("menu", HOST + "/menu.html", "frame"), ("", HOST + "/chinh.html", "frame")]
    inner = "<iframe src='/ds/tiep-dan.aspx'></iframe><iframe src='https://maps.test/x'></iframe><iframe src='/dem' width='0'></iframe>"
    section = read(page(f"<main><h1>Tiếp công dân</h1>{inner}</main>"))
    assert [p.url for p in section.next_pages] == [HOST + "/ds/tiep-dan.aspx"]
    assert section.problems == ()
