"""reviews/*.csv: rows are only added, the same answers change nothing, and a row that was changed is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.outputs.writer import write_atomic
from pipeline.reviews.journal import NOTES, VERDICTS, Known, load_reviews, write_reviews
from pipeline.reviews.model import Decision, Note, NoteKind, Reviews, Ruling, Subject, Verdict
from pipeline.reviews.tables import note_rows, verdict_rows
from tests.unit.reviews.office import DESK, NOW, content
from warehouse.description import table
from warehouse.schema import rows_to_arrow

KNOWN = Known({*DESK.units, "xa-1", "xa-2"}, set(DESK.groups))
OTHER = Decision(Ruling.OTHER)
GROUP = Decision(Ruling.GROUP, "result", "commune", "xa-1")


def verdict(decision: Decision = OTHER, title: str = "Thông báo", reason: str = "đã đọc", by: str = "A") -> Verdict:
    return Verdict(content(title=title), decision, "2018-02", reason, by, NOW)


def note(text: str = "Đã nhắc", kind: NoteKind = NoteKind.NOTE, subject: str = "") -> Note:
    return Note("2018-02", "so-a", kind, subject, text, "", "A", NOW)


def add(folder: Path, *rows: Verdict | Note) -> Reviews:
    before, problems = load_reviews(folder, KNOWN)
    assert problems == []
    after = before.with_new([r for r in rows if isinstance(r, Verdict)], [r for r in rows if isinstance(r, Note)])
    write_reviews(folder, before, after, write_atomic)
    return loaded(folder)


def loaded(folder: Path) -> Reviews:
    reviews, problems = load_reviews(folder, KNOWN)
    assert problems == []
    return reviews


def problems(folder: Path) -> list[str]:
    return [str(problem) for problem in load_reviews(folder, KNOWN)[1]]


def test_a_workspace_without_reviews_has_none(tmp_path: Path) -> None:
    assert loaded(tmp_path) == Reviews()


def test_what_was_written_is_read_back_as_it_was(tmp_path: Path) -> None:
    dated = Verdict(content(Subject.DATE), Decision(Ruling.DATE, posted_on=date(2018, 2, 5)), "2018-02", "r", "B", NOW)
    reviews = add(tmp_path, verdict(GROUP), dated, note())
    assert [(v.content, v.decision, v.reason, v.made_by, v.made_at) for v in reviews.verdicts] == [
        (v.content, v.decision, v.reason, v.made_by, v.made_at) for v in (verdict(GROUP), dated)]
    assert [(n.key, n.text) for n in reviews.notes] == [(("2018-02", "so-a", ""), "Đã nhắc")]


def test_the_same_answers_twice_change_no_byte(tmp_path: Path) -> None:
    rows = (verdict(GROUP), verdict(OTHER, "Khác"), note())
    add(tmp_path, *rows)
    before = {p: p.read_bytes() for p in (tmp_path / "reviews").iterdir()}
    later = NOW.replace(day=9)
    add(tmp_path, *(replace(row, made_at=later, made_by="C") for row in rows))
    assert {p: p.read_bytes() for p in (tmp_path / "reviews").iterdir()} == before


def test_another_answer_is_added_and_names_what_it_replaces(tmp_path: Path) -> None:
    first = add(tmp_path, verdict(GROUP)).verdicts[0]
    old = (tmp_path / VERDICTS.file).read_bytes()
    second = add(tmp_path, verdict(OTHER)).verdicts[1]
    third = add(tmp_path, verdict(GROUP)).verdicts[2]
    assert (tmp_path / VERDICTS.file).read_bytes().startswith(old)
    assert (second.supersedes, third.supersedes) == (first.verdict_id, second.verdict_id)
    assert len({first.verdict_id, second.verdict_id, third.verdict_id}) == 3
    assert [v.decision for v in loaded(tmp_path).standing_verdicts().values()] == [GROUP]


def test_a_note_is_replaced_and_withdrawn_but_never_erased(tmp_path: Path) -> None:
    add(tmp_path, note("một"), note("phụ lục", subject="phu-luc-1"))
    add(tmp_path, note("hai"))
    reviews = add(tmp_path, note("", NoteKind.WITHDRAW))
    assert [n.text for n in reviews.notes] == ["một", "phụ lục", "hai", ""]
    assert [n.text for n in reviews.standing_notes().values()] == ["phụ lục"]
    assert len(add(tmp_path, note("", NoteKind.WITHDRAW)).notes) == 4


@pytest.mark.parametrize("text", ["=1+1", "+84", "-x", "@x", "'x", "''=", "a,b;\"c\"", "#x", "hoà – “x”"])
def test_no_cell_is_a_formula_and_every_text_comes_back(tmp_path: Path, text: str) -> None:
    reviews = add(tmp_path, verdict(title=text, reason=text), note(text))
    assert reviews.verdicts[0].content.title == reviews.verdicts[0].reason == reviews.notes[0].text == text
    for file in (VERDICTS.file, NOTES.file):
        body = (tmp_path / file).read_text(encoding="utf-8")
        assert not any(cell.strip('"')[:1] in ("=", "+", "-", "@") for line in body.splitlines() for cell in
                       line.split(",") if cell)


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(("old", "new", "says"), [
    ("đã đọc", "bịa", "nội dung không khớp với mã của dòng"),
    ("other", "group", "nội dung không khớp"),
    ("so-a,,", "so-x,,", "unit_id 'so-x' không có trong units.csv"),
    (",other,", ",gone,", "kết luận gone không trả lời câu hỏi group"),
    (",other,", ",maybe,", "ruling 'maybe' không có trong danh mục"),
    ("2018-02,", "2018-13,", "tháng '2018-13' không hợp lệ"),
    ("2018-03-07T02:00:00Z", "hôm qua", "thời điểm 'hôm qua'"),
    ("verdict_id", "id", "cột 'id' không có trong mẫu"),
])
def test_a_row_that_was_changed_is_a_problem_of_the_workspace(tmp_path: Path, old: str, new: str, says: str) -> None:
    add(tmp_path, verdict())
    change(tmp_path, VERDICTS.file, old, new)
    found = problems(tmp_path)
    assert any(says in line for line in found), found
    assert all(line.startswith("reviews/verdicts.csv") for line in found)


def test_every_problem_of_both_files_is_told_at_once(tmp_path: Path) -> None:
    add(tmp_path, verdict(), verdict(title="Khác"), note())
    change(tmp_path, VERDICTS.file, "đã đọc", "bịa")
    change(tmp_path, NOTES.file, "Đã nhắc", "Chưa nhắc")
    assert [line.split(":")[0] for line in problems(tmp_path)] == [
        "reviews/verdicts.csv, dòng 2", "reviews/verdicts.csv, dòng 3", "reviews/notes.csv, dòng 2"]


def test_a_row_copied_twice_is_a_problem(tmp_path: Path) -> None:
    add(tmp_path, verdict())
    path = tmp_path / VERDICTS.file
    path.write_text(path.read_text(encoding="utf-8") + path.read_text(encoding="utf-8").splitlines()[1] + "\n",
                    encoding="utf-8")
    assert "có hai lần" in problems(tmp_path)[0]


def test_the_tables_hold_every_verdict_in_order_and_the_notes_that_stand(tmp_path: Path) -> None:
    reviews = add(tmp_path, verdict(GROUP), note("một"), note("hai", subject="phu-luc-2"))
    reviews = add(tmp_path, verdict(OTHER), note("", NoteKind.WITHDRAW))
    verdicts = rows_to_arrow(table("review_verdict"), verdict_rows(reviews)).to_pylist()
    notes = rows_to_arrow(table("review_note"), note_rows(reviews)).to_pylist()
    assert [(v["place"], v["ruling"], v["commune_id"]) for v in verdicts] == [(1, "group", "xa-1"), (2, "other", "")]
    assert [(n["subject"], n["text"], n["month"]) for n in notes] == [("phu-luc-2", "hai", date(2018, 2, 1))]
    assert verdicts[0]["made_at"] == datetime(2018, 3, 7, 2, tzinfo=UTC)
