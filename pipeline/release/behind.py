"""Months whose workbooks were made before an earlier month was issued or made again, and say nothing of it yet.

What belongs here: which months those are, in words. What does not: what issuing changes in them (`warehouse.issued`),
making them again (`pipeline.runs`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from pipeline.facts.context import SERIES_MONTHS
from pipeline.months import Month
from pipeline.release.folder import read_releases
from pipeline.release.model import Release
from pipeline.reviews.wording import wording
from pipeline.workspace import Workspace
from warehouse.store import open_reader


def behind(workspace: Workspace) -> dict[Month, tuple[Release, ...]]:
    """Return month → the issues of earlier months, of those it shows, that are younger than its workbooks.

    A month that was issued itself shows what it showed then and is never behind. The age of a workbook is that of its
    file: one that was copied counts as made then.
    """
    releases = read_releases(workspace)
    standing = {release.of_month: release for release in releases}
    found: dict[Month, tuple[Release, ...]] = {}
    for month, made in _made(workspace):
        if month not in standing:
            younger = tuple(
                release for of, release in sorted(standing.items())
                if month.shift(-SERIES_MONTHS) <= of < month and release.issued_at > made)
            found.update({month: younger} if younger else {})
    return found


def behind_lines(workspace: Workspace) -> list[str]:
    """Return a line for each month that is behind, with what to do."""
    return [
        f"Bảng tính tháng {month} làm trước khi phát hành {', '.join(one.release_id for one in releases)}, chưa theo "
        f"số đã phát hành; làm lại: congkhai run -w {workspace.folder} --month {month} --from-snapshots"
        for month, releases in behind(workspace).items()
    ]


def later_line(workspace: Workspace, month: Month) -> str:
    """Return which later months were made before this one was made, for the end of its run; empty where none was."""
    issued = {release.of_month for release in read_releases(workspace)}
    with closing(open_reader(workspace.warehouse)) as con:
        days = con.execute("SELECT DISTINCT month FROM fact_coverage_monthly WHERE month > ? ORDER BY month",
                           [month.first_day]).fetchall()
    later = [str(one) for (day,) in days if (one := Month.of(day)) not in issued]
    if not later:
        return ""
    return (f"Tháng sau đã làm từ trước: {', '.join(later)}; biến động, nhận xét và chuỗi số liệu của các tháng ấy chỉ "
            "theo tháng này khi được làm lại lần lượt (congkhai run … --from-snapshots)")


def _made(workspace: Workspace) -> Iterator[tuple[Month, datetime]]:
    """Yield each month that has workbooks, and when the oldest of them was written."""
    place = workspace.outputs(workspace.first_month).parent
    for folder in sorted(place.iterdir() if place.is_dir() else ()):
        written = [_age(path) for path in folder.glob("[!.]*.xlsx") if path.name != wording().file]
        try:
            month = Month.parse(folder.name)
        except ValueError:
            continue
        if written:
            yield month, min(written)


def _age(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
