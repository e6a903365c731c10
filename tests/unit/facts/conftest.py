"""Makes `world` and `desk` importable by the tests of this folder, and gives a desk."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return an empty workspace."""
    return Desk(tmp_path)
