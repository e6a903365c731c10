"""A review workbook that comes back: what people may write is taken, all else is refused row by row, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

import pytest

from pipeline.outputs.review import render
from pipeline.problems import UserError
from pipeline.reviews.form import Place
from pipeline.reviews.model import Decision, NoteKind, Ruling, Subject
from tests.unit.reviews.office import (
    DESK,
    HAND,
    MONTH,
    OPTIONS,
    PROGRAMME,
    RESULT,
    WORDS,
    columns_of,
    filled,
    noted,
    one_of_each,
    opened,
    question,
    read,
    review,
    saved,
    write,
)

KEEP = WORDS.keep
GROUP, OTHER, DATE = (WORDS.rulings[r] for r in (Ruling.GROUP, Ruling.OTHER, Ruling.DATE))


def test_an_unfilled_workbook_says_nothing_and_counts_its_questions() -> None:
    found = read(render(review(one_of_each()), OPTIONS))
    assert (found.verdicts, found.notes, found.refusals, found.unanswered) == ([], [], [], 4)


def test_each_kind_of_answer_is_taken_with_who_when_and_why() -> None:
    found = read(filled(
        one_of_each(),
        {"Kết luận": GROUP, "Nhóm": RESULT, "Cấp": "cấp xã", "Xã": "Xã Hai", "Lý do": "Đã mở trang và đọc"},
        {"Kết luận": DATE, "Ngày đăng": "06/02/2018", "Lý do": "Theo tệp đính kèm"},
        {"Kết luận": WORDS.rulings[Ruling.GONE], "Lý do": "Đơn vị trả lời"},
        {"Kết luận": KEEP},
    ))
    assert found.refusals == []
    assert [v.decision for v in found.verdicts] == [
        Decision(Ruling.GROUP, "result", "commune", "xa-2"), Decision(Ruling.DATE, posted_on=date(2018, 2, 6)),
        Decision(Ruling.GONE), Decision(Ruling.SECTION)]
    assert [v.content for v in found.verdicts] == [q.content for q in one_of_each()]
    assert {(v.made_by, v.made_at, v.month) for v in found.verdicts} == {("Nguyễn Văn A", HAND.made_at, "2018-02")}
    assert [v.reason for v in found.verdicts] == [
        "Đã mở trang và đọc", "Theo tệp đính kèm", "Đơn vị trả lời", WORDS.agreed]


def test_what_is_proposed_is_kept_in_its_own_words() -> None:
    found = read(filled([question(), question(Subject.DATE)], {"Kết luận": KEEP}, {"Kết luận": KEEP}))
    assert [v.decision for v in found.verdicts] == [
        Decision(Ruling.GROUP, "notice", "own"), Decision(Ruling.DATE, posted_on=date(2018, 2, 5))]


@pytest.mark.parametrize(("typed", "day"), [
    ("05/04/2018", date(2018, 4, 5)), ("2018-04-05", date(2018, 4, 5)), (datetime(2018, 4, 5), date(2018, 4, 5)),
])
def test_a_day_may_be_typed_as_text_or_as_a_date_and_the_day_comes_first(typed: object, day: date) -> None:
    body = filled([question(Subject.DATE)], {"Kết luận": DATE, "Ngày đăng": typed, "Lý do": "x"})
    hand = replace(HAND, made_at=HAND.made_at.replace(month=6))
    (verdict,) = read(body, hand).verdicts
    assert verdict.decision.posted_on == day


def test_words_are_told_through_case_accents_and_codes() -> None:
    body = filled([question(unit="huyen-c")] * 1, {
        "Kết luận": "thuoc nhom ghi ben canh", "Nhóm": "result", "Xã": "XÃ MỘT", "Lý do": "00123"})
    (verdict,) = read(body).verdicts
    assert verdict.decision == Decision(Ruling.GROUP, "result", "commune", "xa-1")
    assert verdict.reason == "00123"


REFUSED: list[tuple[Subject, Mapping[str, object], str]] = [
    (Subject.GROUP, {"Kết luận": "NA", "Lý do": "x"}, "“NA”|'NA' không dùng được"),
    (Subject.GROUP, {"Kết luận": "=A1", "Lý do": "x"}, "là công thức"),
    (Subject.GROUP, {"Kết luận": OTHER, "Lý do": "=HYPERLINK(1)"}, "là công thức"),
    (Subject.GROUP, {"Kết luận": OTHER}, "thiếu Lý do"),
    (Subject.GROUP, {"Nhóm": RESULT}, "chưa chọn Kết luận"),
    (Subject.GROUP, {"Kết luận": GROUP, "Lý do": "x"}, "phải chọn Nhóm"),
    (Subject.GROUP, {"Kết luận": GROUP, "Nhóm": "Nhóm lạ", "Lý do": "x"}, "'Nhóm lạ' không có"),
    (Subject.GROUP, {"Kết luận": GROUP, "Nhóm": RESULT, "Cấp": "tỉnh", "Lý do": "x"}, "cấp 'tỉnh' không có"),
    (Subject.GROUP, {"Kết luận": GROUP, "Nhóm": RESULT, "Xã": "Xã Một", "Lý do": "x"}, "không có xã trực thuộc"),
    (Subject.GROUP, {"Kết luận": KEEP, "Nhóm": RESULT}, "để trống cột đó"),
    (Subject.GROUP, {"Kết luận": OTHER, "Ngày đăng": "01/02/2018", "Lý do": "x"}, "Ngày đăng; để trống"),
    (Subject.GROUP, {"Kết luận": WORDS.rulings[Ruling.GONE], "Lý do": "x"}, "không dùng được cho “Nhóm thông tin”"),
    (Subject.GROUP, {"Kết luận": OTHER, "Lý do": "x" * 1001}, "dài quá 1000"),
    (Subject.DATE, {"Kết luận": DATE, "Lý do": "x"}, "phải ghi Ngày đăng"),
    (Subject.DATE, {"Kết luận": DATE, "Ngày đăng": "31/02/2018", "Lý do": "x"}, "'31/02/2018' không hợp lệ"),
    (Subject.DATE, {"Kết luận": DATE, "Ngày đăng": 43195, "Lý do": "x"}, "'43195' không hợp lệ"),
    (Subject.DATE, {"Kết luận": DATE, "Ngày đăng": "01/02/1918", "Lý do": "x"}, "không hợp lý"),
    (Subject.DATE, {"Kết luận": DATE, "Ngày đăng": "01/02/2098", "Lý do": "x"}, "không hợp lý"),
    (Subject.REMOVAL, {"Kết luận": KEEP}, "không có đề xuất"),
]


@pytest.mark.parametrize(("subject", "answer", "why"), REFUSED, ids=[why for *_, why in REFUSED])
def test_a_row_that_is_wrong_is_refused_by_its_number_and_the_others_are_taken(
    subject: Subject, answer: Mapping[str, object], why: str
) -> None:
    body = filled([question(subject), question(title="Tin tốt")], answer, {"Kết luận": KEEP})
    found = read(body)
    head, _ = columns_of(opened(body), WORDS.sheets.questions)
    (refusal,) = found.refusals
    assert (refusal.sheet, refusal.row) == (WORDS.sheets.questions, head + 1)
    assert any(part in refusal.why for part in why.split("|")), refusal.why
    assert [v.content.title for v in found.verdicts] == ["Tin tốt"]


def test_a_commune_of_another_district_is_refused() -> None:
    desk = replace(DESK, communes={"so-a": {"xa-9": "Xã Chín"}, "huyen-c": DESK.communes["huyen-c"]})
    body = filled([question(unit="so-a")], {"Kết luận": GROUP, "Nhóm": RESULT, "Xã": "Xã Một", "Lý do": "x"})
    (refusal,) = read(body, replace(HAND, desk=desk)).refusals
    assert "không thuộc Sở A" in refusal.why


def test_a_question_answered_twice_is_refused_the_second_time() -> None:
    body = filled([question()] * 2, {"Kết luận": KEEP}, {"Kết luận": OTHER, "Lý do": "x"})
    found = read(body)
    assert len(found.verdicts) == 1 and "đã được trả lời ở dòng" in found.refusals[0].why


@pytest.mark.parametrize("change", [
    {"Tiêu đề": "Tin khác"}, {"Đơn vị": "Huyện C"}, {"Địa chỉ": "https://so-a.test/khac"}, {"Mã kiểm": "0" * 12},
    {"Mã câu hỏi": "[]"},
])
def test_a_row_whose_parts_were_mixed_up_is_refused(change: Mapping[str, object]) -> None:
    found = read(filled([question()], {"Kết luận": KEEP, **change}))
    assert found.verdicts == [] and "xáo trộn" in found.refusals[0].why


def test_rows_may_be_sorted_and_columns_moved() -> None:
    questions = [question(title=f"Tin {n}") for n in range(5)]
    book = opened(filled(questions, *[{"Kết luận": KEEP}] * 5))
    sheet = book[WORDS.sheets.questions]
    head, columns = columns_of(book, WORDS.sheets.questions)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=head + 1)]
    for number, values in enumerate(reversed(rows), head + 1):
        for column, value in enumerate(values, 1):
            sheet.cell(number, column).value = value
    sheet.insert_cols(2)
    assert len(columns) > 10
    assert [v.content.title for v in read(saved(book)).verdicts] == [f"Tin {n}" for n in reversed(range(5))]


def test_a_row_that_was_added_answers_no_question() -> None:
    book = opened(filled([question()]))
    write(book, WORDS.sheets.questions, 5, {"Tiêu đề": "Tin của tôi", "Kết luận": KEEP})
    (refusal,) = read(saved(book)).refusals
    assert "không có mã câu hỏi" in refusal.why


def test_what_was_decided_before_stands_in_the_workbook_and_says_the_same_again() -> None:
    first = read(filled([question(unit="huyen-c"), question(Subject.DATE)],
                        {"Kết luận": GROUP, "Nhóm": RESULT, "Xã": "Xã Một", "Lý do": "x"},
                        {"Kết luận": DATE, "Ngày đăng": "01/03/2018", "Lý do": "y"}))
    again = read(render(review([], answered=first.verdicts), OPTIONS))
    assert again.refusals == []
    assert [(v.content, v.decision, v.reason) for v in again.verdicts] == [
        (v.content, v.decision, v.reason) for v in first.verdicts]


@pytest.mark.parametrize(("place", "says"), [
    (Place("2018-01", DESK.place.workspace), "của tháng 2018-02, không phải tháng 2018-01"),
    (Place("2018-02", "Công khai tỉnh khác"), "của workspace khác (“Công khai tỉnh Đắk Nông”)"),
])
def test_a_workbook_of_another_month_or_office_is_refused_whole(place: Place, says: str) -> None:
    with pytest.raises(UserError) as caught:
        read(filled([question()], {"Kết luận": KEEP}), replace(HAND, desk=replace(DESK, place=place)))
    assert says in str(caught.value)


def test_a_workbook_without_its_sheets_or_headings_is_refused_whole() -> None:
    book = opened(filled([question()]))
    del book[WORDS.sheets.notes]
    with pytest.raises(UserError, match="không có trang tính “Ghi chú”"):
        read(saved(book))
    book = opened(filled([question()]))
    del book[WORDS.sheets.lists]
    with pytest.raises(UserError, match="không phải bảng rà soát"):
        read(saved(book))
    book = opened(filled([question()]))
    head, columns = columns_of(book, WORDS.sheets.questions)
    book[WORDS.sheets.questions].cell(head, columns["Kết luận"]).value = None
    with pytest.raises(UserError, match="thiếu: Kết luận"):
        read(saved(book))


# -- notes ---------------------------------------------------------------------------------------------------------


def test_notes_are_taken_by_unit_kind_and_what_they_are_about() -> None:
    found = read(noted(
        {"Đơn vị": "Huyện C", "Cách ghi": WORDS.note_kinds[NoteKind.REPLACE_NOTE], "Về": "Phụ lục 1",
         "Lời ghi chú": "Đã nhắc bằng văn bản"},
        {"Đơn vị": "Sở A", "Lời ghi chú": "Trang đang nâng cấp"},
        {"Đơn vị": "Sở A", "Cách ghi": WORDS.note_kinds[NoteKind.DISMISS_FINDING], "Về": "no-section",
         "Lý do": "Có rồi"},
    ))
    assert found.refusals == []
    assert [(n.unit_id, n.kind, n.subject, n.text, n.reason) for n in found.notes] == [
        ("huyen-c", NoteKind.REPLACE_NOTE, "phu-luc-1", "Đã nhắc bằng văn bản", ""),
        ("so-a", NoteKind.NOTE, "", "Trang đang nâng cấp", ""),
        ("so-a", NoteKind.DISMISS_FINDING, "no-section", "", "Có rồi"),
    ]


@pytest.mark.parametrize(("note", "why"), [
    ({"Đơn vị": "Sở X", "Lời ghi chú": "x"}, "'Sở X' không có trong tháng"),
    ({"Đơn vị": None, "Lời ghi chú": "x"}, "thiếu Đơn vị"),
    ({"Cách ghi": "Xoá", "Lời ghi chú": "x"}, "cách ghi 'Xoá' không có"),
    ({"Cách ghi": "Thêm vào Ghi chú"}, "thiếu Lời ghi chú"),
    ({"Lời ghi chú": "x", "Về": "Phụ lục 9"}, "'Phụ lục 9' ở cột Về không có"),
    ({"Cách ghi": "Bỏ nhận xét", "Về": "Phụ lục 1", "Lý do": "x"}, "phải là một nhận xét"),
    ({"Cách ghi": "Bỏ nhận xét", "Về": "no-section"}, "thiếu Lý do"),
    ({"Cách ghi": "Rút lại", "Lời ghi chú": "x"}, "để trống"),
    ({"Lời ghi chú": "x", "Về": "no-section"}, "cột Về là một phụ lục"),
])
def test_a_note_that_is_wrong_is_refused(note: Mapping[str, object], why: str) -> None:
    found = read(noted(note))
    assert found.notes == [] and why in found.refusals[0].why


def test_a_second_note_on_the_same_thing_is_refused() -> None:
    found = read(noted({"Lời ghi chú": "x"}, {"Đơn vị": "Sở A", "Lời ghi chú": "y"}))
    assert len(found.notes) == 1 and len(found.refusals) == 1


def test_notes_that_stand_are_in_the_workbook() -> None:
    notes = read(noted({"Đơn vị": "Sở A", "Về": "Phụ lục 2", "Lời ghi chú": "Đã nhắc"})).notes
    again = read(render(review([], notes=notes), OPTIONS)).notes
    assert [(n.key, n.text) for n in again] == [(n.key, n.text) for n in notes]


def test_the_workbook_is_the_same_bytes_each_time() -> None:
    made = review(one_of_each())
    assert render(made, OPTIONS) == render(made, OPTIONS)
    assert (MONTH, PROGRAMME.id) == (made.month, "citizen_reception")
