# Needs python3 (3.11 or newer), make and a package index; everything else goes into .venv.
PYTHON ?= python3
PATHS ?= examples
VENV := .venv
BIN := $(VENV)/bin
PIP := -m pip install --quiet --disable-pip-version-check
LOWEST := .venv-lowest
FUZZ := .venv-fuzz
SECONDS ?= 600
CODE := ws_fallback_lint tests benchmarks tools

.DEFAULT_GOAL := help
.PHONY: help demo test lint test-lowest test-matrix fuzz bench clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.package  ## lint examples/ and show what a fix changes (PATHS=dir: anything else)
	@PATH="$(CURDIR)/$(BIN):$$PATH" tools/demo $(PATHS)

test: $(VENV)/.dev  ## run all tests, with coverage
	$(BIN)/python -m pytest --cov --numprocesses auto

lint: $(VENV)/.dev  ## ruff, mypy, the layers, the hooks, and this linter on itself
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pre-commit validate-config .pre-commit-config.yaml
	$(BIN)/pre-commit validate-manifest .pre-commit-hooks.yaml
	$(BIN)/ws-fallback-lint check $(CODE)

test-lowest: $(LOWEST)/.installed  ## run the tests with the lowest versions that pyproject.toml allows
	$(LOWEST)/bin/python -m pytest -m "not network and not tools"

test-matrix:  ## run the tests with every supported Python that this machine has (PYTHONS="3.12 3.13" TESTS=files)
	PYTHONS="$(PYTHONS)" tools/matrix $(TESTS)

fuzz: $(FUZZ)/.installed  ## feed ever new bytes to the linter and the fixer until one breaks it (SECONDS=600)
	$(FUZZ)/bin/python tests/atheris_on.py --seconds $(SECONDS)

bench: $(VENV)/.dev  ## time this tool and its peers, and hold them to the bars (PATHS=dir: on that tree)
	-benchmarks/run $(if $(filter command line,$(origin PATHS)),$(PATHS))
	-$(BIN)/python benchmarks/growth.py

clean:  ## remove the environments and what tools left behind
	rm -rf $(VENV) $(LOWEST) $(FUZZ) .venv-3.* .venv-bench-* .fuzz build dist .coverage .coverage.* .*_cache .hypothesis

# A changed pyproject.toml builds the environment anew, so that nothing it dropped lingers.
$(VENV)/.package: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python $(PIP) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.package
	$(BIN)/python $(PIP) --editable '.[dev]'
	@touch $@

$(LOWEST)/.installed: pyproject.toml tools/lowest.py
	$(PYTHON) -m venv --clear $(LOWEST)
	$(PYTHON) tools/lowest.py > $(LOWEST)/lowest.txt
	$(LOWEST)/bin/python $(PIP) --constraint $(LOWEST)/lowest.txt --editable '.[test]'
	@touch $@

$(FUZZ)/.installed: pyproject.toml
	$(PYTHON) -m venv --clear $(FUZZ)
	@$(FUZZ)/bin/python $(PIP) --only-binary atheris --editable '.[fuzz]' \
	    || { echo "make fuzz: nothing to install atheris from? It comes for Linux on x86-64, and on macOS for Python 3.11." >&2; exit 1; }
	@touch $@
