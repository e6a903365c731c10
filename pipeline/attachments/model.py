"""Values at the boundary of `attachments`.

What belongs here: what was read of a file, why not, and the caps of reading. What does not: reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Problem(StrEnum):
    """Why a file gave no text. NONE stands with a text, with an empty document and with a scanned one."""

    NONE = ""
    TOO_LARGE = "too_large"        # more bytes than the cap, packed or unpacked
    TIMEOUT = "timeout"            # seconds of the processor or of the clock used up
    MEMORY = "memory"
    ENCRYPTED = "encrypted"        # opens with a password only
    DAMAGED = "damaged"            # not what its first bytes promise, or the reader died of it
    UNSUPPORTED = "unsupported"    # a kind without a reader that is safe (doc, xls, rtf, archives, …)


@dataclass(frozen=True)
class Caps:
    """Bounds of one reading. `bytes` of the file, `unpacked` bytes of a zip's members, `pages` of a PDF that are
    read (the rest is left), `rows` of a workbook, `characters` of the text that are kept, `seconds` of processor
    time (the clock gets four times as many), `memory_mb` of address space."""

    bytes: int = 10 << 20
    unpacked: int = 96 << 20
    pages: int = 40
    rows: int = 5000
    characters: int = 20_000
    seconds: int = 10
    memory_mb: int = 768


@dataclass(frozen=True)
class AttachmentText:
    """What was read of one file. `kind` is what the bytes are (pdf, docx, xlsx, image, doc, …), not what the name
    says; `pages` of the whole PDF, sheets of a workbook, else 0. `scanned`: pictures of paper (bản quét), whose
    words nobody can read without recognition; `text` then holds at most a signature's stamp."""

    text: str = ""
    kind: str = ""
    pages: int = 0
    scanned: bool = False
    problem: Problem = Problem.NONE
