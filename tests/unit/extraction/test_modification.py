"""Where a posting shows when it was made and when it was changed, it was posted when it was made."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipeline.extraction.dates import is_date_only, row_date
from pipeline.extraction.model import DateSource
from tests.unit.extraction.markup import POSTS, Post, each, page, read

FETCHED = datetime(2018, 3, 5, 3, 0, tzinfo=UTC)
CHANGED = "2018-03-01"
TITLE = "Kết quả tiếp công dân tháng 11 năm 2017"
BODY = "<p>" + "Giám đốc Sở tiếp công dân và ghi nhận các ý kiến, giao các phòng trả lời đúng hạn. " * 5 + "</p>"

MADE_AND_CHANGED = {
    "labels beside": "<span>Tạo lúc</span> <time>{day}</time> <span>Chỉnh sửa vào</span> <time>{changed}</time>",
    "the change first": "<span>Chỉnh sửa vào</span> <time>{changed}</time> <span>Tạo lúc</span> <time>{day}</time>",
    "itemprop alone": "<time itemprop='dateModified'>{changed}</time> <time itemprop='datePublished'>{day}</time>",
    "itemprop of a part": "<span itemprop='dateModified'>{changed}</span> <span itemprop='dateCreated'>{day}</span>",
    "titles of times": (
        "<time title='Được thay đổi: {changed}'>{changed}</time> <time title='Được tạo: {day}'>{day}</time>"),
    "classes of times": "<time class='updated'>{changed}</time> <time class='published'>{day}</time>",
    "labels in a line": "<p>Thay đổi lúc: {changed} | Tạo lúc: {day}</p>",
    "a worded label": "<span>last modified</span> <span>{changed}</span> <span>published</span> <span>{day}</span>",
    "classes of parts": (
        "<span class='post-update-date'>{changed} 09:00</span> <span class='post-create-date'>{day} 08:00</span>"),
    "data of a part": "<span data-updated='{changed}'>{changed}</span> <span>{day}</span>",
    "two clocks in a line, the posting first": "<span>{day} 08:00:00</span> <span>{changed} 09:00:00</span>",
    "English": "<span>Edited on</span> <time>{changed}</time> <span>Created on</span> <time>{day}</time>",
}


@pytest.mark.parametrize("meta", MADE_AND_CHANGED.values(), ids=MADE_AND_CHANGED.keys())
def test_an_article_is_posted_when_it_was_made(meta: str) -> None:
    shown = meta.format(day="2017-12-02", changed=CHANGED)
    main = f"<main><article><h1>{TITLE}</h1><div class='meta'>{shown}</div>{BODY}</article></main>"
    article = read(page(main, title=TITLE), "/ket-qua/thang-11.html").article
    assert article is not None
    assert (article.displayed_on, article.posted_on_source) == (date(2017, 12, 2), DateSource.ARTICLE)


@pytest.mark.parametrize("meta", MADE_AND_CHANGED.values(), ids=MADE_AND_CHANGED.keys())
def test_a_row_is_posted_when_it_was_made(meta: str) -> None:
    def row(post: Post) -> str:
        shown = meta.format(day=post.day.isoformat(), changed=CHANGED)
        return f"<article><h2><a href='/tin/{post.slug}'>{post.title}</a></h2><div>{shown}</div></article>"

    rows = read(page(f"<main><h1>Tiếp công dân</h1>{each(row)}</main>"), "/tin/").rows
    assert [(r.title, r.displayed_on) for r in rows] == [(p.title, p.day) for p in POSTS]


def test_a_change_that_stands_alone_is_read_as_one() -> None:
    def row(post: Post) -> str:
        return (f"<li><a href='/tin/{post.slug}'>{post.title}</a> "
                f"<time itemprop='dateModified' datetime='{post.day}'>{post.day}</time></li>")

    rows = read(page(f"<main><h1>Tiếp công dân</h1><ul>{each(row)}</ul></main>"), "/tin/").rows
    assert {r.posted_on_source for r in rows} == {DateSource.MODIFIED}


def test_of_times_for_machines_a_row_takes_the_posting() -> None:
    def row(post: Post) -> str:
        return (f"<li><a href='/tin/{post.slug}'>{post.title}</a> <time class='updated' datetime='{CHANGED}'></time>"
                f"<time datetime='{post.day}'></time></li>")

    rows = read(page(f"<main><h1>Tiếp công dân</h1><ul>{each(row)}</ul></main>"), "/tin/").rows
    assert [(r.posted_on, r.displayed_on) for r in rows] == [(p.day, None) for p in POSTS]


@pytest.mark.parametrize("text", [
    "Thay đổi vào: 01/03/2018", "Được thay đổi 01/03/2018", "Chỉnh sửa lúc 08:00 01/03/2018", "Sửa đổi 01/03/2018",
    "Chỉnh sửa cuối: 01/03/2018", "Cập nhật cuối 01/03/2018", "Last modified on 01/03/2018", "Edited: 01/03/2018",
])
def test_words_of_change_make_a_modification(text: str) -> None:
    reading = row_date([text], FETCHED)
    assert reading is not None
    assert (reading.day, reading.source) == (date(2018, 3, 1), DateSource.MODIFIED)
    assert is_date_only(text)


@pytest.mark.parametrize("text", ["Lớp đào tạo 01/03/2018 tại huyện Mẫu Sơn do Sở Mẫu chủ trì và mời các phòng"])
def test_words_that_end_like_a_label_are_none(text: str) -> None:
    assert row_date([text], FETCHED) is None


def test_what_is_said_to_have_been_updated_without_a_day_dates_nothing() -> None:
    meta = "<time datetime='2017-12-02' pubdate data-updated='true'>02/12/2017</time>"
    article = read(page(f"<main><h1>{TITLE}</h1>{meta}{BODY}</main>", title=TITLE), "/ket-qua/thang-11.html").article
    assert article is not None
    assert (article.displayed_on, article.posted_on_source) == (date(2017, 12, 2), DateSource.ARTICLE)


def test_labels_behind_their_dates_are_told_apart_by_what_machines_are_told() -> None:
    meta = "<span>2017-12-02 08:00 <i>Created</i></span> <span>2018-03-01 09:00 <i>Updated</i></span>"
    head = ('<meta property="article:published_time" content="2017-12-02T01:00:00Z">'
            '<meta property="article:modified_time" content="2018-03-01T02:00:00Z">')
    html = page(f"<main><article><h1>{TITLE}</h1><div>{meta}</div>{BODY}</article></main>", title=TITLE)
    article = read(html.replace("</head>", f"{head}</head>"), "/ket-qua/thang-11.html").article
    assert article is not None
    assert (article.displayed_on, article.posted_on) == (date(2017, 12, 2), date(2017, 12, 2))
