"""Captures: WARC files with a manifest, written once, read and verified many times, imported from any archiver."""
