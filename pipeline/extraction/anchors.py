"""Every link of a page with its address and its words, read once for listing, pages and navigation.

What belongs here: links in any dress (a, area, onclick), labels, wording that never is a title. What does not:
what a link is for (`listing`, `pagination`, `links`), canonical addresses (`addresses`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from urllib.parse import urlsplit

from pipeline.extraction.addresses import canonical, identity
from pipeline.extraction.tree import Box, Tree, Zone, spaced, text_of
from pipeline.text import key

# Link words that lead to a posting without naming it, as comparison keys (vi, en).
_WORDS = """
    xem tiếp; xem thêm; đọc tiếp; đọc thêm; chi tiết; xem chi tiết; xem; tiếp; xem tất cả; tất cả; xem toàn bộ;
    xem nội dung; nội dung; xem file; xem văn bản; xem bài viết; đọc bài; tải về; tải file; tải xuống; tải;
    tải tệp; tải văn bản; file đính kèm; tệp đính kèm; đính kèm; tại đây; download; view; view more; read more;
    more; details; detail; continue reading; read; xem them; read article; read post; learn more; full story;
    see more; view all; see all; permalink; link; bấm vào đây; click here; here; in; in trang; print; gửi email;
    email; chia sẻ; share; facebook; twitter; zalo; quay lại; trở về; về đầu trang; lên đầu trang; back to top;
    bình luận; comments; leave a comment; trả lời; đóng; close; edit; sửa; xoá; rss; english; tiếng việt;
    đăng nhập; đăng ký; login; register; pdf; trang chủ; home; homepage; trang nhất; liên hệ; contact;
    sơ đồ trang; sơ đồ cổng; sitemap; chính sách bảo mật; điều khoản sử dụng; privacy policy; terms of use; mở;
    read on; read full; load more; show more; tải thêm; xem trước; preview; toàn văn; bản in; nghe; nghe bài;
    skip to content; bỏ qua
"""
GENERIC = frozenset(key(words) for words in _WORDS.split(";"))
# Of these, the ones that name a place of the portal: navigation, though never a posting.
_PLACES = "trang chủ; home; liên hệ; contact; sơ đồ trang; sơ đồ cổng; sitemap; rss; english; tiếng việt; bình luận"
NAMES = frozenset(key(words) for words in _PLACES.split(";"))
# Of these, the ones that lead to a whole section; a posting's heading never lends them its name.
SECTIONS = frozenset(key(words) for words in ("xem tất cả", "tất cả", "xem toàn bộ", "view all", "see all"))
HOME = frozenset(("trang chu", "home", "trang nhat", "trang chinh", "homepage"))
_HOME_PATH = re.compile(r"/?(?:(?:index|default|home|trang-chu)(?:\.[a-z]{3,5})?/?)?", re.I)
_LINKS = frozenset({"a", "area"})
_TITLE = 8  # words of a label that is more than the name of a section
_MENU_LINKS, _SEVERAL = 4, 3
_LINE = 60  # characters of a line of running text
_GENERIC_START = re.compile(
    r"(?:continue reading|read more|read the rest|xem chi tiet|xem them|xem tiep|doc tiep|doc them|download"
    r"|skip to|permalink|tai (?:\w+ ){0,2}(?:ve|xuong|tai day))\b"
)
_FILE_NAME = re.compile(r"^[\w .()-]+\.(?:png|jpe?g|gif|webp|svg|bmp)$", re.I)
_LOCATION = re.compile(r"(?:location(?:\.href)?\s*=|window\.open\(|location\.(?:assign|replace)\()\s*['\"]([^'\"]+)")


@dataclass(slots=True)
class Anchor:
    """A link. `url` is canonical or None, `ident` equal for addresses of one thing, `label` its clean words."""

    box: Box
    href: str
    url: str | None
    ident: str
    label: str

    @property
    def words(self) -> int:
        """Number of words of the label."""
        return self.label.count(" ") + 1 if self.label else 0


@lru_cache(maxsize=32768)
def generic(label: str) -> bool:
    """Tell words that lead somewhere without naming it (`Xem tiếp`, `Chi tiết »`, `Continue reading …`)."""
    plain = key(label)
    return plain in GENERIC or not plain or (len(plain) < 200 and _GENERIC_START.match(plain) is not None)


def collect(tree: Tree, base: str) -> list[Anchor]:
    """Return the links of the page in document order; addresses that lead nowhere have `url=None`."""
    found: list[Anchor] = []
    known: dict[str, tuple[str | None, str]] = {}
    clicked = [b for b in tree.marked if b.tag not in _LINKS and ("onclick" in b.attrs or "data-href" in b.attrs)]
    for box in sorted([*tree.of(*_LINKS), *clicked], key=attrgetter("start")) if clicked else tree.of(*_LINKS):
        href = _href(box)
        if href is None:
            continue
        if href not in known:
            url = None if href.startswith("#") or not href.strip() else canonical(href, base)
            known[href] = (url, identity(url) if url else "")
        url, ident = known[href]
        found.append(Anchor(box, href, url, ident, label_of(box)))
    _mark_menus(tree, found)
    return found


def _mark_menus(tree: Tree, anchors: list[Anchor]) -> None:
    """Give the zone of menus to unnamed lists of short links that begin with, or hold, the way home."""
    for anchor in anchors:
        if anchor.box.zone or not (key(anchor.label) in HOME or _is_home(anchor.url)):
            continue
        for above in list(anchor.box.up())[:5]:
            if above.links >= _MENU_LINKS:
                linked = above.linked >= 0.8 * above.size and above.linked <= 40 * above.links
                if linked and above.tag != "body" and not (_holds_content(tree, above) or _has_titles(above, anchors)):
                    for box in tree.boxes[above.start:above.end]:
                        box.zone = Zone.MENU
                break


def _has_titles(part: Box, anchors: list[Anchor]) -> bool:
    """Tell a part of whose links a good many are as long as titles: the list came to lie in it with the way home."""
    titles = sum(anchor.words >= _TITLE for anchor in anchors if part.holds(anchor.box))
    return titles >= max(_SEVERAL, 0.25 * part.links)


def _holds_content(tree: Tree, part: Box) -> bool:
    """Tell a part that holds the page's own: a menu of a hundred links may well outweigh a short posting."""
    return any(
        box is tree.main
        or box.tag in {"main", "article"}
        or (not box.links and (box.tag == "h1" or box.own >= _LINE))
        for box in tree.boxes[part.start + 1:part.end]
        if box.zone == Zone.CONTENT and not box.hidden and box.size and not any(up.tag == "a" for up in box.up())
    )


@lru_cache(maxsize=8192)
def _is_home(url: str | None) -> bool:
    """Tell the address of a site's front page."""
    parts = urlsplit(url or "")
    return bool(parts.netloc) and not parts.query and _HOME_PATH.fullmatch(parts.path) is not None


def _href(box: Box) -> str | None:
    """Return where a box leads: href, or the address that its script sets."""
    attrs = box.attrs
    if box.tag in _LINKS:
        href = attrs.get("href") or ""
        if href and href[:11].lower() != "javascript:":
            return href
        script = attrs.get("onclick") or href
        moved = _LOCATION.search(script) if script else None
        return moved[1] if moved else (href or None)
    clicked = attrs.get("onclick")
    if clicked:
        moved = _LOCATION.search(clicked)
        return moved[1] if moved and not box.links else None
    return attrs.get("data-href") if not box.links else None


def label_of(box: Box) -> str:
    """Return the words of a link: text, else title, aria-label or the alt of its image."""
    text = text_of(box) if box.size else ""
    if text:
        return text
    for name in ("title", "aria-label", "alt"):
        value = box.attrs.get(name)
        if value and value.strip() and not _FILE_NAME.match(value):
            return spaced(value)
    stack = list(box.boxes())
    while stack:
        inner = stack.pop(0)
        value = inner.attrs.get("alt") or inner.attrs.get("title") or inner.attrs.get("aria-label")
        if value and value.strip() and not _FILE_NAME.match(value):
            return spaced(value)
        stack.extend(inner.boxes())
    return ""
