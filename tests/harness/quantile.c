// SPDX-License-Identifier: GPL-2.0
#include "harness/quantile.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int compare(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return a < b ? -1 : a > b;
}

void quantile_print(const char *what, uint64_t *times, unsigned long count)
{
	static const unsigned int per_cents[] = { 50, 99, 100 };
	unsigned int i;

	qsort(times, count, sizeof(*times), compare);
	for (i = 0; i < sizeof(per_cents) / sizeof(*per_cents); i++)
		printf("# %s, %u%% of %lu: at most %" PRIu64 " us\n", what, per_cents[i], count,
		       times[(count * per_cents[i] + 99) / 100 - 1] / 1000);
}
