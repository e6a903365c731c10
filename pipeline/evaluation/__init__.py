"""How well pages are read, measured on labelled real pages outside the repository.

What belongs here: figures and their tables. What does not: the reading (`pipeline.extraction`), the pages themselves,
which never enter the repository.
"""
