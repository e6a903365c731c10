"""Scrapy's settings for every portal: what is unsafe by default is off, what is not used is not loaded.

What belongs here: Scrapy's own settings. What does not: delays, caps and user agent of a crawl (`job.Politeness`).
"""

BOT_NAME = "congkhai"
SPIDER_MODULES = ["scrapy_project.spiders"]

TWISTED_REACTOR_ENABLED = False
LOG_ENABLED = False
STATS_CLASS = "scrapy.statscollectors.DummyStatsCollector"
STATS_DUMP = False

ROBOTSTXT_OBEY = True
DOWNLOAD_VERIFY_CERTIFICATES = True
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
COOKIES_ENABLED = False
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 0

DOWNLOAD_HANDLERS = {
    "http": "scrapy_project.handler.PortalDownloadHandler",
    "https": "scrapy_project.handler.PortalDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES = {
    "scrapy_project.middlewares.RobotsMiddleware": 100,
    "scrapy_project.middlewares.HeadersMiddleware": 400,
    "scrapy_project.middlewares.RedirectMiddleware": 600,
}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
EXTENSIONS_BASE: dict[str, int] = {}
ITEM_PIPELINES_BASE: dict[str, int] = {}
