"""What an address alone tells, for portals whose menus do not.

What belongs here: words of an address, the usual addresses of site maps. What does not: reading site maps
(`pipeline.extraction.feed`).
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urljoin, urlsplit

_SCRIPT = re.compile(r"\.\w{2,5}$")
_CHANGES = re.compile(r"(?:^|&)(?:do|action)=(?:edit|history|revisions?|diff|recent)(?:&|$)", re.IGNORECASE)
_TOOL = re.compile(
    r"(?:^|&)(?:do|action|task|mode)=(?:edit|raw|info|history|revisions?|diff|recent|backlink|media|print|export\w*|login"
    r"|register|search|rss)(?:&|$)",
    re.IGNORECASE,
)
_PERIOD = re.compile(r"=(?:19|20)\d\d\b")
_ENDING = re.compile(r"\.(?:html?|aspx?|php|jsp|htm)$", re.IGNORECASE)
_NOT_LETTER = re.compile(r"[^a-zA-ZÀ-ỹ]+")


def slug_words(url: str) -> str:
    """Return the words of the last speaking part of an address: `/tin/lich-tiep-dan-12.html` → `lich tiep dan`."""
    for part in reversed([p for p in urlsplit(url).path.split("/") if p]):
        words = _NOT_LETTER.sub(" ", _ENDING.sub("", unquote(part))).strip()
        if len(words) > 3:
            return words
    return ""


def sitemap_urls(root: str) -> tuple[str, ...]:
    """Return where a site map usually is (sitemaps.org names the first)."""
    return (urljoin(root, "/sitemap.xml"),)


def is_sitemap(url: str) -> bool:
    """Say whether an address is that of a site map rather than of a feed of postings."""
    return "sitemap" in urlsplit(url).path.lower().rsplit("/", 1)[-1]


def shows_changes(url: str) -> bool:
    """Say whether an address shows what changed on a page, or edits it: wikis list such addresses as news."""
    return _CHANGES.search(urlsplit(url).query) is not None


def is_view_of(page: str, url: str) -> bool:
    """Say whether an address is only another view of a page (`/lich?sort=title`, `?print=1`), or a tool of its
    system for any page (`/trang?do=edit`, `/index.php?title=Trang&action=history`).

    The page must have a path of its own without parameters: `/?cat=5` and `/list.aspx?id=5` are how some systems
    address everything. A year (`?nam=2018`) is a part, not a view.
    """
    here, there = urlsplit(page), urlsplit(url)
    if _TOOL.search(there.query):
        return True
    plain = len(here.path) > 1 and not here.query and not _SCRIPT.search(here.path)
    same = (here.netloc, here.path.rstrip("/")) == (there.netloc, there.path.rstrip("/"))
    return plain and same and bool(there.query) and not _PERIOD.search(there.query)
