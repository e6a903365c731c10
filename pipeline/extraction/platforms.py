"""Platforms as families: what a page's own marks say about the software that made it.

What belongs here: fingerprints and what a family gives, as data. What does not: reading a page by its platform; the
generic way needs none.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from pipeline.extraction.tree import Tree

# Families, the most telling first; a mark is looked for, in small letters, in the generator, in the addresses of
# scripts, styles and links of the head, and in the ids and classes of the page; `#name;` is a whole id.
MARKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("sharepoint", ("_layouts/", "microsoft sharepoint", "/_catalogs/", "msowebpart", "ms-wpbody", "s4-workspace")),
    ("liferay", ("liferay", "portlet-boundary", "/html/js/barebone", "lfr-")),
    ("dotnetnuke", ("dotnetnuke", "dnn_ctr", "/desktopmodules/", "dnn_dnn", "/dnncorp/")),
    ("nukeviet", ("nukeviet", "nv-", "nv_", "/assets/js/language/")),
    ("joomla", ("joomla", "/media/jui/", "/components/com_", "/media/vendor/joomla", "com_content")),
    ("wordpress", ("/wp-content/", "/wp-includes/", "generator:wordpress", "wp-block-", "/wp-json")),
    ("drupal", ("generator:drupal", "/sites/default/files", "/core/misc/drupal", "views-row", "dialog-off-canvas")),
    ("plone", ("generator:plone", "++resource++", "++theme++", "++plone++", "plone-", "portaltype-")),
    ("wagtail", ("wagtail",)),
    ("django-cms", ("django-cms", "django cms", "cms-plugin", "cms_toolbar")),
    ("ghost", ("generator:ghost", "/ghost/", "gh-card", "gh-head", "post-card-image-link")),
    ("ckan", ("generator:ckan", "/webassets/ckan", "ckanext")),
    ("typo3", ("generator:typo3", "/typo3temp/", "/typo3conf/")),
    ("umbraco", ("umbraco",)),
    ("webcenter", ("/webcenter/portal/",)),
    ("websphere", ("/wps/portal", "/wps/contenthandler", "wpthemecontrol")),
    ("blogger", ("generator:blogger", "blogspot.com/feeds")),
    ("hugo", ("generator:hugo",)),
    ("jekyll", ("generator:jekyll",)),
    ("hexo", ("generator:hexo",)),
    ("eleventy", ("generator:eleventy",)),
    ("pelican", ("generator:pelican",)),
    ("gatsby", ("generator:gatsby", "#___gatsby;")),
    ("nextjs", ("/_next/static/", "#__next;")),
    ("nuxt", ("/_nuxt/", "#__nuxt;")),
    ("docusaurus", ("generator:docusaurus",)),
    ("aspnet", ("__viewstate", "aspnetform")),
)
# Where a family keeps the feed of a list, most fitting first. `{list}` is the list's address without query and last
# slash, `{above}` and `{name}` its folder and last part, `{site}` the portal's root.
FEEDS: dict[str, tuple[str, ...]] = {
    "wordpress": ("{list}/feed/",),
    "joomla": ("{list}?format=feed&type=rss",),
    "drupal": ("{list}/feed", "{site}/rss.xml"),
    "plone": ("{list}/RSS",),
    "nukeviet": ("{above}/rss/{name}/",),
    "ghost": ("{list}/rss/", "{site}/rss/"),
    "hugo": ("{list}/index.xml", "{site}/index.xml"),
    "jekyll": ("{site}/feed.xml",),
    "hexo": ("{site}/atom.xml",),
    "pelican": ("{site}/feeds/all.atom.xml",),
    "blogger": ("{site}/feeds/posts/default?alt=rss",),
}
# The REST interface of WordPress names the term that a list shows; the postings of the term have an address of the same
# make (developer.wordpress.org/rest-api/reference/posts), with a hundred at once where a feed has ten.
_TERM = re.compile(r"(.*[/=]wp/v2/)(categories|tags)/(\d+)/?")
_POSTS = "posts{mark}{term}={number}&per_page=100&_fields=link,title,date,modified"
_COMMENTS = re.compile(r"/comments/|[?&=]comments-|/comments?(?:\.xml)?$", re.I)
_SIGNS = tuple((rank, sign) for rank, (_, signs) in enumerate(MARKS) for sign in signs)
_MOST, _LONGEST = 2000, 4000


def fingerprint(tree: Tree) -> str | None:
    """Return the family of software that a page's marks tell, or None."""
    marks = tree.names - {""}
    marks |= {f"#{name.partition(' ')[0]};" for name in marks if name.startswith("__")}
    for meta in tree.told["meta"]:
        given = meta.attrs
        if (given.get("name") or "").lower() == "generator":
            marks.add(f"generator:{given['content']}" if given.get("content") else "")
    marks.update([script.attrs.get("src") or "" for script in tree.told["script"]])
    marks.update([link.attrs.get("href") or "" for link in tree.told["link"]])
    best = min(map(_rank, marks if len(marks) <= _MOST else sorted(marks)[:_MOST]), default=len(MARKS))
    return MARKS[best][0] if best < len(MARKS) else None


def feeds_of(platform: str | None, url: str) -> tuple[str, ...]:
    """Return where the software of a family keeps feeds of the list at `url`; empty where the family tells nothing."""
    parts = urlsplit(url)
    site = f"{parts.scheme}://{parts.netloc}"
    path = parts.path.rstrip("/")
    above, _, name = path.rpartition("/")
    filled = {"list": site + path, "above": site + above, "name": name, "site": site}
    return tuple(form.format_map(filled) for form in FEEDS.get(platform or "", ()))


def posts_of_term(url: str) -> str | None:
    """Return where WordPress lists the postings of a category or tag whose data are at `url`, None for other data."""
    term = _TERM.fullmatch(url)
    if term is None:
        return None
    return term[1] + _POSTS.format(mark="&" if "?" in term[1] else "?", term=term[2], number=term[3])


def feeds_for(platform: str | None, url: str, named: tuple[str, ...]) -> tuple[str, ...]:
    """Return the feeds that may tell of the list at `url`, most fitting first: of those that its page names the list's
    own, where there is none those that its family keeps, then the portal's. Feeds of comments tell of no list."""
    path = urlsplit(url).path.rstrip("/")
    useful = [feed for feed in named if not _COMMENTS.search(feed)]
    own = [feed for feed in useful if "/wp/v2/posts" in feed or (path and urlsplit(feed).path.startswith(f"{path}/"))]
    return tuple(dict.fromkeys([*own, *(() if own else feeds_of(platform, url)), *useful]))


@lru_cache(maxsize=16384)
def _rank(mark: str) -> int:
    """Return the place of the first family that a mark tells; pages of one portal share most marks."""
    text = mark[:_LONGEST].lower()
    for rank, sign in _SIGNS:
        if sign in text:
            return rank
    return len(MARKS)
