# make report   the publication from the example, in site/
# make test     the whole check
# make judge    what judges say of a site's month, for reportgen build --release; writes artefacts/judged/
# make wheel    the program as a wheel in dist/, with its bill of materials
# make licences   the licences of all that it needs, in docs/licences.md
# make audit DATABASE=all.zip   the packages that are installed against a database of known vulnerabilities
# make bench    what a build costs beside a naive script; writes docs/benchmarks.md
# make bench-memory   memory against the number of months; takes long, and writes there too
# make bench-integrity   how much damage to a document is found; writes docs/integrity.md
# make faults   what stands after builds that are killed or find disks full; takes long, needs root; writes docs/reliability.md
# make fuzz     random inputs on all that reads; five minutes, and it writes docs/reliability.md
# Each sets up what it needs first, and does nothing to set up where nothing is missing.

PYTHON ?= python3
BIN = .venv/bin
MONTH ?= 2013-11
ROUNDS ?= 5
FUZZ_SECONDS ?= 70
SITE ?= site
JUDGED ?= artefacts/judged

export PYTHON

.PHONY: report test judge wheel licences audit bench bench-memory bench-integrity faults fuzz format requirements clean
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
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "not alone"
	$(BIN)/python -m pytest -m alone

judge:
	@sh scripts/set-up.sh test
	$(BIN)/python tests/judge_site.py $(SITE) $(MONTH) $(JUDGED)

wheel:
	@sh scripts/set-up.sh report
	rm -f dist/reportgen-*
	$(BIN)/python -m pip --disable-pip-version-check wheel --quiet --no-deps --no-index --no-build-isolation --wheel-dir dist .
	$(BIN)/python scripts/write_sbom.py dist/reportgen-*.whl

licences:
	@sh scripts/set-up.sh report
	$(BIN)/python scripts/write_licences.py

audit:
	@sh scripts/set-up.sh report
	$(BIN)/python scripts/audit.py $(DATABASE)

bench:
	@sh scripts/set-up.sh report
	$(BIN)/python benchmarks/speed.py --rounds $(ROUNDS)

bench-memory:
	@sh scripts/set-up.sh report
	$(BIN)/python benchmarks/speed.py --memory

bench-integrity:
	@sh scripts/set-up.sh report
	$(BIN)/python benchmarks/integrity.py

faults:
	@sh scripts/set-up.sh test
	$(BIN)/python benchmarks/faults.py

fuzz:
	@sh scripts/set-up.sh report
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps --requirement benchmarks/requirements.txt
	$(BIN)/python benchmarks/fuzz.py --seconds $(FUZZ_SECONDS)

format:
	@sh scripts/set-up.sh report
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

requirements:
	@sh scripts/renew-requirements.sh --upgrade

clean:
	rm -rf site draft dist build artefacts .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	find reportgen tests -name __pycache__ -prune -exec rm -rf {} +
