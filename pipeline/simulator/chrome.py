"""The furniture of a portal's pages: styles, scripts, clocks, counters, calendars, links, footers.

What belongs here: texts and numbers that stand around the content and mislead a naive reader. They depend on the
portal and the moment alone, so that a page has the same bytes (and ETag) whenever it is asked for. What does not:
how a family lays them out (`families`).
"""

from __future__ import annotations

import calendar
import hashlib
from functools import cached_property

from markupsafe import Markup

from pipeline.simulator.site import Site

SIMULATED = "Trang mô phỏng"
META = Markup('<meta name="simulated" content="true" />')
WEEKDAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")
LINKS = (
    ("Cổng Thông tin điện tử Chính phủ", "http://chinh-phu.test/"),
    ("Hệ thống văn bản quy phạm pháp luật", "http://van-ban.test/"),
    ("Công báo", "http://cong-bao.test/"),
    ("Báo điện tử Chính phủ", "http://bao-chinh-phu.test/"),
    ("Cơ sở dữ liệu quốc gia về thủ tục hành chính", "http://thu-tuc.test/"),
    ("Thanh tra Chính phủ", "http://thanh-tra-chinh-phu.test/"),
    ("Ban Tiếp công dân trung ương", "http://tiep-cong-dan-trung-uong.test/"),
    ("Bộ Nội vụ", "http://bo-noi-vu.test/"),
    ("Bộ Tư pháp", "http://bo-tu-phap.test/"),
    ("Bộ Tài chính", "http://bo-tai-chinh.test/"),
    ("Bộ Công Thương", "http://bo-cong-thuong.test/"),
    ("Bộ Y tế", "http://bo-y-te.test/"),
    ("Bộ Xây dựng", "http://bo-xay-dung.test/"),
    ("Bộ Giáo dục và Đào tạo", "http://bo-giao-duc.test/"),
    ("Đài Phát thanh và Truyền hình tỉnh", "http://dai-truyen-hinh.test/"),
    ("Báo điện tử của tỉnh", "http://bao-tinh.test/"),
)
_PROPERTIES = (
    "margin:0 auto;padding:4px 8px", "color:#1b4f8f;text-decoration:none", "float:left;width:220px",
    "border-bottom:1px dotted #ccc", "font:bold 13px/1.4 Arial,Helvetica,sans-serif", "overflow:hidden",
    "background:url(/images/bg.png) repeat-x 0 0", "display:block;line-height:24px", "text-align:justify",
    "border:1px solid #d8d8d8;border-radius:3px", "position:relative;z-index:5", "list-style:none",
)
_PARTS = ("header", "banner", "nav", "nav-item", "sub", "left", "right", "center", "block", "block-title",
          "list", "item", "date", "summary", "paging", "current", "footer", "copyright", "search", "tool",
          "gallery", "poll", "weather", "counter", "links", "breadcrumb", "print", "share", "font-size", "slider")


class Chrome:
    """Furniture of one site at its moment."""

    def __init__(self, site: Site) -> None:
        self.site = site
        digest = hashlib.blake2b(site.portal.host.encode(), digest_size=8).digest()
        self.seed = int.from_bytes(digest, "big")

    simulated = SIMULATED
    meta = META
    links = LINKS
    weekdays = WEEKDAYS

    @property
    def today(self) -> str:
        """The header's clock: a date of today that belongs to no posting."""
        moment = self.site.as_of
        return f"{WEEKDAYS[moment.weekday()]}, ngày {moment:%d/%m/%Y}"

    @property
    def updated(self) -> str:
        """The footer's "updated at" line."""
        return f"{self.site.as_of:%H:%M %d/%m/%Y}"

    @property
    def license(self) -> str:
        """The footer's licence line, with a date that belongs to no posting."""
        return f"Giấy phép số {self.seed % 90 + 10}/GP-TTĐT cấp ngày {self.seed % 20 + 8:02d}/4/2014"

    @cached_property
    def visits(self) -> tuple[int, int, int]:
        """Visitors now, today and ever; they follow from the moment, not from requests."""
        hours = int(self.site.as_of.timestamp() // 3600)
        return (self.seed % 37 + 3, hours % 24 * 61 + self.seed % 97, hours * 3 + self.seed % 500_000)

    def reads(self, number: int) -> int:
        """Return how often a posting was read."""
        return (self.seed // 7 + number * 131) % 1900 + 20

    @property
    def contact(self) -> str:
        """The footer's address and telephone, invented."""
        number = self.seed % 9000 + 1000
        return f"Địa chỉ: số {self.seed % 180 + 1} đường 23 tháng 3 - Điện thoại: 0000.{number:04d}.{number % 900:03d}"

    @cached_property
    def month_grid(self) -> list[list[int]]:
        """The calendar of the moment's month; 0 stands for a day outside."""
        return calendar.Calendar().monthdayscalendar(self.site.as_of.year, self.site.as_of.month)

    def style(self, prefix: str, rules: int = 90) -> str:
        """Return inline style sheets of a realistic size (some 80 bytes a rule)."""
        lines = []
        for n in range(rules):
            part = _PARTS[n % len(_PARTS)]
            depth = " a" if n >= len(_PARTS) else ""
            depth += ":hover" if n >= 2 * len(_PARTS) else ""
            first, second = _PROPERTIES[n % 12], _PROPERTIES[(n * 5 + self.seed) % 12]
            lines.append(f".{prefix}-{part}{depth}{{{first};{second}}}")
        return "<style type=\"text/css\">\n" + "\n".join(lines) + "\n</style>"

    def script(self, prefix: str, functions: int = 24) -> str:
        """Return an inline script of a realistic size (some 150 bytes a function)."""
        lines = [
            f"function {prefix}_fn{n}(el,opt){{var o=opt||{{}};if(!el){{return false;}}"
            f"el.className=(o.cls||'{prefix}-{_PARTS[n % len(_PARTS)]}');o.delay=o.delay||{n * 50 + 100};"
            "return setTimeout(function(){el.style.display='block';},o.delay);}"
            for n in range(functions)
        ]
        return "<script type=\"text/javascript\">\n//<![CDATA[\n" + "\n".join(lines) + "\n//]]>\n</script>"
