"""Every family of markup: all that stands on a portal is reached by links, and nothing else can be read."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipeline.simulator.build import Draft, Look, PortalBuilder
from pipeline.simulator.families import FAMILIES
from pipeline.simulator.families.base import Request
from pipeline.simulator.scenario import Dates, Portal, Posting, Scenario, Truth, Unit, moment_of
from pipeline.simulator.server import Served, serve
from pipeline.simulator.site import Site
from tests.unit.simulator.walk import Seen, walk

NOW = moment_of("2018-02-05T20:00")
UNIT = Unit(unit_id="so-thu", name="Sở Thử nghiệm", kind="department", position=1)
RECEPTION = (("lich", "Lịch tiếp công dân"), ("ket-qua", "Kết quả tiếp công dân"))


def portal(family: str, dates: Dates = Dates.BOTH, host: str | None = None) -> Portal:
    """A portal with lists of three pages, a page of text, a hidden section, a removed and a coming posting."""
    look = Look(host or f"{family.replace('_', '-')}.thu.test", family, {"dates": dates, "per_page": 4})
    builder = PortalBuilder(UNIT, (), look, 7)
    builder.general()
    builder.section("tiep-cong-dan", "Tiếp công dân")
    for section_id, label in RECEPTION:
        builder.section(section_id, label, parent="tiep-cong-dan", menu="parent" if section_id == "lich" else "menu")
    builder.standing("noi-quy", "Nội quy", Draft(date(2016, 4, 1), "regulation", ()), "tiep-cong-dan")
    for day in range(1, 11):
        builder.post(Draft(date(2017, 9, day), "result", ("ket-qua",), pinned=day == 2))
    builder.post(Draft(date(2017, 10, 3), "schedule", ("lich",), form="file"))
    builder.post(Draft(date(2017, 10, 4), "schedule", ("lich", "thong-bao"), scanned=True, title="Thông báo số 9/TB"))
    builder.post(Draft(date(2017, 10, 5), "result", ("ket-qua",), live_to=date(2018, 1, 1), title="Bài đã gỡ"))
    builder.post(Draft(date(2017, 10, 6), "result", ("ket-qua",), live_from=date(2018, 3, 1), title="Bài chưa đăng"))
    builder.noise(date(2017, 5, 1), date(2018, 1, 30), 9)
    return builder.build()


def province(*portals: Portal) -> Scenario:
    units = tuple(UNIT.model_copy(update={"unit_id": f"u{n}", "portal": p}) for n, p in enumerate(portals))
    return Scenario(id="thu", title="Thử", province="Thử", months=("2018-01",), units=units)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve(province(*(portal(name) for name in FAMILIES)), NOW) as running:
        yield running


@pytest.fixture(scope="module")
def walks(served: Served) -> dict[str, dict[str, Seen]]:
    return {name: walk(served.port, portal(name).host) for name in FAMILIES}


def text_of(seen: Seen) -> str:
    return html.unescape(seen.body.decode("utf-8")) if seen.content_type.startswith("text/html") else ""


def test_there_are_at_least_nine_families() -> None:
    assert len(FAMILIES) >= 9


@pytest.mark.parametrize("family", FAMILIES)
def test_every_link_leads_to_something(family: str, walks: dict[str, dict[str, Seen]]) -> None:
    assert [s.url for s in walks[family].values() if s.status != 200] == []


@pytest.mark.parametrize("family", FAMILIES)
def test_every_live_posting_is_reached_by_links_and_no_other(
    family: str, walks: dict[str, dict[str, Seen]]
) -> None:
    text = "\n".join(map(text_of, walks[family].values()))
    stands = portal(family)
    for posting in stands.postings:
        assert (posting.title in text) is posting.live(NOW), posting.title


@pytest.mark.parametrize("family", FAMILIES)
def test_every_page_says_that_it_is_simulated(family: str, walks: dict[str, dict[str, Seen]]) -> None:
    for seen in walks[family].values():
        if text_of(seen):
            assert "Trang mô phỏng" in text_of(seen) and 'name="simulated"' in text_of(seen), seen.url


@pytest.mark.parametrize("family", FAMILIES)
def test_every_page_is_a_whole_document_without_traces_of_its_template(
    family: str, walks: dict[str, dict[str, Seen]]
) -> None:
    for seen in walks[family].values():
        if text_of(seen):
            tree = LexborHTMLParser(seen.body)
            title = tree.css_first("title")
            assert title is not None and title.text(strip=True), seen.url
            assert not re.search(r"\{\{|\{%|>None<|Undefined|&lt;(p|a|br|div)\b", seen.body.decode()), seen.url
            assert text_of(seen).rstrip().lower().endswith("</html>")


@pytest.mark.parametrize("family", FAMILIES)
def test_pages_are_as_large_as_real_ones(family: str, walks: dict[str, dict[str, Seen]]) -> None:
    sizes = [len(s.body) for s in walks[family].values() if text_of(s)]
    assert min(sizes) > 15_000 and max(sizes) < 60_000


@pytest.fixture(scope="module")
def walks_without_truth() -> dict[str, dict[str, Seen]]:
    def bare(stands: Portal) -> Portal:
        postings = tuple(p.model_copy(update={"truth": Truth()}) for p in stands.postings)
        return stands.model_copy(update={"postings": postings})

    portals = {name: bare(portal(name)) for name in FAMILIES}
    with serve(province(*portals.values()), NOW) as running:
        return {name: walk(running.port, stands.host) for name, stands in portals.items()}


@pytest.mark.parametrize("family", FAMILIES)
def test_pages_would_be_the_same_without_the_truth(
    family: str, walks: dict[str, dict[str, Seen]], walks_without_truth: dict[str, dict[str, Seen]]
) -> None:
    assert walks[family] == walks_without_truth[family]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_file_is_what_its_ending_says(family: str, walks: dict[str, dict[str, Seen]]) -> None:
    magic = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG", "application/msword": b"{\\rtf",
             "application/vnd.openxmlformats": b"PK"}
    files = [s for s in walks[family].values() if not s.content_type.startswith(("text/", "application/rss"))]
    assert any(s.content_type == "application/pdf" for s in files)
    for seen in files:
        start = next(m for kind, m in magic.items() if seen.content_type.startswith(kind))
        assert seen.body.startswith(start)


def days_shown(family: str, dates: Dates) -> tuple[bool, bool, bool, bool]:
    """Whether the posting's day is readable in its row, on its page, in the page's metadata, in its address."""
    stands = portal(family, dates)
    site = Site(stands, NOW)
    drawn = FAMILIES[family](site, stands.host)
    posting = next(p for p in site.postings.values() if p.sections == ("ket-qua",) and p.form == "article"
                   and p.posted_at is not None and p.posted_at.day == 9)
    moment = posting.posted_at
    assert moment is not None
    path = drawn.posting_path(posting).removeprefix(f"http://{stands.host}")
    bare = path if path.startswith("/") else f"/{path}"
    query = dict(part.split("=", 1) for part in bare.partition("?")[2].split("&") if part)
    page = drawn.respond(Request(bare.partition("?")[0], query)).body.decode()
    head, body = re.split("</head>", page, maxsplit=1, flags=re.IGNORECASE)
    own = body.partition(posting.paragraphs[-1][:40])[0]
    rows = str(drawn.markup.listing(drawn, site.sections["ket-qua"], 1, 1, drawn.rows([posting])))
    return readable(rows, moment), readable(own, moment), f"{moment:%Y-%m-%d}" in head, f"{moment:%Y-%m-%d}" in path


def readable(text: str, moment: datetime) -> bool:
    forms = ("%d/%m/%Y", "%d-%m-%Y", "%d Tháng %m %Y", f"{moment.day} tháng {moment.month} năm {moment.year}")
    return any(moment.strftime(form) in text for form in forms)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_day_is_shown_where_the_portal_shows_days_and_nowhere_else(family: str) -> None:
    always_in_metadata = family in ("wordpress", "cards")
    assert days_shown(family, Dates.LISTING)[0]
    assert days_shown(family, Dates.ARTICLE)[1:3] == (True, always_in_metadata)
    assert days_shown(family, Dates.METADATA)[0] is False
    assert days_shown(family, Dates.METADATA)[2] is True
    assert days_shown(family, Dates.NONE) == (False, False, False, False)


def test_sharepoint_puts_days_in_addresses_where_told() -> None:
    assert days_shown("sharepoint", Dates.ADDRESS) == (False, False, False, True)


def test_a_decomposed_portal_writes_decomposed_text() -> None:
    stands = portal("static_site").model_copy(update={"text_form": "NFD"})
    page = FAMILIES["static_site"](Site(stands, NOW), stands.host).respond(Request("/")).body.decode()
    assert page != unicodedata.normalize("NFC", page) and page == unicodedata.normalize("NFD", page)


def test_a_pager_of_forms_wants_the_view_state_it_gave_out(served: Served) -> None:
    stands = portal("webforms")
    drawn = FAMILIES["webforms"](Site(stands, NOW), stands.host)
    section = drawn.site.sections["ket-qua"]
    query = {"cm": str(section.number)}
    wanted = {"__EVENTTARGET": "ctl00$ContentPlaceHolder1$grvDanhSach", "__EVENTARGUMENT": "Page$2"}
    first = drawn.respond(Request("/DanhSach.aspx", query)).body
    state = re.search(rb'id="__VIEWSTATE" value="([^"]+)"', first)
    assert state is not None
    second = drawn.respond(Request("/DanhSach.aspx", query, {**wanted, "__VIEWSTATE": state[1].decode()}, "POST")).body
    without = drawn.respond(Request("/DanhSach.aspx", query, wanted, "POST")).body
    assert second != first and without == first


def test_pinned_postings_stand_first(served: Served) -> None:
    stands = portal("nukeviet")
    listed: list[Posting] = Site(stands, NOW).listing(next(s for s in stands.sections if s.id == "ket-qua"))
    assert listed[0].pinned and not any(p.pinned for p in listed[1:])
