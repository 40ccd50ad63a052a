# What a person who works on the gateway types. Each target sets up what it needs, and says what is
# missing where it cannot; the second run is quick.

SHELL := bash
.SHELLFLAGS := -o errexit -o nounset -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

# Debian keeps mosquitto where the PATH of a person does not look.
export PATH := $(PATH):/usr/sbin:/sbin

# The tests start hundreds of processes: without compiled files each would compile the house anew.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
VENV := .venv
SCRIPTS := install.sh systemd/board.sh .ci/run requirements/debian.sh config/broker/make-ca.sh tests/kernel/make_system.sh \
	tests/kernel/gather_packages.sh tests/kernel/boot.sh tests/kernel/inside/init
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check

.PHONY: help
help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

.PHONY: demo
demo: $(VENV)/runtime.stamp  ## A market on fire, from its detectors to the province, in a minute
	@requirements/debian.sh mosquitto=mosquitto || { \
		echo "taking amqtt, a broker in Python, instead" >&2; \
		$(MAKE) --no-print-directory $(VENV)/demo.stamp; }
	@$(VENV)/bin/python -m gateway.demo

.PHONY: test
test: tools check build/libmodbus-server  ## Check the sources, run unit and integration tests, measure coverage
	$(PYTEST) --numprocesses=2 --cov --cov-report=term -m "not unmeasured" tests/unit
	$(PYTEST) --numprocesses=4 -m "unmeasured and not long"

# Four at once though there may be two cores: half of these wait for others most of the time.
PYTEST = $(VENV)/bin/python -m pytest

.PHONY: check
check: tools $(VENV)/dev.stamp  ## Check the sources only
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy --strict
	shellcheck $(SCRIPTS)

.PHONY: bench
bench: tools $(VENV)/dev.stamp  ## Measure what the design promises; one line a figure
	@$(VENV)/bin/python tests/bench/run.py

.PHONY: soak
soak: $(VENV)/dev.stamp  ## Rules against their definitions and garbled input, 5,000,000 cases, and the daemon for an hour (some hours)
	@requirements/debian.sh mosquitto=mosquitto
	@$(PYTEST) -m long
	@PYTHONPATH=tests:tests/unit:tests/integration $(VENV)/bin/python -m soak.run

.PHONY: power-cut
power-cut: tools $(VENV)/dev.stamp  ## What a power cut may leave of the journal, after each of its calls (ten minutes)
	@PYTHONPATH=.:tests:tests/integration $(VENV)/bin/python -m power_cut.run

.PHONY: chaos
chaos: $(VENV)/dev.stamp  ## Kills, cuts, full disks, jumping clocks and spoilt pages, 1,000 rounds (an hour; needs root)
	@requirements/debian.sh mosquitto=mosquitto ip=iproute2 tc=iproute2 nsenter=util-linux
	@PYTHONPATH=tests:tests/integration $(VENV)/bin/python -m chaos.run

.PHONY: test-system
test-system:  ## Install into fresh Debian systems, try the service, follow the pages there (needs root)
	@requirements/debian.sh debootstrap=debootstrap systemd-nspawn=systemd-container git=git
	@$(PYTHON) tests/system/run.py

.PHONY: dist
dist:  ## Pack what is handed out: build/fire-gateway-VERSION.tar.gz
	@$(PYTHON) tests/system/pack.py

.PHONY: test-kernel
test-kernel: build/kernel/system.stamp build/kernel/site.stamp  ## Try the GPIO driver on chips that a real kernel simulates (ten minutes; needs root)
	@requirements/debian.sh qemu-system-x86_64=qemu-system-x86 cpio=cpio
	@tests/kernel/boot.sh build/kernel

build/kernel/system.stamp: tests/kernel/make_system.sh
	@requirements/debian.sh debootstrap=debootstrap
	@tests/kernel/make_system.sh build/kernel
	@touch $@

build/kernel/site.stamp: tests/kernel/gather_packages.sh requirements/dev.txt | $(VENV)/bin/python
	@tests/kernel/gather_packages.sh $(VENV)/bin/python build/kernel
	@touch $@

.PHONY: lock
lock: build/lock/bin/pip-compile  ## Pin the dependencies anew; UPGRADE=--upgrade takes newer ones
	$(LOCK) --extra=demo --extra=dev --output-file=requirements/dev.txt pyproject.toml
	$(LOCK) --constraint=requirements/dev.txt --output-file=requirements/runtime.txt pyproject.toml
	$(LOCK) --constraint=requirements/dev.txt --extra=demo --output-file=requirements/demo.txt \
		pyproject.toml

.PHONY: clean
clean:  ## Remove all that these targets made
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* *.egg-info

# A Modbus server of somebody else's making, for the tests.
.PHONY: libmodbus-server
libmodbus-server: build/libmodbus-server

build/libmodbus-server: tests/libmodbus/server.c
	@requirements/debian.sh cc=gcc /usr/include/stdio.h=libc6-dev \
		/usr/include/modbus/modbus.h=libmodbus-dev
	@mkdir -p build
	cc -std=c11 -D_DEFAULT_SOURCE -O1 -Wall -Wextra -Werror -o $@ $< -lmodbus

# What the tests start or check with. systemd-analyze judges the unit.
.PHONY: tools
tools:
	@requirements/debian.sh mosquitto=mosquitto mosquitto_sub=mosquitto-clients socat=socat \
		shellcheck=shellcheck strace=strace systemd-analyze=systemd ip=iproute2 openssl=openssl \
		chromium=chromium chromedriver=chromium-driver tmux=tmux

$(VENV)/bin/python:
	@requirements/debian.sh python3=python3 $(PYTHON):venv,ensurepip=python3-venv
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v <= (3, 13) or sys.exit( \
		f"Python {v[0]}.{v[1]} is not supported: name one of 3.11 to 3.13, make PYTHON=python3.13")'
	$(PYTHON) -m venv --clear $(VENV)

$(VENV)/runtime.stamp: requirements/runtime.txt | $(VENV)/bin/python
	$(PIP) install --quiet --require-hashes --requirement $<
	@touch $@

$(VENV)/demo.stamp: requirements/demo.txt | $(VENV)/bin/python
	$(PIP) install --quiet --require-hashes --requirement $<
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --quiet --require-hashes --requirement $<
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/runtime.stamp $(VENV)/demo.stamp

# Pinned on the oldest Python that is supported, which needs all that the newer ones need. With
# their extras: of "coverage[toml]" pip before 24 takes the newest, not the one pinned without.
LOCK = CUSTOM_COMPILE_COMMAND="make lock" build/lock/bin/pip-compile --quiet $(UPGRADE) \
	--generate-hashes --allow-unsafe --no-strip-extras --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
UPGRADE ?=

build/lock/bin/pip-compile:
	python3.11 -m venv build/lock
	build/lock/bin/pip install --quiet pip-tools==7.6.2
