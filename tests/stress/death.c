// SPDX-License-Identifier: GPL-2.0
/*
 * Processes play every role of both faces on all objects at once, and are killed
 * at random. What they saw until then is proved against a ledger that they share
 * and do not take along. Goes in rounds, each with objects and a ledger of its own:
 *
 *	test-stress-death [--kills N | --duration SECONDS] [--seed N]
 */
#include "stress/death/crowd.h"
#include "stress/death/ledger.h"
#include "stress/death/letter.h"
#include "stress/death/place.h"
#include "stress/death/post.h"
#include "stress/death/verdict.h"

#include "harness/clock.h"
#include "harness/group.h"
#include "harness/option.h"
#include "harness/process.h"
#include "harness/quota.h"
#include "harness/random.h"
#include "harness/suite.h"
#include "harness/task.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KILLS_OF_ROUND 100

static unsigned long kills = 200;
static unsigned long duration;

static const struct option_number options[] = {
	{ "kills", &kills },
	{ "duration", &duration },
	{ NULL, NULL }
};

/* What happened so far. */
static struct {
	unsigned long kills;
	unsigned long sent;
	unsigned long received;
} sum;

#define READERS 3
#define WAITED_AT 1	/* a group where readers sleep */

static int wait_for_messages(void *unused)
{
	int fd = place_open(WAITED_AT, O_RDONLY);

	(void)unused;
	while (post_receive(fd, WAITED_AT) > 0)
		;
	return 1;
}

/* One of them is woken and killed; no other comes later than the message. */
static void kill_a_woken_reader(uint64_t *random)
{
	unsigned int killed = random_below(random, READERS), i;
	int fd = place_kept_fd(WAITED_AT);
	pid_t readers[READERS];

	for (i = 0; i < READERS; i++) {
		readers[i] = process_start(wait_for_messages, NULL);
		thread_await_asleep(readers[i], SYS_read);
	}
	post_to_group(fd, WAITED_AT, LETTER_MIN);
	process_kill(readers[killed]);
	group_await(place_number(WAITED_AT), "statistics/queued", 0);
	for (i = 0; i < READERS; i++) {
		if (i != killed)
			process_kill(readers[i]);
	}
	close(fd);
}

static void what_a_killed_reader_leaves_wakes_another(void **state)
{
	uint64_t random = random_seed();
	unsigned int i;

	(void)state;
	process_go_first();
	ledger_open();
	places_make();
	for (i = 0; i < 50; i++)
		kill_a_woken_reader(&random);
	verdict_find();
	places_remove();
	assert_int_equal(ledger_faults(), 0);
	ledger_close();
}

static unsigned long kill_crowd(uint64_t *random, unsigned long most)
{
	unsigned long killed = 0;

	crowd_start(random);
	while (killed < most) {
		usleep(random_below(random, 10000));
		killed += crowd_kill_some(random);
	}
	return killed + crowd_kill_all();
}

static void play_round(uint64_t seed, unsigned long most)
{
	long charged = quota_charged();
	uint64_t random = seed;
	unsigned int faults;

	ledger_open();
	places_make();
	sum.kills += kill_crowd(&random, most);
	verdict_find();
	places_remove();
	sum.sent += ledger_tickets();
	sum.received += ledger_receipts();
	faults = ledger_faults();
	ledger_close();
	if (faults)
		fail_msg("%u faults; again: --kills 1 --seed %" PRIu64, faults, seed);
	assert_int_equal(quota_charged(), charged);
}

static bool is_over(uint64_t started)
{
	if (duration)
		return clock_ms() - started >= duration * 1000;
	return sum.kills >= kills;
}

static void messages_survive_their_processes(void **state)
{
	uint64_t started = clock_ms(), seed = random_seed();

	(void)state;
	process_go_first();
	while (!is_over(started)) {
		play_round(seed, KILLS_OF_ROUND);
		random_next(&seed);
	}
	printf("# %lu killed, %lu sent, %lu received, %" PRIu64 " ms\n", sum.kills, sum.sent,
	       sum.received, clock_ms() - started);
}

static const struct CMUnitTest tests[] = {
	TEST(what_a_killed_reader_leaves_wakes_another),
	TEST(messages_survive_their_processes),
};

int main(int argc, char *argv[])
{
	(void)argc;
	option_read(argv, options);
	return RUN_SUITE("stress: death", tests);
}
