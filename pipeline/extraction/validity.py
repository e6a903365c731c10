"""Whether a page served with status 200 is the page asked for: no challenge, maintenance, login, soft 404 …

What belongs here: wording and structure of pages from which no conclusion may be drawn. What does not: HTTP
statuses and causes (`pipeline.snapshots`), what a valid page holds (`listing`, `article`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from pipeline.extraction.tree import HEADINGS, Box, Tree, text_of
from pipeline.text import clean, key


class Invalid(StrEnum):
    """Why no conclusion may be drawn from a page."""

    EMPTY = "empty"                # nothing to read
    NOT_HTML = "not_html"          # a file, a picture, data
    CHALLENGE = "challenge"        # a firewall or a script that tests the visitor
    MAINTENANCE = "maintenance"
    PARKED = "parked"              # the name is for sale or suspended
    LOGIN = "login"                # the page asks for an account before anything else
    NOT_FOUND = "not_found"        # "không tìm thấy" with status 200
    SERVER_ERROR = "server_error"  # an error of the server or of an archive in place of the page
    DEFAULT_PAGE = "default_page"  # a fresh web server's greeting, or its directory listing
    SCRIPTED = "scripted"          # an empty shell that a script would fill


@dataclass(frozen=True)
class Signs:
    """Wording of one kind of invalid page: `strong` in the title or a heading, or in a page of few words."""

    reason: Invalid
    strong: re.Pattern[str]
    most_words: int


def _signs(reason: Invalid, most_words: int, *wording: str) -> Signs:
    return Signs(reason, re.compile("|".join(rf"\b(?:{w})" for w in wording)), most_words)


# Comparison keys (lower case, no accents). `most_words` bounds the page: a posting that mentions the words in
# its title stands on a page with more text, more links, or a list.
SIGNS: tuple[Signs, ...] = (
    _signs(Invalid.CHALLENGE, 160, "checking your browser", "just a moment", "verify(?:ing)? (?:that )?you are",
           "attention required", "ddos protection", "please enable (?:javascript|cookies) (?:and|to)",
           "enable javascript and cookies", "request unsuccessful incapsula", "access denied", "request blocked",
           "ban dang bi chan", "truy cap bi tu choi", "yeu cau cua ban (?:da )?bi (?:chan|tu choi)",
           "xac minh ban (?:la con nguoi|khong phai)", "dang kiem tra trinh duyet", "captcha",
           "web application firewall", "the requested url was rejected", "support id", "are you a robot",
           "security check", "kiem tra bao mat", "vui long bat javascript", "ray id", "human verification"),
    _signs(Invalid.MAINTENANCE, 220, "(?:he thong|website|trang web|trang|cong thong tin(?: dien tu)?|site) "
           "(?:hien )?(?:dang |tam ngung |tam dung )(?:duoc )?(?:bao tri|nang cap|xay dung|bao duong|phuc vu|hoat dong)",
           "bao tri he thong", "dang (?:trong qua trinh )?bao tri", "under maintenance", "maintenance mode",
           "site maintenance", "scheduled maintenance", "down for maintenance", "be back soon", "under construction",
           "coming soon", "briefly unavailable", "tam ngung (?:phuc vu|hoat dong)", "dang duoc nang cap",
           "website dang nang cap", "chung toi se quay lai", "routine maintenance", "upgrading"),
    _signs(Invalid.PARKED, 260, "domain (?:name )?(?:is |may be )?(?:for sale|parked|expired|suspended|available)",
           "buy this domain", "this domain", "ten mien (?:nay )?(?:dang (?:duoc )?(?:rao ban|ban)|da het han|het han"
           "|chua duoc|dang tam)", "mua ten mien", "parked (?:free|domain|page)", "account (?:has been )?suspended",
           "tai khoan (?:hosting )?(?:nay )?(?:da )?bi (?:khoa|tam ngung)", "related searches", "sedoparking",
           "website het han", "hosting (?:da )?het han", "domain parking"),
    _signs(Invalid.NOT_FOUND, 260, "404", "(?:page|file|url|resource|content) (?:was |is |could )?(?:not|cannot)"
           "(?: be)? found", "not found", "(?:khong|ko) (?:tim thay|ton tai)(?: trang| noi dung| du lieu| bai viet)?",
           "trang (?:ban |nay |yeu cau )?.{0,30}(?:khong ton tai|khong tim thay|da bi xoa|khong con)",
           "(?:bai viet|noi dung|duong dan|lien ket|url) .{0,24}(?:khong ton tai|khong tim thay|da bi xoa|da bi go)",
           "page (?:doesn t|does not) exist", "can t be found", "no longer (?:available|exists)", "page not available",
           "error 404", "loi 404", "nothing found", "oops"),
    _signs(Invalid.SERVER_ERROR, 260, "(?:http )?(?:error )?50[0234]\\b", "internal server error", "bad gateway",
           "service (?:temporarily )?unavailable", "gateway time ?out", "runtime error", "server error in",
           "error establishing a database connection", "fatal error", "database (?:connection )?error",
           "loi (?:he thong|may chu|ket noi|co so du lieu)", "da (?:co loi )?xay ra loi", "an error (?:has )?occurred",
           "something went wrong", "unable to connect", "wayback machine (?:has not|doesn t)", "this page is not "
           "available on the web", "hrm the wayback", "got an http \\d", "exception details", "stack trace",
           "too many (?:requests|connections)", "bandwidth limit exceeded", "resource limit"),
    _signs(Invalid.DEFAULT_PAGE, 420, "welcome to nginx", "it works", "apache2? (?:ubuntu |debian |http server )?"
           "(?:default|test) page", "iis windows server", "internet information services", "apache tomcat",
           "index of", "directory listing", "default web site page", "welcome to centos", "test page for",
           "plesk default page", "cpanel", "default page", "hello world", "successfully installed"),
    _signs(Invalid.LOGIN, 130, "dang nhap", "login", "log in", "sign in", "signin", "xac thuc nguoi dung",
           "single sign on"),
)
_STRONG_ANYWHERE = re.compile(r"cf-browser-verification|challenge-platform|_Incapsula_Resource|/cdn-cgi/challenge"
                              r"|sucuri_cloudproxy|window\.parkingData|data-adblockkey|px-captcha|__cf_chl", re.I)
_MUCH = 4000            # characters; a page with more text is judged by its headings alone
_FEW = 6                # words; below it a page holds nothing to judge


def judge(tree: Tree, html: str) -> Invalid | None:
    """Return why nothing may be concluded from a page, or None. Lists and long texts are valid whatever they say."""
    root = tree.root
    text = key(text_of(root)) if 0 < root.size < _MUCH else ""
    words = text.count(" ") + 1 if text else root.size // 5
    if words < 400 and _STRONG_ANYWHERE.search(html[:200_000]):
        return Invalid.CHALLENGE if "parkingData" not in html and "adblockkey" not in html else Invalid.PARKED
    title = key(_title(tree))
    heads = [key(text_of(b)) for b in tree.boxes if b.tag in HEADINGS and 0 < b.size < 200][:12]
    prominent = [title, *heads]
    found = _worded(tree, prominent, text, words)
    if found is not None:
        return found
    if _asks_for_account(tree, prominent, words):
        return Invalid.LOGIN
    if words < _FEW and root.links < 3 and not any(b.tag == "img" and b.links for b in tree.boxes):
        return Invalid.SCRIPTED if "<script" in html[:200_000].lower() else Invalid.EMPTY
    return None


def _worded(tree: Tree, prominent: list[str], text: str, words: int) -> Invalid | None:
    """Return the reason that the page's wording gives, judged against how much page there is."""
    for signs in SIGNS:
        if signs.reason is Invalid.LOGIN:
            continue
        loud = any(p and len(p) < 110 and signs.strong.search(p) for p in prominent)
        if loud and words <= signs.most_words and tree.root.links <= 12:
            return signs.reason
        if words <= signs.most_words // 3 and tree.root.links <= 6 and signs.strong.search(text):
            return signs.reason
        if loud and signs.reason in {Invalid.NOT_FOUND, Invalid.SERVER_ERROR} and _says_only_that(tree, signs):
            return signs.reason
    return None


def _says_only_that(tree: Tree, signs: Signs) -> bool:
    """Tell a full page, menus and all, whose own part says nothing but the error."""
    spoken = [b for b in tree.boxes if b.tag in {"h1", "h2", "h3", "title"} and 0 < b.size < 110 and b.zone == 0
              and not b.links and signs.strong.match(key(text_of(b)))]
    return any(_own_part(box) < 420 for box in spoken)


def _own_part(box: Box) -> int:
    """Return the size of the unlinked text around a heading, up to the part that holds its column."""
    size = box.size
    for above in list(box.up())[:4]:
        if above.tag == "body":
            break
        size = above.size - above.linked
        if size > 420:
            break
    return size


def _asks_for_account(tree: Tree, prominent: list[str], words: int) -> bool:
    """Tell a page whose own part is a form with a password."""
    fields = [b for b in tree.boxes if b.tag == "input" and (b.attrs.get("type") or "").lower() == "password"]
    if not fields:
        return False
    login = SIGNS[-1].strong
    named = any(p and len(p) < 80 and login.search(p) for p in prominent)
    return words < SIGNS[-1].most_words or (named and _form_is_page(tree, fields[0]))


def _form_is_page(tree: Tree, field_: Box) -> bool:
    """Tell a password field in the page's own part, with no list or text beside its form."""
    if field_.zone != 0:
        return False
    unlinked = sum(b.size - b.linked for b in tree.boxes if b.tag == "p" and b.zone == 0)
    return unlinked < 300


def _title(tree: Tree) -> str:
    """Return the title of the page's head."""
    head = tree.parser.css_first("title")
    return clean(head.text() or "") if head is not None else ""
