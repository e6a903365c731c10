"""The simulated portals behind `make demo` and the tests: real HTTP, invented content, reserved names.

What belongs here: making and serving pages. What does not: any figure; only a crawl carries content to facts.
"""
