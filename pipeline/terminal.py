"""A run as the terminal shows it: one line a step, checks that failed, and the crawler's own progress.

What belongs here: turning Dagster's events into lines. What does not: the crawler's progress itself
(`scrapy_project.supervisor` writes it), the summary afterwards (`pipeline.summary`).
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import dagster as dg
from dagster._core.errors import DagsterAssetCheckFailedError, DagsterExecutionInterruptedError

from pipeline.problems import told_refusal

if TYPE_CHECKING:
    from dagster import DagsterEvent

LOGGER = "terminal"
_DAGSTERS_OWN = ("Dependencies for step ", "[pipes] ")
SNAPSHOTS = "portal_snapshots"


class _Lines(logging.Handler):
    """Writes what a person wants to know while waiting."""

    def __init__(self) -> None:
        super().__init__()
        self._passing = False
        self._materialised: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record's line, if it has one. A line of progress is overwritten by the next one."""
        known = getattr(record, "dagster_meta", None)
        event = known["dagster_event"] if known else None
        line = self._event_line(event) if event is not None else _message_line(record, known)
        if not line:
            return
        live = sys.stderr.isatty()
        passing = live and event is None and record.levelno < logging.WARNING
        sys.stderr.write(("\r\x1b[K" if self._passing else "") + line + ("" if passing else "\n"))
        sys.stderr.flush()
        self._passing = passing


    def _event_line(self, event: DagsterEvent) -> str:
        """Return a line for an asset that was made, a step that failed, a check that did not pass."""
        kind, step = dg.DagsterEventType, event.step_key or ""
        match event.event_type:
            case kind.ASSET_MATERIALIZATION:
                self._materialised.add(step)
            case kind.STEP_SUCCESS if step in self._materialised:
                return f"  ✓ {step} ({event.step_success_data.duration_ms / 1000:.1f} giây)"
            case kind.STEP_FAILURE if not (is_check_failure(event) or is_interruption(event)):
                return f"  ✗ {step}: {failure_reason(event)}"
            case kind.ASSET_CHECK_EVALUATION if not event.asset_check_evaluation_data.passed:
                found = event.asset_check_evaluation_data
                sign = "✗" if found.severity is dg.AssetCheckSeverity.ERROR else "…"
                return f"  {sign} {found.asset_key.to_user_string()} / {found.check_name}: {found.description}"
        return ""


def is_check_failure(event: DagsterEvent) -> bool:
    """Tell whether a step failed only because a blocking check did not pass, which is told by itself."""
    error = event.step_failure_data.error
    return error is not None and error.cls_name == DagsterAssetCheckFailedError.__name__


def is_interruption(event: DagsterEvent) -> bool:
    """Tell whether a step failed only because somebody stopped the run."""
    error = event.step_failure_data.error
    return error is not None and error.cls_name == DagsterExecutionInterruptedError.__name__


def failure_reason(event: DagsterEvent) -> str:
    """Return why a step failed: what it told itself, else the innermost error."""
    data = event.step_failure_data
    told = data.user_failure_data.description if data.user_failure_data else None
    if told:
        return told
    error = data.error
    while error is not None and error.cause is not None:
        error = error.cause
    return told_refusal(error.message.strip()) if error is not None else "không rõ nguyên nhân"


def _message_line(record: logging.LogRecord, known: dict[str, str] | None) -> str:
    """Return a warning, or the crawler's progress; the rest of Dagster's log is for its UI."""
    wanted = logging.INFO if known is not None and known["step_key"] == SNAPSHOTS else logging.WARNING
    if known is None or record.levelno < wanted or known["orig_message"].startswith(_DAGSTERS_OWN):
        return ""
    return f"    {known['orig_message']}"


@dg.logger({}, description="Một dòng cho mỗi bước, cho người đợi ở dòng lệnh.")
def terminal_logger(_context: dg.InitLoggerContext) -> logging.Logger:
    """Return the logger of `congkhai run`."""
    logger = logging.getLogger("congkhai.terminal")
    # Dagster logs events as debug messages.
    logger.setLevel(logging.DEBUG)
    logger.handlers = [_Lines()]
    logger.propagate = False
    return logger
