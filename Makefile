# Everything runs in .venv, which is made on first use and made anew when pyproject.toml changes.
PYTHON ?= python3
PYTEST_ARGS ?= --numprocesses auto
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help demo test lint benchmark clean

help:
	@echo "make demo       migrate the sample shop into a practice PrestaShop, and check the result"
	@echo "make test       run all tests"
	@echo "make lint       ruff and mypy"
	@echo "make benchmark  measure planning, the journal, reading and writing (minutes)"
	@echo "make clean      throw away .venv and everything the demo wrote"

demo: $(READY)
	@$(BIN)/groupmigrate run mappings/demo.yaml --yes
	@$(BIN)/groupmigrate verify mappings/demo.yaml

test: $(READY)
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

benchmark: $(READY)
	$(BIN)/python tests/benchmarks/planning.py --customers 1000000
	$(BIN)/python tests/benchmarks/journal.py
	$(BIN)/python tests/benchmarks/reading.py --platform prestashop
	$(BIN)/python tests/benchmarks/reading.py --platform magento --latency 20
	$(BIN)/python tests/benchmarks/writing.py --platform magento --latency 20
	$(BIN)/python tests/benchmarks/opencart.py

clean:
	rm -rf .venv .groupmigrate .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "groupmigrate needs Python 3.11 or newer; try: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@
