"""Which documents of a posting are worth their bytes.

What belongs here: endings, little text. What does not: budgets and asking (`navigator`), reading (`attachments`).
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.extraction.attachments import file_name
from pipeline.extraction.model import Article, Attachment
from pipeline.navigation.model import Role, Want
from pipeline.text import key

_READ = frozenset({"pdf", "docx", "xlsx", "xlsm"})
_NOT_READ = frozenset({
    "doc", "docm", "dot", "dotx", "rtf", "odt", "xls", "xlsb", "ods", "csv", "ppt", "pptx", "pps", "ppsx", "odp", "zip",
    "rar", "7z", "tar", "gz", "txt", "xps", "djvu", "epub", "jpg", "jpeg", "png", "gif", "tif", "tiff", "bmp", "webp",
    "mp3", "mp4", "m4a", "wav", "wma", "wmv", "avi", "mov", "flv",
})
_FEW_WORDS = 40


def says_little(text: str) -> bool:
    """Say whether a posting's own page has so little text that its document is the posting."""
    return len(key(text[:2000]).split()) < _FEW_WORDS


def documents_of(want: Want, article: Article) -> list[Want]:
    """Return the documents to ask for where a posting's own page, reached by `want`, says next to nothing."""
    if not article.attachments or not says_little(article.text):
        return []
    title = article.title or want.title
    return [
        replace(want, url=url, role=Role.FILE, page_no=1, form=(), title=title)
        for url in worth_fetching(article.attachments)
    ]


def worth_fetching(attachments: tuple[Attachment, ...]) -> list[str]:
    """Return the addresses of documents that a reader reads; those that do not say what they are come last."""
    sure: list[str] = []
    unsaid: list[str] = []
    for one in attachments:
        endings = {name.rpartition(".")[2].strip().lower() for name in (file_name(one.url), one.label)}
        if endings & _READ:
            sure.append(one.url)
        elif not endings & _NOT_READ:
            unsaid.append(one.url)
    return sure + unsaid
