# The two commands: make run, make test. Everything else serves them.
PYTHON ?= python3
PY := .venv/bin/python
INSTALL := $(PY) -m pip install -qq --disable-pip-version-check --only-binary :all: --require-hashes
UV := $(PY) -m uv pip compile pyproject.toml -q --universal --python-version 3.11 --generate-hashes --no-header --custom-compile-command "make lock"

.PHONY: help run test check .venv lock backup restore
help:
	@echo "make run     start Teendő (PORT=8000 DEMO=1)      make test    the whole suite, on both databases"
	@echo "make check   the static checks                    make lock    renew the lock files"
	@echo "make backup  one dated file of everything         make restore FILE=…"

.venv: .venv/dev.stamp

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Teendő needs Python 3.11 or newer; $(PYTHON) is older. Another one: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python could not make a virtual environment. On Debian: apt-get install python3-venv"; exit 1; }

.venv/run.stamp: requirements.lock | .venv/bin/python
	$(INSTALL) -r requirements.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	$(INSTALL) -r requirements-dev.lock
	@touch $@

# PORT, DEMO and every other setting of README.md may be given here or in .env.
run: .venv/run.stamp
	@exec $(PY) -m config.serve

test: .venv
	@exec $(PY) -m config.testrun $(ARGS)

check: .venv
	@exec $(PY) -m config.checkrun

backup: .venv/run.stamp
	@$(PY) -m config.backup

restore: .venv/run.stamp
	@$(PY) -m config.restore "$(FILE)"

# Packages stay where they are unless pyproject.toml asks for more; make lock UPGRADE=--upgrade renews them all.
lock: | .venv/bin/python
	@$(PY) -m uv --version >/dev/null 2>&1 || $(PY) -m pip install -qq --only-binary :all: uv
	$(UV) $(UPGRADE) -o requirements.lock
	$(UV) $(UPGRADE) --group dev -c requirements.lock -o requirements-dev.lock
