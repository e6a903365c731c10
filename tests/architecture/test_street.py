"""Imports follow the one-way street of docs/architecture.md."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

MAY_IMPORT: dict[str, set[str]] = {
    "pipeline.text": set(),
    "pipeline.months": set(),
    "pipeline.problems": set(),
    "warehouse": set(),
    "pipeline.registry": {"pipeline.text", "pipeline.months", "pipeline.problems"},
    "pipeline.programmes": {"pipeline.text", "pipeline.months", "pipeline.problems"},
    "pipeline.snapshots": {"pipeline.text", "pipeline.months", "pipeline.registry"},
    "pipeline.extraction": {"pipeline.text", "pipeline.months"},
    "pipeline.attachments": {"pipeline.text"},
    "pipeline.classification": {"pipeline.text", "pipeline.programmes"},
    "pipeline.navigation": {
        "pipeline.text", "pipeline.extraction", "pipeline.classification", "pipeline.snapshots.model",
    },
    "scrapy_project": {
        "pipeline.text", "pipeline.months", "pipeline.registry", "pipeline.programmes", "pipeline.snapshots",
        "pipeline.extraction", "pipeline.classification", "pipeline.navigation",
    },
    "pipeline.reviews": {
        "pipeline.text", "pipeline.months", "pipeline.problems", "pipeline.registry", "pipeline.attachments",
    },
    "pipeline.facts": {
        "pipeline.text", "pipeline.months", "pipeline.registry", "pipeline.programmes", "pipeline.snapshots",
        "pipeline.extraction", "pipeline.attachments", "pipeline.classification", "pipeline.navigation",
        "pipeline.reviews", "warehouse", "scrapy_project.job", "scrapy_project.guide",
    },
    "pipeline.findings": {
        "pipeline.text", "pipeline.months", "pipeline.registry", "pipeline.programmes", "pipeline.classification",
        "pipeline.facts", "warehouse",
    },
    "pipeline.outputs": {
        "pipeline.text", "pipeline.months", "pipeline.registry", "pipeline.programmes", "pipeline.reviews", "warehouse",
    },
    "pipeline.simulator": {"pipeline.text", "pipeline.months", "pipeline.registry"},
}
"""What each layer may import of the project besides itself. Edges (cli, assets, checks, runs) may import all."""


IMPURE = ("import socket", "import requests", "import duckdb", "import scrapy", "datetime.now", "time.time(")


def layer_of(module: str) -> str | None:
    """Return the longest layer name that the module belongs to."""
    names = [name for name in MAY_IMPORT if module == name or module.startswith(name + ".")]
    return max(names, key=len) if names else None


def imports(path: Path) -> set[str]:
    """Return the project's modules that a file imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return {name for name in found if name.split(".")[0] in ("pipeline", "scrapy_project", "warehouse")}


def sources() -> list[Path]:
    return sorted(p for top in ("pipeline", "scrapy_project", "warehouse") for p in (ROOT / top).rglob("*.py"))


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_what_stands_to_its_left(path: Path) -> None:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    layer = layer_of(module)
    if layer is None:
        return
    allowed = {layer, *MAY_IMPORT[layer]}
    wrong = [
        name for name in imports(path)
        if not any(name == good or name.startswith(good + ".") for good in allowed)
    ]
    assert not wrong, f"{module} ({layer}) imports {wrong}"


@pytest.mark.parametrize("layer", ["extraction", "classification", "navigation"])
def test_pure_layers_touch_no_network_database_or_clock(layer: str) -> None:
    for path in (ROOT / "pipeline" / layer).rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for word in IMPURE:
            assert word not in text, f"{path}: {word}"


def test_every_module_says_what_it_is_for() -> None:
    for path in sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if len(tree.body) > 1:
            assert ast.get_docstring(tree), f"{path} has no docstring"
