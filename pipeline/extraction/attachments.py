"""Files that a posting offers: what an address of a file looks like, and which files a part of a page links.

What belongs here: links, embedded viewers, labels. What does not: the content of files, addresses in general
(`addresses`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

from selectolax.lexbor import LexborNode

from pipeline.extraction.addresses import canonical, identity
from pipeline.extraction.model import Attachment
from pipeline.text import clean, key

_DOCUMENT = r"pdf|docx?|docm|dotx?|rtf|odt|xlsx?|xlsm|xlsb|ods|csv|pptx?|ppsx?|odp|zip|rar|7z|tar|gz|txt|xps|djvu|epub"
_IMAGE = r"jpe?g|png|gif|tiff?|bmp|webp"
_MEDIA = r"mp3|mp4|m4a|wav|wma|wmv|avi|mov|flv"
_DOCUMENT_END = re.compile(rf"[^/]\.(?:{_DOCUMENT})$", re.I)
_ANY_END = re.compile(rf"[^/]\.(?:{_DOCUMENT}|{_IMAGE}|{_MEDIA})$", re.I)
_LONGEST_END = len("x.docx")
_HANDLER = re.compile(
    r"/(?:\w*(?:get|down|load|view|open|read)_?\w*(?:file|attach|document|vanban)\w*|download\w*|\w*attach\w*|filehandler\w*)"
    r"\.(?:ashx|aspx|axd|php|jsp|do)$"
    r"|/(?:file|attachment|document)s?\.ashx$|/savefile/|/documents/\d+/.+/[0-9a-f-]{36}$|/documents/\d+/\d+/[^/]+\.\w{3,4}/"
    r"|/(?:download|tai-ve|taive)/(?:[^/]*/)*[^/]*\d[^/]*$",
    re.I,
)
_HANDLERS = ("file", "attach", "document", "vanban", "download", "tai-ve", "taive")  # `_HANDLER` finds none without
_HANDLER_NAMES = {"download", "downloadfile", "getfile", "tenfile", "filename", "file_name", "attachment", "fileid"}
_FILE_WORDS = ("file", "download", "attachment")  # each of these names has one
_MAX_PARAMETERS = 200
_FALSE = {"", "0", "false", "no"}
_DRIVE = re.compile(
    r"//(?:drive\.google\.com/(?:file/d/|open\?id=|uc\?)|docs\.google\.com/(?:document|spreadsheets)/d/)", re.I)
_VIEWER_NAMES = ("file", "url", "src", "document", "doc", "pdf", "path", "fileurl", "linkfile")
_PLACEHOLDER = re.compile(r"(?:^|/)(?:undefined|null|none|nofile|no-file|#|\.\w{2,4})$|/files?/?$", re.I)
_GENERIC_LABELS = {
    "tai day", "day", "tai ve", "tai xuong", "tai file", "tai tep", "download", "xem", "xem tai day", "xem chi tiet",
    "chi tiet", "click here", "here", "file", "tep", "file dinh kem", "tep dinh kem", "dinh kem", "xem file", "link",
    "tai van ban", "xem van ban", "tai ve tai day", "pdf", "tai", "view", "open", "bam vao day", "toan van", "doc",
}
_EMBEDS = {"iframe": "src", "embed": "src", "object": "data"}


@lru_cache(maxsize=16384)
def is_file(url: str) -> bool:
    """Whether an address leads to a file (document, archive, image, recording) and not to a page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    path = unquote(parts.path).rstrip()
    if _ANY_END.search(path, max(len(path) - _LONGEST_END, 0)) or _is_handler(path):
        return True
    if _DRIVE.search(url):
        return True
    return _may_name_file(parts.query) and any(_names_file(n.lower(), value) for n, value in _parameters(parts.query))


def _parameters(query: str) -> list[tuple[str, str]]:
    """Return the first parameters of a query; nobody names a file after hundreds of others."""
    return parse_qsl("&".join(query.split("&", _MAX_PARAMETERS)[:_MAX_PARAMETERS]))


def _may_name_file(query: str) -> bool:
    """Tell a query in which some parameter could name a file: by its own name, or by a value with an ending."""
    return "." in query or "%" in query or any(map(query.lower().__contains__, _FILE_WORDS))


def _is_handler(path: str) -> bool:
    """Tell the path of a program that gives files."""
    likely = not path.isascii() or any(map(path.lower().__contains__, _HANDLERS))
    return likely and _HANDLER.search(path) is not None


def _names_file(name: str, value: str) -> bool:
    if name in _HANDLER_NAMES:
        return value.lower() not in _FALSE
    return name in {*_VIEWER_NAMES, "name", "p", "f"} and _DOCUMENT_END.search(value) is not None


def attachments(node: LexborNode, base: str) -> tuple[Attachment, ...]:
    """Return the files that links and embedded viewers under `node` lead to, in order, each once.

    Labels that say nothing ("tại đây") give way to the file's name. Pictures count only where they are linked
    by words; empty placeholders do not count.
    """
    found: dict[str, Attachment] = {}
    for url, label, picture in _offers(node, base):
        if _PLACEHOLDER.search(unquote(urlsplit(url).path)) or (picture and not label):
            continue
        named = clean(label) if key(label) not in _GENERIC_LABELS and clean(label) else file_name(url)
        found.setdefault(identity(url), Attachment(url, named))
    return tuple(found.values())


def _offers(node: LexborNode, base: str) -> Iterator[tuple[str, str, bool]]:
    """Give address, label and whether it is a picture, of links and viewers in order."""
    for part in node.css("a[href], iframe[src], embed[src], object[data]"):
        attributes = part.attributes
        if part.tag == "a":
            url = canonical(attributes.get("href") or "", base)
            if url and (is_file(url) or attributes.get("download") is not None):
                label = clean(part.text(deep=True)) or clean(attributes.get("title") or "")
                yield url, label, re.search(rf"\.(?:{_IMAGE})$", urlsplit(url).path, re.I) is not None
        elif shown := _viewed(attributes.get(_EMBEDS[part.tag or "iframe"]) or "", base):
            yield shown, "", False


def _viewed(source: str, base: str) -> str | None:
    """Return the file that an embedded viewer shows (`…viewer.html?file=/a.pdf`, `docs.google.com/gview?url=…`)."""
    url = canonical(source, base)
    if url is None:
        return None
    parts = urlsplit(url)
    if _DOCUMENT_END.search(unquote(parts.path)):
        return url
    for name, value in _parameters(parts.query):
        if name.lower() in _VIEWER_NAMES and _DOCUMENT_END.search(urlsplit(value).path):
            return canonical(value, url if not parts.netloc.endswith("google.com") else base)
    return url if _DRIVE.search(url) else None


def file_name(url: str) -> str:
    """Return the readable name of the file at `url`: the last part of its path that has an ending."""
    segments = [clean(unquote(s.replace("+", " "))) for s in urlsplit(url).path.split("/") if s]
    return next((s for s in reversed(segments) if _ANY_END.search(s)), segments[-1] if segments else url)
