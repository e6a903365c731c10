"""Addresses: one written form, one identity, one notion of "the same portal".

What belongs here: pure functions of strings. What does not: which links matter (`links`), files (`attachments`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote_to_bytes, urljoin, urlsplit

_MAX_LENGTH = 8000
_PLAIN_PATH = re.compile(  # possessive: a near miss must not try every way to cut a long segment
    r"/(?:[A-Za-z0-9_~-]++(?:\.[A-Za-z0-9_~-]++)*+/)*+(?:[A-Za-z0-9_~-]++(?:\.[A-Za-z0-9_~-]++)*+)?")
_PLAIN_HOST = re.compile(r"https?://[a-z0-9_-]++(?:\.[a-z0-9_-]++)*+(?=/)")
_PLAIN_QUERY = re.compile(r"[A-Za-z0-9_.~-]++(?:[=&][A-Za-z0-9_.~:/-]++)*+")
_BELOW_HOST = re.compile(r"https?://[^/?#]*([^#]*)")
_TO_DROP = re.compile(r"utm_|clid|zarsrc|mc_|_g[al]|size|mode|sess|cfid|cftoken|sid", re.I)  # may be dropped, that is
_BLANKS = re.compile(r"[\t\r\n\x00]")
_EDGES = "".join(map(chr, range(33)))
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOSTED = re.compile(r"[/\\]{2}[^/\\?#]")
_ESCAPE = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_KEPT = re.compile(r"((?:%[0-9A-F]{2})+)")
_SESSION_PATH = re.compile(r";[^/?#]*session[^/?#]*|/\(S\([A-Za-z0-9]+\)\)(?=[/;]|$)|;sid=[^/?#]*", re.I)
_SESSION_NAME = re.compile(r"(?:jsessionid|phpsessid|aspsessionid\w*|session_?id|cfid|cftoken)", re.I)
_SESSION_VALUE = re.compile(r"[0-9A-Za-z,-]{16,}")
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|yclid|zarsrc|mc_[ce]id|_ga|_gl|font_?size|view_?mode)", re.I)
_ROUTE = re.compile(r"!|/")
_WAYBACK = re.compile(r"https?://web\.archive\.org/web/\d{4,14}[a-z_]*/(?=https?:/)", re.I)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SHARE = re.compile(
    r"[?&](?:share|replytocom)=|//(?:[\w-]+\.)*(?:facebook\.com/(?:sharer|share|dialog)|twitter\.com/(?:intent|share)"
    r"|x\.com/(?:intent|share)|zalo\.me/share|pinterest\.com/pin/create|linkedin\.com/share|t\.me/share|wa\.me/"
    r"|api\.whatsapp\.com|plus\.google\.com/share|reddit\.com/submit|tumblr\.com/share|getpocket\.com/save)"
)


@lru_cache(maxsize=16384)
def canonical(href: str, base: str) -> str | None:
    """Return the absolute http(s) address that `href` on the page `base` leads to, or None if it leads nowhere.

    NFC, one way of percent-encoding, no fragment (hashbang routes stay), no session ids, no default port, no
    tracking parameters. None for other schemes, for an empty or fragment-only reference, for what no browser
    could open. Never raises; `canonical(canonical(x), …)` changes nothing.
    """
    href = _BLANKS.sub("", href.strip(_EDGES))
    if not href or len(href) > _MAX_LENGTH or (href[0] == "#" and not _ROUTE.match(href, 1)):
        return None
    if href[0] == "/" and _plain(href, 0):
        origin = _origin(base)
        return None if origin is None else origin + href
    hosted = _PLAIN_HOST.match(href)
    if hosted and _plain(href, hosted.end()):
        return href
    scheme = _SCHEME.match(href)
    if scheme and (scheme[1].lower() not in _DEFAULT_PORTS or not _HOSTED.match(href, scheme.end())):
        return None
    try:
        parts = urlsplit(urljoin(base, _slashes(href)))
        return _compose(parts)
    except ValueError:
        return None


def _plain(href: str, start: int) -> bool:
    """Tell a path and query, from `start` on, that are written as they are kept, as nearly all are."""
    path = _PLAIN_PATH.match(href, start)
    if path is None or path.end() == start:
        return False
    end = path.end()
    if end == len(href):
        return True
    return href[end] == "?" and _PLAIN_QUERY.fullmatch(href, end + 1) is not None and not _TO_DROP.search(href, end)


def _slashes(href: str) -> str:
    head, mark, tail = href.partition("?")
    return head.replace("\\", "/") + mark + tail


@lru_cache(maxsize=1024)
def _origin(base: str) -> str | None:
    try:
        parts = urlsplit(base)
        host = _netloc(parts)
    except ValueError:
        return None
    return f"{parts.scheme.lower()}://{host}" if host else None


def _netloc(parts: SplitResult) -> str | None:
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    host = parts.hostname.rstrip(".").lower()
    if not host.isascii():
        host = unicodedata.normalize("NFC", host).encode("idna").decode("ascii")
    if not re.fullmatch(r"[a-z0-9._-]+|[0-9a-f:.]+", host):
        return None
    if ":" in host:
        host = f"[{host}]"
    return host if parts.port in {None, 80, 443} else f"{host}:{parts.port}"


def _compose(parts: SplitResult) -> str | None:
    netloc = _netloc(parts)
    if netloc is None:
        return None
    path = _dots("/" + _percent(_SESSION_PATH.sub("", parts.path), "/:@!$&'()*+,;=~-._").removeprefix("/"))
    query = "&".join(_percent(p, "=/:@!$'()*,;?~-._+") for p in parts.query.split("&") if _wanted(p))
    fragment = _percent(parts.fragment, "/:@!$&'()*+,;=?~-._") if _ROUTE.match(parts.fragment) else ""
    tail = (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
    return f"{parts.scheme.lower()}://{netloc}{path}{tail}"


def _dots(path: str) -> str:
    """Resolve `.` and `..`, which a browser does after decoding `%2e`."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _wanted(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    if not parameter or _TRACKING.fullmatch(name) or _SESSION_NAME.fullmatch(name):
        return False
    return not (name.lower() == "sid" and _SESSION_VALUE.fullmatch(value))


def _percent(text: str, safe: str) -> str:
    """Write `text` in one way: unreserved characters bare, reserved escapes kept, hex in capitals, UTF-8 in NFC."""
    if text.isascii() and "%" not in text and not re.search(r"[^\w/:@!$&'()*+,;=?~.-]", text):
        return text
    parts = _KEPT.split(_ESCAPE.sub(_readable, text))  # an accent after an escape is none of its last digit's
    parts[::2] = (unicodedata.normalize("NFC", part) for part in parts[::2])
    return quote("".join(parts), safe=safe + "%", errors="replace")


def _readable(match: re.Match[str]) -> str:
    """Undo the escapes that need none; what is not UTF-8, a control or reserved stays escaped."""
    try:
        decoded = unquote_to_bytes(match[0]).decode("utf-8")
    except UnicodeDecodeError:
        return match[0].upper()
    return "".join(
        c if c in "-._~" or (c.isalnum() and c.isascii()) or ord(c) > 0x9F else quote(c, safe="") for c in decoded
    )


def below_host(url: str) -> str:
    """Return path and query of an address that is `canonical`, empty for a text that is none."""
    match = _BELOW_HOST.match(url)
    return match[1] if match else ""


@lru_cache(maxsize=4096)
def _site(url: str) -> tuple[str, int | None] | None:
    try:
        parts = urlsplit(_WAYBACK.sub("", url, count=1))
        host, port = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError:
        return None
    if not host:
        return None
    return host.removeprefix("www."), None if port in _DEFAULT_PORTS.values() else port


def same_site(url: str, root: str) -> bool:
    """Whether `url` is on the portal of `root`: the same host but for `www.`, and the same port.

    The default ports of http and https count as one. A subdomain is another site; so is another port.
    """
    site = _site(url)
    return site is not None and site == _site(root)


# What follows makes identities.

_LANGUAGE = re.compile(r"/(?:vi|vn|vi-vn|vi_vn)(?=/)", re.I)
_FOREIGN = re.compile(r"/(?:en|en-us|de|fr|it|zh|ja|ko|ru|lo|km)(?=/.*(?:\d{3}|/web/)|/web/|/.*[?&]\w*id=)", re.I)
_INDEX = re.compile(r"/(?:index|default|home)\.(?:html?|php|aspx?|jsp)$", re.I)
_PRINT_SEGMENT = re.compile(r"/(?:print|savefile|in-an|ban-in)(?=/|$)", re.I)
_PRINT_PAGE = re.compile(r"/pPrint\w*\.aspx$", re.I)
_VIEW_CONTENT = re.compile(r"^.*/-/view_content/(\d+)(?:-[^/]*)?$", re.I)
_ASSET = re.compile(r"^(/web/[^/]+)?(?:/.*)?/-/asset_publisher/[^/]*/content/(.+)$", re.I)
_NOISE = re.compile(
    r"p_p_\w+|p_l_\w+|p_r_p_\w+|p_auth|(?:_\w+_)?(?:redirect|inheritredirect|struts_action|viewmode|type|keywords"
    r"|advancedsearch|andoperator|resetcur|delta)|controlpanelcategory|doasgroupid|refererplid"
    r"|print|printable|tmpl|layout|returnurl|return_url|backurl|source|contenttypeid|initialtabid"
    r"|visibilitycontext|isdlg|publisheddate",
    re.I,
)
_NAMESPACED = re.compile(r"_\w+_(?:type|keywords|delta|viewmode)$", re.I)
# Which way or form of one page is shown, and numbers that only keep a cache from answering.
_WAY = re.compile(
    r"(?:lang|language|lang_?id|locale)=(?:vi|vn|vi[-_]vn)|(?:amp|mobile|preview)=(?:1|true|yes)|view=mobile"
    r"|(?:_|_t|ts|timestamp|rnd|rand|random|nocache|no_cache)=(?:0\.\d+|\d{9,})|[trv]=(?:0\.\d+|1[3-9]\d{11})"
    r"|ref=[a-z_-]+", re.I)
_AMP = re.compile(r"(?<=[^/])/amp/?$", re.I)
_SLASHES = re.compile(r"//+")
_GLOBAL_NAMES = {"type", "keywords", "delta", "viewmode", "source", "layout"}


@lru_cache(maxsize=16384)
def identity(url: str) -> str:
    """Return the key under which two addresses of one posting are equal.

    Blind to scheme, `www.`, default ports, trailing and doubled slashes, index pages, session ids, the Vietnamese
    language, print and mobile views, portlet noise, numbers against caches, and the order and case of parameters'
    names. A text that is no address is its own key.
    """
    plain = canonical(_WAYBACK.sub("", url.strip(), count=1), url) or ""
    try:
        parts = urlsplit(plain)
    except ValueError:
        return url
    if not parts.hostname:
        return url
    host = parts.hostname.removeprefix("www.")
    port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    params = _parameters(parts.query)
    path = _path_key(parts.path, params)
    query = "&".join(f"{name}={value}" for name, value in sorted(params.items()))
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{host}{port}{path}" + (f"?{query}" if query else "") + fragment


def _parameters(query: str) -> dict[str, str]:
    params: dict[str, str] = {}
    for parameter in query.split("&"):
        name, _, value = parameter.partition("=")
        lowered = name.lower()
        noise = _NOISE.fullmatch(name) and (lowered not in _GLOBAL_NAMES or _NAMESPACED.search(name))
        printing = lowered == "layout" and value.lower() == "print"
        if name and not noise and not printing and not _WAY.fullmatch(parameter) and (value or "=" not in parameter):
            params[lowered] = value
    return _identifying(params)


def _identifying(params: dict[str, str]) -> dict[str, str]:
    """Where one parameter is known to name the item, drop those that only say by which way it was reached."""
    if "tc" in params and ({"cn", "gd"} & params.keys()):
        return {"tc": params["tc"]}
    if params.get("option", "").lower().startswith("com_") and "id" in params:  # Joomla: the menu entry is a way to it
        kept = {name: value for name, value in params.items() if name not in ("itemid", "catid")}
        return {**kept, "id": params["id"].partition(":")[0]}
    if "itemid" in params:
        return {name: value for name, value in params.items() if name != "categoryid"}
    if "id" in params:
        return {name: value for name, value in params.items() if name != "_c"}
    return params


def _path_key(path: str, params: dict[str, str]) -> str:
    if _PRINT_PAGE.search(path) and "urllist" in params:
        path = _percent(params.pop("urllist").replace("%2F", "/"), "/").rstrip("/") + "/view_detail.aspx"
    path = _LANGUAGE.sub("", path, count=1) if _LANGUAGE.match(path) else path
    probe = path + ("?" + "&".join(f"{k}={v}" for k, v in params.items()) if params else "")
    foreign = _FOREIGN.match(probe)
    path = path[foreign.end():] if foreign else path
    path = _AMP.sub("", _PRINT_SEGMENT.sub("", _SLASHES.sub("/", path)))
    if match := _VIEW_CONTENT.match(path.removesuffix(".html")):
        return f"/-/view_content/{match[1]}"
    if match := _ASSET.match(path):
        return f"{match[1] or ''}/-/content/{match[2]}".rstrip("/")
    path = _INDEX.sub("/", path).rstrip("/")
    return path.lower() if ".aspx" in path.lower() else path


@lru_cache(maxsize=8192)
def is_share(url: str) -> bool:
    """Say whether an address only passes a page on, or answers to it."""
    return _SHARE.search(url) is not None
