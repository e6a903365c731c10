"""An ASP.NET WebForms grid: one address per list, further pages only by posting `__doPostBack` back to it.

What belongs here: this family's addresses and its view state. What does not: its markup
(`templates/webforms.html`).
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cached_property

from pipeline.simulator.families.base import Family, Home, Request, Target, positive
from pipeline.simulator.scenario import Posting, Section

GRID = "ctl00$ContentPlaceHolder1$grvDanhSach"


class WebForms(Family):
    """A GridView with columns of title, document date and posting date; a pager of `javascript:` links."""

    name = "webforms"
    grid = GRID

    def resolve(self, request: Request) -> Target | None:
        """Read `/DanhSach.aspx?cm=` (GET or the pager's POST), `/ChiTiet.aspx?id=`, `/TrangTinh.aspx?cm=`."""
        if request.path in ("/", "/Default.aspx"):
            return Home()
        if request.path in ("/DanhSach.aspx", "/TrangTinh.aspx"):
            return self.section_at(request.query.get("cm"), self._page(request))
        if request.path == "/ChiTiet.aspx":
            return self.posting_at(request.query.get("id"))
        return self.file_of(request.path)

    def _page(self, request: Request) -> int:
        """A page is asked for by the fields of the form, and only with the view state the list gave out."""
        if request.method != "POST" or request.form.get("__EVENTTARGET") != GRID:
            return 1
        if request.form.get("__VIEWSTATE") != self.view_state:
            return 1
        found = re.fullmatch(r"Page\$(\d+)", request.form.get("__EVENTARGUMENT", ""))
        return positive(found[1]) if found else 1

    @cached_property
    def view_state(self) -> str:
        """The hidden state: opaque, long, the same for all pages of the moment."""
        seed = f"{self.site.portal.host}{self.site.as_of:%Y%m%d}".encode()
        return base64.b64encode(hashlib.shake_128(seed).digest(6000)).decode()

    def section_path(self, section: Section, page: int = 1) -> str:
        """Return the list's address; all pages share it."""
        page_name = "DanhSach" if section.standing is None else "TrangTinh"
        return f"/{page_name}.aspx?cm={section.number}"

    def posting_path(self, posting: Posting) -> str:
        """Return `/ChiTiet.aspx?id=`."""
        return f"/ChiTiet.aspx?id={posting.number}"
