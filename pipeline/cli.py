"""`congkhai`: the command line. Thin commands over the same functions that the assets call.

What belongs here: the app, errors and exit codes, commands on a workspace as a whole. What does not: commands on a
month (`pipeline.cli_month`), on its review and its issue (`pipeline.cli_review`, `pipeline.cli_release`), on single
pages (`pipeline.cli_pages`) and `probe` (`pipeline.cli_probe`).
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from datetime import datetime
from pathlib import Path
from typing import Annotated

import click
import typer

from pipeline import cli_month, cli_pages, cli_probe, cli_recheck, cli_release, cli_review
from pipeline.cli_options import WorkspaceOption, say
from pipeline.help_words import speak_vietnamese, wrong_in_vietnamese
from pipeline.months import ZONE
from pipeline.problems import UserError, is_refusal, refusal
from pipeline.workspace import create_workspace, example_names, load_workspace

_STOPPED = 130
_SHOWN = 5
speak_vietnamese()

app = typer.Typer(
    name="congkhai",
    help="Theo dõi việc công khai trên trang thông tin điện tử của các đơn vị.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.command(help="Tạo một workspace mới (trống, hoặc theo ví dụ).")
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Thư mục chưa có hoặc trống.")],
    example: Annotated[str | None, typer.Option("--example", metavar="NAME", help="Chép một ví dụ.")] = None,
) -> None:
    """Make a workspace in DIR."""
    made = create_workspace(folder, example, datetime.now(ZONE).date())
    say(f"Đã tạo {folder}: {', '.join(name for name in made if not name.startswith('.'))}")
    if example is None:
        say(f"Ví dụ đầy đủ (--example): {', '.join(example_names())}")
        say("Tiếp theo: ghi đơn vị vào units.csv, địa chỉ vào portals.csv (xem README.md).")
    say(f"Rồi kiểm tra: congkhai check -w {folder}")


@app.command(help="Kiểm tra mọi tệp của workspace; báo mọi chỗ sai cùng lúc.")
def check(workspace: WorkspaceOption) -> None:
    """Validate the workspace; writes nothing."""
    loaded = load_workspace(workspace)
    registry = loaded.registry
    units = {version.unit_id for version in registry.versions}
    watched = {portal.unit_id for portal in registry.portals}
    say(
        f"{loaded.settings.title}: hợp lệ — {len(units)} đơn vị, {len(registry.portals)} trang của "
        f"{len(watched)} đơn vị, từ tháng {loaded.first_month}"
        + (" (mô phỏng)" if loaded.simulated else "")
    )
    if loaded.overrides.lines:
        say(f"overrides.csv: {len(loaded.overrides.lines)} dòng chỉ dẫn cho trang")
    if loaded.reviews.verdicts or loaded.reviews.notes:
        say(f"reviews: {len(loaded.reviews.verdicts)} kết luận, {len(loaded.reviews.notes)} ghi chú")
    from pipeline.release.behind import behind_lines

    owing = [unit.name for unit in registry.watched(datetime.now(ZONE).date(), loaded.programme.owes)
             if unit.unit_id not in watched]
    if registry.portals and owing:
        more = f" và {len(owing) - _SHOWN} đơn vị nữa" if len(owing) > _SHOWN else ""
        say(f"Có nghĩa vụ mà chưa có trang, nên không đánh giá được: {', '.join(owing[:_SHOWN])}{more}")
    for line in behind_lines(loaded):
        say(line)
    if not registry.portals:
        say("Chưa có trang nào: ghi unit_id,url vào portals.csv.")


@app.command(help="Mở giao diện Dagster của workspace trên máy này.")
def ui(
    workspace: WorkspaceOption,
    port: Annotated[int, typer.Option("--port", metavar="N", min=1, max=65535, help="Cổng.")] = 3000,
    host: Annotated[str, typer.Option("--host", metavar="HOST", help="Chỉ nhận địa chỉ của máy này.")] = "127.0.0.1",
) -> None:
    """Serve Dagster's UI until stopped."""
    from pipeline.ui import serve_ui

    loaded = load_workspace(workspace)
    raise typer.Exit(serve_ui(loaded, host, port, say))


app.command(help=cli_probe.HELP)(cli_probe.probe)
app.command(help=cli_month.HELP["crawl"])(cli_month.crawl)
app.command(help=cli_month.HELP["run"])(cli_month.run)
app.command(help=cli_recheck.HELP)(cli_recheck.recheck)
app.command(help=cli_month.HELP["summary"])(cli_month.summary)
app.add_typer(cli_review.app, name="review")
app.command(help=cli_release.HELP)(cli_release.release)
app.command("import-warc", help=cli_month.HELP["import_warc"])(cli_month.import_warc)
app.command(help=cli_pages.HELP["extract"])(cli_pages.extract)
app.command(help=cli_pages.HELP["classify"])(cli_pages.classify)


def main() -> None:
    """Run a command: exit code 2 and a clear line for what the user can mend, 1 for what nobody expected."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    # Asked to end, a command ends what it started too, as with Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(_run())


def _run() -> int:
    try:
        result = app(standalone_mode=False)
    except Exception as error:
        return _told(error)
    except KeyboardInterrupt:
        return _told(click.Abort())
    # Typer gives an interruption as its exit code.
    return _told(click.Abort()) if result == _STOPPED else result if isinstance(result, int) else 0


def _told(error: Exception) -> int:
    """Tell the user what stopped the command; return the exit code."""
    if isinstance(error, OSError) and is_refusal(error):
        error = UserError(f"{error.filename}: {refusal(error)}")
    match error:
        case UserError():
            say(f"Có lỗi:\n{error}" if "\n" in str(error) else f"Lỗi: {error}", to_stderr=True)
            return 2
        case click.exceptions.NoArgsIsHelpError():
            say(error.format_message(), to_stderr=True)
            return 2
        case click.ClickException():
            say(f"Lệnh chưa đúng: {_in_vietnamese(error)}", to_stderr=True)
            say("Xem cách dùng: congkhai --help, hoặc congkhai LỆNH --help", to_stderr=True)
            return 2
        case click.Abort():
            say("Đã dừng.", to_stderr=True)
            return _STOPPED
        case BrokenPipeError():
            # The reader of our output has gone (as with `| head`): nothing more to say, not even at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        case _:
            say("".join(traceback.format_exception(error)), to_stderr=True)
            say("Lỗi không ngờ tới của chương trình; xin gửi đoạn trên cho người phát triển.", to_stderr=True)
            return 1


def _in_vietnamese(error: click.ClickException) -> str:
    """Return what is wrong with the command line; click's own words where it is something rare."""
    match error:
        case click.exceptions.NoSuchOption():
            return f"không có tuỳ chọn {error.option_name}"
        case click.exceptions.MissingParameter(param=click.Option() as missing):
            return f"thiếu {missing.opts[-1]}"
        case click.exceptions.MissingParameter(param=click.Argument() as missing):
            return f"thiếu {missing.metavar or missing.name}"
        case click.exceptions.BadParameter(param=click.Parameter() as wrong):
            return f"{wrong.opts[-1]}: {wrong_in_vietnamese(error.message)}"
        case click.UsageError(ctx=click.Context(command=click.Group() as group)) if "No such command" in error.message:
            return f"không có lệnh {_quoted(error.message)}; có: {', '.join(group.commands)}"
        case _:
            return wrong_in_vietnamese(error.format_message())


def _quoted(message: str) -> str:
    """Return the word that click's message quotes."""
    return message.split("'")[1] if message.count("'") > 1 else message


if __name__ == "__main__":
    main()
