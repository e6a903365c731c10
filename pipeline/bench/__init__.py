"""Each stage measured against its limit in the same run, as ratios (`make bench`); never a test of time."""
