// SPDX-License-Identifier: GPL-2.0
/*
 * Random system calls on both faces of the module, from several processes at
 * once. They come in rounds: a number of workers, each with a stream of programs
 * that its seed makes; then a quiet moment, in which what must hold is looked at.
 */
#include "fuzz/calls/area.h"
#include "fuzz/calls/errnos.h"
#include "fuzz/calls/kcov.h"
#include "fuzz/calls/operation.h"
#include "fuzz/calls/options.h"
#include "fuzz/calls/quiet.h"
#include "fuzz/calls/shared.h"
#include "fuzz/calls/supervisor.h"
#include "fuzz/calls/worker.h"
#include "harness/clock.h"
#include "harness/group.h"
#include "harness/kernel_log.h"
#include "harness/parameters.h"
#include "harness/random.h"
#include "harness/suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Bytes, so that they can be used up, and the guest's are not. */
#define LITTLE_MEMORY (16 * 1024 * 1024)

static struct options options;
static uint64_t began;

static unsigned int programs_left(void)
{
	unsigned long left = options.calls - shared_calls();
	unsigned long programs = left / (options.workers * PROGRAM_STEPS) + 1;

	return programs < MOST_PROGRAMS_A_ROUND ? programs : MOST_PROGRAMS_A_ROUND;
}

static void run_round(unsigned int round)
{
	struct job job = { .seed = options.seed, .round = round, .programs = programs_left() };

	if (options.program.length)
		job.program = &options.program;
	parameters_restore(NULL);
	parameter_set("max_total_size", LITTLE_MEMORY);
	for (job.number = 0; job.number < options.workers; job.number++) {
		if (options.worker < 0 || options.worker == (int)job.number)
			supervisor_start(&job);
	}
	supervisor_wait();
	if (shared->failing) {
		puts(shared->failure);
		fail_msg("round %u of seed %" PRIu64, round, options.seed);
	}
	quiet_check();
	if (kernel_log_has_trouble())
		fail_msg("the kernel complains in round %u", round);
	if (round % 2)
		quiet_remove_groups();
}

static bool enough(void)
{
	return shared_calls() >= options.calls ||
	       (options.duration && clock_ms() - began >= options.duration * 1000ull);
}

static void print_sum(unsigned int rounds)
{
	unsigned long milliseconds = clock_ms() - began + 1, calls = shared_calls();

	shared_print_outcomes();
	printf("# %lu calls in %u rounds and %lu.%03lu s: %lu a second\n", calls, rounds,
	       milliseconds / 1000, milliseconds % 1000, calls * 1000 / milliseconds);
	if (shared->guided)
		printf("# %u places of the module were reached, by %u programs in the corpus\n",
		       shared->covered, shared->corpus_size);
	fflush(stdout);
}

static void calls_end_as_documented(void **state)
{
	unsigned int round = options.round < 0 ? 0 : options.round;

	(void)state;
	options.seed = random_seed();
	began = clock_ms();
	/* What other tests have left would be found at the end. */
	group_remove_all();
	do
		run_round(round++);
	while (!enough() && options.round < 0);
	print_sum(round);
	quiet_remove_groups();
}

static const struct CMUnitTest tests[] = {
	TEST(calls_end_as_documented),
};

int main(int argc, char **argv)
{
	options_parse(&options, argc, argv);
	shared_make();
	area_init();
	errnos_init();
	operation_init();
	compat_init();
	shared->guided = !options.blind && kcov_init();
	return cmocka_run_group_tests_name("fuzz: calls", tests, parameters_remember,
					   parameters_restore);
}
