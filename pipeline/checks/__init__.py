"""Asset checks: thin wrappers that show in Dagster what must hold of a month."""
