"""The analyst's verdicts and notes: what a person decided, when and why, and what needs one.

Verdicts are facts beside the observations, never changes of them: they are kept append-only in `reviews/` of the
workspace, loaded as tables, and hold for postings as told (`pipeline.facts.settled`). What does not belong here:
counting (`pipeline.facts`), drawing the workbook (`pipeline.outputs.review`).
"""
