"""The looks of cells in every workbook.

What belongs here: named styles. What does not: how they are written (`pipeline.outputs.excel`).
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.outputs.sheets import Style

DATE_FORMAT = "dd/mm/yyyy"
_SHADE = "F2F2F2"
_PLAIN = Style(border=False, horizontal="center")

BANNER = replace(_PLAIN, size=13, bold=True, color="C00000")
ISSUER = replace(_PLAIN)
ISSUER_LAST = replace(_PLAIN, bold=True, underline=True)
LABEL = replace(_PLAIN, size=13, bold=True)
TITLE = replace(_PLAIN, size=13, bold=True)
SUBTITLE = replace(_PLAIN, italic=True)
CAPTION = replace(_PLAIN, bold=True, horizontal="left")
FOOTNOTE = replace(_PLAIN, size=10, italic=True, horizontal="left")

HEADER = Style(bold=True, horizontal="center", fill=_SHADE)
GROUP = Style(bold=True, indent=1)
NAME = Style(indent=1)
CENTRE = Style(horizontal="center")
NUMBER = Style(horizontal="center", number_format="0")
CHANGE = Style(horizontal="center", number_format="+0;-0;0")
TEXT_FIGURE = Style(horizontal="center", number_format="@")
DATE = Style(horizontal="center", number_format=DATE_FORMAT)
MARK = Style(horizontal="center")
UNKNOWN = Style(size=9, italic=True, horizontal="center")
NOTE = Style(size=11, indent=1)
TOTAL = Style(bold=True, fill=_SHADE, indent=1)
TOTAL_CENTRE = Style(bold=True, horizontal="center", fill=_SHADE)
TOTAL_NUMBER = Style(bold=True, horizontal="center", number_format="0", fill=_SHADE)
TOTAL_CHANGE = Style(bold=True, horizontal="center", number_format="+0;-0;0", fill=_SHADE)

_LISTED = Style(size=10)
_LISTED_CENTRE = Style(size=10, horizontal="center")
LIST_HEADER = Style(size=10, bold=True, horizontal="center", fill=_SHADE)
LISTED = {
    "text": _LISTED,
    "centre": _LISTED_CENTRE,
    "number": replace(_LISTED_CENTRE, number_format="0"),
    "change": replace(_LISTED_CENTRE, number_format="+0;-0;0"),
    "month": replace(_LISTED_CENTRE, number_format="mm/yyyy"),
    "date": replace(_LISTED_CENTRE, number_format=DATE_FORMAT),
    "moment": replace(_LISTED_CENTRE, number_format="dd/mm/yyyy hh:mm"),
    "link": replace(_LISTED_CENTRE, color="0563C1", underline=True),
}
"""Cells of lists by the kind of their value."""
