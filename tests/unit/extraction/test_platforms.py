"""Families of software: where each keeps the feed of a list."""

from __future__ import annotations

import pytest

from pipeline.extraction.platforms import FEEDS, MARKS, feeds_of

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
