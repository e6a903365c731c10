"""Programmes: what is owed and how it is recognised, one YAML a programme; the guide is
docs/how-to/write-a-programme.md. What does not belong here: deciding, counting, drawing."""
