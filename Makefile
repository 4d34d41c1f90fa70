# GingerDJ: `make` alone lists what can be made.
# The work is done in Python (gingerdocs/); this file only names the commands.

SHELL = /bin/sh
MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.NOTPARALLEL:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV ?= .venv
# The peers that the core is compared with have an environment of their own.
BENCH_VENV ?= .venv-bench

# A virtual environment may be shared by several checkouts: this one's packages come first.
export PYTHONPATH := $(CURDIR)$(if $(PYTHONPATH),:$(PYTHONPATH))

# Debian keeps nginx where an ordinary user's shell does not look.
export PATH := $(PATH):/usr/sbin

# Files, and what programs print, are UTF-8 whatever the user's locale says of it (PEP 540).
export PYTHONUTF8 := 1

# Tests and samples start many processes: none need compile anew what another has.
unexport PYTHONDONTWRITEBYTECODE

BIN = "$(VENV)"/bin
RUN = $(BIN)/python -m gingerdocs
PYTEST = $(BIN)/python -m pytest
# Of the plugins that are installed, samples need the one that runs pages side by side.
SAMPLES = $(PYTEST) --disable-plugin-autoload -p xdist.plugin
UV = build/uv/bin/uv
LOCKED = --generate-hashes --no-emit-index-url --no-emit-find-links --universal --python-version 3.11
# A page stays in one process; gingerdocs.plugin says how many run at once.
PARALLEL = -n auto --dist loadscope
# So does a module of tests, whose fixtures are then made once.
BY_MODULE = -n auto --dist loadfile

# Make hands LANGS, PAGE, K, N, PEERS, ROUNDS, VERSION and OUTPUT to the shell's environment: it keeps every character in them.
langs = $(if $(LANGS),--langs "$$LANGS")
keyword = $(if $(K),-k "$$K")
page = $(or $(wildcard docs/$(1).md),$(wildcard docs/$(1)),$(error PAGE=$(1): there is no docs/$(1).md))
comma := ,
pages := $(foreach name,$(subst $(comma), ,$(PAGE)),$(call page,$(patsubst docs/%,%,$(name:.md=))))

##@ The two main commands
.PHONY: html
html: sample-programs ## Build the site in every language, running the samples that have no fresh proof
	@$(RUN) html $(langs) $(if $(VERSION),--version "$$VERSION") $(if $(OUTPUT),--output "$$OUTPUT")

.PHONY: test
test: programs samples ## Run everything: core, tooling, examples, every sample in every language
	@$(SAMPLES) $(PARALLEL) docs
	@$(RUN) html
	@$(PYTEST) $(BY_MODULE) tests

##@ The guide
.PHONY: serve
serve: sample-programs ## Show the site on a local port and rebuild it on change
	@$(RUN) serve $(langs)

.PHONY: html-all
html-all: sample-programs ## Build the checkout and every release tag
	@$(RUN) html-all $(langs)

.PHONY: samples
samples: sample-programs ## Take the samples from the pages, in every language
	@$(RUN) samples $(langs)

.PHONY: doctest
doctest: samples ## Run the samples alone (LANGS, PAGE and K narrow it)
	@$(SAMPLES) $(if $(PAGE)$(K),,$(PARALLEL)) $(langs) $(keyword) $(or $(pages),docs)

.PHONY: update-samples
update-samples: sample-programs ## Write real outputs into the pages and the catalogs
	@$(if $(LANGS),$(error LANGS: a page and its translations are brought up to date together; PAGE narrows it))\
	$(RUN) update-samples $(pages)

.PHONY: update-servers
update-servers: venv ## Measure the servers, and write what they do to their table
	@$(RUN) servers

.PHONY: lies
lies: sample-programs ## Plant N lies and count those that are found out
	@$(RUN) lies $(if $(N),-n "$$N") $(pages)

.PHONY: linkcheck
linkcheck: venv ## Ask every linked site whether the page is still there
	@$(BIN)/sphinx-build -q -b linkcheck -c . -d build/doctrees/linkcheck docs build/linkcheck

##@ Translations
# A fixed date keeps templates of unchanged pages identical to the byte.
.PHONY: gettext
gettext: venv ## Write the templates to build/gettext
	@rm -rf build/gettext
	@SOURCE_DATE_EPOCH=0 $(BIN)/sphinx-build -q -W --keep-going -b gettext -c . -d build/doctrees/gettext docs build/gettext
	@$(BIN)/pybabel -q extract -F gingerdocs/theme/babel.cfg --no-location --omit-header --sort-output \
		-o build/gettext/gingerdocs.pot gingerdocs

.PHONY: update-po
update-po: gettext ## Bring the catalogs of every language up to date with the pages
	@$(RUN) update-po $(langs)

.PHONY: po-stat
po-stat: gettext ## Count what is translated, fuzzy and untranslated
	@$(RUN) po-stat $(langs)

##@ The code
.PHONY: lint
lint: venv ## Check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

.PHONY: coverage
coverage: programs ## Say which branches of the core no test reaches
	@rm -rf build/coverage
	@mkdir -p build/coverage
	@$(BIN)/python -m coverage run -m pytest -q $(BY_MODULE) tests/gingerdj tests/parity tests/fuzz
	@$(BIN)/python -m coverage combine -q
	@$(BIN)/python -m coverage report

.PHONY: bench
bench: ## Measure the core and its peers (K, PEERS and ROUNDS narrow it)
	@$(PYTHON) -m gingerdocs.machine.venv "$(BENCH_VENV)" benchmarks/requirements.txt
	@"$(BENCH_VENV)"/bin/python -m gingerdocs programs --for bench
	@"$(BENCH_VENV)"/bin/python -m benchmarks $(keyword) \
		$(if $(PEERS),--peers "$$PEERS") $(if $(ROUNDS),--rounds "$$ROUNDS")

.PHONY: update-bench
update-bench: ## Let the docs show what make bench has measured, if that was all of it
	@$(PYTHON) -m gingerdocs.machine.venv "$(BENCH_VENV)" benchmarks/requirements.txt
	@"$(BENCH_VENV)"/bin/python -m benchmarks.keep

.PHONY: bench-docs
bench-docs: programs ## Measure the documentation tools
	@$(RUN) bench

.PHONY: lock
lock: $(UV) ## Write the pins: requirements.txt, and those of the benchmark
	@$(UV) pip compile pyproject.toml --group dev $(LOCKED) -o requirements.txt
	@$(UV) pip compile benchmarks/requirements.in $(LOCKED) -o benchmarks/requirements.txt

# Not the project's environment: that cannot be set up while the pins are wrong.
$(UV): pyproject.toml
	@$(PYTHON) -m venv build/uv
	@build/uv/bin/python -m pip install --quiet "$$(sed -n 's/^ *"\(uv ==[^"]*\)".*/\1/p' pyproject.toml)"
	@touch $@

.PHONY: venv
venv: ## Set up the virtual environment, where the pins have changed
	@$(PYTHON) -m gingerdocs.machine.venv "$(VENV)"

.PHONY: programs sample-programs
programs: venv ## Install or name the programs from outside Python (programs.toml)
	@$(RUN) programs
sample-programs: venv
	@$(RUN) programs --for samples

.PHONY: clean
clean: ## Remove what was built; the virtual environments stay
	@rm -rf build .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage

.PHONY: help
help: ## Show this list
	@echo 'make TARGET, where TARGET is one of:'
	@sed -n -e 's/^##@ \(.*\)/\n\1/p' -e 's/^\([a-z-]*\):[^#]*## /  \1\t/p' Makefile | expand -t 20
	@printf '\n%s\n%s\n' 'Variables: LANGS=en,pt PAGE=howto/deployment/asgi/uvicorn K="uvicorn and pt" N=100' \
		'           PEERS=django,starlette ROUNDS=5 VENV=.venv BENCH_VENV=.venv-bench PYTHON=python3'
