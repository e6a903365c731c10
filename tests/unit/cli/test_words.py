"""What the command line says is Vietnamese: help, what the system refuses, its one question, how a crawl ended."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pytest
import typer

from pipeline import cli, cli_options
from pipeline.cli_options import confirm, read_name
from pipeline.imports import import_captures
from pipeline.months import Month
from pipeline.problems import UserError, refusal, told_refusal
from pipeline.snapshots.layout import End
from pipeline.workspace import create_workspace, load_workspace
from scrapy_project.summary import END_WORDS

ENGLISH = (
    "Usage", "Options", "Commands", "Arguments", "OPTIONS", "COMMAND", "ARGS", "Show this", "required", "default:")


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from commands(one, (*path, name))


@pytest.mark.parametrize("path", list(commands(typer.main.get_command(cli.app))))
def test_no_word_of_help_is_left_in_english(path: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["congkhai", *path, "--help"])
        assert cli._run() == 0
    said = capsys.readouterr().out
    usage = said.partition("\n")[0]  # under `python -m pytest` the program's name has that before it
    assert usage.startswith("Cách dùng: ") and "congkhai" in usage and "Tuỳ chọn:" in said
    assert [word for word in ENGLISH if word in said] == []


@pytest.mark.parametrize(("line", "said"), [
    ("ui -w x --port abc", "--port: 'abc' không phải là số"), ("ui -w x --port 0", "--port: 0 không nằm trong khoảng"),
    ("run -w", "-w cần một giá trị"), ("check -w x y z", "thừa tham số: y z"),
    ("release -w x --month 2018-01 --yes=3", "--yes không nhận giá trị"),
])
def test_what_is_wrong_with_a_command_line_is_said_in_vietnamese(
    line: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["congkhai", *line.split()])
        assert cli._run() == 2
    assert capsys.readouterr().err.startswith(f"Lệnh chưa đúng: {said}")


@pytest.mark.parametrize(("number", "said"), [
    (errno.ENOSPC, "đĩa đã đầy"), (errno.EACCES, "không có quyền"), (errno.EROFS, "nơi này chỉ cho đọc"),
    (errno.EISDIR, "đây là thư mục, không phải tệp"), (errno.ETXTBSY, "đang được chương trình khác dùng"),
])
def test_what_the_system_refuses_is_said_in_vietnamese(number: int, said: str) -> None:
    error = OSError(number, "English words", "/some/file.xlsx")
    assert refusal(error) == said
    assert told_refusal(str(error)) == told_refusal(f"OSError: {error}") == f"/some/file.xlsx: {said}"
    assert told_refusal(str(OSError(number, "English words"))) == said


def test_what_is_rare_or_no_refusal_keeps_its_words() -> None:
    assert refusal(OSError(errno.EXDEV, "Cross-device link")) == "Cross-device link"
    for message in ("[Errno 18] Cross-device link", "một tiến trình khác đang mở kho dữ liệu"):
        assert told_refusal(message) == message


def test_a_file_that_cannot_be_imported_says_why(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    create_workspace(folder, "dak-nong-2018", date(2018, 1, 1))
    with pytest.raises(UserError, match=r"không đọc được \(đây là thư mục, không phải tệp\)"):
        import_captures(load_workspace(folder), Month(2018, 2), [tmp_path])


def test_a_folder_that_cannot_be_made_is_no_accident(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["congkhai", "init", str(tmp_path / "file" / "w")])
        assert cli._run() == 2
    said = capsys.readouterr().err
    assert "không phải là thư mục" in said and "Errno" not in said


@pytest.mark.parametrize("answer", ["c", "C", "có", "Co", "y", "Yes"])
def test_a_yes_in_either_language_goes_on(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda text: asked.append(text) or answer)
    confirm("Phát hành tháng 2018-02?")
    assert asked == ["Phát hành tháng 2018-02? [c/K]: "]


@pytest.mark.parametrize("answer", ["", "k", "K", "không", "n", "no"])
def test_anything_like_a_no_stops(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: answer)
    with pytest.raises(click.Abort):
        confirm("Phát hành?")


def test_an_answer_that_is_neither_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter(["ờ", "c"])
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: next(answers))
    confirm("Phát hành?")
    assert "c (có) hoặc k (không)" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["=cmd()", "+An", "-An", "@An", " =1+1", "'An"])
def test_a_name_that_a_spreadsheet_takes_for_a_formula_is_refused(name: str) -> None:
    with pytest.raises(UserError, match="tên không bắt đầu bằng"):
        read_name(name)


def test_a_login_that_looks_like_a_formula_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_name("  Nguyễn   An ") == "Nguyễn An"
    monkeypatch.setattr(cli_options.getpass, "getuser", lambda: "=x")
    with pytest.raises(UserError):
        read_name("")


def test_every_end_of_a_crawl_has_its_word() -> None:
    assert set(END_WORDS) == {*End, None} and END_WORDS[End.FINISHED] == "xong"
