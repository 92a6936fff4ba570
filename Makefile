# make all    installs what is missing, builds, runs the default profile, prints where the report is
# make test   installs what is missing and runs every test
# make bench  compares the speed with PyTorch's and others' (see Benchmarks/README.md): make bench ARGS="--rows knn"
# make bench-graphs   compares the build system with ninja, Snakemake and DVC
# make storm          kills, flipped bits and random graphs by the hundred and thousand: the long form of some tests
# Arguments of `repro all` go into ARGS: make all ARGS="--profile laptop --offline"

ARGS ?=

ifeq ($(shell uname -s),Darwin)
  # Homebrew keeps these out of the default search path.
  export PKG_CONFIG_PATH := $(shell brew --prefix openblas 2>/dev/null)/lib/pkgconfig:$(shell brew --prefix libarchive 2>/dev/null)/lib/pkgconfig:$(PKG_CONFIG_PATH)
endif

.PHONY: all test bench bench-graphs storm lint format setup build clean

all: build
	swift run repro all $(ARGS)

test: setup
	swift build --build-tests
	swift test --skip-build

build: setup
	swift build

# The peers live in a Python environment of their own. The debug build is there to be held against the release build.
PEERS := .build/peers

bench: build $(PEERS)/installed
	swift build -c release --product repro
	$(PEERS)/bin/python Benchmarks/compare.py $(ARGS)

$(PEERS)/installed: Benchmarks/peers/requirements.txt
	python3 -m venv $(PEERS)
	$(PEERS)/bin/pip install -r Benchmarks/peers/requirements.txt
	touch $@

GRAPH_PEERS := .build/graph-peers

bench-graphs: build $(GRAPH_PEERS)/installed
	$(GRAPH_PEERS)/bin/python Benchmarks/Graphs/measure.py --bin $(GRAPH_PEERS)/bin $(ARGS)

$(GRAPH_PEERS)/installed: Benchmarks/Graphs/requirements.txt
	python3 -m venv $(GRAPH_PEERS)
	$(GRAPH_PEERS)/bin/pip install -r Benchmarks/Graphs/requirements.txt
	touch $@

storm: setup
	swift build --build-tests
	python3 Benchmarks/Graphs/storm.py $(ARGS)

setup:
	@bash Scripts/install-packages.sh

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

format:
	swift format --in-place --recursive Package.swift Sources Tests

# Removes what was built. The cache (.repro) and the results (outputs) stay.
clean:
	swift package clean
