"""Posted files are read for their words; whatever they are, the reader's caller lives."""

from __future__ import annotations

import random
import resource
import time
from pathlib import Path

import pytest

from pipeline.attachments import Caps, Problem, read_attachment
from pipeline.attachments.model import AttachmentText
from tests.unit.attachments import files

SMALL = Caps(seconds=2, memory_mb=400)


def test_the_text_of_a_pdf_is_read() -> None:
    found = read_attachment(files.text_pdf("So: 12/TB-UBND", "Lich tiep cong dan thang 2"), "lich.pdf")
    assert found == AttachmentText("So: 12/TB-UBND\nLich tiep cong dan thang 2", "pdf", 1)


def test_the_text_of_a_word_file_is_read_with_its_tables_in_order() -> None:
    found = read_attachment(files.word("Lịch tiếp công dân", "tháng 2", table=("Thứ Hai", "Chủ tịch")), "lich.docx")
    assert found == AttachmentText("Lịch tiếp công dân\ntháng 2\nThứ Hai\nChủ tịch", "docx")


def test_the_text_of_a_workbook_is_read_row_by_row() -> None:
    found = read_attachment(files.workbook(("Ngày", "Người tiếp"), (5, "Giám đốc"), (None, "Hòa")), "lich.xlsx")
    assert found == AttachmentText("Lịch\nNgày Người tiếp\n5 Giám đốc\nHòa", "xlsx", 1)


def test_decomposed_letters_come_out_composed() -> None:
    assert read_attachment(files.word("Tiếp công dân")).text == "Tiếp công dân"


@pytest.mark.parametrize("stamp", ["", "Nguoi ky: So Noi vu, Thoi gian ky: 13.06.2018 15:30:01 +07:00"])
def test_pages_that_are_pictures_are_a_scan_also_under_a_stamp(stamp: str) -> None:
    found = read_attachment(files.scanned_pdf(stamp, pages=3), "quyet-dinh.pdf")
    assert (found.scanned, found.pages, found.problem, found.text.count("Nguoi")) == (True, 3, "", 3 if stamp else 0)


def test_a_written_page_over_a_picture_is_no_scan() -> None:
    found = read_attachment(files.scanned_pdf("Lich tiep cong dan cua Giam doc " * 10))
    assert not found.scanned


def test_a_picture_is_a_scan_and_is_not_looked_into() -> None:
    huge = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (65535).to_bytes(4) * 2 + b"\x08\x06\0\0\0"
    assert read_attachment(huge, "van-ban.png") == AttachmentText(kind="image", scanned=True)


def test_a_pdf_with_a_huge_picture_is_a_scan_and_costs_nothing() -> None:
    assert read_attachment(files.scanned_pdf(side=9000), caps=SMALL).scanned


@pytest.mark.parametrize(
    ("body", "name", "kind"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.doc", "doc"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "http://a.test/b.xls?x=1", "xls"),
        (b"{\\rtf1 Lich}", "a.doc", "rtf"),
        (b"Rar!\x1a\x07\0", "a.rar", "rar"),
        (b"<!DOCTYPE html><p>Khong co tep", "a.pdf", "html"),
        (b"", "a.pdf", "unknown"),
    ],
)
def test_kinds_without_a_safe_reader_are_named_and_left(body: bytes, name: str, kind: str) -> None:
    assert read_attachment(body, name) == AttachmentText(kind=kind, problem=Problem.UNSUPPORTED)


def test_what_is_locked_is_said_to_be_locked() -> None:
    assert read_attachment(files.encrypted_pdf()).problem is Problem.ENCRYPTED
    office = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le")
    assert read_attachment(office, "a.docx").problem is Problem.ENCRYPTED


def test_caps_hold_the_text_the_pages_and_the_rows() -> None:
    many = files.pdf(*[files.words(f"trang {n}") for n in range(9)])
    found = read_attachment(many, caps=Caps(pages=3))
    assert (found.text, found.pages) == ("trang 0\ntrang 1\ntrang 2", 9)
    assert len(read_attachment(files.word("Lịch " * 9000), caps=Caps(characters=100)).text) == 100
    book = files.workbook(*[(n,) for n in range(50)])
    assert read_attachment(book, caps=Caps(rows=3)).text == "Lịch\n0\n1\n2"
    assert read_attachment(many, caps=Caps(bytes=100)).problem is Problem.TOO_LARGE


@pytest.mark.parametrize(
    ("make", "problems"),
    [
        (files.zip_bomb, {Problem.TOO_LARGE}),
        (files.lying_zip_bomb, {Problem.DAMAGED}),
        (files.xml_bomb, {Problem.DAMAGED}),
        (files.endless_pdf, {Problem.DAMAGED, Problem.NONE}),
        (files.deep_pdf, {Problem.DAMAGED, Problem.NONE}),
        (lambda: files.packed_pdf(400), {Problem.MEMORY, Problem.TIMEOUT, Problem.DAMAGED}),
    ],
)
def test_traps_end_as_a_problem_soon_and_cost_the_caller_nothing(make: object, problems: set[Problem]) -> None:
    body = make()  # type: ignore[operator]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    found = read_attachment(body, "bay", caps=SMALL)
    assert found.problem in problems
    assert time.monotonic() - began < SMALL.seconds * 4 + 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60 << 10


@pytest.mark.parametrize("padding", [0, 100_000])
def test_no_other_file_is_drawn_in(tmp_path: Path, padding: int) -> None:
    secret = tmp_path / "mat.txt"
    secret.write_text("bi mat")
    found = read_attachment(files.external_entity(secret.as_uri(), padding))
    assert "bi mat" not in found.text


def test_files_cut_or_spoiled_anywhere_never_raise() -> None:
    chance = random.Random(7)
    for whole in (files.text_pdf("Lich tiep"), files.word("Lịch tiếp"), files.workbook(("Lịch",))):
        for _ in range(4):
            at = chance.randrange(len(whole))
            read_attachment(whole[:at], "x")
            read_attachment(whole[:at] + chance.randbytes(40) + whole[at + 40 :], "x")


def test_a_reader_that_sleeps_is_killed_by_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asleep = tmp_path / "asleep"
    asleep.write_text("#!/bin/sh\nexec sleep 60\n")
    asleep.chmod(0o755)
    monkeypatch.setattr("pipeline.attachments.process.sys.executable", str(asleep))
    began = time.monotonic()
    assert read_attachment(files.text_pdf("x"), caps=Caps(seconds=1)).problem is Problem.TIMEOUT
    assert time.monotonic() - began < 20
