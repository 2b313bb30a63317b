/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TESTS_CLOCK_H
#define TESTS_CLOCK_H

#include <stdint.h>

/* So long a test waits for what must come, on a busy machine with a kernel full of debuggers. */
#define PATIENCE_S	60

/* Milliseconds of CLOCK_MONOTONIC. */
uint64_t clock_ms(void);

#endif /* TESTS_CLOCK_H */
