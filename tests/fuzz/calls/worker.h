/* SPDX-License-Identifier: GPL-2.0 */
/* A worker's life: some programs, in the process that calls it. */
#ifndef FUZZ_WORKER_H
#define FUZZ_WORKER_H

#include <stdint.h>

struct program;

/* No round has more of each worker. */
#define MOST_PROGRAMS_A_ROUND 400

/**
 * struct job - what a worker is to do
 * @seed: of the whole run
 * @number: which worker it is
 * @round: in which round
 * @programs: so many
 * @program: this one, again and again; NULL for random ones
 */
struct job {
	uint64_t seed;
	unsigned int number, round, programs;
	const struct program *program;
};

void __attribute__((noreturn)) worker_run(const struct job *job);

#endif /* FUZZ_WORKER_H */
