"""The process that reads one file: `python -m pipeline.attachments.reader KIND CAPS`, the file on stdin, JSON out.

What belongs here: its limits, and turning every failure into a problem. What does not: formats (`documents`).
"""

from __future__ import annotations

import contextlib
import json
import sys
from dataclasses import asdict

from pipeline.attachments.documents import UnreadableError, read_document
from pipeline.attachments.model import AttachmentText, Caps, Problem


def limit_process(caps: Caps) -> None:
    """Bound address space and processor time, and forbid writing to files, where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the clock alone bounds it
        return
    memory = caps.memory_mb << 20
    wanted = {
        resource.RLIMIT_AS: (memory, memory), resource.RLIMIT_CPU: (caps.seconds, caps.seconds + 1),
        resource.RLIMIT_FSIZE: (0, 0), resource.RLIMIT_CORE: (0, 0),
    }
    for which, bounds in wanted.items():
        with contextlib.suppress(ValueError, OSError):  # a bound that is tighter already stays
            resource.setrlimit(which, bounds)


def read(body: bytes, kind: str, caps: Caps) -> AttachmentText:
    """Return what a file says; whatever goes wrong is a problem of the file."""
    try:
        return read_document(body, kind, caps)
    except UnreadableError as error:
        return AttachmentText(kind=kind, problem=error.problem)
    except MemoryError:
        return AttachmentText(kind=kind, problem=Problem.MEMORY)
    except Exception:
        return AttachmentText(kind=kind, problem=Problem.DAMAGED)


def main() -> int:
    """Read stdin, write one JSON object."""
    kind, caps = sys.argv[1], Caps(**json.loads(sys.argv[2]))
    limit_process(caps)
    found = read(sys.stdin.buffer.read(), kind, caps)
    sys.stdout.write(json.dumps(asdict(found)))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
