/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TESTS_QUANTILE_H
#define TESTS_QUANTILE_H

#include <stdint.h>

/* Says what half of them, 99 % and all took at most. Times in nanoseconds; sorts them. */
void quantile_print(const char *what, uint64_t *times, unsigned long count);

#endif /* TESTS_QUANTILE_H */
