"""The process that reads a review workbook: `python -m pipeline.reviews.reader LIMITS`, the file on stdin, JSON out.

What belongs here: starting, bounding and ending it, and what its end means. What does not: the file's parts
(`cells`), what rows mean (`answers`). A workbook that comes back may be anybody's: it can take its process with it,
never ours.
"""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import zipfile
import zlib
from dataclasses import asdict

from pipeline.attachments.kinds import ENCRYPTED, XLSX, kind_of
from pipeline.attachments.model import Caps
from pipeline.attachments.reader import limit_process
from pipeline.reviews.cells import Flaw, FlawError, Limits, SheetCells, read_sheets

_CLOCK_PER_CPU = 4
_KILLED = (-getattr(signal, "SIGXCPU", 0), -getattr(signal, "SIGKILL", 0))


def read_workbook(body: bytes, limits: Limits | None = None) -> tuple[list[SheetCells], Flaw]:
    """Return the sheets of a workbook, every cell as text, or why it was not read; never raises on any bytes."""
    limits = limits or Limits()
    flaw = _outside(body, limits)
    return ([], flaw) if flaw else _in_process(body, limits)


def _outside(body: bytes, limits: Limits) -> Flaw:
    """Return what can be told of a file without opening it."""
    if len(body) > limits.bytes:
        return Flaw.TOO_LARGE
    kind = kind_of(body, "", "")
    if kind == ENCRYPTED:
        return Flaw.ENCRYPTED
    if kind == XLSX:
        return Flaw.NONE
    cut = body.startswith(b"PK") and not zipfile.is_zipfile(io.BytesIO(body))
    return Flaw.DAMAGED if cut else Flaw.UNSUPPORTED


def _in_process(body: bytes, limits: Limits) -> tuple[list[SheetCells], Flaw]:
    command = [sys.executable, "-m", "pipeline.reviews.reader", json.dumps(asdict(limits))]
    try:
        done = subprocess.run(
            command, input=body, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=limits.seconds * _CLOCK_PER_CPU, check=False)
    except subprocess.TimeoutExpired:
        return [], Flaw.TIMEOUT
    if done.returncode in _KILLED:
        return [], Flaw.TIMEOUT
    try:
        return _revived(json.loads(done.stdout))
    except (ValueError, KeyError, TypeError):
        return [], Flaw.DAMAGED


def _revived(told: dict[str, object]) -> tuple[list[SheetCells], Flaw]:
    sheets = told["sheets"]
    assert isinstance(sheets, list)
    found = [
        SheetCells(
            str(sheet["title"]),
            {int(row): {int(column): (str(text), str(kind)) for column, (text, kind) in cells.items()}
             for row, cells in sheet["rows"].items()},
            [str(reference) for reference in sheet["far"]],
        )
        for sheet in sheets
    ]
    return found, Flaw(str(told["flaw"]))


def main() -> int:
    """Read stdin, write one JSON object."""
    limits = Limits(**json.loads(sys.argv[1]))
    limit_process(Caps(seconds=limits.seconds, memory_mb=limits.memory_mb))
    sheets: list[SheetCells] = []
    flaw = Flaw.NONE
    try:
        sheets = read_sheets(sys.stdin.buffer.read(), limits)
    except FlawError as error:
        flaw = error.flaw
    except MemoryError:
        flaw = Flaw.MEMORY
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError, ValueError):
        flaw = Flaw.DAMAGED
    sys.stdout.write(json.dumps({"sheets": [asdict(sheet) for sheet in sheets], "flaw": str(flaw)}))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
