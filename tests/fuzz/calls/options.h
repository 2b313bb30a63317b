/* SPDX-License-Identifier: GPL-2.0 */
/* What the command line asks for. */
#ifndef FUZZ_OPTIONS_H
#define FUZZ_OPTIONS_H

#include "fuzz/calls/program.h"

/**
 * struct options - what to do
 * @seed: of everything; printed, and random unless given
 * @calls: at least so many
 * @workers: at once
 * @duration: no longer than so many seconds, 0 for no limit
 * @worker: this one alone, or -1
 * @round: this one alone, or -1
 * @blind: make use of no coverage, so that the seed alone decides
 * @program: run nothing but this one, if it has a length
 */
struct options {
	uint64_t seed;
	unsigned long calls;
	unsigned int workers;
	unsigned int duration;
	int worker;
	int round;
	bool blind;
	struct program program;
};

/* Ends the program if it cannot understand. */
void options_parse(struct options *options, int argc, char **argv);

#endif /* FUZZ_OPTIONS_H */
