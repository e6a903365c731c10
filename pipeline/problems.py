"""A problem of a workspace's file, as a person mends it: where, what is wrong, what would be right.

What belongs here: the value and the error that carries many, and what the system refuses in words. What does not:
finding problems (`pipeline.workspace`, `pipeline.registry.loader`).
"""

from __future__ import annotations

import errno
import re
from collections.abc import Sequence
from dataclasses import dataclass

_REFUSALS = {
    errno.ENOSPC: "đĩa đã đầy",
    errno.EDQUOT: "hết hạn mức đĩa",
    errno.EFBIG: "tệp quá lớn",
    errno.EACCES: "không có quyền",
    errno.EPERM: "không được phép",
    errno.EROFS: "nơi này chỉ cho đọc",
    errno.EISDIR: "đây là thư mục, không phải tệp",
    errno.ENOTDIR: "một phần của đường dẫn không phải là thư mục",
    errno.ENOENT: "không có tệp hoặc thư mục này",
    errno.EEXIST: "đã có tệp hoặc thư mục này",
    errno.ENAMETOOLONG: "tên quá dài",
    errno.EBUSY: "đang được chương trình khác dùng",
    errno.ETXTBSY: "đang được chương trình khác dùng",
    errno.EMFILE: "mở quá nhiều tệp",
    errno.EIO: "đĩa lỗi khi đọc ghi",
    errno.EADDRINUSE: "đang được chương trình khác dùng",
    errno.EADDRNOTAVAIL: "không phải địa chỉ của máy này",
}
_WITH_NUMBER = re.compile(r"(?:\w+Error: )?\[Errno (\d+)\] [^:]*(?:: '([^']*)')?.*", re.S)


def refusal(error: OSError) -> str:
    """Return why the system refused to read or write, in Vietnamese; its own words where it is something rare."""
    return _REFUSALS.get(error.errno or 0) or error.strerror or str(error)


def is_refusal(error: OSError) -> bool:
    """Say whether the user can mend what the system refused: a path, a right, a full disk."""
    return error.filename is not None and error.errno in _REFUSALS


def told_refusal(message: str) -> str:
    """Return a message that Python made of an OSError as `<path>: <why>`; any other message as it is."""
    found = _WITH_NUMBER.fullmatch(message.strip())
    number = int(found[1]) if found else 0
    if found is None or number not in _REFUSALS:
        return message
    return f"{found[2]}: {_REFUSALS[number]}" if found[2] else _REFUSALS[number]


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
