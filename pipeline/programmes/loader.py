"""Load programmes from YAML. What does not belong here: any meaning of their content."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from pipeline.programmes.model import Programme

FOLDER = Path(__file__).parent


@lru_cache(maxsize=8)
def load(programme_id: str, folder: Path = FOLDER) -> Programme:
    """Return the programme of `<folder>/<programme_id>.yaml`; raise FileNotFoundError or ValidationError."""
    path = folder / f"{programme_id}.yaml"
    programme = Programme.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    if programme.id != programme_id:
        raise ValueError(f"{path}: id {programme.id!r} khác tên tệp")
    return programme
