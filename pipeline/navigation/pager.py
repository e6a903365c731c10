"""The order of a list's pages.

What belongs here: which page of one list comes next. What does not: finding pager links in markup
(`pipeline.extraction.pagination`), deciding when to stop (`pipeline.navigation.navigator`).
"""

from __future__ import annotations

import re

from pipeline.extraction.model import NextPage

_NUMBER = re.compile(r"\d+")


def page_key(page: NextPage) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return what makes two pager links the same page: the address and the posted target.

    Hidden state such as `__VIEWSTATE` differs with every response and is left out.
    """
    stable = tuple((k, v) for k, v in page.form if not k.startswith("__VIEW") and "VALIDATION" not in k.upper())
    return page.url, stable


class Pager:
    """Pages of one list that are known and not yet asked for, lowest page number first."""

    def __init__(self, first_url: str) -> None:
        self._seen: set[tuple[str, tuple[tuple[str, str], ...]]] = {(first_url, ())}
        self._waiting: list[tuple[int, int, NextPage]] = []
        self._current = 1

    def offer(self, pages: tuple[NextPage, ...]) -> None:
        """Take the pager links of the page just read. Fresh hidden state replaces older of the same page."""
        fresh = {page_key(page): page for page in pages}
        self._waiting = [(n, i, fresh.get(page_key(p), p)) for n, i, p in self._waiting]
        for page in pages:
            if page_key(page) not in self._seen:
                self._seen.add(page_key(page))
                number = self._number(page)
                if number > self._current:
                    self._waiting.append((number, len(self._seen), page))
        self._waiting.sort(key=lambda entry: entry[:2])

    def take(self) -> tuple[int, NextPage] | None:
        """Return (page number, page) to ask for next, or None at the end."""
        if not self._waiting:
            return None
        number, _, page = self._waiting.pop(0)
        self._current = max(self._current + 1, number)
        return self._current, page

    def _number(self, page: NextPage) -> int:
        label = page.label.strip()
        if label.isdigit():
            return int(label)
        return self._current + 1
