// SPDX-License-Identifier: GPL-2.0
#include "harness/random.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

uint64_t random_seed(void)
{
	static uint64_t seed;
	const char *wanted = getenv("SEED");
	struct timespec now;

	if (seed)
		return seed;
	clock_gettime(CLOCK_REALTIME, &now);
	seed = now.tv_sec * 1000000007ull + now.tv_nsec;
	if (wanted)
		seed = strtoull(wanted, NULL, 0);
	if (!seed)
		seed = 1;	/* xorshift never leaves 0 */
	printf("# SEED=%" PRIu64 "\n", seed);
	return seed;
}

uint64_t random_next(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 2685821657736338717ull;
}

uint64_t random_below(uint64_t *state, uint64_t bound)
{
	return (random_next(state) >> 16) % bound;
}
