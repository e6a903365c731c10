"""Dagster's assets: thin wrappers over the functions of the street."""
