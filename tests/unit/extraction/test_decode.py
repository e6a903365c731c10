"""Any bytes become readable text, whatever was declared."""

import codecs
import shutil
import subprocess
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extraction import legacy
from pipeline.extraction.decode import _UNSTABLE, decode, decoded

TEXT = ("<p>Thông báo kết quả tiếp công dân định kỳ tháng 2 năm 2018 của ủy ban nhân dân huyện Đắk Mil; những người "
        "được giải quyết đơn thư khiếu nại, phản ánh; trưởng phòng, kỹ sư, mỹ thuật, thủy lợi, nghĩa vụ, quỹ</p>")


def _tcvn3(text: str) -> bytes:
    codes = {letter: code for code, letter in legacy.TCVN3.items()}
    return bytes(codes.get(c, ord(c)) for c in text)


def _vni(text: str) -> str:
    codes = {letter: code for code, letter in legacy.VNI.items()}
    return "".join(codes.get(c, c) for c in text)


def _cp1258(text: str) -> bytes:
    out = []
    for c in text:
        parts = unicodedata.normalize("NFD", c)
        tones = [m for m in parts if m in "\u0300\u0301\u0303\u0309\u0323"]
        base = unicodedata.normalize("NFC", "".join(m for m in parts if m not in tones))
        out.append((base + "".join(tones)).encode("cp1258"))
    return b"".join(out)


@pytest.mark.parametrize("declared", ["", "text/html", "text/html; charset=utf-8", "text/html; charset=windows-1252"])
@pytest.mark.parametrize("body", [
    TEXT.encode(), unicodedata.normalize("NFD", TEXT).encode(), "\ufeff".encode() + TEXT.encode(),
    TEXT.encode("utf-16"),
    TEXT.encode("utf-16-le"), TEXT.encode("utf-32"), _tcvn3(TEXT), _vni(TEXT).encode("cp1252"), _cp1258(TEXT),
    unicodedata.normalize("NFD", TEXT).encode("utf-16-le"), _vni(TEXT).encode(),
    _tcvn3(TEXT).decode("latin-1").encode(), TEXT.encode().replace(b"<p>", b"<p>\x00"),
], ids=["utf-8", "nfd", "bom", "utf-16", "utf-16-le", "utf-32", "tcvn3", "vni", "cp1258", "nfd as utf-16",
        "vni as utf-8", "tcvn3 as utf-8", "nul"])
def test_vietnamese_is_read_from_every_charset_and_every_claim(body: bytes, declared: str) -> None:
    assert decode(body, declared) == TEXT


def test_only_accents_need_composing_among_the_letters_that_are_taken_as_they_stand() -> None:
    taken = [chr(c) for c in range(0x80, 0x110000) if not 0xD800 <= c < 0xE000 and _UNSTABLE.match(chr(c)) is None]
    stable = [c for c in taken if not "\u0300" <= c <= "\u033f"]
    assert {"ạ", "đ", "Ơ", "–", "…", "\u00a0", "\ufeff"} <= set(stable)
    assert all(unicodedata.is_normalized("NFC", f"a{c}ộ{c}{c}\u09c7{c}\u1100{c}") for c in stable)


@given(st.text(st.sampled_from("aoÔộeđ \n<&\u00a0\u02c6\u0300\u0301\u0302\u0306\u031b\u0323\u033f\u0340\u0345"
                               "\u1e9b\u2000\u2126\u212b\u1100\u1161\u11a8\u09c7\u09beか\u3099ａ\ufeff😀"), max_size=9))
def test_text_is_composed_whatever_lies_in_it(hard: str) -> None:
    text = f"<p>{TEXT}</p>\n{hard}\n{TEXT}"
    assert decode(text.encode(), "") == unicodedata.normalize("NFC", text)
    assert decode(codecs.BOM_UTF8 + text.encode(), "") == unicodedata.normalize("NFC", text)
    assert decode(hard.encode(), "") == unicodedata.normalize("NFC", hard.removeprefix("\ufeff"))
    assert decoded(text.encode(), "").utf8 in {None, unicodedata.normalize("NFC", text).encode()}


def test_what_is_parsed_is_what_was_decoded() -> None:
    read = decoded(codecs.BOM_UTF8 + unicodedata.normalize("NFD", TEXT).encode(), "")
    assert (read.text, read.utf8) == (TEXT, TEXT.encode())
    assert decoded(_tcvn3(TEXT).decode("latin-1").encode(), "") == (TEXT, None)


@pytest.mark.parametrize("stray", [b"\x80", b"\xcc", b"\xe1", b"\xba\xa1", b"\xe1a\xba\xa1"])
def test_bytes_that_are_no_text_beside_an_accent_are_replaced(stray: bytes) -> None:
    body = 3 * TEXT.encode() + b"ngay" + stray + "e\u0323\u0302".encode()
    assert decode(body, "") == unicodedata.normalize("NFC", body.decode("utf-8", "replace"))


def test_one_bad_byte_does_not_change_the_charset() -> None:
    text = decode(TEXT.encode() + b"\xe1\xbb", "text/html; charset=iso-8859-1")
    assert text.startswith(TEXT)


def test_text_that_is_not_vietnamese_is_left_alone() -> None:
    french = "Résumé, café, naïve, déjà vu, coöperation, Zürich, schön, élan"
    assert decode(french.encode(), "") == french
    assert decode(french.encode("latin-1"), "text/html; charset=iso-8859-1") == french
    assert decode("Đắk Nông «trích» ¼ ½".encode(), "") == "Đắk Nông «trích» ¼ ½"
    assert decode("会議の日程".encode("shift_jis"), "text/html; charset=Shift_JIS") == "会議の日程"


def test_a_declaration_inside_the_page_is_used() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">会议日程'
    assert decode(page.encode("gb2312"), "text/html") == page


def test_a_charset_that_nobody_knows_is_passed_over() -> None:
    assert decode(TEXT.encode(), "text/html; charset=x-unknown") == TEXT
    assert decode(b"", "text/html; charset=\x00") == ""


@given(st.binary(max_size=400), st.text(max_size=40))
def test_no_bytes_break_it(body: bytes, declared: str) -> None:
    text = decode(body, declared)
    assert "\x00" not in text
    assert unicodedata.is_normalized("NFC", text)


@pytest.mark.skipif(shutil.which("iconv") is None, reason="iconv is not here")
def test_the_table_of_tcvn3_is_that_of_iconv() -> None:
    for code, letter in legacy.TCVN3.items():
        command = ["iconv", "-f", "TCVN", "-t", "UTF-8"]
        run = subprocess.run(command, input=bytes([code]), capture_output=True, check=False)
        if run.returncode:
            pytest.skip("iconv knows no TCVN")
        assert run.stdout.decode() == letter


def test_data_without_spaces_does_not_keep_a_text_from_being_judged() -> None:
    assert legacy.plausibility("A" * 150_000 + " tiếng Việt") == 1.0
