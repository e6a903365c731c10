"""Tables described once: grain, columns, types, units, meaning, Vietnamese header.

From the description come the DuckDB schema, workbook headers, the data dictionary, Dagster's column metadata and
checks. What does not belong here: how a table is computed (`pipeline.facts`).
"""
