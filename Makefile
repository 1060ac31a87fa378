# Two commands do everything: `make run` and `make test`. README.md says more.
PYTHON ?= python3
PORT ?= 8000
DATA_DIR ?= var
# How many processes the tests are spread over.
WORKERS ?= 2
export PORT DATA_DIR
# What is compiled is kept: a process of the desk starts in two thirds of the time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help env run test check format requirements screenshots

help:
	@echo "make run    the desk on http://127.0.0.1:$(PORT)/ (PORT=8000 DATA_DIR=var DEMO=1)"
	@echo "make test   all tests, browser tests included"
	@echo "make check  lint, types, settings, migrations, imports"
	@echo "make format puts the code in its layout"
	@echo "make screenshots   the ten main pages as pictures (SHOTS=var/screenshots)"
	@echo "make requirements  resolves the requirements files anew"

env: .venv/ready

.venv/ready: requirements-dev.txt .ci/venv
	@echo "Preparing .venv (a minute the first time)"
	@.ci/venv $(PYTHON)

run: env
	@exec .venv/bin/python -m config.run --end-with-parent

test: env
	@.ci/browser
	@.venv/bin/python -m pytest -n $(WORKERS) $(ARGS)

check: env
	@.ci/check

format: env
	@.venv/bin/ruff check --fix --quiet .
	@.venv/bin/ruff format --quiet .

screenshots: env
	@.ci/browser
	@.venv/bin/python -m tests.browser.screenshots $(SHOTS)

COMPILE = .venv/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make requirements'

requirements: env
	@$(COMPILE) requirements.in -o requirements.txt
	@$(COMPILE) requirements-dev.in -o requirements-dev.txt
