# Hearth's commands. `make help` lists them.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin

.DEFAULT_GOAL := help

help: ## show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: .venv/installed ## set up .venv with the locked dependencies

run: .venv/installed ## set up if needed, then serve on http://127.0.0.1:8000 (PORT=… picks another)
	@HEARTH_BASE_URL="$${HEARTH_BASE_URL:-http://127.0.0.1:$(PORT)}" $(BIN)/hearth serve --port $(PORT)

test: .venv/installed-dev chromium ## set up if needed, then run the whole test suite
	@$(BIN)/pytest -n 2 --dist loadgroup

check: .venv/installed-dev ## ruff, mypy --strict, the stairs, the house tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest tests/house

lock: .venv/installed-dev ## resolve the dependencies anew and pin them with hashes
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group build pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

words: .venv/installed-dev ## gather Hearth's sentences for translators into app/locales/messages.pot
	@$(BIN)/pybabel -q extract -F babel.cfg --no-location --omit-header --sort-output -o app/locales/messages.pot .

chromium:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && { apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } || echo "No Chromium here: the browser tests will say so. (Debian: apt-get install chromium)"; }

.venv/bin/python:
	@$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python requirements.lock pyproject.toml
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@

.PHONY: help install run test check lock words chromium
