"""Load programmes from YAML and tell every problem of a file at once, one line each.

What belongs here: reading and checking names. What does not: the meaning of cues (`pipeline.classification`).
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from pipeline.programmes.model import Programme
from pipeline.programmes.rules import problems_of

FOLDER = Path(__file__).parent
_WORDS = {
    "missing": "thiếu trường này",
    "extra_forbidden": "trường này không có trong quy ước; kiểm tra chính tả tên trường",
}


class ProgrammeError(ValueError):
    """A programme's file cannot be used. `problems`: one line each, file, place, what is wrong, what is right."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


@lru_cache(maxsize=8)
def load(programme_id: str, folder: Path = FOLDER) -> Programme:
    """Return the programme of `<folder>/<programme_id>.yaml`; raise ProgrammeError with all its problems."""
    path = folder / f"{programme_id}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.yaml"))) or "chưa có tệp nào"
        raise ProgrammeError([f"{path.name}: không có tệp chương trình này; có: {known}"])
    programme = _read(path)
    problems = problems_of(programme)
    if programme.id != programme_id:
        problems.insert(0, f"id: {programme.id!r} khác tên tệp; viết {programme_id!r}")
    if problems:
        raise ProgrammeError([f"{path.name}: {problem}" for problem in problems])
    return programme


def _read(path: Path) -> Programme:
    data = _data(path)
    try:
        return Programme.model_validate(data)
    except ValidationError as error:
        raise ProgrammeError([f"{path.name}: {_line(e, data)}" for e in error.errors()]) from error


def _data(path: Path, below: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the fields of a file over those of the programme that it extends: each field replaces the whole field,
    but `policy`, of which only the given numbers change."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_OnceLoader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ProgrammeError([f"{path.name}: không đọc được YAML: {' '.join(str(error).split())}"]) from error
    if not isinstance(data, dict):
        raise ProgrammeError([f"{path.name}: tệp trống hoặc khác dạng; cần các trường id, name, version, groups, …"])
    base_id = data.pop("extends", None)
    if base_id is None:
        return data
    base = path.with_name(f"{base_id}.yaml")
    if base_id in (*below, path.stem) or not base.is_file():
        raise ProgrammeError([f"{path.name}: extends: không có chương trình {base_id!r}, hoặc nó lại dựa vào tệp này"])
    inherited = _data(base, (*below, path.stem))
    policy = {**inherited.get("policy", {}), **data.get("policy", {})}
    return {**inherited, **data, **({"policy": policy} if policy else {})}


def _line(error: Any, data: Any) -> str:
    """Return one problem as `place: what is wrong (what was found)`."""
    what = _WORDS.get(error["type"], error["msg"])
    found = "" if error["type"] == "missing" else f" (đang là {_short(error['input'])})"
    return f"{_place(error['loc'], data)}: {what}{found}"


def _place(loc: tuple[int | str, ...], data: Any) -> str:
    """Return the way to a value, with the id of list entries that have one: `groups[result].cues[3].weight`."""
    way, here = "", data
    for step in loc:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
        if isinstance(step, int):
            way += f"[{here['id'] if isinstance(here, dict) and 'id' in here else step}]"
        else:
            way += f".{step}" if way else step
    return way


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


class _OnceLoader(yaml.SafeLoader):
    """Refuses a key written twice in one mapping, where YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for name, _ in node.value:
            if name.value in seen:
                problem = f"khóa {name.value!r} viết hai lần"
                raise yaml.constructor.ConstructorError(None, None, problem, name.start_mark)
            seen.add(name.value)
        return super().construct_mapping(node, deep)
