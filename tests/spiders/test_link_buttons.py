"""Lists whose postings have no address: a form is sent for each, over HTTP, and the captures tell the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs

from pipeline.facts.observations import Observations
from tests.spiders.conftest import Crawl
from tests.spiders.site import Answer, Asked, Site
from tests.spiders.test_posted_files import observed, page

TITLES = (
    "Lịch tiếp công dân tháng 02 năm 2018 của Giám đốc Sở",
    "Thông báo kết quả tiếp công dân tháng 01 năm 2018",
    "Nội quy tiếp công dân của Sở Nội vụ",
    "Thông báo kết quả tiếp công dân tháng 12 năm 2017",
)
DAYS = dict(zip(TITLES, ("01/02/2018", "05/02/2018", "12/05/2017", "04/01/2018"), strict=True))
PER_PAGE = 2


@dataclass
class Office:
    """A portal of one form: `listed` are the titles in order, `silent` those whose form gives the list again."""

    site: Site
    listed: tuple[str, ...] = TITLES
    silent: tuple[str, ...] = ()
    dated: bool = False
    redirects: bool = False

    def open(self) -> str:
        self.site.page("so.test/", page(f"<h1>Sở</h1><p>{'Trang thông tin điện tử của Sở. ' * 12}</p>"))
        self.site.routes["so.test/tiep-dan"] = self.answer
        self.site.routes["so.test/chi-tiet.aspx"] = lambda asked: Answer(
            self.text(TITLES[int(asked.path.rpartition("=")[2])]).encode())
        return "http://so.test/"

    def answer(self, asked: Asked) -> Answer:
        fields = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        target, at = fields.get("__EVENTTARGET", ""), int(fields.get("__VIEWSTATE", "1"))
        if fields.get("__EVENTARGUMENT", "").startswith("Page$"):
            return Answer(self.list(int(fields["__EVENTARGUMENT"][5:])).encode())
        if not target.startswith("grid$ctl"):
            return Answer(self.list(at).encode())
        title = self.listed[(at - 1) * PER_PAGE + int(target[8:10])]
        if title in self.silent:
            return Answer(self.list(at).encode())
        if self.redirects:
            return Answer(status=302, headers={"Location": f"/chi-tiet.aspx?id={TITLES.index(title)}"})
        return Answer(self.text(title).encode())

    def list(self, number: int) -> str:
        rows = "".join(
            f"<tr><td><a href=\"javascript:__doPostBack('grid$ctl{n:02}$lnk','')\">{title}</a></td>"
            f"<td>{DAYS[title] if self.dated else ''}</td></tr>"
            for n, title in enumerate(self.listed[(number - 1) * PER_PAGE : number * PER_PAGE]))
        pages = range(1, -(-len(self.listed) // PER_PAGE) + 1)
        pager = " ".join(f"<span>{n}</span>" if n == number else
                         f"<a href=\"javascript:__doPostBack('grid','Page${n}')\">{n}</a>" for n in pages)
        return page(
            '<form method="post" action="/tiep-dan"><input type="hidden" name="__EVENTTARGET">'
            f'<input type="hidden" name="__EVENTARGUMENT"><input type="hidden" name="__VIEWSTATE" value="{number}">'
            f"<h1>Tiếp công dân</h1><table><tr><th>Tiêu đề</th><th>Ngày đăng</th></tr>{rows}"
            f'<tr><td colspan="2">{pager}</td></tr></table></form>')

    def text(self, title: str) -> str:
        return page(f'<h1>{title}</h1><p class="date">Ngày đăng: {DAYS[title]}</p>'
                    f'<div class="content"><p>{"Giám đốc Sở tiếp công dân tại trụ sở của Sở. " * 12}</p></div>')


def postings(found: Observations) -> dict[str, dict[str, Any]]:
    """Sightings by title; that of the row where there is one."""
    return {row["title"]: row for row in sorted(found.posting_sighting, key=lambda row: row["role"])}


def days(found: Observations) -> dict[str, date | None]:
    """The day that any sighting of a title tells."""
    told: dict[str, date | None] = {}
    for row in found.posting_sighting:
        told[row["title"]] = told.get(row["title"]) or row["posted_on"]
    return told


EXPECTED = {title: datetime.strptime(day, "%d/%m/%Y").replace(tzinfo=UTC).date() for title, day in DAYS.items()}


def test_postings_without_an_address_are_counted_and_their_pages_read(crawl: Crawl, site: Site) -> None:
    crawl.run(crawl.job(Office(site).open()))
    found = observed(crawl)
    assert days(found) == EXPECTED
    rows = postings(found)
    assert {row["group_id"] for row in rows.values()} == {"schedule", "result", "regulation"}
    assert all(row["url"].startswith("http://so.test/tiep-dan#") for row in rows.values())
    assert {row["unread_cause"] for row in rows.values()} == {None}
    [section] = [s for s in found.section_observation if s["section_url"].endswith("/tiep-dan")]
    assert (section["items"], section["pages"], section["complete"]) == (4, 2, True)
    sent = [asked for asked in site.asked if asked.method == "POST" and b"grid%24ctl" in asked.body]
    assert len(sent) == 4, "each posting is asked for once"


def test_a_posting_is_the_same_one_when_it_moves_to_another_page(crawl: Crawl, site: Site) -> None:
    office = Office(site, listed=TITLES[1:])
    crawl.run(crawl.job(office.open()))
    before = {title: row["location_id"] for title, row in postings(observed(crawl)).items()}
    office.listed = TITLES
    crawl.run(crawl.job(office.open(), as_of=datetime(2018, 3, 6, 1, 0, tzinfo=UTC)))
    after = {title: row["location_id"] for title, row in postings(observed(crawl)).items()}
    assert set(after) == set(TITLES) and all(after[title] == at for title, at in before.items())


def test_rows_that_tell_their_dates_are_sent_for_only_in_the_window(crawl: Crawl, site: Site) -> None:
    crawl.run(crawl.job(Office(site, dated=True).open()))
    found = observed(crawl)
    assert {title: row["displayed_on"] for title, row in postings(found).items()} == EXPECTED
    sent = [asked for asked in site.asked if asked.method == "POST" and b"grid%24ctl" in asked.body]
    assert len(sent) == 3, "the regulation of 2017 needs no reading"


def test_a_form_that_leads_to_the_posting_s_page_gives_it(crawl: Crawl, site: Site) -> None:
    crawl.run(crawl.job(Office(site, redirects=True).open()))
    assert days(observed(crawl)) == EXPECTED


def test_a_form_that_gives_the_list_again_says_nothing_of_its_posting(crawl: Crawl, site: Site) -> None:
    crawl.run(crawl.job(Office(site, silent=TITLES[:1]).open()))
    found = observed(crawl)
    assert days(found) == {**EXPECTED, TITLES[0]: None}
    assert postings(found)[TITLES[0]]["unread_cause"] is None
    assert len(found.section_observation) == len({s["section_url"] for s in found.section_observation})
    assert not [s for s in found.section_observation if "#" in s["section_url"]]
