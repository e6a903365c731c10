"""The frozen folders of issued months: `data/releases/<month>/v<n>/`.

What belongs here: names, reading sheets, and that a folder is whole or not there. What does not: what is frozen
(`issuing`), tables (`loading`).

    release.json   the sheet, sealed            inputs/     settings, CSV files, reviews, the programme as one JSON
    tables/        rows of `released_*`         facts/      tables of the month and the earlier ones as they stood
    workbooks/     what was issued
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from pipeline.months import Month
from pipeline.problems import UserError
from pipeline.release.model import Release
from pipeline.snapshots.layout import file_sha256
from pipeline.workspace import Workspace

SHEET = "release.json"
INPUTS, TABLES, FACTS, WORKBOOKS = "inputs", "tables", "facts", "workbooks"
PROGRAMME = "programme.json"
_PART = ".part-"


def releases_folder(workspace: Workspace) -> Path:
    """Return where the workspace's frozen months lie."""
    return workspace.data / "releases"


def place_of(workspace: Workspace, release_id: str) -> Path:
    """Return the folder of a release."""
    return releases_folder(workspace) / release_id


def read_releases(workspace: Workspace) -> list[Release]:
    """Return every release in order of month and vintage; UserError for a sheet that was changed or is unreadable."""
    found = []
    for path in releases_folder(workspace).glob(f"*/v*/{SHEET}"):
        try:
            release = Release.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise UserError(f"{path}: không đọc được tờ phát hành; khôi phục thư mục từ bản sao lưu") from error
        if release.sealed() != release or path.parent != place_of(workspace, release.release_id):
            raise UserError(f"{path}: tờ phát hành đã bị sửa hoặc đặt sai chỗ; khôi phục thư mục từ bản sao lưu")
        found.append(release)
    return sorted(found, key=lambda release: (release.month, release.vintage))


def latest_release(workspace: Workspace, month: Month) -> Release | None:
    """Return the last vintage of a month, None where it was not issued."""
    return next((one for one in reversed(read_releases(workspace)) if one.of_month == month), None)


def check_whole(workspace: Workspace, release: Release) -> None:
    """Raise UserError with each file of the release that is missing or changed."""
    place = place_of(workspace, release.release_id)
    named = {**release.files, **{f"{WORKBOOKS}/{file}": digest for file, digest in release.workbooks.items()}}
    wrong = [name for name, digest in named.items()
             if not (place / name).is_file() or file_sha256(place / name) != digest]
    if wrong:
        raise UserError(f"bản phát hành {release.release_id}: thiếu hoặc đã bị sửa {', '.join(wrong)} trong {place}; "
                        "khôi phục thư mục từ bản sao lưu")


def digests(place: Path, parts: tuple[str, ...]) -> dict[str, str]:
    """Return file → sha256 of everything in these parts of a folder."""
    files = sorted(path for part in parts for path in (place / part).rglob("*") if path.is_file())
    return {path.relative_to(place).as_posix(): file_sha256(path) for path in files}


@contextmanager
def staged(workspace: Workspace, release_id: str) -> Iterator[Path]:
    """Yield an empty folder beside the release's; what is left of it after the block is thrown away."""
    target = place_of(workspace, release_id)
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(f".*{_PART}*"):  # of an issue that was killed
        shutil.rmtree(left, ignore_errors=True)
    stage = target.parent / f".{target.name}{_PART}0"
    stage.mkdir()
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)
