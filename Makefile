# Hearth's commands. `make help` lists them.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
DEMO := HEARTH_DATABASE_URL=sqlite:///var/demo/data/hearth.db HEARTH_MIGRATION_URL= HEARTH_REPLICA_URL= HEARTH_LISTEN_URL= \
	HEARTH_SECRETS_DIR=var/demo/secrets HEARTH_JOURNAL_FILE=var/demo/journal/deletions HEARTH_TYPICAL_WAIT="two hours" \
	HEARTH_STAFFED="A moderator is here from 8 to 23 h." HEARTH_DESK_GUARDS=$${HEARTH_DESK_GUARDS:-off}

.DEFAULT_GOAL := help

help: ## show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

install: .venv/installed ## set up .venv with the locked dependencies

run: .venv/installed ## set up if needed, then serve on http://127.0.0.1:8000 (PORT=… picks another)
	@HEARTH_BASE_URL="$${HEARTH_BASE_URL:-http://127.0.0.1:$(PORT)}" $(BIN)/hearth serve --port $(PORT)

demo: var/demo/accounts ## fill var/demo with a made-up community if it is not there yet, and serve it (PORT=… picks another)
	@cat var/demo/accounts
	@$(DEMO) HEARTH_BASE_URL="http://127.0.0.1:$(PORT)" $(BIN)/hearth serve --port $(PORT)

# The accounts are written last: without them the folder was filled halfway, and it is begun anew.
var/demo/accounts: | .venv/installed
	@rm -rf var/demo && mkdir -p -m 700 var/demo
	@echo "A made-up community comes in through the gate, one act after the other: about two minutes."
	@$(DEMO) $(BIN)/hearth demo > var/demo/filling && mv var/demo/filling var/demo/accounts

test: .venv/installed-dev chromium ## set up if needed, then run the whole test suite
	@$(BIN)/pytest -n 2 --dist loadfile

bench: .venv/installed-dev ## measure speed beside the bare limits, write docs/speed.md (ARGS=--small is quick)
	@$(BIN)/python -m benchmarks $(ARGS)

security: .venv/installed-dev chromium ## measure the requirements at full length, write docs/security-figures.md (ONLY="-k kill" runs a few)
	@$(BIN)/pytest --figures -m "security or measures" $(ONLY)

eval: .venv/installed-dev ## judge the lines with labels beside this repository, write docs/judge.md (EVAL=… names another folder)
	@$(BIN)/python -m benchmarks.judge $(EVAL)

second-reader: .venv/installed ## train the second reader anew on the lines with labels beside this repository (EVAL=… names another folder)
	@test -d .venv-train || $(PYTHON) -m venv .venv-train
	@.venv-train/bin/pip install -q --require-hashes -r requirements-train.lock
	@.venv-train/bin/python -m benchmarks.second_reader $(EVAL)

names: .venv/installed-dev ## make the judge's lists of names anew (docs/decisions/0016; needs Debian's wamerican)
	@$(BIN)/pip download -q --no-deps -d var/names names==0.3.0 faker==40.54.0 mimesis==22.2.0
	@$(BIN)/python -m benchmarks.names var/names /usr/share/dict/american-english

look-alikes: .venv/installed-dev ## make the table of letters that look like plain ones anew
	@$(BIN)/python -m benchmarks.look_alikes

mutants: .venv/installed-dev ## break one thing at a time and count what the tests notice, about an hour (ONLY="members --many 20" tries a few)
	@nice -n 5 $(BIN)/python -m tests.mutants $(ONLY)

check: .venv/installed-dev ## ruff, mypy --strict, the stairs, the house tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest tests/house

lock: .venv/installed-dev ## resolve the dependencies anew and pin them with hashes
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group build pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group train -c requirements.lock pyproject.toml -o requirements-train.lock

words: .venv/installed-dev ## gather Hearth's sentences for translators into app/locales/messages.pot
	@$(BIN)/pybabel -q extract -F babel.cfg --no-location --omit-header --sort-output -o app/locales/messages.pot .

packs: .venv/installed ## try every expression of the judge's packs, and write down that they are whole
	@$(BIN)/python -m benchmarks.packs

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

.PHONY: help install run demo test bench security eval mutants check lock words chromium
