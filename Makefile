# The two commands: `make run` and `make test`. Everything else is for those who change Earshot.
# Long commands replace their shell (`exec`), so that a signal to make reaches them.

PYTHON ?= python3
# Earshot is many processes: each would compile it anew where Python is told to keep nothing of that.
export PYTHONDONTWRITEBYTECODE :=
BIN := .venv/bin
COMPILE := exec $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make requirements" pyproject.toml
EVERYDAY := not slow and not e2e

.DEFAULT_GOAL := help
.PHONY: help run test check prove e2e postman requirements format clean

help:
	@echo 'make run           start Earshot on http://127.0.0.1:8000/ (PORT=8001 make run: elsewhere)'
	@echo 'make test          run the tests (ARGS="-k upload" passes options to pytest)'
	@echo 'make check         run every gate: style, types, imports, settings, migrations, documents, tests, coverage'
	@echo 'make prove         run the long proofs: state machines, kills, faults, hostile and day-long files'
	@echo 'make e2e           run the browser tests (needs Chromium)'
	@echo 'make postman       export the API as a Postman collection (needs npm)'
	@echo 'make format        put the code into shape'
	@echo 'make requirements  pin the packages of pyproject.toml anew (UPGRADE=-U: the newest)'
	@echo 'make clean         remove caches; the data in .earshot and the packages in .venv stay'

run:
	@$(PYTHON) config/embedded/bootstrap.py run && exec $(BIN)/python manage.py dev

test:
	@$(PYTHON) config/embedded/bootstrap.py dev && exec $(BIN)/python $(MEASURE) -m pytest -n auto --dist worksteal -m "$(EVERYDAY)" $(ARGS)

check:
	@$(PYTHON) config/embedded/bootstrap.py dev && \
	exec $(BIN)/python -m config.embedded.throwaway -- $(BIN)/python -m config.embedded.gates

prove:
	@$(PYTHON) config/embedded/bootstrap.py dev && exec $(BIN)/python -m pytest -n 0 -m slow $(ARGS)

e2e:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	{ echo 'The browser tests need Chromium: `apt install chromium`, then the same again.' >&2; exit 1; }
	@$(PYTHON) config/embedded/bootstrap.py dev && exec $(BIN)/python -m pytest -n 0 -m e2e $(ARGS)

postman:
	@command -v npx >/dev/null || { echo 'The export needs npm: `apt install npm`, then the same again.' >&2; exit 1; }
	@$(PYTHON) config/embedded/bootstrap.py dev
	@export=$$(mktemp) && trap 'rm -f "$$export"' EXIT && \
	npx --yes openapi-to-postmanv2@6.3.3 -s docs/openapi.yaml -o "$$export" -O folderStrategy=Tags >/dev/null && \
	$(BIN)/python manage.py postman "$$export"

requirements:
	@$(PYTHON) config/embedded/bootstrap.py dev
	@$(COMPILE) $(UPGRADE) -o requirements.txt
	@$(COMPILE) $(UPGRADE) --extra embedded -o requirements-embedded.txt
	@$(COMPILE) $(UPGRADE) --extra embedded --extra dev -o requirements-dev.txt

format:
	@$(PYTHON) config/embedded/bootstrap.py dev
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

clean:
	@find . -name __pycache__ -type d -not -path './.venv/*' -not -path './.earshot/*' -prune -exec rm -rf {} +
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.* htmlcov
