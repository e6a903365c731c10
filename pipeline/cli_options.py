"""Options that several commands share, and how commands speak.

What belongs here: reading options. What does not: commands.
"""

from __future__ import annotations

import getpass
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.months import ZONE, Month
from pipeline.problems import UserError
from pipeline.registry.sheet import read_day
from pipeline.reviews.journal import starts_a_formula
from pipeline.text import clean, key
from pipeline.workspace import Workspace, evening_of

WorkspaceOption = Annotated[Path, typer.Option("-w", "--workspace", metavar="DIR", help="Thư mục workspace.")]
MonthOption = Annotated[str, typer.Option("--month", metavar="M", help="Tháng, như 2018-02.")]
UnitOption = Annotated[
    list[str] | None, typer.Option("--unit", metavar="ID", help="Chỉ đơn vị này (dùng được nhiều lần).")
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="T", help="Chỉ workspace mô phỏng: đứng ở thời điểm T (ngày, hoặc ngày giờ)."),
]
_LONGEST_NAME = 80
_YES, _NO = frozenset({"c", "co", "y", "yes"}), frozenset({"", "k", "khong", "n", "no"})
_DAY = re.compile(r"[0-9/.-]+")


def say(text: str, *, to_stderr: bool = False, end: str = "\n") -> None:
    """Print a line for the user."""
    typer.echo(text + end, err=to_stderr, nl=False)


def read_month(workspace: Workspace, text: str) -> Month:
    """Return the month of `--month`; UserError where it is none, before the first, or still to come."""
    try:
        month = Month.parse(text)
    except ValueError as error:
        raise UserError(f"--month: {error}") from error
    if month < workspace.first_month:
        raise UserError(
            f"--month {month}: trước tháng đầu tiên của workspace ({workspace.first_month}); "
            "sửa first_month trong congkhai.toml"
        )
    if month > Month.of(datetime.now(ZONE).date()):
        raise UserError(f"--month {month}: tháng chưa tới")
    return month


def read_as_of(workspace: Workspace, text: str | None) -> datetime | None:
    """Return the UTC moment of `--as-of`; a bare day means 20:00 of that day, a bare time is local.

    UserError for what is no moment, and always in a workspace that is no simulation.
    """
    if text is None:
        return None
    if not workspace.simulated:
        raise UserError("--as-of chỉ dùng được trong workspace mô phỏng ([simulation] trong congkhai.toml)")
    return parse_moment(text)


def parse_moment(text: str) -> datetime:
    """Return the UTC moment of a text such as 2018-03-05, 05/03/2018 or 2018-03-05T09:00; UserError otherwise."""
    day: date | None = read_day(text) if _DAY.fullmatch(text) else None
    if day is not None:
        return evening_of(day).astimezone(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UserError(
            f"thời điểm {text!r} không hợp lệ; viết như 2018-03-05, 2018-03-05T20:00 hoặc 2018-03-05T10:00Z"
        ) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(UTC)


def read_name(by: str) -> str:
    """Return who acts: `--by`, else the login; UserError where nobody can be named."""
    try:
        name = clean(by) or clean(getpass.getuser())
    except (OSError, KeyError):
        name = ""
    if not name:
        raise UserError("thiếu tên người làm: thêm --by NAME")
    if starts_a_formula(name):
        raise UserError(f"--by {name}: tên không bắt đầu bằng {name[0]} (như công thức)")
    if len(name) > _LONGEST_NAME:
        raise UserError(f"--by: tên dài quá {_LONGEST_NAME} ký tự")
    return name


def confirm(question: str) -> None:
    """Ask and return where the answer is yes (có); abort where it is no or there is nobody to answer."""
    while True:
        answer = key(typer.prompt(question, default="", show_default=False, prompt_suffix=" [c/K]: "))
        if answer in _YES:
            return
        if answer in _NO:
            raise typer.Abort
        say("Trả lời c (có) hoặc k (không).")


def check_units(workspace: Workspace, units: list[str] | None, month: Month) -> tuple[str, ...]:
    """Return the units of `--unit`; UserError for one without a portal in the month."""
    watched = {p.unit_id for p in workspace.registry.portals_on(month.last_day)}
    unknown = sorted(set(units or ()) - watched)
    if unknown:
        raise UserError(
            f"--unit {', '.join(unknown)}: không có trang nào trong portals.csv; có: {', '.join(sorted(watched))}"
        )
    return tuple(dict.fromkeys(units or ()))
