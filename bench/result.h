/* SPDX-License-Identifier: GPL-2.0 */
/* What the bench prints: a line of JSON about the machine, and one for each result. */
#ifndef BENCH_RESULT_H
#define BENCH_RESULT_H

#include "measure.h"

void result_print_machine(void);

/* Median, lowest and highest of the samples, which it sorts. */
void result_print(const struct plan *plan, const char *unit, double *samples, unsigned int count);

/* "ns", or "instructions" where those are the same. */
const char *result_time_unit(void);

#endif /* BENCH_RESULT_H */
