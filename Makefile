# The two commands: make run, make test. Everything else serves them.
PYTHON ?= python3
PY := .venv/bin/python
INSTALL := $(PY) -m pip install -qq --disable-pip-version-check --only-binary :all: --require-hashes
UV := $(PY) -m uv pip compile pyproject.toml -q --universal --python-version 3.11 --generate-hashes --no-header --custom-compile-command "make lock"

CHECKS := check-format check-lint check-types check-imports check-templates check-deploy check-migrations check-messages check-sizes

.PHONY: help run test check faults bench $(CHECKS) .venv lock backup restore
help:
	@echo "make run     start Teendő (PORT=8000 DEMO=1)      make test    the whole suite, on both databases"
	@echo "make check   the static checks                    make lock    renew the lock files"
	@echo "make backup  one dated file of everything         make restore FILE=…"

.venv: .venv/dev.stamp

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Teendő needs Python 3.11 or newer; $(PYTHON) is older. Another one: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python could not make a virtual environment. On Debian: apt-get install python3-venv"; exit 1; }

.venv/run.stamp: requirements.lock | .venv/bin/python
	@echo "Installing what Teendő is built on: once, about a minute …"
	@$(INSTALL) -r requirements.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	@echo "Installing the tools for tests and checks …"
	@$(INSTALL) -r requirements-dev.lock
	@touch $@

# PORT, DEMO and every other setting of README.md may be given here or in .env.
run: .venv/run.stamp
	@exec $(PY) -m config.serve

test: .venv
	@exec $(PY) -m tests.run $(ARGS)

# Each is a goal of its own; -k tells of all that is wrong, not only of the first.
check: .venv
	@$(MAKE) -k --no-print-directory $(CHECKS) && echo "All checks passed."

# An import under which the worker, the database, the disk and the line fail.
faults: .venv
	@exec $(PY) -m tests.faults

bench: .venv
	@$(PY) -m bench $(ARGS)

check-format: ; $(PY) -m ruff format --check -q .
check-lint: ; $(PY) -m ruff check -q .
check-types: ; $(PY) -m mypy .
check-imports: ; .venv/bin/lint-imports
check-templates: ; .venv/bin/djlint --lint --quiet templates
check-deploy: ; DJANGO_SETTINGS_MODULE=config.settings.prod SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))') ALLOWED_HOSTS=crm.example.com $(PY) manage.py check --deploy --fail-level WARNING
check-migrations: ; $(PY) manage.py makemigrations --check --dry-run
check-messages: ; $(PY) manage.py messages --check
check-sizes: ; @git ls-files -z '*.py' '*.html' '*.css' '*.js' | grep -zv migrations/ | xargs -0 wc -l | awk '$$1 > 400 && $$2 != "total" {print $$2 " has " $$1 " lines, 400 are allowed"; bad = 1} END {exit bad}'

backup: .venv/run.stamp
	@$(PY) manage.py backup

restore: .venv/run.stamp
	@$(PY) manage.py restore "$(FILE)"

# Packages stay where they are unless pyproject.toml asks for more; make lock UPGRADE=--upgrade renews them all.
lock: | .venv/bin/python
	@$(PY) -m uv --version >/dev/null 2>&1 || $(PY) -m pip install -qq --only-binary :all: uv
	$(UV) $(UPGRADE) -o requirements.lock
	$(UV) $(UPGRADE) --group dev -c requirements.lock -o requirements-dev.lock
