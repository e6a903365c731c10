"""What a rendering needs besides tables, programme and registry.

What belongs here: the options of one office and month, and what every sheet says because of them (properties, head,
foot). What does not: reading settings (`pipeline.workspace`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from pipeline.months import Month, local_date
from pipeline.outputs.sheets import Properties, page_text
from pipeline.outputs.wording import wording


@dataclass(frozen=True)
class RenderOptions:
    """The office and the moment.

    `observed_until`: the aware moment the month's watching ended (exclusive; `Month.observed_until`). `issuer`: lines
    at the top left, the last one in bold. `positions`: unit id → place within its block, where this layout's order
    is not the registry's. `simulated`: every sheet says that its figures are not real. `version`: of the tool.
    """

    province: str
    observed_until: datetime
    version: str
    issuer: tuple[str, ...] = ()
    positions: Mapping[str, int] = field(default_factory=dict)
    simulated: bool = False

    @property
    def last_day(self) -> date:
        """The last local day that was watched."""
        return local_date(self.observed_until - timedelta(microseconds=1))

    def properties(self, label: str, subject: str, month: Month) -> Properties:
        """Return the document's properties: nothing in them depends on when it was made."""
        words = wording()
        made_by = words.made_by.format(version=self.version)
        return Properties(
            title=words.foot.format(label=label, month_short=words.short(month)),
            subject=subject,
            creator=", ".join(self.issuer) or self.province,
            description=f"{words.simulated}. {made_by}" if self.simulated else made_by,
            moment=self.observed_until.astimezone(UTC),
        )

    def header(self) -> tuple[str, str, str]:
        """Return the head of every printed page."""
        return ("", page_text(wording().simulated) if self.simulated else "", "")

    def footer(self, label: str, month: Month) -> tuple[str, str, str]:
        """Return the foot of every printed page: what it is, whether it is simulated, the page's number."""
        words = wording()
        left = words.foot.format(label=label, month_short=words.short(month))
        return (page_text(left), page_text(words.simulated) if self.simulated else "", words.page)
