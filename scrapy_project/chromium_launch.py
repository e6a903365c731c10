"""What becomes Chromium: a process that sheds its parent's limits, then lets the browser take its place.

What belongs here: what must happen between fork and exec. What does not: talking to it (`chromium`). Started as
`python -m scrapy_project.chromium_launch READ_FD WRITE_FD EXECUTABLE ARGUMENTS…`; the browser speaks DevTools over
file descriptors 3 and 4, so that no port is open on the machine.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import sys

_PDEATHSIG = 1
_OUT_OF_THE_WAY = 10


def main() -> None:
    """Never returns where the browser can be started."""
    reads, writes, executable, *arguments = sys.argv[1:]
    _lift_memory_cap()
    _die_with_parent()
    # the numbers may be each other's: both go out of the way first
    away = [fcntl.fcntl(int(number), fcntl.F_DUPFD, _OUT_OF_THE_WAY) for number in (reads, writes)]
    for number, source in zip((3, 4), away, strict=True):
        os.dup2(source, number, inheritable=True)
    os.execv(executable, [executable, *arguments])  # noqa: S606  (the path is what `find_chromium` found)


def _lift_memory_cap() -> None:
    """A worker's cap of address space is the worker's own: the engine of scripts reserves much and uses little."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _die_with_parent() -> None:
    """Linux kills this process when the worker that started it is gone."""
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main()
