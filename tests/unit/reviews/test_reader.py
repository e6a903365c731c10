"""Workbooks that come back may be anybody's: each trap is refused with its name, in bounded memory, or read as text."""

from __future__ import annotations

import io
import resource
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText

from pipeline.outputs.review import render
from pipeline.reviews.cells import CellKind, Flaw, Limits
from pipeline.reviews.reader import read_workbook
from tests.unit.reviews.office import OPTIONS, WORDS, one_of_each, opened, question, read, review, saved

BOUND_MB = 600


def book(**cells: object) -> bytes:
    made = Workbook()
    assert made.active is not None
    for reference, value in cells.items():
        made.active[reference] = value  # type: ignore[index]
    return saved(made)


def cells(body: bytes) -> dict[tuple[int, int], tuple[str, str]]:
    (sheet,), flaw = read_workbook(body)
    assert flaw is Flaw.NONE
    return {(row, column): cell for row, found in sheet.rows.items() for column, cell in found.items()}


def with_part(body: bytes, name: str, content: bytes | Callable[[bytes], bytes], *, method: int = 8) -> bytes:
    """Return a workbook with a part added or changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", method) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        before = old.read(name) if name in old.namelist() else b""
        new.writestr(name, content(before) if callable(content) else content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
GOOD = book(A1="x")


def sheet_of(rows: bytes) -> bytes:
    return (b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' + rows
            + b"</sheetData></worksheet>")


def test_every_cell_is_text_as_a_person_typed_it() -> None:
    found = cells(book(A1="00123", B1="NA", C1=123, D1=1.5, E1=True, F1=datetime(2018, 2, 5), G1="=1+1",
                       H1=" hoà ", I1="1e5", J1="#N/A"))
    assert [found[1, column] for column in range(1, 11)] == [
        ("00123", ""), ("NA", ""), ("123", ""), ("1.5", ""), ("1", ""), ("2018-02-05", ""), ("", "formula"),
        (" hoà ", ""), ("1e5", ""), ("#N/A", CellKind.ERROR)]


def test_rich_text_and_escaped_characters_are_read_as_shown() -> None:
    found = cells(book(A1=CellRichText("Đã ", "bị gỡ"), B1="_x0041_"))
    assert (found[1, 1], found[1, 2][0] in ("_x0041_", "A")) == (("Đã bị gỡ", ""), True)


def test_a_result_that_a_formula_kept_is_still_a_formula() -> None:
    body = with_part(GOOD, SHEET, sheet_of(b'<row r="1"><c r="A1" t="str"><f>B1</f><v>keep</v></c></row>'))
    assert cells(body) == {(1, 1): ("keep", "formula")}


def test_a_far_cell_is_named_and_costs_nothing() -> None:
    (sheet,), flaw = read_workbook(book(A1="x", XFD1048576="y"))
    assert (flaw, sheet.far, list(sheet.rows)) == (Flaw.NONE, ["XFD1048576"], [1])


def test_a_far_cell_in_a_review_is_refused_and_the_rest_is_taken() -> None:
    workbook = opened(render(review([question()]), OPTIONS))
    workbook[WORDS.sheets.questions]["ZZ99999"] = "x"
    found = read(saved(workbook))
    assert [(r.row, "ZZ99999" in r.why) for r in found.refusals] == [(99999, True)]
    assert found.unanswered == 1


def bomb() -> bytes:
    row = b'<row r="1">' + b'<c r="A1"><v>1</v></c>' * 64 + b"</row>"
    return with_part(GOOD, SHEET, sheet_of(row * 60_000))


def many_texts() -> bytes:
    """Small in the file, few bytes unpacked a cell, large as objects."""
    row = b"".join(b'<c r="%s1" t="inlineStr"><is><t>ab</t></is></c>' % bytes([65 + n]) for n in range(26))
    rows = b"".join(b'<row r="%d">%s</row>' % (n, row.replace(b"1\" t", b"%d\" t" % n)) for n in range(1, 20_000))
    return with_part(GOOD, SHEET, sheet_of(rows))


def entities() -> bytes:
    levels = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 9))
    return with_part(GOOD, SHEET, lambda old: b'<!DOCTYPE x [<!ENTITY a0 "xx">' + levels + b"]>" + old)


def many_parts() -> bytes:
    body = GOOD
    out = io.BytesIO(body)
    with zipfile.ZipFile(out, "a") as package:
        for number in range(500):
            package.writestr(f"xl/media/{number}", b"")
    return out.getvalue()


def other_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    return out.getvalue()


HOSTILE: list[tuple[str, bytes, Flaw]] = [
    ("zip bomb", bomb(), Flaw.TOO_LARGE),
    ("many cells", many_texts(), Flaw.TOO_LARGE),
    ("entities that multiply", entities(), Flaw.DAMAGED),
    ("a macro", with_part(GOOD, "xl/vbaProject.bin", b"\xd0\xcf"), Flaw.MACROS),
    ("many parts", many_parts(), Flaw.TOO_LARGE),
    ("cut in the middle", GOOD[: len(GOOD) // 2], Flaw.DAMAGED),
    ("cut at its end", GOOD[:-8], Flaw.DAMAGED),
    ("a part cut", with_part(GOOD, SHEET, lambda old: old[:-30]), Flaw.DAMAGED),
    ("a table of texts that is too short", with_part(
        GOOD, SHEET, sheet_of(b'<row r="1"><c r="A1" t="s"><v>99</v></c></row>')), Flaw.DAMAGED),
    ("an old xls or a password", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Flaw.UNSUPPORTED),
    ("a password", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), Flaw.ENCRYPTED),
    ("csv", "Kết luận,Nhóm\n".encode(), Flaw.UNSUPPORTED),
    ("an empty file", b"", Flaw.UNSUPPORTED),
    ("too many bytes", b"PK\x03\x04" + b"\0" * (9 << 20), Flaw.TOO_LARGE),
    ("another zip", other_zip(), Flaw.UNSUPPORTED),
    ("nothing but zeros", b"\0" * 4096, Flaw.UNSUPPORTED),
]


@pytest.mark.parametrize(("name", "body", "flaw"), HOSTILE, ids=[name for name, *_ in HOSTILE])
def test_a_trap_is_refused_by_name_in_bounded_memory(name: str, body: bytes, flaw: Flaw) -> None:
    # a child's peak begins with that of the process that starts it, and the children's is that of the largest so far
    so_far = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    sheets, found = read_workbook(body)
    assert found is flaw, name
    assert flaw is Flaw.NONE or sheets == []
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(so_far, BOUND_MB * 1024)


def test_a_reader_that_takes_too_much_is_ended() -> None:
    greedy = Limits(cells=10**9, characters=10**9, rows=10**6, memory_mb=128)
    sheets, flaw = read_workbook(many_texts(), greedy)
    assert sheets == [] and flaw in (Flaw.MEMORY, Flaw.DAMAGED)
    assert read_workbook(GOOD, replace(greedy, seconds=0)) == ([], Flaw.TIMEOUT)


def test_every_flaw_has_its_words() -> None:
    assert {str(flaw) for flaw in Flaw if flaw} <= set(WORDS.problems)


def test_a_good_workbook_is_read_whole() -> None:
    sheets, flaw = read_workbook(render(review(one_of_each()), OPTIONS))
    assert flaw is Flaw.NONE
    assert [sheet.title for sheet in sheets] == [WORDS.sheets.questions, WORDS.sheets.notes, WORDS.sheets.lists]
