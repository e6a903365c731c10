"""Months, moments and the one time zone: what "the month of" means everywhere.

What belongs here: the value type `Month`, the zone, observation ends. What does not: reading dates from pages
(`pipeline.extraction.dates`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-01)?")


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month in Asia/Ho_Chi_Minh; prints as `2018-02`."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read `2018-02` (or Dagster's key `2018-02-01`); raise ValueError otherwise."""
        match = _MONTH.fullmatch(text.strip())
        if match is None or not 1 <= int(match[2]) <= 12:
            raise ValueError(f"tháng {text!r} không hợp lệ; viết như 2018-02")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month of a local day."""
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def first_day(self) -> date:
        """The month's first day."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """The month's last day."""
        return self.shift(1).first_day - timedelta(days=1)

    def shift(self, months: int) -> Month:
        """Return the month `months` later (negative: earlier)."""
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    def observed_until(self, day_of_next_month: int = 5) -> datetime:
        """Return the UTC moment the month's watching ends: the end of day 5 of the next month, local time."""
        day = self.shift(1).first_day + timedelta(days=day_of_next_month)
        return datetime.combine(day, time.min, ZONE).astimezone(UTC)


def local_date(moment: datetime) -> date:
    """Return the local day of an aware moment; raise ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(ZONE).date()
