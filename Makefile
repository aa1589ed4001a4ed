# Everything lives in .venv; `make test` and `make demo` set it up themselves.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: setup demo test test-train check format package adapters clean
setup: $(STAMP)

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Hotseat needs Python >= 3.11; set PYTHON=/path/to/it"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[embedded,dev]"
	@touch $@

demo: setup  ## Walk through the sample shop: models swapped in a budget, then six experts on one
	$(BIN)/hotseat demo
	$(BIN)/hotseat demo --roster adapters

test: setup check  ## Formatter, linter, types, import contracts, all tests
	$(BIN)/python -m pytest

test-train: setup  ## Those of `hotseat train`, which need torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[train]"
	$(BIN)/python -m pytest -m train tests/train

check: setup
	$(BIN)/ruff format --check server tests
	$(BIN)/ruff check server tests
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff format server tests
	$(BIN)/ruff check --fix server tests

package: setup  ## Wheel and VSIX into dist/; brings Node if there is none
	PYTHON=$(abspath $(BIN)/python) tests/tools/install-node.sh
	extension/vscode/package.sh $(abspath $(BIN)/python)

adapters: setup  ## Fetch code, train the shipped adapters again and measure them: hours
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[train]"
	PYTHONPATH=server:tests $(BIN)/python tests/tools/make_adapters.py

clean:
	rm -rf $(VENV) dist extension/vscode/dist extension/vscode/server .mypy_cache .ruff_cache .pytest_cache .hypothesis
