# make report   the publication from the example, in site/
# make test     the whole check
# make bench-integrity   how much damage to a document is found; writes docs/integrity.md
# Each sets up what it needs first, and does nothing to set up where nothing is missing.

PYTHON ?= python3
BIN = .venv/bin
MONTH ?= 2013-11

export PYTHON

.PHONY: report test bench-integrity format constraints clean
.NOTPARALLEL:

report:
	@sh scripts/set-up.sh report
	$(BIN)/reportgen build --month $(MONTH)

test:
	@sh scripts/set-up.sh test
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

bench-integrity:
	@sh scripts/set-up.sh report
	$(BIN)/python benchmarks/integrity.py

format:
	@sh scripts/set-up.sh report
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

constraints:
	@sh scripts/renew-constraints.sh

clean:
	rm -rf site dist build artefacts .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	find reportgen tests -name __pycache__ -prune -exec rm -rf {} +
