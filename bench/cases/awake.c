// SPDX-License-Identifier: GPL-2.0
/* One thread wakes all others, and they go to sleep again. */
#include "cases/cases.h"
#include "cases/team.h"
#include "measure.h"
#include "must.h"
#include "peers/futex.h"
#include "peers/group.h"
#include "process.h"

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WAKINGS 10000	/* of threads, in a repetition */

struct bell {
	const struct bell_kind *kind;
	int group;
	atomic_uint generation;
	pthread_mutex_t lock;
	pthread_cond_t rung;
	atomic_uint up;		/* how many have not gone to sleep yet */
	atomic_bool over;
};

struct bell_kind {
	const char *name;
	/* Sleeps as long as that is the generation; returns the one that holds then. */
	uint64_t (*sleep)(struct bell *bell, uint64_t generation);
	void (*ring)(struct bell *bell);
};

static uint64_t sleep_in_group(struct bell *bell, uint64_t generation)
{
	struct synchmess_sleep sleep = { .generation = generation };

	must(ioctl(bell->group, SYNCHMESS_SLEEP, &sleep));
	return sleep.generation;
}

static void ring_group(struct bell *bell)
{
	must(ioctl(bell->group, IOCTL_AWAKE));
}

static uint64_t sleep_on_futex(struct bell *bell, uint64_t generation)
{
	while (bell->generation == generation)
		futex_wait(&bell->generation, generation);
	return bell->generation;
}

static void ring_futex(struct bell *bell)
{
	bell->generation++;
	futex_wake(&bell->generation, INT_MAX);
}

static uint64_t sleep_on_condition(struct bell *bell, uint64_t generation)
{
	pthread_mutex_lock(&bell->lock);
	while (bell->generation == generation)
		pthread_cond_wait(&bell->rung, &bell->lock);
	generation = bell->generation;
	pthread_mutex_unlock(&bell->lock);
	return generation;
}

static void ring_condition(struct bell *bell)
{
	pthread_mutex_lock(&bell->lock);
	bell->generation++;
	pthread_cond_broadcast(&bell->rung);
	pthread_mutex_unlock(&bell->lock);
}

static const struct bell_kind kinds[] = {
	{ "synchmess", sleep_in_group, ring_group },
	{ "futex", sleep_on_futex, ring_futex },
	{ "pthread", sleep_on_condition, ring_condition },
};

static void *sleeper(void *context)
{
	struct bell *bell = context;
	uint64_t generation = 1;

	while (!bell->over) {
		bell->up--;
		generation = bell->kind->sleep(bell, generation);
	}
	return NULL;
}

static void await_sleep(struct bell *bell)
{
	while (bell->up)
		sched_yield();
}

static void ring(struct bell *bell, unsigned int count)
{
	bell->up = count;
	bell->kind->ring(bell);
}

static uint64_t ring_again_and_again(void *context, unsigned long operations)
{
	struct team *team = context;
	struct bell *bell = team->context;
	uint64_t start = now();

	while (operations--) {
		ring(bell, team->count);
		await_sleep(bell);
	}
	return now() - start;
}

/* All are on one processor. Who rings comes last there, so the others sleep before he goes on. */
static void set_policy(int policy)
{
	const struct sched_param none = { };

	must(sched_setscheduler(0, policy, &none));
}

static void measure_awake(const struct bell_kind *kind, unsigned int count)
{
	const struct plan plan = {
		.subject = kind->name, .parameter = "sleepers", .value = count, .per = "awake",
		.operations = WAKINGS / count,
	};
	struct bell bell = {
		.kind = kind, .group = group_create(0, 0), .generation = 1, .up = count,
		.lock = PTHREAD_MUTEX_INITIALIZER, .rung = PTHREAD_COND_INITIALIZER,
	};
	struct team team;

	team_start(&team, count, sleeper, &bell);
	set_policy(SCHED_IDLE);
	await_sleep(&bell);
	measure(&plan, ring_again_and_again, &team);
	set_policy(SCHED_OTHER);
	bell.over = true;
	ring(&bell, count);
	team_join(&team);
	must(close(bell.group));
}

void case_awake(void)
{
	static const unsigned int counts[] = { 1, 10, 100, 1000 };
	size_t i, j;

	process_pin(0);
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		for (j = 0; j < sizeof(counts) / sizeof(*counts); j++)
			measure_awake(&kinds[i], counts[j]);
	process_unpin();
}
