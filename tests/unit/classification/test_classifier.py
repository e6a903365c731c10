from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.classification import Classifier, Item
from pipeline.extraction.documents import type_ids
from pipeline.programmes.model import Programme

SCHEDULE = "Thông báo lịch tiếp công dân tháng 02 năm 2018"


@pytest.mark.parametrize(
    "title",
    [
        unicodedata.normalize("NFD", SCHEDULE),
        SCHEDULE.upper(),
        "Thong bao lich tiep cong dan thang 02 nam 2018",
        "TB lịch TCD tháng 02/2018",
        "Thông  báo\u200b lịch tiếp công dân\u00a0tháng 02 năm 2018",
    ],
)
def test_a_title_is_read_the_same_in_any_spelling(classifier: Classifier, title: str) -> None:
    verdict = classifier.classify(Item(title))
    assert (verdict.group, verdict.needs_review) == ("schedule", False)


def test_a_verdict_names_the_signs_with_their_part_and_weight(classifier: Classifier) -> None:
    verdict = classifier.classify(Item("Nội quy tiếp công dân", sections=("Lịch tiếp công dân",)))
    assert "title:noi quy +7" in verdict.cues
    assert "section:lich +2.5" in verdict.cues


def test_who_is_assigned_to_receive_is_a_schedule_whatever_its_text_promises(classifier: Classifier) -> None:
    text = ("Căn cứ chương trình công tác, cơ quan phân công lãnh đạo chủ trì tiếp công dân định kỳ trong hai quý đầu "
            "năm. Văn bản này được công khai để người dân theo dõi, giám sát việc thực hiện.")
    verdict = classifier.classify(Item("Phân công lãnh đạo Sở tiếp công dân quý I, quý II năm 2018", text))
    assert (verdict.group, verdict.needs_review) == ("schedule", False)


def test_content_outweighs_the_section(classifier: Classifier) -> None:
    filed_wrongly = Item("Kết quả tiếp công dân tháng 01 năm 2018", sections=("Lịch tiếp công dân",))
    assert classifier.classify(filed_wrongly).group == "result"


def test_the_text_tells_what_the_title_does_not(classifier: Classifier) -> None:
    title = "Chủ tịch UBND huyện tiếp công dân định kỳ tháng 3"
    assert classifier.classify(Item(title)).needs_review
    told = classifier.classify(Item(title, text="Tại buổi tiếp có 12 lượt công dân đến kiến nghị về đất đai."))
    assert (told.group, told.needs_review) == ("result", False)


def test_a_number_that_ends_a_sentence_counts_nothing_of_the_next(classifier: Classifier) -> None:
    title = "Hội nghị tập huấn nghiệp vụ tiếp công dân và xử lý đơn năm 2018"
    lead = "Sở Mẫu tổ chức tập huấn tiếp công dân, xử lý đơn năm 2018. Nội dung do báo cáo viên trình bày."
    verdict = classifier.classify(Item(title, lead, ("Tiếp công dân",)))
    assert (verdict.group, verdict.needs_review) == ("other", False)


def test_where_an_event_and_a_result_weigh_the_same_the_posting_is_other_and_asked(classifier: Classifier) -> None:
    title = "Hội nghị tổng kết tiếp công dân và xử lý đơn năm 2018"
    verdict = classifier.classify(Item(title, "Năm qua các phòng tiếp công dân 12 lượt.", ("Tin tức",)))
    assert (verdict.group, verdict.needs_review) == ("other", True)
    assert "result" in verdict.candidates


def test_a_neutral_title_takes_the_group_of_a_section_of_the_programme(classifier: Classifier) -> None:
    verdict = classifier.classify(Item("Tháng 4/2018", sections=("Trang chủ", "Lịch tiếp công dân")))
    assert (verdict.group, verdict.needs_review) == ("schedule", False)


def test_a_foreign_title_does_not_take_the_group_of_its_section(classifier: Classifier) -> None:
    verdict = classifier.classify(Item("Thông báo tuyển dụng viên chức", sections=("Lịch tiếp công dân",)))
    assert verdict.group == "other"


def test_a_bare_paper_in_the_programmes_section_is_asked_with_notice_and_result(classifier: Classifier) -> None:
    verdict = classifier.classify(Item("Thông báo số 05/TB-TTr", sections=("Tiếp công dân",)))
    assert verdict.needs_review
    assert {"notice", "result"} <= set(verdict.candidates)
    assert verdict.group in verdict.candidates


def test_the_same_paper_in_the_news_is_other_without_a_question(classifier: Classifier) -> None:
    verdict = classifier.classify(Item("Thông báo số 05/TB-TTr", sections=("Tin tức – Sự kiện",)))
    assert (verdict.group, verdict.needs_review, verdict.candidates) == ("other", False, ("other",))


def test_folders_of_the_address_speak_where_the_title_is_silent(classifier: Classifier) -> None:
    url = "http://www.tinh.gov.vn/a/huyen/tiepdan/Quychetiepdan/Pages/ChuongIV.aspx"
    verdict = classifier.classify(Item("CHƯƠNG IV - TỔ CHỨC THỰC HIỆN", url=url))
    assert (verdict.group, verdict.needs_review) == ("regulation", False)


def test_a_broken_address_says_nothing(classifier: Classifier) -> None:
    assert classifier.classify(Item("Thông báo", url="http://[x/tiepdan/noiquy/1.html")).group == "other"


def test_a_posting_without_title_is_read_from_its_address(classifier: Classifier) -> None:
    verdict = classifier.classify(Item("", url="https://x.gov.vn/tin/noi-quy-tiep-cong-dan-333877.html"))
    assert verdict.group == "regulation"


@pytest.mark.parametrize(
    ("title", "misread"),
    [
        ("Kết quả thi đấu của Sở Văn hóa, Thể thao và Du lịch", "du lịch holds no lịch"),
        ("Kết quả hoạt động của Chi cục Thủy lợi", "của chi cục is not của chị"),
        ("Quyết định của Lê Văn Tám về nghỉ hưu", "Lê is not lễ"),
        ("Chương trình công tác tháng 3", "chương trình is no chương"),
    ],
)
def test_words_that_only_look_alike_without_accents_do_not_speak(
    classifier: Classifier, title: str, misread: str
) -> None:
    assert classifier.classify(Item(title)).group == "other", misread


def test_topics_are_named_from_the_programmes_vocabulary(classifier: Classifier, programme: Programme) -> None:
    verdict = classifier.classify(Item("Công khai dự toán ngân sách năm 2018"))
    assert verdict.topic == "budget"
    assert verdict.topic in programme.classification.topics


def test_a_text_counts_only_to_its_cap(classifier: Classifier) -> None:
    title = "Chủ tịch UBND huyện tiếp công dân"
    filler = "Buổi làm việc diễn ra tại trụ sở. " * 700
    told_late = classifier.classify(Item(title, text=filler + "Chủ tịch giao các phòng giải quyết."))
    assert told_late == classifier.classify(Item(title, text=filler))


@settings(max_examples=60, deadline=None)
@given(title=st.text(max_size=200), text=st.text(max_size=300), section=st.text(max_size=40), url=st.text(max_size=60))
def test_no_text_at_all_breaks_it_and_the_group_is_always_a_candidate(
    classifier: Classifier, title: str, text: str, section: str, url: str
) -> None:
    verdict = classifier.classify(Item(title, text, (section,), url))
    assert verdict.group in verdict.candidates
    assert verdict.needs_review == (len(verdict.candidates) > 1)
    assert 0 <= verdict.confidence <= 1


@pytest.mark.parametrize("title", ["Chủ tịch huyện tiếp côg dân", "Đơn khiêu nạii của hộ dân", "Lịc tiếp côn dân"])
def test_a_slip_of_the_pen_in_the_words_of_the_programme_is_asked_about(classifier: Classifier, title: str) -> None:
    verdict = classifier.classify(Item(title))
    assert verdict.needs_review or verdict.group != "other"


@pytest.mark.parametrize("title", ["Cán bộ tiếp cận dân số trẻ", "Tiếp công nghệ cho nông dân", "Khiêu vũ đường phố"])
def test_words_that_only_sound_like_the_programme_are_not_asked_about(classifier: Classifier, title: str) -> None:
    verdict = classifier.classify(Item(title))
    assert (verdict.group, verdict.needs_review) == ("other", False)


def test_a_title_is_read_alike_when_it_is_met_again_and_when_it_is_too_long_to_remember(programme: Programme) -> None:
    classifier, fresh = Classifier(programme), Classifier(programme)
    for title in (SCHEDULE, SCHEDULE + " của Sở" * 80):
        first = classifier.classify(Item(title, sections=("Tin tức",)))
        assert classifier.classify(Item(title, sections=("Tin tức",))) == first == fresh.classify(
            Item(title, sections=("Tin tức",)))
        assert classifier.classify(Item(title, sections=("Kết quả tiếp công dân",))) != first


@pytest.mark.parametrize(
    ("title", "kind", "group"),
    [
        ("V/v tiếp công dân định kỳ tháng 7/2020", "GM", "notice"),
        ("Về việc đối thoại với ông Lò Văn Pành", "GM", "notice"),
        ("Tiếp công dân định kỳ tháng 5/2021", "KL", "result"),
        ("Công tác tiếp công dân, giải quyết khiếu nại, tố cáo", "BC", "result"),
        ("Tiếp công dân của cơ quan", "QC", "regulation"),
        ("Tiếp công dân", "Luật", "legal_text"),
        ("Quy định quy trình tiếp công dân", "TT", "legal_text"),
    ],
)
def test_the_type_of_a_document_says_what_its_title_leaves_out(
    classifier: Classifier, title: str, kind: str, group: str
) -> None:
    verdict = classifier.classify(Item(title, document_type=kind))
    assert (verdict.group, verdict.needs_review) == (group, False)


@pytest.mark.parametrize(("title", "kind"), [("Họp thường kỳ tháng 3", "GM"), ("Đất đai", "Luật"),
                                             ("Thanh tra quản lý đất đai", "KL"), ("Kế hoạch sản xuất vụ mùa", "BC")])
def test_the_type_of_a_document_alone_makes_no_posting_of_the_programme(
    classifier: Classifier, title: str, kind: str
) -> None:
    assert classifier.classify(Item(title, document_type=kind)) == classifier.classify(Item(title))


def test_types_that_cues_speak_of_are_types_that_are_read(programme: Programme) -> None:
    cues = [cue for group in programme.groups for cue in group.cues] + list(programme.classification.against)
    types = {cue.phrase for cue in cues if "type" in cue.where}
    assert types and types <= type_ids()
