// SPDX-License-Identifier: GPL-2.0
/* What there is to pay in any case. */
#include "cases/cases.h"
#include "cases/pair.h"
#include "measure.h"

#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OPERATIONS 10000

static uint64_t ask_for_parent(void *context, unsigned long operations)
{
	uint64_t start = now();

	(void)context;
	while (operations--)
		syscall(SYS_getppid);
	return now() - start;
}

static uint64_t look_at_clock(void *context, unsigned long operations)
{
	uint64_t start = now();

	(void)context;
	while (operations--)
		now();
	return now() - start;
}

void case_null(void)
{
	const struct plan call = { .subject = "getppid", .per = "call", .operations = OPERATIONS };
	const struct plan clock = { .subject = "clock", .per = "call", .operations = OPERATIONS };

	measure(&call, ask_for_parent, NULL);
	measure(&clock, look_at_clock, NULL);
	pair_measure(&floor_channel);
}
