"""A problem of a workspace's file, as a person mends it: where, what is wrong, what would be right.

What belongs here: the value and the error that carries many. What does not: finding problems (`pipeline.workspace`,
`pipeline.registry.loader`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One line a problem. `row` counts from 1 as a spreadsheet shows it; 0 means the file as a whole."""

    file: str
    row: int
    what: str
    mend: str

    def __str__(self) -> str:
        place = f"{self.file}, dòng {self.row}" if self.row else self.file
        return f"{place}: {self.what}; {self.mend}"


class UserError(Exception):
    """Something the user can mend: shown without a traceback, exit code 2."""


class WorkspaceError(UserError):
    """Every problem of every file of a workspace, in order of file and row."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(p) for p in self.problems))
