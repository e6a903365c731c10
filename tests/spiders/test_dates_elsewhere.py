"""Lists that show a visitor no dates: what their software tells machines, landed and read again from captures."""

from __future__ import annotations

import json
from datetime import date

from tests.spiders.conftest import Crawl
from tests.spiders.site import Answer, Site
from tests.spiders.test_posted_files import observed, page

HEAD = '<link rel="alternate" title="JSON" type="application/json" href="/wp-json/wp/v2/categories/5">'
TITLES = [f"Thông báo kết quả tiếp công dân tháng {n:02} năm 2017" for n in range(1, 13)]


def open_office(site: Site) -> str:
    """A list without dates, whose postings' own pages show none; the data of its category tell them."""
    text = f"<p>{'Giám đốc Sở tiếp công dân tại trụ sở của Sở. ' * 12}</p>"
    rows = "".join(f'<li class="wp-block-post"><h3><a href="/kq-{n}/">{title}</a></h3></li>'
                   for n, title in enumerate(TITLES))
    site.page("so.test/", page(f"<h1>Sở</h1>{text}"))
    site.page("so.test/tiep-dan", page(f"<h1>Tiếp công dân</h1><ul>{rows}</ul>").replace("</head>", f"{HEAD}</head>"))
    for n, title in enumerate(TITLES):
        site.page(f"so.test/kq-{n}/", page(f"<h1>{title}</h1>{text}"))
    posts = [{"link": f"http://so.test/kq-{n}/", "title": {"rendered": title}, "date": f"2017-{n + 1:02}-20T08:00:00"}
             for n, title in enumerate(TITLES)]
    site.routes["so.test/wp-json/wp/v2/posts"] = Answer(
        json.dumps(posts).encode(), headers={"Content-Type": "application/json; charset=UTF-8"})
    return "http://so.test/"


def test_the_data_of_a_category_date_the_whole_list(crawl: Crawl, site: Site) -> None:
    crawl.run(crawl.job(open_office(site)))
    rows = observed(crawl).posting_sighting
    told = {row["url"]: (row["posted_on"], row["posted_on_source"]) for row in rows if row["posted_on"]}
    assert told == {f"http://so.test/kq-{n}/": (date(2017, n + 1, 20), "feed") for n in range(12)}
    assert {row["displayed_on"] for row in rows} == {None}, "a visitor reads no date"
    assert [c.role for c in crawl.captures() if "/wp-json/" in c.url] == ["feed"]


def test_data_that_robots_forbid_are_not_asked_for(crawl: Crawl, site: Site) -> None:
    url = open_office(site)
    site.routes["so.test/robots.txt"] = Answer(b"User-agent: *\nDisallow: /wp-json/\n", headers={
        "Content-Type": "text/plain"})
    crawl.run(crawl.job(url))
    assert not [path for path in site.paths() if path.startswith("/wp-json/")]
    assert {row["posted_on"] for row in observed(crawl).posting_sighting} == {None}
