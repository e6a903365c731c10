"""A sheet with a title block and figures, built row by row, every row high enough for its words.

What belongs here: spans, heights, page ends. What does not: what the rows say (`appendix`, `delta`), long lists
(`lists`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from openpyxl.utils import get_column_letter

from pipeline.outputs import styles
from pipeline.outputs.metrics import POINTS_PER_CHARACTER, column_points, line_height, lines
from pipeline.outputs.options import RenderOptions
from pipeline.outputs.sheets import A4_LANDSCAPE_POINTS, Cell, Row, Style
from pipeline.outputs.wording import wording

MARGIN_INCHES = 0.59
MIN_HEIGHT = 17.5
_PADDING = 3.5
_GAP = 6.0


class Page:
    """Rows of one sheet over a grid of columns (`widths` in digits of the normal style)."""

    def __init__(self, widths: Sequence[float]) -> None:
        self.widths = tuple(widths)
        self.rows: list[Row] = []
        self.merges: list[str] = []
        self.breaks: list[int] = []
        self._used = 0.0
        self._repeated = 0.0
        self._head = 0
        sheet = sum(widths) * POINTS_PER_CHARACTER
        margins = 2 * MARGIN_INCHES * 72
        scale = min(1.0, (A4_LANDSCAPE_POINTS[0] - margins) / sheet)
        self._capacity = (A4_LANDSCAPE_POINTS[1] - margins) / scale

    @property
    def last(self) -> int:
        """The number of the last row, from 1; 0 where there is none."""
        return len(self.rows)

    def gap(self) -> None:
        """Add a narrow empty row."""
        self._append([], _GAP)

    def line(self, text: str, style: Style, columns: int | None = None) -> None:
        """Add a text across the first `columns` columns (all by default)."""
        count = columns or len(self.widths)
        self.row([Cell(text, style)], [(0, count - 1)], minimum=line_height(style.size) + 1)

    def row(self, cells: Sequence[Cell], spans: Sequence[tuple[int, int]], minimum: float = MIN_HEIGHT) -> None:
        """Add cells, each over its span of columns (first, last, from 0); cells of a span keep its border."""
        placed: list[Cell | None] = [None] * len(self.widths)
        number = self.last + 1
        for cell, (first, last) in zip(cells, spans, strict=True):
            placed[first] = cell
            for column in range(first + 1, last + 1):
                placed[column] = Cell(None, cell.style)
            if last > first:
                self.merges.append(f"{get_column_letter(first + 1)}{number}:{get_column_letter(last + 1)}{number}")
        self._append(placed, self.height(cells, spans, minimum))

    def height(self, cells: Sequence[Cell], spans: Sequence[tuple[int, int]], minimum: float = MIN_HEIGHT) -> float:
        """Return the height in points that shows every word of a row."""
        need = minimum
        for cell, (first, last) in zip(cells, spans, strict=True):
            room = column_points(sum(self.widths[first:last + 1]), cell.style.indent)
            need = max(need, text_height(cell.value, room, cell.style))
        return round(need * 4) / 4

    def repeat_from(self, first: int) -> tuple[int, int]:
        """Let the rows from `first` on stand atop each further page too; return their range."""
        self._repeated = sum(row.height or 0 for row in self.rows[first - 1:])
        self._head = self.last
        return first, self.last

    def room_for(self, height: float) -> bool:
        """Tell whether rows of `height` still fit on the page."""
        return self._used + height <= self._capacity

    def end_page(self) -> None:
        """Begin a new page below the last row."""
        self.breaks.append(self.last)
        self._used = self._repeated

    def block_heading(self, heading: str | None, rows: Sequence[Sequence[Cell]],
                      spans: Sequence[tuple[int, int]], above: str | None = None) -> None:
        """Add the group row above `rows` (none where `heading` is None), below the heading of a part (`above`).

        Rows that do not fit on what is left of the page begin a new one, where a page can hold them at all, and
        take their headings along.
        """
        height = sum(self.height(cells, spans) for cells in rows) + MIN_HEIGHT * sum(map(bool, (heading, above)))
        below_head = self.last == self._head  # a title without its table is no page
        if not below_head and not self.room_for(height) and self._repeated + height <= self._capacity:
            self.end_page()
        for text, style in ((above, styles.TOTAL), (heading, styles.GROUP)):
            if text:
                self.row([Cell(text, style)], [(0, len(self.widths) - 1)])

    def title_block(self, options: RenderOptions, label: str, title: str, subtitle: str, left: int) -> int:
        """Add issuer (over the first `left` columns), label, title and what is said under it.

        Returns the number of the label's row.
        """
        words = wording()
        if options.simulated:
            self.line(words.simulated, styles.BANNER)
        for number, text in enumerate(options.issuer, 1):
            last = number == len(options.issuer)
            self.line(text, styles.ISSUER_LAST if last else styles.ISSUER, left)
        first = self.last + 1
        self.line(label, styles.LABEL)
        self.line(title, styles.TITLE)
        self.line(subtitle, styles.SUBTITLE)
        self.gap()
        return first

    def footnotes(self, texts: Sequence[str]) -> None:
        """Add small lines under a table."""
        self.gap()
        for text in texts:
            self.line(text, styles.FOOTNOTE)

    def _append(self, cells: Sequence[Cell | None], height: float) -> None:
        if not self.room_for(height):
            self._used = self._repeated
        self.rows.append(Row(cells, height))
        self._used += height


def text_height(value: object, room: float, style: Style) -> float:
    """Return the height in points of a cell's text in `room` points of width; numbers and dates take a line."""
    if value is None or isinstance(value, int | float | date):
        count = 1
    else:
        count = lines(str(value), room, style.size, style.bold)
    return count * line_height(style.size) + _PADDING
