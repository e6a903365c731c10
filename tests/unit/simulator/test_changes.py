"""What becomes of a portal with time: edits, removals, reposts, moves, redesigns, units that end; pages alone tell."""

from __future__ import annotations

import csv
import http.client
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from pipeline.simulator.notation import read
from pipeline.simulator.scenario import Portal, Posting, Scenario, dump, load, moment_of
from pipeline.simulator.server import serve
from pipeline.simulator.workspace import workspace_files

HOST = "so.thu.test"
LIST = "/vi/news/ket-qua/"
TITLE = "Kết quả tiếp công dân"


def scenario(tmp_path: Path, posts: list[Any], **unit: Any) -> Scenario:
    """A province of one portal in the short notation, read back from its own file."""
    told = {
        "id": "so", "name": "Sở Thử", "kind": "department", "family": "nukeviet",
        "sections": [["ket-qua", TITLE]], "posts": {"ket-qua": posts}, **unit,
    }
    data = {"id": "thu", "title": "Thử", "province": "Thử", "domain": "thu.test", "months": ["2018-01"],
            "noise": {"since": date(2017, 5, 2), "until": date(2017, 12, 3), "per_unit": 3}, "units": [told]}
    path = tmp_path / "thu.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    made = read(path)
    (tmp_path / "thu.json").write_text(dump(made), encoding="utf-8")
    return load(tmp_path / "thu.json")


def posting(made: Scenario, n: int = 0) -> Posting:
    return [p for p in made.portals[0].postings if p.sections == ("ket-qua",)][n]


def page(made: Scenario, moment: str, path: str = LIST, host: str = HOST) -> tuple[int, str, str | None]:
    """Return status, text and Location."""
    with serve(made, moment_of(moment)) as running:
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": host})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.getheader("Location")
        except ConnectionError:
            return 0, "", None
        finally:
            connection.close()


def article(made: Scenario, n: int = 0) -> str:
    return f"/vi/news/ket-qua/x-{posting(made, n).number}.html"


def test_an_edit_changes_title_date_and_text_from_its_moment(tmp_path: Path) -> None:
    edit = {"at": "2018-02-20T09:00", "title": "Tiêu đề mới", "paragraphs": ["Nội dung mới."],
            "posted_at": "2018-02-20T09:00"}
    made = scenario(tmp_path, [{"post": "2018-01-10 result", "edits": [edit]}])
    before, after = (page(made, f"2018-02-20T0{h}:00", article(made))[1] for h in (8, 9))
    assert posting(made).title in before and "10/01/2018" in before
    assert "Tiêu đề mới" in after and "Nội dung mới." in after and "20/02/2018" in after
    assert posting(made).title not in after and "10/01/2018" not in after
    assert "Tiêu đề mới" in page(made, "2018-02-21")[1]


def test_what_is_unlisted_is_on_no_list_and_still_reads(tmp_path: Path) -> None:
    made = scenario(tmp_path, ["2018-01-10 result unlisted=2018-02-01", "2018-01-12 result"])
    title = posting(made).title
    assert title in page(made, "2018-01-31T23:59")[1]
    assert title not in page(made, "2018-02-01")[1] and title not in page(made, "2018-02-01", "/")[1]
    assert title in page(made, "2018-02-01", article(made))[1]
    assert not made.portals[0].reachable(posting(made), moment_of("2018-02-01"))


def test_what_is_away_comes_back(tmp_path: Path) -> None:
    made = scenario(tmp_path, ["2018-01-10 result away=2018-02-01/2018-02-03T12:00"])
    statuses = [page(made, moment, article(made))[0] for moment in ("2018-01-31", "2018-02-01", "2018-02-03T12:00")]
    assert statuses == [200, 404, 200]


@pytest.mark.parametrize(("style", "answer"), [
    ("404", (404, True, None)), ("410", (410, True, None)), ("soft", (200, True, None)), ("home", (302, False, "/")),
])
def test_a_removed_posting_answers_as_its_portal_is_used_to(
    style: str, answer: tuple[int, bool, str | None], tmp_path: Path
) -> None:
    made = scenario(tmp_path, ["2018-01-10 result until=2018-02-01"], missing=style)
    status, text, location = page(made, "2018-02-01", article(made))
    assert (status, "Không tìm thấy" in text, location) == answer


def test_a_repost_has_the_same_text_and_a_number_and_a_date_of_its_own(tmp_path: Path) -> None:
    made = scenario(tmp_path, ["2018-01-10 result until=2018-02-05 again=2018-02-05"])
    first, second = posting(made), posting(made, 1)
    assert (first.title, first.paragraphs, first.attachments) == (second.title, second.paragraphs, second.attachments)
    assert first.number != second.number and second.posted_at is not None and second.live_to is None
    assert f"{second.posted_at:%d/%m/%Y}" == "05/02/2018"
    assert [page(made, "2018-02-06", article(made, n))[0] for n in (0, 1)] == [404, 200]


@pytest.mark.parametrize(("old", "answer"), [
    ("same", (301, f"http://moi.thu.test{LIST}")), ("home", (301, "http://moi.thu.test/")), ("closed", (0, None))])
def test_a_portal_that_moved_answers_under_its_new_name(
    old: str, answer: tuple[int, str | None], tmp_path: Path
) -> None:
    made = scenario(tmp_path, ["2018-01-10 result"],
                    moves=[{"at": "2018-02-10", "host": "moi.thu.test", "old": old}])
    assert page(made, "2018-02-09")[0] == 200 and page(made, "2018-02-09", host="moi.thu.test")[0] == 0
    status, _, location = page(made, "2018-02-10")
    assert (status, location) == answer
    assert page(made, "2018-02-10", host="moi.thu.test")[0] == 200


@pytest.mark.parametrize(("old", "status"), [("missing", 404), ("redirect", 302)])
def test_a_redesigned_portal_has_other_markup_and_other_addresses(old: str, status: int, tmp_path: Path) -> None:
    made = scenario(tmp_path, ["2018-01-10 result"], redesigns=[{"at": "2018-02-10", "family": "cards", "old": old}])
    assert page(made, "2018-02-09", article(made))[0] == 200
    found, _, location = page(made, "2018-02-10", article(made))
    assert found == status
    assert (location is None) == (old == "missing")
    if location is not None:
        assert posting(made).title in page(made, "2018-02-10", location)[1]
    assert "/chuyen-muc/" in page(made, "2018-02-10", "/")[1] and "/chuyen-muc/" not in page(made, "2018-02-09", "/")[1]


def test_a_unit_that_ends_is_in_the_registry_until_then_and_its_portal_closes(tmp_path: Path) -> None:
    made = scenario(tmp_path, ["2018-01-10 result"], to="2018-04-01", closed="2018-04-15")
    assert [page(made, day)[0] for day in ("2018-04-14", "2018-04-15")] == [200, 0]
    files = workspace_files(made)
    for name in ("unit_versions.csv", "portals.csv"):
        [row] = csv.DictReader(io.StringIO(files[name]))
        assert row["valid_to"] == "2018-04-01"


def test_the_registry_has_a_row_for_each_name_of_a_portal(tmp_path: Path) -> None:
    made = scenario(tmp_path, ["2018-01-10 result"], moves=[{"at": "2018-02-10", "host": "moi.thu.test"}])
    rows = list(csv.DictReader(io.StringIO(workspace_files(made)["portals.csv"])))
    assert [(r["portal_id"], r["unit_id"], r["url"], r["valid_from"], r["valid_to"]) for r in rows] == [
        ("so", "so", "http://so.thu.test/", "", "2018-02-10"), ("so-2", "so", "http://moi.thu.test/", "2018-02-10", "")]


@pytest.mark.parametrize(("change", "problem"), [
    ({"moves": [{"at": "2018-02-10T00:00Z", "host": HOST}]}, "twice"),
    ({"moves": [
        {"at": "2018-03-10T00:00Z", "host": "a.test"}, {"at": "2018-02-10T00:00Z", "host": "b.test"}]}, "order"),
    ({"outages": [{"since": "2018-02-10T00:00Z", "until": "2018-02-10T00:00Z"}]}, "not after"),
    ({"missing": "gone"}, "missing"),
    ({"postings": [{"number": 1, "title": "T", "edits": [{"at": "2018-02-10T00:00Z"}]}]}, "changes nothing"),
    ({"postings": [{"number": 1, "title": "T", "edits": [
        {"at": "2018-03-10T00:00Z", "title": "A"}, {"at": "2018-02-10T00:00Z", "title": "B"}]}]}, "order"),
])
def test_changes_that_contradict_each_other_are_refused(change: dict[str, Any], problem: str) -> None:
    told = {"host": HOST, "family": "joomla", "home_name": "Sở", "sections": [], "postings": []}
    with pytest.raises(ValidationError, match=problem):
        Portal.model_validate({**told, **change})


def test_a_name_is_of_one_portal_and_a_succession_of_known_units(tmp_path: Path) -> None:
    made = scenario(tmp_path, []).model_dump(mode="json")
    twin = {**made["units"][0], "unit_id": "khac"}
    with pytest.raises(ValidationError, match=r"host so[.]thu[.]test twice"):
        Scenario.model_validate({**made, "units": [*made["units"], twin]})
    gone = {"predecessor_id": "so", "successor_id": "khac", "on": "2018-04-01", "kind": "merge", "instrument": "QĐ"}
    with pytest.raises(ValidationError, match="no unit khac"):
        Scenario.model_validate({**made, "successions": [gone]})


def test_a_family_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    made = scenario(tmp_path, [], redesigns=[{"at": "2018-02-10", "family": "khong-co"}])
    with pytest.raises(ValueError, match="khong-co"), serve(made, moment_of("2018-01-05")):
        pass
