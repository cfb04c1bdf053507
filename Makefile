# Two commands carry the project: `make book` and `make test`.
PYTHON    ?= python3
VENV      := .venv
BIN       := $(VENV)/bin
EXTRAS    := torch,plot,prove,cluster,book,test,dev
READY     := $(VENV)/.ready
VALIDATOR := _build/validator
RELEASE   := _build/release/bin/python
BOOKFLAGS ?=
TESTFLAGS ?= -n auto
COVER     ?=
LOCKFLAGS ?=
CHECKFLAGS ?=
GPUFLAGS   ?=
FUZZFLAGS  ?=
MUTANTFLAGS ?=

.DEFAULT_GOAL := help
.PHONY: help env runtime book epub pdf check-book check-notebooks check-pool fuzz mutants dist check-dist digests test test-portable bench peers gpu lint lock clean

help:  ## list the commands
	@sed -nE 's/^([a-z-]+):.*## (.*)$$/\1\t\2/p' Makefile | awk -F'\t' '{printf "  make %-13s %s\n", $$1, $$2}'

env: $(READY)  ## make .venv with the locked versions

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[$(EXTRAS)]"
	touch $@

# Sphinx does not see all that a page shows come from: whenever any of it changes, all pages are written
# anew. Executed again are only those whose own inputs changed (book/_ext/execution.py).
INPUTS := find actmath book/results book/certificates book/evidence book/pool.json book/modules.json book/_ext book/_runtime _config.yml _toc.yml constraints.txt \
	-type f ! -name '*.pyc' 2>/dev/null | LC_ALL=C sort | xargs cksum | cksum

runtime: $(READY)  ## make what Run here loads in a page, in _build/runtime; needs node and npm
	@$(BIN)/python book/_runtime/make.py

book: $(READY)  ## execute every page and write the HTML to _build/html
	@$(INPUTS) | cmp -s - _build/.inputs || rm -rf _build/html _build/.doctrees
	@mkdir -p _build && $(INPUTS) > _build/.inputs
	@$(BIN)/python book/_runtime/make.py
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/jupyter-book build . $(BOOKFLAGS)

# Both are written from what `make book` has executed, and execute nothing again.
epub: book  ## the same book for e-readers, _build/epub/actmath.epub
	rm -rf _build/epub
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/jupyter-book build . --builder custom --custom-builder epub

pdf: book  ## the same book to be printed, _build/actmath.pdf; needs Chromium
	rm -rf _build/singlehtml
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/jupyter-book build . --builder singlehtml
	$(BIN)/python book/_ext/pdf.py _build/singlehtml/actmath.html _build/actmath.pdf

# The validator of the authors of HTML's standard; it needs java.
$(VALIDATOR):
	mkdir -p $(VALIDATOR) && npm pack --silent --pack-destination $(VALIDATOR) vnu-jar@26.9.27 >/dev/null
	tar -xzf $(VALIDATOR)/vnu-jar-*.tgz -C $(VALIDATOR)

check-book: $(READY) $(VALIDATOR)  ## look at every built page in headless Chromium
	$(BIN)/python -m pytest $(TESTFLAGS) -p no:cacheprovider -m browser tests/test_book.py tests/test_book_pages.py \
		tests/test_book_in_use.py tests/test_explorer_pages.py tests/test_run_here.py tests/test_notebooks.py tests/test_editions.py

check-notebooks: $(READY)  ## run every downloaded notebook of the built book in an empty folder
	$(BIN)/python -m pytest $(TESTFLAGS) -m notebooks tests/test_notebooks.py

test: $(READY)  ## run the whole test suite, docstrings included
	$(BIN)/python $(COVER) -m pytest $(TESTFLAGS)

# One switch each for PyTorch, NumPy, the C library and MKL: the last digits of another processor.
PLAIN := ATEN_CPU_CAPABILITY=default NPY_DISABLE_CPU_FEATURES="X86_V3 X86_V4 AVX512_ICL AVX512_SPR" \
	GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F MKL_CBWR=COMPATIBLE

test-portable: $(READY)  ## run the numeric tests as on a processor without wide vectors
	$(PLAIN) $(BIN)/python -m pytest $(TESTFLAGS) $(foreach floor,lower numeric nn,actmath/$(floor) tests/$(floor))

check-pool: $(READY)  ## the whole pool of units, and generated formulas at length (CHECKFLAGS="--seed 7")
	$(BIN)/python -m tests.pool.run $(CHECKFLAGS) && recorded=0 || recorded=$$?; \
	ACTMATH_EXAMPLES=100 $(BIN)/python -m pytest $(TESTFLAGS) tests/test_generated_formulas.py && exit $$recorded

fuzz: $(READY)  ## ten minutes of formulas, commands, certificates and data files that nobody has tried (FUZZFLAGS="--minutes 1")
	$(BIN)/python -m tests.fuzz $(FUZZFLAGS)

# In an environment of its own: uploading brings keyrings and cryptography, which nothing else needs.
$(RELEASE): pyproject.toml constraints.txt
	$(PYTHON) -m venv _build/release
	$@ -m pip install --quiet --disable-pip-version-check -c constraints.txt "build>=1.2,<2" "twine>=6,<8"
	touch $@

mutants: $(READY)  ## change operators and numbers of the code: does a test notice? Hours (MUTANTFLAGS="--count 50")
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[mutants]"
	$(BIN)/python -m tests.mutation $(MUTANTFLAGS)

dist: $(RELEASE)  ## build the wheel and the source archive into dist/
	rm -rf dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct 2>/dev/null || echo 0) $(RELEASE) -m build
	$(RELEASE) -m twine check --strict dist/*

check-dist: $(READY) $(RELEASE)  ## build both archives twice, install each into an empty environment
	ACTMATH_RELEASE=$(CURDIR)/$(RELEASE) $(BIN)/python -m pytest $(TESTFLAGS) -m release tests/test_release.py

digests: $(READY)  ## list the recorded runs by sha256, after one was made anew on purpose
	$(BIN)/python -c "from actmath.experiment._record.binding import list_records; \
	from actmath.experiment._record.record import results_folder; list_records(results_folder())"

bench: $(READY)  ## time the package against the obvious alternatives
	$(BIN)/python -m pytest -m benchmark -s tests/benchmarks

peers: $(READY)  ## measure time and error beside the peers anew, for the README
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.peers
	$(BIN)/python book/_ext/readme.py

# Without .venv: a machine with a GPU has PyTorch of its own, and often no network.
gpu:  ## on a machine with CUDA, in nine minutes: tests, measurements, recorded runs (GPUFLAGS="--out FOLDER")
	$(PYTHON) -m tests.gpu.run $(GPUFLAGS)

lint: $(READY)  ## check style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict actmath

lock:  ## write constraints.txt from a clean environment (LOCKFLAGS="torch==2.13.0" holds a version)
	rm -rf _build/lock && $(PYTHON) -m venv _build/lock
	_build/lock/bin/python -m pip install --quiet --disable-pip-version-check $(LOCKFLAGS) ".[$(EXTRAS),notebook,release,mutants]"
	{ echo "# Written by \`make lock\`."; \
	  _build/lock/bin/python -m pip freeze | sed -E 's/\+[A-Za-z0-9.]+$$//' \
	  | grep -v -i -E '^(actmath|nvidia|triton|cuda)|^-e '; } > constraints.txt
	rm -rf _build/lock

clean:  ## remove everything that was built, .venv included
	rm -rf _build .venv dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
	find actmath tests book -name __pycache__ -type d -prune -exec rm -rf {} +
