# `make course` builds the course, `make test` tests everything; `make help` explains each task.
PYTHON ?= python3
# Each Python that is asked for by name has an environment of its own: `make PYTHON=python3.13 course` uses .venv-3.13.
VERSION = $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
VENV := .venv$(if $(filter-out python3,$(PYTHON)),-$(or $(VERSION),$(error $(PYTHON) does not run)))
NEWEST := $(VENV)-newest
BIN := $(VENV)/bin
INSTALL := -m pip install --quiet --disable-pip-version-check
COURSE ?= fall26

.PHONY: help course decks test test-fast proof test-newest test-newest-lock hostile check bench format labels schema house widths course-files deck-docs help-page wheel clean
.DEFAULT_GOAL := help

help: ## Explain each task
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-16s %s\n", $$1, $$2 }'

# A stamp file, so that nothing is installed twice; the lock file pins what is installed.
$(VENV)/.run: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=python3.x") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python $(INSTALL) --requirement requirements.lock
	$(BIN)/python $(INSTALL) --no-deps --editable .
	$(BIN)/python -m compileall -q blueprint generator autograder
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(BIN)/python $(INSTALL) --requirement requirements-dev.lock
	@touch $@

course: $(VENV)/.run ## Build Fall 2026 into build/fall26 (COURSE=name for another)
	@$(BIN)/blueprint build-course $(COURSE)
	@echo 'To have `blueprint` in this terminal, type'
	@echo '  export PATH="$$PWD/$(BIN):$$PATH"'

test: $(VENV)/.dev ## Install what the tests need, then run every check and test
	@sh tests/install-debian.sh
	@sh tests/install-axe.sh
	@$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

test-fast: $(VENV)/.dev ## Lint, types, and the tests that need neither TeX, office, browser nor sandbox: for who changes a line
	@$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder -m "not slow" --hypothesis-profile quick

test-newest: $(VENV)/.dev ## Install the newest of every library, test them against the locked ones, and write requirements-newest.lock
	rm -rf $(NEWEST)
	$(PYTHON) -m venv $(NEWEST)
	$(NEWEST)/bin/python $(INSTALL) --editable .
	$(BIN)/python -m pytest tests/newest/checks.py --environment $(NEWEST)
	$(NEWEST)/bin/python tests/newest/lock.py requirements-newest.lock

test-newest-lock: $(VENV)/.dev $(NEWEST)/.lock ## Test what requirements-newest.lock names against the locked libraries
	$(BIN)/python -m pytest tests/newest/checks.py --environment $(NEWEST)

$(NEWEST)/.lock: pyproject.toml requirements-newest.lock
	rm -rf $(NEWEST)
	$(PYTHON) -m venv $(NEWEST)
	$(NEWEST)/bin/python $(INSTALL) --requirement requirements-newest.lock
	$(NEWEST)/bin/python $(INSTALL) --no-deps --editable .
	@touch $@

proof: $(VENV)/.dev ## Prove the reference tests anew: every solution of every suite, on all draws of inputs
	@for suite in autograder/suites/*/suite.py; do \
	  $(BIN)/blueprint suite check --all --suite $$(basename $$(dirname $$suite)) || exit 1; \
	done
	EVERY_SOLUTION=1 $(BIN)/python -m pytest --numprocesses auto tests/test_suite_proofs.py

hostile: $(VENV)/.dev ## Run hostile programs and hand-ins in the sandbox of this machine, and print what became of them
	$(BIN)/python tests/test_sandbox.py
	$(BIN)/python tests/test_cheats.py

check: $(VENV)/.dev ## Lint, format, types, and who imports whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

decks: $(VENV)/.dev ## Build every lecture in every theme, format and TeX engine, and test each in every theme
	@for theme in light dark minimal nature; do for engine in xelatex lualatex pdflatex; do \
	  echo "$$theme, $$engine"; \
	  $(BIN)/blueprint slides --course $(COURSE) --theme $$theme --engine $$engine --to pptx,beamer,pdf,handout || exit 1; \
	done; done
	EVERY_THEME=1 $(BIN)/python -m pytest --numprocesses auto tests/test_layout.py tests/test_powerpoint.py tests/test_beamer.py

bench: $(VENV)/.dev ## Measure the build and the command line, side by side in one run
	$(BIN)/python tests/bench.py

labels: $(VENV)/.dev ## Put new words that templates and writers add into the catalogs of translators
	$(BIN)/python tests/labels.py

format: $(VENV)/.dev ## Format the code and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: $(VENV)/.run ## Write the JSON Schemas that editors use
	$(BIN)/blueprint schema --write

house: $(VENV)/.run ## Draw docs/house.svg from the code
	$(BIN)/python tests/house.py

widths: $(VENV)/.run ## Measure the typefaces that the layout knows
	$(BIN)/python tests/widths.py

course-files: $(VENV)/.run ## Write docs/course-files.md from the code
	$(BIN)/python tests/course_files.py

deck-docs: $(VENV)/.dev ## Write docs/decks.md from the code, and draw its pictures (LibreOffice)
	$(BIN)/python tests/deck_docs.py

help-page: $(VENV)/.run ## Write the stored page of `blueprint --help`
	$(BIN)/python -c "import blueprint.cli as c; c.write_help_page()"

wheel: $(VENV)/.dev ## Build the wheel into dist/
	$(BIN)/python -m build --wheel --outdir dist .

clean: ## Remove what was made
	rm -rf build dist .venv .venv-*
