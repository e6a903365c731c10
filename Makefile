# Each target sets up .venv by itself where that is missing or stale; see bootstrap.py.
PYTHON ?= python3

.PHONY: demo test check bench eval lock setup
demo test check bench eval lock setup:
	@$(PYTHON) bootstrap.py $@
