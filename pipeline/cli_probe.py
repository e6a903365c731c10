"""The command `probe`: what was found of each portal, in words, with rows for `overrides.csv` ready to paste.

What belongs here: options and lines of text of at most a hundred columns, addresses and rows apart. What does not:
trying portals (`pipeline.probe`), when to doubt (`pipeline.proposals`).
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from pipeline.cli_options import UnitOption, WorkspaceOption, check_units, say
from pipeline.months import ZONE, Month
from pipeline.overrides import SHEET, as_csv
from pipeline.programmes.model import Programme
from pipeline.snapshots.model import Cause
from pipeline.workspace import load_workspace

if TYPE_CHECKING:
    from pipeline.probe import Probed, ProbedSection
    from pipeline.proposals import Finds, Proposal

HELP = "Thử các trang: đọc được không, nền tảng, chuyên mục; đề xuất dòng cho overrides.csv."
_WIDTH = 100
_CLEAR = "\r\x1b[K"


def probe(workspace: WorkspaceOption, unit: UnitOption = None) -> None:
    """Say of each portal whether it can be read, on what it runs, and which sections were found; 1 if one cannot."""
    loaded = load_workspace(workspace)
    units = check_units(loaded, unit, Month.of(datetime.now(ZONE).date()))
    from pipeline.probe import probe as try_portals

    watched = sys.stderr.isatty()
    found = try_portals(loaded, units, lambda line: say(_CLEAR + line, to_stderr=True, end="") if watched else None)
    if watched:
        say(_CLEAR, to_stderr=True, end="")
    for portal in found:
        for line in lines_of(portal, loaded.programme):
            say(line)
    failed = sum(portal.cause is not Cause.NONE for portal in found)
    doubts = sum(len(portal.proposals) for portal in found)
    say(f"{len(found)} trang: {len(found) - failed} đọc được, {failed} không; {doubts} đề xuất cho {SHEET.file}")
    if failed:
        raise typer.Exit(1)


def lines_of(portal: Probed, programme: Programme) -> Iterator[str]:
    """Give the lines that tell one portal."""
    from warehouse.vocabularies import cause_text

    fine = portal.cause is Cause.NONE
    state = "đọc được" if fine else f"{cause_text(portal.cause.value)} ({portal.detail})".replace(" ()", "")
    yield f"{portal.portal_id}  {portal.url}"
    yield from _wrapped(f"{state}; nền tảng: {portal.platform or 'chưa nhận ra'}")
    for section in portal.sections:
        yield from _section(section, programme)
    if fine and not portal.sections:
        yield "  chưa thấy chuyên mục nào của chương trình"
    elif fine and portal.missing:
        names = ", ".join(programme.group(group).name for group in portal.missing)
        yield from _wrapped(f"chưa thấy chuyên mục riêng cho: {names}")
    for link in portal.elsewhere:
        yield from _wrapped(f"sang trang khác: {link.label} (của đơn vị thì ghi vào portals.csv)")
        yield f"    {link.url}"
    if portal.left_out:
        yield f"  không mở theo {SHEET.file}: {len(portal.left_out)} địa chỉ"
        yield from (f"    {url}" for url in portal.left_out[:3])
    yield from _problems(portal.problems)
    if portal.proposals:
        yield from _proposals(portal.proposals)


def _section(section: ProbedSection, programme: Programme) -> Iterator[str]:
    from warehouse.vocabularies import cause_text

    yield from _wrapped(f"chuyên mục: {' › '.join(section.trail)}")
    yield f"    {section.url}"
    if section.cause is not Cause.NONE:
        yield from _wrapped(f"không đọc được: {cause_text(section.cause.value)}", 4)
        return
    group = programme.group(section.group).name if section.group else "chưa rõ"
    pages = f"; ít nhất {section.pages} trang" if section.pages > 1 else ""
    platform = f"; nền tảng: {section.platform}" if section.platform else ""
    told = "một bài viết, không có danh sách" if section.is_text else _figures(section.finds)
    yield from _wrapped(f"nhóm: {group}; {told}{pages}{platform}", 4)


def _figures(finds: Finds) -> str:
    told = f"{finds.rows} tin, {finds.dated} có ngày"
    if finds.oldest is None or finds.newest is None:
        return told
    return f"{told} ({finds.oldest:%d/%m/%Y} – {finds.newest:%d/%m/%Y})"


def _problems(problems: Sequence[str]) -> Iterator[str]:
    """Tell the reader's complaints, each once: an override that found nothing, a page that was cut."""
    pages: dict[str, list[str]] = {}
    for problem in problems:
        url, _, told = problem.partition(": ")
        pages.setdefault(told, []).append(url)
    for told, urls in pages.items():
        if told.startswith("override: "):
            what = told.removeprefix("override: ").replace("no row by", "không thấy tin nào theo")
            what = what.replace("no date by", "không thấy ngày theo").replace("nothing by", "không thấy gì theo")
            yield from _wrapped(f"{SHEET.file}: {what}; {len(urls)} trang được đọc theo cách chung, như")
        else:
            yield from _wrapped(f"cảnh báo: {told}; {len(urls)} trang, như")
        yield f"    {urls[0]}"


def _proposals(proposals: Sequence[Proposal]) -> Iterator[str]:
    yield f"  Đề xuất: chép dòng thấy đúng vào {SHEET.file}, ghi lại người quyết định và lý do:"
    yield f"  # {','.join(SHEET.columns)}"
    for proposal in proposals:
        yield from _wrapped(f"{proposal.why}; tìm thấy {_figures(proposal.finds)}:", 2, "# ")
        for title in proposal.finds.titles:
            yield textwrap.shorten(f"  #   “{title}”", _WIDTH - 2, placeholder=" …”").replace("#", "  #  ", 1)
        yield from as_csv(proposal.lines)


def _wrapped(text: str, indent: int = 2, mark: str = "") -> list[str]:
    first = " " * indent + mark
    later = first if mark else first + "  "
    return textwrap.wrap(text, _WIDTH, initial_indent=first, subsequent_indent=later, break_long_words=False,
                         break_on_hyphens=False)
