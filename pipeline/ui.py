"""Dagster's UI of one workspace: web server and daemon, started and stopped together, on loopback only.

What belongs here: processes and signals. What does not: what the UI shows (`pipeline.definitions`).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from types import FrameType

from pipeline.instance import close_orphans, environment, open_instance, ui_lock
from pipeline.locks import held
from pipeline.problems import UserError, refusal
from pipeline.workspace import Workspace

LOOPBACK = ("127.0.0.1", "::1", "localhost")
_STOP_SECONDS = 50
_POLL_SECONDS = 0.5


def serve_ui(workspace: Workspace, host: str, port: int, announce: Callable[[str], None]) -> int:
    """Serve until SIGINT or SIGTERM; return the exit code. UserError for a host or port that will not do.

    `announce` is told the address when it answers.
    """
    if host not in LOOPBACK:
        raise UserError(
            f"--host {host}: giao diện không có đăng nhập nên chỉ mở trên máy này (127.0.0.1); "
            "muốn mở ra ngoài, đặt sau một proxy có đăng nhập"
        )
    _refuse_taken_port(host, port)
    with held(ui_lock(workspace)) as ours:
        if not ours:
            raise UserError(f"giao diện của {workspace.folder} đang mở ở một tiến trình khác")
        with open_instance(workspace) as instance:
            close_orphans(workspace, instance, ui_lock(workspace))
        return _supervise(workspace, host, port, announce)


def _refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if host == "::1" else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            why = refusal(error) if isinstance(error, OSError) else "số quá lớn"
            raise UserError(f"cổng {port} không dùng được ({why}); chọn cổng khác bằng --port") from error


def _supervise(workspace: Workspace, host: str, port: int, announce: Callable[[str], None]) -> int:
    stop = threading.Event()
    ready = False

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, ask_to_stop) for number in (signal.SIGINT, signal.SIGTERM)}
    process = subprocess.Popen(
        [
            # Dagster's own hints on its commands are not for the user of ours.
            sys.executable, "-W", "ignore", "-m", "dagster", "dev", "-m", "pipeline.definitions",
            "-h", host, "-p", str(port), "--log-level", "warning",
        ],
        env=environment(workspace),
        cwd=workspace.dagster_home,
        # A group of its own: one Ctrl-C must not reach the children before we stop them in order.
        start_new_session=True,
    )
    try:
        while not stop.is_set() and process.poll() is None:
            stop.wait(_POLL_SECONDS)
            if not ready and _answers(host, port):
                ready = True
                announce(f"Giao diện của {workspace.folder}: http://{host}:{port} (Ctrl-C để dừng)")
        return 0 if stop.is_set() else (process.returncode or 1)
    finally:
        _stop(process)
        for number, handler in before.items():
            signal.signal(number, handler)


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), _POLL_SECONDS):
            return True
    except OSError:
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
    if sys.platform != "win32":
        try:
            # Whatever did not follow its parent's end in time.
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
