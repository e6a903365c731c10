"""Makes `world` (of the tests of facts) and `bureau` importable."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "facts")]
