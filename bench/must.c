// SPDX-License-Identifier: GPL-2.0
#include "must.h"

#include "cases/cases.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void give_up(const char *call, long got)
{
	fprintf(stderr, "bench: %s: %s: %ld, %s\n", case_running(), call, got, strerror(errno));
	exit(EXIT_FAILURE);
}

long must_succeed(long got, const char *call)
{
	if (got < 0)
		give_up(call, got);
	return got;
}

void must_return(long wanted, long got, const char *call)
{
	if (got != wanted)
		give_up(call, got);
}

void *must_exist(void *got, const char *call)
{
	if (!got)
		give_up(call, 0);
	return got;
}
