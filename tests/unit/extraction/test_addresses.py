"""One written form of an address, one identity of a posting, one notion of a portal."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extraction.addresses import below_host, canonical, identity, same_site

BASE = "http://snv.daknong.gov.vn/web/tin/bai.html"


@pytest.mark.parametrize(("href", "expected"), [
    ("/a/b.html", "http://snv.daknong.gov.vn/a/b.html"),
    ("../c d.html", "http://snv.daknong.gov.vn/web/c%20d.html"),
    ("//www.Foo.vn:80/x#top", "http://www.foo.vn/x"),
    ("https://a.vn:443", "https://a.vn/"),
    ("http://a.vn:8080/x", "http://a.vn:8080/x"),
    ("/x;jsessionid=A1B2?id=3", "http://snv.daknong.gov.vn/x?id=3"),
    ("/x?PHPSESSID=abc&id=3&utm_source=fb&fbclid=z", "http://snv.daknong.gov.vn/x?id=3"),
    ("/x?sid=12", "http://snv.daknong.gov.vn/x?sid=12"),
    ("/x?sid=0123456789abcdef0123", "http://snv.daknong.gov.vn/x"),
    ("/(S(abc123))/x.aspx", "http://snv.daknong.gov.vn/x.aspx"),
    ("#!/tin/3", "http://snv.daknong.gov.vn/web/tin/bai.html#!/tin/3"),
    ("/t%e1%bb%87p.pdf", "http://snv.daknong.gov.vn/t%E1%BB%87p.pdf"),
    ("/tệp.pdf", "http://snv.daknong.gov.vn/t%E1%BB%87p.pdf"),
    ("/te\u0323\u0302p.pdf", "http://snv.daknong.gov.vn/t%E1%BB%87p.pdf"),
    ("/%7Euser", "http://snv.daknong.gov.vn/~user"),
    ("/a%2Fb", "http://snv.daknong.gov.vn/a%2Fb"),
    (" \n/a\n", "http://snv.daknong.gov.vn/a"),
    ("http://user:pw@a.vn/", "http://a.vn/"),
    ("\\tin\\x.html", "http://snv.daknong.gov.vn/tin/x.html"),
])
def test_an_address_has_one_written_form(href: str, expected: str) -> None:
    assert canonical(href, BASE) == expected


@pytest.mark.parametrize("href", [
    "", "  ", "#", "#top", "javascript:void(0)", "JavaScript:alert(1)", "java\nscript:alert(1)", "mailto:a@b.vn",
    "tel:123", "data:text/html,x", "file:///etc/passwd", "ftp://a.vn/", "http://[::1", "http://", "http://a b/", "http://a.vn:99999/",
    "x" * 9000,
])
def test_what_leads_to_no_page_is_none(href: str) -> None:
    assert canonical(href, BASE) is None


@pytest.mark.parametrize("href", ["[\u0323", "%5B\u0323", "%5B%CC%A3"])
def test_an_accent_after_an_escape_stays_apart(href: str) -> None:
    assert canonical(f"http://a.vn/{href}", BASE) == "http://a.vn/%5B%CC%A3"


@given(st.text(max_size=60))
def test_canonical_never_raises_and_changes_nothing_twice(href: str) -> None:
    once = canonical(href, BASE)
    if once is not None:
        assert once.startswith(("http://", "https://"))
        assert canonical(once, BASE) == once
        assert identity(once)


_PARTS = st.sampled_from(["/", "..", ".", "a", "%2e", "%", "%2", "?", "&", "=", "#", ";", "é", "%C3%A9", "e\u0301", ":",
                          "@", " ", "//", "http:", "%FF", "%00", "+", "(S(a))", ";jsessionid=1", "utm_a=1"])


@given(st.lists(_PARTS, max_size=9).map("".join))
def test_odd_addresses_are_idempotent_too(href: str) -> None:
    once = canonical(href, BASE)
    assert once is None or canonical(once, BASE) == once


@pytest.mark.parametrize(("one", "other"), [
    ("http://www.a.vn/x/", "https://a.vn/x"),
    ("http://a.vn:443/x", "http://a.vn/x"),
    ("http://a.vn/index.php?b=1&a=2", "http://a.vn/?a=2&b=1"),
    ("http://a.vn/x/Default.aspx", "http://a.vn/x/"),
    ("http://a.vn/vi/news/tin/bai-12.html", "http://a.vn/news/tin/bai-12.html"),
    ("http://a.vn/vi/news/print/tin/bai-12.html", "http://a.vn/vi/news/tin/bai-12.html"),
    ("http://a.vn/bai-viet/?print=1", "http://a.vn/bai-viet"),
    ("http://a.vn/tin/pPrintTinTuc.aspx?UrlList=/tin/Lists/ThoiSu&ItemID=12",
     "http://a.vn/tin/Lists/ThoiSu/View_Detail.aspx?ItemID=12"),
    ("http://a.vn/x?id=3&redirect=%2Fy&p_p_id=101&p_p_lifecycle=0&inheritRedirect=false&controlPanelCategory=z",
     "http://a.vn/x?id=3"),
    ("http://a.vn/tin/-/view_content/441-mot-hai.html", "http://a.vn/thong-bao/-/view_content/441-mot"),
    ("http://a.vn/web/guest/a/-/asset_publisher/X1/content/bai",
     "http://a.vn/web/guest/b/-/asset_publisher/Y2/content/bai"),
    ("http://a.vn/de/web/guest/chi-tiet?id=2233&_c=59", "http://a.vn/web/guest/chi-tiet?id=2233"),
    ("http://a.vn/?gd=53&cn=364&tc=3974", "http://a.vn/?tc=3974"),
    ("http://a.vn/Lists/Posts/Post.aspx?CategoryId=2&ItemID=14&PublishedDate=2017-02-28",
     "http://a.vn/lists/posts/post.aspx?ItemId=14"),
    ("http://a.vn/t%c3%a9", "http://a.vn/té"),
    ("http://web.archive.org/web/20170602075743/http://a.vn/x", "http://a.vn/x"),
    ("http://a.vn/index.php?language=vi&nv=news&op=tin-1", "http://a.vn/index.php?nv=news&op=tin-1"),
    ("http://a.vn/tin-1?lang=vi-VN", "http://a.vn/tin-1"),
    ("http://a.vn/tin-1/amp/", "http://a.vn/tin-1"),
    ("http://a.vn/tin-1?amp=1&preview=true&ref=home", "http://a.vn/tin-1"),
    ("http://a.vn//tin//bai-1", "http://a.vn/tin/bai-1"),
    ("http://a.vn/tin-1?_=1520000000123&rand=0.4711", "http://a.vn/tin-1"),
    ("http://a.vn/index.php?option=com_content&view=article&id=5:bai&catid=3&Itemid=9",
     "http://a.vn/index.php?option=com_content&view=article&id=5&Itemid=12"),
])
def test_two_addresses_of_one_posting_are_equal(one: str, other: str) -> None:
    assert identity(one) == identity(other)


@pytest.mark.parametrize(("one", "other"), [
    ("http://a.vn/x?id=3", "http://a.vn/x?id=4"), ("http://a.vn/x?page=1", "http://a.vn/x?page=2"),
    ("http://a.vn/x",
     "http://b.a.vn/x"), ("http://a.vn:81/x", "http://a.vn/x"), ("http://a.vn/x-1", "http://a.vn/x-2"),
    ("http://a.vn/Lists/A/View.aspx?ItemID=1", "http://a.vn/Lists/B/View.aspx?ItemID=1"),
    ("http://a.vn/#!/1",
     "http://a.vn/#!/2"), ("http://a.vn/en", "http://a.vn/"), ("http://a.vn/van-ban?type=1", "http://a.vn/van-ban?type=2"),
    ("http://a.vn/tin?lang=en", "http://a.vn/tin"), ("http://a.vn/tin?t=12", "http://a.vn/tin?t=13"),
    ("http://a.vn/tin?ref=12", "http://a.vn/tin"), ("http://a.vn/amp", "http://a.vn/"),
    ("http://a.vn/?option=com_content&view=category&id=5&limitstart=20",
     "http://a.vn/?option=com_content&view=category&id=5&limitstart=40"),
])
def test_addresses_of_different_things_stay_apart(one: str, other: str) -> None:
    assert identity(one) != identity(other)


def test_a_portal_is_one_host_and_port() -> None:
    assert same_site("https://www.a.gov.vn/x", "http://a.gov.vn/")
    assert same_site("http://a.gov.vn:443/x", "http://a.gov.vn/")
    assert not same_site("http://so.a.gov.vn/", "http://a.gov.vn/")
    assert not same_site("http://127.0.0.1:8001/", "http://127.0.0.1:8002/")
    assert same_site("http://127.0.0.1:8001/x", "http://127.0.0.1:8001/")
    assert not same_site("not an address", "not an address")


@given(st.text(alphabet="ab/?#:@.=&%2F ;'[]đ\\-", max_size=40))
def test_what_is_below_the_host_is_path_and_query(href: str) -> None:
    for address in (canonical(href, BASE), canonical(f"http://a.vn{href}", BASE), canonical(f"//b.vn:81/{href}", BASE)):
        if address is not None:
            parts = urlsplit(address)
            assert below_host(address) == parts.path + ("?" + parts.query if parts.query else "")


def test_nothing_is_below_the_host_of_no_address() -> None:
    assert below_host("") == below_host("tin/a.html") == ""
