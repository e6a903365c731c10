"""Findings and recommendations of a month: rules of the programme over facts, postings, sections and coverage."""
