"""The data dictionary in Markdown, generated from the description.

What belongs here: the document's form. What does not: any wording about a column (`tables/*.yaml`).
Run `python -m warehouse.dictionary docs/data-dictionary.md` after a change of the description.
"""

from __future__ import annotations

import sys
from pathlib import Path

from warehouse.description import Column, Table, load

_HEAD = (
    "# Data dictionary\n\n"
    "Generated from `warehouse/tables/*.yaml` by `python -m warehouse.dictionary docs/data-dictionary.md`; "
    "change the description, not this page.\n"
    "An empty (NULL) figure means *không đánh giá được*, never zero. Moments are UTC; days and months are those of "
    "Asia/Ho_Chi_Minh.\n"
)


def markdown() -> str:
    """Return the whole document, ending in a newline."""
    tables = load()
    index = "\n".join(f"- [`{t.name}`](#{t.name}): {t.grain}" for t in tables.values())
    return "\n".join([_HEAD, index, "", *(_section(t) for t in tables.values())]).rstrip("\n") + "\n"


def _section(table: Table) -> str:
    key = ", ".join(f"`{part}`" for part in table.key)
    lines = [
        f"## {table.name}", "", table.description, "",
        f"Grain: {table.grain}. Key: {key}. {'Replaced month by month' if table.partitioned else 'Rebuilt whole'}.",
        "", "| column | type | unit | header | meaning |", "|---|---|---|---|---|",
        *(_row(column) for column in table.columns), "",
        *(f"Always: `{check}`." for check in table.checks), *([""] if table.checks else []),
    ]
    return "\n".join(lines)


def _row(column: Column) -> str:
    kind = column.type + (", may be empty" if column.nullable else "")
    cells = (f"`{column.name}`", kind, column.unit or "", column.header, column.description)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(markdown(), encoding="utf-8")
