# `make demo` runs the main job end to end; `make test` runs every check. Both set up what they need first.

PYTHON ?= python3
TRIALS ?= 20
VENV   := .venv
BIN    := $(VENV)/bin
CORE   := $(shell find core_rs -name target -prune -o \( -name '*.rs' -o -name '*.toml' -o -name Cargo.lock \) -print)

.PHONY: setup demo live-demo test fast fix bench truth chaos

setup: $(VENV)/.built

$(BIN)/maturin: constraints.txt
	@$(PYTHON) tools/check_python.py
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt maturin
	@touch $@

# Builds the core in place and installs psky with what it needs; runs again only when the core or the pins change.
$(VENV)/.built: $(BIN)/maturin pyproject.toml $(CORE)
	. tools/cargo.sh && VIRTUAL_ENV="$(CURDIR)/$(VENV)" PIP_CONSTRAINT="$(CURDIR)/constraints.txt" \
	  PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_QUIET=1 $(BIN)/maturin develop --release --locked --quiet --extras dev
	@touch $@

demo: setup
	@$(BIN)/psky demo $(if $(TAPE),--tape "$(TAPE)") $(if $(SYMBOL),--symbol "$(SYMBOL)") --trials $(TRIALS)

# A simulator on the demo tape and a live session on it at 60x, with the workstation where there is a terminal.
live-demo: setup
	@$(BIN)/psky live demo $(if $(HOURS),--hours $(HOURS)) $(if $(SPEED),--speed $(SPEED))

test: setup
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh tools/check.sh

# The same without the slow tests.
fast: setup
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh tools/check.sh fast

# The libraries that psky is measured against.
$(VENV)/.bench: pyproject.toml constraints.txt | setup
	. tools/cargo.sh && VIRTUAL_ENV="$(CURDIR)/$(VENV)" PIP_CONSTRAINT="$(CURDIR)/constraints.txt" \
	  PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_QUIET=1 $(BIN)/maturin develop --release --locked --quiet --extras bench
	@touch $@

# Other backtests need other versions of numpy and more: a folder of their own, which only their stage looks into.
$(VENV)/.peers: benches/peers/requirements.txt | setup
	@rm -rf $(VENV)/peers
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --target $(VENV)/peers --requirement $<
	@touch $@

bench: setup $(VENV)/.bench $(VENV)/.peers
	@$(BIN)/python -m benches

# PSG-1 whole, where the truth is known: about a quarter of an hour of two free cores, and it goes on where it was stopped.
# Fewer seeds: `.venv/bin/python -m benches.truth --help`.
truth: setup
	@$(BIN)/python -m benches.truth

# 200 live sessions at a simulator that misbehaves, killed at random: about half an hour. RUNS=20 runs fewer.
# Before them 20 on paper accounts, which hear such a simulator.
chaos: setup
	@$(BIN)/python -m benches.chaos --paper --runs 20
	@$(BIN)/python -m benches.chaos $(if $(RUNS),--runs $(RUNS))

fix: setup
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet . ; cd core_rs && cargo fmt
