"""Platforms as families: what a page's own marks say about the software that made it.

What belongs here: fingerprints, as data. What does not: reading a page by its platform; the generic way needs none.
"""

from __future__ import annotations

import re

_HEAD = 60_000
MARKS: tuple[tuple[str, re.Pattern[str]], ...] = tuple((name, re.compile(pattern, re.I)) for name, pattern in (
    ("sharepoint", r"_layouts/15?/|_spBodyOnLoad|content=\"Microsoft SharePoint|/_catalogs/|MSOWebPartPage|ms-WPBody"),
    ("liferay", r"Liferay\.|portlet-boundary|p_p_id[=_]|/-/asset_publisher/|liferay-"),
    ("dotnetnuke", r"DotNetNuke|dnn_ctr|/DesktopModules/|dnnVariable|name=\"__dnn"),
    ("nukeviet", r"NukeViet|nv_base_siteurl|/assets/js/language/|nv_lang_data"),
    ("joomla", r"content=\"Joomla|/media/jui/|com_content|/components/com_|joomla-script-options"),
    ("wordpress", r"/wp-content/|/wp-includes/|content=\"WordPress|wp-block-|wp-json"),
    ("drupal", r"content=\"Drupal|Drupal\.settings|drupal-settings-json|/sites/default/files|data-drupal-"),
    ("plone", r"content=\"Plone|/\+\+(?:resource|theme|plone)\+\+|plone-|portaltype-|template-listing_view"),
    ("wagtail", r"content=\"Wagtail|wagtail|/documents/\d+/|/media/images/\S+\.(?:width|fill|max)-"),
    ("django-cms", r"django ?cms|cms-plugin|cms_toolbar"),
    ("ghost", r"content=\"Ghost|/ghost/api/|gh-card|gh-head|post-card"),
    ("ckan", r"content=\"ckan|/webassets/ckan|data-module=\"|ckanext"),
    ("typo3", r"content=\"TYPO3|/typo3temp/|/typo3conf/"),
    ("umbraco", r"Umbraco|/umbraco/"),
    ("webcenter", r"/webcenter/portal/"),
    ("websphere", r"/wps/(?:portal|wcm|contenthandler)"),
    ("blogger", r"content=[\"']blogger|blogspot\.com/feeds"),
    ("hugo", r"content=\"Hugo"),
    ("jekyll", r"content=\"Jekyll"),
    ("hexo", r"content=\"Hexo"),
    ("eleventy", r"content=\"Eleventy"),
    ("pelican", r"content=\"Pelican|blog\.getpelican\.com"),
    ("gatsby", r"content=\"Gatsby|___gatsby"),
    ("nextjs", r"__NEXT_DATA__|/_next/static/"),
    ("nuxt", r"__NUXT__|/_nuxt/"),
    ("docusaurus", r"content=\"Docusaurus"),
    ("aspnet", r"__VIEWSTATE|__doPostBack"),
))


def fingerprint(html: str) -> str | None:
    """Return the family of software that a page's marks tell, or None. Only the page's first part is looked at."""
    return next((name for name, pattern in MARKS if pattern.search(html, 0, _HEAD)), None)
