# SPDX-License-Identifier: GPL-2.0
# `make help` lists what can be made.

KERNEL	?= 6.1
BUILD	:= build
KDIR	?= /lib/modules/$(shell uname -r)/build
DESTDIR	?=
PREFIX	?= /usr/local
UDEVDIR	?= /etc/udev/rules.d

# What other modules are built against.
MODULE_SOURCES = $(PREFIX)/src/synchmess
BASH_COMPLETIONS = $(PREFIX)/share/bash-completion/completions

.PHONY: all
all: module tools ## build the module for this machine's kernel, and the tools

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: deps
deps: ## install what building and testing need (Debian packages)
	@scripts/install-deps

# ---- building

.PHONY: module
module: ## build synchmess.ko and the sample postman.ko for the kernel of KDIR
	@scripts/build-module $(BUILD)/module $(KDIR)

.PHONY: tools
tools: ## build mq and synchmess
	@$(MAKE) --no-print-directory -C tools O=$(CURDIR)/$(BUILD)/tools

.PHONY: tests
tests: ## build the test programs
	@$(MAKE) --no-print-directory -C tests O=$(CURDIR)/$(BUILD)/tests

.PHONY: benches
benches: ## build the bench
	@$(MAKE) --no-print-directory -C bench O=$(CURDIR)/$(BUILD)/bench

$(BUILD)/demo/threads: demo/threads.c
	@mkdir -p $(@D)
	$(CC) -O2 -Wall -Wextra -pthread -o $@ $<

# What vm/run needs before it starts a guest: the module of that kernel and the
# tree of files that is laid over the guest's root.
.PHONY: guest
guest: tools tests benches $(BUILD)/demo/threads
	@scripts/build-module $(BUILD)/$(KERNEL) $(KERNEL)
	@scripts/guest-root $(BUILD)

.PHONY: clean
clean: ## remove everything that was built
	rm -rf $(BUILD)

# ---- trying and testing

.PHONY: demo
demo: deps ## show both systems at work
	@demo/run

# Sets of suites, as tests/run names them.
SETS ?= core

.PHONY: test
test: deps ## run the core tests; ends with N passed, N failed, N skipped
	@tests/run $(SETS)

.PHONY: test-kernels
test-kernels: deps ## the same suites on Linux 6.12 and 7.2
	@tests/run kernels

.PHONY: test-debug
test-debug: deps ## everything on kernels full of debuggers (built first: minutes)
	@tests/run debug kcsan

.PHONY: test-all
test-all: deps ## all of these; what is random for DURATION=SECONDS each time (60)
	@tests/run core vm static kernels debug kcsan stress fuzz

.PHONY: fuzz
fuzz: ## ten million random system calls, two million random commands
	@scripts/install-deps clang libclang-rt-14-dev
	@$(MAKE) --no-print-directory -C tests fuzz-text FUZZ=$(CURDIR)/$(BUILD)/fuzz
	@vm/run --timeout 0 -- /usr/lib/synchmess/tests/test-fuzz-calls --calls 10000000

.PHONY: stress
stress: deps ## thrice ten thousand deaths, a million races, a thousand loads and unloads
	@vm/run --timeout 0 -- /usr/lib/synchmess/tests/test-stress-death --kills 10000
	@vm/run --timeout 0 -- /usr/lib/synchmess/tests/test-stress-leases \
		--messages 1000000 --kills 10000
	@vm/run --timeout 0 -- /usr/lib/synchmess/tests/test-stress-redelivery --kills 10000
	@vm/run --timeout 0 -- /usr/lib/synchmess/tests/test-stress-meetings --kills 10000
	@vm/run --timeout 0 -- /usr/lib/synchmess/tests/test-second-races --rounds 60000
	@vm/run --timeout 0 -- /usr/lib/synchmess/tests/test-second-meeting_races --rounds 60000
	@vm/run --timeout 0 -- /usr/lib/synchmess/tests/test-leases-races --rounds 60000
	@vm/run --timeout 0 --no-module -- \
		/usr/lib/synchmess/tests/test-module-unload_under_traffic --cycles 1000

.PHONY: coverage
coverage: deps ## which lines of the module the suites run: build/coverage/html
	@scripts/coverage

# ---- measuring

.PHONY: bench
bench: deps ## what everything costs, beside its peers: tables, plots, goals
	@scripts/install-deps gnuplot-nox
	@bench/run --kernel $(KERNEL)
	@bench/run --kernel $(KERNEL) --wall
	@bench/report $(BUILD)/bench/$(KERNEL)-wall.jsonl
	@bench/report $(BUILD)/bench/$(KERNEL)-instructions.jsonl
	@bench/report --svg $(BUILD)/bench/svg $(BUILD)/bench/$(KERNEL)-instructions.jsonl
	@bench/report --goals $(BUILD)/bench/$(KERNEL)-instructions.jsonl

.PHONY: bench-check
bench-check: deps ## does the module take more instructions than it did?
	@bench/run
	@bench/check

.PHONY: bench-baseline
bench-baseline: deps ## let what it takes now be what bench-check compares with
	@bench/run
	@bench/check --renew

DOCUMENT := docs/performance.md
PLOTS	 := $(addprefix $(BUILD)/bench/svg/,$(addsuffix .svg,pair-pair-bytes \
	batch-pair-messages broadcast-receiver-mailboxes depth-pair-queued schedule-message-pending))

.PHONY: bench-docs
bench-docs: deps ## measure it all, and renew figures and plots of docs/performance.md
	@$(MAKE) --no-print-directory bench
	@bench/report --into $(DOCUMENT) $(BUILD)/bench/6.1-instructions.jsonl
	@bench/report --into $(DOCUMENT) $(BUILD)/bench/6.1-wall.jsonl
	@for kernel in 6.12 7.2; do bench/run --kernel $$kernel && bench/report --brief \
		--into $(DOCUMENT) $(BUILD)/bench/$$kernel-instructions.jsonl || exit; done
	@install -D -m 644 -t docs/plots $(PLOTS)

.PHONY: bench-host
bench-host: deps ## measure on this machine, with the module loaded (as root)
	@bench/host

# ---- the sources

.PHONY: check
check: deps ## compiler warnings, sparse, shellcheck, rules of the house
	@scripts/check

.PHONY: style
style: deps ## checkpatch, from the kernel's source package
	@scripts/style

.PHONY: vm-shell
vm-shell: deps ## an interactive shell in a guest
	@vm/shell

# ---- a real machine

.PHONY: install
install: all ## install module, tools, headers, man pages, udev rules (as root)
	$(MAKE) -C $(KDIR) M=$(CURDIR)/$(BUILD)/module/kernel INSTALL_MOD_DIR=extra \
		$(if $(DESTDIR),INSTALL_MOD_PATH=$(DESTDIR)) modules_install
	install -D -m 755 -t $(DESTDIR)$(PREFIX)/bin $(BUILD)/tools/mq $(BUILD)/tools/synchmess
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/include/linux include/uapi/linux/synchmess.h
	install -D -m 644 -t $(DESTDIR)$(MODULE_SOURCES)/include/linux include/linux/synchmess.h
	install -D -m 644 -t $(DESTDIR)$(MODULE_SOURCES)/include/uapi/linux \
		include/uapi/linux/synchmess.h
	install -D -m 644 -t $(DESTDIR)$(MODULE_SOURCES) $(BUILD)/module/kernel/Module.symvers
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man1 man/*.1
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man4 man/*.4
	install -D -m 644 tools/completion/mq $(DESTDIR)$(BASH_COMPLETIONS)/mq
	install -D -m 644 tools/completion/synchmess $(DESTDIR)$(BASH_COMPLETIONS)/synchmess
	install -D -m 644 -t $(DESTDIR)$(UDEVDIR) packaging/50-synchmess.rules
	$(if $(DESTDIR),,groupadd --force --system synch && depmod)

.PHONY: uninstall
uninstall: ## remove what install installed; the group synch stays
	rm -f $(DESTDIR)/lib/modules/$$(basename $$(dirname $(KDIR)))/extra/synchmess.ko
	rm -f $(DESTDIR)$(PREFIX)/bin/mq $(DESTDIR)$(PREFIX)/bin/synchmess
	rm -f $(DESTDIR)$(PREFIX)/include/linux/synchmess.h
	rm -rf $(DESTDIR)$(MODULE_SOURCES)
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/share/man/man1/,mq.1 synchmess.1)
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/share/man/man4/,mq.4 synchmess.4)
	rm -f $(DESTDIR)$(BASH_COMPLETIONS)/mq $(DESTDIR)$(BASH_COMPLETIONS)/synchmess
	rm -f $(DESTDIR)$(UDEVDIR)/50-synchmess.rules
	$(if $(DESTDIR),,depmod)

.PHONY: load
load: ## load the installed module (as root)
	udevadm control --reload
	modprobe synchmess
	udevadm settle

.PHONY: unload
unload: ## unload the module (as root)
	modprobe -r synchmess
