# The commands of this project; `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PATIENTS ?= 60
CORES ?= 2
MUTANTS ?= 600
SEED ?= 1
KILLS ?= 20
SECONDS ?= 3600
READERS ?= .
FUZZ_CORPUS ?=
ROOM ?=
PYTEST := .venv/bin/python -m pytest
# Containers often forbid Python to keep byte code: each start of the program, and each worker of pytest, would compile anew.
unexport PYTHONDONTWRITEBYTECODE
# A file's tests stay together: what they share, such as a run of the workflow, is made once.
TOGETHER = --dist loadfile --no-loadscope-reorder

help:  ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | column -t -s '|'

setup:  ## install what is missing: .venv, .tools, system packages
	@envs/setup.sh

test: setup  ## fast tests and the real reads of HCC1395
	$(PYTEST) -n $(CORES) $(TOGETHER) -m "not slow"

# Only files that write `mark.slow` are collected: to import all others takes a worker longer than many of these tests.
# They often wait, for Slurm, a browser or a job that stops: with one more of them than processors none is idle.
test-slow:  ## browser, R oracles, whole demo
	@envs/setup.sh slow
	$(PYTEST) -n $$(($(CORES) + 1)) $(TOGETHER) -v --durations=15 -m "slow and not soak" $$(grep -rl --include='*.py' 'mark\.slow' tests)

soak:  ## 20 kills, full disk, two runs, Ctrl-C: a run ends as if undisturbed (an hour; KILLS)
	@envs/setup.sh slow
	SOAK_KILLS=$(KILLS) $(PYTEST) -n 0 -v -s -m soak

fuzz: setup .tools/atheris/atheris  ## changed files for all readers, led by the code that they reach (SECONDS=3600 of processor time, READERS=vcf, FUZZ_CORPUS=folder to go on from)
	FUZZ_CORPUS='$(FUZZ_CORPUS)' .venv/bin/python tests/fuzz/guided.py $(SECONDS) results/fuzz '$(READERS)'

.tools/atheris/atheris:
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --target .tools/atheris atheris==3.0.0

check: setup  ## style, types, workflow lint
	.venv/bin/ruff check src tests benchmarks
	.venv/bin/ruff format --check src tests benchmarks
	.venv/bin/mypy
	.venv/bin/snakefmt --check workflow
	tests/workflow/lint.sh

mutants: setup  ## break the program on purpose in MUTANTS=600 places (ROOM=stats, SEED=1); what no test notices is listed
	.venv/bin/python tests/mutants/sample.py --number $(MUTANTS) --seed $(SEED) --cores $(CORES) --room '$(ROOM)'

docs: setup  ## renew docs/tables.md from the schemas
	.venv/bin/python -c 'from biomarkers.io import schemas; print(schemas.as_markdown(), end="")' > docs/tables.md

doors: setup  ## renew wrappers/ and modules/ from the commands
	.venv/bin/python -m biomarkers.doors

demo: setup  ## a simulated trial from reads to page, compared with its truth (PATIENTS=60)
	.venv/bin/biomarkers demo demo --patients $(PATIENTS)
	.venv/bin/snakemake -s workflow/Snakefile --directory demo --cores $(CORES)
	BIOMARKERS_DEMO=$(CURDIR)/demo $(PYTEST) -q -n 0 tests/workflow/test_demo_truth.py
	@echo; echo "What is true of this simulated trial (demo/truth/README.md):"; echo
	@cat demo/truth/README.md
	@echo; echo "The page, to be opened in a browser: $(CURDIR)/demo/results/report/index.html"

BENCHMARKS := $(patsubst benchmarks/%/bench.py,benchmark-%,$(wildcard benchmarks/*/bench.py))
OPTIONS_tmb = --pytmb .tools/pytmb/bin/pyTMB

benchmark: $(BENCHMARKS)  ## measure speed and accuracy against other programs, see benchmarks/README.md

$(BENCHMARKS): benchmark-%: setup
	@envs/setup.sh bench
	@echo "== $* (files in results/benchmarks/$*)"
	.venv/bin/python benchmarks/$*/bench.py --folder results/benchmarks/$* $(OPTIONS_$*)

# pyTMB is only run, from an environment of its own.
benchmark-tmb: .tools/pytmb/bin/pyTMB
.tools/pytmb/bin/pyTMB:
	rm -rf .tools/pytmb
	python3 -m venv .tools/pytmb
	.tools/pytmb/bin/pip install --quiet --disable-pip-version-check pytmb-curie==1.6.0
	@test -x $@

wheel: setup  ## build the wheel into dist/: program, workflow, schemas, docs
	.venv/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

lock: setup  ## renew requirements.lock from pyproject.toml
	.venv/bin/python -m pip install --quiet uv
	.venv/bin/uv pip compile --quiet --upgrade pyproject.toml --extra workflow --extra duckdb --extra dev --generate-hashes \
	    --no-header --no-annotate --python-version 3.11 -o requirements.lock

.PHONY: help wheel setup test test-slow soak fuzz check mutants docs doors demo benchmark $(BENCHMARKS) lock
