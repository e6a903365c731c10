"""The figures of a month in a few words, for the terminal and for metadata: read from the facts, computed nowhere
else.

What does not belong here: wording and layout (the command line, `pipeline.outputs`).
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from pipeline.months import Month
from warehouse.issued import shown


@dataclass(frozen=True)
class Summary:
    """Figures of one month. `assessed` of `units` could be judged; figures are over those alone.

    `top_units` share `top_postings`, the maximum; `others` is the range over the other units that posted, None
    where there is none. `results_open`: units assessed whose number of results is not settled.
    """

    month: Month
    units: int
    assessed: int
    units_posting: int
    postings: int
    results: int
    results_open: int
    top_units: tuple[str, ...]
    top_postings: int
    others: tuple[int, int] | None
    causes: tuple[tuple[str, str], ...]


_FIGURES = """
SELECT c.unit_id, c.assessed, c.cause, f.n_postings, f.n_results
FROM {coverage} c JOIN {units} f USING (month, unit_id)
WHERE c.month = $month AND f.programme_id = $programme ORDER BY c.unit_id
"""


def summarise(
    con: duckdb.DuckDBPyConnection, month: Month, programme_id: str, seen_from: Month | None = None
) -> Summary | None:
    """Return the month's figures, None for a month that was never observed.

    `seen_from`: a later month, from which this one is shown as it was issued, where it was.
    """
    before = (seen_from or month).first_day
    sql = _FIGURES.format(coverage=shown("fact_coverage_monthly", before), units=shown("fact_unit_monthly", before))
    rows = con.execute(sql, {"month": month.first_day, "programme": programme_id}).fetchall()
    if not rows:
        return None
    postings = {unit: n for unit, assessed, _, n, _ in rows if assessed}
    posting = {unit: n for unit, n in postings.items() if n > 0}
    most = max(posting.values(), default=0)
    others = [n for n in posting.values() if n < most]
    return Summary(
        month=month,
        units=len(rows),
        assessed=len(postings),
        units_posting=len(posting),
        postings=sum(postings.values()),
        results=sum(results for *_, results in rows if results is not None),
        results_open=sum(1 for _, assessed, _, _, results in rows if assessed and results is None),
        top_units=tuple(unit for unit, n in posting.items() if n == most),
        top_postings=most,
        others=(min(others), max(others)) if others else None,
        causes=tuple((unit, cause) for unit, assessed, cause, _, _ in rows if not assessed),
    )


def series(con: duckdb.DuckDBPyConnection, last: Month, programme_id: str, months: int = 3) -> list[Summary | None]:
    """Return the summaries of `months` months that end with `last`, None where one was never observed."""
    return [summarise(con, last.shift(back), programme_id, last) for back in range(1 - months, 1)]
