"""Click's own words in Vietnamese: around the texts of `--help`, and what is wrong with a command line.

What belongs here: those words. What does not: what a command or option does (its own help text), problems that our
commands find (`pipeline.problems`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click

_HEADINGS = {
    "Options": "Tuỳ chọn", "Commands": "Lệnh", "Arguments": "Tham số", "Positional arguments": "Tham số",
}
_USAGE = {"[OPTIONS]": "[TUỲ CHỌN]", "COMMAND": "LỆNH", "[ARGS]...": "[THAM SỐ]..."}
_TEXTS = {
    "Show this message and exit.": "Hiện hướng dẫn này.",
    "[required]": "[bắt buộc]",
    "[default: ": "[mặc định: ",
    "; required]": "; bắt buộc]",
}


class VietnameseHelp(click.HelpFormatter):
    """Click's layout with Vietnamese words; a word that is not known stays as it is."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        words = " ".join(_USAGE.get(word, word) for word in args.split())
        super().write_usage(prog, words, "Cách dùng: " if prefix is None else prefix)

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Write a heading and what stands under it."""
        with super().section(_HEADINGS.get(name, name)):
            yield

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of options or commands, each with its text."""
        super().write_dl([(name, _said(text)) for name, text in rows], col_max, col_spacing)


def _said(text: str) -> str:
    for english, vietnamese in _TEXTS.items():
        text = text.replace(english, vietnamese)
    return text


_WRONG = (
    (re.compile(r"'(.*)' is not a valid (?:integer|float).*"), r"'\1' không phải là số"),
    (re.compile(r"(\S+) is not in the range (.*)\."), r"\1 không nằm trong khoảng \2"),
    (re.compile(r"Option '(.*)' requires an argument\."), r"\1 cần một giá trị"),
    (re.compile(r"Option '(.*)' does not take a value\."), r"\1 không nhận giá trị"),
    (re.compile(r"Got unexpected extra arguments? \((.*)\)"), r"thừa tham số: \1"),
)


def wrong_in_vietnamese(message: str) -> str:
    """Return what Click finds wrong with a command line; its own words where it is something rare."""
    for english, vietnamese in _WRONG:
        if found := english.fullmatch(message):
            return found.expand(vietnamese)
    return message


def speak_vietnamese() -> None:
    """Let every command of this process lay out its help so."""
    click.Context.formatter_class = VietnameseHelp
