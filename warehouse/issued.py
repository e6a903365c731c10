"""Which figures of an earlier month stand: those that were issued, else those of the facts.

What belongs here: the SQL that chooses between them. What does not: issuing (`pipeline.release`), figures.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from warehouse.description import load
from warehouse.schema import quote

RELEASE_ID = "release_id"


@lru_cache(maxsize=1)
def copies() -> dict[str, str]:
    """Return table of a month → the table that keeps its rows as they were issued."""
    return {table.copy_of: table.name for table in load().values() if table.copy_of is not None}


def standing(before: date) -> str:
    """Return SQL, in parentheses: the rows of `release` that stand for the months before `before`."""
    return (
        f"(SELECT * FROM release WHERE month < DATE '{before.isoformat()}' "  # noqa: S608 - a date
        "QUALIFY row_number() OVER (PARTITION BY month ORDER BY vintage DESC) = 1)"
    )


def shown(name: str, before: date) -> str:
    """Return SQL, in parentheses, with the columns of the monthly table `name`: of months before `before` what was
    issued last where they were issued; of all others the table itself. KeyError for a table that is not kept."""
    stands, kept = standing(before), copies()[name]
    return (
        f"(SELECT * FROM {quote(name)} WHERE month NOT IN (SELECT month FROM {stands}) "  # noqa: S608 - described names
        f"UNION ALL BY NAME SELECT k.* EXCLUDE ({RELEASE_ID}) FROM {quote(kept)} k "
        f"SEMI JOIN {stands} USING ({RELEASE_ID}))"
    )
