# Everything runs from two environments beside this file, .venv and .venv-synapse; nothing is installed elsewhere.
# `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# Which Python makes the environments: `make setup PYTHON=python3.12` to choose.
ifeq ($(origin PYTHON),undefined)
PYTHON := $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(shell \
	$(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
endif

VENV := .venv
SYNAPSE := .venv-synapse
BIN := $(VENV)/bin
# What `make test` runs: all, or `make test TESTS="tests/domain -x"`.
TESTS ?=
# In how many processes; the servers are started once in each, 700 MB. Tests on real servers mostly wait: on two cores four
# processes take little more than half of the time of two. Where nothing waits, more processes than cores gain nothing.
JOBS ?= 4
UNIT_JOBS ?= 2
DEMO ?=
BENCH ?=

# A user's own pip settings must not send packages elsewhere than into the environments.
export PIP_USER := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONNOUSERSITE := 1
ifneq ($(shell test -w "$${XDG_CACHE_HOME:-$$HOME}" && echo yes),yes)
export PIP_NO_CACHE_DIR := 1
endif
unexport PYTHONPATH
unexport PYTHONHOME
unexport VIRTUAL_ENV

.PHONY: help setup dev synapse js demo test test-units year check picture looks gallery bench corpus fuzz simulate wheel deb lock clean python-is-usable

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

setup: $(VENV)/.ready ## .venv with the command .venv/bin/postroom

dev: $(VENV)/.ready-dev ## what tests and checks need besides

synapse: $(SYNAPSE)/.ready ## .venv-synapse with the homeserver of the demo and the tests

js: tests/e2ee/js/node_modules/.package-lock.json ## the independent client of the encryption tests; needs npm

demo: setup synapse ## all of it to try, on this machine alone; DEMO=--exit plays it through, checks, and ends
	@$(BIN)/postroom demo $(DEMO)

test: dev synapse ## all tests; TESTS="tests/domain -x" for some
	@$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(TESTS)

test-units: dev ## the tests that need no server: minutes less, also on another Python
	@$(BIN)/pytest -n $(UNIT_JOBS) tests/domain tests/mime tests/text tests/config

year: dev synapse ## the operator's year on real servers: outages, a full disk, restore, moves, erasure; each mail is looked for
	@$(BIN)/pytest -q -s -m year tests/operated

check: dev ## format, lint, types, imports
	@.ci/check

picture: dev synapse ## the pictures of docs/pictures anew
	@$(BIN)/python -m benchmarks.picture

looks: dev synapse ## pictures of a busier day in looks/: both languages, light and dark, wide and on a phone
	@$(BIN)/python -m benchmarks.looks looks

gallery: dev synapse ## pages that show how mails look in the room
	@$(BIN)/python -m benchmarks.gallery

bench: dev synapse ## measurements on real servers, as a table; BENCH=… passes options
	@$(BIN)/python -m benchmarks $(BENCH)

corpus: dev synapse ## real mails through the whole bot into a room; minutes; needs ../shared/corpus
	@POSTROOM_CORPUS=1 $(BIN)/pytest tests/corpus tests/mime/test_corpus.py

fuzz: dev ## read 100,000 mails that were damaged at random; a quarter of an hour
	@$(BIN)/python -m tests.fuzz.mutate --count 100000

simulate: dev ## the whole bot among faults, SEEDS=1000 stories over two processes: minutes; a failing one is told, made short
	@$(BIN)/python -m tests.simulation --seeds $(or $(SEEDS),1000) --first $(or $(FIRST),1)

wheel: setup ## dist/postroom-….whl: `pipx install` takes it, without this repository
	@rm -rf build dist/*.whl
	@$(BIN)/python -m pip wheel --quiet --no-input --no-deps --wheel-dir dist .
	@rm -rf build
	@ls dist/*.whl

deb: wheel ## dist/postroom_….deb, with its libraries, for this Debian
	@command -v dpkg-deb >/dev/null || { echo "dpkg-deb is not installed: sudo apt-get install dpkg" >&2; exit 1; }
	@contrib/debian/build.sh $(BIN)/python dist

lock: dev ## renew the locked dependencies from pyproject.toml
	@$(BIN)/pip install --quiet uv
	@for pair in "requirements.lock --extra demo --extra mysql pyproject.toml" \
		"requirements-dev.lock --extra demo --extra mysql --extra dev pyproject.toml -c requirements.lock" \
		"requirements-synapse.lock requirements-synapse.in"; do \
		set -- $$pair; \
		echo "locking $$1"; \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
			--no-emit-index-url --no-emit-find-links -o "$$@"; \
	done

clean: ## remove the environments
	rm -rf $(VENV) $(SYNAPSE) tests/e2ee/js/node_modules

# --- the environments; a stamp file in each says that it is as its lock wants it

$(VENV)/.ready: requirements.lock pyproject.toml | python-is-usable
	@$(call environment,$(VENV))
	@echo "Installing Postroom's libraries into $(VENV) (a minute or two, once) …"
	@$(BIN)/python -m pip install -qq --no-input --use-pep517 --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --no-input --no-deps -e .
	@$(BIN)/python -m compileall -q bot storage
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock $(VENV)/.ready
	@echo "Installing the tools of tests and checks into $(VENV) …"
	@$(BIN)/python -m pip install -qq --no-input --use-pep517 --require-hashes -r requirements-dev.lock
	@touch $@

$(SYNAPSE)/.ready: requirements-synapse.lock | python-is-usable
	@$(call environment,$(SYNAPSE))
	@echo "Installing Synapse into $(SYNAPSE) (half a minute, once) …"
	@$(SYNAPSE)/bin/python -m pip install -qq --no-input --use-pep517 --require-hashes -r requirements-synapse.lock
	@touch $@

tests/e2ee/js/node_modules/.package-lock.json: tests/e2ee/js/package-lock.json
	@command -v npm >/dev/null || { echo "npm is not installed: sudo apt-get install npm" >&2; exit 1; }
	@echo "Installing matrix-js-sdk into tests/e2ee/js/node_modules …"
	@npm ci --prefix tests/e2ee/js --silent --no-audit --no-fund
	@touch $@

# Keeps an environment that works; makes a new one where it is missing, half made, or of a Python that is gone.
define environment
if ! $(1)/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	rm -rf $(1); \
	$(PYTHON) -m venv $(1); \
fi
endef

python-is-usable:
	@if [ -z "$(PYTHON)" ]; then \
		if command -v python3 >/dev/null 2>&1; then \
			echo "Postroom needs Python 3.11 or newer; here is $$(python3 --version)." >&2; \
			echo "Install one, for instance: sudo apt-get install python3.11 python3.11-venv" >&2; \
		else \
			echo "Python is not installed: sudo apt-get install python3 python3-venv" >&2; \
		fi; \
		exit 1; \
	fi
	@if ! $(PYTHON) -c 'import venv, ensurepip' 2>/dev/null; then \
		echo "Python's venv module is not installed: sudo apt-get install python3-venv" >&2; \
		exit 1; \
	fi
