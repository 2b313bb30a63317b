// SPDX-License-Identifier: GPL-2.0
#include "fuzz/calls/shared.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct shared *shared;

void shared_make(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (shared == MAP_FAILED) {
		perror("mmap");
		exit(EXIT_FAILURE);
	}
}

unsigned long shared_calls(void)
{
	unsigned long calls = 0;
	unsigned int i;

	for (i = 0; i < MOST_WORKERS; i++)
		calls += shared->tallies[i].calls;
	return calls;
}

static unsigned long outcomes(enum call call, int error)
{
	unsigned long count = 0;
	unsigned int i;

	for (i = 0; i < MOST_WORKERS; i++)
		count += shared->tallies[i].outcomes[call][error];
	return count;
}

static void print_outcomes_of(enum call call)
{
	unsigned long count;
	int error;

	printf("# %s:", call_names[call]);
	for (error = 0; error < ERRNOS; error++) {
		count = outcomes(call, error);
		if (count)
			printf(" %lu %s", count, error ? strerrorname_np(error) : "done");
	}
	printf("\n");
}

void shared_print_outcomes(void)
{
	enum call call;

	for (call = 0; call < CALLS; call++)
		print_outcomes_of(call);
}
