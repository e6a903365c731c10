"""Families of software: where each keeps the feed of a list."""

from __future__ import annotations

import pytest

from pipeline.extraction.platforms import FEEDS, MARKS, feeds_for, feeds_of, posts_of_term

LIST = "https://so.test/vi/news/tiep-cong-dan/"


@pytest.mark.parametrize(("platform", "feed"), [
    ("wordpress", "https://so.test/vi/news/tiep-cong-dan/feed/"),
    ("joomla", "https://so.test/vi/news/tiep-cong-dan?format=feed&type=rss"),
    ("nukeviet", "https://so.test/vi/news/rss/tiep-cong-dan/"),
    ("plone", "https://so.test/vi/news/tiep-cong-dan/RSS"),
    ("hexo", "https://so.test/atom.xml"),
])
def test_a_family_keeps_feeds_where_its_software_puts_them(platform: str, feed: str) -> None:
    assert feeds_of(platform, LIST)[0] == feed


def test_what_is_unknown_gives_no_feed() -> None:
    assert feeds_of(None, LIST) == feeds_of("sharepoint", LIST) == ()
    assert set(FEEDS) <= {family for family, _ in MARKS}


@pytest.mark.parametrize(("term", "posts"), [
    ("https://so.test/wp-json/wp/v2/categories/5",
     "https://so.test/wp-json/wp/v2/posts?categories=5&per_page=100&_fields=link,title,date,modified"),
    ("https://so.test/index.php?rest_route=/wp/v2/tags/7",
     "https://so.test/index.php?rest_route=/wp/v2/posts&tags=7&per_page=100&_fields=link,title,date,modified"),
    ("https://so.test/wp-json/wp/v2/pages/2", None),
    ("https://so.test/wp-json/oembed/1.0/embed?url=x", None),
])
def test_the_data_of_a_term_lead_to_its_postings(term: str, posts: str | None) -> None:
    assert posts_of_term(term) == posts


def test_the_list_s_own_feeds_come_before_the_portal_s_and_those_of_comments_never() -> None:
    site, comments, own = "https://so.test/feed/", "https://so.test/comments/feed/", f"{LIST}feed/"
    posts = posts_of_term("https://so.test/wp-json/wp/v2/categories/5")
    assert posts is not None
    assert feeds_for("wordpress", LIST, (site, comments, own, posts)) == (own, posts, site)
    assert feeds_for("wordpress", LIST, (site, comments)) == (own, site)
    assert feeds_for(None, "https://so.test/?cat=5", (site,)) == (site,)
