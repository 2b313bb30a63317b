// SPDX-License-Identifier: GPL-2.0
/*
 * 8 producers and 8 consumers, processes of their own, on 64 groups. A ledger
 * in shared memory proves at the end that each message was delivered exactly
 * once, and each consumer sees each producer's messages of a group in order.
 * A quarter of the groups delays its messages; they are flushed at random.
 */
#include "harness/group.h"
#include "harness/random.h"
#include "harness/suite.h"

#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_GROUP 1001
#define GROUPS 64
#define PRODUCERS 8
#define CONSUMERS 8
#define MESSAGES 5000	/* of each producer */

struct message {
	unsigned int producer;
	unsigned int number;
	char padding[56];
};

struct ledger {
	atomic_uint deliveries[PRODUCERS][MESSAGES];
	atomic_uint delivered;
	atomic_uint faults;
};

static struct ledger *ledger;

static void make_ledger(void)
{
	ledger = mmap(NULL, sizeof(*ledger), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	assert_true(ledger != MAP_FAILED);
}

static void open_groups(int fds[GROUPS])
{
	int i;

	for (i = 0; i < GROUPS; i++)
		fds[i] = group_open(FIRST_GROUP + i, O_RDWR);
}

static void install_groups(void)
{
	int i;

	for (i = 0; i < GROUPS; i++) {
		group_fresh(FIRST_GROUP + i);
		if (i % 4 == 0)
			group_set(FIRST_GROUP + i, "send_delay", "3");
	}
}

/* A full group is somebody else's turn. */
static void produce_one(int fd, const struct message *message)
{
	while (write(fd, message, sizeof(*message)) != sizeof(*message)) {
		if (errno != ENOSPC) {
			perror("# write");
			ledger->faults++;
			return;
		}
		sched_yield();
	}
}

static void produce(unsigned int producer)
{
	uint64_t seed = random_seed() + producer + 1;
	struct message message = { .producer = producer };
	int fds[GROUPS];

	open_groups(fds);
	for (message.number = 0; message.number < MESSAGES; message.number++) {
		int fd = fds[random_below(&seed, GROUPS)];

		produce_one(fd, &message);
		if (!random_below(&seed, 100) && fsync(fd))
			ledger->faults++;
	}
}

/* Numbers of one producer in one group only grow, also for a single consumer. */
static void record(const struct message *message, unsigned int *last)
{
	if (message->producer >= PRODUCERS || message->number >= MESSAGES) {
		ledger->faults++;
		return;
	}
	if (last[message->producer] && message->number < last[message->producer])
		ledger->faults++;
	last[message->producer] = message->number;
	ledger->deliveries[message->producer][message->number]++;
	ledger->delivered++;
}

static void consume(unsigned int consumer)
{
	static unsigned int last[GROUPS][PRODUCERS];
	uint64_t seed = random_seed() + 1000 + consumer;
	int fds[GROUPS];

	open_groups(fds);
	while (ledger->delivered < PRODUCERS * MESSAGES) {
		unsigned int group = random_below(&seed, GROUPS);
		struct message message;
		ssize_t got = read(fds[group], &message, sizeof(message));

		if (got == sizeof(message))
			record(&message, last[group]);
		else if (got)
			ledger->faults++;
	}
}

static pid_t start(void (*work)(unsigned int), unsigned int number)
{
	pid_t child = fork();

	assert_ok(child);
	if (child)
		return child;
	work(number);
	_exit(0);
}

static void each_message_is_delivered_exactly_once(void **state)
{
	pid_t children[PRODUCERS + CONSUMERS];
	unsigned int i, j;
	int status;

	(void)state;
	random_seed();
	fflush(stdout);
	make_ledger();
	install_groups();

	for (i = 0; i < PRODUCERS; i++)
		children[i] = start(produce, i);
	for (i = 0; i < CONSUMERS; i++)
		children[PRODUCERS + i] = start(consume, i);
	for (i = 0; i < PRODUCERS + CONSUMERS; i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}

	assert_int_equal(ledger->faults, 0);
	for (i = 0; i < PRODUCERS; i++) {
		for (j = 0; j < MESSAGES; j++)
			assert_int_equal(ledger->deliveries[i][j], 1);
	}
	for (i = 0; i < GROUPS; i++) {
		assert_int_equal(group_get(FIRST_GROUP + i, "statistics/stored"), 0);
		assert_int_equal(group_get(FIRST_GROUP + i, "statistics/queued"), 0);
		group_expect_balance(FIRST_GROUP + i);
		group_remove(FIRST_GROUP + i);
	}
}

static const struct CMUnitTest tests[] = {
	TEST(each_message_is_delivered_exactly_once),
};

int main(void)
{
	return RUN_SUITE("stress: exactly once", tests);
}
