"""The pipeline of Công khai: from captures to facts, workbooks and releases.

What belongs here: pure stages (extraction, classification, facts, outputs) and their thin Dagster wrappers.
What does not: fetching (`scrapy_project/`) and the description of tables (`warehouse/`).
"""
