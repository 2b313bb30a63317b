/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random numbers that can be replayed: the seed is printed, and taken from the
 * environment variable SEED when that is set.
 */
#ifndef TESTS_RANDOM_H
#define TESTS_RANDOM_H

#include <stdint.h>

/* Prints the seed as a TAP comment. The same for the whole program. */
uint64_t random_seed(void);

/* xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators", 2016 */
uint64_t random_next(uint64_t *state);

/* 0 to bound - 1. */
uint64_t random_below(uint64_t *state, uint64_t bound);

#endif /* TESTS_RANDOM_H */
