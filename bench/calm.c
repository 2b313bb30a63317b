// SPDX-License-Identifier: GPL-2.0
#include "calm.h"

#include "cases/cases.h"
#include "measure.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define LOOK		UINT64_C(20000000)	/* nanoseconds */
#define PAUSE		500000			/* microseconds */
#define PATIENCE	120			/* looks */

/* What this thread has had of a processor. */
static uint64_t worked(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return time.tv_sec * UINT64_C(1000000000) + time.tv_nsec;
}

/* Has this thread the processor for itself, but for the odd interrupt? */
static bool is_calm(void)
{
	uint64_t start = now(), before = worked();

	while (now() - start < LOOK)
		;
	return worked() - before > LOOK / 100 * 99;
}

void calm_await(void)
{
	unsigned int looks;

	for (looks = 0; looks < PATIENCE; looks++) {
		if (is_calm())
			return;
		usleep(PAUSE);
	}
	fprintf(stderr, "bench: before %s: somebody else works, too\n", case_running());
}
