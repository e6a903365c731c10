"""Pages to postings: pure functions of bytes and an address; no network, no database, no clock.

What belongs here: what one page shows (`read_page`). What does not: what a posting means for a programme
(`pipeline.classification`), where to go next (`pipeline.navigation`).
"""

from pipeline.extraction.contract import extract_json
from pipeline.extraction.page import read_page

__all__ = ["extract_json", "read_page"]
