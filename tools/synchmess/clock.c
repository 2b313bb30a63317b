// SPDX-License-Identifier: GPL-2.0
#include <time.h>

#include "clock.h"

uint64_t deadline_in(unsigned long milliseconds)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * UINT64_C(1000000000) + now.tv_nsec + milliseconds * UINT64_C(1000000);
}
