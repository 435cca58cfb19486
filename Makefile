# The short names a person types. `make help` lists them.
PYTHON ?= python3
BIRDS  ?= cub200
PAPER  ?= tadros
CORES  ?= $(shell $(PYTHON) -c "import os; print(len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count())")
BIN    := .venv/bin
READY  := .venv/ready-$(shell cksum < requirements.lock | cut -d' ' -f1)
export PYTHONPATH := workflow/lib

.PHONY: help setup reproduce birds plan config report unlock deepsleep bnn bnn_cifar bnn_wide together test campaign campaign-config campaign-faults bench lint lock
.DEFAULT_GOAL := help

help: ## list these
	@sed -n 's/^\([a-z_-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: $(READY) ## make the environment in .venv, with uv when it is there, else with pip

$(READY): | requirements.lock
	@case "$$PWD" in *[[:space:]\'\"]*) echo "$$PWD has a blank or a quote in it, which Snakemake's jobs cannot run from; move the project." >&2; exit 1;; esac
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; name one: make PYTHON=python3.11 …")'
	@rm -rf .venv
	@echo "making the environment in .venv (once)"
	@if command -v uv >/dev/null; then \
	    uv venv -q --python $(PYTHON) .venv && uv pip install -q --python $(BIN)/python -r requirements.lock; \
	else \
	    $(PYTHON) -m venv .venv && $(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.lock; \
	fi
	@touch $@

reproduce: setup unlock ## run the laptop scale to the end: every table and figure, in reports/
	@$(BIN)/snakemake --cores $(CORES) --quiet rules
	@echo "The results are in reports/: open reports/index.html in a browser."

birds: setup unlock ## the same with birds: CUB-200-2011 is downloaded (1.2 GB); BIRDS=NAME takes another data set of that kind
	@$(BIN)/snakemake --cores $(CORES) --config 'papers={tadros: {use: [patches, patches_batch2, mnist, $(BIRDS)]}}' --quiet rules
	@echo "The results are in reports/: open reports/index.html in a browser."

deepsleep: setup unlock ## the tables, figures and verdicts of DeepSleep, which `reproduce` leaves out
	@$(BIN)/snakemake --cores $(CORES) deepsleep --quiet rules
	@echo "The results are in reports/deepsleep/."

bnn: setup unlock ## the figures and verdicts of Pham et al. (metaplastic binary networks), which `reproduce` leaves out
	@$(BIN)/snakemake --cores $(CORES) bnn --quiet rules
	@echo "The results are in reports/bnn/."

bnn_cifar: setup unlock ## split CIFAR-10 of the same, which `bnn` leaves out: CIFAR-10 (170 MB) and ResNet-50 are downloaded
	@$(BIN)/snakemake --cores $(CORES) bnn_cifar --quiet rules
	@echo "The results are in reports/bnn/: final_fig_7 to 9 and claims_cifar."

bnn_wide: setup unlock ## networks of 1024 units a layer, as the reports', which `bnn` leaves out
	@$(BIN)/snakemake --cores $(CORES) bnn_wide --quiet rules
	@echo "The result is in reports/bnn/figures/: fig_wide."

together: setup unlock ## one table for the defences of all papers, with their networks, which `reproduce` leaves out
	@$(BIN)/snakemake --cores $(CORES) together --quiet rules
	@echo "The results are in reports/together/: tables/table_1 and answer.md."

plan: setup ## which network of PAPER meets which attack, and which readings compare them; OVERLAY=FILES as for --configfile
	@$(BIN)/python -m sleep_robustness.show plan $(PAPER) $(OVERLAY)

config: setup ## an entry of the configuration with all that it inherits: KEY=papers.zhang.defences.sleep.described_100
	@$(BIN)/python -m sleep_robustness.show config $(KEY) $(OVERLAY)

report: setup unlock ## the same, and Snakemake's own report with every job's time: reports/snakemake.html
	@$(BIN)/snakemake --cores $(CORES) --quiet rules
	@$(BIN)/snakemake --report reports/snakemake.html

unlock: setup ## clear the lock that a killed run left; says so when a run is alive
	@$(BIN)/python -m sleep_robustness.runs

test: setup ## the tests, on all cores
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

campaign-config: setup ## 1 500 wrong configurations, each of which must be refused by one sentence; SEED=7 for others
	@$(BIN)/python tests/campaign/config_mutations.py --seed $(or $(SEED),0) --mutants 1500

campaign-faults: setup ## 50 kills of runs, 25 of jobs, damaged files, a full disk and more; SEED=7 for others
	@PYTHONPATH=$(PYTHONPATH):tests $(BIN)/python tests/campaign/faults.py --seed $(or $(SEED),0)

campaign: campaign-config campaign-faults ## both

bench: setup ## how fast sleep, metaplastic training, attacks and embedding are, against others in the same run
	@$(BIN)/python tests/bench/sleep.py
	@$(BIN)/python tests/bench/ustdp.py
	@$(BIN)/python tests/bench/metaplastic.py
	@$(BIN)/python tests/bench/attacks.py
	@$(BIN)/python tests/bench/embeddings.py

lint: setup ## ruff, snakefmt and snakemake --lint
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/snakefmt --check Snakefile workflow
	@$(BIN)/snakemake --lint

lock: ## requirements.lock anew from pyproject.toml; needs uv
	@uv pip compile -q pyproject.toml --extra workflow --extra tests --universal --python-version 3.11 --no-annotate --no-header \
	    | grep -vE '^(nvidia-|cuda-|triton)' > requirements.lock.new
	@(echo "# Made by 'make lock' from pyproject.toml; the CUDA packages that torch asks for are left to torch."; \
	    cat requirements.lock.new) > requirements.lock && rm requirements.lock.new
