"""From captures to the month's tables: replay, sightings, postings through time, one module a table.

Builders run in this order: capture, portal_observation, section_observation, posting_sighting, posting,
fact_coverage_monthly, fact_postings_monthly, fact_unit_monthly, fact_checklist_monthly, delta_posting_monthly,
fact_delta_monthly. What does not belong here: what a figure looks like (`pipeline.outputs`).
"""
