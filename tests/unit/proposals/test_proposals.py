"""When a reading is doubted, and what is proposed then."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pipeline.classification import Classifier
from pipeline.extraction.model import Link, Page, PageKind, Reading
from pipeline.extraction.page import read_page
from pipeline.extraction.suggest import lists_of
from pipeline.navigation.model import PageRead, Role, Want
from pipeline.programmes.loader import load
from pipeline.proposals import Around, Portal, Proposal, for_section, unopened

ROOT = "http://so.test/"
URL = ROOT + "tiep-dan"
PORTAL = Portal("so", ROOT, (), date(2018, 3, 5))
NOTHING = Around((), frozenset())
PROSE = "<p>" + "Trang thông tin điện tử của Sở, cơ quan chuyên môn của tỉnh. " * 12 + "</p>"
TITLE = "Thông báo lịch tiếp công dân tháng {n} năm 2018 của Giám đốc Sở"


def rows(kind: str, title: str = TITLE, date: str = "0{n}/02/2018") -> str:
    return f'<ul class="{kind}">' + "".join(
        f'<li class="{kind}-tin"><a href="/{kind}-{n}.html">{title.format(n=n)}</a> <i>{date.format(n=n)}</i></li>'
        for n in range(1, 6)
    ) + "</ul>"


def page(body: str) -> Page:
    html = f"<html><body><h1>Tiếp công dân</h1>{body}</body></html>"
    return Page(URL, html.encode(), "text/html", 200, datetime(2018, 3, 5, tzinfo=UTC))


def proposed(body: str, around: Around = NOTHING) -> tuple[Proposal, ...]:
    told = page(body)
    return for_section(PORTAL, URL, told, read_page(told), around)


def lines(found: tuple[Proposal, ...]) -> list[list[tuple[str, str]]]:
    return [[(line.kind, line.value) for line in proposal.lines] for proposal in found]


def test_a_list_that_is_read_well_is_left_alone() -> None:
    assert proposed(rows("a")) == ()


def test_an_empty_section_and_a_text_are_left_alone() -> None:
    assert proposed("<p>Chưa có tin.</p>") == () == proposed(PROSE)


def test_rows_below_a_text_are_proposed_with_their_dates_and_what_they_give() -> None:
    [found] = proposed(PROSE + rows("a", "Lịch {n}", "0{n}.02.18"))
    assert [kind for kind, _ in lines((found,))[0]] == ["row_selector", "date_selector", "date_form"]
    assert (found.finds.rows, found.finds.dated, found.finds.titles) == (5, 5, ("Lịch 1", "Lịch 2", "Lịch 3"))
    assert {line.decided_on for line in found.lines} == {PORTAL.today}


def test_a_block_that_other_pages_show_too_is_no_section_list() -> None:
    body = PROSE + rows("a", "Lịch {n}", "0{n}.02.18")
    assert proposed(body, Around(lists_of(page(body)), frozenset())) == ()


def test_years_of_two_digits_are_proposed_as_a_form_unless_a_label_says_whose_date_it_is() -> None:
    [found] = proposed(rows("a", date="0{n}.02.18"))
    assert lines((found,)) == [[("date_form", "dd.mm.yy")]] and found.finds.dated == 5
    assert proposed(rows("a", date="Ngày ban hành: 0{n}.02.18")) == ()
    assert proposed(rows("a", date="Hạn nộp 0{n}/02/18")) == ()


def test_of_two_lists_each_is_shown_with_what_it_gives() -> None:
    other = rows("b", "Báo cáo tình hình kinh tế xã hội quý {n} của huyện", "1{n}/01/2018")
    body = f"<div>{rows('a')}</div><div><h3>Văn bản chỉ đạo điều hành</h3>{other}</div>"
    assert len(read_page(page(body)).rows) == 10
    found = proposed(body)
    assert lines(found) == [[("row_selector", "li.a-tin")], [("row_selector", "li.b-tin")]]
    assert [proposal.finds.rows for proposal in found] == [5, 5]


def test_links_with_the_programmes_words_that_nothing_opened_are_told_by_site() -> None:
    links = (
        Link("Đường dây 1022 của tỉnh", ROOT + "tiep-cong-dan-truc-tuyen"), Link("Tiếp công dân", "http://ubnd.test/tcd"),
        Link("Lịch tiếp công dân", ROOT + "lich"), Link("Giới thiệu", ROOT + "gioi-thieu"),
        Link("Nội quy", ROOT + "noi-quy-tiep-cong-dan.pdf"),
    )
    home = PageRead(Want(ROOT, Role.HOME), "c", Role.HOME, "", (), Reading(ROOT, PageKind.OTHER, links=links))
    classifier = Classifier(load("citizen_reception"))
    here, away = unopened(PORTAL, [home], frozenset(), classifier)
    assert [link.url for link in here] == [ROOT + "tiep-cong-dan-truc-tuyen"], "a whole crawl opens the labelled one"
    assert [link.url for link in away] == ["http://ubnd.test/tcd"]
    assert unopened(PORTAL, [home], frozenset({"so.test/tiep-cong-dan-truc-tuyen"}), classifier)[0] == []
