"""`python -m pipeline.evaluation [CORPUS]`: what the project reaches in reading pages and in classifying postings.

What belongs here: tables for a person, beside what is to be reached. What does not: measuring (the sibling modules).
`CORPUS` holds `pages/labels.jsonl` and `postings/*.jsonl`; without it only the project's own golden set is measured.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipeline.classification import Classifier
from pipeline.evaluation.golden import simulated_pages
from pipeline.evaluation.hostile import HOSTILE, Cost, read_hostile
from pipeline.evaluation.pages import Score, labelled_pages, score
from pipeline.evaluation.postings import Dates, Verdicts, golden, judge, judge_dates, labelled_postings
from pipeline.programmes import loader

_ROOT = Path(__file__).parents[2]
CORPUS = _ROOT.parent / "shared" / "corpus"
GOLDEN = _ROOT / "tests" / "golden"
PROGRAMME = "citizen_reception"
_MEMORY = 1024  # megabytes that no page may cost


def main(arguments: list[str]) -> int:
    """Print the tables; 2 for a folder that is no corpus."""
    corpus = Path(arguments[0]) if arguments else CORPUS
    console = Console()
    has_corpus = (corpus / "pages" / "labels.jsonl").exists()
    if arguments and not has_corpus:
        console.print(f"{corpus}: no pages/labels.jsonl in it")
        return 2
    pages = simulated_pages() + (labelled_pages(corpus / "pages") if has_corpus else [])
    scores = [score(*page) for page in pages]
    console.print(_pages(scores))
    verdicts = _verdicts(corpus / "postings" / "real_postings.jsonl" if has_corpus else None)
    console.print(_postings(verdicts))
    dates = judge_dates(corpus / "postings" / "dates.jsonl") if has_corpus else Dates()
    if has_corpus:
        console.print(_dates(dates))
    console.print(_costs([read_hostile(name) for name in HOSTILE]))
    for table in (_bad_pages(scores), _list("Postings decided otherwise", [w for v in verdicts for w in v.wrong]),
                  _list("Dates read otherwise", dates.wrong)):
        if table.row_count:
            console.print(table)
    return 0


def _verdicts(real: Path | None) -> list[Verdicts]:
    """Classify the golden titles of a district whose communes are known, and the real postings of any unit."""
    programme = loader.load(PROGRAMME)
    found = []
    if GOLDEN.exists():
        district = Classifier(programme, json.loads((GOLDEN / "communes.json").read_text("utf-8")))
        found.append(judge("golden titles", golden(GOLDEN / "classification.jsonl"), district))
    if real is not None:
        anywhere = Classifier(programme, {})
        found.append(judge("real postings", labelled_postings(real, texts=True), anywhere))
        found.append(judge("real, titles alone", labelled_postings(real, texts=False), anywhere))
    return found


# -- pages ---------------------------------------------------------------------------------------------------------


def _pages(scores: list[Score]) -> Table:
    names = sorted({s.provenance for s in scores})
    groups = [[s for s in scores if s.provenance == name] for name in names]
    table = Table("figure", *(f"{name} pages" for name in names), "reach", title="Reading pages")
    rows: list[tuple[str, Callable[[list[Score]], str], str]] = [
        ("pages", lambda g: str(len(g)), ""),
        ("postings: F1 a page, mean", _f1, "≥ 0.970"),
        ("displayed date right", lambda g: _share(sum(s.dates_right for s in g), sum(s.dates for s in g)), "≥ 0.990"),
        ("date given where none is shown",
         lambda g: _share(sum(s.dates_wrong for s in g), sum(s.undated for s in g)), "≤ 0.005"),
        ("article: title right", lambda g: _told(s.article_title for s in g), ""),
        ("article: date right", lambda g: _told(s.article_date for s in g), "≥ 0.980"),
        ("article: files found", lambda g: _told(s.attachments for s in g), ""),
        ("milliseconds a page, mean", lambda g: f"{sum(s.milliseconds for s in g) / len(g):.2f}", ""),
    ]
    for name, figure, reach in rows:
        table.add_row(name, *(figure(group) for group in groups), reach)
    return table


def _f1(scores: list[Score]) -> str:
    lists = [s.f1 for s in scores if s.wanted or s.given]
    return f"{sum(lists) / len(lists):.3f}" if lists else "–"


def _told(values: Iterable[bool | None]) -> str:
    told = [value for value in values if value is not None]
    return _share(sum(told), len(told))


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} ({part / whole:.3f})" if whole else "–"


def _bad_pages(scores: list[Score]) -> Table:
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


# -- postings and dates --------------------------------------------------------------------------------------------


def _postings(verdicts: list[Verdicts]) -> Table:
    table = Table("figure", *(v.name for v in verdicts), "reach", title="Classifying postings")
    rows: list[tuple[str, Callable[[Verdicts], str], str]] = [
        ("postings", lambda v: str(v.postings), ""),
        ("group right", lambda v: _share(v.right, v.postings), ""),
        ("group: macro-F1", lambda v: f"{v.macro_f1:.3f}", "≥ 0.950"),
        ("precision of what is decided", lambda v: _share(v.decided_right, v.decided), "≥ 0.990"),
        ("sent to a person", lambda v: _share(v.postings - v.decided, v.postings), "≤ 0.080"),
        ("level and commune right", lambda v: _share(v.placed_right, v.postings), "≥ 0.980"),
    ]
    for name, figure, reach in rows:
        table.add_row(name, *(figure(v) for v in verdicts), reach)
    return table


def _dates(dates: Dates) -> Table:
    table = Table("figure", "real strings", "reach", title="Reading dates")
    table.add_row("posting date right", _share(dates.shown_right, dates.shown), "≥ 0.980")
    table.add_row("misled by another date", _share(dates.misled, dates.misleading), "≤ 0.005")
    return table


def _costs(costs: list[Cost]) -> Table:
    table = Table("page", "seconds", "MB", "fault", title="Pages that break readers (no crash, no hang, below 1 GB)")
    for cost in costs:
        fault = cost.fault or ("too large" if cost.megabytes > _MEMORY else "")
        table.add_row(cost.name, f"{cost.seconds:.2f}", f"{cost.megabytes:.0f}", fault)
    return table


def _list(title: str, lines: list[str]) -> Table:
    table = Table("what", title=title)
    for line in lines:
        table.add_row(line)
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
