"""A page with what the reader decided drawn onto it: `python -m pipeline.evaluation.picture URL FILE > page.html`.

What belongs here: frames and labels on the page's own markup. What does not: deciding (`pipeline.extraction`). A
browser shows the page; the pictures of docs/extraction.md are made so.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from pipeline.extraction import read_page
from pipeline.extraction.anchors import collect
from pipeline.extraction.decode import decode
from pipeline.extraction.listing import Block, blocks
from pipeline.extraction.metadata import read_metadata
from pipeline.extraction.model import Page, Reading
from pipeline.extraction.title import find_title
from pipeline.extraction.tree import Box, Tree, Zone, plant

_STYLE = """<style>
[data-decided]{outline:2px solid var(--decided)!important;outline-offset:1px;position:relative!important}
[data-decided]::before{content:attr(data-decided);background:var(--decided);color:#fff;font:11px/1.3 sans-serif;
padding:1px 4px;margin-right:4px;display:inline-block;white-space:nowrap}
</style>"""
_OWN, _REFUSED, _ARTICLE, _PART = "#15803d", "#b91c1c", "#1d4ed8", "#6b7280"
_WORST = 3
"""Reasons that a label has room for."""


def annotated(page: Page) -> str:
    """Return the page's markup with frames: its own rows green, refused lists red, a posting blue, other parts grey."""
    reading = read_page(page)
    tree = plant(decode(page.body, page.content_type))
    found = blocks(tree, collect(tree, page.url), page.url, page.url, page.fetched_at)
    _draw_parts(tree)
    for block in found:
        _draw_list(block, reading)
    if reading.article is not None:
        _draw_article(tree, reading)
    html = tree.parser.html or ""
    return html.replace("</head>", _STYLE + "</head>", 1) if "</head>" in html else _STYLE + html


def _draw_parts(tree: Tree) -> None:
    for box in tree.boxes:
        parent = box.parent.zone if box.parent is not None else Zone.CONTENT
        if box.zone not in (parent, Zone.CONTENT) and box.size:
            _frame(box, _PART, box.zone.name.lower())


def _draw_list(block: Block, reading: Reading) -> None:
    own = {row.url: row for row in reading.rows}
    rows = [own.get(row.url) for row in block.rows]
    if block.rows and not block.aside and not block.related and all(rows):
        for record, row in zip(block.group.records, rows, strict=False):
            assert row is not None
            dated = f"{row.posted_on:%d/%m/%Y} ({row.posted_on_source})" if row.posted_on else "no date"
            _frame(record.box, _OWN, dated)
        return
    reasons = sorted((weight, name) for name, weight in block.why.items() if weight < 0)[:_WORST]
    said = ["other postings"] if block.related else ["repeats postings of elsewhere"] if block.aside else []
    said += [f"{name} {weight:g}" for weight, name in reasons]
    if block.zone != Zone.MENU and len(block.group.records) > 1:
        _frame(block.group.container, _REFUSED, f"no list of this page: {', '.join(said)} = {block.score:g}")


def _draw_article(tree: Tree, reading: Reading) -> None:
    article = reading.article
    assert article is not None
    title = find_title(tree, read_metadata(tree), article.title)
    if title is not None:
        dated = f"{article.posted_on:%d/%m/%Y} ({article.posted_on_source})" if article.posted_on else "no date"
        _frame(title, _ARTICLE, f"title; {dated}; {len(article.attachments)} files; {len(article.text)} characters")


def _frame(box: Box, colour: str, label: str) -> None:
    if box.tag == "tr":  # a label of its own would be a cell more
        box = next(box.boxes(), box)
    attributes = box.node.attrs
    attributes["data-decided"] = escape(label)
    attributes["style"] = f"{box.attrs.get('style') or ''};--decided:{colour}"


def main(arguments: list[str]) -> int:
    """Print the annotated page; 2 where the arguments are not an address and a file."""
    if len(arguments) != 2 or not Path(arguments[1]).is_file():
        print("usage: python -m pipeline.evaluation.picture URL FILE", file=sys.stderr)
        return 2
    body = Path(arguments[1]).read_bytes()
    print(annotated(Page(arguments[0], body, "text/html", 200, datetime.now(UTC))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
