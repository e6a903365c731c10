"""Feeds and site maps, well made, broken or hostile."""

import json
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from pipeline.extraction.feed import read_feed
from pipeline.extraction.model import DateSource, PageKind, Reading

URL = "http://a.vn/rss.xml"
FETCHED = datetime(2018, 3, 5, tzinfo=UTC)


def _read(text: str) -> Reading:
    reading = read_feed(text, URL, FETCHED)
    assert reading is not None
    return reading


def test_rss_gives_rows_with_the_local_day() -> None:
    reading = _read('<?xml version="1.0"?><rss version="2.0"><channel><title>Tin &amp; bài</title>'
                    '<link>http://a.vn/</link><item>'
                    "<title><![CDATA[Lịch &amp; <b>tiếp</b> dân]]></title><link>/1</link>"
                    "<description>&lt;p&gt;Nội dung&lt;/p&gt;"
                    '</description><pubDate>Wed, 31 Jan 2018 18:15:00 GMT</pubDate><enclosure url="/a '
                    'b.pdf"/></item></channel></rss>')
    (row,) = reading.rows
    assert (reading.kind, reading.title, reading.problems) == (PageKind.LISTING, "Tin & bài", ())
    assert (row.title, row.url, row.summary) == ("Lịch & tiếp dân", "http://a.vn/1", "Nội dung")
    assert (row.posted_on, row.displayed_on, row.posted_on_source) == (date(2018, 2, 1), None, DateSource.FEED)
    assert row.attachments[0].url == "http://a.vn/a%20b.pdf"


def test_rss_1_and_dublin_core_are_read() -> None:
    reading = _read('<rdf:RDF xmlns:rdf="x"><channel><title>T</title></channel><item '
                    'rdf:about="http://a.vn/1"><title>Một</title>'
                    "<link>http://a.vn/1</link><dc:date>2018-02-05T08:00:00+07:00</dc:date></item></rdf:RDF>")
    assert [(r.title, r.posted_on) for r in reading.rows] == [("Một", date(2018, 2, 5))]


def test_atom_prefers_publication_and_says_where_there_is_only_a_modification() -> None:
    reading = _read('<feed><title>T</title><link rel="next" href="?p=2"/><entry><title>Một</title><link '
                    'rel="self" href="/s"/>'
                    '<link href="/1"/><updated>2018-03-01T00:00:00Z</updated>'
                    '<published>2018-02-05T00:00:00Z</published></entry>'
                    '<entry><title>Hai</title><link href="/2"/><updated>2018-02-06T00:00:00Z</updated></entry></feed>')
    assert [(r.url, r.posted_on, r.posted_on_source) for r in reading.rows] == [
        ("http://a.vn/1", date(2018, 2, 5), DateSource.FEED), ("http://a.vn/2", date(2018, 2, 6), DateSource.MODIFIED)]
    assert [p.url for p in reading.next_pages] == ["http://a.vn/rss.xml?p=2"]


def test_site_maps_give_links_and_their_index_gives_pages() -> None:
    index = _read("<sitemapindex><sitemap><loc>http://a.vn/s1.xml</loc></sitemap></sitemapindex>")
    assert [p.url for p in index.next_pages] == ["http://a.vn/s1.xml"]
    pages = _read('<?xml version="1.0"?><!-- made by x --><urlset xmlns="s"><url><loc>http://a.vn/lich-tiep-cong-dan.html</loc>'
                  "<lastmod>2018-02-05</lastmod></url></urlset>")
    assert pages.rows == ()
    assert [(link.label, link.url) for link in pages.links] == [
        ("lich tiep cong dan", "http://a.vn/lich-tiep-cong-dan.html")]


def test_json_feed_and_wordpress_lists_are_read() -> None:
    feed = _read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [
        {"id": "1", "url": "/1", "title": "Một", "date_published": "2018-01-31T18:15:00Z"}]}))
    posts = _read(json.dumps([{"link": "http://a.vn/2", "title": {"rendered": "Hai &#8211; ba"},
                               "date": "2018-02-05T17:18:52",
                               "date_gmt": "2018-02-05T17:18:52"}]))
    assert [(r.title, r.posted_on) for r in feed.rows] == [("Một", date(2018, 2, 1))]
    assert [(r.title, r.posted_on) for r in posts.rows] == [("Hai – ba", date(2018, 2, 5))]


def test_broken_xml_gives_what_can_be_read_and_says_so() -> None:
    reading = _read("<rss><channel><item><title>A&nbsp;& b</title><link>/1</link><item><title>Hai</title><guid>http://a.vn/2</guid>")
    assert [(r.title, r.url) for r in reading.rows] == [("A & b", "http://a.vn/1"), ("Hai", "http://a.vn/2")]
    assert reading.problems == ("feed_cut",)


def test_entities_are_not_expanded() -> None:
    reading = _read('<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "x"><!ENTITY b SYSTEM "file:///etc/passwd">]><rss><channel><item>'
                    "<title>T &a;&b; x</title><link>/1</link></item></channel></rss>")
    assert reading.rows[0].title == "T &a;&b; x"


def test_an_impossible_date_is_kept_for_review() -> None:
    row = _read("<rss><item><title>T</title><link>/1</link><pubDate>31/12/9999</pubDate></item></rss>").rows[0]
    assert (row.posted_on, row.implausible_date) == (None, "31/12/9999")


def test_other_texts_are_no_feeds() -> None:
    for text in ("", "<html><body>rss</body></html>", '{"a": 1}', "[1, 2]", "plain", "[" * 100_000):
        assert read_feed(text, URL, FETCHED) is None


_PARTS = st.sampled_from(["<rss>", "<item>", "</item>", "<title>", "</title>", "<![CDATA[", "]]>", "<link", "/>",
                          "&#x;", "<entry>", "<url><loc>", "http://a.vn", "<!--", "<feed>", "2018-02-05", "<pubDate>"])


@given(st.lists(_PARTS, max_size=20))
def test_no_mixture_of_feed_parts_breaks_it(parts: list[str]) -> None:
    read_feed("<rss>" + "".join(parts), URL, FETCHED)
    read_feed("".join(parts), URL, FETCHED)
