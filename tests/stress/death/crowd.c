// SPDX-License-Identifier: GPL-2.0
#include "stress/death/crowd.h"

#include "stress/death/role.h"

#include "harness/process.h"
#include "harness/random.h"
#include "harness/suite.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define MOST_VICTIMS 64

struct victim {
	const struct role *role;
	uint64_t random;	/* where its life begins */
	pid_t pid;
};

static struct victim victims[MOST_VICTIMS];
static unsigned int count;

static void *play(void *argument)
{
	struct victim *victim = argument;
	uint64_t random = victim->random;

	for (;;)
		victim->role->step(&random);
	return NULL;
}

static int live(void *argument)
{
	struct victim *victim = argument, twin = *victim;
	pthread_t thread;

	random_next(&twin.random);
	if (victim->random % 3 == 0)
		pthread_create(&thread, NULL, play, &twin);
	play(victim);
	return 0;
}

static void start(struct victim *victim, uint64_t *random)
{
	victim->random = random_next(random);
	victim->pid = process_start(live, victim);
}

void crowd_start(uint64_t *random)
{
	const struct role *role;
	unsigned int i;

	count = 0;
	for (role = roles; role->name; role++) {
		for (i = 0; i < role->victims; i++) {
			assert_true(count < MOST_VICTIMS);
			victims[count].role = role;
			start(&victims[count++], random);
		}
	}
}

/* Among so many that run, the dying come first: it is death that is tested. */
static void kill_victim(const struct victim *victim)
{
	assert_ok(kill(victim->pid, SIGKILL));
	setpriority(PRIO_PROCESS, victim->pid, -20);
}

/* It is the signal that ends them, and nothing before it. */
static void await_death(const struct victim *victim)
{
	int ended = process_wait(victim->pid);

	if (ended != -SIGKILL)
		fail_msg("a victim (%s) ended by itself: %d", victim->role->name, ended);
}

unsigned int crowd_kill_some(uint64_t *random)
{
	unsigned int chosen = random_below(random, count), number = 1 + random_below(random, 4);
	unsigned int i;

	for (i = 0; i < number; i++)
		kill_victim(&victims[(chosen + i) % count]);
	for (i = 0; i < number; i++) {
		await_death(&victims[(chosen + i) % count]);
		start(&victims[(chosen + i) % count], random);
	}
	return number;
}

unsigned int crowd_kill_all(void)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		kill_victim(&victims[i]);
	for (i = 0; i < count; i++)
		await_death(&victims[i]);
	assert_fails(waitpid(-1, NULL, WNOHANG), ECHILD);
	return count;
}
