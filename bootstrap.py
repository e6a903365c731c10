#!/usr/bin/env python3
"""Set up the environment where it is missing or stale, then run one of the project's targets.

Only the standard library: this is what a fresh machine can run (`python3 bootstrap.py demo`, on Windows
`py bootstrap.py demo`). What does not belong here: anything that needs an installed package.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
UV = BIN / ("uv.exe" if os.name == "nt" else "uv")
STAMP = VENV / ".congkhai-stamp"
LOCKS = (ROOT / "requirements-uv.lock", ROOT / "requirements.lock", ROOT / "pyproject.toml")


def environment() -> dict[str, str]:
    """Return the environment of child processes: compiled files are kept, a foreign venv is forgotten."""
    env = dict(os.environ)
    for name in ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV", "PYTHONHOME"):
        env.pop(name, None)
    env["PATH"] = f"{BIN}{os.pathsep}{env.get('PATH', '')}"
    env["PYTHONUTF8"] = "1"
    return env


def run(*command: str | Path) -> None:
    """Run a command in the checkout; leave with its exit code when it fails."""
    code = subprocess.run([str(part) for part in command], cwd=ROOT, env=environment(), check=False).returncode
    if code:
        sys.exit(code)


def stamp() -> str:
    """Return what the environment was made from: the locks and this interpreter."""
    digest = hashlib.sha256(sys.version.encode())
    for lock in LOCKS:
        digest.update(lock.read_bytes())
    return digest.hexdigest()


def set_up() -> None:
    """Make `.venv` from the locks, unless it is there already."""
    if STAMP.exists() and STAMP.read_text() == stamp():
        return
    print("Đang chuẩn bị môi trường (.venv) …", flush=True)
    if not PYTHON.exists():
        venv.create(VENV, with_pip=False, clear=VENV.exists())
    if not UV.exists():
        run(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", PYTHON,
            "install", "--require-hashes", "-r", ROOT / "requirements-uv.lock")
    run(UV, "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "--compile-bytecode",
        "-r", ROOT / "requirements.lock")
    run(UV, "pip", "install", "--quiet", "--python", PYTHON, "--no-deps", "--no-build-isolation", "-e", ROOT)
    STAMP.write_text(stamp())


def lock() -> None:
    """Resolve the dependencies again into the lock (hashes, no address)."""
    run(UV, "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-strip-extras", "--no-annotate",
        "--no-header", "--no-emit-index-url", "--no-emit-find-links", "--extra", "dev",
        ROOT / "pyproject.toml", "-o", ROOT / "requirements.lock")


def check() -> None:
    """Run the linter and the type checker."""
    run(PYTHON, "-m", "ruff", "check", ".")
    run(PYTHON, "-m", "mypy")


def test() -> None:
    """Run the linter, the type checker and every test."""
    check()
    run(PYTHON, "-m", "pytest", "-n", "2", "--dist", "worksteal", *sys.argv[2:])


TARGETS = {
    "setup": lambda: None,
    "demo": lambda: run(PYTHON, "-m", "pipeline.demo", *sys.argv[2:]),
    "test": test,
    "check": check,
    "bench": lambda: run(PYTHON, "-m", "pipeline.bench", *sys.argv[2:]),
    "eval": lambda: run(PYTHON, "-m", "pipeline.evaluation", *sys.argv[2:]),
    "lock": lock,
}


def main() -> None:
    """Run the target named on the command line."""
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"Cách dùng: python3 bootstrap.py {'|'.join(TARGETS)}")
    if sys.version_info < (3, 11):  # noqa: UP036  (this file alone may be started by an older interpreter)
        sys.exit(f"Cần Python 3.11 trở lên; đang chạy {sys.version.split()[0]}.")
    set_up()
    TARGETS[sys.argv[1]]()


if __name__ == "__main__":
    main()
