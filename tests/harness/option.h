/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Options of test programs that can run for longer than a test should. Each is
 * a number: `--kills 10000`. All know `--seed`, which stands for SEED.
 */
#ifndef TESTS_OPTION_H
#define TESTS_OPTION_H

struct option_number {
	const char *name;	/* without the dashes; NULL ends a list */
	unsigned long *value;
};

/* Ends the program with status 2 when the words are no such options. */
void option_read(char *words[], const struct option_number *known);

#endif /* TESTS_OPTION_H */
