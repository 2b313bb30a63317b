/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two calls at once, again and again. Each round has one of two outcomes and never a
 * third; how often each came is printed. Whoever has just won starts a little later the
 * next time, so that the rounds stay where it is close.
 */
#ifndef TESTS_RACE_H
#define TESTS_RACE_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct race - a pair of calls
 * @prepare: what is there before; may be NULL
 * @left: a call of the main thread
 * @right: a call of the rival at the same time
 * @judge: which outcome it was: 0 if the left was first, 1 if the right; fails the test
 *	if it was none
 */
struct race {
	void (*prepare)(void);
	long (*left)(void);
	long (*right)(void);
	int (*judge)(void);
};

struct race_side {
	long result;
	int error;
	int64_t head_start_of_other;
};

/* What the calls of this round returned. */
extern struct race_side race_left, race_right;

/* The number of this round, from 1. */
unsigned long race_round(void);

/* So many rounds, and @after each of them. */
void race_run(const char *name, const struct race *race, unsigned long rounds,
	      void (*after)(void));

/* For the calls: passes the time. */
void race_linger(int64_t ns);

/* For the judges. */
bool race_fails_with(const struct race_side *side, int error);
void race_refuse(void);

#endif /* TESTS_RACE_H */
