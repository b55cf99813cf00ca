# Civigrid. `make` lists what there is. Everything happens inside .venv; nothing is installed elsewhere, but for
# `make test`, which as root fetches Chromium, a Chinese font and gettext through apt where they are missing.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help python install install-dev demo test check bench fmt lock messages screenshots clean

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

help: ## list the targets
	@echo "Civigrid 城格 · make TARGET [ARGS=...]"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 16

install: python ## a ready .venv with the locked packages, static assets and translations
	@$(PYTHON) tools/install.py

install-dev: python ## the same with what the checks and tests need
	@$(PYTHON) tools/install.py --dev

# asked here, because a Python that is too old could not even read tools/install.py
python:
	@command -v $(PYTHON) >/dev/null || { echo "Civigrid needs Python 3.11 or newer; no '$(PYTHON)' was found. On Debian: apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Civigrid needs Python 3.11 or newer, and $$($(PYTHON) --version 2>&1) is what '$(PYTHON)' is. Name another: make install PYTHON=/path/to/python3.12" >&2; exit 1; }

demo: install ## a small city on http://127.0.0.1:8000 (ARGS=--check: every page once, without a browser)
	@$(BIN)/civigrid demo $(ARGS)

test: install-dev ## everything: style, types, contracts, translations, tests on PostgreSQL 18 and 16, the wheel
	@$(BIN)/python tools/check.py --all $(ARGS)

check: install-dev ## the fast half of it, for while you work
	@$(BIN)/python tools/check.py $(ARGS)

bench: install-dev ## the figures of docs/evidence.md (ARGS: which)
	@$(BIN)/python -m bench $(ARGS)

fmt: install-dev ## put code and templates in their standard form
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

messages: install-dev ## gather the texts to translate (needs gettext)
	@$(BIN)/python tools/translations.py --make

lock: install-dev ## choose the newest packages pyproject.toml allows and write the locks
	@$(BIN)/python tools/lock.py $(ARGS)

screenshots: install-dev ## pictures of the pages of a running demo (ARGS="--out FOLDER"; those of the READMEs: ARGS=--readme)
	@$(BIN)/python -m tools.screenshots $(ARGS)

clean: ## remove what was built; data in CIVIGRID_HOME stays
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@rm -rf civigrid/web/static/vendor
	@find civigrid tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} +
	@find civigrid -name '*.mo' -delete
