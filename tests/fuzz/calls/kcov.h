/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which places of the module a thread reaches, where the kernel has KCOV. What
 * the module does in the timer and on its workqueue is nobody's, and not seen.
 */
#ifndef FUZZ_KCOV_H
#define FUZZ_KCOV_H

#include <stdbool.h>

/**
 * struct kcov - one thread's coverage
 * @places: how many places, then the places; NULL where there is no KCOV
 */
struct kcov {
	unsigned long *places;
};

/* Once: can the kernel do it, and for the module? */
bool kcov_init(void);

/* For the calling thread, from now on. */
void kcov_open(struct kcov *kcov);

/* Forgets what was reached so far. */
void kcov_clear(struct kcov *kcov);

/* How many places were reached that nobody had reached before. */
unsigned int kcov_collect(struct kcov *kcov);

#endif /* FUZZ_KCOV_H */
