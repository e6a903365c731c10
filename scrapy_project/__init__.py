"""The crawler: one spider for any portal, polite by default, that lands every response as a capture."""
