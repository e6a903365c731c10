"""A posting's own page, in the markup of many systems: title, displayed date, text, files."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipeline.extraction.article import main_region, read_article
from pipeline.extraction.decode import decode
from pipeline.extraction.model import Article, DateSource
from pipeline.text import key
from tests.unit.extraction.markup import page, read

FETCHED = datetime(2018, 3, 5, 3, 0, tzinfo=UTC)
URL = "http://huyen-mau.test/bai-viet"
TITLE = "Thông báo lịch tiếp công dân tháng 02/2018"
FEBRUARY_5 = date(2018, 2, 5)
CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "pages"

_TEXT = (
    "<p>Thực hiện Luật Tiếp công dân năm 2013, Ủy ban nhân dân huyện thông báo lịch tiếp công dân định kỳ "
    "của lãnh đạo "
    "huyện, ngày 15/02/2018 tại trụ sở, cho các cơ quan và công dân được biết.</p>"
    "<p>Đề nghị các cơ quan, đơn vị, cá nhân có liên quan biết và thực hiện theo đúng thời gian nêu trên.</p>"
)
_HEADER = (
    '<header><a href="/"><h1 class="site-title">UBND huyện Mẫu Sơn</h1></a><nav><ul><li><a href="/a">Trang '
    'chủ</a></li>'
    '<li><a href="/b">Tin tức</a></li></ul></nav><div id="clock">Thứ Hai, 05/03/2018 10:00</div></header>'
)
_FOOTER = "<footer>Bản quyền 2018. Cập nhật 01/01/2017. Lượt truy cập: 1234</footer>"
_SIDE = (
    '<aside class="sidebar"><h3>Tin mới</h3><ul><li><a href="/x1">Tin số một của huyện nhà</a> 04/03/2018</li>'
    '<li><a href="/x2">Tin số hai của huyện nhà</a> 03/03/2018</li></ul></aside>'
)


def _page(main: str, head: str = f"<title>{TITLE} - UBND huyện Mẫu Sơn</title>") -> str:
    return f"<html><head>{head}</head><body>{_HEADER}{main}{_SIDE}{_FOOTER}</body></html>"


def _read(html: str, url: str = URL, hint: str = "") -> Article:
    article = read_article(LexborHTMLParser(html), url, hint, FETCHED)
    assert article is not None
    return article


SYSTEMS = {
    "WordPress": (
        '<main><article><header class="entry-header"><h1 class="entry-title">{title}</h1><div '
    'class="entry-meta">'
        '<span class="posted-on"><time class="entry-date published" '
        'datetime="2018-02-05T08:15:00+07:00">Tháng Hai 5, '
        '2018</time><time class="updated" datetime="2018-03-01T00:00:00+07:00">Tháng Ba 1, 2018'
        '</time></span></div>'
        '</header><div class="entry-content">{text}</div></article></main>'
    ),
    "Drupal": (
        '<div id="content"><h1 class="page-title">{title}</h1><div class="node"><div '
    'class="submitted">Submitted by admin '
        'on Mon, 02/05/2018 - 08:15</div>{text}</div></div>'
    ),
    "Joomla": (
        '<div class="item-page"><h2 itemprop="headline">{title}</h2><dl class="article-info"><dt>Chi tiết</dt>'
        '<dd>Được đăng: 05 Tháng 2 2018</dd><dd>Lượt xem: 35</dd></dl>{text}</div>'
    ),
    "NukeViet": (
        '<div class="news_column"><h1 class="title">{title}</h1><em>Thứ hai - 05/02/2018 08:15</em>{text}</div>'
        '<div class="news_column"><p>Những tin cũ hơn</p><ul><li><a href="/1">Tin cũ thứ nhất của huyện</a> '
        '(01/02/2018)</li><li><a href="/2">Tin cũ thứ hai của huyện</a> (31/01/2018)</li></ul></div>'
    ),
    "Hugo": (
        '<div class="main"><article><h1>{title}</h1><p class="meta">February 5, 2018 · 2 min · Admin'
        '</p>{text}</article></div>'
    ),
    "Pelican": (
        '<section id="content"><header><h2 class="entry-title"><a href="/bai-viet" rel="bookmark">{title}'
        '</a></h2></header>'
        '<footer class="post-info"><time class="published" datetime="2018-02-05T00:00:00+07:00">Mon 05 '
        'February 2018</time>'
        '</footer><div class="entry-content">{text}</div></section>'
    ),
    "Ghost": (
        '<main><article><header><span>Tin</span><h1>{title}</h1><div><h4>Admin</h4><time '
        'datetime="2018-02-05">Feb 5, 2018'
        '</time> <span>— 1 min read</span></div></header><section>{text}</section></article></main>'
    ),
    "Plone": (
        '<div id="content"><h1 class="documentFirstHeading">{title}</h1><div><span>by admin</span> — <span>published '
        '2018/02/05 08:15:00 GMT+7</span>, <span>last modified 2018-03-01</span></div><div>{text}</div></div>'
    ),
    "SharePoint": (
        '<div class="part"><table><tr><td class="FolderTitle">Kết quả</td><td class="Time">(05.02.2018 '
        '16:32)</td></tr></table><table><tr>'
        '<td><p class="Title">{title}</p></td></tr><tr><td>{text}</td></tr></table></div>'
    ),
    "Liferay": (
        '<div class="asset-full-content"><h3 class="asset-title">{title}</h3><div class="meta">Publish date '
        '05/02/2018 | '
        '10:38 AM | View count: 2171</div><div class="journal-content-article">{text}</div></div>'
    ),
    "signed below": (
        '<div class="ct"><div class="tieude">{title}</div><div>{text}</div><div>Ngày đăng: 05/02/2018</div></div>'
    ),
    "table of 2008": (
        '<table width="100%"><tr><td width="20%"><a href="/1">Giới thiệu</a><br><a href="/2">Tin tức</a></td>'
        '<td width="80%"><font size="4"><b>{title}</b></font><br><i>(05/02/2018)</i><br>{text}</td></tr></table>'
    ),
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_title_displayed_date_and_text_are_read_in_every_markup(system: str) -> None:
    article = _read(_page(SYSTEMS[system].format(title=TITLE, text=_TEXT)))
    assert article.title == TITLE
    assert (article.displayed_on, article.posted_on) == (FEBRUARY_5, FEBRUARY_5)
    assert article.posted_on_source is DateSource.ARTICLE
    assert "Thực hiện Luật Tiếp công dân" in article.text
    assert "đúng thời gian nêu trên." in article.text
    for foreign in ("Bản quyền", "Tin số một", "Tin cũ thứ nhất", "Trang chủ"):
        assert foreign not in article.text


@pytest.mark.parametrize("system", ["Joomla", "SharePoint", "signed below", "table of 2008", "NukeViet"])
def test_the_title_is_found_where_the_head_says_nothing(system: str) -> None:
    article = _read(_page(SYSTEMS[system].format(title=TITLE, text=_TEXT), head="<title>UBND huyện Mẫu Sơn</title>"))
    assert (article.title, article.displayed_on) == (TITLE, FEBRUARY_5)


def test_a_date_of_metadata_is_not_displayed() -> None:
    head = f'<title>{TITLE}</title><meta property="article:published_time" content="2018-01-31T18:15:00Z">'
    article = _read(_page(f"<main><h1>{TITLE}</h1>{_TEXT}</main>", head))
    assert (article.displayed_on, article.posted_on) == (None, date(2018, 2, 1))
    assert article.posted_on_source is DateSource.METADATA


def test_a_time_element_that_shows_nothing_is_metadata() -> None:
    article = _read(_page(f'<main><h1>{TITLE}</h1><time datetime="2018-02-05"></time>{_TEXT}</main>'))
    assert (article.displayed_on, article.posted_on_source) == (None, DateSource.METADATA)


def test_json_ld_gives_publication_before_modification() -> None:
    data = {"@context": "x", "@graph": [{"@type": "WebSite", "name": "UBND"}, {
        "@type": "NewsArticle", "headline": TITLE, "dateModified": "2018-03-01",
        "datePublished": "2018-02-05T08:00:00+07:00"}]}
    head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    article = _read(_page(f"<main><h1>{TITLE}</h1>{_TEXT}</main>", head))
    assert (article.posted_on, article.posted_on_source) == (FEBRUARY_5, DateSource.METADATA)


def test_a_displayed_modification_gives_way_to_a_publication_and_stands_alone_otherwise() -> None:
    body = f"<main><h1>{TITLE}</h1><div>Ngày cập nhật: 01/03/2018</div>{_TEXT}</main>"
    alone = _read(_page(body))
    assert (alone.displayed_on, alone.posted_on_source) == (date(2018, 3, 1), DateSource.MODIFIED)
    told = _read(_page(body, '<meta property="article:published_time" content="2018-02-05T08:00:00+07:00">'))
    assert (told.displayed_on, told.posted_on) == (date(2018, 3, 1), FEBRUARY_5)
    assert told.posted_on_source is DateSource.METADATA


def test_the_address_is_the_last_source() -> None:
    article = _read(_page(f"<main><h1>{TITLE}</h1>{_TEXT}</main>"), "http://huyen-mau.test/2018/02/05/bai/")
    assert (article.displayed_on, article.posted_on_source) == (None, DateSource.ADDRESS)


def test_clocks_footers_documents_and_sessions_give_no_date() -> None:
    head = "<p>Số: 12/TB-UBND</p><p>Mẫu Sơn, ngày 02 tháng 02 năm 2018</p>"
    article = _read(_page(f"<main><h1>{TITLE}</h1>{head}{_TEXT}</main>"))
    assert (article.displayed_on, article.posted_on) == (None, None)
    assert (article.document_number, article.document_type) == ("12/TB-UBND", "TB")


def test_an_impossible_displayed_date_is_kept_for_review() -> None:
    article = _read(_page(f'<main><h1>{TITLE}</h1><div class="date">31/02/2018</div>{_TEXT}</main>'))
    assert (article.displayed_on, article.posted_on, article.implausible_date) == (None, None, "31/02/2018")


def test_files_of_the_posting_are_its_own() -> None:
    article = _read(_page(
        f'<main><h1>{TITLE}</h1><div>05/02/2018</div>{_TEXT}<p>Xem <a href="/upload/tb 12.pdf">tại đây</a></p>'
        '<h4>Tin liên quan</h4>'
        '<ul><li><a href="/upload/khac.pdf">Thông báo khác của huyện nhà năm trước</a></li></ul></main>'))
    (file,) = article.attachments
    assert (file.url, file.label) == ("http://huyen-mau.test/upload/tb%2012.pdf", "tb 12.pdf")


def test_a_posting_may_be_nothing_but_a_file_or_a_picture() -> None:
    file = _read(_page(f'<main><h1>{TITLE}</h1><p>Xem <a href="/tb.pdf">tại đây</a></p></main>'))
    assert len(file.attachments) == 1
    picture = _read(_page(f'<main><h1>{TITLE}</h1><div>05/02/2018</div><img src="/scan.jpg"></main>'))
    assert (picture.displayed_on, picture.text) == (FEBRUARY_5, "")


def test_breadcrumbs_are_the_path_of_sections() -> None:
    article = _read(_page('<div class="breadcrumb"><a href="/">Trang chủ</a> » <a href="/t">Tiếp công dân</a> » '
                          f"<span>{TITLE}</span></div><main><h1>{TITLE}</h1>{_TEXT}</main>"))
    assert article.section_path == ("Tiếp công dân",)


def test_the_title_of_the_list_finds_the_title_on_the_page() -> None:
    page = f"<html><body><div><span>{TITLE}</span><br>{_TEXT}</div></body></html>"
    assert _read(page, hint=TITLE).title == TITLE


def test_the_text_is_bounded_and_menus_are_out_of_the_region() -> None:
    html = _page(f"<main><h1>{TITLE}</h1>{'<p>Một đoạn văn của bài viết này khá dài.</p>' * 2000}</main>")
    assert len(_read(html).text) == 20_000
    assert "Bản quyền" not in main_region(LexborHTMLParser(html)).text()


@pytest.mark.parametrize("html", [
    "", "<html></html>", "<h1>Liên hệ</h1>",
    "<title>T</title><ul><li><a href=/1>Một tin dài của huyện nhà</a></li></ul>",
    "<div>" * 3000, "<h1></h1><p></p>", "<table><tr><td>", "\x00", "<time datetime='x'>",
])
def test_pages_without_a_posting_give_none(html: str) -> None:
    assert read_article(LexborHTMLParser(html), URL, "", FETCHED) is None


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of real pages is not here")
def test_real_pages_of_postings_are_read_as_labelled() -> None:
    for line in (CORPUS / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        page = json.loads(line)
        if not page["article"]:
            continue
        html = decode((CORPUS / page["file"]).read_bytes(), "")
        article = read_article(LexborHTMLParser(html), page["page_url"], "", datetime(2026, 6, 1, tzinfo=UTC))
        assert article is not None, page["file"]
        assert key(article.title) == key(page["article"]["title"])
        assert (article.displayed_on and article.displayed_on.isoformat()) == page["article"]["date_iso"]
        assert len(article.attachments) == len(page["article"]["attachments"])


def test_a_weekday_with_the_day_of_the_fetch_above_the_title_is_a_clock() -> None:
    page = (
        "<body><p>Trang chủ</p><div><p>Thứ sáu, ngày 05/01/2018</p><h2>Nội quy tiếp công dân của Sở</h2>"
        "<p>Công dân đến nơi tiếp công dân phải xuất trình giấy tờ tùy thân, tuân thủ nội quy.</p></div></body>"
    )
    same_day = read_article(LexborHTMLParser(page), "http://x.test/a", "", datetime(2018, 1, 5, 10, tzinfo=UTC))
    later = read_article(LexborHTMLParser(page), "http://x.test/a", "", datetime(2018, 1, 9, 10, tzinfo=UTC))
    assert same_day is not None and same_day.displayed_on is None
    assert later is not None and later.displayed_on == date(2018, 1, 5)


def test_the_way_to_an_empty_section_is_no_text_of_a_posting() -> None:
    page = (
        "<body><table><tr><td><font size=1><a href='index.php'>Trang chủ</a> &gt;&gt; Công dân &gt;&gt; "
        "Quy chế tiếp công dân</font><br><font size=3><b>Quy chế tiếp công dân</b></font><br></td></tr></table></body>"
    )
    assert read_article(LexborHTMLParser(page), "http://x.test/l", "", datetime(2018, 1, 5, 10, tzinfo=UTC)) is None


_LEAD = (
    "Sáng ngày 02/02/2018, tại trụ sở tiếp công dân của huyện, lãnh đạo Ủy ban nhân dân huyện đã tiếp các hộ dân có "
    "kiến nghị về bồi thường, hỗ trợ khi Nhà nước thu hồi đất làm đường."
)


@pytest.mark.parametrize("line", ["05/02/2018", "Thứ hai, 05/02/2018 08:15", "Ngày đăng: 05/02/2018 08:15",
                                  "Nguyễn Văn An, 05/02/2018 08:15", "Tác giả: Ban biên tập - 05/02/2018"])
def test_a_date_between_the_lead_and_the_text_is_the_postings(line: str) -> None:
    main = f"<main><h1>{TITLE}</h1><p class='sapo'>{_LEAD}</p><div>{line}</div><div>{_TEXT}</div></main>"
    assert _read(_page(main)).displayed_on == FEBRUARY_5


@pytest.mark.parametrize(
    "body",
    [
        "<h4>Thứ hai, 05/02/2018</h4><p>{text}</p><h4>Thứ ba, 06/02/2018</h4><p>{text}</p>",
        "<table><tr><td>05/02/2018</td><td>{text}</td></tr></table>",
        "<p>{text}</p><p>05/02/2018</p>",
    ],
)
def test_dates_in_a_text_are_not_the_date_under_its_lead(body: str) -> None:
    main = f"<main><h1>{TITLE}</h1><p>{_LEAD}</p>{body.format(text=_LEAD)}</main>"
    assert _read(_page(main)).displayed_on is None


def test_a_part_with_title_and_lead_alone_is_not_the_whole_posting() -> None:
    text = _TEXT.replace("<p>", '<p class="x">') * 3
    main = (
        f'<div class="detail"><div class="head"><h1>{TITLE}</h1><p class="sapo">{_LEAD}</p></div><div class="body">'
        f'<div>{text}</div><p><a href="/tep/lich.pdf">Tải về</a></p></div></div>'
    )
    article = _read(_page(main))
    assert "Đề nghị các cơ quan" in article.text
    assert [file.url for file in article.attachments] == ["http://huyen-mau.test/tep/lich.pdf"]


def test_a_part_with_title_and_lead_does_not_take_the_lists_beside_it() -> None:
    others = "".join(
        f'<div><h3><a href="/tin/{n}">Tin số {n} của huyện nhà về công tác tiếp dân</a></h3><p>{_LEAD}</p></div>'
        for n in range(4)
    )
    main = f"<div><div><h1>{TITLE}</h1><p>{_LEAD}</p></div><div>{others}</div></div>"
    assert "Tin số 3" not in _read(_page(main)).text


def test_a_title_is_read_without_the_text_that_its_cell_holds() -> None:
    main = (
        f'<table><tr><td class="gtTitle"><div><p>{TITLE}</p></div><div><p>Xem chi tiết <a href="/tep/lich.pdf">tại đây'
        "</a></p></div></td></tr></table>"
    )
    head, url = "<title>Trang chủ - UBND huyện Mẫu Sơn</title>", "http://x.test/thong-bao-lich-tiep-cong-dan-thang-02"
    article = _read(_page(main, head), url)
    assert key(article.title) == key(TITLE)
    assert [file.url for file in article.attachments] == ["http://x.test/tep/lich.pdf"]


def test_a_day_that_the_page_also_tells_machines_is_no_clock() -> None:
    line = "<div><span>Thứ hai, 05/03/2018, 09:25 (GMT+7)</span></div>"
    head = f'<title>{TITLE}</title><meta property="article:published_time" content="2018-03-05T09:25:00+07:00">'
    main = f"<main>{line}<h1>{TITLE}</h1>{_TEXT}</main>"
    assert _read(_page(main, head)).displayed_on == date(2018, 3, 5)
    assert _read(_page(main)).displayed_on is None


@pytest.mark.parametrize("heading", ["Liên kết Website", "Số lượt đang online", "Thống kê truy cập"])
def test_the_heading_of_a_widget_names_no_posting(heading: str) -> None:
    main = f"<div><div>{_TEXT * 3}</div><div><b>{heading}</b></div></div>"
    head = "<title>Trang chủ - UBND huyện Mẫu Sơn</title>"
    assert read_article(LexborHTMLParser(_page(main, head)), URL, heading, FETCHED) is None


def test_a_date_in_a_part_that_themes_hide_is_not_displayed() -> None:
    hidden = '<span class="updated rich-snippet-hidden">2018-02-06T11:48:18+07:00</span>'
    text = "Giám đốc Sở tiếp công dân định kỳ hằng tháng. " * 5
    article = _read(_page(f"<h1>{TITLE}</h1>{hidden}<p>{text}</p>"))
    assert article.displayed_on is None


def test_a_line_with_the_way_and_the_time_of_posting_is_no_menu() -> None:
    title = "Thông báo kết luận buổi tiếp công dân tháng 02 năm 2018"
    meta = ("<div class='top bread-nav'><div id='breadcrumb'><a href='/'>Trang chủ</a> <a href='/tb/'>Tin</a></div>"
            "<div>Đăng ngày: <time datetime='2018-02-02T01:00:00Z'>02/02/2018</time></div></div>")
    body = "<p>" + "Giám đốc Sở tiếp công dân và giao các phòng trả lời đúng hạn. " * 6 + "</p>"
    article = read(page(f"<main>{meta}<h1>{title}</h1>{body}</main>", title=title), "/tb/ket-luan.html").article
    assert article is not None
    assert (article.title, article.displayed_on) == (title, date(2018, 2, 2))


def test_the_sections_that_a_posting_is_filed_under_do_not_end_it_before_its_text() -> None:
    title = "Kết quả giải quyết đơn thư khiếu nại quý 1 năm 2016"
    links = "".join(f"<li><a href='/{n}/'>{label}</a></li>" for n, label in enumerate(
        ("Công khai thông tin của Sở", "Công tác tiếp công dân", *2 * ("Kết quả giải quyết đơn thư",))))
    body = "<p>" + "Giám đốc Sở tiếp công dân và giao các phòng trả lời đúng hạn. " * 6 + "</p>"
    html = page(f"<main><h1>{title}</h1><p>24/03/2016</p><ul>{links}</ul>{body}</main>", title=title)
    article = read(html, "/2016/ket-qua.html").article
    assert article is not None
    assert (article.title, article.displayed_on, "đúng hạn" in article.text) == (title, date(2016, 3, 24), True)
