// SPDX-License-Identifier: GPL-2.0
#include "harness/race.h"

#include "harness/batch.h"
#include "harness/random.h"
#include "harness/suite.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

#define LEAST 200	/* ns by which a winner is held back */
#define MOST 500000
#define JITTER 3000	/* ns */
#define FARTHEST (5 * (int64_t)MS)

struct race_side race_left, race_right;

static const struct race *race;
static atomic_ulong started, finished;
static atomic_bool over;
static uint64_t seed;

unsigned long race_round(void)
{
	return started;
}

void race_linger(int64_t ns)
{
	uint64_t until = now_ns() + ns;

	while (ns > 0 && now_ns() < until)
		;
}

bool race_fails_with(const struct race_side *side, int error)
{
	return side->result == -1 && side->error == error;
}

void race_refuse(void)
{
	fail_msg("a third outcome: %ld (errno %d), %ld (errno %d)", race_left.result,
		 race_left.error, race_right.result, race_right.error);
}

static void act(struct race_side *side, long (*call)(void))
{
	race_linger(side->head_start_of_other);
	errno = 0;
	side->result = call();
	side->error = errno;
}

/* Yields: there may be one processor only. */
static void await(const atomic_ulong *counter, unsigned long value)
{
	while (*counter != value && !over)
		sched_yield();
}

static void *rival(void *unused)
{
	unsigned long round;

	(void)unused;
	for (round = 1; ; round++) {
		await(&started, round);
		if (over)
			return NULL;
		act(&race_right, race->right);
		finished = round;
	}
}

/* The longer a side has won, the more: where it is close is found soon. */
static int64_t handicap(int outcome)
{
	static int64_t step = LEAST;
	static int last;

	step = outcome == last ? step * 3 / 2 : step / 4;
	if (step < LEAST || step > MOST)
		step = LEAST;
	last = outcome;
	return outcome ? -step : step;
}

static void hold_back(int64_t *balance)
{
	int64_t jitter = random_below(&seed, JITTER) - JITTER / 2;

	if (*balance > FARTHEST || *balance < -FARTHEST)
		*balance = 0;
	race_left.head_start_of_other = *balance + jitter;
	race_right.head_start_of_other = -*balance - jitter;
}

void race_run(const char *name, const struct race *what, unsigned long rounds,
	      void (*after)(void))
{
	unsigned long outcomes[2] = { }, round;
	int64_t balance = 0;
	pthread_t thread;
	int outcome;

	if (!seed)
		seed = random_seed();
	race = what;
	started = 0;
	finished = 0;
	over = false;
	assert_int_equal(pthread_create(&thread, NULL, rival, NULL), 0);
	for (round = 1; round <= rounds; round++) {
		if (race->prepare)
			race->prepare();
		hold_back(&balance);
		started = round;
		act(&race_left, race->left);
		await(&finished, round);
		outcome = race->judge();
		outcomes[outcome]++;
		balance += handicap(outcome);
		after();
	}
	over = true;
	pthread_join(thread, NULL);
	printf("# %s: %lu times the left, %lu times the right\n", name, outcomes[0],
	       outcomes[1]);
}
