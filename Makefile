# Palimpsest from its checkout. `make run` needs python3 (3.11 or later) and nothing else of ours.

PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
# An uv that is there already, or the one that the set-up puts into the environment.
UV = PATH="$$PATH:$(CURDIR)/$(BIN)" UV_PYTHON_DOWNLOADS=never uv
# Compiled while nobody waits for a start: bytecode is half of the time that an import takes.
INSTALL = $(UV) pip install --python $(BIN)/python --compile-bytecode
COMPILE = $(BIN)/python -m compileall -q -x '^\./(\.venv|var)/' .
SETUP := $(VENV)/.installed
SETUP_DEV := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run demo services services-stop test fuzz check format bench clean

help: ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 22
	@echo '  ARGS="..." goes to the command, as in: make run ARGS="--port 9000"'

run: $(SETUP) ## Start everything: database, API, document workers
	@exec $(BIN)/palimpsest serve $(ARGS)

demo: $(SETUP) ## Fill an installation with a small corpus and say where to look
	@exec $(BIN)/palimpsest demo $(ARGS)

services: $(SETUP) ## Install and start real Elasticsearch, Weaviate and an embedder, without containers
	@$(BIN)/python -m services install
	@$(BIN)/python -m services start
	@echo 'Stop them with: make services-stop'

services-stop: $(SETUP) ## Stop them; what they hold stays
	@$(BIN)/python -m services stop

test: $(SETUP_DEV) ## Run all tests, against the servers that are installed
	$(BIN)/python -m pytest -n auto $(ARGS)

fuzz: $(SETUP_DEV) ## Send generated requests to every route, EXAMPLES=100 of each kind
	FUZZ_EXAMPLES=$(or $(EXAMPLES),100) $(BIN)/python -m pytest -q tests/api/test_schemathesis.py $(ARGS)

check: $(SETUP_DEV) ## Format, lint, types, import contracts, method order
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python -m tests.lint.crud_order

format: $(SETUP_DEV) ## Bring the code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(SETUP_DEV) ## Measure, and fail on a missed bar
	$(BIN)/python -m benchmarks $(ARGS)

clean: ## Remove what set-up and tools have made; data stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(SETUP): requirements.lock pyproject.toml | $(BIN)/uv-is-there
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@$(COMPILE)
	@touch $@

$(SETUP_DEV): $(SETUP) requirements-dev.lock
	$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

$(BIN)/uv-is-there: requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo 'Palimpsest needs Python 3.11 or later: install it, or name it as in make run PYTHON=python3.12' >&2; exit 1; }
	@if command -v uv >/dev/null; then \
	  test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) $(VENV); \
	elif $(PYTHON) -m ensurepip --version >/dev/null 2>&1; then \
	  $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet --require-hashes -r requirements-uv.lock; \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1; then \
	  $(PYTHON) -m venv --without-pip $(VENV) && \
	  $(PYTHON) -m pip --python $(BIN)/python install --quiet --require-hashes -r requirements-uv.lock; \
	else \
	  echo 'This Python can neither make an environment with pip nor has pip: install python3-venv (or uv) and try again.' >&2; \
	  exit 1; \
	fi
	@touch $@
