# `make course` builds the course, `make test` tests everything; `make help` explains each task.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
COURSE ?= fall26

.PHONY: help course decks test proof hostile check bench lint types format schema help-page wheel clean
.DEFAULT_GOAL := help

help: ## Explain each task
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

# A stamp file, so that nothing is installed twice; the lock file pins what is installed.
$(VENV)/.run: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=python3.x") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	$(BIN)/python -m compileall -q blueprint generator autograder
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.lock
	@touch $@

course: $(VENV)/.run ## Build Fall 2026 into build/fall26 (COURSE=name for another)
	@$(BIN)/blueprint build-course $(COURSE)

test: $(VENV)/.dev ## Install what the tests need, then run every check and test
	@sh tests/install-debian.sh
	@sh tests/install-axe.sh
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/python -m pytest

proof: $(VENV)/.run ## Prove the reference tests anew: every solution of every suite, on all draws of inputs
	@for suite in autograder/suites/*/suite.py; do \
	  $(BIN)/blueprint suite check --all --suite $$(basename $$(dirname $$suite)) || exit 1; \
	done

hostile: $(VENV)/.dev ## Run hostile programs and hand-ins in the sandbox of this machine, and print what became of them
	$(BIN)/python tests/test_sandbox.py
	$(BIN)/python tests/test_cheats.py

check: $(VENV)/.dev ## Lint, format and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy

decks: $(VENV)/.run ## Build every lecture in every theme, format and TeX engine
	@for theme in light dark minimal nature; do for engine in xelatex lualatex pdflatex; do \
	  echo "$$theme, $$engine"; \
	  $(BIN)/blueprint slides --course $(COURSE) --theme $$theme --engine $$engine --to pptx,beamer,pdf,handout || exit 1; \
	done; done

bench: $(VENV)/.dev ## Measure the build and the command line, side by side in one run
	$(BIN)/python tests/bench.py

format: $(VENV)/.dev ## Format the code and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: $(VENV)/.run ## Write the JSON Schemas that editors use
	$(BIN)/blueprint schema --write

help-page: $(VENV)/.run ## Write the stored page of `blueprint --help`
	$(BIN)/python -c "import blueprint.cli as c; c.write_help_page()"

wheel: $(VENV)/.dev ## Build the wheel into dist/
	$(BIN)/python -m build --wheel --outdir dist .

clean: ## Remove what was made
	rm -rf build dist $(VENV)
