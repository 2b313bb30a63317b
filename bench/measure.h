/* SPDX-License-Identifier: GPL-2.0 */
/* Does something again and again, and tells what once of it cost. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* What is measured: a line of the output. */
struct plan {
	const char *subject;
	const char *parameter;		/* NULL: there is none */
	double value;
	const char *text;		/* NULL, or the value where it is no number */
	const char *per;
	unsigned long operations;	/* in each repetition */
	unsigned int each;		/* how many of PER are in one; 0: one */
	bool once;			/* too much to be repeated */
};

/* Does it so many times, and returns how many nanoseconds that took. */
typedef uint64_t (*measured_body)(void *context, unsigned long operations);

void measure(const struct plan *plan, measured_body body, void *context);

/* Nanoseconds of CLOCK_MONOTONIC_RAW. */
static inline uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC_RAW, &time);
	return time.tv_sec * UINT64_C(1000000000) + time.tv_nsec;
}

#endif /* BENCH_MEASURE_H */
