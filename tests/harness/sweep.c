// SPDX-License-Identifier: GPL-2.0
#include "harness/sweep.h"

#include "harness/fault.h"
#include "harness/fdinfo.h"

#include <stdio.h>

#define MOST_WATCHED 8

static struct {
	int fd;
	struct fdinfo before;
} watched[MOST_WATCHED];
static size_t watched_count;

const void *sweep_argument;

void sweep_watch(int fd)
{
	assert_true(watched_count < MOST_WATCHED);
	watched[watched_count++].fd = fd;
}

static void remember_watched(void)
{
	size_t i;

	for (i = 0; i < watched_count; i++)
		fdinfo_read(watched[i].fd, &watched[i].before);
}

static void expect_unchanged(void)
{
	struct fdinfo after;
	size_t i;

	for (i = 0; i < watched_count; i++) {
		fdinfo_read(watched[i].fd, &after);
		assert_string_equal(after.text, watched[i].before.text);
	}
}

static void expect_balances(void)
{
	struct fdinfo now;
	size_t i;

	for (i = 0; i < watched_count; i++) {
		fdinfo_read(watched[i].fd, &now);
		fdinfo_expect_balance(&now);
	}
}

static void run(void (*hook)(void))
{
	if (hook)
		hook();
}

static bool is_documented(const struct operation *operation, int error)
{
	size_t i;

	for (i = 0; i < sizeof(operation->errors) / sizeof(operation->errors[0]); i++) {
		if (operation->errors[i] == error)
			return true;
	}
	return false;
}

/* A call with its NTH fault; *LEFT is then how many were still to come. */
static int call_armed(const struct operation *operation, unsigned int nth, unsigned int *left)
{
	long result;

	errno = 0;
	fault_arm(nth);
	result = operation->call();
	*left = fault_disarm();
	return result < 0 ? errno : 0;
}

static void check_refusal(const struct operation *operation, unsigned int nth, int error)
{
	if (!is_documented(operation, error))
		fail_msg("fault %u: errno %d is not documented", nth, error);
	expect_unchanged();
	run(operation->undone);
}

/* As if nothing had been: the same again, without a fault. */
static void repeat(const struct operation *operation, unsigned int nth)
{
	if (operation->call() < 0)
		fail_msg("after fault %u: errno %d when repeated", nth, errno);
	run(operation->done);
}

/* One run; was the fault met? */
static bool strike(const struct operation *operation, unsigned int nth, unsigned int *refused)
{
	unsigned int left;
	int error;

	run(operation->prepare);
	remember_watched();
	error = call_armed(operation, nth, &left);
	if (!error) {
		run(operation->done);
	} else {
		if (left)
			fail_msg("errno %d without a fault", error);
		++*refused;
		check_refusal(operation, nth, error);
		if (!operation->slow)
			repeat(operation, nth);
	}
	expect_balances();
	return !left;
}

/* All runs with one fault; returns how many that were. */
static unsigned int strike_one_by_one(const struct operation *operation, unsigned int *refused)
{
	unsigned int first = operation->first ? operation->first() : 1, nth = first;

	while (strike(operation, nth, refused))
		nth++;
	return nth - first;
}

static unsigned int strike_in_all_ways(const struct operation *operation, unsigned int *refused)
{
	unsigned int met;

	fault_choose(true, false);
	met = strike_one_by_one(operation, refused);
	if (operation->first)
		return met;
	fault_choose(false, true);
	met += strike_one_by_one(operation, refused);
	fault_choose(true, true);
	strike(operation, FAULT_ALL, refused);
	return met;
}

void sweep(void **state)
{
	const struct operation *operation = *state;
	unsigned int met, refused = 0;

	watched_count = 0;
	sweep_argument = operation->argument;
	run(operation->begin);
	met = strike_in_all_ways(operation, &refused);
	run(operation->end);
	printf("# %u faults one by one, refused %u times in all\n", met, refused);
	assert_true(refused >= operation->refusals);
}

bool sweep_is_possible(const char *title)
{
	if (fault_is_possible())
		return true;
	printf("1..1\nok 1 - %s # SKIP this kernel makes nothing fail\n", title);
	return false;
}
