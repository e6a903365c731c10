"""`python -m pipeline.evaluation [CORPUS]`: the tables of extraction on a folder of labelled pages.

What belongs here: tables for a person. What does not: measuring (`pipeline.evaluation.pages`).
"""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipeline.evaluation.pages import Score, labelled_pages, score

DEFAULT = Path(__file__).parents[3] / "shared" / "corpus" / "pages"


def main(arguments: list[str]) -> int:
    """Print the tables; 0 also where there is no corpus to measure on, 2 for a folder that does not exist."""
    corpus = Path(arguments[0]) if arguments else DEFAULT
    console = Console()
    if not (corpus / "labels.jsonl").exists():
        console.print(f"no labelled pages in {corpus}")
        return 2 if arguments else 0
    scores = [score(label, body) for label, body in labelled_pages(corpus)]
    console.print(_summary(scores))
    console.print(_failures(scores))
    return 0


def _summary(scores: list[Score]) -> Table:
    """Build the figures by provenance."""
    table = Table("figure", *(f"{p} pages" for p in _provenances(scores)), title="Extraction")
    groups = [[s for s in scores if s.provenance == p] for p in _provenances(scores)]
    rows = {
        "pages": [str(len(g)) for g in groups],
        "postings: F1 a page, mean": [f"{sum(s.f1 for s in g) / len(g):.3f}" for g in groups],
        "displayed date right": [_share(sum(s.dates_right for s in g), sum(s.dates for s in g)) for g in groups],
        "date given where none is shown": [
            _share(sum(s.dates_wrong for s in g), sum(s.undated for s in g)) for g in groups
        ],
        "article: title right": [_told([s.article_title for s in g]) for g in groups],
        "article: date right": [_told([s.article_date for s in g]) for g in groups],
        "article: files found": [_told([s.attachments for s in g]) for g in groups],
        "milliseconds a page, mean": [f"{sum(s.milliseconds for s in g) / len(g):.2f}" for g in groups],
    }
    for name, cells in rows.items():
        table.add_row(name, *cells)
    return table


def _provenances(scores: list[Score]) -> list[str]:
    return sorted({s.provenance for s in scores})


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} ({part / whole:.3f})" if whole else "–"


def _told(values: list[bool | None]) -> str:
    told = [v for v in values if v is not None]
    return _share(sum(told), len(told))


def _failures(scores: list[Score]) -> Table:
    """Build the list of pages that are not read right, with what is missing (-) and too much (+)."""
    table = Table("page", "F1", "kind", "what", title="Pages with faults")
    for s in scores:
        faults = s.wrong[:6] + [
            name
            for name, value in (
                ("article title", s.article_title),
                ("article date", s.article_date),
                ("article files", s.attachments),
            )
            if value is False
        ]
        if faults or s.dates_right < s.dates or s.dates_wrong:
            table.add_row(s.file, f"{s.f1:.2f}", s.kind, "\n".join(faults) or "dates")
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
