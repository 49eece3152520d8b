# make run    start Longpole on this machine (PORT=8001 for another port)
# make test   everything that proves it works
# make check  style, types, import borders, migrations
# make bench  the engine's goals, measured
# make calibrate  do dates given as 80% sure hold in 80% of the cases? replays recorded histories
# make load   two hundred people clicking for two minutes
# make screenshots  a picture of every page
# make chaos  the long run of everything that is killed, on both databases
# make words  read every sentence of the product into locale/, for translators

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3 || echo python3)
BIN := .venv/bin

.PHONY: run install install-tests test check bench calibrate load chaos screenshots words lock

run:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or later is needed and none is on PATH. Install it, or name it: make run PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -I tracker/run/install.py --run && exec $(BIN)/python -m tracker.run

install:
	@$(PYTHON) -I tracker/run/install.py

install-tests:
	@$(PYTHON) -I tracker/run/install.py --tests

test: install-tests
	@$(BIN)/python -m tests

check: install-tests
	@$(BIN)/python -m tests.check

# every page, both themes, two widths, into var/screenshots (README=1 renews docs/pictures, ONLY="overview my-work" takes some)
screenshots: install-tests
	@$(BIN)/python -m pytest -q -s -n0 tests/pictures/screenshots.py

bench: install-tests
	@$(BIN)/python -m tests.bench

calibrate: install-tests
	@$(BIN)/python -m tests.calibrate

LONG = CHAOS_MAILS=8000 CHAOS_KILLS=200 CHAOS_BEAT_SECONDS=60 CHAOS_SECONDS=300 CHAOS_RECIPIENTS=5000
chaos: install-tests
	@$(LONG) $(BIN)/python -m tests --sqlite -s -m chaos tests/chaos
	@$(LONG) $(BIN)/python -m tests --postgresql -s -m chaos tests/chaos

load: install-tests
	@$(BIN)/python -m tests.load

words: install-tests
	@$(BIN)/python -m tracker.catalogue update && $(BIN)/python -m tracker.catalogue compile

# Write the lock files anew from the ranges in pyproject.toml.
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --python-version 3.11
lock:
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) pyproject.toml --group test -c requirements.txt -o requirements-dev.txt
	$(COMPILE) --group node -o requirements-node.txt
