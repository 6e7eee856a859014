# Everything is made from what is in this folder and a Python of 3.11 or newer. `make help` lists the commands.

HTMX_SHA256 := 71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de
PYTHON := .venv/bin/python
# On all cores, which pip does not; without it a start takes twice as long wherever Python may not write what it compiled.
# Twice: web servers run without docstrings.
BYTECODE := $(PYTHON) -m compileall -q -j 0 -o 0 -o 2 --hardlink-dupes .venv/lib
PIP := $(PYTHON) -m pip --disable-pip-version-check --no-input --quiet
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locales/*/LC_MESSAGES/messages.po))
INSTALLED := .venv/.installed static/vendor/htmx.min.js $(CATALOGUES)
COMPILE := $(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header pyproject.toml --extra embedded --extra build
# Where the tests are, for `make test T=tests/kit`. What is slow runs in `make check`; FAST=1 leaves out browsers too.
T := tests
SELECTION := -m "not drill and not slow$(if $(FAST), and not browser)"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run cast test check lint bench drill messages lock first-migration

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' Makefile

run: $(INSTALLED) ## serve the demonstration city on http://127.0.0.1:8000 (PORT=9000 make run: elsewhere)
	@exec $(PYTHON) -m participation demo --end-with-parent

cast: $(INSTALLED) ## print the demonstration's sign-ins, with fresh one-time passwords
	@$(PYTHON) -m participation demo --cast

test: .venv/.installed-test $(INSTALLED) ## run the tests but the long ones (T=path: those alone; FAST=1: without browsers)
	$(PYTHON) -m pytest -n auto $(SELECTION) "$(T)"

check: export CHECK_STARTED := $(shell date +%s)
check: lint ## all that CI runs
	$(PYTHON) -m pytest -n auto

lint: .venv/.installed-test $(INSTALLED) ## style, types, imports, templates
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy
	.venv/bin/lint-imports --no-cache
	$(PYTHON) -m djlint templates --lint --quiet

bench: .venv/.installed-test $(INSTALLED) ## measure every budget (B=--small: in a small database)
	$(PYTHON) -m benchmarks $(B)

drill: .venv/.installed-test $(INSTALLED) ## work for three days as six delegates, send over 2G, in older browsers (T=path: one of them)
	$(PYTHON) -m pytest -p no:randomly -m drill "$(if $(filter tests,$(T)),tests/drills,$(T))"

messages: .venv/.installed ## gather what is to be translated, and bring the catalogues up to date
	$(PYTHON) locales/update.py

lock: .venv/.installed-test ## pin the newest releases that pyproject.toml allows
	@$(PIP) install uv
	$(COMPILE) --upgrade -o requirements.lock
	$(COMPILE) --upgrade --extra test -c requirements.lock -o requirements-test.lock

first-migration: .venv/.installed-test ## write the first migration anew from the models, until there is a release
	$(PYTHON) migrations/write_first.py
	$(PYTHON) -m ruff format --quiet migrations/versions

# What the commands above stand on

.venv/.made:
	@for python in python3.13 python3.12 python3.11 python3; do \
		if command -v $$python >/dev/null && $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; \
		python=; \
	done; \
	if [ -z "$$python" ]; then echo "Python 3.11 or newer is needed, and none was found." >&2; exit 1; fi; \
	if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$$python lacks its venv module; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; \
	fi; \
	echo "Making a virtual environment with $$python"; $$python -m venv .venv
	@touch $@

.venv/.installed: .venv/.made requirements.lock pyproject.toml
	@echo "Installing what requirements.lock pins"
	@$(PIP) install --no-deps --no-compile --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(BYTECODE) participation
	@touch $@

.venv/.installed-test: .venv/.installed requirements-test.lock
	@echo "Installing what requirements-test.lock pins"
	@$(PIP) install --no-deps --no-compile --require-hashes -r requirements-test.lock
	@$(BYTECODE)
	@touch $@

static/vendor/htmx.min.js: assets.lock | .venv/.made
	@mkdir -p static/vendor
	@rm -rf build/assets
	@$(PIP) download --no-deps --only-binary :all: --require-hashes -d build/assets -r assets.lock
	@$(PYTHON) -m zipfile -e build/assets/django_htmx-1.29.0-py3-none-any.whl build/assets
	@echo "$(HTMX_SHA256)  build/assets/django_htmx/static/django_htmx/htmx-2.min.js" | sha256sum --check --quiet
	@cp build/assets/django_htmx/static/django_htmx/htmx-2.min.js $@

%.mo: %.po | .venv/.installed
	@$(PYTHON) -m babel.messages.frontend --quiet compile -i $< -o $@
