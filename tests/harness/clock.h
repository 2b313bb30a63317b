/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TESTS_CLOCK_H
#define TESTS_CLOCK_H

#include <stdint.h>

/* Milliseconds of CLOCK_MONOTONIC. */
uint64_t clock_ms(void);

#endif /* TESTS_CLOCK_H */
