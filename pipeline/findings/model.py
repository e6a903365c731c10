"""What a kind of rule says of one unit and subject, before it is put into words.

What belongs here: the value between the kinds and the table. What does not: SQL (one module a family), wording
(`pipeline.programmes.finding_text`), what became of it in earlier months (`pipeline.findings.finding`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

import duckdb

from pipeline.facts.context import MonthContext
from pipeline.months import local_date
from pipeline.programmes.findings import FindingRule


@dataclass(frozen=True)
class Raised:
    """A rule's word on a unit and a subject (a group, a posting, or '' for the unit as a whole).

    `holds`: True, or None where neither it nor its contrary can be said this month. `over`: it held within the month
    and does no more. `facts`: fields of the wording, in plain JSON values; days in ISO form, ids for groups and
    communes. `evidence`: ids of postings, coverage or crawls.
    """

    unit_id: str
    subject: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    holds: bool | None = True
    over: bool = False


Kind: TypeAlias = Callable[[duckdb.DuckDBPyConnection, MonthContext, FindingRule], Sequence[Raised]]
"""Computes a rule for all units of the month at once. It may use the tables of `pipeline.findings.scene`."""


def day(value: date | datetime | None) -> str | None:
    """Return a day, or the local day of a moment, as facts hold it."""
    if value is None:
        return None
    return (local_date(value) if isinstance(value, datetime) else value).isoformat()
