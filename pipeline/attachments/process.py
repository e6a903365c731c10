"""A process for each file, that may die of it: started, fed, bounded, killed.

What belongs here: the process and what its end means. What does not: what it does inside (`reader`, `documents`).
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import asdict

from pipeline.attachments.kinds import ENCRYPTED, IMAGE, READ_IN_PROCESS, kind_of
from pipeline.attachments.model import AttachmentText, Caps, Problem

_CLOCK_PER_CPU = 4
_SIGXCPU = getattr(signal, "SIGXCPU", None)


def read_attachment(body: bytes, name: str = "", content_type: str = "", caps: Caps | None = None) -> AttachmentText:
    """Return the text of a file, or why it has none; never raises on any bytes.

    `name` may be an address. Pictures are said to be scanned and not looked into. A reader that takes too long or
    too much is killed with all it holds.
    """
    caps = caps or Caps()
    kind = kind_of(body, name, content_type)
    if len(body) > caps.bytes:
        return AttachmentText(kind=kind, problem=Problem.TOO_LARGE)
    if kind == IMAGE:
        return AttachmentText(kind=kind, scanned=True)
    if kind == ENCRYPTED:
        return AttachmentText(kind="docx", problem=Problem.ENCRYPTED)
    if kind not in READ_IN_PROCESS:
        return AttachmentText(kind=kind, problem=Problem.UNSUPPORTED)
    return _in_process(body, kind, caps)


def _in_process(body: bytes, kind: str, caps: Caps) -> AttachmentText:
    command = [sys.executable, "-m", "pipeline.attachments.reader", kind, json.dumps(asdict(caps))]
    try:
        done = subprocess.run(
            command, input=body, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=caps.seconds * _CLOCK_PER_CPU, check=False)
    except subprocess.TimeoutExpired:
        return AttachmentText(kind=kind, problem=Problem.TIMEOUT)
    if _SIGXCPU is not None and done.returncode in (-_SIGXCPU, -signal.SIGKILL):
        return AttachmentText(kind=kind, problem=Problem.TIMEOUT)
    try:
        told = json.loads(done.stdout)
        return AttachmentText(
            str(told["text"]), kind, int(told["pages"]), bool(told["scanned"]), Problem(told["problem"]))
    except (ValueError, KeyError, TypeError):
        return AttachmentText(kind=kind, problem=Problem.DAMAGED)
