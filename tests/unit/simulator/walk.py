"""A visitor who follows every link of a portal, for the tests of the simulator.

What belongs here: walking, with nothing known of families. What does not: the project's spider.
"""

from __future__ import annotations

import http.client
import re
from collections import deque
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

_POSTBACK = re.compile(r"__doPostBack\('([^']+)','([^']+)'\)")


@dataclass(frozen=True)
class Seen:
    """One answer of the walk."""

    url: str
    status: int
    body: bytes
    content_type: str


class Visitor:
    """One keep-alive connection to the server, speaking to one host."""

    def __init__(self, port: int, host: str) -> None:
        self.host = host
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def ask(self, url: str, fields: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Seen:
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        method, body = ("GET", None) if fields is None else ("POST", urlencode(fields))
        extra = {"Content-Type": "application/x-www-form-urlencoded"} if fields is not None else {}
        self._connection.request(method, target, body, {"Host": self.host, **extra, **(headers or {})})
        answer = self._connection.getresponse()
        return Seen(url, answer.status, answer.read(), answer.getheader("Content-Type", ""))

    def close(self) -> None:
        self._connection.close()


def walk(port: int, host: str) -> dict[str, Seen]:
    """Follow every link of the host from its front page, pagers of forms too; return address → answer."""
    visitor = Visitor(port, host)
    queue: deque[tuple[str, tuple[tuple[str, str], ...]]] = deque([(f"http://{host}/", ())])
    found: dict[str, Seen] = {}
    asked = set(queue)
    while queue:
        url, form = queue.popleft()
        seen = visitor.ask(url, dict(form) or None)
        found[f"{url}#{dict(form).get('__EVENTARGUMENT', '')}"] = seen
        if not seen.content_type.startswith("text/html"):
            continue
        for following in _links(seen, host):
            if following not in asked:
                asked.add(following)
                queue.append(following)
    visitor.close()
    return found


def _links(seen: Seen, host: str) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    tree = LexborHTMLParser(seen.body)
    links: list[tuple[str, tuple[tuple[str, str], ...]]] = []
    for node in tree.css("a[href]"):
        href = node.attributes["href"] or ""
        pager = _POSTBACK.search(href)
        if pager:
            hidden = {i.attributes.get("name", ""): i.attributes.get("value") or ""
                      for i in tree.css("input[type=hidden]")}
            fields = {**hidden, "__EVENTTARGET": pager[1], "__EVENTARGUMENT": pager[2]}
            links.append((seen.url, tuple(fields.items())))
            continue
        url = urljoin(seen.url, href).partition("#")[0]
        if urlsplit(url).scheme == "http" and urlsplit(url).hostname == host:
            links.append((url, ()))
    return links
