/* SPDX-License-Identifier: GPL-2.0 */
/* What the command line says. */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include <stdbool.h>

struct options {
	const char *cases;		/* with commas between; NULL: all */
	unsigned int repetitions;	/* without the warm-up */
	unsigned int scale;		/* per cent of the operations */
	bool instructions;		/* nanoseconds are instructions of a guest that counts */
	bool list;
};

extern struct options options;

/* Ends the program if there is something wrong with them. */
void options_parse(int argc, char **argv);

/* So many operations, scaled; at least one. */
unsigned long options_scale(unsigned long operations);

/* Is a load of so many messages, mailboxes or groups for this scale? */
bool options_bear(unsigned long load);

#endif /* BENCH_OPTIONS_H */
