/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A sweep: one operation, again and again, with its first, second, third ...
 * allocation or user copy failing, until a run meets no more; and once with all
 * of its allocations failing. A run that fails must say so with a documented
 * errno, leave everything as it was, and succeed when it is repeated.
 */
#ifndef TESTS_SWEEP_H
#define TESTS_SWEEP_H

#include "harness/suite.h"

/**
 * struct operation - what is swept over
 * @argument: what they find in @sweep_argument
 * @begin: before all runs
 * @end: after all runs
 * @prepare: before each run
 * @call: the operation itself: returns -1 with errno when it fails; asserts nothing
 * @undone: after a call that failed: checks that nothing was done
 * @done: after a call that succeeded: checks that all was done, and clears up
 * @errors: how @call may fail
 * @refusals: so often at least it must fail, or the sweep is blind
 * @first: where to start, unless at 1; only single objects fail then
 * @slow: not repeated after each failure: the runs that succeed stand for that
 *
 * All but @call may be missing.
 */
struct operation {
	const void *argument;
	void (*begin)(void);
	void (*end)(void);
	void (*prepare)(void);
	long (*call)(void);
	void (*undone)(void);
	void (*done)(void);
	int errors[4];
	unsigned int refusals;
	unsigned int (*first)(void);
	bool slow;
};

/* One test: SWEEP("write", .call = ..., ...) */
#define SWEEP(name, ...) \
	{ name, sweep, suite_before_test, suite_after_test, &(struct operation){ __VA_ARGS__ } }

void sweep(void **state);

/* The argument of the operation that is swept over. */
extern const void *sweep_argument;

/*
 * A program of sweeps. Where nothing can be made to fail it is skipped as one
 * test: cmocka counts a test that it skips as failed, too.
 */
#define RUN_SWEEPS(title, tests) \
	(sweep_is_possible(title) ? RUN_SUITE(title, tests) : 0)

/* Prints what stands for the tests when it is not. */
bool sweep_is_possible(const char *title);

/*
 * For @begin: what fdinfo shows of this descriptor must be the same after each
 * call that failed, and its ledger in balance after any. Until the next sweep.
 */
void sweep_watch(int fd);

#endif /* TESTS_SWEEP_H */
