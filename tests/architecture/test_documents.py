"""Documents name only what exists, and what exists is documented."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MADE = ("demo", "data/", "outputs/", ".venv", "reviews/", "workspace/")
"""Folders that a run makes; documents may name files in them."""

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
PATH = re.compile(r"`([\w.-]+(?:/[\w.<>{}*-]+)+/?)`|\]\((?!https?:|#|mailto:)([^)#\s]+)")


def tracked() -> list[Path]:
    """Return the files of the checkout that are the project's own."""
    command = ["git", "ls-files", "-co", "--exclude-standard"]
    git = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    names = git.stdout.split() if git.returncode == 0 else []
    return [ROOT / n for n in names if (ROOT / n).is_file()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_paths_named_in_documents_exist(document: Path) -> None:
    for code, link in PATH.findall(document.read_text(encoding="utf-8")):
        name = (code or link).rstrip("/")
        if any(c in name for c in "<>{}*") or name.startswith(MADE) or "://" in name:
            continue
        first = name.split("/")[0]
        if code and not (ROOT / first).exists():
            continue
        here = document.parent / name if link else ROOT / name
        assert here.exists() or (ROOT / name).exists(), f"{document.name} names {name}, which is not there"


def test_make_targets_of_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z ]+):$", (ROOT / "Makefile").read_text(), re.MULTILINE)[0].split())
    named = set(re.findall(r"`make ([a-z]+)`", "".join(d.read_text(encoding="utf-8") for d in DOCUMENTS)))
    assert named and named <= targets


def test_commands_of_the_cli_are_in_the_readme() -> None:
    from typer.main import get_command

    from pipeline.cli import app

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in get_command(app).commands:  # type: ignore[attr-defined]
        assert f"congkhai {name}" in readme, f"README says nothing of `congkhai {name}`"


def test_nothing_of_a_machine_or_registry_is_in_the_project() -> None:
    hosts = r"files\.pythonhosted|pypi\.org/simple|registry\.npmjs|deb\.debian\.org"
    forbidden = re.compile(r"/(?:work|farm|root)/(?!\S*\{)|" + hosts)
    for path in tracked():
        if path.name == Path(__file__).name or path.suffix in (".png", ".gz", ".xlsx"):
            continue
        found = forbidden.search(path.read_text(encoding="utf-8", errors="ignore"))
        assert not found, f"{path}: {found[0] if found else ''}"
