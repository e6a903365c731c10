"""The only entry point of Dagster's own tools: the definitions of one workspace.

What belongs here: which workspace. What does not: its definitions (`pipeline.assembly`). The workspace is that of
`CONGKHAI_WORKSPACE`, else `./demo`; without one the same assets are defined, and a run says what is missing.
"""

import os
from pathlib import Path

from pipeline.assembly import NO_WORKSPACE, build_definitions
from pipeline.instance import WORKSPACE_VARIABLE
from pipeline.workspace import SETTINGS_FILE, Workspace, load_workspace


def _workspace() -> Workspace | None:
    """Return the workspace that the environment names, else `./demo` where that is one."""
    named = os.environ.get(WORKSPACE_VARIABLE)
    if named:
        return load_workspace(Path(named))
    return load_workspace(NO_WORKSPACE) if (NO_WORKSPACE / SETTINGS_FILE).is_file() else None


defs = build_definitions(_workspace())
