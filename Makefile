PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test test-long lint coverage docs bench chaos chaos-mutants clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-13s  %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime  ## run a whole incident here, against stand-ins
	@$(BIN)/chatops demo

test: $(VENV)/.dev  ## run the tests
	$(BIN)/python -m pytest -n 3 --dist worksteal -m "not long"

test-long: $(VENV)/.dev  ## run those that take long: whole installations, the tutorial, real histories
	$(BIN)/python -m pytest -n 3 --dist worksteal -m long

lint: $(VENV)/.dev  ## check style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

coverage: $(VENV)/.dev  ## run the tests, and show what they leave out
	$(BIN)/python -m pytest -n 3 --dist worksteal --cov --cov-report=term

docs: $(VENV)/.dev  ## build the documentation, in site/
	$(BIN)/sphinx-build -W --keep-going -n -q -b html -d build/doctrees docs site

bench: $(VENV)/.dev  ## measure what has to be fast
	PYTHONPATH=. $(BIN)/python bench/run.py

chaos: $(VENV)/.dev  ## kill it over and over, and break every request once (CHAOS="--seed 7")
	$(BIN)/python -m tests.chaos.run $(CHAOS)

chaos-mutants: $(VENV)/.dev  ## break each promise in a copy, and see that a test notices
	$(BIN)/python -m tests.chaos.mutants

clean:  ## remove what make and the tools have made
	rm -rf $(VENV) build dist docs/reference htmlcov site .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp comes last, so that an installation that failed half-way is repeated.
$(VENV)/.runtime: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("chatops needs Python 3.11 or later: make PYTHON=/path/to/python3.11")'
	@echo "Installing into $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	@echo "Installing the tools ..."
	@$(PIP) install -e '.[dev]'
	@touch $@
