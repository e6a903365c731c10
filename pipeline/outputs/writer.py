"""Put a finished document on the disk whole or not at all.

What belongs here: the one write of every output. What does not: what is in the document (its own module).
"""

from __future__ import annotations

import os
from pathlib import Path


def write_atomic(path: Path, content: bytes) -> bool:
    """Write `content` to `path` by a temporary name beside it; return False where the file already holds it.

    A reader sees the old file or the new one, never a part. Where the bytes are equal nothing on the disk changes,
    its time of modification included. Raises OSError (a full disk, a read-only folder) with the old file intact.
    """
    if path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return True
