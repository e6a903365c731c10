"""Platforms as families: what a page's own marks say about the software that made it.

What belongs here: fingerprints, as data. What does not: reading a page by its platform; the generic way needs none.
"""

from __future__ import annotations

from pipeline.extraction.tree import Tree

# Families, the most telling first; a mark is looked for, in small letters, in the generator, in the addresses of
# scripts, styles and links of the head, and in the ids and classes of the page.
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
    ("gatsby", ("generator:gatsby", "___gatsby")),
    ("nextjs", ("/_next/static/", "__next")),
    ("nuxt", ("/_nuxt/", "__nuxt")),
    ("docusaurus", ("generator:docusaurus",)),
    ("aspnet", ("__viewstate", "aspnetform")),
)
_MOST = 40_000


def fingerprint(tree: Tree) -> str | None:
    """Return the family of software that a page's marks tell, or None."""
    marks = {box.name for box in tree.boxes if box.name}
    for node in tree.parser.css('meta[name="generator" i],script[src],link[href]'):
        given = node.attributes
        content = given.get("content")
        marks.add(f"generator:{content}" if content else given.get("src") or given.get("href") or "")
    text = "\n".join(sorted(marks))[:_MOST].lower()
    return next((name for name, signs in MARKS if any(sign in text for sign in signs)), None)
