# ShopTalk. `make demo` opens the demo shop, `make test` checks everything; both set up .venv first, with pip alone.
# A finished step leaves a stamp in .venv, so a second call goes straight to its work.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --no-input -c constraints.txt
ARGS ?=
OUT ?= build/eval
DATA ?= $(or $(SHOPTALK_DATA),../shared/data)

.DEFAULT_GOAL := help
.PHONY: help demo test check test-vllm test-postgres bench eval eval-full clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name does; do printf '  make %-10s %s\n' "$$name" "$$does"; done

demo: $(VENV)/.weights ## build the demo shop when absent and open it in the browser (ARGS="--port 7861 --no-browser")
	@$(BIN)/shoptalk demo $(ARGS)

test: $(VENV)/.dev $(VENV)/.weights ## the whole test run, in two processes (ARGS="tests/retrieval -k feeds" for a part of it)
	@$(BIN)/python -m pytest $(or $(ARGS),-n 2 --dist loadfile)

check: $(VENV)/.dev ## lint, format, types and the import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy --strict
	@$(BIN)/python -m pytest tests/test_architecture.py

test-vllm: $(VENV)/.dev $(VENV)/.weights ## the model contract and ten conversations over a real vLLM server, in a venv of its own
	@$(BIN)/python tests/vllm/run.py $(ARGS)

test-postgres: $(VENV)/.dev ## the tests of customer service on a PostgreSQL server of their own
	@$(BIN)/python tests/postgres/run.py $(ARGS)

bench: $(VENV)/.dev $(VENV)/.weights ## speed and quality, written to benchmarks/results
	@$(BIN)/python -m benchmarks $(ARGS)

eval: $(VENV)/.run $(VENV)/.weights ## the test sets that ship, minutes on two cores; reports in build/eval (OUT=DIR for another folder)
	@$(BIN)/shoptalk eval run grounding policies conversations speed --out $(OUT) $(ARGS)

eval-full: eval ## those and every suite that reads public data (SHOPTALK_DATA), hours
	@$(BIN)/shoptalk eval run understanding service simulated --out $(OUT) $(ARGS)
	@for pair in search:icecat simulated:icecat questions:subjqa_electronics rewrite:cosrec goals:mg_shopdial found-target:recquest safety:injection \
	  next-item:amazon_industrial rerank:amazon_games_rerank rating:amazon_reviews23 intents:service_intents sentiment:acos \
	  sentiment:absa_en sentiment:absa_zh sentiment:zh_reviews sentiment:womens_clothing service:tau2_retail; do \
	  $(BIN)/shoptalk eval run $${pair%%:*} --data "$(DATA)/$${pair##*:}" --out "$(OUT)/$${pair##*:}" $(ARGS) || exit; \
	done

clean: ## remove caches, build leftovers and stamps; .venv and shops stay
	@rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis $(VENV)/.run $(VENV)/.dev $(VENV)/.weights
	@find . -name __pycache__ -type d -not -path './.venv*' -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'shoptalk: $(PYTHON) is missing or older than Python 3.11. Name another: make PYTHON=python3.12 ...' >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo 'shoptalk: $(PYTHON) cannot make a virtual environment. Install its venv module (Debian: apt install python3-venv).' >&2; exit 2; }

$(VENV)/.run: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo 'Installing ShopTalk into $(VENV); the first time this takes some minutes.' >&2
	@$(PIP_INSTALL) -e .
	@touch $@

# After .run, so that two pips never write to one venv; with both at hand pip only adds what is missing.
$(VENV)/.dev: $(VENV)/.run
	@echo 'Installing the tools for tests and training into $(VENV).' >&2
	@$(PIP_INSTALL) -e '.[dev,finetune]'
	@touch $@

$(VENV)/.weights: $(VENV)/.run
	@$(BIN)/shoptalk model pull
	@touch $@
