# ruff: noqa: E501 (markup reads better in the lines a template would print)
"""Small pages of many families of software, built around invented postings, for the tests of listings.

What belongs here: builders of markup. What does not: assertions (the tests), pages of real portals (never in the
repo).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from pipeline.extraction import read_page
from pipeline.extraction.model import Page, Reading

HOST = "https://so-mau.tinh-mau.test"
FETCHED = datetime(2018, 3, 5, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Post:
    """One invented posting."""

    title: str
    day: date
    slug: str


POSTS = (
    Post("Thông báo lịch tiếp công dân tháng 3 năm 2018 của lãnh đạo Sở", date(2018, 2, 26), "thong-bao-lich-tiep-3"),
    Post("Thông báo lịch tiếp công dân tháng 02 năm 2018", date(2018, 1, 29), "thong-bao-lich-tiep-2"),
    Post("Nội quy tiếp công dân", date(2018, 1, 12), "noi-quy-tiep-cong-dan"),
    Post("Kết quả giải quyết đơn của bà Trần Thị Mẫu, thôn 3, xã Thử Nghiệm", date(2017, 12, 28), "ket-qua-don-ba-mau"),
    Post("Thông báo kết luận buổi tiếp công dân định kỳ ngày 15/12/2017", date(2017, 12, 18), "ket-luan-15-12-2017"),
)
MENU = (("Trang chủ", "/"), ("Giới thiệu", "/gioi-thieu/"), ("Tin tức", "/tin-tuc/"),
        ("Tiếp công dân", "/tiep-cong-dan/"), ("Văn bản", "/van-ban/"), ("Liên hệ", "/lien-he/"))
SIDE = ("Khai mạc giải bóng chuyền chào mừng ngày thành lập ngành", "Hội nghị tổng kết công tác năm của toàn ngành",
        "Tập huấn nghiệp vụ cho cán bộ văn thư các xã, thị trấn")


def read(html: str, path: str = "/tiep-cong-dan/", content_type: str = "text/html; charset=utf-8") -> Reading:
    """Read a page of the invented portal."""
    return read_page(Page(HOST + path, html.encode(), content_type, 200, FETCHED))


def each(build: Callable[[Post], str], posts: tuple[Post, ...] = POSTS) -> str:
    """Join one piece of markup a posting."""
    return "\n".join(build(post) for post in posts)


def dmy(day: date) -> str:
    """Write a date as a portal does."""
    return f"{day:%d/%m/%Y}"


def menu(tag: str = "nav") -> str:
    """Build a main menu."""
    items = "".join(f'<li><a href="{url}">{label}</a></li>' for label, url in MENU)
    return f"<{tag}><ul>{items}</ul></{tag}>"


def side(tag: str = 'aside class="sidebar"', heading: str = "Tin mới") -> str:
    """Build a side block of other postings, dated like the list."""
    items = "".join(f'<li><a href="/tin-tuc/bai-{n}/">{t}</a> <span>0{n + 1}/03/2018</span></li>'
                    for n, t in enumerate(SIDE))
    return f"<{tag}><h3>{heading}</h3><ul>{items}</ul></{tag.split(maxsplit=1)[0]}>"


def page(main: str, before: str = "", after: str = "", head: str = "", title: str = "Tiếp công dân") -> str:
    """Build a whole page around a main part."""
    return (f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{title} - Sở Mẫu</title>{head}</head>'
            f'<body><header><a href="/"><img src="/logo.png" alt="Sở Mẫu"></a>{menu()}</header>{before}{main}{after}'
            '<footer><p>Trang mô phỏng. Cập nhật 05/03/2018</p><a href="/rss.xml">RSS</a></footer></body></html>')


def hugo_papermod() -> str:
    """Build a list whose links are empty overlays with a label."""
    return page('<main class="main"><header class="page-header"><h1>Tiếp công dân</h1></header>' + each(
        lambda p: f'<article class="post-entry"><header class="entry-header"><h2 class="entry-hint-parent">{p.title}</h2>'
        f'</header><div class="entry-content"><p>Văn phòng Sở thông báo để các cá nhân, tổ chức biết và liên hệ.</p></div>'
        f'<footer class="entry-footer"><span title="{p.day}">{dmy(p.day)}</span>&nbsp;·&nbsp;1 phút</footer>'
        f'<a class="entry-link" aria-label="post link to {p.title}" href="/tiep-cong-dan/{p.slug}/"></a></article>')
        + '<footer class="page-footer"><nav class="pagination"><a class="next" href="/tiep-cong-dan/page/2/">Trang sau »'
        '</a></nav></footer></main>')


def jekyll_minima() -> str:
    """Build a list with the date before the heading."""
    return page('<main class="page-content"><div class="wrapper"><h1 class="page-heading">Tiếp công dân</h1>'
                '<ul class="post-list">' + each(
        lambda p: f'<li><span class="post-meta">{dmy(p.day)}</span><h3><a class="post-link" '
        f'href="/{p.day:%Y/%m/%d}/{p.slug}.html">{p.title}</a></h3></li>') + "</ul></div></main>")


def pelican() -> str:
    """Build a list in which every posting's title is an h1."""
    return page('<section id="content" class="body"><ol id="posts-list" class="hfeed">' + each(
        lambda p: f'<li><article class="hentry"><header><h1><a href="/{p.slug}.html" rel="bookmark" '
        f'title="Permalink to {p.title}">{p.title}</a></h1></header><div class="entry-content"><footer class="post-info">'
        f'<abbr class="published" title="{p.day}T08:00:00+07:00">Published: {dmy(p.day)}</abbr>'
        f'<address class="vcard author">By <a class="url fn" href="/author/van-phong.html">Văn phòng</a></address>'
        f'<p>In <a href="/category/tiep-cong-dan.html">Tiếp công dân</a>.</p></footer><p>Tóm tắt nội dung bài.</p>'
        f'<a class="readmore" href="/{p.slug}.html">read more</a></div></article></li>')
        + '</ol><p class="paginator">Page 1 / 2 <a href="/category/tiep-cong-dan2.html">&raquo;</a></p></section>')


def eleventy() -> str:
    """Build a list of links and times."""
    return page('<main id="skip"><h1>Tiếp công dân</h1><ol reversed class="postlist">' + each(
        lambda p: f'<li class="postlist-item"><a href="/bai/{p.slug}/" class="postlist-link">{p.title}</a> '
        f'<time class="postlist-date" datetime="{p.day}">{dmy(p.day)}</time></li>') + "</ol></main>")


def hexo() -> str:
    """Build a blog of full articles with a linked date and a category."""
    return page('<section id="main">' + each(
        lambda p: f'<article class="article article-type-post"><div class="article-meta"><a class="article-date" '
        f'href="/{p.day:%Y/%m/%d}/{p.slug}/"><time datetime="{p.day}T01:00:00.000Z">{p.day}</time></a><div '
        f'class="article-category"><a class="article-category-link" href="/categories/tcd/">Tiếp công dân</a></div></div>'
        f'<div class="article-inner"><header><h1 itemprop="name"><a class="article-title" '
        f'href="/{p.day:%Y/%m/%d}/{p.slug}/">{p.title}</a></h1></header><div class="article-entry"><p>'
        + "Căn cứ kế hoạch công tác, Sở thông báo lịch tiếp công dân để mọi người biết. " * 4
        + "</p></div></div></article>") + '<nav id="page-nav"><span class="page-number current">1</span>'
        '<a class="page-number" href="/page/2/">2</a><a class="extend next" rel="next" href="/page/2/">Next</a></nav>'
        "</section>", after=side('aside id="sidebar"', "recents"), title="Sở Mẫu")


def wordpress_blocks() -> str:
    """Build a query loop of a block theme."""
    return page('<main class="wp-block-group"><h1 class="wp-block-query-title">Tiếp công dân</h1>'
                '<ul class="wp-block-post-template is-layout-flow wp-block-post-template-is-layout-flow">' + each(
        lambda p: f'<li class="wp-block-post post-{p.day:%d} post type-post status-publish"><div class="wp-block-group">'
        f'<figure class="wp-block-post-featured-image"><a href="/{p.slug}/"><img src="a.jpg" alt=""></a></figure>'
        f'<h2 class="wp-block-post-title"><a href="/{p.slug}/" target="_self">{p.title}</a></h2>'
        f'<div class="wp-block-post-date"><time datetime="{p.day}T08:00:00+07:00"><a href="/{p.slug}/">{dmy(p.day)}</a>'
        f'</time></div><div class="wp-block-post-excerpt"><p>Trích nội dung của bài.</p><p><a '
        f'class="wp-block-post-excerpt__more-link" href="/{p.slug}/">Xem thêm</a></p></div></div></li>')
        + '</ul><nav class="wp-block-query-pagination"><a class="wp-block-query-pagination-next" '
        'href="/tiep-cong-dan/?query-3-page=2">Trang sau</a></nav></main>')


def wordpress_classic() -> str:
    """Build a category page of a classic theme with widgets."""
    return page('<div id="content" class="site-content"><div id="primary" class="content-area"><main id="main">'
                '<h1 class="page-title">Danh mục: Tiếp công dân</h1>' + each(
        lambda p: f'<article id="post-1{p.day:%m}" class="post-1 post hentry category-tcd"><header class="entry-header">'
        f'<h2 class="entry-title"><a href="/{p.slug}/" rel="bookmark">{p.title}</a></h2><div class="entry-meta">'
        f'<span class="posted-on"><a href="/{p.slug}/" rel="bookmark"><time class="entry-date published updated" '
        f'datetime="{p.day}T08:00:00+07:00">{dmy(p.day)}</time></a></span><span class="byline"><a class="url fn n" '
        f'href="/author/vp/">Văn phòng</a></span></div></header><div class="entry-summary"><p>Trích.</p></div>'
        f'<footer class="entry-footer"><a href="/category/tiep-cong-dan/" rel="category tag">Tiếp công dân</a>'
        f'</footer></article>') + '<nav class="navigation pagination"><div class="nav-links"><span '
        'class="page-numbers current">1</span><a class="page-numbers" href="/category/tiep-cong-dan/page/2/">2</a>'
        '<a class="next page-numbers" href="/category/tiep-cong-dan/page/2/">Next</a></div></nav></main></div>'
        + side('aside id="secondary" class="widget-area"', "Bài viết mới") + "</div>")


def plone() -> str:
    """Build a summary view with portlets."""
    return page('<div id="main-container"><article id="content"><header><h1 class="documentFirstHeading">Tiếp công dân'
                '</h1></header><div id="content-core"><div class="entries">' + each(
        lambda p: f'<article class="entry"><header><span class="summary"><a class="contenttype-news-item state-published '
        f'url" href="/tiep-cong-dan/{p.slug}">{p.title}</a></span><div class="documentByLine"><span class="documentAuthor">'
        f'by <a href="/author/vp">vp</a></span> — <span class="documentPublished">published <span>{dmy(p.day)}</span>'
        f'</span></div></header><p class="description">Mô tả.</p></article>')
        + '</div><nav class="pagination"><ul><li class="active"><span>1</span></li><li><a '
        'href="/tiep-cong-dan?b_start:int=20">2</a></li></ul></nav></div></article>'
        + side('aside id="portal-column-two"', "Tin mới") + "</div>")


def ghost() -> str:
    """Build cards whose link holds tag, heading and excerpt."""
    return page('<main id="site-main" class="site-main outer"><div class="inner posts"><div class="post-feed">' + each(
        lambda p: f'<article class="post-card post"><a class="post-card-image-link" href="/{p.slug}/"><img alt="{p.title}">'
        f'</a><div class="post-card-content"><a class="post-card-content-link" href="/{p.slug}/"><header '
        f'class="post-card-header"><div class="post-card-tags"><span class="post-card-primary-tag">Tiếp công dân</span></div>'
        f'<h2 class="post-card-title">{p.title}</h2></header><div class="post-card-excerpt">Trích nội dung của bài viết.</div>'
        f'</a><footer class="post-card-meta"><time class="post-card-meta-date" datetime="{p.day}">{dmy(p.day)}</time>'
        f'<span class="post-card-meta-length">1 min read</span></footer></div></article>')
        + '</div><nav class="pagination"><a class="older-posts" href="/page/2/">Older Posts <span>→</span></a></nav></div>'
        "</main>")


def wagtail_bare() -> str:
    """Build bare list items without dates."""
    return page('<main><h1>Tiếp công dân</h1><div class="rich-text"><p>Thông tin về công tác tiếp công dân.</p></div><ul>'
                + each(lambda p: f'<li><a href="/tiep-cong-dan/{p.slug}/">{p.title}</a></li>') + "</ul></main>")


def table_2008() -> str:
    """Build three columns of nested tables without one telling class."""
    rows = each(lambda p: f'<tr><td width="12"><img src="images/bullet.gif"></td><td><a href="chitiet.asp?id={p.day:%m%d}">'
                f'{p.title}</a> <font color="#999999">({dmy(p.day)})</font></td></tr>')
    left = "".join(f'<tr><td><a href="default.asp?muc={n}">{label}</a></td></tr>' for n, (label, _) in enumerate(MENU))
    right = "".join(f'<tr><td><a href="chitiet.asp?id=9{n}">{t}</a> (0{n + 1}/03/2018)</td></tr>'
                    for n, t in enumerate(SIDE))
    return ("<html><head><title>So Mau</title></head><body><table width='1000'><tr><td colspan='3'><img src='banner.jpg'>"
            f"</td></tr><tr><td width='180'><table>{left}</table></td><td width='600'><table><tr><td><b>TIẾP CÔNG DÂN</b>"
            f"</td></tr></table><table>{rows}</table><center>Trang: <b>1</b> <a href='default.asp?muc=3&page=2'>2</a></center>"
            f"</td><td width='220'><table><tr><td><b>Tin mới</b></td></tr>{right}</table></td></tr><tr><td colspan='3'>"
            "Bản quyền thuộc Sở Mẫu</td></tr></table></body></html>")


def aspnet_grid() -> str:
    """Build a grid with headers, attachments and a postback pager inside the page's one form."""
    rows = each(lambda p: f'<tr class="{"r" if p.day.day % 2 else "ralt"}"><td>{p.day:%d}/TB</td><td><a '
                f'href="ViewNews.aspx?ItemID={p.day:%m%d}">{p.title}</a></td><td>{dmy(p.day)}</td>'
                f'<td><a href="/Files/{p.slug}.pdf">Tải về</a></td></tr>')
    pager = "".join(f"<td><a href=\"javascript:__doPostBack('ctl00$grid','Page${n}')\">{n}</a></td>" for n in (2, 3))
    return page('<form method="post" action="./DanhSach.aspx?muc=7" id="aspnetForm"><input type="hidden" name="__VIEWSTATE" '
                'value="abc"><input type="hidden" name="__EVENTTARGET" value=""><input type="hidden" name="__EVENTARGUMENT">'
                '<div id="maincontent"><h2>Tiếp công dân</h2><table class="grid"><tr><th>Số ký hiệu</th><th>Tiêu đề</th><th>'
                f'Ngày đăng</th><th>Tệp</th></tr>{rows}<tr class="pgr"><td colspan="4"><table><tr><td><span>1</span></td>'
                f"{pager}</tr></table></td></tr></table></div></form>")


def liferay() -> str:
    """Build an asset publisher with its iterator."""
    return page('<div id="wrapper"><div id="content"><div class="columns-2" id="main-content"><div class="portlet-layout '
                'row-fluid"><div class="portlet-column span9" id="column-1"><section class="portlet"><header '
                'class="portlet-topper"><h1 class="portlet-title">Tiếp công dân</h1></header><div class="portlet-body">' + each(
        lambda p: f'<div class="asset-abstract"><h3 class="asset-title"><a href="/web/guest/tiep-cong-dan/-/view_content/'
        f'{p.day:%m%d}-{p.slug}">{p.title}</a></h3><div class="metadata">Ngày đăng {dmy(p.day)} | 08:15 AM | Lượt xem: 12</div>'
        f'<div class="asset-summary">Ngày 01/01/2018, Sở Mẫu đã ban hành văn bản về việc tổ chức tiếp công dân của lãnh đạo Sở '
        f'trong thời gian tới tại trụ sở.</div></div>') + '<div class="taglib-page-iterator"><ul class="pager lfr-pagination">'
        '<li><a href="/web/guest/tiep-cong-dan?p_p_id=101_X&_101_X_cur=2">2</a></li></ul></div></div></section></div>'
        '<div class="portlet-column span3" id="column-2">' + side("div", "Thông báo") + "</div></div></div></div></div>")


def nukeviet() -> str:
    """Build a list with thumbnails and view counts."""
    return page('<section><div class="container" id="body"><div class="row"><div class="col-sm-16 col-md-18"><div '
                'class="news_column">' + each(
        lambda p: f'<div class="panel panel-default clearfix"><div class="panel-body"><a href="/vi/news/tcd/{p.slug}-{p.day:%d}.html"'
        f' title="{p.title}"><img alt="{p.title}" src="t.jpg"></a><h3><a href="/vi/news/tcd/{p.slug}-{p.day:%d}.html" '
        f'title="{p.title}">{p.title[:24]}...</a></h3><div class="text-muted"><ul class="list-unstyled list-inline"><li>'
        f'{dmy(p.day)} 08:15:00 AM</li><li>Đã xem: 1204</li><li>Phản hồi: 0</li></ul></div>Tóm tắt của bài.</div></div>')
        + '<div class="text-center"><ul class="pagination"><li class="active"><a href="#">1</a></li><li><a '
        'href="/vi/news/tcd/page-2/">2</a></li></ul></div></div></div><div class="col-sm-8 col-md-6">'
        + side("div class='panel'", "Tin xem nhiều") + "</div></div></div></section>")


def joomla_table() -> str:
    """Build a category table."""
    return page('<div class="container"><main class="col-md-9"><div class="category-list"><h1>Tiếp công dân</h1><form '
                'action="/tiep-cong-dan" method="post"><table class="category table"><thead><tr><th>Tiêu đề</th><th>Ngày xuất '
                "bản</th><th>Tác giả</th><th>Lượt xem</th></tr></thead><tbody>" + each(
        lambda p: f'<tr class="cat-list-row0"><td class="list-title"><a href="/tiep-cong-dan/{p.day:%d}-{p.slug}">{p.title}</a>'
        f'</td><td class="list-date small">{dmy(p.day)}</td><td class="list-author">Văn phòng</td><td>12</td></tr>')
        + '</tbody></table><div class="pagination"><a href="/tiep-cong-dan?start=10">Tiếp</a></div></form></div></main></div>')


def drupal_views() -> str:
    """Build rows of fields and a pager that counts from zero."""
    return page('<div role="main" class="main-container"><h1 class="page-header">Tiếp công dân</h1><div class="view">'
                '<div class="view-content">' + each(
        lambda p: f'<div class="views-row"><div class="views-field views-field-created"><span class="field-content">{dmy(p.day)} '
        f'- 08:15</span></div><div class="views-field views-field-title"><span class="field-content"><a href="/node/{p.day:%m%d}">'
        f'{p.title}</a></span></div></div>') + '</div><ul class="pager"><li class="pager-current">1</li><li class="pager-item">'
        '<a href="/tiep-cong-dan?page=1">2</a></li><li class="pager-next"><a href="/tiep-cong-dan?page=1">next ›</a></li></ul>'
        "</div></div>")


def definition_list() -> str:
    """Build terms and definitions."""
    return page('<div id="content"><h2>Tiếp công dân</h2><dl>' + each(
        lambda p: f'<dt><a href="/tin/{p.slug}">{p.title}</a></dt><dd>Ngày đăng: {dmy(p.day)}</dd><dd>Tóm tắt của bài.</dd>')
        + "</dl></div>")


def flat_lines() -> str:
    """Build dates and links on lines of one cell, the date first."""
    return page('<table width="100%"><tr><td><p align="center"><b>TIẾP CÔNG DÂN</b></p>' + each(
        lambda p: f'<span>{dmy(p.day)}</span> <a href="xem.php?tin={p.day:%m%d}">{p.title}</a><br>') + "</td></tr></table>")


def flat_siblings() -> str:
    """Build headings, dates and paragraphs side by side without a box a record."""
    return page("<main><h1>Tiếp công dân</h1>" + each(
        lambda p: f'<h2><a href="/p/{p.slug}.html">{p.title}</a></h2><p class="date">{dmy(p.day)}</p><p>Tóm tắt của bài viết này.'
        "</p>") + "</main>")


def cards_without_title_link() -> str:
    """Build cards whose only link says `Xem chi tiết`."""
    return page('<main><h1>Tiếp công dân</h1><div class="grid">' + each(
        lambda p: f'<div class="card"><h3>{p.title}</h3><p class="meta">{dmy(p.day)}</p><a class="btn" href="/tin/{p.slug}">Xem chi '
        "tiết</a></div>") + "</div></main>")


def badge_dates() -> str:
    """Build rows whose date is a badge of two lines."""
    return page('<div class="row"><div class="col-md-8"><h2>Tiếp công dân</h2>' + each(
        lambda p: f'<div class="event"><div class="badge"><span class="day">{p.day:%d}</span><span class="my">{p.day:%m/%Y}</span></div>'
        f'<div class="info"><a href="/su-kien/{p.slug}">{p.title}</a></div></div>') + '</div><div class="col-md-4">'
        + side("div", "Tin đọc nhiều") + "</div></div>")


def anchors_around_cards() -> str:
    """Build cards that are one link each."""
    return page('<main><section class="py-8"><h1>Tiếp công dân</h1><div class="grid grid-cols-3">' + each(
        lambda p: f'<a class="block" href="/bai-viet/{p.slug}"><img src="x.jpg" alt=""><p class="text-sm">{dmy(p.day)}</p><p '
        f'class="font-bold">{p.title}</p></a>') + "</div></section></main>")


def documents() -> str:
    """Build a table of documents whose link stands on the number."""
    return page('<div id="content"><h2>Văn bản tiếp công dân</h2><table><thead><tr><th>STT</th><th>Số ký hiệu</th><th>Trích yếu'
                "</th><th>Ngày ban hành</th></tr></thead><tbody>" + each(
        lambda p: f'<tr><td>1</td><td><a href="/vb/{p.day:%m%d}">{p.day:%d}/TB-SM</a></td><td>{p.title}</td><td>{dmy(p.day)}</td></tr>')
        + "</tbody></table></div>")


FAMILIES: dict[str, Callable[[], str]] = {f.__name__: f for f in (
    hugo_papermod, jekyll_minima, pelican, eleventy, hexo, wordpress_blocks, wordpress_classic, plone, ghost,
    table_2008, aspnet_grid, liferay, nukeviet, joomla_table, drupal_views, definition_list, flat_lines,
    flat_siblings, cards_without_title_link, badge_dates, anchors_around_cards)}
