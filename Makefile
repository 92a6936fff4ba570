# make all    installs what is missing, builds, runs the default profile, prints where the report is
# make test   installs what is missing and runs every test
# Arguments of `repro all` go into ARGS: make all ARGS="--profile laptop --offline"

ARGS ?=

ifeq ($(shell uname -s),Darwin)
  # Homebrew keeps these out of the default search path.
  export PKG_CONFIG_PATH := $(shell brew --prefix openblas 2>/dev/null)/lib/pkgconfig:$(shell brew --prefix libarchive 2>/dev/null)/lib/pkgconfig:$(PKG_CONFIG_PATH)
endif

.PHONY: all test lint format setup build clean

all: build
	swift run repro all $(ARGS)

test: setup
	swift build --build-tests
	swift test --skip-build

build: setup
	swift build

setup:
	@bash Scripts/install-packages.sh

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

format:
	swift format --in-place --recursive Package.swift Sources Tests

# Removes what was built. The cache (.repro) and the results (outputs) stay.
clean:
	swift package clean
