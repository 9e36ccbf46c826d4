# Every goal installs what it needs first (Debian 12), then builds below build/.
# JOBS=n sets how many compilers run at once.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run demo build-command test test-dev test-tsan bench bench-scaling build-bench \
        bench-http bench-http-memory build-bench-http lint format install clean

JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
BUILD = cmake --build --parallel $(JOBS)

help: ## List the goals
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 26

run: build-command ## Build skep and serve a store at http://127.0.0.1:8377
	@mkdir -p build/run
	build/release/src/cli/skep serve --db build/run/swarm.db --print-token $(SERVE_ARGS)

demo: build-command ## Build skep and show the command at work
	scripts/demo.sh

build-command:
	@scripts/setup.sh run
	cmake --preset release -DSKEP_TESTS=OFF -DSKEP_BENCH=OFF
	$(BUILD) --preset release --target skep_cli

test: test-dev test-tsan ## Run all tests, under the address and then the thread sanitizer

test-dev: ## Run the tests under the address and undefined-behaviour sanitizers
	@scripts/setup.sh test
	cmake --preset dev
	$(BUILD) --preset dev
	ctest --preset dev

test-tsan: ## Run the tests under the thread sanitizer
	@scripts/setup.sh test
	cmake --preset tsan
	$(BUILD) --preset tsan
	ctest --preset tsan

bench: build-bench ## Measure Skep beside SQLite, and print the ratios (five minutes)
	build/release/bench/skep_bench $(or $(BENCH_ARGS),--benchmark_filter=-^scale_)

bench-scaling: build-bench ## Measure by callers and body sizes, and draw docs/scaling.svg
	scripts/plot_scaling.sh build/release/bench/skep_bench docs/scaling.svg

build-bench:
	@scripts/setup.sh bench
	cmake --preset release -DSKEP_TESTS=OFF -DSKEP_BENCH=ON
	$(BUILD) --preset release --target skep_bench

bench-http: build-bench-http ## Measure skep serve beside Redis and PostgreSQL (five minutes)
	scripts/bench_http.sh

bench-http-memory: build-bench-http ## Watch the memory of skep serve under load (ten minutes)
	scripts/bench_http.sh memory

build-bench-http: build-command
	@scripts/setup.sh bench-http

lint: ## Check formatting, clang-tidy and the house rules
	@scripts/setup.sh lint
	JOBS=$(JOBS) scripts/lint.sh

format: ## Format all C++ files in place
	@scripts/setup.sh lint
	git ls-files -co --exclude-standard -z '*.cpp' '*.hpp' | xargs -0r clang-format-19 -i

install: ## Install the library and the command below PREFIX (default /usr/local)
	@scripts/setup.sh run
	cmake --preset release -DSKEP_TESTS=OFF -DSKEP_BENCH=OFF
	$(BUILD) --preset release
	cmake --install build/release --prefix $(PREFIX)

clean: ## Remove all that was built
	rm -rf build
